"""Answers for the verdict of a rule on one subject, and for the rule's own cases."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from kechuang.pure.conditions.nodes import Facts, truth
from kechuang.pure.conditions.rules import Case, Clause, Role, Rule, Verdict


@dataclass(frozen=True, slots=True)
class Points:
    """Points already certain, and the most that unknown facts could still bring."""

    certain: Fraction
    possible: Fraction


def clause_points(clause: Clause, facts: Facts) -> Points:
    """Return the points of one clause: the greatest of its met bands, capped, never their sum.

    Bands that take points away are bounded the same honest way: what an unknown band might do counts
    for the certain points only where it takes away, for the possible ones only where it gives.
    """
    found = [(truth(band.when, facts), band.give) for band in clause.bands]
    met = [give for decided, give in found if decided]
    unknown = [give for decided, give in found if decided is None]
    certain = max(met) if met else min([Fraction(0), *unknown])
    possible = max([*met, *unknown] if met else [Fraction(0), *unknown])
    if clause.most is not None:
        certain, possible = min(certain, clause.most), min(possible, clause.most)
    return Points(certain, possible)


def rule_points(rule: Rule, facts: Facts) -> Points:
    """Return the sum over the rule's clauses."""
    found = [clause_points(clause, facts) for clause in rule.clauses if clause.role is Role.POINTS]
    return Points(
        sum((points.certain for points in found), Fraction(0)),
        sum((points.possible for points in found), Fraction(0)),
    )


def clause_verdict(clause: Clause, facts: Facts) -> Verdict:
    """Return the verdict of a clause's expression; of a clause of points, whether any band is met."""
    found = [truth(band.when, facts) for band in clause.bands]
    if True in found:
        return Verdict.MET
    return Verdict.UNKNOWN if None in found else Verdict.UNMET


def rule_verdict(rule: Rule, facts: Facts) -> Verdict:
    """Return the verdict of ``rule``: unmet where that is certain, then unknown, then met."""
    unknown = False
    for clause in rule.clauses:
        if clause.role is Role.POINTS:
            continue
        found = truth(clause.when, facts)
        if found is (clause.role is Role.VETO):
            return Verdict.UNMET
        unknown = unknown or found is None
    points = rule_points(rule, facts)
    if points.possible < rule.min_points:
        return Verdict.UNMET
    if unknown or points.certain < rule.min_points:
        return Verdict.UNKNOWN
    return Verdict.MET


@dataclass(frozen=True, slots=True)
class Failure:
    """A case whose verdict is not the one written."""

    rule: Rule
    case: Case
    found: Verdict


def case_facts(case: Case, *, last_year: int) -> Facts:
    """Return the facts of a case.

    Without ``year`` it is the last closed year: that before ``on``, or ``last_year`` where there is no ``on`` either.
    """
    year = case.year
    if year is None:
        year = last_year if case.on is None else case.on.year - 1
    return Facts(year, case.on or date(year, 12, 31), case.facts)


def cases_failed(rules: Sequence[Rule], *, last_year: int) -> tuple[Failure, ...]:
    """Run every case; a rule with a failure must not come into force."""
    return tuple(
        Failure(rule, case, found)
        for rule in rules
        for case in rule.cases
        if (found := rule_verdict(rule, case_facts(case, last_year=last_year))) is not case.verdict
    )
