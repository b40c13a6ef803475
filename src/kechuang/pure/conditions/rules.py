"""Answers for rule sets (条件规则): what a rule file holds, read and checked as a whole before anything runs."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import TypeVar

from kechuang.pure.conditions.grammar import condition_read
from kechuang.pure.conditions.metrics import Dictionary, Metric
from kechuang.pure.conditions.nodes import Node
from kechuang.pure.conditions.values import Kind, Unreadable, Value, date_read, number_read, value_read
from kechuang.pure.conditions.yaml_tree import Listing, Mapped, Scalar, Tree, flag_text, mapped_of, text_of, tree_read

T = TypeVar("T")
_FACT_NAME = re.compile(r"(\w+)(?:\[(0|-[1-9][0-9]?)\])?")
_BASIS = ("document", "article", "effective_from", "effective_to", "verified_by", "template", "note", "url")


class Verdict(StrEnum):
    """What a condition says of a subject; unknown is never guessed."""

    MET = "met"
    UNMET = "unmet"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        return {"met": "符合", "unmet": "不符合", "unknown": "待核实"}[self.value]


class Role(StrEnum):
    """What a clause does in its rule."""

    NEED = "need"
    VETO = "veto"
    POINTS = "points"


@dataclass(frozen=True, slots=True)
class Band:
    """Points given when a condition is met."""

    when: Node
    source: str
    give: Fraction


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause: a need or veto with its ``when``, or bands of points capped at ``most``."""

    id: str
    role: Role
    text: str
    article: str
    template: bool
    bands: tuple[Band, ...]
    most: Fraction | None = None

    @property
    def when(self) -> Node:
        return self.bands[0].when


@dataclass(frozen=True, slots=True)
class Case:
    """A worked example of a rule: facts by (metric, years back) and the verdict they must have."""

    facts: Mapping[tuple[str, int], Value]
    verdict: Verdict
    year: int | None
    on: date | None
    line: int


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its clauses, the points needed to pass, its cases and its basis.

    ``template`` marks thresholds taken from elsewhere, never to be shown as this city's own.
    """

    id: str
    title: str
    clauses: tuple[Clause, ...]
    line: int
    template: bool = False
    basis: Mapping[str, str] = field(default_factory=dict)
    min_points: Fraction = Fraction(0)
    cases: tuple[Case, ...] = ()


def rules_read(text: str, metrics: Dictionary) -> tuple[Rule, ...]:
    """Read a rule file; raises ``Unreadable`` with the line of the first fault.

    The rules' cases are read but not run; ``cases_failed`` does that.
    """
    root = mapped_of(tree_read(text), "文件")
    root.only("rules", "title", "note", "source", "template", "document")
    root.need("rules")
    rules = tuple(_rule(mapped_of(item, "rules"), metrics) for item in root.listed("rules"))
    seen: set[str] = set()
    for rule in rules:
        if rule.id in seen:
            raise Unreadable(f"规则“{rule.id}”重复", line=rule.line)
        seen.add(rule.id)
    return rules


def _rule(item: Mapped, metrics: Dictionary) -> Rule:
    item.only("id", "title", "source", "clauses", "pass", "cases", "text", *_BASIS)
    clauses = tuple(_clause(mapped_of(part, "clauses"), metrics) for part in item.listed("clauses"))
    if not clauses:
        raise Unreadable("规则应至少有一个条款（clauses）", line=item.line)
    _distinct(item, clauses)
    return Rule(
        id=item.text("id"),
        title=item.text("title", ""),
        clauses=clauses,
        line=item.line,
        template=item.flag("template"),
        basis=_basis(item),
        min_points=_min_points(item),
        cases=tuple(_case(mapped_of(part, "cases"), metrics) for part in item.listed("cases")),
    )


def _distinct(rule: Mapped, clauses: tuple[Clause, ...]) -> None:
    seen: set[str] = set()
    for clause, part in zip(clauses, rule.listed("clauses"), strict=True):
        if clause.id in seen:
            raise Unreadable(f"条款“{clause.id}”重复", line=part.line)
        seen.add(clause.id)


def _basis(item: Mapped) -> dict[str, str]:
    places, source = [item], item.get("source")
    if isinstance(source, Scalar):
        return {"document": source.text}
    if source is not None:
        places.append(mapped_of(source, "source"))
        places[1].only(*_BASIS)
    found = {key: place.text(key) for place in places for key in _BASIS if place.get(key) is not None}
    found.pop("template", None)
    for key in ("effective_from", "effective_to"):
        if key in found:
            _read(item, date_read, found[key])
    return found


def _read(item: Tree, read: Callable[[str], T], text: str, what: str = "") -> T:
    """Read ``text``, giving a fault the line of ``item`` and the name of the place."""
    try:
        return read(text)
    except Unreadable as fault:
        raise Unreadable(f"{what}{fault.message}", line=item.line, column=fault.column) from None


def _amount(item: Mapped, key: str) -> Fraction:
    part = item.need(key)
    text = text_of(part, key).replace("_", "")
    return _read(part, number_read, text, f"“{key}”")


def _min_points(item: Mapped) -> Fraction:
    passing = item.mapped("pass")
    if passing is None:
        return Fraction(0)
    passing.only("min_points")
    return _amount(passing, "min_points")


def _clause(item: Mapped, metrics: Dictionary) -> Clause:
    item.only("id", "need", "veto", "points", "max", "text", *_BASIS)
    roles = [role for role in Role if item.get(role) is not None]
    name = item.text("id")
    if len(roles) != 1:
        raise Unreadable(f"条款“{name}”应有且只有 need、veto、points 之一", line=item.line)
    role = roles[0]
    if role is not Role.POINTS and item.get("max") is not None:
        raise Unreadable(f"条款“{name}”没有 points，不能有 max", line=item.line)
    return Clause(
        id=name,
        role=role,
        text=item.text("text", ""),
        article=item.text("article", ""),
        template=item.flag("template"),
        bands=_bands(item, metrics) if role is Role.POINTS else (_band(item, role, metrics, Fraction(0)),),
        most=_amount(item, "max") if item.get("max") is not None else None,
    )


def _bands(item: Mapped, metrics: Dictionary) -> tuple[Band, ...]:
    parts = [mapped_of(part, "points") for part in item.listed("points")]
    if not parts:
        raise Unreadable("points 不能为空", line=item.line)
    for part in parts:
        part.only("when", "give", "text", "article")
    return tuple(_band(part, "when", metrics, _amount(part, "give")) for part in parts)


def _band(item: Mapped, key: str, metrics: Dictionary, give: Fraction) -> Band:
    part = item.need(key)
    source = text_of(part, key)
    return Band(_read(part, lambda text: condition_read(text, metrics), source, f"{key}："), source, give)


def _case(item: Mapped, metrics: Dictionary) -> Case:
    item.only("facts", "verdict", "year", "on", "text", "note", "title", "id")
    verdict, year, on = item.text("verdict"), item.text("year", ""), item.text("on", "")
    if verdict not in set(Verdict):
        raise Unreadable("verdict 应为 met、unmet 或 unknown", line=item.line)
    if year and not re.fullmatch("[0-9]{4}", year):
        raise Unreadable("year 应为四位年份", line=item.line)
    facts: dict[tuple[str, int], Value] = {}
    given = item.mapped("facts")
    for spelling, part in given.items.items() if given else ():
        metric, offset = _fact_name(spelling, part, metrics)
        if (metric.code, offset) in facts:
            raise Unreadable(f"事实“{spelling}”重复", line=part.line)
        value = _fact_value(part, metric)
        if value is not None:
            facts[metric.code, offset] = value
    return Case(
        facts=facts,
        verdict=Verdict(verdict),
        year=int(year) if year else None,
        on=_read(item, date_read, on, "on：") if on else None,
        line=item.line,
    )


def _fact_name(spelling: str, part: Tree, metrics: Dictionary) -> tuple[Metric, int]:
    match = _FACT_NAME.fullmatch(spelling)
    metric = metrics.get(match[1]) if match else None
    if match is None or metric is None:
        raise Unreadable(f"指标字典中没有“{spelling}”", line=part.line)
    if match[2] is not None and not metric.yearly:
        raise Unreadable(f"指标“{metric.code}”不分年度", line=part.line)
    return metric, int(match[2] or 0)


def _fact_value(part: Tree, metric: Metric) -> Value | None:
    if isinstance(part, Scalar) and part.empty:
        return None
    if isinstance(part, Listing) and metric.kind is Kind.SET:
        return frozenset(text_of(item, metric.code) for item in part.items)
    text = text_of(part, metric.code)
    if metric.kind is Kind.NUMBER:
        text = text.replace("_", "")
    if metric.kind is Kind.BOOLEAN:
        text = flag_text(text)
    return _read(part, lambda given: value_read(given, metric.kind), text, f"“{metric.code}”：")
