"""Reads of the three desks: what happened to a subject, the roots of the days, and what each administrator watches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from kechuang.directory.models import User
from kechuang.kernel.access import Actor
from kechuang.kernel.audit_access import TRAIL
from kechuang.kernel.audit_reads import REFUSED, SIGNED_IN, SIGNED_OUT
from kechuang.kernel.models import AuditEvent, AuditSeal
from kechuang.kernel.triggers import audited_models

MOST_ROWS = 5_000
MOST_FOUND = 20
READING = ("SEEN", "TAKEN")
NO_CHANGE = (*READING, SIGNED_IN, SIGNED_OUT, REFUSED)
DAYS_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Subject:
    """Something that can be asked about: its table, its key, and how it is named."""

    table: str
    row: str
    label: str


# What a subject is searched by, in the order of the form.
KINDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "person": ("directory.User", ("full_name", "username", "email")),
    "organisation": ("directory.Organisation", ("name", "credit_code")),
    "application": ("calls.Application", ("number", "title")),
    "platform": ("platforms.Platform", ("number",)),
    "expert": ("review.Expert", ("number", "name")),
}


def subjects_named(*, kind: str, words: str) -> list[Subject]:
    """Return what of ``kind`` is named ``words`` or contains them, whole names first; at most ``MOST_FOUND``."""
    label, fields = KINDS[kind]
    model = apps.get_model(label)
    whole, part = Q(), Q()
    for field in fields:
        whole |= Q(**{f"{field}__iexact": words})
        part |= Q(**{f"{field}__icontains": words})
    found = list(model._default_manager.filter(whole)[:MOST_FOUND]) or list(
        model._default_manager.filter(part).order_by("pk")[:MOST_FOUND]
    )
    return [Subject(model._meta.db_table, str(row.pk), str(row)) for row in found]


def subject_at(*, table: str, row: str) -> Subject | None:
    """Return the subject of a table and key, under its name while it exists; ``None`` for a table that is not kept."""
    model = models_by_table().get(table)
    if model is None:
        return None
    found = None
    if row.isascii() and row.isdigit() and len(row) < 19:  # noqa: PLR2004 - what fits a bigint
        found = model._default_manager.filter(pk=row).first()
    return Subject(table, row, str(found) if found else f"{model._meta.verbose_name} #{row}")


def models_by_table() -> dict[str, type[Any]]:
    """Return the audited models by their tables."""
    return {model._meta.db_table: model for model in audited_models()}


def events_about(
    *, actor: Actor, subject: Subject, since: date | None = None, until: date | None = None, reading: bool | None = None
) -> QuerySet[AuditEvent]:
    """Return the events of the subject's row and of every row that points at it, newest first.

    ``reading`` narrows to who looked (true) or what changed (false). Rows that are gone
    count: what they pointed at stands in the event of their going.
    """
    where = Q(table=subject.table, row=subject.row)
    for table, rows in _pointing(subject).items():
        where |= Q(table=table, row__in=rows)
    events = TRAIL.visible(AuditEvent.objects.filter(where), actor).select_related("actor")
    if since:
        events = events.filter(at__gte=midnight(since))
    if until:
        events = events.filter(at__lt=midnight(until + timedelta(days=1)))
    if reading is not None:
        events = events.filter(operation__in=READING) if reading else events.exclude(operation__in=NO_CHANGE)
    return events.order_by("-id")


def events_by(
    *, actor: Actor, person: int, since: date | None = None, until: date | None = None
) -> QuerySet[AuditEvent]:
    """Return what a person changed and looked at, newest first."""
    events = TRAIL.visible(AuditEvent.objects.filter(actor_id=person), actor).select_related("actor")
    if since:
        events = events.filter(at__gte=midnight(since))
    if until:
        events = events.filter(at__lt=midnight(until + timedelta(days=1)))
    return events.order_by("-id")


def midnight(day: date) -> datetime:
    """Return when ``day`` begins here."""
    return timezone.make_aware(datetime.combine(day, time.min))


def _pointing(subject: Subject) -> dict[str, list[str]]:
    """Return the keys of rows that point at the subject, by table: two queries, one for those that are gone."""
    model = models_by_table().get(subject.table)
    if model is None or not subject.row.isdigit():
        return {}
    found: dict[str, list[str]] = defaultdict(list)
    links = list(_links(model))
    if not links:
        return {}
    parts, values = [], []
    for table, key, condition, wanted in links:
        parts.append(f"(SELECT '{table}', {key}::text FROM {table} WHERE {condition} LIMIT {MOST_ROWS})")  # noqa: S608
        values += [*wanted, int(subject.row)]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), values)
        for table, key in cursor.fetchall():
            found[table].append(key)
        for table, key in _gone(cursor, links, subject):
            found[table].append(key)
    return dict(found)


Link = tuple[str, str, str, list[int]]


def _links(model: type[Any]) -> Iterator[Link]:
    """Yield (table, key column, condition, its first values) for every column that can point at ``model``."""
    kind = ContentType.objects.get_for_model(model).pk
    for other in audited_models():
        table, key = other._meta.db_table, str(other._meta.pk.column)
        for field in other._meta.concrete_fields:
            if field.is_relation and field.related_model is model:
                yield table, key, f"{field.column} = %s", []
        if {"content_type", "object_id"} <= {field.name for field in other._meta.concrete_fields}:
            yield table, key, "content_type_id = %s AND object_id = %s", [kind]


def _gone(cursor: Any, links: list[Link], subject: Subject) -> Iterator[tuple[str, str]]:
    conditions, values = [], []
    for table, _key, condition, wanted in links:
        columns = [part.partition(" = ")[0] for part in condition.split(" AND ")]
        asked = " AND ".join(f"before ->> '{column}' = %s" for column in columns)
        conditions.append(f"(\"table\" = '{table}' AND {asked})")
        values += [*(str(one) for one in wanted), subject.row]
    cursor.execute(
        f"SELECT \"table\", row FROM kernel_auditevent WHERE operation = 'DELETE' AND ({' OR '.join(conditions)}) "  # noqa: S608
        f"LIMIT {MOST_ROWS}",
        values,
    )
    yield from cursor.fetchall()


def changed_fields(event: AuditEvent) -> list[str]:
    """Return the columns an event changed; for a new or removed row, those with a value."""
    before, after = event.before or {}, event.after or {}
    if event.operation in NO_CHANGE:
        return [str(after.get("address", ""))]
    names = sorted({*before, *after})
    return [name for name in names if before.get(name) != after.get(name)]


# One look into the index for each day, however many seals a day has.
LAST_OF_DAYS = """
WITH RECURSIVE ends AS (
    (SELECT id, at FROM kernel_auditseal ORDER BY at DESC, number DESC LIMIT 1)
    UNION ALL
    SELECT before.id, before.at FROM ends, LATERAL (
        SELECT id, at FROM kernel_auditseal
        WHERE at < date_trunc('day', ends.at, %s) ORDER BY at DESC, number DESC LIMIT 1) AS before
) SELECT id FROM ends LIMIT %s
"""


def daily_roots(*, days: int = DAYS_SHOWN) -> list[AuditSeal]:
    """Return the last seal of each day (local time), newest first; at most ``days``."""
    with connection.cursor() as cursor:
        cursor.execute(LAST_OF_DAYS, [timezone.get_current_timezone_name(), days])
        keys = [key for (key,) in cursor.fetchall()]
    return list(AuditSeal.objects.defer("entries").filter(pk__in=keys).order_by("-number"))


def names_of(people: set[int]) -> dict[int, str]:
    """Return how people are named, by their key; who is gone is left out."""
    return {user.pk: str(user) for user in User.objects.filter(pk__in=people)}
