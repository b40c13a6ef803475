"""The kinds of reports, and what each asks for: a day, a unit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kechuang.directory.models import County, Department
from kechuang.kernel.access import Actor
from kechuang.plan.models import Plan
from kechuang.plan.reports.evaluation import evaluation
from kechuang.plan.reports.half_year import half_year
from kechuang.plan.reports.units import unit_sheet
from kechuang.ui.documents.papers import ReportPaper


@dataclass(frozen=True)
class ReportKind:
    """One kind of report; ``unit`` is ``department`` or ``county`` where it is of one unit."""

    key: str
    label: str | Promise
    what: str | Promise
    unit: str = ""


KINDS: Mapping[str, ReportKind] = {
    kind.key: kind
    for kind in (
        ReportKind("half_year", _("半年进展表"), _("目标、措施、完成、责任单位、问题、下一步，一条一行。")),
        ReportKind("evaluation", _("年度与终期评估"), _("每个指标的每个目标：达成还是未达成，差多少，为什么。")),
        ReportKind("department", _("部门进展表"), _("一个部门的指标、分工和进展。"), "department"),
        ReportKind("county", _("县区进展表"), _("一个县区的目标、分工和进展。"), "county"),
    )
}
FORMATS = ("docx", "pdf", "xlsx")

_WHOLE: Mapping[str, Callable[..., ReportPaper]] = {"half_year": half_year, "evaluation": evaluation}


def report_paper(
    kind: ReportKind, *, plan: Plan, on: date, actor: Actor, unit: Department | County | None = None
) -> ReportPaper:
    """Return the report of ``kind`` on ``plan`` as of ``on``, from what ``actor`` may see.

    Official paper is Chinese, whatever language the pages are read in.

    Raises ``ValueError`` when a unit's sheet is asked for without the unit.
    """
    with translation.override("zh-hans"):
        if not kind.unit:
            return _WHOLE[kind.key](plan=plan, on=on, actor=actor)
        if unit is None:
            raise ValueError(f"a {kind.key} sheet is of one unit")
        return unit_sheet(plan=plan, on=on, actor=actor, unit=unit)
