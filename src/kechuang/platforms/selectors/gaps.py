"""How far an organisation is from a target type and level, clause by clause (差距报告)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from kechuang.directory.models import Organisation
from kechuang.facts.models import Metric
from kechuang.facts.models.rules import RuleVersion
from kechuang.facts.selectors.rules import Gap, Judged, gaps, judged_of, nearness, rule_facts, rules_current, standing
from kechuang.facts.subjects import Subject
from kechuang.platforms.models import Level, PlatformKind
from kechuang.pure.conditions.change import Change
from kechuang.pure.conditions.rules import Role, Verdict
from kechuang.pure.conditions.values import Value, number_text


@dataclass(frozen=True, slots=True)
class GapReport:
    """The reading of one day. ``clauses`` as ``GapSnapshot.clauses`` keeps them; ``rule`` is ``None`` without one."""

    rule: RuleVersion | None
    year: int
    verdict: str
    clauses: list[dict[str, Any]]

    def count(self, verdict: str) -> int:
        """Return how many clauses (条) have a verdict."""
        return sum(one["verdict"] == verdict for one in self.clauses)


def target_rules(kind: PlatformKind, level: str) -> list[RuleVersion]:
    """Return the rules of recognition for a type at a level; a type may have one for each kind of host."""
    return list(rules_current().filter(purpose="recognition", type=kind.code, level=level))


def gap_report(organisation: Organisation, *, kind: PlatformKind, level: str, year: int, on: date) -> GapReport:
    """Read the gap of ``organisation`` to a target; of several rules the one it is nearest to speaks."""
    versions = target_rules(kind, level)
    if not versions:
        return GapReport(None, year, "unknown", [])
    subject = Subject("organisation", organisation.pk)
    judged = [one for _subject, one in judged_of(versions=versions, subjects=[subject], year=year, on=on)]
    nearest = min(judged, key=nearness)
    return GapReport(nearest.version, year, nearest.verdict.value, _clauses(nearest))


def _clauses(judged: Judged) -> list[dict[str, Any]]:
    """Return needs, vetoes and point clauses in the rule's order, with the cheapest change for each that is open."""
    said = {fact.spelling: _named(fact, judged) for fact in rule_facts(judged.explained.rule)}
    words = _words(judged)
    path = {gap.clause.clause.id: (place, gap) for place, gap in enumerate(gaps(judged).gaps, start=1)}
    rows = []
    for clause in judged.explained.clauses:
        is_points = clause.clause.role is Role.POINTS
        place, gap = path.get(clause.clause.id, (None, None))
        verdict = _points_verdict(gap) if is_points else standing(clause)
        rows.append(
            {
                "id": clause.clause.id,
                "text": f"不得有：{clause.text}" if clause.clause.role is Role.VETO else clause.text,
                "article": clause.clause.article,
                "verdict": verdict.value,
                "numbers": {said[name]: _text(value, words) for name, value in clause.numbers.items()},
                "sources": {said[name]: judged.known[name].source for name in clause.numbers if name in judged.known},
                "missing": [said[name] for name in clause.missing],
                "path": _said(gap.change, judged) if gap and gap.change else "",
                "order": place,
            }
        )
    return rows


def _named(fact: Any, judged: Judged) -> str:
    """Name a fact as it is read: “研发费用（2022 年）”."""
    metric = judged.rules.metrics[fact.code]
    return f"{metric.name}（{judged.facts.year + fact.offset} 年）" if metric.yearly else metric.name


def _points_verdict(gap: Gap | None) -> Verdict:
    """Return how a clause of points stands: nothing more is asked of it once the rule has its points."""
    if gap is None:
        return Verdict.MET
    return Verdict.UNMET if gap.change is not None else Verdict.UNKNOWN


def _said(change: Change, judged: Judged) -> str:
    """Say the smallest change in words: “研发费用（2022 年）由 250 增加到 300 万元”."""
    metric = judged.rules.metrics[change.metric]
    year = f"（{change.period} 年）" if change.period else ""
    now, wanted = change.present, change.wanted
    if isinstance(now, bool) or isinstance(wanted, bool):
        return f"{metric.name}{year}改为{'是' if wanted else '否'}"
    verb = "增加" if wanted > now else "减少"
    before, after = number_text(Fraction(now)), number_text(Fraction(wanted))
    return f"{metric.name}{year}由 {before} {verb}到 {after} {metric.unit}".strip()


def _words(judged: Judged) -> dict[str, str]:
    """Return what coded texts are called, so that a page never prints a code: value → label."""
    codes = {fact.code for fact in rule_facts(judged.explained.rule)}
    found: dict[str, str] = {}
    for choices in Metric.objects.filter(code__in=codes).values_list("choices", flat=True):
        found.update(choices)
    kinds = dict(PlatformKind.objects.values_list("code", "name"))
    levels = {level.value: str(level.label) for level in Level}
    held = {f"{code}.{level}": f"{levels[level]}{name}" for code, name in kinds.items() for level in levels}
    return {**held, **kinds, **found}


def _text(value: Value, words: dict[str, str]) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Fraction):
        return number_text(value)
    if isinstance(value, frozenset):
        return "、".join(words.get(one, one) for one in sorted(value)) or "无"
    return words.get(value, value) if isinstance(value, str) else value.isoformat()
