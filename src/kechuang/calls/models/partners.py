"""Other organisations that carry an application together with the one that applies (联合申报单位)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kechuang.calls.models.applications import Application
from kechuang.directory.models import Organisation
from kechuang.kernel.models import Stateful


class Partner(Stateful):
    """One organisation that takes part in another's application; its administrator confirms or declines.

    ``duty`` is what it does in the matter. ``sections`` are the codes of the form's sections its people
    may read and fill; nothing else of the form is theirs to see. Who has left or was taken off stays
    on record, and may be invited anew.
    """

    process = "partner_unit"
    HERE = ("invited", "confirmed")

    application = models.ForeignKey(
        Application, on_delete=models.CASCADE, related_name="partners", verbose_name=_("申报")
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("联合申报单位")
    )
    duty = models.CharField(_("承担内容"), max_length=200)
    sections: models.JSONField[list[str], list[str]] = models.JSONField(_("部分"), default=list, blank=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField(_("邀请时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("联合申报单位")
        verbose_name_plural = verbose_name
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "organisation"],
                condition=Q(state__in=("invited", "confirmed")),
                name="calls_partner_once_per_application",
                violation_error_message=_("这个单位已在邀请之列。"),
            )
        ]
        indexes = [models.Index(fields=["organisation", "state"], name="calls_partner_of_organisation")]

    def __str__(self) -> str:
        return f"{self.organisation}：{self.application}"
