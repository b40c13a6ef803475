"""Readings: what an indicator has reached on a day, and what that means.

Everything is computed for any day from the counter and the plan's own figures; nothing is
stored and nothing is typed. All indicators of a plan cost one fixed number of queries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from django.utils.translation import gettext as _

from kechuang.plan import counters
from kechuang.plan.choices import Basis
from kechuang.plan.counters import Count
from kechuang.plan.figures import Value, parts_of, plain, printed
from kechuang.plan.models import BaseRestatement, Indicator, IndicatorBody, Plan, Target
from kechuang.plan.selectors.verdicts import judged
from kechuang.pure.forecasts import Forecast, forecast
from kechuang.pure.indicators import Goal, Path, Verdict, growth_computed, growth_differs, run_rate

HISTORY_MONTHS = 12
DEFAULT_UNIT = "个"
Series = Callable[[Sequence[str], Sequence[date]], Mapping[str, Sequence[Count]]]
"""Count keys on days: the registers' own counters, or a view that counts only what an actor may see."""


@dataclass(frozen=True, slots=True)
class YearRow:
    """One line of the table by year: what is to be reached, what was, and the light of that day.

    ``day`` is the last day of the year, or the day of the reading while the year runs;
    ``reached`` is ``None`` for years to come and where nobody counts.
    """

    year: int
    day: date
    is_base: bool
    op: str
    target: Value | None
    target_parts: Mapping[str, Value]
    reached: Value | None
    parts: Mapping[str, Value]
    url: str
    verdict: Verdict | None
    growth: Decimal | None

    @property
    def target_printed(self) -> str:
        """Return the target as the annex prints it."""
        return printed(self.target, self.target_parts)


@dataclass(frozen=True, slots=True)
class UnitReading:
    """A target set for a department or county and what is counted there; never forced to sum."""

    target: Target
    unit: str
    reached: Value | None
    url: str

    @property
    def value(self) -> Value | None:
        """Return the target's figure."""
        return plain(self.target.value)


@dataclass(frozen=True, slots=True)
class Reading:
    """One indicator on one day. Figures are in ``unit``; rates of growth are percent a year.

    ``base_registered`` is what the register itself shows at the end of the base year;
    ``base_gap`` what is still to be entered there (negative: entered too much).
    """

    indicator: Indicator
    on: date
    unit: str
    path: Path
    value: Value | None
    stock: Value | None
    parts: Mapping[str, Value]
    url: str
    verdict: Verdict | None
    run_rate: Decimal | None
    forecast: Forecast | None
    base: Value | None
    base_printed: Value | None
    base_registered: int | None
    growth_stated: str
    growth_computed: Decimal | None
    growth_differs: bool | None
    years: tuple[YearRow, ...]
    restatements: tuple[BaseRestatement, ...] = ()

    @property
    def light(self) -> str:
        """Return the light's key, ``unknown`` where nobody counts."""
        return str(self.verdict.light) if self.verdict else "unknown"

    @property
    def goal(self) -> Goal | None:
        """Return the target that counts on the day."""
        return self.path.goal_on(self.on)

    @property
    def reason(self) -> str:
        """Return the sentence behind the light, with the figures it rests on."""
        if self.verdict:
            return self.verdict.sentence
        return _("登记库还没有这个指标的计数口径，不作判断。")

    @property
    def base_gap(self) -> Value | None:
        """Return how many of the base year's are not entered."""
        if self.base is None or self.base_registered is None:
            return None
        return self.base - self.base_registered

    @property
    def base_sentence(self) -> str:
        """Return what the base year says and what of it is entered: 基期 11 家，登记 9 家，待补录 2 家."""
        gap = self.base_gap
        if gap is None:
            return ""
        known = _("基期 %(base)s 家，登记 %(entered)s 家") % {"base": self.base, "entered": self.base_registered}
        if gap > 0:
            return _("%(known)s，待补录 %(gap)s 家") % {"known": known, "gap": gap}
        if gap < 0:
            return _("%(known)s，多 %(gap)s 家，请核对") % {"known": known, "gap": -gap}
        return known


@dataclass(frozen=True, slots=True)
class Decomposition:
    """Why a value moved between two days: what is restatement (口径调整) and what is progress."""

    since: date
    until: date
    before: Value
    after: Value
    restated_register: Value
    restated_base: Value
    restatements: tuple[BaseRestatement, ...]

    @property
    def restated(self) -> Value:
        """Return the part that is no progress."""
        return self.restated_register + self.restated_base

    @property
    def progress(self) -> Value:
        """Return the part that is."""
        return self.after - self.before - self.restated

    @property
    def sentence(self) -> str:
        """Return the change in words."""
        return _("由 %(before)s 变为 %(after)s：口径调整 %(restated)+d，实际进展 %(progress)+d。") % {
            "before": self.before,
            "after": self.after,
            "restated": self.restated,
            "progress": self.progress,
        }


def path_of(indicator: Indicator, targets: Iterable[Target], *, base: Value | None) -> Path:
    """Return the indicator's path from its own targets and the base in force."""
    figures = {row.year: plain(row.value) for row in targets if row.department_id is None and row.county_id is None}
    return Path(
        base_year=indicator.base_year,
        base=base,
        targets={year: value for year, value in figures.items() if value is not None},
        basis="yearly" if indicator.basis == Basis.YEARLY else "cumulative",
    )


def base_on(indicator: Indicator, restatements: Sequence[BaseRestatement], on: date) -> Value | None:
    """Return the base value in force on ``on``: as printed, or as last restated by then."""
    done = [row for row in restatements if row.effective_on <= on]
    return plain(done[-1].to_value if done else indicator.base_value)


def indicators_whole(*, plan: Plan) -> list[Indicator]:
    """Return the indicators of ``plan`` in order, with targets and bodies: three queries."""
    return list(plan.indicators.prefetch_related(_targets(), _bodies()).order_by("order", "pk"))


def _targets() -> Prefetch[str, QuerySet[Target], str]:
    return Prefetch("targets", Target.objects.select_related("department", "county"))


def _bodies() -> Prefetch[str, QuerySet[IndicatorBody], str]:
    return Prefetch("bodies", IndicatorBody.objects.select_related("department"))


def plan_readings(*, plan: Plan, on: date) -> list[Reading]:
    """Return one reading an indicator of ``plan``: four queries and what the counters need."""
    return readings_of(indicators_whole(plan=plan), plan=plan, on=on)


def figures_only(*, plan: Plan, on: date) -> list[Reading]:
    """Return the readings of ``plan`` for who does not name the bodies: three queries and the counters'."""
    return readings_of(list(plan.indicators.prefetch_related(_targets()).order_by("order", "pk")), plan=plan, on=on)


def indicator_reading(*, indicator: Indicator, on: date) -> Reading:
    """Return the reading of one indicator, its targets and bodies loaded with it: three queries and the counters'."""
    prefetch_related_objects([indicator], _targets(), _bodies())
    return readings_of([indicator], plan=indicator.plan, on=on)[0]


def readings_of(
    indicators: Sequence[Indicator], *, plan: Plan, on: date, series: Series = counters.series_of
) -> list[Reading]:
    """Return the readings of indicators loaded with ``indicators_whole``, counted by ``series``."""
    restated = restatements_of(indicators)
    days = sorted({*_history_days(on), *_year_ends(indicators, on)})
    keys = [indicator.code for indicator in indicators if indicator.code]
    counted = {key: dict(zip(days, row, strict=True)) for key, row in series(keys, days).items()}
    return [
        _reading(indicator, restated[indicator.root_id], counted.get(indicator.code), plan, on)
        for indicator in indicators
    ]


def restatements_of(indicators: Sequence[Indicator]) -> dict[int, list[BaseRestatement]]:
    """Return root → its restatements, oldest first: one query."""
    found: dict[int, list[BaseRestatement]] = {indicator.root_id: [] for indicator in indicators}
    for row in BaseRestatement.objects.filter(indicator_id__in=found).select_related("actor"):
        found[row.indicator_id].append(row)
    return found


def _history_days(on: date) -> list[date]:
    """Return ``on`` and the month-ends of the year before it: what a forecast is made from."""
    days, day = [on], on
    for _month in range(HISTORY_MONTHS):
        day = day.replace(day=1) - timedelta(days=1)
        days.append(day)
    return [*days, on - timedelta(days=365)]


def _year_ends(indicators: Sequence[Indicator], on: date) -> set[date]:
    years = {on.year - 1}
    for indicator in indicators:
        known = {target.year for target in indicator.targets.all()}
        known |= {indicator.base_year} if indicator.base_year else set()
        years |= known | {year - 1 for year in known}
    return {day for year in years if (day := date(year, 12, 31)) < on}


def _reading(
    indicator: Indicator,
    restatements: list[BaseRestatement],
    counted: Mapping[date, Count] | None,
    plan: Plan,
    on: date,
) -> Reading:
    base = base_on(indicator, restatements, on)
    path = path_of(indicator, indicator.targets.all(), base=base)
    unit = indicator.unit or DEFAULT_UNIT
    value = _value(path, counted, on)
    now = counted[on] if counted else None
    return Reading(
        indicator=indicator,
        on=on,
        unit=unit,
        path=path,
        value=value,
        stock=now.total if now else None,
        parts=now.parts if now else {},
        url=now.url if now else "",
        verdict=None if value is None else judged(path, reached=value, day=on, tolerance=plan.tolerance, unit=unit),
        run_rate=None if value is None else run_rate(path, reached=value, day=on),
        forecast=_forecast(path, counted, on, unit),
        base=base,
        base_printed=plain(indicator.base_value),
        base_registered=_base_registered(indicator, counted, on),
        growth_stated=indicator.growth_stated,
        growth_computed=growth_computed(path),
        growth_differs=growth_differs(indicator.growth_stated, path) if indicator.growth_stated else None,
        years=tuple(_year_rows(indicator, path, counted, plan, on)),
        restatements=tuple(restatements),
    )


def _value(path: Path, counted: Mapping[date, Count] | None, day: date) -> Value | None:
    """Return what the path is measured by: the stock, or what the year has added so far."""
    if counted is None or day not in counted:
        return None
    if path.basis == "cumulative":
        return counted[day].total
    begun = counted.get(date(day.year - 1, 12, 31))
    return None if begun is None else counted[day].total - begun.total


def _base_registered(indicator: Indicator, counted: Mapping[date, Count] | None, on: date) -> int | None:
    if counted is None or not indicator.base_year or indicator.basis == Basis.YEARLY:
        return None
    at_base = counted.get(min(date(indicator.base_year, 12, 31), on))
    return at_base.total if at_base else None


def _forecast(path: Path, counted: Mapping[date, Count] | None, on: date, unit: str) -> Forecast | None:
    """Return what the year's end will show if the pace of the last twelve months goes on."""
    goal = path.goal_on(on)
    if counted is None or goal is None or goal.due < on or path.basis == "yearly":
        return None
    history = [(day, count.total) for day, count in counted.items() if day >= on - timedelta(days=366)]
    return forecast(history, day=on, due=date(on.year, 12, 31), unit=unit)


def _year_rows(
    indicator: Indicator, path: Path, counted: Mapping[date, Count] | None, plan: Plan, on: date
) -> Iterable[YearRow]:
    own = {row.year: row for row in indicator.targets.all() if row.department_id is None and row.county_id is None}
    base_years = {indicator.base_year} if indicator.base_year and path.base is not None else set()
    before: Value | None = None
    for year in sorted({*own, *base_years}):
        target = own.get(year)
        day = min(date(year, 12, 31), on)
        reached = _value(path, counted, day) if day.year == year else None
        stock = counted[day] if counted and reached is not None else None
        is_base = year == indicator.base_year and target is None
        unit = indicator.unit or DEFAULT_UNIT
        verdict = None
        if reached is not None and not is_base:
            verdict = judged(path, reached=reached, day=day, tolerance=plan.tolerance, unit=unit)
        yield YearRow(
            year=year,
            day=day,
            is_base=is_base,
            op="" if target is None else target.op,
            target=path.base if target is None else plain(target.value),
            target_parts=parts_of(indicator.base_parts if target is None else target.parts),
            reached=reached,
            parts=stock.parts if stock else {},
            url=stock.url if stock else "",
            verdict=verdict,
            growth=_growth(before, reached),
        )
        before = reached


def _growth(before: Value | None, now: Value | None) -> Decimal | None:
    """Return the growth over the year before in percent, half up to one decimal."""
    if not before or now is None:
        return None
    return (Decimal(now - before) / Decimal(before) * 100).quantize(Decimal("0.1"), rounding="ROUND_HALF_UP")


def unit_readings(*, indicator: Indicator, on: date) -> list[UnitReading]:
    """Return the targets set for departments and counties with what is counted there on ``on``.

    The register is asked once for each unit, not for each target.
    """
    rows = [row for row in indicator.targets.all() if row.department_id or row.county_id]
    counted = {
        (row.department_id, row.county_id): counters.count(
            indicator.code, on, department_id=row.department_id, county_id=row.county_id
        )
        for row in {(row.department_id, row.county_id): row for row in rows}.values()
    }
    found = []
    for row in rows:
        stock = counted[row.department_id, row.county_id]
        unit = str(row.department or row.county)
        found.append(UnitReading(row, unit, stock.total if stock else None, stock.url if stock else ""))
    return found


def decomposition(
    *, indicator: Indicator, since: date, until: date, restatements: Sequence[BaseRestatement] | None = None
) -> Decomposition | None:
    """Split the change of the stock after ``since`` until the end of ``until``.

    A restatement stands either in the register, as an ending or beginning for 口径调整, or
    with the plan, as a restated base; both are counted apart. ``None`` where nobody counts.
    ``restatements`` are the indicator's, where they were read already.
    """
    counted = counters.series(indicator.code, [since, until])
    if not counted:
        return None
    rows = restatements_of([indicator])[indicator.root_id] if restatements is None else restatements
    between = tuple(row for row in rows if since < row.effective_on <= until)
    return Decomposition(
        since=since,
        until=until,
        before=counted[0].total,
        after=counted[1].total,
        restated_register=counters.restated(indicator.code, since, until),
        restated_base=plain(sum((row.delta for row in between), start=Decimal(0))) or 0,
        restatements=between,
    )
