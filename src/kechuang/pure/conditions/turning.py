"""Answers for where a condition may turn as one number moves: whole steps near every root of every comparison.

With all other facts fixed, each side of a comparison is a piecewise rational function of the moving number. Between
two neighbouring steps returned here no comparison changes its sign, so the nearest step that meets the condition is
among them. The work is on polynomials with exact coefficients; no root is approximated.
"""

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise, product
from math import floor
from typing import cast

from kechuang.pure.conditions.nodes import (
    Arithmetic,
    Choice,
    Comparison,
    Fact,
    Facts,
    Function,
    Growth,
    Literal,
    Membership,
    Negative,
    Node,
    Window,
    amount,
    truth,
    walk,
)
from kechuang.pure.conditions.values import Kind

Polynomial = tuple[Fraction, ...]
Branch = tuple[Polynomial, Polynomial]

MOST_BRANCHES = 16
HIGHEST_DEGREE = 16
_FARTHEST = 2**80

_ONE: Polynomial = (Fraction(1),)


class Irregular(ArithmeticError):
    """Not a rational function of small degree: its turning must be felt for instead."""


def turning_steps(condition: Node, fact: Fact, facts: Facts, step: Fraction) -> set[int]:
    """Return whole multiples of ``step`` around which ``condition`` may turn as ``fact`` moves.

    A comparison that holds a growth rate of the moving number is no rational function; it is monotone, so its
    turning is found by doubling a stride and then halving.
    """
    paths = _Paths(fact, facts, step)
    found: set[int] = set()
    for node in walk(condition):
        try:
            floors = [near for polynomial in paths.turning(node) for near in root_floors(polynomial)]
        except Irregular:
            floors = [near for comparison in _links(node) for near in paths.felt(comparison)]
        for near in floors:
            found.update(range(near - 1, near + 3))
    return found


def _links(node: Node) -> Iterator[Node]:
    """Yield comparisons that turn where ``node`` may: at the beginning and at the end of equality."""
    sides: list[tuple[Node, Node]] = []
    if isinstance(node, Comparison):
        sides = [(node.left, node.right)]
    elif isinstance(node, Membership):
        sides = [(node.operand, Literal(Kind.NUMBER, option)) for option in node.options]
    for left, right in sides:
        for sign in (">=", ">"):
            yield Comparison(Kind.BOOLEAN, sign, left, right)


class _Paths:
    """Follows one moving number through a condition."""

    def __init__(self, fact: Fact, facts: Facts, step: Fraction) -> None:
        self.key = fact.key
        self.facts = facts
        self.step = step
        self.moving: Branch = ((Fraction(0), step), _ONE)

    def turning(self, node: Node) -> Iterator[Polynomial]:
        """Yield every polynomial at whose roots a comparison, a choice or an extreme of numbers may turn."""
        if isinstance(node, Comparison) and node.left.kind is Kind.NUMBER:
            yield from self._meetings(self.branches(node.left), self.branches(node.right))
        elif isinstance(node, Membership) and node.operand.kind is Kind.NUMBER:
            options: list[Branch] = [((cast("Fraction", option),), _ONE) for option in node.options]
            yield from self._meetings(self.branches(node.operand), options)
        elif isinstance(node, Window | Choice) and node.kind is Kind.NUMBER:
            several = self.branches(node)
            yield from self._meetings(several, several)

    def felt(self, comparison: Node) -> Iterator[int]:
        """Yield the steps before which ``comparison`` turns, going both ways from the present value and from 0."""
        present = floor(cast("Fraction", self.facts.values[self.key]) / self.step)
        for start in {present, present + 1, -1, 0, 1}:
            for way in (1, -1):
                yield from self._turn(comparison, start, way)

    def _turn(self, comparison: Node, start: int, way: int) -> Iterator[int]:
        last, stride, before = start, 1, self._truth(comparison, start)
        while stride < _FARTHEST:
            place = start + way * stride
            if self._truth(comparison, place) is not before:
                while abs(place - last) > 1:
                    middle = (place + last) // 2
                    place, last = (place, middle) if self._truth(comparison, middle) is before else (middle, last)
                yield place
                return
            last, stride = place, stride * 2

    def _truth(self, comparison: Node, place: int) -> bool | None:
        return truth(comparison, self.facts.replaced(self.key, place * self.step))

    def _meetings(self, left: list[Branch], right: list[Branch]) -> Iterator[Polynomial]:
        for (top, bottom), (other_top, other_bottom) in product(left, right):
            yield bottom
            yield other_bottom
            yield _plus(_times(top, other_bottom), _scaled(_times(other_top, bottom), -1))

    def branches(self, node: Node) -> list[Branch]:
        """Return every rational function the node may be; none where it is unknown whatever moves."""
        if not self._moves(node):
            number = amount(node, self.facts)
            return [] if number is None else [((number,), _ONE)]
        found = self._branches(node)
        if len(found) > MOST_BRANCHES or any(len(part) > HIGHEST_DEGREE for branch in found for part in branch):
            raise Irregular
        return found

    def _moves(self, node: Node) -> bool:
        return any(isinstance(piece, Fact) and piece.key == self.key for piece in walk(node))

    def _branches(self, node: Node) -> list[Branch]:
        if isinstance(node, Fact):
            return [self.moving]
        if isinstance(node, Negative):
            return [(_scaled(top, -1), bottom) for top, bottom in self.branches(node.operand)]
        if isinstance(node, Choice):
            return self.branches(node.chosen) + self.branches(node.otherwise)
        if isinstance(node, Window):
            return self._window(node)
        if isinstance(node, Arithmetic):
            pairs = product(self.branches(node.left), self.branches(node.right))
            return [_combined(node.sign, left, right) for left, right in pairs]
        if isinstance(node, Growth):
            raise Irregular
        return []

    def _window(self, node: Window) -> list[Branch]:
        others = [amount(fact, self.facts) for fact in node.facts if fact.key != self.key]
        known = [number for number in others if number is not None]
        if len(known) < len(others):
            return []
        if node.function in {Function.LOWEST, Function.HIGHEST}:
            rest = [(max if node.function is Function.HIGHEST else min)(known)] if known else []
            return [self.moving, *(((number,), _ONE) for number in rest)]
        total = _plus(self.moving[0], (sum(known, Fraction(0)),))
        share = Fraction(1, len(node.facts)) if node.function is Function.AVG else Fraction(1)
        return [(_scaled(total, share), _ONE)]


def _combined(sign: str, left: Branch, right: Branch) -> Branch:
    (top, bottom), (other_top, other_bottom) = left, right
    if sign == "*":
        return _times(top, other_top), _times(bottom, other_bottom)
    if sign == "/":
        return _times(top, other_bottom), _times(bottom, other_top)
    turned = _scaled(other_top, -1) if sign == "-" else other_top
    return _plus(_times(top, other_bottom), _times(turned, bottom)), _times(bottom, other_bottom)


def _plus(one: Polynomial, other: Polynomial) -> Polynomial:
    size = max(len(one), len(other))
    padded = [(*part, *[Fraction(0)] * (size - len(part))) for part in (one, other)]
    return _trimmed([a + b for a, b in zip(*padded, strict=True)])


def _times(one: Polynomial, other: Polynomial) -> Polynomial:
    found = [Fraction(0)] * (len(one) + len(other) - 1)
    for i, a in enumerate(one):
        for j, b in enumerate(other):
            found[i + j] += a * b
    return _trimmed(found)


def _scaled(one: Polynomial, factor: Fraction | int) -> Polynomial:
    return tuple(part * factor for part in one)


def _trimmed(parts: list[Fraction]) -> Polynomial:
    while len(parts) > 1 and not parts[-1]:
        parts.pop()
    return tuple(parts)


def _value(polynomial: Polynomial, at: int) -> Fraction:
    found = Fraction(0)
    for part in reversed(polynomial):
        found = found * at + part
    return found


def root_floors(polynomial: Polynomial) -> set[int]:
    """Return whole numbers n such that every real root lies in some [n, n + 1] (with a few n to spare).

    Between the roots of its derivative a polynomial is monotone and has at most one root, found by halving.
    """
    degree = len(polynomial) - 1
    if degree < 1:
        return set()
    if degree == 1:
        return {floor(-polynomial[0] / polynomial[1])}
    derivative = tuple(part * place for place, part in enumerate(polynomial))[1:]
    found = root_floors(derivative)
    limit = 2 + int(max(abs(part / polynomial[-1]) for part in polynomial))
    marks = sorted({-limit, limit, *found, *(near + 1 for near in found)})
    for low, high in pairwise(marks):
        near = _halved(polynomial, low, high)
        if near is not None:
            found.add(near)
    return found


def _halved(polynomial: Polynomial, low: int, high: int) -> int | None:
    """Return the whole part of the root between two whole numbers, if the sign changes between them."""
    start, end = _value(polynomial, low), _value(polynomial, high)
    if start == 0 or end == 0:
        return low if start == 0 else high
    if (start > 0) == (end > 0):
        return None
    while high - low > 1:
        middle = (low + high) // 2
        found = _value(polynomial, middle)
        if found == 0:
            return middle
        if (found > 0) == (start > 0):
            low = middle
        else:
            high = middle
    return low
