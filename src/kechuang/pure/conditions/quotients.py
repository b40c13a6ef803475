"""Answers for exact arithmetic on whole columns: quotients of 64-bit whole numbers with known bounds.

Every operation first works out, from the bounds of its parts, whether its result fits; where it does not it raises
``Wide`` and the caller compares by error bounds instead. Nothing overflows and nothing is rounded.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import gcd

import numpy as np
import numpy.typing as npt

from kechuang.pure.conditions.columns import WIDEST, Flags
from kechuang.pure.conditions.nodes import COMPARE

Whole = npt.NDArray[np.int64]


class Wide(ArithmeticError):
    """The result may not fit into 64 bits."""


@dataclass(frozen=True, slots=True)
class Truth:
    """Truth values of a column: ``met`` and ``unmet`` are never both set; neither set is unknown."""

    met: Flags
    unmet: Flags


@dataclass(frozen=True, slots=True)
class Quotient:
    """``scale`` × ``top`` / ``bottom`` where ``known`` (``None``: everywhere; a missing ``bottom`` is 1).

    Arrays of no dimension stand for one value in every row. ``bound`` and ``bottom_bound`` are never exceeded by the
    absolute values of ``top`` and ``bottom``. ``scale`` is never 0.
    """

    top: Whole
    bottom: Whole | None
    scale: Fraction
    known: Flags | None
    bound: int
    bottom_bound: int = 1


def constant(number: Fraction) -> Quotient:
    """Return one number for every row."""
    if not number:
        return Quotient(np.array(0, dtype=np.int64), None, Fraction(1), None, 0)
    return Quotient(np.array(1, dtype=np.int64), None, number, None, 1)


def nowhere() -> Quotient:
    """Return a number that is unknown in every row."""
    return replace(constant(Fraction(0)), known=np.array(False))  # noqa: FBT003  # an array, not a switch


def both_known(one: Flags | None, other: Flags | None) -> Flags | None:
    """Return where both are known."""
    if one is None or other is None:
        return other if one is None else one
    return one & other


def negative(number: Quotient) -> Quotient:
    return replace(number, scale=-number.scale)


def _shared(one: Fraction, other: Fraction) -> tuple[int, int, Fraction]:
    """Return whole factors a, b and a positive scale g with one = a·g and other = b·g."""
    scale = Fraction(
        gcd(one.numerator * other.denominator, other.numerator * one.denominator), one.denominator * other.denominator
    )
    return int(one / scale), int(other / scale), scale


def _fits(*bounds: int) -> None:
    if max(bounds) >= WIDEST:
        raise Wide


def _times(column: Whole, factor: int) -> Whole:
    return column if factor == 1 else column * np.int64(factor)


def _crossed(one: Quotient, other: Quotient) -> tuple[Whole, Whole, int, int, Fraction]:
    """Return both tops over one bottom and scale, with their bounds."""
    a, b, scale = _shared(one.scale, other.scale)
    left_bound = abs(a) * one.bound * other.bottom_bound
    right_bound = abs(b) * other.bound * one.bottom_bound
    _fits(abs(a), abs(b), left_bound, right_bound, left_bound + right_bound)
    left, right = _times(one.top, a), _times(other.top, b)
    if other.bottom is not None:
        left = left * other.bottom
    if one.bottom is not None:
        right = right * one.bottom
    return left, right, left_bound, right_bound, scale


def _bottom(one: Quotient, other: Quotient) -> tuple[Whole | None, int]:
    bound = one.bottom_bound * other.bottom_bound
    _fits(bound)
    if one.bottom is None or other.bottom is None:
        return (other.bottom if one.bottom is None else one.bottom), bound
    return one.bottom * other.bottom, bound


def _folded(number: Quotient) -> Quotient:
    """Fold a number that is the same in every row into its scale, so that it costs no width."""
    if number.top.ndim or number.bottom is not None:
        return number
    return replace(constant(int(number.top) * number.scale), known=number.known)


def plus(one: Quotient, other: Quotient) -> Quotient:
    left, right, left_bound, right_bound, scale = _crossed(one, other)
    bottom, bottom_bound = _bottom(one, other)
    known = both_known(one.known, other.known)
    return _folded(Quotient(left + right, bottom, scale, known, left_bound + right_bound, bottom_bound))


def times(one: Quotient, other: Quotient) -> Quotient:
    bound = one.bound * other.bound
    _fits(bound)
    bottom, bottom_bound = _bottom(one, other)
    known = both_known(one.known, other.known)
    return _folded(Quotient(one.top * other.top, bottom, one.scale * other.scale, known, bound, bottom_bound))


def over(one: Quotient, other: Quotient) -> Quotient:
    """Divide; where the divisor is 0 the quotient is unknown."""
    if not other.top.ndim and other.bottom is None:
        if not int(other.top):
            return nowhere()
        known = both_known(one.known, other.known)
        return replace(one, scale=one.scale / (int(other.top) * other.scale), known=known)
    bound, bottom_bound = one.bound * other.bottom_bound, one.bottom_bound * other.bound
    _fits(bound, bottom_bound)
    top = one.top if other.bottom is None else one.top * other.bottom
    bottom = other.top if one.bottom is None else one.bottom * other.top
    known = both_known(both_known(one.known, other.known), other.top != 0)
    return Quotient(top, bottom, one.scale / other.scale, known, bound, bottom_bound)


def compared(one: Quotient, other: Quotient, sign: str) -> Truth:
    """Compare two columns of numbers exactly."""
    left, right, _, _, _ = _crossed(one, other)
    found = COMPARE[sign]
    met: Flags = np.asarray(found(left, right))
    if sign not in {"==", "!="}:
        bottom, _ = _bottom(one, other)
        if bottom is not None and (turned := bottom < 0).any():
            met = np.where(turned, found(right, left), met)
    known = both_known(one.known, other.known)
    if known is None:
        return Truth(met, ~met)
    return Truth(met & known, ~met & known)


def extreme(numbers: Sequence[Quotient], *, highest: bool) -> Quotient:
    """Return the lowest or highest of several columns without bottoms."""
    best = numbers[0]
    for number in numbers[1:]:
        left, right, left_bound, right_bound, scale = _crossed(best, number)
        top = np.maximum(left, right) if highest else np.minimum(left, right)
        known = both_known(best.known, number.known)
        best = Quotient(np.asarray(top), None, scale, known, max(left_bound, right_bound))
    return best


def chosen(condition: Truth, one: Quotient, other: Quotient) -> Quotient:
    """Take ``one`` where the condition is met, else ``other``; where it is unknown, only what both agree on.

    Each keeps its own bottom: that of the one not taken may be 0.
    """
    a, b, scale = _shared(one.scale, other.scale)
    bound = max(abs(a) * one.bound, abs(b) * other.bound)
    _fits(abs(a), abs(b), bound)
    top = np.asarray(np.where(condition.met, _times(one.top, a), _times(other.top, b)))
    bottom = None
    if one.bottom is not None or other.bottom is not None:
        bottoms = (np.int64(1) if number.bottom is None else number.bottom for number in (one, other))
        bottom = np.asarray(np.where(condition.met, *bottoms))
    agree = compared(one, other, "==").met
    one_known = np.array(True) if one.known is None else one.known  # noqa: FBT003  # an array, not a switch
    other_known = np.array(True) if other.known is None else other.known  # noqa: FBT003
    known = (condition.met & one_known) | (condition.unmet & other_known) | agree
    return Quotient(top, bottom, scale, known, bound, max(one.bottom_bound, other.bottom_bound))
