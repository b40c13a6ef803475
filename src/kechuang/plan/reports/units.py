"""A unit's sheet (部门进展表, 县区进展表): its indicators and targets, its sub-tasks, its reports."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import Q

from kechuang.directory.models import County, Department
from kechuang.kernel.access import Actor
from kechuang.kernel.processes import state_label
from kechuang.plan.figures import printed
from kechuang.plan.models import Duty, Indicator, Plan, ProgressReport
from kechuang.plan.reports.drawing import progress_picture
from kechuang.plan.reports.words import half_of, indicators_grid, named, spoken
from kechuang.plan.selectors import work
from kechuang.plan.selectors.readings import indicators_whole, readings_of, unit_readings
from kechuang.plan.selectors.work import APPROVED
from kechuang.ui.documents.papers import Grid, ReportPaper, ReportPart


def unit_sheet(*, plan: Plan, on: date, actor: Actor, unit: Department | County) -> ReportPaper:
    """Return what ``unit`` answers for in ``plan`` and how far it is on ``on``."""
    since, name = half_of(on)
    indicators = indicators_whole(plan=plan)
    readings = []
    if isinstance(unit, Department):
        own = [row for row in indicators if any(body.department_id == unit.pk for body in row.bodies.all())]
        readings = readings_of(own, plan=plan, on=on)
    mine = Q(department=unit) if isinstance(unit, Department) else Q(county=unit)
    roots = [clause.root_id for clause in plan.clauses.all()]
    duties = list(work.duties_for(actor=actor).filter(mine, clause_id__in=roots))
    reports = work.reports_for(actor=actor).filter(
        mine, clause_id__in=roots, state__in=APPROVED, month__gte=since, month__lte=on
    )
    parts = []
    if readings:
        parts.append(ReportPart("指标", (), progress_picture(readings), (indicators_grid(readings),)))
    if targets := _targets_grid(indicators, unit, on):
        parts.append(ReportPart("分到本单位的目标", (), (), (targets,)))
    parts.append(ReportPart("任务分工", *_duties(duties, on)))
    parts.append(ReportPart("进展", *_progress(list(reports))))
    return ReportPaper(
        title=f"{unit.name}{name}进展表",
        issuer=unit.name,
        issued_on=spoken(on),
        paragraphs=(f"""依据{f"《{plan.title.strip('《》')}》"}，{unit.name}截至{spoken(on)}的情况如下。""",),
        parts=parts,
        as_of=f"数据截至{spoken(on)}",
        wide=True,
    )  # fmt: skip


def _targets_grid(indicators: Sequence[Indicator], unit: Department | County, on: date) -> Grid | None:
    rows = []
    for indicator in indicators:
        for row in unit_readings(indicator=indicator, on=on):
            if (row.target.department or row.target.county) != unit:
                continue
            reached = "待补录" if row.reached is None else str(row.reached)
            gap = "" if row.reached is None or row.value is None else str(max(row.value - row.reached, 0))
            rows.append((str(row.target.indicator), str(row.target.year), printed(row.value), reached, gap))
    head = ("指标", "年度", "目标", "现有", "差额")
    return Grid("", head, rows, (5, 2, 2, 2, 2), (2, 3, 4)) if rows else None


def _duties(duties: Sequence[Duty], on: date) -> tuple[tuple[str, ...], tuple[()], tuple[Grid, ...]]:
    if not duties:
        return ("没有分解到本单位的分工。",), (), ()
    states = work.duty_states(duties=duties, on=on)
    rows = [
        (
            named(duty.clause),
            duty.what,
            duty.get_share_display(),
            duty.due_on.isoformat() if duty.due_on else "",
            state_label(duty.process_version_id, states[duty.pk]),
        )
        for duty in duties
    ]
    return (), (), (Grid("", ("条款", "分工内容", "职责", "期限", "状态"), rows, (4, 5, 2, 2, 2)),)


def _progress(reports: Sequence[ProgressReport]) -> tuple[tuple[str, ...], tuple[()], tuple[Grid, ...]]:
    if not reports:
        return ("本期没有审定的进展。",), (), ()
    head = ("条款", "期次", "措施", "完成情况", "存在问题", "下一步")
    ordered = sorted(reports, key=lambda row: (row.clause.order, row.month, row.pk))
    rows = [
        (named(row.clause), f"{row.month:%Y-%m}", row.measure, row.done, row.problem, row.next_step) for row in ordered
    ]
    return (), (), (Grid("", head, rows, (3, 1.6, 4, 4, 3, 3), wide=True),)
