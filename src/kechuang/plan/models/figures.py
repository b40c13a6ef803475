"""The figures: indicators, the values they start from, and what they are to reach."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kechuang.directory.models import County, Department
from kechuang.plan.choices import Basis, MatchedBy, Op
from kechuang.plan.models.document import Plan

Parts = dict[str, str]


def amount(label: Any, **options: Any) -> models.DecimalField[Any, Any]:
    """Return a column for a figure of a plan, in the indicator's unit; percentages have decimals."""
    return models.DecimalField(label, max_digits=18, decimal_places=4, **options)


class Indicator(models.Model):
    """An indicator (指标): a row of the annex, or a goal in prose.

    ``code`` is the key of the counter that counts it; empty where no register does.
    ``growth_stated`` stays as printed beside the computed rate; the two are never
    reconciled. Figures by level (parts) are keyed by the level's code, values as text so
    that no digit is lost. ``origin`` is the indicator of the first version it continues.
    """

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="indicators", verbose_name=_("方案"))
    origin = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="continuations")
    order = models.PositiveSmallIntegerField(_("顺序"))
    code = models.CharField(_("计数口径"), max_length=60, blank=True)
    name = models.CharField(_("指标"), max_length=200)
    unit = models.CharField(_("单位"), max_length=40, blank=True)
    basis = models.CharField(_("口径"), max_length=20, choices=Basis, blank=True)
    base_year = models.PositiveSmallIntegerField(_("基期年"), null=True, blank=True)
    base_value = amount(_("基期值"), null=True, blank=True)
    base_parts: models.JSONField[Parts, Parts] = models.JSONField(_("基期分项"), default=dict, blank=True)
    growth_stated = models.CharField(_("文件所写年均增速"), max_length=40, blank=True)
    attribute = models.CharField(_("属性"), max_length=20, blank=True)
    line = models.PositiveIntegerField(_("行"), null=True, blank=True)

    class Meta:
        verbose_name = _("指标")
        verbose_name_plural = verbose_name
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "code"],
                condition=~Q(code=""),
                name="plan_one_indicator_per_counter",
                violation_error_message=_("本方案已有一个指标使用这个计数口径。"),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def root_id(self) -> int:
        """Return the indicator that restatements hang on."""
        return self.origin_id or self.pk


class IndicatorBody(models.Model):
    """A body the annex names as responsible for an indicator (责任部门)."""

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="bodies")
    order = models.PositiveSmallIntegerField(_("顺序"), default=0)
    printed = models.CharField(_("文件写法"), max_length=120)
    department = models.ForeignKey(
        Department, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("部门")
    )
    matched_by = models.CharField(_("匹配方式"), max_length=20, choices=MatchedBy, blank=True)
    confirmed = models.BooleanField(_("已核对"), default=False)

    class Meta:
        verbose_name = _("指标责任部门")
        verbose_name_plural = verbose_name
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.printed


class Target(models.Model):
    """What an indicator is to reach by the end of a year: the plan's own figure, or one set for a unit.

    Targets of departments or counties need not sum to the plan's; the page shows the
    difference and nobody is made to close it.
    """

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="targets")
    year = models.PositiveSmallIntegerField(_("年度"))
    op = models.CharField(_("比较"), max_length=2, choices=Op, default=Op.EQUAL)
    value = amount(_("目标值"))
    parts: models.JSONField[Parts, Parts] = models.JSONField(_("分项"), default=dict, blank=True)
    department = models.ForeignKey(
        Department, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("部门")
    )
    county = models.ForeignKey(
        County, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("县区")
    )

    class Meta:
        verbose_name = _("目标")
        verbose_name_plural = verbose_name
        ordering = ["year", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "year", "department", "county"],
                nulls_distinct=False,
                name="plan_one_target_per_year_and_unit",
                violation_error_message=_("该年度的目标已经写过。"),
            ),
            models.CheckConstraint(
                condition=Q(department=None) | Q(county=None),
                name="plan_a_target_is_of_one_unit",
                violation_error_message=_("目标只能分给一个部门或一个县区。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.year} {self.op}{self.value}"


class BaseRestatement(models.Model):
    """The base value counted anew under another definition (口径调整), kept apart from progress.

    From ``effective_on`` on the base is ``to_value``; on every day before it stays what it was.
    """

    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="restatements")
    effective_on = models.DateField(_("生效日期"))
    from_value = amount(_("原基期值"))
    to_value = amount(_("调整后基期值"))
    reason = models.TextField(_("理由"))
    document_number = models.CharField(_("依据文号"), max_length=80, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("经办人")
    )
    recorded_at = models.DateTimeField(_("登记时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("基期调整")
        verbose_name_plural = verbose_name
        ordering = ["effective_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["indicator", "effective_on"], name="plan_one_restatement_a_day"),
            models.CheckConstraint(
                condition=~Q(from_value=models.F("to_value")), name="plan_a_restatement_changes_the_base"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.effective_on}: {self.from_value} → {self.to_value}"

    @property
    def delta(self) -> Decimal:
        """Return by how much the base was restated."""
        return Decimal(self.to_value - self.from_value)
