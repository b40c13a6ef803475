"""The evidence vault (佐证库): files that support facts, uploaded once."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kechuang.directory.models import Organisation
from kechuang.facts.choices import EvidenceKind
from kechuang.kernel.models import Attachment


class Evidence(models.Model):
    """A file of one organisation that proves something, with the days on which it does.

    ``digest`` is the file's SHA-256: the same content is one evidence of an organisation until it is withdrawn.
    ``valid_to`` is the last day of its validity. A withdrawn evidence stays, and stays named wherever it was used.
    """

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="evidence", verbose_name=_("单位")
    )
    title = models.CharField(_("名称"), max_length=200)
    kind = models.CharField(_("佐证类别"), max_length=20, choices=EvidenceKind)
    attachment = models.ForeignKey(Attachment, on_delete=models.PROTECT, related_name="+", verbose_name=_("文件"))
    digest = models.CharField(_("SHA-256"), max_length=64, editable=False)
    valid_from = models.DateField(_("有效期起"), null=True, blank=True)
    valid_to = models.DateField(_("有效期止"), null=True, blank=True)
    kept_at = models.DateTimeField(_("入库时间"), auto_now_add=True)
    withdrawn_at = models.DateTimeField(_("撤回时间"), null=True, blank=True, editable=False)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    reason = models.TextField(_("撤回理由"), blank=True)

    class Meta:
        verbose_name = _("佐证")
        verbose_name_plural = verbose_name
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "digest"],
                condition=Q(withdrawn_at=None),
                name="facts_one_evidence_per_file_of_an_organisation",
            ),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="facts_evidence_ends_after_it_began",
                violation_error_message=_("有效期止不能早于有效期起。"),
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | ~Q(reason=""), name="facts_evidence_is_withdrawn_for_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def standing(self, on: date) -> str:
        """Return ``valid``, ``withdrawn``, ``expired`` or ``not_yet`` as of a day."""
        return evidence_standing(
            withdrawn=self.withdrawn_at is not None, valid_from=self.valid_from, valid_to=self.valid_to, on=on
        )


def evidence_standing(*, withdrawn: bool, valid_from: date | None, valid_to: date | None, on: date) -> str:
    """Return how an evidence stands on a day; the last day of its validity still counts."""
    if withdrawn:
        return "withdrawn"
    if valid_to is not None and valid_to < on:
        return "expired"
    return "not_yet" if valid_from is not None and valid_from > on else "valid"


class EvidenceUse(models.Model):
    """One matter an evidence serves, named by the room that uses it (使用记录)."""

    evidence = models.ForeignKey(Evidence, on_delete=models.CASCADE, related_name="uses")
    by = models.CharField(_("用于"), max_length=200)
    url = models.CharField(_("地址"), max_length=200)
    used_at = models.DateTimeField(_("时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("佐证使用")
        verbose_name_plural = verbose_name
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["evidence", "url"], name="facts_an_evidence_serves_a_page_once")]

    def __str__(self) -> str:
        return self.by
