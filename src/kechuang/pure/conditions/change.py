"""Answers for the counterfactual: the smallest change of one fact that alone would make a clause met.

"Smallest" is least relative to the present value; a number is moved to a whole multiple of its metric's step. The
answer is always tried out by evaluating the clause again. There is none for texts, sets and dates, nor where the
present value is unknown: a missing fact is to be looked up, not imagined.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import cast

from kechuang.pure.conditions.metrics import Dictionary
from kechuang.pure.conditions.nodes import AtLeast, Fact, Facts, Node, references, truth
from kechuang.pure.conditions.rules import Clause, Role
from kechuang.pure.conditions.turning import turning_steps
from kechuang.pure.conditions.values import Kind


@dataclass(frozen=True, slots=True)
class Change:
    """Metric ``metric`` of ``period`` (a year; ``None`` for a metric without years) from one value to another."""

    metric: str
    period: int | None
    present: Fraction | bool
    wanted: Fraction | bool

    @property
    def relative(self) -> tuple[bool, Fraction]:
        """Return the size of the change against the present value; from zero every change is infinite."""
        present = Fraction(self.present)
        if not present:
            return (True, Fraction(0))
        return (False, abs((Fraction(self.wanted) - present) / present))


def smallest_change(clause: Clause, facts: Facts, metrics: Dictionary) -> Change | None:
    """Return the smallest change that makes a need met, or a band of points; ``None`` where there is none.

    A veto has none: nobody needs advice on how to incur it, and what lifts it is not a matter of one number's size.
    """
    if clause.role is Role.VETO:
        return None
    whens = tuple(band.when for band in clause.bands)
    condition = whens[0] if len(whens) == 1 else AtLeast(Kind.BOOLEAN, 1, whens)
    return change_of(condition, facts, metrics)


def change_of(condition: Node, facts: Facts, metrics: Dictionary) -> Change | None:
    """Return the least relative change that makes ``condition`` met; ties go to the fact that appears first."""
    return min(changes_of(condition, facts, metrics), key=lambda change: change.relative, default=None)


def changes_of(condition: Node, facts: Facts, metrics: Dictionary) -> list[Change]:
    """Return for each fact the change of it that alone makes ``condition`` met, in order of appearance."""
    if truth(condition, facts):
        return []
    found = (_change(condition, fact, facts, metrics) for fact in _varied(condition, facts))
    return [change for change in found if change is not None]


def _varied(condition: Node, facts: Facts) -> list[Fact]:
    """Return the known facts of a condition, each key once."""
    by_key: dict[tuple[str, int], Fact] = {}
    for fact in references((condition,)):
        if fact.key in facts.values:
            by_key.setdefault(fact.key, fact)
    return list(by_key.values())


def _change(condition: Node, fact: Fact, facts: Facts, metrics: Dictionary) -> Change | None:
    metric = metrics[fact.code]
    present = facts.values[fact.key]
    period = facts.year + fact.offset if metric.yearly else None
    if isinstance(present, bool):
        flipped = truth(condition, facts.replaced(fact.key, not present))
        return Change(fact.code, period, present, not present) if flipped else None
    if metric.kind is not Kind.NUMBER:
        return None
    number = cast("Fraction", present)
    wanted = _nearest(condition, fact, facts, metric.step)
    return None if wanted is None else Change(fact.code, period, number, wanted)


def _nearest(condition: Node, fact: Fact, facts: Facts, step: Fraction) -> Fraction | None:
    """Return the multiple of ``step`` nearest to the present value that meets the condition; upward wins a tie."""
    present = cast("Fraction", facts.values[fact.key])
    places = turning_steps(condition, fact, facts, step)
    places.update(range(floor(present / step) - 1, ceil(present / step) + 2))
    for place in sorted(places, key=lambda place: (abs(place * step - present), -place)):
        if truth(condition, facts.replaced(fact.key, place * step)):
            return place * step
    return None
