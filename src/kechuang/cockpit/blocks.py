"""The building blocks of every cockpit page: values a template only prints.

Each takes the page's ``Register`` after it was asked, so that blocks add no query of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from kechuang.cockpit.changes import Change
from kechuang.cockpit.register import CITY, Number, Register, Within
from kechuang.cockpit.units import COUNTY, DEPARTMENT, Unit
from kechuang.plan.choices import level_label
from kechuang.plan.figures import Value, plain
from kechuang.plan.models import Plan
from kechuang.plan.selectors.readings import Reading
from kechuang.plan.selectors.verdicts import judged
from kechuang.platforms.counting import RECOGNISED, Question, question_of
from kechuang.platforms.models import Level
from kechuang.pure.indicators import Goal, Path, Verdict
from kechuang.ui import charts

LEVELS = (Level.NATIONAL.value, Level.PROVINCIAL.value, Level.MUNICIPAL.value, Level.CULTIVATED.value)
"""The tiers of the pyramid, the top first."""
QUARTERS = ((3, 31), (6, 30), (9, 30), (12, 31))
LONGEST_HISTORY = 12
"""Years of quarters a path is drawn with; earlier ones are left out."""


def address(name: str, *args: object) -> str:
    """Return the address of a page, empty where that room is not installed."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def kept(url: str, on: date, today: date) -> str:
    """Return ``url`` with the page's day, which today does not need."""
    return url if on == today or not url else f"{url}?on={on.isoformat()}"


@dataclass(frozen=True)
class DayLink:
    """A quick way to another day."""

    label: str
    url: str
    current: bool


def day_links(plan: Plan | None, on: date, today: date, base_year: int | None = None) -> list[DayLink]:
    """Return today and each year's end of the plan that is over, the base year's first."""
    years = range(plan.year_from, plan.year_to + 1) if plan and plan.year_from and plan.year_to else range(0)
    wanted = [base_year, *years] if base_year and base_year not in years else list(years)
    ends = [date(year, 12, 31) for year in wanted]
    links = [
        DayLink(
            _("%(year)s 年末（基期）") % {"year": day.year}
            if day.year == base_year
            else _("%(year)s 年末") % {"year": day.year},
            f"?on={day.isoformat()}",
            day == on,
        )
        for day in ends
        if day < today
    ]
    return [*links, DayLink(_("今天"), "?", on == today)]


def quarter_ends(first: date, last: date) -> list[date]:
    """Return the quarters' ends from ``first`` to ``last``, both included, and ``last`` itself."""
    years = range(max(first.year, last.year - LONGEST_HISTORY), last.year + 1)
    return sorted(
        {
            last,
            *(
                day
                for year in years
                for month, number in QUARTERS
                if first <= (day := date(year, month, number)) <= last
            ),
        }
    )


@dataclass(frozen=True)
class LevelNumber:
    """A counted number of one level, with its word."""

    level: str
    word: str
    value: int
    url: str


@dataclass(frozen=True)
class IndicatorRow:
    """One indicator as the cockpit shows it: the reading, its numbers with their lists, its chart."""

    reading: Reading
    question: Question | None
    url: str
    parts: tuple[LevelNumber, ...]
    chart: charts.PathChart | None
    trend: charts.Sparkline | None
    change: Change | None = None
    change_url: str = ""

    @property
    def key(self) -> str:
        return f"indicator-{self.reading.indicator.pk}"

    @property
    def bodies(self) -> str:
        """Return the responsible units as the annex prints them."""
        return "、".join(body.printed for body in self.reading.indicator.bodies.all())

    @property
    def ahead(self) -> str:
        """Return the forecast in short: 约 14（13—15）."""
        expected = self.reading.forecast
        if expected is None:
            return ""
        return _("约 %(middle)d（%(low)d—%(high)d）") % {
            "middle": expected.middle,
            "low": expected.low,
            "high": expected.high,
        }


def indicator_row(
    reading: Reading, register: Register, *, quarters: Sequence[date], months: Sequence[date], change: Change | None
) -> IndicatorRow:
    """Return the row of a reading; ``months`` are the days of its sparkline."""
    question = question_of(reading.indicator.code)
    row = IndicatorRow(reading, question, address("plan:indicator", reading.indicator.pk), (), None, None)
    if question is None:
        return row
    parts = tuple(
        LevelNumber(level, level_label(level), int(value), register.url(question.kinds, (level,)))
        for level, value in reading.parts.items()
        if value
    )
    trend = [sum(register.found.on(day, question).values()) for day in months]
    since = min(months)
    return IndicatorRow(
        reading,
        question,
        row.url,
        parts,
        _path(reading, register, question, quarters),
        charts.sparkline(trend, title=_("%(name)s近一年") % {"name": reading.indicator.name}),
        change,
        f"{reverse('cockpit:changes')}?on={register.day.isoformat()}&since={since.isoformat()}"
        f"&indicator={reading.indicator.code}",
    )


def _path(
    reading: Reading, register: Register, question: Question, quarters: Sequence[date]
) -> charts.PathChart | None:
    targets = [charts.Reading(day, drawn(value)) for day, value in reading.path.anchors()]
    yearly = reading.path.basis == "yearly"
    actual = (
        [charts.Reading(row.day, drawn(row.reached)) for row in reading.years if row.reached is not None]
        if yearly
        else [charts.Reading(day, sum(register.found.on(day, question).values())) for day in quarters]
    )
    if not targets and not actual:
        return None
    ahead = reading.forecast
    return charts.path_chart(
        f"path-{reading.indicator.pk}",
        reading.indicator.name,
        targets=targets,
        actual=actual,
        forecast=charts.Forecast(ahead.due, ahead.low, ahead.middle, ahead.high) if ahead else None,
        unit=reading.unit,
        small=True,
    )


def drawn(value: Value) -> float:
    """Return a figure as charts take it; whole ones stay whole, so that 42 is not printed as 42.0."""
    return int(value) if value == int(value) else float(value)


def united(rows: Iterable[IndicatorRow]) -> Question | None:
    """Return one question for several indicators together (``united_questions``)."""
    return united_questions([row.question for row in rows if row.question])


def united_questions(questions: Sequence[Question]) -> Question | None:
    """Return one question that counts each platform of several questions once.

    ``None`` where their types and levels do not multiply out: no one list would show
    exactly those platforms.
    """
    places = {(kind, level) for question in questions for kind in question.kinds for level in question.levels}
    kinds = tuple(dict.fromkeys(kind for question in questions for kind in question.kinds))
    levels = tuple(level for level in LEVELS if any(level in question.levels for question in questions))
    return Question(kinds, levels) if places and len(places) == len(kinds) * len(levels) else None


def pyramid(register: Register, *, title: str, within: Within = CITY) -> charts.Pyramid:
    """Return the pyramid of the day, each tier a link to its list."""
    counted = [(level, register.number((level,), within=within)) for level in LEVELS]
    tiers = [charts.Tier(str(Level(level).label), number.value, number.url) for level, number in counted]
    return charts.pyramid("pyramid", title, tiers)


def tile_map(register: Register, counties: Iterable[Unit]) -> charts.TileMap:
    """Return the counties as tiles with what is recognised in each."""
    tiles = [
        charts.Tile(county.short_name, county.tile_row, county.tile_column, number.value, number.url)
        for county in counties
        for number in (register.number(RECOGNISED, within={COUNTY: county.pk}),)
    ]
    return charts.tile_map("counties-map", _("各县区认定平台"), tiles)


@dataclass(frozen=True)
class UnitRow:
    """A county or department with its numbers: one a level, and all recognised."""

    unit: Unit
    levels: tuple[LevelNumber, ...]
    recognised: Number
    responsible: Responsible | None = None


@dataclass(frozen=True)
class Responsible:
    """What a department answers for by the plan: its indicators' stock over their targets, both raw."""

    names: tuple[str, ...]
    value: int
    target: Value
    url: str

    @property
    def share(self) -> float | None:
        """Return value ÷ target."""
        return float(self.value) / float(self.target) if self.target else None


def level_numbers(register: Register, within: Within = CITY, *, kinds: Sequence[str] = ()) -> tuple[LevelNumber, ...]:
    """Return the number of each level ``within`` a bound, of all types or of ``kinds``."""
    return tuple(
        LevelNumber(level, str(Level(level).label), number.value, number.url)
        for level in LEVELS
        for number in (register.number((level,), kinds=kinds, within=within),)
    )


def unit_row(register: Register, unit: Unit, rows: Sequence[IndicatorRow] = ()) -> UnitRow:
    """Return a unit's numbers; for a department also what the indicators it is named in have reached."""
    within = {unit.sort: unit.pk}
    recognised = register.number(RECOGNISED, within=within)
    return UnitRow(unit, level_numbers(register, within), recognised, responsible(register, unit, rows))


def responsible(register: Register, unit: Unit, rows: Sequence[IndicatorRow]) -> Responsible | None:
    """Return what a department is to reach by the plan on the day; ``None`` where it is named in no indicator."""
    mine = indicators_of(unit, rows)
    goals = [row.reading.goal for row in mine]
    if not mine or None in goals:
        return None
    question = united(mine)
    value = sum(int(row.reading.stock or 0) for row in mine)
    return Responsible(
        tuple(row.reading.indicator.name for row in mine),
        value,
        sum((goal.value for goal in goals if goal), start=0),
        register.url(question.kinds, question.levels) if question and _apart(mine) else "",
    )


def indicators_of(unit: Unit, rows: Iterable[IndicatorRow]) -> list[IndicatorRow]:
    """Return the indicators whose annex row names the department."""
    if unit.sort != DEPARTMENT:
        return []
    return [row for row in rows if any(body.department_id == unit.pk for body in row.reading.indicator.bodies.all())]


def _apart(rows: Sequence[IndicatorRow]) -> bool:
    """Tell whether no platform is counted by two of the indicators, so that the sum equals one list."""
    kinds = [kind for row in rows if row.question for kind in row.question.kinds]
    return len(kinds) == len(set(kinds))


@dataclass(frozen=True)
class KindRow:
    """A type of platform within a unit; ``competent`` names the levels the department recognises it at."""

    name: str
    levels: tuple[LevelNumber, ...]
    recognised: Number
    competent: str = ""


def kind_rows(
    register: Register, unit: Unit, kinds: Iterable[tuple[str, str]], competent: Mapping[str, str]
) -> list[KindRow]:
    """Return the types (code, name) a unit has platforms of, or is competent for."""
    within = {unit.sort: unit.pk}
    rows = []
    for code, name in kinds:
        numbers = level_numbers(register, within, kinds=(code,))
        if code in competent or any(number.value for number in numbers):
            recognised = register.number(RECOGNISED, kinds=(code,), within=within)
            rows.append(KindRow(name, numbers, recognised, competent.get(code, "")))
    return rows


@dataclass(frozen=True)
class UnitTarget:
    """A target set for a unit, and what the indicator counts within it."""

    row: IndicatorRow
    number: Number
    goal: Goal | None
    verdict: Verdict | None


def unit_targets(register: Register, unit: Unit, rows: Iterable[IndicatorRow], plan: Plan | None) -> list[UnitTarget]:
    """Return the counted indicators within a unit beside the unit's own target, where one was set.

    A county shows all of them, a department those it keeps platforms of or has a target for.
    """
    found = []
    for row in rows:
        if row.question is None:
            continue
        own = [
            target for target in row.reading.indicator.targets.all() if getattr(target, f"{unit.sort}_id") == unit.pk
        ]
        figures = {target.year: value for target in own if (value := plain(target.value)) is not None}
        path = Path(None, None, figures)
        number = register.number(row.question.levels, kinds=row.question.kinds, within={unit.sort: unit.pk})
        goal = path.goal_on(register.day)
        tolerance: Any = plan.tolerance if plan else 0
        verdict = judged(path, reached=number.value, day=register.day, tolerance=tolerance, unit=row.reading.unit)
        if unit.sort == COUNTY or number.value or goal:
            found.append(UnitTarget(row, number, goal, verdict if goal else None))
    return found
