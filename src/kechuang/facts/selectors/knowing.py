"""What is known of subjects: values in force, from the facts and from the registers."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from kechuang.facts import sources
from kechuang.facts.choices import IN_FORCE, Status
from kechuang.facts.known import Known
from kechuang.facts.models import COLUMNS, Fact, Metric
from kechuang.facts.models.evidence import evidence_standing
from kechuang.facts.sources import Key
from kechuang.facts.subjects import Subject
from kechuang.facts.values import in_memory

_PATHS = (
    "pk",
    "subject_id",
    "metric__code",
    "metric__kind",
    "metric__unit",
    "year",
    "status",
    "source",
    "verified_at",
    "evidence_id",
    "evidence__withdrawn_at",
    "evidence__valid_from",
    "evidence__valid_to",
    *COLUMNS.values(),
    *(f"audited_{column}" for column in COLUMNS.values()),
)


def known(
    *, subject: Subject, metrics: Iterable[str], years: Iterable[int], on: date | None = None
) -> dict[Key, Known]:
    """Return what is known of ``subject``: (metric code, year or ``None``) → value; what is not known is absent.

    ``on`` asks what was in force at the end of that day; the registers' own attributes are today's. One query,
    and one for each register that answers one of ``metrics``.
    """
    found = known_of(subjects=[subject], metrics=metrics, years=years, on=on)
    return {key: value for (_subject, key), value in found.items()}


def known_of(
    *, subjects: Collection[Subject], metrics: Iterable[str], years: Iterable[int], on: date | None = None
) -> dict[tuple[Subject, Key], Known]:
    """Return what is known of several subjects of one kind, as ``known`` does of one."""
    codes, wanted = set(metrics), set(years)
    if not subjects:
        return {}
    (kind,) = {subject.kind for subject in subjects}
    found: dict[tuple[Subject, Key], Known] = {}
    code = next(iter(subjects)).code
    rows = Fact.objects.filter(
        Q(year__in=wanted) | Q(year=None),
        _in_force(on),
        subject_kind=code,
        subject_id__in=[subject.pk for subject in subjects],
        metric__in=Metric.objects.filter(code__in=codes),
    )
    for row in rows.values(*_PATHS):
        key = (row["metric__code"], row["year"])
        found[Subject(kind, row["subject_id"]), key] = _known(row, on)
    return found | sources.answered(subjects, codes, wanted)


def facts_of(*, subject: Subject) -> QuerySet[Fact]:
    """Return all facts of a subject, history included, newest first within metric and year."""
    rows = Fact.objects.filter(**subject.key).select_related("metric", "evidence", "declared_by", "verified_by")
    return rows.order_by("metric__order", "-year", "-pk")


def spared(*, subject: Subject, metrics_years: Iterable[tuple[str, int | None]]) -> tuple[int, int]:
    """Return how many of a form's fields need not be typed, and how many there are (个)."""
    asked = list(dict.fromkeys(metrics_years))
    have = known(
        subject=subject, metrics={code for code, _year in asked}, years={year for _code, year in asked if year}
    )
    return sum(key in have for key in asked), len(asked)


def metrics_for(*, kind: str, yearly: bool | None = None) -> list[Metric]:
    """Return the metrics in use that a kind of subject has, in the dictionary's order."""
    rows = Metric.objects.filter(retired=False, subjects__contains=[kind])
    if yearly is not None:
        rows = rows.filter(period=Metric.Period.YEAR if yearly else Metric.Period.NONE)
    return list(rows)


def _in_force(on: date | None) -> Q:
    if on is None:
        return Q(status__in=IN_FORCE)
    return Q(since__date__lte=on) & (Q(until=None) | Q(until__date__gt=on))


def _known(row: dict[str, Any], on: date | None) -> Known:
    """Make a row handed out; as of a day, an audit that came later is not yet seen."""
    column = COLUMNS[row["metric__kind"]]
    audited = row[f"audited_{column}"]
    verified = row["verified_at"] is not None and (on is None or timezone.localtime(row["verified_at"]).date() <= on)
    value = audited if verified and audited is not None else row[column]
    evidence = "" if row["evidence_id"] is None else _standing(row, on)
    return Known(
        value=in_memory(value),
        status=Status.VERIFIED if verified else Status.DECLARED,
        source=row["source"],
        evidence_id=row["evidence_id"],
        fact_id=row["pk"],
        unit=row["metric__unit"],
        evidence_state=evidence,
    )


def _standing(row: dict[str, Any], on: date | None) -> str:
    return evidence_standing(
        withdrawn=row["evidence__withdrawn_at"] is not None,
        valid_from=row["evidence__valid_from"],
        valid_to=row["evidence__valid_to"],
        on=on or timezone.localdate(),
    )
