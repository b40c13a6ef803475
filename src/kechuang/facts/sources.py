"""Attributes of the registers themselves: what is known without anybody typing it as a fact.

A room registers a source for the metrics it answers; such a metric is never stored as a fact of that kind of
subject, so the same thing cannot be written down twice. The directory's own columns are the first source.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from kechuang.directory.models import Organisation
from kechuang.facts.known import REGISTER, Known
from kechuang.facts.subjects import Kind, Subject

Key = tuple[str, int | None]
Values = dict[tuple[Subject, Key], Known]
Source = Callable[[Collection[Subject], Collection[str], Collection[int]], Values]


@dataclass(frozen=True, slots=True)
class Registered:
    """One source: which metrics of which kind of subject it answers, and how it is called."""

    name: str
    kind: Kind
    metrics: frozenset[str]
    answer: Source
    label: str


_sources: dict[str, Registered] = {}


def register(name: str, source: Source, *, kind: Kind, metrics: Collection[str], label: str) -> None:
    """Have ``source`` answer ``metrics`` of subjects of ``kind``; ``label`` says where the values come from."""
    _sources[name] = Registered(name, kind, frozenset(metrics), source, label)


def forget(name: str) -> None:
    """Take a source away again; for tests."""
    _sources.pop(name, None)


def owner_of(kind: Kind, metric: str) -> Registered | None:
    """Return the source that answers ``metric`` for subjects of ``kind``, or ``None``."""
    return next((one for one in _sources.values() if one.kind == kind and metric in one.metrics), None)


def answered(subjects: Collection[Subject], metrics: Collection[str], years: Collection[int]) -> Values:
    """Return what all sources know: a query or two for each source that is concerned, however many subjects."""
    found: Values = {}
    for source in _sources.values():
        mine = [subject for subject in subjects if subject.kind == source.kind]
        wanted = source.metrics & set(metrics)
        if mine and wanted:
            found |= source.answer(mine, wanted, years)
    return found


DIRECTORY_METRICS = ("kind", "county", "industry")
DIRECTORY = "单位名录"


def directory_columns(subjects: Collection[Subject], metrics: Collection[str], years: Collection[int]) -> Values:
    """Answer kind, county and industry of organisations from the directory; an empty column is not known."""
    found: Values = {}
    rows = Organisation.objects.filter(pk__in=[subject.pk for subject in subjects])
    for key, kind, county, industry in rows.values_list("pk", "kind", "county__code", "industry_code"):
        values = {"kind": kind, "county": county, "industry": industry}
        for code in metrics:
            if values[code]:
                known = Known(values[code], REGISTER, DIRECTORY)
                found[Subject("organisation", key), (code, None)] = known
    return found
