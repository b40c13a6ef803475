"""Annual reports (年度报告) of platforms."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from kechuang.platforms.models.cases import OfPlatform
from kechuang.platforms.models.rules import LifeRule


class AnnualReport(OfPlatform):
    """What a platform reports of one year: facts by the form's metrics, and answers to its open questions.

    ``figures`` is what was known of each metric when the report was filed (code → value as text, or ``None``): the
    facts themselves may be audited afterwards, the report stays as it was filed.
    """

    process = "annual_report"

    year = models.PositiveSmallIntegerField(_("年度"))
    form = models.ForeignKey(LifeRule, on_delete=models.PROTECT, related_name="+", verbose_name=_("表式"))
    due_on = models.DateField(_("报送期限"))
    reminded_on = models.DateField(_("催报日期"), null=True, blank=True)
    filed_on = models.DateField(_("报送日期"), null=True, blank=True)
    answers: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField(
        _("文字说明"), default=dict, blank=True
    )
    figures: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(
        _("报送数据"), default=dict, blank=True
    )

    class Meta:
        verbose_name = _("年度报告")
        verbose_name_plural = verbose_name
        ordering = ["-year", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["platform", "year"], name="platforms_one_annual_report_a_year"),
        ]
        # Asked of every open report by the reminder.
        indexes = [models.Index(fields=["state", "due_on"], name="platforms_report_due")]

    def __str__(self) -> str:
        return str(_("%(year)s 年度报告") % {"year": self.year})
