"""Charts of the plan, from readings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from kechuang.plan import counters
from kechuang.plan.models import Plan
from kechuang.plan.selectors.readings import Reading
from kechuang.ui.charts import Forecast, PathChart, path_chart
from kechuang.ui.charts import Reading as Point


def path_of_reading(reading: Reading) -> PathChart | None:
    """Return the chart of one indicator's path, ``None`` where there is nothing to draw."""
    targets = [Point(on, float(value)) for on, value in reading.path.anchors()]
    actual = _actual(reading)
    if not targets and not actual:
        return None
    ahead = reading.forecast
    expected = Forecast(ahead.due, ahead.low, ahead.middle, ahead.high) if ahead else None
    return path_chart(
        f"path-{reading.indicator.pk}",
        _("%(name)s：目标与实际") % {"name": reading.indicator.name},
        targets=targets,
        actual=actual,
        forecast=expected,
        unit=reading.unit,
        interactive=True,
    )


def total_chart(rows: Sequence[Reading], plan: Plan) -> PathChart | None:
    """Return the chart of all cumulative indicators together, for the plan's first fold."""
    counted = [reading for reading in rows if reading.path.basis == "cumulative"]
    known = [{on for on, _value in reading.path.anchors()} for reading in counted]
    years = set.intersection(*known) if known else set()
    if not years:
        return None
    targets = [Point(on, float(sum(dict(reading.path.anchors())[on] for reading in counted))) for on in sorted(years)]
    series = [[(row.day, row.reached) for row in reading.years] for reading in counted]
    actual = [
        Point(line[0][0], float(sum(value or 0 for _day, value in line)))
        for line in zip(*series, strict=False)
        if all(value is not None for _day, value in line) and len({day for day, _value in line}) == 1
    ]
    return path_chart(f"plan-{plan.pk}", _("各指标合计：目标与实际"), targets=targets, actual=actual, small=True)


def _actual(reading: Reading) -> list[Point]:
    """Return the stock at each quarter's end from the base year to the day of the reading."""
    if reading.value is None or reading.path.basis == "yearly":
        return [Point(row.day, float(row.reached)) for row in reading.years if row.reached is not None]
    first = (reading.path.base_year or reading.on.year) - 1
    quarters = [date(year, month, day) for year in range(first, reading.on.year + 1) for month, day in QUARTERS]
    days = [day for day in quarters if date(first, 12, 30) < day < reading.on]
    days = [*days[-MOST_QUARTERS:], reading.on]
    stocks = counters.series(reading.indicator.code, days)
    return [Point(day, float(stock.total)) for day, stock in zip(days, stocks, strict=True)]


MOST_QUARTERS = 60
"""Fifteen years; a plan asked about much later shows its last years."""
QUARTERS = ((3, 31), (6, 30), (9, 30), (12, 31))
