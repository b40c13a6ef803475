"""Answers for facts of many subjects held as columns, exactly, and ready for arithmetic on whole columns.

A column of numbers is a column of 64-bit whole numbers and one scale (0.01 for two decimals), so that most comparisons
need no floating point at all. Where the digits do not fit, the exact fractions are kept beside rounded ones.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from kechuang.pure.conditions.metrics import Dictionary
from kechuang.pure.conditions.nodes import Facts
from kechuang.pure.conditions.values import Kind, Value

Integers = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]

WIDEST = 2**62
_MOST_DECIMALS = 18


@dataclass(frozen=True, slots=True)
class Amounts:
    """Numbers, or dates as day numbers: ``tops`` × ``scale`` where ``known``.

    ``bound`` is the greatest absolute value in ``tops``. Where one number does not fit, ``wide`` holds all of them by
    row, ``reals`` holds them rounded, and ``tops`` means nothing.
    """

    tops: Integers
    known: Flags
    scale: Fraction
    bound: int
    wide: Mapping[int, Fraction] = field(default_factory=dict)
    reals: npt.NDArray[np.float64] | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """Texts or sets as places in the table's vocabulary; -1 is unknown. Booleans are 0 and 1."""

    codes: Codes


Column = Amounts | Words


class Vocabulary:
    """Numbers texts and sets in order of first appearance."""

    def __init__(self) -> None:
        self.places: dict[str | frozenset[str], int] = {}

    def place(self, word: str | frozenset[str]) -> int:
        return self.places.setdefault(word, len(self.places))

    def words(self) -> list[str | frozenset[str]]:
        return list(self.places)


@dataclass(frozen=True, slots=True)
class Table:
    """The facts of ``subjects``: a column for each (metric, period), period ``None`` for metrics without years."""

    subjects: Sequence[str]
    columns: Mapping[tuple[str, int | None], Column]
    metrics: Dictionary
    vocabulary: Vocabulary

    def facts(self, row: int, *, year: int, on: date) -> Facts:
        """Return everything known of one subject, as the one-by-one path wants it."""
        words = self.vocabulary.words()
        values: dict[tuple[str, int], Value] = {}
        for (code, period), column in self.columns.items():
            value = value_at(column, row, self.metrics[code].kind, words)
            if value is not None and (period is None or period <= year):
                values[code, 0 if period is None else period - year] = value
        return Facts(year, on, values)


def value_at(column: Column, row: int, kind: Kind, words: Sequence[str | frozenset[str]]) -> Value | None:
    """Return one value of a column exactly; ``None`` where it is unknown."""
    if isinstance(column, Words):
        code = int(column.codes[row])
        if code < 0:
            return None
        return bool(code) if kind is Kind.BOOLEAN else words[code]
    if not column.known[row]:
        return None
    if column.wide:
        return column.wide[row]
    top = int(column.tops[row])
    return date.fromordinal(top) if kind is Kind.DATE else top * column.scale


def amounts(rows: npt.NDArray[Any], tops: npt.NDArray[Any], decimals: npt.NDArray[Any], size: int) -> Amounts:
    """Make a column of ``size`` rows from numbers ``tops`` / 10^``decimals`` at ``rows``; other rows are unknown.

    All three are arrays of whole numbers of one length; ``tops`` may hold Python integers of any size.
    """
    known = np.zeros(size, dtype=np.bool_)
    known[rows] = True
    places = int(decimals.max()) if len(decimals) else 0
    bound = 0
    for at in np.unique(decimals):
        those = tops[decimals == at]
        bound = max(bound, max(-int(those.min()), int(those.max())) * 10 ** (places - int(at)))
    scale = Fraction(1, 10**places)
    if bound < WIDEST and places <= _MOST_DECIMALS:
        column = np.zeros(size, dtype=np.int64)
        column[rows] = tops.astype(np.int64) * (10 ** (places - decimals.astype(np.int64)))
        return Amounts(column, known, scale, bound)
    wide = {int(row): Fraction(int(top), 10 ** int(at)) for row, top, at in zip(rows, tops, decimals, strict=True)}
    reals = np.zeros(size)
    reals[rows] = [float(number) for number in wide.values()]
    return Amounts(np.zeros(size, dtype=np.int64), known, scale, bound, wide, reals)


def column_of(values: Iterable[Value | None], kind: Kind, vocabulary: Vocabulary) -> Column:
    """Make a column from values one by one, ``None`` for unknown (small tables and tests)."""
    given = list(values)
    if kind is Kind.NUMBER:
        return _amounts_of(given)
    if kind is Kind.DATE:
        days = [value.toordinal() if isinstance(value, date) else None for value in given]
        return _amounts_of([None if day is None else Fraction(day) for day in days])
    codes = np.full(len(given), -1, dtype=np.int32)
    for row, value in enumerate(given):
        if isinstance(value, bool):
            codes[row] = value
        elif isinstance(value, str | frozenset):
            codes[row] = vocabulary.place(value)
    return Words(codes)


def _amounts_of(given: Sequence[Value | None]) -> Amounts:
    rows = [row for row, value in enumerate(given) if value is not None]
    numbers = [value for value in given if isinstance(value, Fraction)]
    places = [_places(number) for number in numbers]
    tops = [int(number * 10**at) for number, at in zip(numbers, places, strict=True)]
    return amounts(np.array(rows, dtype=np.int64), integers(tops), np.array(places, dtype=np.int64), len(given))


def _places(number: Fraction) -> int:
    """Return how many decimals a number needs; facts are decimals, so this ends."""
    places = 0
    while (number * 10**places).denominator != 1:
        places += 1
    return places


def integers(numbers: Sequence[int]) -> npt.NDArray[Any]:
    """Return whole numbers as an array: of 64 bits where they fit, else of Python's own."""
    if all(-WIDEST < number < WIDEST for number in numbers):
        return np.array(numbers, dtype=np.int64)
    return np.array(numbers, dtype=object)
