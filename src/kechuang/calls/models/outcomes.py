"""How an application ends: publicity, objections, the decision with its papers, and what it effected."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kechuang.calls.models.applications import Application
from kechuang.kernel.models import Attachment, Stateful


class Publicity(models.Model):
    """The time in which a proposed result is open to everybody's objection (公示).

    ``opens_on`` and ``closes_on`` are the first and the last day. ``shown`` holds what the public
    reads, copied when it opens: later changes do not rewrite what was made public.
    """

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="publicities")
    opens_on = models.DateField(_("公示开始"))
    closes_on = models.DateField(_("公示截止"))
    shown: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(_("公示内容"))
    published_at = models.DateTimeField(_("发布时间"), auto_now_add=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ended_early = models.CharField(_("中止原因"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("公示")
        verbose_name_plural = verbose_name
        ordering = ["-opens_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(closes_on__gte=F("opens_on")), name="calls_publicity_is_not_empty")
        ]
        indexes = [models.Index(fields=["closes_on"], name="calls_publicity_by_end")]

    def __str__(self) -> str:
        return f"{self.application} {self.opens_on}—{self.closes_on}"


class Objection(Stateful):
    """An objection raised during publicity (异议), answered with reasons.

    Who raised it stands in ``ObjectionIdentity``, a table with an access of its own: the
    applicant reads the grounds and the answer, never the name.
    """

    process = "objection"

    publicity = models.ForeignKey(
        Publicity, on_delete=models.PROTECT, related_name="objections", verbose_name=_("公示")
    )
    number = models.CharField(_("编号"), max_length=40, unique=True, editable=False)
    grounds = models.TextField(_("异议事实和理由"))
    evidence = models.ForeignKey(
        Attachment, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("证据材料")
    )
    raised_at = models.DateTimeField(_("提出时间"), auto_now_add=True)
    answer = models.TextField(_("答复"), blank=True)
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("异议")
        verbose_name_plural = verbose_name
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=("founded", "unfounded")) | ~Q(answer=""), name="calls_objection_is_answered"
            )
        ]

    def __str__(self) -> str:
        return self.number


class ObjectionIdentity(models.Model):
    """Who raised an objection (实名): seen by those who deal with it and by nobody else."""

    objection = models.OneToOneField(Objection, on_delete=models.CASCADE, related_name="identity")
    name = models.CharField(_("姓名或单位"), max_length=100)
    contact = models.CharField(_("联系方式"), max_length=100)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("异议人")
        verbose_name_plural = verbose_name

    def __str__(self) -> str:
        return f"#{self.objection_id}"


class Decision(models.Model):
    """What was decided on an application, with the number of its document and its certificate.

    ``token`` opens the public page that verifies the certificate; it is no secret but cannot be
    guessed from another's.
    """

    class Outcome(models.TextChoices):
        APPROVED = "approved", _("通过")
        REFUSED = "refused", _("不予通过")

    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="decision")
    outcome = models.CharField(_("结果"), max_length=20, choices=Outcome)
    number = models.CharField(_("文号"), max_length=80)
    decided_on = models.DateField(_("决定日期"))
    minutes = models.CharField(_("会议纪要号"), max_length=80, blank=True)
    reasons = models.TextField(_("理由"), blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    paper = models.ForeignKey(
        Attachment, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("决定文书")
    )
    certificate_number = models.CharField(_("证书编号"), max_length=60, blank=True)
    token = models.CharField(_("核验码"), max_length=32, blank=True)

    class Meta:
        verbose_name = _("决定")
        verbose_name_plural = verbose_name
        constraints = [
            models.UniqueConstraint(
                fields=["certificate_number"],
                condition=~Q(certificate_number=""),
                name="calls_one_decision_per_certificate",
            ),
            models.UniqueConstraint(fields=["token"], condition=~Q(token=""), name="calls_one_decision_per_token"),
            models.CheckConstraint(condition=Q(outcome="approved") | ~Q(reasons=""), name="calls_refusal_has_reasons"),
        ]

    def __str__(self) -> str:
        return self.number


class EffectRecord(models.Model):
    """What an approval did: the row of another room that it made or changed. Append-only."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="effects")
    name = models.CharField(_("效果"), max_length=60)
    text = models.CharField(_("说明"), max_length=300)
    target_type = models.ForeignKey(ContentType, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    target_id = models.PositiveBigIntegerField(null=True, blank=True)
    target = GenericForeignKey("target_type", "target_id")
    at = models.DateTimeField(_("时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("办理效果")
        verbose_name_plural = verbose_name
        constraints = [models.UniqueConstraint(fields=["decision", "name"], name="calls_effect_once_per_decision")]

    def __str__(self) -> str:
        return self.text
