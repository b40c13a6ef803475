"""Ending a platform with its host heard (告知、陈述申辩、决定), and who may not apply for how long."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kechuang.directory.models import Organisation
from kechuang.kernel.models import Attachment
from kechuang.platforms.models.cases import OfPlatform
from kechuang.platforms.models.rules import LifeRule


class Hearing(OfPlatform):
    """The proceedings before a platform is revoked or deregistered; without one neither happens.

    ``due_on`` is the last day on which the host may state its views; ``on`` the first day the platform no longer is.
    """

    process = "hearing"

    class Act(models.TextChoices):
        REVOKE = "revoke", _("撤销")
        DEREGISTER = "deregister", _("注销")

    number = models.CharField(_("编号"), max_length=20, unique=True, editable=False)
    rules = models.ForeignKey(LifeRule, on_delete=models.PROTECT, related_name="+", verbose_name=_("规则"))
    act = models.CharField(_("拟作出的处理"), max_length=12, choices=Act)
    ground = models.CharField(_("情形"), max_length=40)
    ground_label = models.CharField(_("情形名称"), max_length=120)
    facts = models.TextField(_("事实与理由"), max_length=4000)
    ban_months = models.PositiveSmallIntegerField(_("限制申报（月）"), default=0)
    noticed_on = models.DateField(_("告知送达日期"), null=True, blank=True)
    due_on = models.DateField(_("陈述申辩期限"), null=True, blank=True)
    views = models.TextField(_("陈述申辩意见"), max_length=4000, blank=True)
    views_on = models.DateField(_("意见日期"), null=True, blank=True)
    answer = models.TextField(_("对意见的答复"), max_length=4000, blank=True)
    document_number = models.CharField(_("决定文号"), max_length=80, blank=True)
    on = models.DateField(_("生效日期"), null=True, blank=True)
    scan = models.ForeignKey(
        Attachment, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("佐证材料")
    )

    class Meta:
        verbose_name = _("撤销与注销")
        verbose_name_plural = verbose_name
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["platform"],
                condition=~Q(state__in=("decided", "dropped")),
                name="platforms_one_hearing_at_a_time",
                violation_error_message=_("该平台已有未办结的撤销或注销事项。"),
            ),
            models.CheckConstraint(
                condition=~Q(state="decided") | (Q(on__isnull=False) & ~Q(views_on=None)),
                name="platforms_decided_after_it_was_heard",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Ban(models.Model):
    """That a host or a person may not apply from ``start`` until before ``end`` (限制申报)."""

    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("单位")
    )
    person_name = models.CharField(_("人员"), max_length=60, blank=True)
    reason = models.CharField(_("情形"), max_length=200)
    document_number = models.CharField(_("依据文号"), max_length=80, blank=True)
    start = models.DateField(_("起"))
    end = models.DateField(_("止（不含）"))
    hearing = models.ForeignKey(Hearing, null=True, blank=True, on_delete=models.CASCADE, related_name="bans")
    lifted_on = models.DateField(_("提前解除"), null=True, blank=True)
    lifted_because = models.CharField(_("解除理由"), max_length=200, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("限制申报")
        verbose_name_plural = verbose_name
        ordering = ["-start", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="platforms_ban_is_not_empty"),
            models.CheckConstraint(
                condition=Q(organisation__isnull=False) | ~Q(person_name=""), name="platforms_ban_names_somebody"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation or self.person_name} {self.start}—{self.end}"
