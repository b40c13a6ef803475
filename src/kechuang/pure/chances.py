"""What a pipeline may bring by a day: durations told from experience, success shares, and what-if (假设推演).

How long (办理时长): the durations of finished cases as they are. With at least ``LEAST`` of them the
middle is the median and the interval holds four cases in five (tenth to ninetieth percentile,
linear between ranks); with fewer nothing is estimated and the caller says so.

How many (成功率): Laplace's rule of succession, (successes + 1) / (cases + 2): without any experience
one half, and never certain.

By a day (到期可成): a candidate counts with its success share times the share of finished cases that
took no longer than the time it will have had by then. The number that succeeds is a sum of
independent chances; up to ``EXACT`` candidates its distribution is computed exactly, beyond that
it is normal with the same mean and variance. The interval holds four cases in five.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, erf, floor, sqrt

import numpy as np
import numpy.typing as npt

LEAST = 5
LOW, MIDDLE, HIGH = 10.0, 50.0, 90.0
FOUR_IN_FIVE = 1.2816
EXACT = 400
Whole = npt.NDArray[np.int64]
Real = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LeadTime:
    """How long finished cases took, in days: the middle, and the interval that holds four in five of ``cases``."""

    cases: int
    low: int
    middle: int
    high: int


def lead_time(durations: Sequence[int]) -> LeadTime | None:
    """Return what ``durations`` (days) say; ``None`` for fewer than ``LEAST``, which are too few to say anything."""
    if len(durations) < LEAST:
        return None
    low, middle, high = np.percentile(np.asarray(durations, dtype=np.float64), (LOW, MIDDLE, HIGH))
    return LeadTime(len(durations), floor(low), round(middle), ceil(high))


def success_share(successes: int, cases: int) -> float:
    """Return the share of cases that succeed, by the rule of succession.

    Raises ``ValueError`` for impossible counts.
    """
    if not 0 <= successes <= cases:
        raise ValueError("there are at most as many successes as cases")
    return (successes + 1) / (cases + 2)


@dataclass(frozen=True, slots=True)
class Chance:
    """What candidates bring: the mean, the interval of four cases in five, and the chance of at least ``goal`` more."""

    mean: float
    low: int
    high: int
    reach: float | None


def in_time(waited: Whole, days_left: int, durations: Sequence[int], *, assumed: int) -> Real:
    """Return for each candidate the share of cases that took no longer than what it will have had.

    ``waited`` are the days it has been under way. Without enough ``durations`` every case is taken to need ``assumed``
    days.
    """
    had = waited + days_left
    if len(durations) < LEAST:
        return (had >= assumed).astype(np.float64)
    # A table by days: looking up is far cheaper than searching for each of many candidates.
    done_by = np.cumsum(np.bincount(np.asarray(durations, dtype=np.int64))) / len(durations)
    return np.where(had < 0, 0.0, done_by[np.clip(had, 0, len(done_by) - 1)])


def chances(group: Whole, share: Real, goals: Sequence[float | None]) -> list[Chance]:
    """Return what each group brings; ``goals`` are how many more each needs (``None`` asks for no chance).

    ``group`` (0 to len(goals) - 1) and ``share`` (0 to 1) have one element a candidate.
    """
    number = len(goals)
    means = np.bincount(group, weights=share, minlength=number)
    spreads = np.bincount(group, weights=share * (1 - share), minlength=number)
    sizes = np.bincount(group, minlength=number)
    return [
        _exactly(share[group == place], goal)
        if sizes[place] <= EXACT
        else _nearly(float(means[place]), sqrt(float(spreads[place])), int(sizes[place]), goal)
        for place, goal in enumerate(goals)
    ]


def _exactly(share: Real, goal: float | None) -> Chance:
    """Return the chance from the distribution of a sum of independent yes-or-no cases."""
    told = np.ones(1)
    for value in share:
        told = np.convolve(told, (1 - value, value))
    summed = np.cumsum(told)
    low = int(np.searchsorted(summed, LOW / 100 + 1e-12))
    high = min(int(np.searchsorted(summed, HIGH / 100 - 1e-12)), len(share))
    reach = None if goal is None else float(told[max(ceil(goal), 0) :].sum())
    return Chance(float(share.sum()), low, high, reach)


def _nearly(mean: float, spread: float, size: int, goal: float | None) -> Chance:
    low = max(floor(mean - FOUR_IN_FIVE * spread), 0)
    high = min(ceil(mean + FOUR_IN_FIVE * spread), size)
    return Chance(mean, low, high, None if goal is None else _beyond(ceil(goal) - 0.5, mean, spread))


def _beyond(bound: float, mean: float, spread: float) -> float:
    if spread == 0:
        return float(mean >= bound)
    return 0.5 * (1 - erf((bound - mean) / (spread * sqrt(2))))


def starts_needed(lacking: float, share: float) -> int:
    """Return how many more must be begun to bring ``lacking`` at ``share`` each; 0 when nothing lacks."""
    if lacking <= 0:
        return 0
    if not 0 < share <= 1:
        raise ValueError("a share of success lies above 0 and is at most 1")
    return ceil(lacking / share - 1e-9)


@dataclass(frozen=True, slots=True)
class Lot:
    """Candidates of one kind of matter: how far each is (index of a share), and for how many days it is under way."""

    stages: Sequence[int]
    waited: Sequence[int]
    durations: Sequence[int]


def brought(
    lots: Sequence[Lot], shares: Sequence[float], *, days_left: int, goal: float | None, assumed: int
) -> Chance:
    """Return what ``lots`` bring within ``days_left``; ``goal`` and ``assumed`` as of ``chances`` and ``in_time``."""
    values = np.asarray(shares, dtype=np.float64)
    parts = [
        values[np.asarray(lot.stages, dtype=np.int64)]
        * in_time(np.asarray(lot.waited, dtype=np.int64), days_left, lot.durations, assumed=assumed)
        for lot in lots
    ]
    share = np.concatenate([np.zeros(0), *parts])
    [chance] = chances(np.zeros(len(share), dtype=np.int64), share, [goal])
    return chance
