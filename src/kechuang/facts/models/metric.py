"""The metric dictionary as rows (指标字典)."""

from __future__ import annotations

from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class Metric(models.Model):
    """A metric as the catalogue has it; found again by its code, never removed.

    ``whole`` and ``signed`` bound a number, ``part_of`` is the code of the metric it cannot exceed, ``choices``
    the values a text or set may take (code → label). ``retired`` marks what the catalogue no longer has.
    The key is an integer of four bytes, because every fact carries it.
    """

    class Kind(models.TextChoices):
        NUMBER = "number", _("数值")
        TEXT = "text", _("文本")
        BOOLEAN = "boolean", _("是非")
        DATE = "date", _("日期")
        SET = "set", _("集合")

    class Period(models.TextChoices):
        YEAR = "year", _("每年一值")
        NONE = "none", _("不分年度")

    id = models.AutoField(primary_key=True)
    code = models.CharField(_("代码"), max_length=60, unique=True)
    label = models.CharField(_("指标"), max_length=80)
    group = models.CharField(_("分组"), max_length=40)
    unit = models.CharField(_("计量单位"), max_length=20, blank=True)
    kind = models.CharField(_("取值"), max_length=10, choices=Kind)
    period = models.CharField(_("期间"), max_length=10, choices=Period)
    definition = models.TextField(_("含义"))
    source = models.CharField(_("通常的佐证"), max_length=120, blank=True)
    form = models.CharField(_("统计报表"), max_length=20, blank=True)
    step = models.DecimalField(_("最小变动"), max_digits=12, decimal_places=4, default=Decimal(1))
    whole = models.BooleanField(_("整数"), default=False)
    signed = models.BooleanField(_("可为负"), default=False)
    part_of = models.CharField(_("不大于"), max_length=60, blank=True)
    choices: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField(_("可选值"), default=dict, blank=True)
    subjects = ArrayField(models.CharField(max_length=20), verbose_name=_("对象"))
    order = models.PositiveSmallIntegerField(_("顺序"), default=0)
    retired = models.BooleanField(_("已停用"), default=False)

    class Meta:
        verbose_name = _("指标字典")
        verbose_name_plural = verbose_name
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.label

    @property
    def yearly(self) -> bool:
        """Tell whether the metric has one value a year."""
        return self.period == self.Period.YEAR

    @property
    def titled(self) -> str:
        """Return the label with its unit, as a form asks."""
        return f"{self.label}（{self.unit}）" if self.unit else self.label
