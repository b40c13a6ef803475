"""Answers for comparisons too wide for whole numbers: floating point that carries its own error bound.

A comparison is decided only where the difference is greater than everything rounding may have done; the other rows
are handed back as doubtful and evaluated exactly, one by one.
"""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from kechuang.pure.conditions.columns import Flags
from kechuang.pure.conditions.nodes import COMPARE
from kechuang.pure.conditions.quotients import Truth, both_known

Reals = npt.NDArray[np.float64]

# Twice the rounding error of one operation, and more than what underflow can lose.
UNIT = 2.0**-52
TINY = 1e-290
SLACK = 1.0 + 1e-9


@dataclass(frozen=True, slots=True)
class Rounded:
    """Numbers ``value`` ± ``error`` where ``known``; an infinite or undefined error says "cannot tell"."""

    value: Reals
    error: Reals
    known: Flags | None


def constant(number: Fraction) -> Rounded:
    value = float(number)
    error = 0.0 if Fraction(value) == number else abs(value) * UNIT + TINY
    return Rounded(np.array(value), np.array(error), None)


def negative(number: Rounded) -> Rounded:
    return Rounded(-number.value, number.error, number.known)


def plus(one: Rounded, other: Rounded) -> Rounded:
    value = one.value + other.value
    return Rounded(value, one.error + other.error + np.abs(value) * UNIT, both_known(one.known, other.known))


def times(one: Rounded, other: Rounded) -> Rounded:
    value = one.value * other.value
    error = np.abs(one.value) * other.error + np.abs(other.value) * one.error + one.error * other.error
    return Rounded(value, error + np.abs(value) * UNIT + TINY, both_known(one.known, other.known))


def over(one: Rounded, other: Rounded) -> Rounded:
    """Divide; a divisor that is exactly 0 makes unknown, one that may be 0 makes doubt."""
    value = one.value / other.value
    room = np.abs(other.value) - other.error
    error = (one.error + np.abs(value) * other.error) / room + np.abs(value) * UNIT + TINY
    zero = (other.value == 0) & (other.error == 0)
    known = both_known(both_known(one.known, other.known), ~zero)
    return Rounded(value, np.where(room > 0, error, np.inf), known)


def lower(one: Rounded, other: Rounded) -> Rounded:
    known = both_known(one.known, other.known)
    return Rounded(np.minimum(one.value, other.value), np.maximum(one.error, other.error), known)


def growth(first: Rounded, last: Rounded, years: int) -> Rounded:
    """Return the yearly rate; the law rounds it to 12 decimals, which is within its error here."""
    root = (last.value / first.value) ** (1.0 / years)
    relative = first.error / np.abs(first.value) + np.where(last.value == 0, 0.0, last.error / np.abs(last.value))
    real = first.value > 0
    if years > 1:
        real = real & (last.value >= 0)
    error = 1e-12 + np.abs(root) * (relative + 1e-13)
    return Rounded(root - 1.0, error, both_known(both_known(first.known, last.known), np.asarray(real)))


def compared(one: Rounded, other: Rounded, sign: str) -> tuple[Truth, Flags]:
    """Compare; return the truth where it is certain and the rows where it is not."""
    difference = one.value - other.value
    error = one.error + other.error
    sure = (np.abs(difference) > (error + np.abs(difference) * UNIT) * SLACK) | (error == 0)
    met: Flags = np.asarray(COMPARE[sign](one.value, other.value))
    known = both_known(one.known, other.known)
    certain = sure if known is None else sure & known
    doubt = ~sure if known is None else ~sure & known
    return Truth(met & certain, ~met & certain), doubt


def chosen(condition: Truth, one: Rounded, other: Rounded) -> tuple[Rounded, Flags]:
    """Take one of two columns; the second result marks rows where agreement cannot be told."""
    agree, doubt = compared(one, other, "==")
    one_known = np.array(True) if one.known is None else one.known  # noqa: FBT003  # an array, not a switch
    other_known = np.array(True) if other.known is None else other.known  # noqa: FBT003
    known = (condition.met & one_known) | (condition.unmet & other_known) | agree.met
    value = np.where(condition.met, one.value, other.value)
    error = np.where(condition.met, one.error, other.error)
    return Rounded(value, error, known), doubt & ~condition.met & ~condition.unmet
