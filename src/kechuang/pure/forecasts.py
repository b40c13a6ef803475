"""Forecast of a year's end from the history of counts: one simple method, told in words.

Method (推算方法): the net change of the last twelve months (or of the whole history, when it is
shorter) is carried on at the same monthly pace. Recognitions are few and independent, so their
number is treated as a Poisson count: with ``g`` gross changes in ``n`` months and ``m`` months to
go, the variance of what is to come is ``(g + 0.5) / n × m × (1 + m / n)``; the factor in brackets
is the uncertainty of the pace itself, 0.5 keeps a quiet year from looking certain. The interval
is 1.28 standard deviations to each side, about four cases in five.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from math import ceil, floor, sqrt

DAYS_A_MONTH = 30.4375
WINDOW_DAYS = 365
LEAST_DAYS = 90
FOUR_IN_FIVE = 1.28


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is to be expected at ``due``: the middle, and the interval that holds four cases in five."""

    due: date
    low: int
    middle: int
    high: int
    sentence: str


def forecast(history: Sequence[tuple[date, int]], *, day: date, due: date, unit: str = "个") -> Forecast | None:
    """Carry the pace of ``history`` on to ``due``.

    ``history`` gives the count from each day on, in order of date; rows after ``day`` are not
    looked at. Returns ``None`` when fewer than 90 days are known or ``due`` is past.
    """
    known = sorted(row for row in history if row[0] <= day)
    if not known or due < day or (day - known[0][0]).days < LEAST_DAYS:
        return None
    begin = max(known[0][0], day - timedelta(days=WINDOW_DAYS))
    counts = [_count_on(known, begin), *(count for when, count in known if when > begin)]
    passed, ahead = (day - begin).days / DAYS_A_MONTH, (due - day).days / DAYS_A_MONTH
    middle = max(counts[-1] + (counts[-1] - counts[0]) / passed * ahead, 0.0)
    gross = sum(abs(later - earlier) for earlier, later in pairwise(counts))
    spread = FOUR_IN_FIVE * sqrt((gross + 0.5) / passed * ahead * (1 + ahead / passed))
    low, high = max(floor(middle - spread), 0), ceil(middle + spread)
    half_up = floor(middle + 0.5)
    return Forecast(due, low, half_up, high, _sentence(counts, passed, (low, half_up, high), due, unit))


def _count_on(known: Sequence[tuple[date, int]], day: date) -> int:
    return [count for when, count in known if when <= day][-1]


def _sentence(counts: Sequence[int], passed: float, result: tuple[int, int, int], due: date, unit: str) -> str:
    low, middle, high = result
    return (
        f"近 {passed:.0f} 个月由 {counts[0]} {unit}变为 {counts[-1]} {unit}，按同样的速度，"
        f"到 {due.year} 年 {due.month} 月 {due.day} 日约 {middle} {unit}（八成可能在 {low} 至 {high} {unit}之间）。"
    )
