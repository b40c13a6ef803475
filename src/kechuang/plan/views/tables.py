"""Tables of the plan's pages, computed before the template."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from kechuang.kernel.access import Actor
from kechuang.kernel.processes import process_of, state_label
from kechuang.plan import access
from kechuang.plan.choices import level_label
from kechuang.plan.figures import Value, printed
from kechuang.plan.models import Clause, Duty, Plan, ProgressReport
from kechuang.plan.naming import official
from kechuang.plan.selectors import work
from kechuang.plan.selectors.readings import Reading, UnitReading, YearRow
from kechuang.plan.selectors.work import ClauseStanding
from kechuang.ui.parts import light_of
from kechuang.ui.tables import Cell, Head, Table


@dataclass(frozen=True, slots=True)
class Total:
    """All cumulative indicators together: what is reached, the goal, and of how many indicators."""

    reached: Value | None
    goal: Value | None
    goal_year: int | None
    indicators: int


@dataclass(frozen=True, slots=True)
class DutyRow:
    """A sub-task with its state on the day and the steps open to the person now."""

    duty: Duty
    state: str
    word: str
    steps: tuple[Any, ...]
    editable: bool


def total_of(rows: Sequence[Reading], plan: Plan) -> Total:
    """Sum the stocks of the cumulative indicators; the plan's headline goal stands beside it."""
    counted = [row for row in rows if row.path.basis == "cumulative"]
    known = [row.stock for row in counted if row.stock is not None]
    goals = [row.path.targets.get(plan.year_to or 0) for row in counted]
    summed = sum((goal for goal in goals if goal is not None), start=0)
    goal: Value | None = plan.goal_value if plan.goal_value is not None else summed or None
    return Total(
        reached=sum(known) if known and len(known) == len(counted) else None,
        goal=goal,
        goal_year=plan.goal_year or plan.year_to,
        indicators=len(counted),
    )


def lights_counted(rows: Sequence[Reading]) -> list[tuple[str, str, int]]:
    """Return (light, word, number of indicators) in the order of trouble."""
    count = Counter(row.light for row in rows)
    words = {row.light: str(light_of(row.light).word) if row.verdict else "" for row in rows}
    order = ("missed", "behind", "on_track", "reached", "no_target", "unknown")
    return [(light, words[light], count[light]) for light in order if count[light]]


def readings_table(rows: Sequence[Reading], *, query: str) -> Table:
    """Return one row an indicator."""
    heads = (
        Head(_("指标")),
        Head(_("状态")),
        Head(_("现有"), numeric=True),
        Head(_("分项")),
        Head(_("当年目标"), numeric=True),
        Head(_("按进度应有"), numeric=True),
        Head(_("每月还需"), numeric=True),
        Head(_("年末预测"), numeric=True),
        Head(_("增速：文件"), numeric=True),
        Head(_("增速：计算"), numeric=True),
        Head(_("理由")),
    )
    body = tuple(_reading_cells(row, heads, query) for row in rows)
    return Table(heads=heads, rows=body, caption=_("指标"), empty=_("方案没有指标。"))


def _reading_cells(row: Reading, heads: tuple[Head, ...], query: str) -> tuple[Cell, ...]:
    goal, expected = row.goal, row.path.expected_on(row.on)
    ahead = row.forecast
    reason = "；".join(filter(None, (row.reason.rstrip("。"), row.base_sentence)))
    values: tuple[dict[str, Any], ...] = (
        {"text": row.indicator.name, "href": reverse("plan:indicator", args=[row.indicator.pk]) + query},
        {"text": light_of(row.light).word if row.verdict else _("未计数"), "light": row.light},
        {"text": _lack(row.value), "href": row.url},
        {"text": "、".join(f"{level_label(code)} {value}" for code, value in row.parts.items())},
        {"text": f"{goal.year}：{goal.value}" if goal else ""},
        {"text": "" if expected is None else expected},
        {"text": "" if row.run_rate is None else row.run_rate},
        {"text": f"{ahead.middle}（{ahead.low}—{ahead.high}）" if ahead else ""},
        {"text": f"{row.growth_stated.rstrip('%')}%" if row.growth_stated else ""},
        {"text": "" if row.growth_computed is None else f"{row.growth_computed}%"},
        {"text": reason},
    )
    return cells_of(values, heads)


def cells_of(values: Sequence[dict[str, Any]], heads: Sequence[Head]) -> tuple[Cell, ...]:
    """Return one row: ``text`` and, where there are, ``href`` and ``light`` of each value below its head."""
    return tuple(
        Cell(
            text=value["text"],
            href=value.get("href", ""),
            light=value.get("light", ""),
            numeric=head.numeric,
            label=head.label,
        )
        for value, head in zip(values, heads, strict=True)
    )


def _lack(value: Value | None) -> Any:
    return _("待补录") if value is None else value


def standings_table(rows: Sequence[ClauseStanding], *, query: str) -> Table:
    """Return one row a clause, read with ``documents.clauses_with_names``."""
    heads = (Head(_("条款")), Head(_("性质")), Head(_("状态")), Head(_("依据")), Head(_("责任单位")))
    body = []
    for row in rows:
        clause: Any = row.clause  # with the names it was read with
        values: tuple[dict[str, Any], ...] = (
            {"text": f"{clause.no}{clause.title}", "href": reverse("plan:clause", args=[clause.pk]) + query},
            {"text": clause.get_kind_display()},
            {"text": "", "light": row.state},
            {"text": row.reason},
            {"text": "、".join(dict.fromkeys(map(official, clause.names))) or _("文件未点名")},
        )
        body.append(cells_of(values, heads))
    return Table(heads=heads, rows=tuple(body), caption=_("条款"), empty=_("方案没有任务条款。"))


def years_table(reading: Reading) -> Table:
    """Return the table by year: target, what was reached on that day, light, growth."""
    heads = (
        Head(_("年度")),
        Head(_("目标"), numeric=True),
        Head(_("截至")),
        Head(_("实际"), numeric=True),
        Head(_("分项")),
        Head(_("比上年"), numeric=True),
        Head(_("状态")),
        Head(_("理由")),
    )
    rows = tuple(_year_cells(row, reading, heads) for row in reading.years)
    return Table(heads=heads, rows=rows, caption=_("逐年目标与实际"), empty=_("方案没有写年度目标。"))


def _year_cells(row: YearRow, reading: Reading, heads: tuple[Head, ...]) -> tuple[Cell, ...]:
    target = row.target_printed if row.op in ("", "=") else f"{row.op}{row.target_printed}"
    due = row.reached is not None
    values: tuple[dict[str, Any], ...] = (
        {"text": _("%(year)d（基期）") % {"year": row.year} if row.is_base else row.year},
        {"text": target},
        {"text": row.day.isoformat() if due else ""},
        {"text": row.reached if due else _("未到"), "href": row.url},
        {"text": "、".join(f"{level_label(code)} {value}" for code, value in row.parts.items())},
        {"text": "" if row.growth is None else f"{row.growth}%"},
        {"text": light_of(row.verdict.light).word, "light": str(row.verdict.light)} if row.verdict else {"text": ""},
        {"text": row.verdict.sentence if row.verdict else reading.base_sentence if row.is_base else ""},
    )
    return cells_of(values, heads)


def parts_table(reading: Reading) -> Table | None:
    """Return what is counted and what is aimed at by level, ``None`` where the plan splits nothing."""
    planned = {row.year: row for row in reading.years if row.target_parts}
    if not planned and len(reading.parts) < 2:  # noqa: PLR2004 - one part is the whole
        return None
    levels = list(dict.fromkeys([*(code for row in planned.values() for code in row.target_parts), *reading.parts]))
    heads = (
        Head(_("级别")),
        *(Head(_("%(year)d 目标") % {"year": year}, numeric=True) for year in planned),
        Head(_("现有"), numeric=True),
    )
    rows = []
    for level in levels:
        figures = [{"text": row.target_parts.get(level, "")} for row in planned.values()]
        now = {"text": reading.parts.get(level, 0), "href": f"{reading.url}&level={level}" if reading.url else ""}
        rows.append(cells_of([{"text": level_label(level)}, *figures, now], heads))
    return Table(heads=heads, rows=tuple(rows), caption=_("分级别"))


def units_table(rows: Sequence[UnitReading], reading: Reading) -> Table:
    """Return the targets of units beside what is counted there, and how their sum differs from the plan's."""
    heads = (
        Head(_("单位")),
        Head(_("年度")),
        Head(_("目标"), numeric=True),
        Head(_("现有"), numeric=True),
        Head(_("差额"), numeric=True),
    )
    body = []
    for row in rows:
        gap = None if row.reached is None or row.value is None else max(row.value - row.reached, 0)
        values: tuple[dict[str, Any], ...] = (
            {"text": row.unit},
            {"text": row.target.year},
            {"text": printed(row.value)},
            {"text": _lack(row.reached), "href": row.url},
            {"text": "" if gap is None else gap},
        )
        body.append(cells_of(values, heads))
    return Table(
        heads=heads,
        rows=tuple(body),
        caption=_("分到单位的目标"),
        empty=_("还没有把目标分到部门或县区。"),
        advice=_("分到单位的目标不要求加总等于方案目标。"),
    )


def duty_rows(*, actor: Actor, clause: Clause, on: date) -> list[DutyRow]:
    """Return the sub-tasks of a clause with their state on the day and the steps open now: one query."""
    actions = sorted(access.DUTIES.actions() - {"view", "add"})
    rows = []
    for duty in work.duties_of_clause(actor=actor, clause=clause, on=on, actions=actions):
        open_to = {action for action in actions if getattr(duty, f"may_{action}")}
        leaving = process_of(duty.process_version_id).leaving(duty.state)
        state = duty.at or "todo"
        word = state_label(duty.process_version_id, state)
        steps = tuple(step for step in leaving if step.name in open_to)
        rows.append(DutyRow(duty, state, word, steps, "change" in open_to and duty.state != "done"))
    return rows


def reports_table(reports: Sequence[ProgressReport], *, with_clause: bool = False) -> Table:
    """Return one row a report."""
    heads = [Head(_("期次")), Head(_("单位")), Head(_("状态")), Head(_("完成情况")), Head(_("存在问题"))]
    if with_clause:
        heads.insert(1, Head(_("条款")))
    rows = []
    for report in reports:
        values: list[dict[str, Any]] = [
            {"text": f"{report.month:%Y-%m}", "href": reverse("plan:report", args=[report.pk])},
            {"text": str(report.department or report.county)},
            {"text": state_label(report.process_version_id, report.state), "light": REPORT_LIGHTS[report.state]},
            {"text": _short(report.done)},
            {"text": _short(report.problem)},
        ]
        if with_clause:
            values.insert(1, {"text": f"{report.clause.no}{report.clause.title}"})
        rows.append(cells_of(values, heads))
    return Table(
        heads=tuple(heads),
        rows=tuple(rows),
        caption=_("任务进展"),
        empty=_("还没有可以查看的进展。"),
        advice=_("责任单位按月填报，联席会议办公室审定后各单位可见。"),
    )


REPORT_LIGHTS = {"draft": "todo", "submitted": "doing", "approved": "done", "locked": "done", "dropped": "unknown"}
SHORT = 60


def _short(text: str) -> str:
    return text if len(text) <= SHORT else f"{text[: SHORT - 1]}…"
