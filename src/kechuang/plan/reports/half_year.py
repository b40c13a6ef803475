"""The half-year table (半年进展表): one row a clause, from the reports approved for its months."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from kechuang.kernel.access import Actor
from kechuang.plan.models import Clause, Plan, ProgressReport
from kechuang.plan.reports.drawing import progress_picture
from kechuang.plan.reports.words import (
    OFFICE,
    bodies_of,
    half_of,
    indicators_grid,
    named,
    reached_sentence,
    said_by,
    spoken,
)
from kechuang.plan.selectors import documents, work
from kechuang.plan.selectors.readings import plan_readings
from kechuang.plan.selectors.work import APPROVED
from kechuang.ui.documents.papers import Grid, ReportPaper, ReportPart

SILENT = "本期没有审定的进展"


def half_year(*, plan: Plan, on: date, actor: Actor) -> ReportPaper:
    """Return the progress of the half year of ``on``, up to that day, as ``actor`` may see it."""
    since, name = half_of(on)
    readings = plan_readings(plan=plan, on=on)
    clauses = documents.works(documents.clauses_whole(plan=plan))
    reports = reports_between(plan=plan, since=since, on=on, actor=actor)
    standings = work.clause_standings(clauses=clauses, on=on)
    silent = [f"“{named(clause)}”" for clause in clauses if not reports[clause.root_id]]
    parts = [
        ReportPart("指标", (), progress_picture(readings), (indicators_grid(readings, title="指标进展"),)),
        ReportPart("任务与保障", (), (), (clauses_grid(clauses, reports),)),
    ]
    if silent:
        parts.append(ReportPart("没有审定进展的条款", ("、".join(silent) + "。",)))
    done = sum(row.state == "done" for row in standings)
    told = f"任务与保障条款 {len(clauses)} 条，其中完成 {done} 条，本期有审定进展 {len(clauses) - len(silent)} 条。"
    return ReportPaper(
        title=f"{_quoted(plan.title)}{name}进展情况",
        issuer=OFFICE,
        issued_on=spoken(on),
        paragraphs=(reached_sentence(readings) + told,),
        parts=parts,
        as_of=f"数据截至{spoken(on)}",
        wide=True,
    )


def reports_between(*, plan: Plan, since: date, on: date, actor: Actor) -> dict[int, list[ProgressReport]]:
    """Return clause (root) → approved reports of the months from ``since`` to ``on``: one query."""
    roots = [clause.root_id for clause in plan.clauses.all()]
    rows = work.reports_for(actor=actor).filter(
        clause_id__in=roots, state__in=APPROVED, month__gte=since, month__lte=on
    )
    found: dict[int, list[ProgressReport]] = defaultdict(list)
    for row in rows:
        found[row.clause_id].append(row)
    return found


def clauses_grid(clauses: Sequence[Clause], reports: dict[int, list[ProgressReport]]) -> Grid:
    """Return 目标·措施·完成·责任单位·问题·下一步, one row a clause."""
    head = ("目标任务", "措施", "完成情况", "责任单位", "存在问题", "下一步")
    rows = []
    for clause in clauses:
        known = reports.get(clause.root_id, [])
        rows.append(
            (
                named(clause),
                said_by(known, "measure"),
                said_by(known, "done") if known else SILENT,
                bodies_of(clause),
                said_by(known, "problem", last_only=True),
                said_by(known, "next_step", last_only=True),
            )
        )
    return Grid("任务进展", head, rows, (3, 4, 4, 3, 3, 3), wide=True)


def _quoted(title: str) -> str:
    return title if title.startswith("《") else f"《{title}》"
