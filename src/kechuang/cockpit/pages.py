"""What each page shows, put together from one question to the register and a few to the plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from kechuang.cockpit import blocks
from kechuang.cockpit.attention import attention
from kechuang.cockpit.blocks import IndicatorRow, UnitRow
from kechuang.cockpit.changes import changes
from kechuang.cockpit.register import CITY, Number, Register, Within, sees_all
from kechuang.cockpit.units import COUNTY, Unit, report_month, units
from kechuang.kernel.access import Actor
from kechuang.plan.access import concerned
from kechuang.plan.choices import ClauseKind
from kechuang.plan.models import Clause, Plan
from kechuang.plan.selectors import documents, readings, work
from kechuang.platforms.counting import RECOGNISED, question_of
from kechuang.platforms.models import Level, PlatformKind
from kechuang.platforms.selectors import competences_on
from kechuang.ui import charts

YEAR = timedelta(days=365)
MONTHS = 12
LATEST = 6


@dataclass(frozen=True)
class Headline:
    """The plan's one number: the goal, what stood there when it was due, and what stands there on the day."""

    label: str
    goal: int | None
    due: date | None
    now: Number | None
    at_due: Number | None
    chart: charts.PathChart | None = None


@dataclass(frozen=True)
class ClauseRow:
    """A clause with its state; ``reason`` is for those who work with the plan."""

    clause: Clause
    state: str
    reason: str
    url: str


@dataclass(frozen=True)
class Scene:
    """A day as one actor sees it."""

    actor: Actor
    day: date
    plan: Plan | None
    register: Register
    rows: list[IndicatorRow]

    @property
    def since(self) -> date:
        """Return the day a year's change is counted from."""
        return self.day - YEAR

    @property
    def base_year(self) -> int | None:
        """Return the year the indicators start from."""
        return min((row.reading.path.base_year for row in self.rows if row.reading.path.base_year), default=None)


def scene(*, actor: Actor, day: date) -> Scene:
    """Return the plan of ``day`` with its indicators counted for ``actor``: seven queries."""
    plan = documents.plan_current(actor=actor, on=day)
    indicators = readings.indicators_whole(plan=plan) if plan else []
    begun = min((row.base_year for row in indicators if row.base_year), default=day.year - 3)
    quarters = blocks.quarter_ends(date(begun, 12, 31), day) if day > date(begun, 12, 31) else [day]
    months = _month_ends(day)
    due = [date(plan.goal_year, 12, 31)] if plan and plan.goal_year else []
    register = Register(actor, day, also=(*quarters, *months, *due, day - YEAR))
    if plan is None:
        register.ask()
        return Scene(actor, day, None, register, [])
    read = readings.readings_of(indicators, plan=plan, on=day, series=register.series)
    questions = [question_of(reading.indicator.code) for reading in read]
    counted = [question for question in questions if question]
    moved = iter(changes(actor=actor, since=day - YEAR, until=day, questions=counted) if counted else [])
    rows = [
        blocks.indicator_row(
            reading, register, quarters=quarters, months=months, change=next(moved) if question else None
        )
        for reading, question in zip(read, questions, strict=True)
    ]
    return Scene(actor, day, plan, register, rows)


def _month_ends(day: date) -> list[date]:
    """Return the day a year before ``day``, the months' ends after it and ``day``."""
    ends, end = [day], day
    for _month in range(MONTHS - 1):
        end = end.replace(day=1) - timedelta(days=1)
        ends.append(end)
    return [day - YEAR, *reversed(ends)]


def headline(shown: Scene) -> Headline | None:
    """Return the plan's one number; ``None`` where the indicators do not add up to one list."""
    plan, question = shown.plan, blocks.united(shown.rows)
    if plan is None or question is None:
        return None
    register = shown.register
    due = date(plan.goal_year, 12, 31) if plan.goal_year else None
    now = register.number(question.levels, kinds=question.kinds)
    at_due = None
    if due and due < shown.day:
        stock = sum(register.found.on(due, question).values())
        at_due = Number(stock, register.url(question.kinds, question.levels, on=due))
    return Headline(plan.goal_label, plan.goal_value, due, now, at_due, _total_chart(shown))


def _total_chart(shown: Scene) -> charts.PathChart | None:
    """Return the path of all indicators together, where all of them have the same years."""
    paths = [dict(row.reading.path.anchors()) for row in shown.rows if row.question]
    days = sorted(set.intersection(*(set(path) for path in paths))) if paths else []
    question = blocks.united(shown.rows)
    if not days or question is None or len(paths) != len(shown.rows):
        return None
    quarters = blocks.quarter_ends(days[0], shown.day) if shown.day > days[0] else [shown.day]
    return charts.path_chart(
        "path-all",
        _("全部指标合计：目标与实有"),
        targets=[charts.Reading(day, blocks.drawn(sum(path[day] for path in paths))) for day in days],
        actual=[charts.Reading(day, sum(shown.register.found.on(day, question).values())) for day in quarters],
    )


def city(*, actor: Actor, day: date) -> dict[str, Any]:
    """Return what the cockpit shows: ten queries, five more for who works with the plan, one for a bounded office."""
    shown = scene(actor=actor, day=day)
    clauses = _clauses(shown.plan)
    inside = concerned(actor)
    places = units(clauses=clauses, on=day, with_work=inside)
    rows = [blocks.unit_row(shown.register, place, shown.rows) for place in places]
    counties = [row for row in rows if row.unit.sort == COUNTY]
    standings = work.clause_standings(clauses=clauses, on=day)
    return {
        **_frame(shown),
        "attention": attention(actor=actor, day=day, register=shown.register, rows=shown.rows, clauses=clauses)
        if inside and shown.plan
        else None,
        "headline": headline(shown),
        "lights": _lights([row.reading.light for row in shown.rows]),
        "rows": shown.rows,
        "multiples": charts.small_multiples("paths", _("各指标路径"), [row.chart for row in shown.rows if row.chart]),
        "pyramid": blocks.pyramid(shown.register, title=_("平台金字塔")),
        "map": blocks.tile_map(shown.register, [row.unit for row in counties]) if counties else None,
        "counties": counties,
        "departments": [row for row in rows if row.unit.sort != COUNTY and _has_part(row)],
        "tasks": _clause_rows(standings, ClauseKind.TASK, inside=inside),
        "guarantees": _clause_rows(standings, ClauseKind.GUARANTEE, inside=inside),
        "clause_lights": _lights([row.state for row in standings]),
        "totals": blocks.level_numbers(shown.register),
        "recognised": shown.register.number(RECOGNISED),
    }


def unit_page(*, actor: Actor, day: date, unit: Unit) -> dict[str, Any]:
    """Return what a county's or department's own page shows."""
    shown = scene(actor=actor, day=day)
    inside = concerned(actor)
    within = {unit.sort: unit.pk}
    course = Register(actor, day, also=tuple(_year_ends(shown)), within=within)
    course.ask()
    months = report_month(day)
    duties = _duties(actor, within, shown.plan) if inside else []
    states = work.duty_states(duties=duties, on=day) if duties else {}
    reports = work.reports_for(actor=actor).filter(month__lte=months, **within)[:LATEST] if inside else []
    return {
        **_frame(shown),
        "unit": unit,
        "row": blocks.unit_row(shown.register, unit, shown.rows),
        "pyramid": blocks.pyramid(shown.register, title=_("按级别"), within=within),
        "kinds": blocks.kind_rows(
            shown.register, unit, PlatformKind.objects.values_list("code", "name"), _competent(unit, day)
        ),
        "targets": blocks.unit_targets(shown.register, unit, shown.rows, shown.plan),
        "answers_for": blocks.indicators_of(unit, shown.rows),
        "course": [_course_row(course, end) for end in sorted(course.found.by_day)],
        "levels": [number.word for number in blocks.level_numbers(course)],
        "duties": [(duty, states[duty.pk], blocks.address("plan:clause", duty.clause_id)) for duty in duties],
        "reports": reports,
        "month": months,
    }


def _competent(unit: Unit, day: date) -> dict[str, str]:
    """Return type → the levels a department is competent for on ``day``, in words."""
    if unit.sort == COUNTY:
        return {}
    found: dict[str, list[str]] = {}
    for row in competences_on(day).filter(department=unit.pk):
        found.setdefault(row.kind.code, []).append(row.level)
    return {
        code: "、".join(str(Level(level).label) for level in blocks.LEVELS if level in levels)
        for code, levels in found.items()
    }


def _course_row(course: Register, end: date) -> tuple[date, list[Number]]:
    return end, [course.past(end, (level,)) for level in blocks.LEVELS]


def _year_ends(shown: Scene) -> list[date]:
    first = shown.base_year or shown.day.year - 5
    return [date(year, 12, 31) for year in range(max(first, shown.day.year - 10), shown.day.year)]


def _duties(actor: Actor, within: Within, plan: Plan | None) -> list[Any]:
    roots = [clause.root_id for clause in _clauses(plan)]
    return list(work.duties_for(actor=actor).filter(clause__in=roots, **within))


def _clauses(plan: Plan | None) -> list[Clause]:
    return documents.works(list(plan.clauses.order_by("order", "pk"))) if plan else []


def _frame(shown: Scene) -> dict[str, Any]:
    today = shown.actor.today
    return {
        "plan": shown.plan,
        "plan_url": blocks.address("plan:overview"),
        "day": shown.day,
        "since": shown.since,
        "is_past": shown.day != today,
        "query": "" if shown.day == today else f"?on={shown.day.isoformat()}",
        "first_year": shown.base_year or shown.day.year,
        "days": blocks.day_links(shown.plan, shown.day, today, shown.base_year),
        "sees_all": sees_all(shown.actor),
        "inside": concerned(shown.actor),
        "month": report_month(shown.day),
        "search_url": blocks.address("platforms:list"),
    }


def _lights(states: Sequence[str]) -> list[tuple[str, int]]:
    counted = Counter(states)
    order = ("missed", "overdue", "behind", "due_soon", "doing", "todo", "on_track", "reached", "done")
    return sorted(counted.items(), key=lambda pair: order.index(pair[0]) if pair[0] in order else len(order))


def _clause_rows(standings: Sequence[work.ClauseStanding], kind: str, *, inside: bool) -> list[ClauseRow]:
    return [
        ClauseRow(row.clause, row.state, row.reason if inside else "", blocks.address("plan:clause", row.clause.pk))
        for row in standings
        if row.clause.kind == kind
    ]


def _has_part(row: UnitRow) -> bool:
    """Tell whether a department has anything to show: platforms, indicators or sub-tasks."""
    work_of = row.unit.work
    return bool(any(number.value for number in row.levels) or row.responsible or (work_of and work_of.duties))


def front(*, actor: Actor) -> dict[str, Any]:
    """Return what the front page shows: the plan's one number and what the register holds."""
    day = actor.today
    plan = documents.plan_current(actor=actor, on=day)
    codes = plan.indicators.order_by("order").values_list("code", flat=True) if plan else []
    questions = [question for code in codes if (question := question_of(code))]
    due = date(plan.goal_year, 12, 31) if plan and plan.goal_year else None
    register = Register(actor, day, also=(due,) if due else ())
    register.ask()
    question = blocks.united_questions(questions)
    at_due = now = None
    if question:
        now = register.number(question.levels, kinds=question.kinds)
        if due and due < day:
            stock = sum(register.found.on(due, question).values())
            at_due = Number(stock, register.url(question.kinds, question.levels, on=due))
    return {
        "plan": plan,
        "day": day,
        "headline": Headline(plan.goal_label, plan.goal_value, due, now, at_due) if plan and now else None,
        "levels": blocks.level_numbers(register, CITY),
    }
