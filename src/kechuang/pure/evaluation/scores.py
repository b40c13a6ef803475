"""Scoring: the points of every item with their reason, the total, and the grade a scheme gives it.

What is not known gives no points, is told as 缺 and keeps the grade back, unless the system says that the absent counts
zero. Points are rounded item by item to two decimals (half up), so that the printed explanation adds up to the total.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from types import MappingProxyType

from kechuang.pure.conditions.nodes import Facts, Node, amount, references, truth
from kechuang.pure.evaluation.systems import IndexSystem, Item, Scale, Threshold

NONE: Mapping[str, Fraction] = MappingProxyType({})
CENT = 100


@dataclass(frozen=True, slots=True)
class ItemScore:
    """The points of one item. ``value`` is the audited one after its coefficient, ``reported`` the host's own.

    ``missing`` names what is not known, as the expression spells it; ``missing`` with points 0 is printed 缺.
    """

    block: str
    item: Item
    points: Fraction
    rule: str
    value: Fraction | None = None
    reported: Fraction | None = None
    missing: tuple[str, ...] = ()

    @property
    def corrected(self) -> bool:
        """Whether the audit changed what was reported."""
        return self.reported is not None and self.reported != self.value


@dataclass(frozen=True, slots=True)
class AdjustmentScore:
    """A bonus or malus: its points where it applies, 0 where it does not or is not known."""

    id: str
    label: str
    points: Fraction
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ThresholdCheck:
    """An entry condition checked again: met, unmet (``False``) or unknown (``None``)."""

    id: str
    text: str
    met: bool | None
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Score:
    """A subject's score. ``cut`` is what the bounds of the system took away or gave, so that all parts add up."""

    system: IndexSystem
    items: tuple[ItemScore, ...]
    adjustments: tuple[AdjustmentScore, ...]
    thresholds: tuple[ThresholdCheck, ...]
    cut: Fraction
    total: Fraction

    @property
    def missing(self) -> tuple[str, ...]:
        """Return what is not known, each name once: labels of items and adjustments, texts of thresholds."""
        lacking = [one.item.label for one in self.items if one.missing]
        lacking += [one.label for one in self.adjustments if one.missing]
        return tuple(dict.fromkeys([*lacking, *(one.text for one in self.thresholds if one.met is None)]))

    @property
    def complete(self) -> bool:
        """Whether nothing that counts is unknown."""
        return self.system.absent_is_zero or not self.missing


def score(
    system: IndexSystem, facts: Facts, *, reported: Facts | None = None, by_hand: Mapping[str, Fraction] = NONE
) -> Score:
    """Score audited ``facts`` (核定数); ``reported`` are the host's own values, shown beside them.

    ``by_hand`` gives the points of items no fact can answer; a value outside 0 … weight raises ``ValueError``.
    """
    items = tuple(
        _item_score(block.label, item, facts, reported, by_hand) for block in system.blocks for item in block.items
    )
    adjustments = tuple(_adjustment(one.id, one.label, one.when, one.give, facts) for one in system.adjustments)
    thresholds = tuple(_check(one, facts) for one in system.thresholds)
    raw = sum((*(one.points for one in items), *(one.points for one in adjustments)), Fraction(0))
    total = raw
    if system.most is not None:
        total = min(total, system.most)
    if system.least is not None:
        total = max(total, system.least)
    return Score(system, items, adjustments, thresholds, total - raw, total)


def _item_score(
    block: str, item: Item, facts: Facts, reported: Facts | None, by_hand: Mapping[str, Fraction]
) -> ItemScore:
    if item.by_hand:
        return _given(block, item, by_hand)
    value = _value(item, facts)
    scale = _scale(item, facts)
    told = _value(item, reported) if reported else None
    if value is None or (item.scales and scale is None):
        return ItemScore(block, item, Fraction(0), item.sentence(), value, told, _missing(item, facts) or (item.label,))
    if item.bands:
        points = max((band.give for band in item.bands if value >= band.at_least), default=Fraction(0))
    else:
        points = scale.points(value, item.weight) if scale else Fraction(0)
    return ItemScore(block, item, rounded(points), item.sentence(scale), value, told)


def _given(block: str, item: Item, by_hand: Mapping[str, Fraction]) -> ItemScore:
    given = by_hand.get(item.id)
    if given is None:
        return ItemScore(block, item, Fraction(0), item.sentence(), missing=(item.label,))
    if not 0 <= given <= item.weight:
        raise ValueError(f"{item.id}: {given} is not between 0 and {item.weight}")
    return ItemScore(block, item, rounded(given), item.sentence(), given)


def _value(item: Item, facts: Facts) -> Fraction | None:
    """Return the item's value with its coefficient; unknown while it is not known which coefficient applies."""
    if item.value is None:
        return None
    value = amount(item.value, facts)
    for coefficient in item.coefficients:
        applies = truth(coefficient.when, facts)
        if applies is None:
            return None
        if applies and value is not None:
            return value * coefficient.factor
    return value


def _scale(item: Item, facts: Facts) -> Scale | None:
    """Return the line that fits the subject, or nothing while that is not known."""
    for scale in item.scales:
        fits = truth(scale.when, facts) if scale.when else True
        if fits is None:
            return None
        if fits:
            return scale
    return None


def _missing(item: Item, facts: Facts) -> tuple[str, ...]:
    asked = [item.value, *(one.when for one in item.coefficients), *(one.when for one in item.scales)]
    return tuple(dict.fromkeys(name for node in asked if node is not None for name in _lacking(node, facts)))


def _lacking(node: Node, facts: Facts) -> tuple[str, ...]:
    return tuple(fact.spelling for fact in references((node,)) if fact.key not in facts.values)


def _check(threshold: Threshold, facts: Facts) -> ThresholdCheck:
    met = truth(threshold.need, facts)
    return ThresholdCheck(threshold.id, threshold.text, met, _lacking(threshold.need, facts) if met is None else ())


def _adjustment(name: str, label: str, when: Node, give: Fraction, facts: Facts) -> AdjustmentScore:
    applies = truth(when, facts)
    missing = (_lacking(when, facts) or (label,)) if applies is None else ()
    return AdjustmentScore(name, label, rounded(give) if applies else Fraction(0), missing)


def rounded(number: Fraction) -> Fraction:
    """Round to two decimals, half away from zero."""
    sign = -1 if number < 0 else 1
    return Fraction(sign * ((2 * abs(number) * CENT + 1) // 2), CENT)


@dataclass(frozen=True, slots=True)
class GradeBand:
    """A grade of a scheme from ``at_least`` points (included) on; ``None`` is the lowest, open below."""

    grade: str
    at_least: Fraction | None


@dataclass(frozen=True, slots=True)
class Graded:
    """The grade, or why there is none yet. ``by`` says what decided: points, a threshold, or absence."""

    grade: str | None
    why: str


def grade(
    score: Score | None,
    bands: Sequence[GradeBand],
    *,
    absent_grade: str | None = None,
    failed_grade: str | None = None,
) -> Graded:
    """Grade a score by a scheme's own bands, highest first; ``None`` is a subject that did not report.

    ``failed_grade`` is given when an entry threshold is no longer met; without it thresholds are only told.
    """
    if score is None:
        return Graded(absent_grade, "未提交自评" if absent_grade else "未提交自评；办法没有写明如何定级")
    failed = [check.text for check in score.thresholds if check.met is False]
    if failed and failed_grade:
        return Graded(failed_grade, f"不再符合认定门槛：{'；'.join(failed)}")
    if not score.complete:
        return Graded(None, f"尚缺：{'、'.join(score.missing)}")
    if all(band.at_least is None for band in bands):
        return Graded(None, "办法没有公布分数线，等级由会议决定")
    for band in bands:
        if band.at_least is None or score.total >= band.at_least:
            return Graded(band.grade, "按得分")
    return Graded(None, "得分低于最低一档的分数线")


@dataclass(frozen=True, slots=True)
class Moved:
    """How a subject's place changed between two runs; places count from 1, equal totals share one."""

    subject: object
    before: int | None
    after: int | None
    points: Fraction


def places(totals: Mapping[object, Fraction]) -> dict[object, int]:
    """Return the place of each subject, the highest total first; equal totals stand at the same place."""
    return {subject: 1 + sum(other > total for other in totals.values()) for subject, total in totals.items()}


def moved(before: Mapping[object, Fraction], after: Mapping[object, Fraction]) -> list[Moved]:
    """Return whose total or place changed from one run to the next, in the order of ``after``."""
    old, new = places(before), places(after)
    subjects: Iterable[object] = dict.fromkeys([*after, *before])
    rows = (
        Moved(one, old.get(one), new.get(one), after.get(one, Fraction(0)) - before.get(one, Fraction(0)))
        for one in subjects
    )
    return [row for row in rows if row.before != row.after or row.points]


def cases_failed(system: IndexSystem) -> list[str]:
    """Run the system's own cases; return what differs, in sentences."""
    return [said for number, case in enumerate(system.cases, start=1) for said in _case_failed(system, number)]


def _case_failed(system: IndexSystem, number: int) -> Iterable[str]:

    case = system.cases[number - 1]
    found = score(system, Facts(2022, date(2022, 12, 31), case.facts), by_hand=case.by_hand)
    if found.total != case.total:
        yield f"第 {number} 个算例得 {float(found.total):g} 分，应为 {float(case.total):g} 分"
    got = {one.item.id: one.points for one in found.items} | {one.id: one.points for one in found.adjustments}
    for name, points in case.points.items():
        if got.get(name) != points:
            yield f"第 {number} 个算例的“{name}”得 {float(got.get(name, 0)):g} 分，应为 {float(points):g} 分"
    lacking = {one.item.id for one in found.items if one.missing}
    lacking |= {one.id for one in found.adjustments if one.missing}
    if lacking != set(case.missing):
        told, wanted = ("、".join(sorted(names)) or "无" for names in (lacking, case.missing))
        yield f"第 {number} 个算例缺 {told}，应缺 {wanted}"
