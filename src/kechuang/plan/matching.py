"""From names as documents print them to departments of the directory, never by guess.

A name matches when it equals a department's full name, short name or alias once brackets
and spaces are folded. Everything else stays unmatched until a person decides.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kechuang.directory.models import Department, DepartmentAlias
from kechuang.plan.choices import MatchedBy
from kechuang.pure.plans.folding import fold


@dataclass(frozen=True, slots=True)
class Match:
    """The department a name stands for, and how that was found."""

    department_id: int | None
    matched_by: str


UNMATCHED = Match(None, MatchedBy.NOTHING)


def department_matches(names: Iterable[str]) -> dict[str, Match]:
    """Return name → match for each of ``names``: two queries however many there are."""
    wanted = list(dict.fromkeys(names))
    if not wanted:
        return {}
    known: dict[str, Match] = {}
    for alias in DepartmentAlias.objects.all():
        known[fold(alias.name)] = Match(alias.department_id, MatchedBy.ALIAS)
    departments = list(Department.objects.all())
    for department in departments:
        known[fold(department.short_name)] = Match(department.pk, MatchedBy.SHORT_NAME)
    for department in departments:
        known[fold(department.name)] = Match(department.pk, MatchedBy.NAME)
    return {name: known.get(fold(name), UNMATCHED) for name in wanted}
