"""What the cockpit keeps of its own: the warnings it gave, each once, and the batches of reports asked for."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kechuang.plan.models import Indicator, Plan


class TargetWarning(models.Model):
    """That a target will not be reached with what is under way (预警), from ``raised_on`` until ``closed_on``.

    ``indicator`` is the root of the indicator's versions. ``figures`` is what the warning rested on, as ``ahead``
    counted it on that day; ``sentence`` the same in words. A target has one open warning at most.
    """

    class Ending(models.TextChoices):
        HEALED = "healed", _("已缓解")
        PAST = "past", _("期限已过")
        DROPPED = "dropped", _("目标已取消")

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="+", verbose_name=_("指标"))
    year = models.PositiveSmallIntegerField(_("目标年度"))
    raised_on = models.DateField(_("预警日期"))
    sentence = models.TextField(_("依据"))
    figures: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(_("数据"))
    people: models.JSONField[list[int], list[int]] = models.JSONField(_("告知的人"), default=list)
    closed_on = models.DateField(_("解除日期"), null=True, blank=True)
    ending = models.CharField(_("解除原因"), max_length=10, choices=Ending, blank=True)

    class Meta:
        verbose_name = _("预警")
        verbose_name_plural = verbose_name
        ordering = ["-raised_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "year"], condition=Q(closed_on=None), name="cockpit_one_open_warning_a_target"
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None, ending="") | (Q(closed_on__gte=F("raised_on")) & ~Q(ending="")),
                name="cockpit_warning_ends_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.year}"


class ReportBatch(models.Model):
    """Reports of one day made together (成批报告): what was asked for, how far it is, and what came of it.

    ``kinds`` and ``forms`` are keys of ``plan.reports.kinds``. ``made`` names each file with its SHA-256, by which a
    batch that is made again (``again_of``) is compared. The files lie in one archive beside the attachments.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("排队中")
        MAKING = "making", _("生成中")
        MADE = "made", _("已生成")
        FAILED = "failed", _("未生成")

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="+", verbose_name=_("方案"))
    name = models.CharField(_("名称"), max_length=80)
    on = models.DateField(_("截至日期"))
    kinds: models.JSONField[list[str], list[str]] = models.JSONField(_("报告"))
    forms: models.JSONField[list[str], list[str]] = models.JSONField(_("格式"))
    again_of = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("发起人")
    )
    asked_at = models.DateTimeField(_("发起时间"), auto_now_add=True)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.WAITING)
    done = models.PositiveIntegerField(_("已生成（份）"), default=0)
    total = models.PositiveIntegerField(_("总数（份）"), default=0)
    made: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField(_("文件"), default=dict)
    trouble = models.CharField(_("原因"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("成批报告")
        verbose_name_plural = verbose_name
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.name
