"""Answers for what a condition means: a tree of small pieces, each of which knows its value for one subject.

This is the law the bulk path is held to. Every value may be unknown (``None``); a piece with an unknown part is
unknown unless the rest already decides it (Kleene's three-valued logic). Arithmetic is on fractions, hence exact.
"""

import calendar
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from operator import eq, ge, gt, le, lt, ne
from typing import Any, cast

from kechuang.pure.conditions.values import Kind, Value

_GROWTH_PLACES = 12


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one subject, seen from a reference year and day.

    ``values`` maps (metric code, years from the reference year, 0 or negative) to a value; what is not there is
    unknown. A metric without years stands under 0.
    """

    year: int
    on: date
    values: Mapping[tuple[str, int], Value]

    def replaced(self, key: tuple[str, int], value: Value) -> "Facts":
        """Return the same facts with one value changed."""
        return Facts(self.year, self.on, {**self.values, key: value})


class Node:
    """A piece of a condition. ``kind`` is the kind of its value."""

    __slots__ = ()
    kind: Kind

    def value(self, facts: Facts) -> Value | None:
        raise NotImplementedError

    def parts(self) -> tuple["Node", ...]:
        """Return the pieces it is made of, in the order of the source."""
        return ()


def amount(node: Node, facts: Facts) -> Fraction | None:
    """Return the value of a numeric node."""
    return cast(Fraction | None, node.value(facts))


def truth(node: Node, facts: Facts) -> bool | None:
    """Return the value of a boolean node."""
    return cast(bool | None, node.value(facts))


def walk(node: Node) -> Iterator[Node]:
    """Yield ``node`` and every piece of it, in the order of the source."""
    yield node
    for part in node.parts():
        yield from walk(part)


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """A number, text, truth value or date written in the condition."""

    kind: Kind
    content: Value

    def value(self, facts: Facts) -> Value | None:
        return self.content


@dataclass(frozen=True, slots=True)
class Fact(Node):
    """The value of a metric, ``offset`` (0 or negative) years from the reference year."""

    kind: Kind
    code: str
    offset: int
    spelling: str

    @property
    def key(self) -> tuple[str, int]:
        return (self.code, self.offset)

    def value(self, facts: Facts) -> Value | None:
        return facts.values.get(self.key)


class Function(StrEnum):
    """Functions over several years of one metric."""

    SUM = "sum"
    AVG = "avg"
    LOWEST = "lowest"
    HIGHEST = "highest"


@dataclass(frozen=True, slots=True)
class Window(Node):
    """A function over the reference year and the years before it (``facts``, latest first)."""

    kind: Kind
    function: Function
    facts: tuple[Fact, ...]

    def parts(self) -> tuple[Node, ...]:
        return self.facts

    def value(self, facts: Facts) -> Value | None:
        found: list[Fraction] = []
        for fact in self.facts:
            number = amount(fact, facts)
            if number is None:
                return None
            found.append(number)
        return _WINDOWS[self.function](found)


_WINDOWS: dict[Function, Callable[[list[Fraction]], Fraction]] = {
    Function.SUM: lambda found: sum(found, Fraction(0)),
    Function.AVG: lambda found: sum(found, Fraction(0)) / len(found),
    Function.LOWEST: min,
    Function.HIGHEST: max,
}


@dataclass(frozen=True, slots=True)
class Growth(Node):
    """The compound yearly rate from ``first`` to ``last`` over ``years`` years, rounded to 12 decimals."""

    kind: Kind
    last: Fact
    first: Fact
    years: int

    def parts(self) -> tuple[Node, ...]:
        return (self.last, self.first)

    def value(self, facts: Facts) -> Value | None:
        last, first = amount(self.last, facts), amount(self.first, facts)
        if last is None or first is None:
            return None
        return growth_rate(first=first, last=last, years=self.years)


def growth_rate(*, first: Fraction, last: Fraction, years: int) -> Fraction | None:
    """Return (last/first)^(1/years) - 1 rounded to 12 decimals, half to even.

    Unknown when ``first`` is not positive, and when ``last`` is negative over several years (no real rate).
    The root is taken on whole numbers, so the last decimal is right whatever the size.
    """
    if first <= 0 or (last < 0 and years > 1):
        return None
    one = 10**_GROWTH_PLACES
    ratio = last / first
    if years == 1:
        return Fraction(round(ratio * one), one) - 1
    scaled = ratio * one**years
    floor = _root_floor(scaled.numerator // scaled.denominator, years)
    doubled, middle = scaled * 2**years, (2 * floor + 1) ** years
    up = doubled > middle or (doubled == middle and floor % 2 == 1)
    return Fraction(floor + up, one) - 1


def _root_floor(number: int, degree: int) -> int:
    """Return the whole part of the ``degree``-th root by Newton's method on integers."""
    if number < 2:  # noqa: PLR2004  # 0 and 1 are their own roots
        return number
    guess = 1 << -(-number.bit_length() // degree)
    while True:
        better = ((degree - 1) * guess + number // guess ** (degree - 1)) // degree
        if better >= guess:
            return guess
        guess = better


@dataclass(frozen=True, slots=True)
class Negative(Node):
    """A number with its sign turned."""

    kind: Kind
    operand: Node

    def parts(self) -> tuple[Node, ...]:
        return (self.operand,)

    def value(self, facts: Facts) -> Value | None:
        number = amount(self.operand, facts)
        return None if number is None else -number


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    """Two numbers added, subtracted, multiplied or divided; a division by zero is unknown."""

    kind: Kind
    sign: str
    left: Node
    right: Node

    def parts(self) -> tuple[Node, ...]:
        return (self.left, self.right)

    def value(self, facts: Facts) -> Value | None:
        left, right = amount(self.left, facts), amount(self.right, facts)
        if left is None or right is None:
            return None
        if self.sign == "+":
            return left + right
        if self.sign == "-":
            return left - right
        if self.sign == "*":
            return left * right
        return left / right if right else None


COMPARE: dict[str, Callable[[Any, Any], bool]] = {"==": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge}


@dataclass(frozen=True, slots=True)
class Comparison(Node):
    """One link of a comparison; both sides are of the same kind."""

    kind: Kind
    sign: str
    left: Node
    right: Node

    def parts(self) -> tuple[Node, ...]:
        return (self.left, self.right)

    def value(self, facts: Facts) -> Value | None:
        left, right = self.left.value(facts), self.right.value(facts)
        if left is None or right is None:
            return None
        return COMPARE[self.sign](left, right)


@dataclass(frozen=True, slots=True)
class Membership(Node):
    """Whether a value is, or with ``negated`` is not, among those listed."""

    kind: Kind
    operand: Node
    options: tuple[Value, ...]
    negated: bool

    def parts(self) -> tuple[Node, ...]:
        return (self.operand,)

    def value(self, facts: Facts) -> Value | None:
        found = self.operand.value(facts)
        return None if found is None else (found in self.options) is not self.negated


@dataclass(frozen=True, slots=True)
class Negation(Node):
    """Met where the operand is unmet, and the other way round."""

    kind: Kind
    operand: Node

    def parts(self) -> tuple[Node, ...]:
        return (self.operand,)

    def value(self, facts: Facts) -> Value | None:
        found = truth(self.operand, facts)
        return None if found is None else not found


@dataclass(frozen=True, slots=True)
class AtLeast(Node):
    """Met when at least ``need`` of the operands are met; ``and`` needs all of them, ``or`` one."""

    kind: Kind
    need: int
    operands: tuple[Node, ...]

    def parts(self) -> tuple[Node, ...]:
        return self.operands

    def value(self, facts: Facts) -> Value | None:
        met = possible = 0
        for operand in self.operands:
            found = truth(operand, facts)
            met += found is True
            possible += found is not False
        if met >= self.need:
            return True
        return False if possible < self.need else None


@dataclass(frozen=True, slots=True)
class Choice(Node):
    """One of two values by a condition; with an unknown condition, unknown unless both agree."""

    kind: Kind
    chosen: Node
    condition: Node
    otherwise: Node

    def parts(self) -> tuple[Node, ...]:
        return (self.chosen, self.condition, self.otherwise)

    def value(self, facts: Facts) -> Value | None:
        decided = truth(self.condition, facts)
        if decided is not None:
            return (self.chosen if decided else self.otherwise).value(facts)
        one, other = self.chosen.value(facts), self.otherwise.value(facts)
        return one if one is not None and one == other else None


@dataclass(frozen=True, slots=True)
class Has(Node):
    """Whether a set holds a text."""

    kind: Kind
    fact: Fact
    item: str

    def parts(self) -> tuple[Node, ...]:
        return (self.fact,)

    def value(self, facts: Facts) -> Value | None:
        found = cast(frozenset[str] | None, self.fact.value(facts))
        return None if found is None else self.item in found


@dataclass(frozen=True, slots=True)
class Size(Node):
    """How many texts a set holds."""

    kind: Kind
    fact: Fact

    def parts(self) -> tuple[Node, ...]:
        return (self.fact,)

    def value(self, facts: Facts) -> Value | None:
        found = cast(frozenset[str] | None, self.fact.value(facts))
        return None if found is None else Fraction(len(found))


@dataclass(frozen=True, slots=True)
class Known(Node):
    """Whether there is a fact at all; never unknown itself."""

    kind: Kind
    fact: Fact

    def parts(self) -> tuple[Node, ...]:
        return (self.fact,)

    def value(self, facts: Facts) -> Value | None:
        return self.fact.value(facts) is not None


@dataclass(frozen=True, slots=True)
class Since(Node):
    """Whole years or months from a date to the reference day; negative for a day still to come."""

    kind: Kind
    fact: Fact
    months: int

    def parts(self) -> tuple[Node, ...]:
        return (self.fact,)

    def value(self, facts: Facts) -> Value | None:
        found = cast(date | None, self.fact.value(facts))
        return None if found is None else Fraction(months_between(found, facts.on) // self.months)


def months_between(start: date, end: date) -> int:
    """Return the completed months from ``start`` to ``end``.

    A day the last month does not have counts on that month's last day (the 29th of February on the 28th).
    """
    months = (end.year - start.year) * 12 + end.month - start.month
    last = calendar.monthrange(end.year, end.month)[1]
    return months - (end.day < min(start.day, last))


def references(nodes: tuple[Node, ...]) -> tuple[Fact, ...]:
    """Return the facts the nodes speak of, each spelling once, in order of first appearance."""
    found: dict[str, Fact] = {}
    for node in nodes:
        for piece in walk(node):
            if isinstance(piece, Fact):
                found.setdefault(piece.spelling, piece)
    return tuple(found.values())
