"""Answers for each form of the language on whole columns: truths, texts and sets, numbers and dates.

Every function here says of a piece of a table what the node's ``value`` says of one subject.
"""

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from kechuang.pure.conditions import quotients, rounded
from kechuang.pure.conditions.columns import Amounts, Flags, Words
from kechuang.pure.conditions.nodes import (
    COMPARE,
    Arithmetic,
    AtLeast,
    Choice,
    Comparison,
    Fact,
    Function,
    Growth,
    Has,
    Known,
    Literal,
    Membership,
    Negation,
    Negative,
    Node,
    Since,
    Size,
    Window,
)
from kechuang.pure.conditions.pieces import NEVER, Marks, Piece
from kechuang.pure.conditions.quotients import Quotient, Truth, Wide
from kechuang.pure.conditions.rounded import Rounded
from kechuang.pure.conditions.values import Kind

_UNIX_EPOCH = date(1970, 1, 1).toordinal()
_MANY = 4
_MOST_MONTHS = 12 * 10_000


def truth_of(node: Node, piece: Piece) -> Truth:
    """Return the truth of a boolean node in every row of the piece."""
    place = piece.run.repeated.get(id(node))
    if place is None:
        return _TRUTHS[type(node)](node, piece)
    if place not in piece.truths:
        outer, piece.doubt = piece.doubt, np.zeros_like(piece.doubt)
        piece.truths[place] = _TRUTHS[type(node)](node, piece)
        piece.doubts[place], piece.doubt = piece.doubt, outer
    piece.doubt |= piece.doubts[place]
    return piece.truths[place]


def _literal_truth(node: Literal, piece: Piece) -> Truth:
    return Truth(np.array(bool(node.content)), np.array(not node.content))


def _fact_truth(node: Fact, piece: Piece) -> Truth:
    column = piece.run.column(node)
    if column is None:
        return Truth(NEVER, NEVER)
    codes = cast("Words", column).codes[piece.start : piece.end]
    return Truth(codes == 1, codes == 0)


def _negation(node: Negation, piece: Piece) -> Truth:
    found = truth_of(node.operand, piece)
    return Truth(found.unmet, found.met)


def _at_least(node: AtLeast, piece: Piece) -> Truth:
    found = [truth_of(operand, piece) for operand in node.operands]
    if node.need == 1:
        return _either(found)
    if node.need == len(found):
        turned = _either([Truth(truth.unmet, truth.met) for truth in found])
        return Truth(turned.unmet, turned.met)
    met = sum((truth.met.astype(np.int32) for truth in found), np.int32(0))
    unmet = sum((truth.unmet.astype(np.int32) for truth in found), np.int32(0))
    return Truth(np.asarray(met >= node.need), np.asarray(len(found) - unmet < node.need))


def _either(found: list[Truth]) -> Truth:
    met, unmet = found[0].met, found[0].unmet
    for truth in found[1:]:
        met, unmet = met | truth.met, unmet & truth.unmet
    return Truth(met, unmet)


def _choice_truth(node: Choice, piece: Piece) -> Truth:
    condition = truth_of(node.condition, piece)
    one, other = truth_of(node.chosen, piece), truth_of(node.otherwise, piece)
    return Truth(
        (condition.met & one.met) | (condition.unmet & other.met) | (one.met & other.met),
        (condition.met & one.unmet) | (condition.unmet & other.unmet) | (one.unmet & other.unmet),
    )


def _has(node: Has, piece: Piece) -> Truth:
    marks = marks_of(node.fact, piece)
    found = piece.run.of_sets(node.item)[marks.codes] == 1
    known = marks.certain
    return Truth(found & known, ~found & known)


def _known(node: Known, piece: Piece) -> Truth:
    known = piece.known(node.fact)
    return Truth(known, ~known)


def _comparison(node: Comparison, piece: Piece) -> Truth:
    kind = node.left.kind
    if kind in {Kind.NUMBER, Kind.DATE}:
        return _number_comparison(node, piece)
    if kind is Kind.BOOLEAN:
        same = _same_truth(truth_of(node.left, piece), truth_of(node.right, piece))
    else:
        one, other = marks_of(node.left, piece), marks_of(node.right, piece)
        known = one.certain & other.certain
        if node.sign not in {"==", "!="}:
            ranks = piece.run.ranks()
            found = np.asarray(COMPARE[node.sign](ranks[one.codes], ranks[other.codes]))
            return Truth(found & known, ~found & known)
        equal = one.codes == other.codes
        same = Truth(equal & known, ~equal & known)
    return same if node.sign == "==" else Truth(same.unmet, same.met)


def _same_truth(one: Truth, other: Truth) -> Truth:
    return Truth(
        (one.met & other.met) | (one.unmet & other.unmet),
        (one.met & other.unmet) | (one.unmet & other.met),
    )


def _number_comparison(node: Comparison, piece: Piece) -> Truth:
    try:
        return quotients.compared(quotient_of(node.left, piece), quotient_of(node.right, piece), node.sign)
    except Wide:
        found, doubt = rounded.compared(rounded_of(node.left, piece), rounded_of(node.right, piece), node.sign)
        piece.doubt |= doubt
        return found


def _membership(node: Membership, piece: Piece) -> Truth:
    kind = node.operand.kind
    if kind is Kind.TEXT:
        marks = marks_of(node.operand, piece)
        places = [piece.run.table.vocabulary.place(cast("str", option)) for option in node.options]
        found, known = _among(marks.codes, places), marks.certain
        within = Truth(found & known, ~found & known)
    else:
        literals = [Literal(kind, option) for option in node.options]
        links = [Comparison(Kind.BOOLEAN, "==", node.operand, literal) for literal in literals]
        within = _either([_comparison(link, piece) for link in links])
    return Truth(within.unmet, within.met) if node.negated else within


def _among(codes: npt.NDArray[np.int32], places: list[int]) -> Flags:
    if len(places) > _MANY:
        return np.asarray(np.isin(codes, places), dtype=np.bool_)
    found: Flags = codes == places[0]
    for place in places[1:]:
        found = found | (codes == place)
    return found


_TRUTHS: dict[type[Node], Callable[[Any, Piece], Truth]] = {
    Literal: _literal_truth,
    Fact: _fact_truth,
    Negation: _negation,
    AtLeast: _at_least,
    Choice: _choice_truth,
    Has: _has,
    Known: _known,
    Comparison: _comparison,
    Membership: _membership,
}


def marks_of(node: Node, piece: Piece) -> Marks:
    """Return a node of texts or sets as marks."""
    if isinstance(node, Literal):
        place = piece.run.table.vocabulary.place(cast("str", node.content))
        return Marks(np.array(place, dtype=np.int32), None)
    if isinstance(node, Fact):
        column = piece.run.column(node)
        if column is None:
            return Marks(np.array(-1, dtype=np.int32), NEVER)
        codes = cast("Words", column).codes[piece.start : piece.end]
        return Marks(codes, codes >= 0)
    choice = cast("Choice", node)
    condition = truth_of(choice.condition, piece)
    one, other = marks_of(choice.chosen, piece), marks_of(choice.otherwise, piece)
    one_known, other_known = one.certain, other.certain
    agree = one_known & other_known & (one.codes == other.codes)
    known = (condition.met & one_known) | (condition.unmet & other_known) | agree
    return Marks(np.where(condition.met, one.codes, other.codes), known)


def quotient_of(node: Node, piece: Piece) -> Quotient:
    """Return a node of numbers or dates exactly; raises ``Wide`` where it may not fit."""
    return _QUOTIENTS[type(node)](node, piece)


def _literal_quotient(node: Literal, piece: Piece) -> Quotient:
    if isinstance(node.content, date):
        return quotients.constant(Fraction(node.content.toordinal()))
    return quotients.constant(cast("Fraction", node.content))


def _fact_quotient(node: Fact, piece: Piece) -> Quotient:
    column = cast("Amounts | None", piece.run.column(node))
    if column is None:
        return quotients.nowhere()
    if column.wide:
        raise Wide
    tops, known = column.tops[piece.start : piece.end], column.known[piece.start : piece.end]
    return Quotient(tops, None, column.scale, known, column.bound)


def _window_quotient(node: Window, piece: Piece) -> Quotient:
    found = [_fact_quotient(fact, piece) for fact in node.facts]
    if node.function in {Function.LOWEST, Function.HIGHEST}:
        return quotients.extreme(found, highest=node.function is Function.HIGHEST)
    total = found[0]
    for number in found[1:]:
        total = quotients.plus(total, number)
    if node.function is Function.AVG:
        return quotients.over(total, quotients.constant(Fraction(len(found))))
    return total


def _growth_quotient(node: Growth, piece: Piece) -> Quotient:
    raise Wide


def _arithmetic_quotient(node: Arithmetic, piece: Piece) -> Quotient:
    left, right = quotient_of(node.left, piece), quotient_of(node.right, piece)
    if node.sign == "-":
        return quotients.plus(left, quotients.negative(right))
    return _BY_SIGN[node.sign](left, right)


_BY_SIGN = {"+": quotients.plus, "*": quotients.times, "/": quotients.over}


def _choice_quotient(node: Choice, piece: Piece) -> Quotient:
    condition = truth_of(node.condition, piece)
    return quotients.chosen(condition, quotient_of(node.chosen, piece), quotient_of(node.otherwise, piece))


def _size_quotient(node: Size, piece: Piece) -> Quotient:
    marks = marks_of(node.fact, piece)
    sizes = piece.run.of_sets(None)
    return Quotient(np.asarray(sizes[marks.codes]), None, Fraction(1), marks.known, int(sizes.max()))


def _since_quotient(node: Since, piece: Piece) -> Quotient:
    column = cast("Amounts | None", piece.run.column(node.fact))
    if column is None:
        return quotients.nowhere()
    days = (column.tops[piece.start : piece.end] - _UNIX_EPOCH).astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    day = (days - months.astype("datetime64[D]")).astype(np.int64)
    on = np.datetime64(piece.run.on)
    last = ((on.astype("datetime64[M]") + 1).astype("datetime64[D]") - 1).astype(object).day
    whole = (on.astype("datetime64[M]") - months).astype(np.int64) - (piece.run.on.day < np.minimum(day + 1, last))
    known = column.known[piece.start : piece.end]
    return Quotient(whole // node.months, None, Fraction(1), known, _MOST_MONTHS)


_QUOTIENTS: dict[type[Node], Callable[[Any, Piece], Quotient]] = {
    Literal: _literal_quotient,
    Fact: _fact_quotient,
    Window: _window_quotient,
    Growth: _growth_quotient,
    Negative: lambda node, piece: quotients.negative(quotient_of(node.operand, piece)),
    Arithmetic: _arithmetic_quotient,
    Choice: _choice_quotient,
    Size: _size_quotient,
    Since: _since_quotient,
}


def rounded_of(node: Node, piece: Piece) -> Rounded:
    """Return a node of numbers or dates with its error bound."""
    return _ROUNDED.get(type(node), _exact_rounded)(node, piece)


def _exact_rounded(node: Node, piece: Piece) -> Rounded:
    """Round what is exact anyway: literals, dates, counts, months."""
    found = quotient_of(node, piece)
    scale = rounded.constant(found.scale)
    value = found.top.astype(np.float64) * scale.value
    error = np.abs(value) * rounded.UNIT * 2 + scale.error * np.abs(found.top)
    return Rounded(value, np.where(found.top == 0, 0.0, error), found.known)


def _literal_rounded(node: Literal, piece: Piece) -> Rounded:
    if isinstance(node.content, date):
        return rounded.constant(Fraction(node.content.toordinal()))
    return rounded.constant(cast("Fraction", node.content))


def _fact_rounded(node: Fact, piece: Piece) -> Rounded:
    column = cast("Amounts | None", piece.run.column(node))
    if column is None or column.reals is None:
        return _exact_rounded(node, piece)
    value = column.reals[piece.start : piece.end]
    return Rounded(value, np.abs(value) * rounded.UNIT, column.known[piece.start : piece.end])


def _window_rounded(node: Window, piece: Piece) -> Rounded:
    found = [_fact_rounded(fact, piece) for fact in node.facts]
    if node.function is Function.HIGHEST:
        found = [rounded.negative(number) for number in found]
    extreme = node.function in {Function.LOWEST, Function.HIGHEST}
    total = found[0]
    for number in found[1:]:
        total = rounded.lower(total, number) if extreme else rounded.plus(total, number)
    if node.function is Function.AVG:
        return rounded.over(total, rounded.constant(Fraction(len(found))))
    return rounded.negative(total) if node.function is Function.HIGHEST else total


def _growth_rounded(node: Growth, piece: Piece) -> Rounded:
    found = rounded.growth(_fact_rounded(node.first, piece), _fact_rounded(node.last, piece), node.years)
    try:  # what did not change is common, and its rate of 0 a common threshold: not worth doubting row by row
        still = quotients.compared(_fact_quotient(node.first, piece), _fact_quotient(node.last, piece), "==").met
    except Wide:
        return found
    return Rounded(np.where(still, 0.0, found.value), np.where(still, 0.0, found.error), found.known)


def _arithmetic_rounded(node: Arithmetic, piece: Piece) -> Rounded:
    left, right = rounded_of(node.left, piece), rounded_of(node.right, piece)
    if node.sign == "-":
        return rounded.plus(left, rounded.negative(right))
    return {"+": rounded.plus, "*": rounded.times, "/": rounded.over}[node.sign](left, right)


def _choice_rounded(node: Choice, piece: Piece) -> Rounded:
    condition = truth_of(node.condition, piece)
    found, doubt = rounded.chosen(condition, rounded_of(node.chosen, piece), rounded_of(node.otherwise, piece))
    piece.doubt |= doubt
    return found


_ROUNDED: dict[type[Node], Callable[[Any, Piece], Rounded]] = {
    Literal: _literal_rounded,
    Fact: _fact_rounded,
    Window: _window_rounded,
    Growth: _growth_rounded,
    Negative: lambda node, piece: rounded.negative(rounded_of(node.operand, piece)),
    Arithmetic: _arithmetic_rounded,
    Choice: _choice_rounded,
}
