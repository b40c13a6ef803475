"""The yearly declaration sheet (年度数据申报表)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from kechuang.directory.models import Department, Organisation
from kechuang.kernel.models import Stateful


class Sheet(Stateful):
    """What an organisation fills in for one year until it is submitted; then its entries become facts.

    ``entries`` holds what was typed, by metric code, as text: a draft may be unfinished or wrong, a fact may not.
    ``evidence`` holds the key of the evidence by metric code. ``filled_at`` is the receipt of the last field kept,
    ``department`` the one it is handed to.
    """

    process = "fact_sheet"

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="sheets", verbose_name=_("单位")
    )
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", verbose_name=_("报送部门"))
    year = models.PositiveSmallIntegerField(_("年度"))
    entries: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField(_("填报"), default=dict)
    evidence: models.JSONField[dict[str, int], dict[str, int]] = models.JSONField(_("佐证"), default=dict)
    filled_at = models.DateTimeField(_("最近保存"), null=True)

    class Meta:
        verbose_name = _("年度数据申报表")
        verbose_name_plural = verbose_name
        ordering = ["-year", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "year"], name="facts_one_sheet_a_year"),
            models.CheckConstraint(
                condition=models.Q(year__gte=2000) & models.Q(year__lte=2100), name="facts_sheet_of_a_sane_year"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}年度数据申报表"
