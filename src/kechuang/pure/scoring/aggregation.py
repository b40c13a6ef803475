"""One figure from several experts' scores (汇总评分), and whose score asks for a written reason.

All arithmetic is decimal and rounds half up (四舍五入) at the places the catalogue sets, because
that is how an applicant recomputes it by hand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

TOLERANCE = Decimal("0.3")
"""A score further from the mean than this share of it is an outlier (偏离均值超过 30%)."""


@dataclass(frozen=True, slots=True)
class AggregationRule:
    """How the catalogue wants scores summed up.

    ``drop_each_end`` highest and as many lowest scores are left out once there are at least
    ``trim_from`` scores; zero means a plain mean. ``places`` are decimal places of the result.
    """

    drop_each_end: int = 0
    trim_from: int = 5
    places: int = 2


@dataclass(frozen=True, slots=True)
class Threshold:
    """A grade of the catalogue and the least score, in points, that earns it."""

    name: str
    at_least: Decimal


@dataclass(frozen=True, slots=True)
class Aggregate:
    """The figure and how it came about: reviewers counted, and left out as highest or lowest."""

    value: Decimal
    counted: tuple[str, ...]
    dropped: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outlier:
    """A reviewer's score far from the mean; ``deviation`` is a share of the mean, signed."""

    reviewer: str
    score: Decimal
    mean: Decimal
    deviation: Decimal


def rounded(value: Fraction, places: int) -> Decimal:
    """Round a fraction half up (away from zero) to ``places`` decimal places, without an intermediate rounding."""
    sign = -1 if value < 0 else 1
    scaled = abs(value) * 10**places
    return Decimal(sign * int(scaled + Fraction(1, 2))).scaleb(-places).quantize(Decimal(1).scaleb(-places))


def weighted_score(points: Mapping[str, Decimal], weights: Mapping[str, Decimal], *, places: int = 2) -> Decimal:
    """Sum criteria ``points`` by ``weights``, which must add up to one.

    Raises ``ValueError`` for other weights or a criterion without points.
    """
    if sum(weights.values()) != 1:
        raise ValueError("各项权重之和应为 1。")
    if missing := [name for name in weights if name not in points]:
        raise ValueError(f"尚未评分：{'、'.join(missing)}。")
    total = sum((Fraction(points[name]) * Fraction(weight) for name, weight in weights.items()), Fraction(0))
    return rounded(total, places)


def mean(scores: Sequence[Decimal], *, places: int = 2) -> Decimal:
    """Return the plain mean. Raises ``ValueError`` without scores."""
    if not scores:
        raise ValueError("没有可汇总的评分。")
    return rounded(_sum(scores) / len(scores), places)


def aggregate(scores: Mapping[str, Decimal], rule: AggregationRule) -> Aggregate:
    """Sum up one proposal's scores by reviewer.

    Of equal scores at an end those of the last reviewers by name are left out, so that anybody
    repeating it leaves out the same. Raises ``ValueError`` where nothing would be left.
    """
    order = sorted(scores, key=lambda reviewer: (scores[reviewer], reviewer))
    drop = rule.drop_each_end if len(order) >= max(rule.trim_from, 1) else 0
    counted = order[drop : len(order) - drop]
    if not counted:
        raise ValueError("去掉最高分与最低分后没有剩余评分。")
    value = mean([scores[reviewer] for reviewer in counted], places=rule.places)
    left_out = tuple(reviewer for reviewer in order if reviewer not in counted)
    return Aggregate(value, tuple(sorted(counted)), left_out)


def trimmed_mean(scores: Sequence[Decimal], *, drop_each_end: int = 1, places: int = 2) -> Decimal:
    """Return the mean without the ``drop_each_end`` highest and lowest scores (去掉最高分和最低分)."""
    kept = sorted(scores)[drop_each_end : len(scores) - drop_each_end]
    return mean(kept, places=places)


def grade(value: Decimal, thresholds: Sequence[Threshold]) -> str | None:
    """Return the highest grade ``value`` earns, None where it earns none."""
    earned = [threshold for threshold in thresholds if value >= threshold.at_least]
    return max(earned, key=lambda threshold: threshold.at_least).name if earned else None


def outliers(scores: Mapping[str, Decimal], *, tolerance: Decimal = TOLERANCE) -> list[Outlier]:
    """Return scores more than ``tolerance`` of the mean away from it; exactly that far is not an outlier.

    The comparison is exact; only the figures shown are rounded, the deviation to four places. A
    mean of zero has no outliers.
    """
    if not scores:
        return []
    centre = _sum(list(scores.values())) / len(scores)
    found = []
    for reviewer, score in sorted(scores.items()):
        distance = Fraction(score) - centre
        if centre and abs(distance) > Fraction(tolerance) * abs(centre):
            found.append(Outlier(reviewer, score, rounded(centre, 2), rounded(distance / centre, 4)))
    return found


def unexplained(found: Sequence[Outlier], reasons: Mapping[str, str]) -> list[str]:
    """Return a sentence for every outlier whose reviewer has not written why."""
    return [
        f"{o.reviewer} 的评分 {o.score} 偏离均值 {o.mean} 达 {abs(o.deviation) * 100:.2f}%，须书面说明理由。"
        for o in found
        if not reasons.get(o.reviewer, "").strip()
    ]


def _sum(scores: Sequence[Decimal]) -> Fraction:
    return sum(map(Fraction, scores), Fraction(0))
