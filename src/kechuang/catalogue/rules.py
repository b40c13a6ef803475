"""Rule sets of the catalogue (条件规则): which may come into force, and each as a text that reads itself back.

A rule is refused here, with file, line and name, when it cannot be read, has no cases, or fails one of them. Its
``id`` says what it is for: ``recognition.etrc.municipal`` or ``recognition.etrc.provincial.university``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any

from kechuang.catalogue.measures import Metric, repeated
from kechuang.catalogue.reading import Problem
from kechuang.pure.conditions.metrics import Dictionary, metrics_read
from kechuang.pure.conditions.metrics import Metric as Measured
from kechuang.pure.conditions.nodes import references
from kechuang.pure.conditions.rules import Rule, rules_read
from kechuang.pure.conditions.values import Kind, Unreadable, number_text
from kechuang.pure.conditions.verdict import cases_failed
from kechuang.pure.conditions.yaml_tree import Listing, Mapped, Scalar, Tree, mapped_of, tree_read

TEMPLATES = "template/rules"
PURPOSES = {"recognition": "认定条件", "operation": "运行要求", "cultivation": "培育入库条件"}
"""What a rule may be for, by the first word of its id."""

_ID = re.compile(r"([a-z][a-z0-9_]*)\.([a-z][a-z0-9_]*)\.([a-z][a-z0-9_]*)(?:\.([a-z][a-z0-9_]*))?")


@dataclass(frozen=True)
class RuleSet:
    """One rule with what it was read from.

    ``definition`` is the rule as written, every value a text, with the metrics it names: all that is needed to read
    it again years later, whatever has become of the dictionary.
    """

    file: str
    rule: Rule
    metrics: Dictionary
    definition: Mapping[str, Any]

    @property
    def code(self) -> str:
        return self.rule.id

    @cached_property
    def parts(self) -> tuple[str, str, str, str]:
        """Return purpose, type, level and variant (may be empty), as the id spells them."""
        found = _ID.fullmatch(self.rule.id)
        if found is None:
            raise ValueError(f"{self.rule.id} is no id of a rule set")
        return found[1], found[2], found[3], found[4] or ""

    def day(self, key: str) -> date | None:
        """Return ``effective_from`` or ``effective_to`` (first day no longer in force)."""
        written = self.rule.basis.get(key)
        return date.fromisoformat(written) if written else None

    def to_json(self) -> str:
        """Return the definition as text, equal for equal rules."""
        return json.dumps(self.definition, ensure_ascii=False, sort_keys=False)


def rule_again(definition: str) -> RuleSet:
    """Read a rule set back from ``RuleSet.to_json``."""
    data = json.loads(definition)
    metrics = metrics_read(json.dumps(data["metrics"], ensure_ascii=False))
    rules = rules_read(json.dumps({"rules": [data["rule"]]}, ensure_ascii=False), metrics)
    return RuleSet("", rules[0], metrics, data)


def dictionary(metrics: Iterable[Metric]) -> dict[str, Measured]:
    """Return the catalogue's metrics as the condition language wants them."""
    return {
        each.code: Measured(
            code=each.code,
            kind=Kind(each.kind),
            yearly=each.period == "year",
            unit=each.unit or "",
            label=each.label,
            step=Fraction(each.step),
            definition=each.definition,
            source=each.source or "",
            form=each.form or "",
        )
        for each in metrics
    }


def rule_sets(root: Path, city: str, metrics: Iterable[Metric], note: Callable[[Problem], None]) -> tuple[RuleSet, ...]:
    """Read every rule ``city`` has: the templates, and its own in their place where the id is the same.

    What must not come into force is left out and told to ``note``.
    """
    known = dictionary(metrics)
    found: dict[str, RuleSet] = {}
    for folder in (TEMPLATES, f"{city}/rules"):
        read = [
            each
            for path in sorted((root / folder).glob("*.yaml"))
            for each in _file(path, f"{folder}/{path.name}", known, note)
        ]
        for code in repeated([each.code for each in read]):
            note(Problem(folder, code, "规则代码重复"))
        found.update({each.code: each for each in read})
    return tuple(found.values())


def _file(path: Path, shown: str, metrics: Dictionary, note: Callable[[Problem], None]) -> Iterator[RuleSet]:
    try:
        text = path.read_text(encoding="utf-8-sig")
        rules = rules_read(text, metrics)
        parts = mapped_of(tree_read(text), "").listed("rules")
    except Unreadable as fault:
        note(Problem(shown, "", fault.message, fault.line))
        return
    except (OSError, UnicodeDecodeError):
        note(Problem(shown, "", "文件无法读取，须为 UTF-8 文本"))
        return
    for rule, part in zip(rules, parts, strict=True):
        problems = [*_faults(rule, shown), *_cases(rule, shown)]
        for problem in problems:
            note(problem)
        if not problems:
            yield RuleSet(shown, rule, metrics, _definition(rule, part, metrics))


def _faults(rule: Rule, shown: str) -> Iterator[Problem]:
    match = _ID.fullmatch(rule.id)
    if match is None or match[1] not in PURPOSES:
        known = "、".join(PURPOSES)
        yield Problem(shown, rule.id, f"规则代码应写成“用途.平台类别.级别”，用途为 {known} 之一", rule.line)
    if not rule.title:
        yield Problem(shown, rule.id, "缺少 title", rule.line)
    if shown.startswith(TEMPLATES) and not rule.template:
        yield Problem(shown, rule.id, "外地规则须标明 template: true", rule.line)
    if not rule.template and "document" not in rule.basis:
        yield Problem(shown, rule.id, "本市规则须写明依据文件（source: document）", rule.line)
    begins, ends = rule.basis.get("effective_from"), rule.basis.get("effective_to")
    if begins and ends and ends <= begins:
        yield Problem(shown, rule.id, "effective_to 必须晚于 effective_from", rule.line)


def _cases(rule: Rule, shown: str) -> Iterator[Problem]:
    if not rule.cases:
        yield Problem(shown, rule.id, "规则没有案例（cases），不能施行", rule.line)
    for failure in cases_failed([rule], last_year=date.today().year - 1):
        number = rule.cases.index(failure.case) + 1
        wanted, got = failure.case.verdict, failure.found
        said = f"第 {number} 个案例应为“{wanted.label}”（{wanted}），而结果是“{got.label}”（{got}）"
        yield Problem(shown, rule.id, said, failure.case.line)


def _definition(rule: Rule, part: Tree, metrics: Dictionary) -> dict[str, Any]:
    whens = tuple(band.when for clause in rule.clauses for band in clause.bands)
    named = {fact.code for fact in references(whens)} | {code for case in rule.cases for code, _ in case.facts}
    return {"rule": _plain(part), "metrics": [_written(metrics[code]) for code in sorted(named)]}


def _plain(item: Tree) -> Any:
    """Return what was written as plain data: texts as they stood, so that 0.10 stays 0.10."""
    if isinstance(item, Scalar):
        return None if item.empty else item.text
    if isinstance(item, Listing):
        return [_plain(each) for each in item.items]
    return {key: _plain(each) for key, each in _mapping(item).items()}


def _mapping(item: Tree) -> Mapping[str, Tree]:
    return item.items if isinstance(item, Mapped) else {}


def _written(metric: Measured) -> dict[str, str]:
    return {
        "code": metric.code,
        "kind": metric.kind.value,
        "period": "year" if metric.yearly else "none",
        "unit": metric.unit,
        "label": metric.label,
        "step": number_text(metric.step),
    }
