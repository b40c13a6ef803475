"""What is known of the hosts of platforms, as an evaluation and an annual report read it: in force and as reported."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from kechuang.facts.choices import IN_FORCE, Status
from kechuang.facts.models import Fact, Metric
from kechuang.facts.selectors.knowing import known_of
from kechuang.facts.selectors.rules import exact
from kechuang.facts.subjects import CODES, Subject
from kechuang.pure.conditions.nodes import Facts, references
from kechuang.pure.evaluation.systems import IndexSystem

Place = tuple[str, int]
"""Metric code and years from the reference year; 0 for a metric without years."""


@dataclass
class Figures:
    """What is known of one host: the values that count, what was reported, and which are not verified yet."""

    counting: dict[Place, Any] = field(default_factory=dict)
    reported: dict[Place, Any] = field(default_factory=dict)
    unverified: set[Place] = field(default_factory=set)
    facts: dict[Place, int] = field(default_factory=dict)

    def as_facts(self, year: int) -> Facts:
        """Return the values that count as conditions compute with them."""
        return Facts(year, date(year, 12, 31), {key: exact(value) for key, value in self.counting.items()})

    def as_reported(self, year: int) -> Facts:
        """Return the values as they were reported; what only a register knows stands as it is."""
        told = {**self.counting, **self.reported}
        return Facts(year, date(year, 12, 31), {key: exact(value) for key, value in told.items()})


def figures_of(hosts: Collection[int], *, places: Iterable[Place], year: int) -> dict[int, Figures]:
    """Return what is known of each host (key of the organisation) at ``places`` seen from ``year``: two queries."""
    wanted = set(places)
    codes, years = {code for code, _back in wanted}, {year + back for _code, back in wanted}
    found = {host: Figures() for host in hosts}
    subjects = [Subject("organisation", host) for host in found]
    for (subject, (code, period)), known in known_of(subjects=subjects, metrics=codes, years=years).items():
        found[subject.pk].counting[code, 0 if period is None else period - year] = known.value
    rows = Fact.objects.filter(
        subject_kind=CODES["organisation"], subject_id__in=list(found), metric__code__in=codes, status__in=IN_FORCE
    ).select_related("metric")
    for row in rows:
        place = (row.metric.code, 0 if row.year is None else row.year - year)
        if place in wanted:
            mine = found[row.subject_id]
            mine.facts[place] = row.pk
            mine.reported[place] = _plain(row.reported)
            if row.status != Status.VERIFIED:
                mine.unverified.add(place)
    return found


def places_of(system: IndexSystem) -> list[Place]:
    """Return every fact an index system looks at, in its order."""
    nodes = [item.value for item in system.items if item.value is not None]
    nodes += [one.when for item in system.items for one in item.coefficients]
    nodes += [one.when for item in system.items for one in item.scales if one.when is not None]
    nodes += [one.when for one in system.adjustments]
    nodes += [one.need for one in system.thresholds]
    return list(dict.fromkeys(fact.key for fact in references(tuple(nodes))))


def labels_of(codes: Iterable[str]) -> dict[str, Metric]:
    """Return the dictionary's entries by their codes."""
    return {row.code: row for row in Metric.objects.filter(code__in=set(codes))}


def place_label(place: Place, metrics: Mapping[str, Metric], year: int) -> str:
    """Name a fact as it is read: “研发费用（2022 年，万元）”."""
    code, back = place
    metric = metrics.get(code)
    if metric is None:
        return code
    parts = [_("%(year)s 年") % {"year": year + back}] if metric.yearly else []
    if metric.unit:
        parts.append(metric.unit)
    return f"{metric.label}（{'，'.join(parts)}）" if parts else str(metric.label)


def spelled(place: Place) -> str:
    """Return a place as a key of stored JSON: ``rd_expense[-1]``."""
    code, back = place
    return f"{code}[{back}]" if back else code


def stored(value: Any) -> Any:
    """Return a value as JSON keeps it: numbers as text, days in ISO form, sets as sorted lists."""
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, frozenset | set | list):
        return sorted(value)
    return value


def _plain(value: Any) -> Any:
    return frozenset(value) if isinstance(value, list) else value
