"""Answers for a condition said in Chinese, with the units of the dictionary and the article it rests on."""

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any, cast

from kechuang.pure.conditions.metrics import Dictionary
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
    walk,
)
from kechuang.pure.conditions.rules import Clause, Role, Rule
from kechuang.pure.conditions.values import Kind, Value, number_text

_SIGNS = {"==": "等于", "!=": "不等于", "<": "低于", "<=": "不超过", ">": "高于", ">=": "不低于"}
_DATE_SIGNS = {"==": "为", "!=": "不为", "<": "早于", "<=": "不晚于", ">": "晚于", ">=": "不早于"}
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_ARITHMETIC = {"+": "加", "-": "减", "*": "×", "/": "÷"}
_WINDOWS = {Function.SUM: "合计", Function.AVG: "年均", Function.LOWEST: "最低", Function.HIGHEST: "最高"}
_DIGITS = "零一二三四五六七八九十"


def condition_sentence(condition: Node, metrics: Dictionary) -> str:
    """Say a condition in Chinese."""
    return _Saying(metrics).say(condition)


def clause_sentence(clause: Clause, metrics: Dictionary) -> str:
    """Say a clause: its own text where the document gives one, else its condition; the article follows in brackets."""
    if clause.text:
        said = clause.text
    elif clause.role is Role.POINTS:
        bands = "；".join(
            f"{condition_sentence(band.when, metrics)}，计{number_text(band.give)}分" for band in clause.bands
        )
        said = bands if clause.most is None else f"{bands}；至多{number_text(clause.most)}分"
    else:
        said = condition_sentence(clause.when, metrics)
    return f"{said}（{clause.article}）" if clause.article else said


def rule_sentence(rule: Rule, metrics: Dictionary) -> str:
    """Say a whole rule: needs, vetoes, points, and the document it rests on."""
    parts = []
    for role, lead in (
        (Role.NEED, "应同时符合"),
        (Role.VETO, "有下列情形之一的不予通过"),
        (Role.POINTS, "按下列标准计分"),
    ):
        clauses = [clause_sentence(clause, metrics) for clause in rule.clauses if clause.role is role]
        if clauses:
            parts.append(f"{lead}：" + "；".join(f"{place}．{said}" for place, said in enumerate(clauses, 1)) + "。")
    if rule.min_points:
        parts.append(f"总分不低于{number_text(rule.min_points)}分。")
    basis = "，".join(rule.basis[key] for key in ("document", "article") if key in rule.basis)
    if basis:
        parts.append(f"依据：{basis}。")
    if rule.template:
        parts.append("（外地模板，非本市规定）")
    return f"{rule.title or rule.id}：" + "".join(parts)


class _Saying:
    """Says nodes; brackets go where the order of reading would be in doubt."""

    def __init__(self, metrics: Dictionary) -> None:
        self.metrics = metrics

    def say(self, node: Node) -> str:
        return cast("Callable[[_Saying, Node], str]", _FORMS[type(node)])(self, node)

    def literal(self, node: Literal) -> str:
        return self.value(node.content)

    def value(self, value: Value, unit: str = "") -> str:
        if isinstance(value, bool):
            return "是" if value else "否"
        if isinstance(value, Fraction):
            return number_text(value) + unit
        if isinstance(value, date):
            return f"{value.year}年{value.month}月{value.day}日"
        return f"“{value}”"

    def fact(self, node: Fact) -> str:
        name = self.metrics[node.code].name
        if not node.offset:
            return name
        years = -node.offset
        return f"前{_DIGITS[years] if years < len(_DIGITS) else years}年{name}"

    def window(self, node: Window) -> str:
        return f"近{len(node.facts)}年{self.fact(node.facts[0])}{_WINDOWS[node.function]}"

    def growth(self, node: Growth) -> str:
        return f"近{node.years}年{self.fact(node.last)}年均增长率"

    def negative(self, node: Negative) -> str:
        return f"负{self.inner(node.operand)}"

    def arithmetic(self, node: Arithmetic) -> str:
        return f"{self.inner(node.left)}{_ARITHMETIC[node.sign]}{self.inner(node.right)}"

    def inner(self, node: Node) -> str:
        said = self.say(node)
        return f"（{said}）" if isinstance(node, Arithmetic | AtLeast | Comparison | Choice) else said

    def comparison(self, node: Comparison) -> str:
        if isinstance(node.left, Literal) and not isinstance(node.right, Literal):
            node = Comparison(node.kind, _MIRRORED.get(node.sign, node.sign), node.right, node.left)
        unit = self.unit(node.left) or self.unit(node.right)
        left, right = (self.side(side, unit) for side in (node.left, node.right))
        if node.left.kind is Kind.NUMBER:
            return f"{left}{_SIGNS[node.sign]}{right}"
        if node.left.kind is Kind.BOOLEAN and isinstance(node.right, Literal):
            return left if node.right.content is (node.sign == "==") else f"不存在“{left}”"
        return f"{left}{_DATE_SIGNS[node.sign]}{right}"

    def side(self, node: Node, unit: str) -> str:
        if isinstance(node, Choice):
            chosen, otherwise = self.side(node.chosen, unit), self.side(node.otherwise, unit)
            return f"{chosen}（{self.say(node.condition)}时）或{otherwise}（其他情形）"
        if isinstance(node, Literal) and isinstance(node.content, Fraction):
            return self.value(node.content * 100, "%") if unit == "%" else self.value(node.content, unit)
        return self.inner(node) if isinstance(node, Arithmetic | AtLeast) else self.say(node)

    def unit(self, node: Node) -> str:
        """Return the unit of a number: that of its metric; a rate or a quotient of like things is in per cent."""
        if isinstance(node, Fact | Window):
            code = node.code if isinstance(node, Fact) else node.facts[0].code
            return self.metrics[code].unit
        if isinstance(node, Growth):
            return "%"
        if isinstance(node, Since):
            return "个月" if node.months == 1 else "年"
        if isinstance(node, Size):
            return "项"
        if isinstance(node, Arithmetic):
            return self.arithmetic_unit(node)
        return ""

    def arithmetic_unit(self, node: Arithmetic) -> str:
        left, right = self.unit(node.left), self.unit(node.right)
        if node.sign == "/":
            plain = not any(isinstance(piece, Literal) for piece in walk(node))
            return "%" if left and left == right and plain else ""
        return left if left == right and node.sign in {"+", "-"} else ""

    def membership(self, node: Membership) -> str:
        options = "、".join(self.value(option) for option in node.options)
        return f"{self.inner(node.operand)}{'不' if node.negated else ''}属于{options}"

    def negation(self, node: Negation) -> str:
        return f"非（{self.say(node.operand)}）"

    def at_least(self, node: AtLeast) -> str:
        said = [self.inner(operand) if isinstance(operand, AtLeast) else self.say(operand) for operand in node.operands]
        if len(said) == 1:
            return said[0]
        if node.need == len(said):
            return "，且".join(said)
        if node.need == 1:
            return "，或".join(said)
        return f"下列各项至少符合{node.need}项：" + "、".join(f"（{item}）" for item in said)

    def choice(self, node: Choice) -> str:
        chosen, otherwise = self.inner(node.chosen), self.inner(node.otherwise)
        return f"{chosen}（{self.say(node.condition)}时）或{otherwise}（其他情形）"

    def has(self, node: Has) -> str:
        return f"{self.fact(node.fact)}含“{node.item}”"

    def size(self, node: Size) -> str:
        return f"{self.fact(node.fact)}的项数"

    def known(self, node: Known) -> str:
        return f"已掌握{self.fact(node.fact)}"

    def since(self, node: Since) -> str:
        return f"自{self.fact(node.fact)}起满{'月' if node.months == 1 else '年'}数"


_FORMS: dict[type[Node], Callable[[_Saying, Any], str]] = {
    Literal: _Saying.literal,
    Fact: _Saying.fact,
    Window: _Saying.window,
    Growth: _Saying.growth,
    Negative: _Saying.negative,
    Arithmetic: _Saying.arithmetic,
    Comparison: _Saying.comparison,
    Membership: _Saying.membership,
    Negation: _Saying.negation,
    AtLeast: _Saying.at_least,
    Choice: _Saying.choice,
    Has: _Saying.has,
    Size: _Saying.size,
    Known: _Saying.known,
    Since: _Saying.since,
}
