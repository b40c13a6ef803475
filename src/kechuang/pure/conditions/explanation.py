"""Answers for why a rule says what it says of one subject: clause by clause, with numbers, gaps and the way there."""

from dataclasses import dataclass
from fractions import Fraction

from kechuang.pure.conditions.change import Change, smallest_change
from kechuang.pure.conditions.metrics import Dictionary
from kechuang.pure.conditions.nodes import Facts, references
from kechuang.pure.conditions.rules import Clause, Rule, Verdict
from kechuang.pure.conditions.sentence import clause_sentence
from kechuang.pure.conditions.values import Value
from kechuang.pure.conditions.verdict import Points, clause_verdict, rule_points, rule_verdict


@dataclass(frozen=True, slots=True)
class ClauseExplained:
    """One clause: its verdict, the facts it used by their spelling in the source, those missing, and the change."""

    clause: Clause
    text: str
    verdict: Verdict
    numbers: dict[str, Value]
    missing: list[str]
    change: Change | None


@dataclass(frozen=True, slots=True)
class Explained:
    """A rule's verdict on one subject with its reasons."""

    rule: Rule
    verdict: Verdict
    clauses: list[ClauseExplained]
    points: Points
    needed: Fraction


def rule_explained(rule: Rule, facts: Facts, metrics: Dictionary) -> Explained:
    """Explain the verdict of ``rule``; a clause without a text of its own is said in Chinese."""
    clauses = [_clause(clause, facts, metrics) for clause in rule.clauses]
    return Explained(rule, rule_verdict(rule, facts), clauses, rule_points(rule, facts), rule.min_points)


def _clause(clause: Clause, facts: Facts, metrics: Dictionary) -> ClauseExplained:
    found = references(tuple(band.when for band in clause.bands))
    verdict = clause_verdict(clause, facts)
    return ClauseExplained(
        clause=clause,
        text=clause.text or clause_sentence(clause, metrics),
        verdict=verdict,
        numbers={fact.spelling: facts.values[fact.key] for fact in found if fact.key in facts.values},
        missing=[fact.spelling for fact in found if fact.key not in facts.values],
        change=None if verdict is Verdict.MET else smallest_change(clause, facts, metrics),
    )


def explained_json(explained: Explained) -> dict[str, object]:
    """Return an explanation in the shape the command prints; ``values.json_text`` writes it with exact decimals."""
    return {
        "verdict": explained.verdict.value,
        "clauses": [_clause_json(clause) for clause in explained.clauses],
        "points": {
            "got": explained.points.certain,
            "possible": explained.points.possible,
            "needed": explained.needed,
        },
    }


def _clause_json(explained: ClauseExplained) -> dict[str, object]:
    found: dict[str, object] = {
        "id": explained.clause.id,
        "text": explained.text,
        "verdict": explained.verdict.value,
        "numbers": explained.numbers,
        "missing": explained.missing,
    }
    if explained.change is not None:
        change = explained.change
        found["change"] = {
            "metric": change.metric,
            "period": change.period,
            "from": change.present,
            "to": change.wanted,
        }
    return found
