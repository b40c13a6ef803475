"""Every computed number with its formula and the figures in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from kechuang.plan.selectors.readings import Reading


@dataclass(frozen=True, slots=True)
class Formula:
    """What was computed, its value, and how: the formula with this reading's figures."""

    term: Any
    value: str
    how: str


def formulas(reading: Reading) -> list[Formula]:
    """Return the formulas of a reading that have a value."""
    return [row for row in (_growth(reading), _expected(reading), _pace(reading), _ahead(reading)) if row is not None]


def _growth(reading: Reading) -> Formula | None:
    path = reading.path
    if reading.growth_computed is None or path.base_year is None:
        return None
    last = max(path.targets)
    years = last - path.base_year
    how = f"（{path.targets[last]} ÷ {path.base}）^（1/{years}） - 1 = {reading.growth_computed}%"
    if reading.growth_stated:
        stated = reading.growth_stated.rstrip("%")
        how += _("；文件写 %(stated)s%%，照印，不改") % {"stated": stated}
    return Formula(_("年均增速（计算）"), f"{reading.growth_computed}%", how)


def _expected(reading: Reading) -> Formula | None:
    expected = reading.path.expected_on(reading.on)
    if expected is None:
        return None
    points = reading.path.anchors()
    inside = [(low, high) for low, high in pairwise(points) if low[0] <= reading.on < high[0]]
    if reading.path.basis == "yearly":
        goal = reading.path.targets[reading.on.year]
        passed = (reading.on - date(reading.on.year - 1, 12, 31)).days
        how = f"{goal} × {passed} ÷ {_days_of(reading.on.year)} = {expected}"
    elif inside:
        (start, low), (end, high) = inside[0]
        how = f"{low} + （{high} - {low}） × {(reading.on - start).days} ÷ {(end - start).days} = {expected}"
    else:
        how = _("计划期之外，取端点值 %(expected)s") % {"expected": expected}
    return Formula(_("按进度应有"), f"{expected} {reading.unit}", how)


def _days_of(year: int) -> int:
    return (date(year, 12, 31) - date(year - 1, 12, 31)).days


def _pace(reading: Reading) -> Formula | None:
    goal = reading.goal
    if reading.run_rate is None or goal is None or reading.value is None:
        return None
    if reading.run_rate == 0:
        how = _("已达到 %(goal)s %(unit)s，不需再增") % {"goal": goal.value, "unit": reading.unit}
    else:
        days = (goal.due - reading.on).days
        how = f"（{goal.value} - {reading.value}） ÷ （{days} ÷ 30.4375） = {reading.run_rate}"
    return Formula(
        _("达标所需速度"), _("每月 %(rate)s %(unit)s") % {"rate": reading.run_rate, "unit": reading.unit}, how
    )


def _ahead(reading: Reading) -> Formula | None:
    if reading.forecast is None:
        return None
    value = _("约 %(middle)d %(unit)s（%(low)d—%(high)d）") % {
        "middle": reading.forecast.middle,
        "low": reading.forecast.low,
        "high": reading.forecast.high,
        "unit": reading.unit,
    }
    return Formula(_("年末预测"), value, reading.forecast.sentence)
