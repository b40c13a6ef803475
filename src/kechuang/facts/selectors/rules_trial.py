"""The thresholds of a rule as fields, and the rule with other ones in their place."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from kechuang.catalogue.rules import RuleSet, rule_again
from kechuang.pure.conditions.grammar import condition_read
from kechuang.pure.conditions.metrics import Dictionary
from kechuang.pure.conditions.rules import Role, Rule
from kechuang.pure.conditions.sentence import condition_sentence
from kechuang.pure.conditions.values import Unreadable, number_read, number_text


@dataclass(frozen=True, slots=True)
class Threshold:
    """One number of a rule that may be tried out: where it stands, how its comparison reads, what it is.

    ``path`` leads to the text in the rule's definition; ``start`` and ``end`` are its bytes in that text, -1 where
    the text as a whole is the number.
    """

    name: str
    said: str
    value: Fraction
    path: tuple[str | int, ...]
    start: int = -1
    end: int = -1


def thresholds(rules: RuleSet) -> list[Threshold]:
    """Return the thresholds of a rule in the order of its text."""
    found: list[Threshold] = []
    for number, clause in enumerate(rules.rule.clauses):
        places = (
            [(("points", place), "when") for place in range(len(clause.bands))]
            if clause.role is Role.POINTS
            else [((), clause.role.value)]
        )
        for band, (below, key) in zip(clause.bands, places, strict=True):
            path = ("clauses", number, *below)
            found += _in_text(band.source, (*path, key), rules.metrics)
            if clause.role is Role.POINTS:
                found.append(Threshold("", _("以上情形的得分"), band.give, (*path, "give")))
    if rules.rule.min_points:
        found.append(Threshold("", _("及格分"), rules.rule.min_points, ("pass", "min_points")))
    return [Threshold(f"t{place}", each.said, *_rest(each)) for place, each in enumerate(found)]


def _rest(each: Threshold) -> tuple[Any, ...]:
    return each.value, each.path, each.start, each.end


def _in_text(source: str, path: tuple[str | int, ...], metrics: Dictionary) -> Iterator[Threshold]:
    """Yield the numbers of a condition that stand in a comparison; windows, indexes and counts are not thresholds."""
    for comparison in _outermost(ast.parse(source, mode="eval").body):
        said = condition_sentence(condition_read(ast.get_source_segment(source, comparison) or "", metrics), metrics)
        for node in _numbers(comparison):
            start = _byte(source, node.lineno, node.col_offset)
            end = _byte(source, node.end_lineno or node.lineno, node.end_col_offset or 0)
            yield Threshold("", said, _literal(source, start, end), path, start, end)


def _byte(source: str, line: int, column: int) -> int:
    """Return the place of a line's column in the whole text, both in bytes."""
    return sum(len(before.encode()) for before in source.splitlines(keepends=True)[: line - 1]) + column


def _outermost(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the comparisons that stand in no other one."""
    if isinstance(node, ast.Compare):
        yield node
        return
    for part in ast.iter_child_nodes(node):
        yield from _outermost(part)


def _numbers(node: ast.AST) -> Iterator[ast.Constant]:
    if isinstance(node, ast.Constant):
        if isinstance(node.value, int | float) and not isinstance(node.value, bool):
            yield node
        return
    if isinstance(node, ast.Call | ast.Subscript):
        return
    for part in ast.iter_child_nodes(node):
        yield from _numbers(part)


def _literal(source: str, start: int, end: int) -> Fraction:
    return number_read(source.encode()[start:end].decode().replace("_", ""))


def with_thresholds(rules: RuleSet, values: Mapping[str, Fraction]) -> Rule:
    """Return the rule with some thresholds replaced, by their names; raises ``Unreadable`` where that is no rule."""
    definition = deepcopy(dict(rules.definition))
    changed = [each for each in thresholds(rules) if each.name in values]
    for each in sorted(changed, key=lambda each: each.start, reverse=True):  # from the end, so that places stay
        holder = definition["rule"]
        for step in each.path[:-1]:
            holder = holder[step]
        written = number_text(values[each.name])
        if values[each.name] < 0 and each.start >= 0:
            written = f"({written})"
        text = str(holder[each.path[-1]]).encode()
        holder[each.path[-1]] = (
            written if each.start < 0 else (text[: each.start] + written.encode() + text[each.end :]).decode()
        )
    return rule_again(json.dumps(definition, ensure_ascii=False)).rule


__all__ = ["Threshold", "Unreadable", "thresholds", "with_thresholds"]
