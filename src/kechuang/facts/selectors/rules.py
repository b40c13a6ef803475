"""Which rules are in force, and what a rule says of one subject, with its reasons and the way there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any, cast

from django.db.models import Exists, Max, OuterRef, QuerySet
from django.utils.translation import gettext as _

from kechuang.catalogue.rules import RuleSet, rule_again
from kechuang.facts.choices import IN_FORCE
from kechuang.facts.known import Known
from kechuang.facts.models import Fact
from kechuang.facts.models.rules import RuleVersion
from kechuang.facts.selectors.knowing import known_of
from kechuang.facts.subjects import Subject
from kechuang.kernel.errors import Refused
from kechuang.pure.conditions.change import Change, changes_of
from kechuang.pure.conditions.explanation import ClauseExplained, Explained, explained_json, rule_explained
from kechuang.pure.conditions.nodes import Facts, Node, references
from kechuang.pure.conditions.rules import Clause, Role, Rule, Verdict
from kechuang.pure.conditions.values import Value
from kechuang.pure.conditions.verdict import clause_points, rule_verdict

_TURNED = {Verdict.MET: Verdict.UNMET, Verdict.UNMET: Verdict.MET, Verdict.UNKNOWN: Verdict.UNKNOWN}


def newest_versions() -> QuerySet[RuleVersion]:
    """Return the newest version of each rule, withdrawn ones included."""
    later = RuleVersion.objects.filter(code=OuterRef("code"), number__gt=OuterRef("number"))
    return RuleVersion.objects.filter(~Exists(later))


def rules_current() -> QuerySet[RuleVersion]:
    """Return the newest version of each rule of the catalogue as it was last loaded, in its order."""
    return newest_versions().filter(withdrawn=False)


def current_rule(code: str) -> RuleVersion:
    """Return the version of rule ``code`` that what begins today is bound to; ``Refused`` when there is none."""
    version = rules_current().filter(code=code).first()
    if version is None:
        raise Refused(_("条件规则“%(code)s”尚未载入，请先运行 kechuang catalogue load。") % {"code": code})
    return version


def versions_of(code: str) -> QuerySet[RuleVersion]:
    """Return all versions of a rule, newest first."""
    return RuleVersion.objects.filter(code=code).order_by("-number")


@lru_cache(maxsize=512)
def rule_of(version_id: int) -> RuleSet:
    """Return the rule stored as ``version_id``; versions never change, so this is kept."""
    return rule_again(RuleVersion.objects.get(pk=version_id).definition)


@dataclass(frozen=True, slots=True)
class Judged:
    """What a rule says of a subject: the explanation, and where each of its numbers comes from.

    ``known`` has the spellings of ``explained`` as keys (``rd_expense[-1]``).
    """

    version: RuleVersion
    rules: RuleSet
    subject: Subject
    facts: Facts
    explained: Explained
    known: Mapping[str, Known]

    @property
    def verdict(self) -> Verdict:
        return self.explained.verdict

    def json(self) -> dict[str, object]:
        """Return the explanation as ``kechuang conditions explain`` gives it, with rule, day and sources."""
        return {
            "rule": self.version.code,
            "version": self.version.number,
            "template": self.version.template,
            "year": self.facts.year,
            "on": self.facts.on,
            **explained_json(self.explained),
            "sources": {spelling: known.source for spelling, known in self.known.items()},
        }


def verdict(*, rule_version: RuleVersion, subject: Subject, year: int, on: date | None = None) -> Judged:
    """Judge ``subject`` by one version of a rule for a reference year and day (default its 31 December)."""
    return verdicts_of(versions=[rule_version], subject=subject, year=year, on=on)[0]


def verdicts_of(
    *, versions: Sequence[RuleVersion], subject: Subject, year: int, on: date | None = None
) -> list[Judged]:
    """Judge ``subject`` by several rules: the facts of all of them are read at once."""
    return [judged for _subject, judged in judged_of(versions=versions, subjects=[subject], year=year, on=on)]


def judged_of(
    *, versions: Sequence[RuleVersion], subjects: Sequence[Subject], year: int, on: date | None = None
) -> list[tuple[Subject, Judged]]:
    """Judge each of some subjects of one kind by each of some rules, one reading of the facts for all."""
    sets = [rule_of(version.pk) for version in versions]
    learned = facts_known(rules=[each.rule for each in sets], subjects=subjects, year=year, on=on)
    return [
        (subject, _judged(version, rules, subject, *learned[subject]))
        for subject in subjects
        for version, rules in zip(versions, sets, strict=True)
    ]


def _judged(
    version: RuleVersion, rules: RuleSet, subject: Subject, facts: Facts, sources: Mapping[tuple[str, int], Known]
) -> Judged:
    explained = rule_explained(rules.rule, facts, rules.metrics)
    used = {fact.spelling: sources[fact.key] for fact in rule_facts(rules.rule) if fact.key in sources}
    return Judged(version, rules, subject, facts, explained, used)


def facts_known(
    *, rules: Sequence[Rule], subjects: Sequence[Subject], year: int, on: date | None = None
) -> dict[Subject, tuple[Facts, dict[tuple[str, int], Known]]]:
    """Return what rules ask of subjects of one kind, as conditions take it and with the sources beside."""
    codes, years = asked(rules, year)
    found: dict[Subject, dict[tuple[str, int], Known]] = {subject: {} for subject in subjects}
    for (subject, (code, period)), known in known_of(subjects=subjects, metrics=codes, years=years).items():
        found[subject][code, 0 if period is None else period - year] = known
    day = on or date(year, 12, 31)
    return {
        subject: (Facts(year, day, {key: exact(known.value) for key, known in mine.items()}), mine)
        for subject, mine in found.items()
    }


def rule_facts(rule: Rule) -> tuple[Any, ...]:
    """Return the facts a rule speaks of, each spelling once."""
    return references(tuple(band.when for clause in rule.clauses for band in clause.bands))


def asked(rules: Iterable[Rule], year: int) -> tuple[set[str], set[int]]:
    """Return the metrics rules speak of, and the years they look at from ``year``."""
    found = [fact for rule in rules for fact in rule_facts(rule)]
    return {fact.code for fact in found}, {year + fact.offset for fact in found}


def exact(value: object) -> Value:
    """Return a stored value as conditions compute with it: numbers as exact fractions."""
    return Fraction(value) if isinstance(value, Decimal) else cast("Value", value)


def latest_year(*, subject: Subject, before: int) -> int | None:
    """Return the last year up to ``before`` of which anything is known of ``subject``."""
    rows = Fact.objects.filter(**subject.key, status__in=IN_FORCE, year__lte=before)
    return cast("int | None", rows.aggregate(last=Max("year"))["last"])


@dataclass(frozen=True, slots=True)
class Gap:
    """One clause that is not met yet: the change that meets it, or the facts that must be looked up.

    ``change`` is the smallest *increase* where there is one: nobody is advised to earn less so that a share
    looks greater. The explanation itself keeps the smallest change either way.
    ``gain`` is how many points a clause of points could add (分), ``None`` for needs and vetoes.
    """

    clause: ClauseExplained
    change: Change | None
    missing: tuple[str, ...]
    gain: Fraction | None = None

    @property
    def ease(self) -> tuple[int, Fraction]:
        """Return what gaps are ordered by: the relative change, then what must be looked up, then the rest."""
        if self.change is not None:
            infinite, share = self.change.relative
            return (1, Fraction(0)) if infinite else (0, share)
        return (2 if self.missing else 3, Fraction(0))


@dataclass(frozen=True, slots=True)
class Path:
    """What is missing, the easiest first, and the verdict once every change named is made."""

    gaps: tuple[Gap, ...]
    reached: Verdict


def gaps(judged: Judged) -> Path:
    """Return what separates a subject from meeting the rule, sorted by the size of the change it takes."""
    explained = judged.explained
    found = [
        Gap(clause, _advised(clause.clause, judged), tuple(clause.missing))
        for clause in explained.clauses
        if clause.clause.role is not Role.POINTS and standing(clause) is not Verdict.MET
    ]
    if explained.points.certain < explained.needed:
        found += [gap for clause in explained.clauses if (gap := _more_points(clause, judged))]
    found.sort(key=lambda gap: gap.ease)
    facts = judged.facts
    for gap in found:
        if gap.change is not None:
            facts = facts.replaced(_changed(gap.change, facts), gap.change.wanted)
    return Path(tuple(found), rule_verdict(explained.rule, facts))


def standing(clause: ClauseExplained) -> Verdict:
    """Return how a clause stands for the subject: a veto that is met stands against it."""
    return _TURNED[clause.verdict] if clause.clause.role is Role.VETO else clause.verdict


def _advised(clause: Clause, judged: Judged) -> Change | None:
    return None if clause.role is Role.VETO else advised_change(clause.when, judged)


def advised_change(condition: Node, judged: Judged) -> Change | None:
    """Return the change to advise: the least increase, else the least decrease; ``None`` where no fact does alone."""
    changes = changes_of(condition, judged.facts, judged.rules.metrics)
    return min(changes, key=lambda change: (change.wanted < change.present, change.relative), default=None)


def _more_points(explained: ClauseExplained, judged: Judged) -> Gap | None:
    """Return the easiest way to more points of one clause, or ``None`` where there is none."""
    clause: Clause = explained.clause
    if clause.role is not Role.POINTS:
        return None
    have = clause_points(clause, judged.facts)
    ways = []
    for band in clause.bands:
        gain = (band.give if clause.most is None else min(band.give, clause.most)) - have.certain
        change = advised_change(band.when, judged)
        if gain > 0 and change is not None:
            ways.append(Gap(explained, change, tuple(explained.missing), gain))
    if ways:
        return min(ways, key=lambda gap: gap.ease)
    return Gap(explained, None, tuple(explained.missing), have.possible - have.certain) if explained.missing else None


def _changed(change: Change, facts: Facts) -> tuple[str, int]:
    return change.metric, 0 if change.period is None else change.period - facts.year


def nearness(judged: Judged) -> tuple[int, int, int, Fraction]:
    """Return what an organisation's rules are ordered by, the nearest first.

    Met ones first; then by the number of open clauses, of those that fail, and the sum of relative changes: a rule
    of which nothing is known is not near.
    """
    if judged.verdict is Verdict.MET:
        return (0, 0, 0, Fraction(0))
    found = gaps(judged).gaps
    unmet = sum(1 for gap in found if standing(gap.clause) is Verdict.UNMET)
    shares = (gap.ease[1] for gap in found if gap.ease[0] == 0)
    return (1, len(found), unmet, sum(shares, Fraction(0)))
