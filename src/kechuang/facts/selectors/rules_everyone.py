"""What a rule says of every organisation somebody may see, and what it would say with other thresholds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import numpy as np
import numpy.typing as npt
from django.core.cache import caches
from django.db.models import QuerySet
from django.utils import timezone

from kechuang.directory.models import County, Organisation
from kechuang.facts.models import Candidate, RuleVersion
from kechuang.facts.rules_access import CANDIDATES
from kechuang.facts.selectors.rules import rule_of
from kechuang.facts.selectors.rules_bulk import AT_ONCE, Keys, keys_of, organisations_table
from kechuang.kernel.access import Actor
from kechuang.pure.conditions.bulk import MET, UNKNOWN, UNMET, VERDICTS, verdicts
from kechuang.pure.conditions.rules import Clause, Role, Rule, Verdict

MANY = 20_000
"""Organisations from which on a judgement is kept for ``KEPT_SECONDS`` instead of being made for each page."""
KEPT_SECONDS = 60

Places = npt.NDArray[np.int8]


@dataclass(frozen=True)
class Everyone:
    """Verdicts of one rule on organisations: keys in order, the verdict of each, and of each clause of each.

    ``clauses`` has a row for each need and veto of the rule, in its order; a veto's place is that of the
    organisation, unmet where the veto exists. ``at`` is the moment the facts were read.
    """

    keys: Keys
    verdicts: Places
    clauses: Places
    at: datetime

    def counts(self) -> dict[Verdict, int]:
        """Return how many organisations (个) have each verdict."""
        return {verdict: int((self.verdicts == place).sum()) for place, verdict in enumerate(VERDICTS)}

    def clause_counts(self) -> list[dict[Verdict, int]]:
        """Return for each need and veto how many organisations (个) stand how."""
        return [{verdict: int((row == place).sum()) for place, verdict in enumerate(VERDICTS)} for row in self.clauses]

    def only(self, wanted: npt.NDArray[np.bool_]) -> Everyone:
        """Return those organisations that are marked."""
        return replace(self, keys=self.keys[wanted], verdicts=self.verdicts[wanted], clauses=self.clauses[:, wanted])

    def among(self, rows: QuerySet[Any]) -> Everyone:
        """Return the organisations that are also among ``rows``."""
        return self.only(np.isin(self.keys, keys_of(rows), assume_unique=True))

    def of(self, verdict: Verdict) -> Everyone:
        """Return the organisations with one verdict."""
        return self.only(self.verdicts == VERDICTS.index(verdict))


def told_clauses(rule: Rule) -> tuple[Clause, ...]:
    """Return the clauses that stand for or against on their own: needs and vetoes."""
    return tuple(clause for clause in rule.clauses if clause.role is not Role.POINTS)


def everyone_judged(*, version: RuleVersion, year: int, on: date, actor: Actor) -> Everyone:
    """Judge every organisation ``actor`` may compare by one version of a rule."""
    found = _kept(version, year, on)
    scope = CANDIDATES.scope(actor, "compare")
    return found.among(Candidate.objects.filter(scope)) if scope else found


def _kept(version: RuleVersion, year: int, on: date) -> Everyone:
    key = f"facts:everyone:{version.pk}:{year}:{on.isoformat()}"
    kept: Everyone | None = caches["local"].get(key)
    if kept is not None:
        return kept
    rules = rule_of(version.pk)
    at = timezone.now()
    keys, table = organisations_table([rules.rule], rules.metrics, year=year)
    alone = [_alone(clause) for clause in told_clauses(rules.rule)]
    found = verdicts([rules.rule, *alone], table, year=year, on=on)
    made = Everyone(keys, found[0], _turned(found[1:], told_clauses(rules.rule)), at)
    if len(keys) >= MANY:
        caches["local"].set(key, made, KEPT_SECONDS)
    return made


def _alone(clause: Clause) -> Rule:
    """Return a rule of this clause only, as a need."""
    return Rule(clause.id, "", (replace(clause, role=Role.NEED),), 0)


def _turned(found: Places, clauses: Sequence[Clause]) -> Places:
    turned = np.array([MET, UNKNOWN, UNMET], dtype=np.int8)
    rows = [turned[row] if clause.role is Role.VETO else row for clause, row in zip(clauses, found, strict=True)]
    return np.array(rows, dtype=np.int8).reshape(len(clauses), found.shape[1])


@dataclass(frozen=True)
class Trial:
    """What another reading of a rule would change: keys of those who gain and lose, and counts of verdict pairs."""

    gained: Keys
    lost: Keys
    counts: Mapping[tuple[Verdict, Verdict], int]
    size: int


def trial(*, before: RuleVersion, after: Rule, year: int, on: date, actor: Actor) -> Trial:
    """Compare the rule in force with ``after`` over every organisation ``actor`` may compare; nothing is stored."""
    rules = rule_of(before.pk)
    scope = CANDIDATES.scope(actor, "compare")
    among = Candidate.objects.filter(scope) if scope else None
    keys, table = organisations_table([rules.rule, after], rules.metrics, year=year, among=among)
    old, new = verdicts([rules.rule, after], table, year=year, on=on)
    counts = Counter(zip(old.tolist(), new.tolist(), strict=True))
    return Trial(
        gained=keys[(new == MET) & (old != MET)],
        lost=keys[(old == MET) & (new != MET)],
        counts={(VERDICTS[one], VERDICTS[other]): number for (one, other), number in counts.items()},
        size=len(keys),
    )


@dataclass(frozen=True, slots=True)
class Group:
    """How many organisations (个) of one county or kind gain and lose."""

    label: str
    gained: int
    lost: int


def by_county(found: Trial) -> list[Group]:
    """Return gain and loss by county, counties without either left out."""
    names = dict(County.objects.values_list("pk", "short_name"))
    return _grouped(found, "county_id", names)


def by_kind(found: Trial) -> list[Group]:
    """Return gain and loss by kind of organisation."""
    return _grouped(found, "kind", dict(Organisation.Kind.choices))


def _grouped(found: Trial, column: str, names: Mapping[Any, Any]) -> list[Group]:
    gained, lost = (_counted(keys, column) for keys in (found.gained, found.lost))
    return [Group(str(label), gained[key], lost[key]) for key, label in names.items() if gained[key] or lost[key]]


def _counted(keys: Keys, column: str) -> Counter[Any]:
    """Count organisations by a column, some thousands of keys at a time."""
    counts: Counter[Any] = Counter()
    for start in range(0, len(keys), AT_ONCE):
        rows = Organisation.objects.filter(pk__in=keys[start : start + AT_ONCE].tolist())
        counts.update(rows.values_list(column, flat=True))
    return counts
