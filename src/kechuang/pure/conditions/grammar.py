"""Answers for what may be written in a condition: the one reading function, closed and typed.

The grammar is a small part of Python's expressions. Whatever is not named here is refused with its position, and so
is a comparison of different kinds; a condition that loads can therefore only be met, unmet or unknown.
Size and depth are limited before anything walks the tree, because rules may come from outside.
"""

import ast
import re
import warnings
from collections.abc import Callable
from fractions import Fraction
from typing import cast

from kechuang.pure.conditions.metrics import Dictionary, Metric
from kechuang.pure.conditions.nodes import (
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
from kechuang.pure.conditions.values import Kind, Unreadable, Value, date_read, number_read

LONGEST = 20_000
DEEPEST = 100
MOST_PIECES = 5_000
MOST_YEARS = 100
EARLIEST = 9

_TEXT = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'")
_ARITHMETIC: dict[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
_SIGNS: dict[type[ast.cmpop], str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}
_ORDERED = {Kind.NUMBER, Kind.TEXT, Kind.DATE}


def condition_read(text: str, metrics: Dictionary) -> Node:
    """Read a condition (a boolean expression); raises ``Unreadable`` with the column."""
    source = re.sub(r"\s*[\r\n]\s*", " ", text.strip())
    tree = _syntax(source)
    return _Reading(source, metrics).boolean(tree)


def _syntax(source: str) -> ast.expr:
    if not source:
        raise Unreadable("条件是空的", column=1)
    if len(source) > LONGEST:
        raise Unreadable(f"条件过长（至多 {LONGEST} 字）", column=LONGEST)
    if "#" in _TEXT.sub("", source):
        raise Unreadable("条件中不能写注释", column=source.index("#") + 1)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source, mode="eval").body
    except SyntaxError as fault:
        raise Unreadable("条件的写法有误", column=fault.offset or 1) from None
    except (ValueError, MemoryError, RecursionError, OverflowError):
        raise Unreadable("条件的写法有误或嵌套过深", column=1) from None
    _limit(tree)
    return tree


def _limit(tree: ast.expr) -> None:
    level: list[ast.AST] = [tree]
    pieces = depth = 0
    while level:
        pieces, depth = pieces + len(level), depth + 1
        if depth > DEEPEST or pieces > MOST_PIECES:
            raise Unreadable("条件过大或嵌套过深", column=1)
        level = [child for node in level for child in ast.iter_child_nodes(node)]


class _Reading:
    """Turns Python's tree into ours, checking kinds on the way."""

    def __init__(self, source: str, metrics: Dictionary) -> None:
        self.source = source
        self.bytes = source.encode()
        self.metrics = metrics
        self.pieces = 0

    def refusal(self, node: ast.expr, message: str) -> Unreadable:
        column = len(self.bytes[: node.col_offset].decode()) + 1
        return Unreadable(f"{message}：“{self.spelling(node)[:60]}”", column=column)

    def spelling(self, node: ast.expr) -> str:
        return self.bytes[node.col_offset : node.end_col_offset].decode()

    def node(self, node: ast.expr) -> Node:
        self.pieces += 1  # a link of a chain is read with both its neighbours: nested chains would double at each level
        if self.pieces > MOST_PIECES:
            raise self.refusal(node, "条件过大")
        read = cast("Callable[[_Reading, ast.expr], Node] | None", _FORMS.get(type(node)))
        if read is None:
            raise self.refusal(node, "条件语言中没有这种写法")
        return read(self, node)

    def of_kind(self, node: ast.expr, kind: Kind) -> Node:
        found = self.node(node)
        if found.kind is not kind:
            raise self.refusal(node, f"此处应为{kind.label}，而这是{found.kind.label}")
        return found

    def boolean(self, node: ast.expr) -> Node:
        return self.of_kind(node, Kind.BOOLEAN)

    def constant(self, node: ast.Constant) -> Literal:
        spelling = self.spelling(node)
        if isinstance(node.value, bool):
            return Literal(Kind.BOOLEAN, node.value)
        if isinstance(node.value, str) and _TEXT.fullmatch(spelling):
            return Literal(Kind.TEXT, node.value)
        if isinstance(node.value, int | float):
            try:
                return Literal(Kind.NUMBER, number_read(spelling.replace("_", "")))
            except Unreadable:
                raise self.refusal(node, "数值应写作十进制") from None
        raise self.refusal(node, "条件语言中没有这种字面量")

    def metric(self, node: ast.Name) -> Metric:
        metric = self.metrics.get(node.id)
        if metric is None:
            raise self.refusal(node, "指标字典中没有这个指标")
        return metric

    def name(self, node: ast.Name) -> Fact:
        metric = self.metric(node)
        return Fact(metric.kind, metric.code, 0, self.spelling(node))

    def subscript(self, node: ast.Subscript) -> Fact:
        if not isinstance(node.value, ast.Name):
            raise self.refusal(node.value, "方括号前应为指标")
        metric = self.metric(node.value)
        if not metric.yearly:
            raise self.refusal(node, "这个指标不分年度")
        offset = self.offset(node.slice)
        return Fact(metric.kind, metric.code, offset, self.spelling(node))

    def offset(self, node: ast.expr) -> int:
        digit = node.operand if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) else node
        if isinstance(digit, ast.Constant) and type(digit.value) is int:
            offset = digit.value if digit is node else -digit.value
            if -EARLIEST <= offset <= 0 and self.spelling(digit).isdecimal():
                return offset
        raise self.refusal(node, f"方括号中应为 0 至 -{EARLIEST} 的整数")

    def unary(self, node: ast.UnaryOp) -> Node:
        if isinstance(node.op, ast.Not):
            return Negation(Kind.BOOLEAN, self.boolean(node.operand))
        if isinstance(node.op, ast.USub):
            return Negative(Kind.NUMBER, self.of_kind(node.operand, Kind.NUMBER))
        raise self.refusal(node, "条件语言中没有这个运算符")

    def binary(self, node: ast.BinOp) -> Node:
        sign = _ARITHMETIC.get(type(node.op))
        if sign is None:
            raise self.refusal(node, "条件语言中没有这个运算符")
        left, right = self.of_kind(node.left, Kind.NUMBER), self.of_kind(node.right, Kind.NUMBER)
        return Arithmetic(Kind.NUMBER, sign, left, right)

    def junction(self, node: ast.BoolOp) -> Node:
        operands = tuple(self.boolean(value) for value in node.values)
        return AtLeast(Kind.BOOLEAN, len(operands) if isinstance(node.op, ast.And) else 1, operands)

    def comparison(self, node: ast.Compare) -> Node:
        links: list[Node] = []
        left = node.left
        for sign, right in zip(node.ops, node.comparators, strict=True):
            links.append(self.link(left, sign, right))
            left = right
        return links[0] if len(links) == 1 else AtLeast(Kind.BOOLEAN, len(links), tuple(links))

    def link(self, left: ast.expr, sign: ast.cmpop, right: ast.expr) -> Node:
        if isinstance(sign, ast.In | ast.NotIn):
            return self.membership(left, right, negated=isinstance(sign, ast.NotIn))
        if type(sign) not in _SIGNS:
            raise self.refusal(right, "条件语言中没有这种比较")
        one, other = self.node(left), self.node(right)
        if one.kind is not other.kind:
            raise self.refusal(right, f"{one.kind.label}不能与{other.kind.label}比较")
        spelled = _SIGNS[type(sign)]
        if spelled not in {"==", "!="} and one.kind not in _ORDERED:
            raise self.refusal(right, f"{one.kind.label}不能比较大小")
        return Comparison(Kind.BOOLEAN, spelled, one, other)

    def membership(self, left: ast.expr, right: ast.expr, *, negated: bool) -> Node:
        operand = self.node(left)
        if not isinstance(right, ast.Set):
            raise self.refusal(right, "in 之后应为 {…}")
        options = tuple(self.option(item, operand.kind) for item in right.elts)
        return Membership(Kind.BOOLEAN, operand, options, negated)

    def option(self, item: ast.expr, kind: Kind) -> Value:
        found = self.node(item)
        if isinstance(found, Negative) and isinstance(found.operand, Literal):
            found = Literal(Kind.NUMBER, -cast("Fraction", found.operand.content))
        if not isinstance(found, Literal):
            raise self.refusal(item, "{…} 中只能写字面量")
        if found.kind is not kind:
            raise self.refusal(item, f"{kind.label}不能与{found.kind.label}比较")
        return found.content

    def choice(self, node: ast.IfExp) -> Node:
        chosen, otherwise = self.node(node.body), self.node(node.orelse)
        if chosen.kind is not otherwise.kind:
            raise self.refusal(node.orelse, f"if 两边应同类，而一边是{chosen.kind.label}，一边是{otherwise.kind.label}")
        return Choice(chosen.kind, chosen, self.boolean(node.test), otherwise)

    def call(self, node: ast.Call) -> Node:
        if not isinstance(node.func, ast.Name) or node.func.id not in _FUNCTIONS:
            raise self.refusal(node.func, "没有这个函数")
        if node.keywords or any(isinstance(argument, ast.Starred) for argument in node.args):
            raise self.refusal(node, "函数的参数只能按位置写")
        read, least, most = _FUNCTIONS[node.func.id]
        if not least <= len(node.args) <= most:
            raise self.refusal(node, "参数个数不对")
        return read(self, node)

    def fact(self, node: ast.expr, kind: Kind | None = None) -> Fact:
        if not isinstance(node, ast.Name | ast.Subscript):
            raise self.refusal(node, "此处应为指标")
        found = self.name(node) if isinstance(node, ast.Name) else self.subscript(node)
        if kind is not None and found.kind is not kind:
            raise self.refusal(node, f"此处应为{kind.label}指标，而这是{found.kind.label}")
        return found

    def count(self, node: ast.expr, most: int) -> int:
        if isinstance(node, ast.Constant) and type(node.value) is int and 1 <= node.value <= most:
            return node.value
        raise self.refusal(node, f"此处应为 1 至 {most} 的整数")

    def years(self, call: ast.Call) -> tuple[Fact, int]:
        name, count = call.args
        if not isinstance(name, ast.Name):
            raise self.refusal(name, "此处应为分年度的数值指标")
        fact = self.fact(name, Kind.NUMBER)
        if not self.metric(name).yearly:
            raise self.refusal(name, "这个指标不分年度")
        return fact, self.count(count, MOST_YEARS)

    def window(self, node: ast.Call) -> Node:
        fact, years = self.years(node)
        function = Function(cast("ast.Name", node.func).id)
        return Window(Kind.NUMBER, function, tuple(_earlier(fact, -back) for back in range(years)))

    def growth(self, node: ast.Call) -> Node:
        fact, years = self.years(node)
        return Growth(Kind.NUMBER, fact, _earlier(fact, -years), years)

    def at_least(self, node: ast.Call) -> Node:
        need = self.count(node.args[0], MOST_PIECES)
        return AtLeast(Kind.BOOLEAN, need, tuple(self.boolean(argument) for argument in node.args[1:]))

    def any_of(self, node: ast.Call) -> Node:
        return AtLeast(Kind.BOOLEAN, 1, tuple(self.boolean(argument) for argument in node.args))

    def all_of(self, node: ast.Call) -> Node:
        return AtLeast(Kind.BOOLEAN, len(node.args), tuple(self.boolean(argument) for argument in node.args))

    def has(self, node: ast.Call) -> Node:
        item = self.of_kind(node.args[1], Kind.TEXT)
        if not isinstance(item, Literal):
            raise self.refusal(node.args[1], "此处应为文本字面量")
        return Has(Kind.BOOLEAN, self.fact(node.args[0], Kind.SET), cast("str", item.content))

    def size(self, node: ast.Call) -> Node:
        return Size(Kind.NUMBER, self.fact(node.args[0], Kind.SET))

    def known(self, node: ast.Call) -> Node:
        return Known(Kind.BOOLEAN, self.fact(node.args[0]))

    def since(self, node: ast.Call) -> Node:
        months = 12 if cast("ast.Name", node.func).id == "years_since" else 1
        return Since(Kind.NUMBER, self.fact(node.args[0], Kind.DATE), months)

    def date(self, node: ast.Call) -> Node:
        literal = node.args[0]
        if not isinstance(literal, ast.Constant):
            raise self.refusal(literal, "date 中应为日期文本")
        try:
            return Literal(Kind.DATE, date_read(cast("str", self.constant(literal).content)))
        except (Unreadable, TypeError):
            raise self.refusal(literal, "不是日期（应为 YYYY-MM-DD）") from None


def _earlier(fact: Fact, offset: int) -> Fact:
    return Fact(fact.kind, fact.code, offset, f"{fact.spelling}[{offset}]") if offset else fact


_FORMS: dict[type[ast.expr], object] = {
    ast.Constant: _Reading.constant,
    ast.Name: _Reading.name,
    ast.Subscript: _Reading.subscript,
    ast.UnaryOp: _Reading.unary,
    ast.BinOp: _Reading.binary,
    ast.BoolOp: _Reading.junction,
    ast.Compare: _Reading.comparison,
    ast.IfExp: _Reading.choice,
    ast.Call: _Reading.call,
}

_FUNCTIONS: dict[str, tuple[Callable[[_Reading, ast.Call], Node], int, int]] = {
    "sum": (_Reading.window, 2, 2),
    "avg": (_Reading.window, 2, 2),
    "lowest": (_Reading.window, 2, 2),
    "highest": (_Reading.window, 2, 2),
    "growth": (_Reading.growth, 2, 2),
    "at_least": (_Reading.at_least, 2, MOST_PIECES),
    "any_of": (_Reading.any_of, 1, MOST_PIECES),
    "all_of": (_Reading.all_of, 1, MOST_PIECES),
    "has": (_Reading.has, 2, 2),
    "count": (_Reading.size, 1, 1),
    "known": (_Reading.known, 1, 1),
    "years_since": (_Reading.since, 1, 1),
    "months_since": (_Reading.since, 1, 1),
    "date": (_Reading.date, 1, 1),
}
