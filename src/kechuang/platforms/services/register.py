"""Keeping the register in step with its sources, entry by entry and count by count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from kechuang.kernel.errors import Refused
from kechuang.platforms.models import Platform, RegisterDelta, RegisterEntry
from kechuang.platforms.selectors.composition import COPIED, FOREVER, composed

CHUNK = 2_000
Place = tuple[int, date, int, str, int, int, bool]
"""grain, first day, kind, level, county, department, sensitive: one row of ``RegisterDelta``."""

UPSERT = """
INSERT INTO platforms_registerdelta (grain, day, kind_id, level, county_id, department_id, sensitive, change)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (grain, day, kind_id, level, county_id, department_id, sensitive)
DO UPDATE SET change = platforms_registerdelta.change + EXCLUDED.change
"""


@transaction.atomic
def register_compose(platforms: Collection[int]) -> None:
    """Bring entries and counts of ``platforms`` (keys, locked by the caller) in step with their sources.

    Entries that stay as they were are not touched. Raises ``Refused`` when the sources
    contradict each other; then nothing is written.
    """
    wanted = [entry for entries in composed(platforms).values() for entry in entries]
    known = {_content(entry): entry for entry in RegisterEntry.objects.filter(platform__in=platforms)}
    fresh = [entry for entry in wanted if known.pop(_content(entry), None) is None]
    gone = list(known.values())
    RegisterEntry.objects.filter(pk__in=[entry.pk for entry in gone]).delete()
    RegisterEntry.objects.bulk_create(fresh, batch_size=CHUNK)
    _count(_changes(fresh, gone))


@transaction.atomic
def register_rebuild() -> int:
    """Compose the whole register anew and its counts with it; return how many entries it holds.

    For an import that wrote the sources in bulk; days of work are untouched by it.
    """
    RegisterDelta.objects.all().delete()
    RegisterEntry.objects.all().delete()
    changes: Counter[Place] = Counter()
    for keys in _chunks():
        entries = [entry for rows in composed(keys).values() for entry in rows]
        RegisterEntry.objects.bulk_create(entries, batch_size=CHUNK)
        changes.update(_changes(entries, ()))
    RegisterDelta.objects.bulk_create(
        (_delta(place, change) for place, change in sorted(changes.items()) if change), batch_size=CHUNK
    )
    return RegisterEntry.objects.count()


def register_check() -> list[str]:
    """Compare every entry and every count with a full recomputation; return what differs, as sentences."""
    problems: list[str] = []
    changes: Counter[Place] = Counter()
    for keys in _chunks():
        stored: dict[int, set[Any]] = {key: set() for key in keys}
        for entry in RegisterEntry.objects.filter(platform__in=keys):
            stored[entry.platform_id].add(_content(entry))
        for key, entries in _recomputed(keys, problems).items():
            changes.update(_changes(entries, ()))
            if {_content(entry) for entry in entries} != stored[key]:
                problems.append(_("平台 %(key)s 的登记与其沿革不一致。") % {"key": key})
    counted = {_place(row): row.change for row in RegisterDelta.objects.exclude(change=0)}
    if counted != {place: change for place, change in changes.items() if change}:
        problems.append(_("登记库的计数与登记不一致。"))
    return problems


def _recomputed(keys: list[int], problems: list[str]) -> dict[int, list[RegisterEntry]]:
    """Compose ``keys`` together, or one by one when one of them contradicts itself."""
    try:
        return composed(keys)
    except Refused as refusal:
        if len(keys) == 1:
            problems.append(_("平台 %(key)s：%(why)s") % {"key": keys[0], "why": refusal})
            return {}
    return {key: entries for one in keys for key, entries in _recomputed([one], problems).items()}


def _chunks() -> Iterator[list[int]]:
    last = 0
    while keys := list(Platform.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        yield keys
        last = keys[-1]


def _content(entry: RegisterEntry) -> tuple[Any, ...]:
    values = (getattr(entry, name) for name in COPIED)
    plain = (tuple(sorted(value.items())) if isinstance(value, dict) else value for value in values)
    return (entry.platform_id, entry.start, entry.end, *plain)


def _changes(fresh: Iterable[RegisterEntry], gone: Iterable[RegisterEntry]) -> Counter[Place]:
    changes: Counter[Place] = Counter()
    for entries, sign in ((fresh, 1), (gone, -1)):
        for entry in entries:
            if not entry.level:
                continue
            for day, step in ((entry.start, sign), (entry.end, -sign)):
                if day < FOREVER:
                    changes.update(dict.fromkeys(_places(entry, day), step))
    return changes


def _places(entry: RegisterEntry, day: date) -> Iterator[Place]:
    grains = RegisterDelta.Grain
    for grain, first in (
        (grains.DAY, day),
        (grains.MONTH, day.replace(day=1)),
        (grains.YEAR, day.replace(month=1, day=1)),
    ):
        yield (
            int(grain),
            first,
            entry.kind_id,
            entry.level,
            entry.county_id,
            entry.department_id,
            entry.sensitive,
        )


def _count(changes: Counter[Place]) -> None:
    """Add ``changes`` to the stored counts, always in the same order, so that two writers never wait in a circle."""
    rows = [(*place, change) for place, change in sorted(changes.items()) if change]
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.executemany(UPSERT, rows)


def _place(row: RegisterDelta) -> Place:
    return (row.grain, row.day, row.kind_id, row.level, row.county_id, row.department_id, row.sensitive)


def _delta(place: Place, change: int) -> RegisterDelta:
    grain, day, kind, level, county, department, sensitive = place
    return RegisterDelta(
        grain=grain,
        day=day,
        kind_id=kind,
        level=level,
        county_id=county,
        department_id=department,
        sensitive=sensitive,
        change=change,
    )
