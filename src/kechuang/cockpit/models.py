"""What the cockpit keeps of its own: the warnings it gave, so that each is given once and closed when it is over."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kechuang.plan.models import Indicator


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
