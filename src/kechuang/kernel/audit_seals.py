"""Laying seals over the audit trail, reading them back, and letting old events go."""

from __future__ import annotations

import time
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Max, Min
from django.utils import timezone

from kechuang.kernel import seals
from kechuang.kernel.models import AuditDropped, AuditEvent, AuditSeal

BATCH = 5_000
MOST_AT_ONCE = 200_000
LEAST_DAYS = 180
PAUSE_SECONDS = 0.2
COLUMNS = (
    'id, to_char(at AT TIME ZONE \'UTC\', \'YYYY-MM-DD"T"HH24:MI:SS.US"Z"\'), transaction, "table", row, '
    "operation, before::text, after::text, actor_id, request"
)
# Transactions of other databases in the same cluster never write here.
RUNNING = """
SELECT count(*) FROM pg_snapshot_xip(pg_current_snapshot()) AS x
WHERE x::text::bigint < %s AND NOT EXISTS (
    SELECT 1 FROM pg_stat_activity AS a
    WHERE a.datname <> current_database() AND a.backend_xid::text::bigint = x::text::bigint %% 4294967296)
"""


def seal_now(*, at: datetime | None = None, patience: float = 30.0, batch: int = BATCH) -> int:
    """Seal every event that no running transaction can still precede; return how many.

    Events get their numbers before they are committed, so a smaller one may appear after a
    greater: the greatest number is read first, then whoever was writing at that moment is
    waited for, at most ``patience`` seconds. When they take longer nothing is sealed, and
    the next call begins again.
    """
    until = _settled(patience)
    if until is None:
        return 0
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('kechuang.seal'))")
        last = AuditSeal.objects.defer("entries").order_by("number").last()
        done = 0
        while done < MOST_AT_ONCE:
            laid = _lay(last, until, at or timezone.now(), batch)
            if laid is None:
                break
            last, done = laid, done + laid.rows
        return done


def _settled(patience: float) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM kernel_auditevent")
        (greatest,) = cursor.fetchone()
        cursor.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
        (horizon,) = cursor.fetchone()
        until = time.monotonic() + patience
        while True:
            cursor.execute(RUNNING, [horizon])
            if cursor.fetchone() == (0,):
                return int(greatest)
            if time.monotonic() > until:
                return None
            time.sleep(PAUSE_SECONDS)


def _lay(last: AuditSeal | None, until: int, at: datetime, batch: int) -> AuditSeal | None:
    first = last.last + 1 if last else 1
    marked = []
    for key, line in event_lines(first, until, limit=batch):
        marked.append((key, seals.fingerprint(line)))
    if not marked:
        return None
    number, previous = (last.number + 1, last.root) if last else (1, seals.GENESIS)
    seal = seals.Seal(number, _moment(at), previous, tuple(marked))
    return AuditSeal.objects.create(
        number=number,
        at=at,
        first=first,
        last=marked[-1][0],
        rows=len(marked),
        previous=previous,
        entries=seals.pack(marked),
        root=seal.root,
    )


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def event_lines(first: int, until: int, *, limit: int) -> Iterator[tuple[int, bytes]]:
    """Yield (id, canonical line) of the events from ``first`` to ``until``, at most ``limit``."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {COLUMNS} FROM kernel_auditevent WHERE id BETWEEN %s AND %s ORDER BY id LIMIT %s",  # noqa: S608
            [first, until, limit],
        )
        for row in cursor.fetchall():
            yield row[0], line_of(row)


def line_of(row: tuple[Any, ...]) -> bytes:
    """Return one event, read by ``COLUMNS``, as the line that is hashed and exported."""
    key, at, number, table, of, operation, before, after, actor, request = row
    return seals.canonical(
        {
            "id": key,
            "at": at,
            "transaction": number,
            "table": table,
            "row": of,
            "operation": operation,
            "before": seals.row_of(before),
            "after": seals.row_of(after),
            "actor": actor,
            "request": request,
        }
    )


def seal_of(row: AuditSeal) -> seals.Seal:
    """Return a stored seal as the chain knows it; its root is computed anew, not read."""
    return seals.Seal(row.number, _moment(row.at), row.previous, seals.unpack(bytes(row.entries)))


def batches(
    *, since: datetime | None = None, until: datetime | None = None
) -> Iterator[tuple[seals.Seal, list[bytes]]]:
    """Yield the seals that hold an event between the two moments, each with the lines of all its events.

    A seal whose events were dropped after their time is left out with all before it.
    """
    for row in AuditSeal.objects.filter(pk__in=_keys_between(since, until)).order_by("number").iterator(chunk_size=4):
        yield seal_of(row), [line for _key, line in event_lines(row.first, row.last, limit=MOST_AT_ONCE)]


def proof(keys: Iterable[int]) -> Iterator[tuple[seals.Seal, list[bytes]]]:
    """Yield the seals that hold the events of ``keys``, each with the lines of only those (no whole file).

    Events that wait for their seal are left out.
    """
    wanted = sorted(set(keys))
    if not wanted:
        return
    held = AuditSeal.objects.filter(dropped=None, pk__in=_holding(wanted)).order_by("number")
    for row in held.iterator(chunk_size=4):
        inside = wanted[bisect_left(wanted, row.first) : bisect_right(wanted, row.last)]
        if inside:
            asked = set(inside)
            lines = event_lines(row.first, row.last, limit=MOST_AT_ONCE)
            yield seal_of(row), [line for key, line in lines if key in asked]


def _holding(wanted: list[int]) -> list[int]:
    """Return the keys of the seals that hold the events of ``wanted``: one look into the index for each event."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT held.id FROM unnest(%s::bigint[]) AS wanted(id), LATERAL ("
            "SELECT id FROM kernel_auditseal WHERE last >= wanted.id ORDER BY last LIMIT 1) AS held",
            [wanted],
        )
        return [key for (key,) in cursor.fetchall()]


def counted(*, since: datetime | None = None, until: datetime | None = None) -> tuple[int, int]:
    """Return how many seals and events ``batches`` would yield."""
    rows = AuditSeal.objects.filter(pk__in=_keys_between(since, until)).values_list("rows", flat=True)
    return len(rows), sum(rows)


def _keys_between(since: datetime | None, until: datetime | None) -> list[int]:
    """Return the keys of the seals from the one with the first event of the span to the one with its last."""
    events = AuditEvent.objects.all()
    if since:
        events = events.filter(at__gte=since)
    if until:
        events = events.filter(at__lt=until)
    ends = events.aggregate(first=Min("id"), last=Max("id"))
    if ends["first"] is None:
        return []
    kept = AuditSeal.objects.filter(dropped=None, last__gte=ends["first"], first__lte=ends["last"])
    return list(kept.order_by("number").values_list("pk", flat=True))


def drop_expired(*, days: int, now: datetime | None = None) -> int:
    """Remove the events of seals laid more than ``days`` ago; seals and roots stay. Return how many events.

    ``days`` is at least half a year: the database refuses to let younger ones go, and
    any that are not sealed. Raises ``ValueError`` for fewer.
    """
    if days < LEAST_DAYS:
        raise ValueError(f"the trail is kept for at least {LEAST_DAYS} days")
    gone = 0
    old = AuditSeal.objects.filter(dropped=None, at__lt=(now or timezone.now()) - timedelta(days=days))
    for seal in old.defer("entries").order_by("number"):
        with transaction.atomic(), connection.cursor() as cursor:
            AuditDropped.objects.create(seal=seal, rows=seal.rows)
            cursor.execute("DELETE FROM kernel_auditevent WHERE id BETWEEN %s AND %s", [seal.first, seal.last])
            gone += cursor.rowcount
    return gone


def pending() -> tuple[int, datetime | None]:
    """Return how many events wait for their seal, and since when the oldest does."""
    last = AuditSeal.objects.aggregate(last=Max("last"))["last"] or 0
    waiting = AuditEvent.objects.filter(id__gt=last)
    oldest = waiting.order_by("id").values_list("at", flat=True).first()
    return waiting.count(), oldest
