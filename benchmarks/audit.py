"""Tamper with the audit trail as a superuser of the database can, many times at random, and see whether it is told.

    python -m benchmarks.audit [--events 100000] [--tampers 1000] [--seed 1] [--keep]

The goal: every one of 1,000 edits, removals, insertions, reorderings and truncations on 100,000 events is found and
the first bad event named; a check takes at most 10 s. Fills a database of its own through the triggers, seals it, and
drops it afterwards. Each tampering is done with the triggers off, checked in full, and rolled back. Two controls: the
untouched trail must pass, and a check that forgets the order must miss something.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from benchmarks.filling import prepare

DATABASE = "kechuang_bench_audit"
GOAL_SECONDS = 10
BATCH = 500
TABLES = ("kernel_auditevent", "kernel_auditseal", "kernel_auditdropped")
FILL = """
INSERT INTO directory_county (code, division_code, name, short_name, tile_row, tile_column, "order")
SELECT %s || n, '', %s || n, '示例', n %% 30, n %% 7, 0 FROM generate_series(1, %s) AS n
"""
SWAP = """
UPDATE kernel_auditevent AS one SET at = other.at, transaction = other.transaction, "table" = other."table",
    row = other.row, operation = other.operation, before = other.before, after = other.after,
    actor_id = other.actor_id, request = other.request
FROM kernel_auditevent AS other WHERE one.id IN (%(one)s, %(other)s) AND other.id IN (%(one)s, %(other)s)
    AND one.id <> other.id
"""
Run = Callable[..., Any]


@dataclass
class Drill:
    """What was done how often, and what was not told: ``missed`` not found, ``misnamed`` found at another event."""

    done: Counter[str] = field(default_factory=Counter)
    missed: list[tuple[str, int]] = field(default_factory=list)
    misnamed: list[tuple[str, int, int | None]] = field(default_factory=list)
    missed_without_order: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)


def fill(events: int, mark: str = "bench") -> None:
    """Have the triggers write ``events`` events, and seal them."""
    from django.db import connection

    from kechuang.kernel.audit_seals import seal_now

    with connection.cursor() as cursor:
        cursor.execute(FILL, [mark, f"示例{mark}", events])
    seal_now(patience=120, batch=BATCH)


def edited(run: Run, draw: random.Random, keys: list[int]) -> int:
    key = draw.choice(keys)
    column, value = draw.choice(
        (
            ("after", """'{"name": "别的"}'"""),
            ("actor_id", "77"),
            ("operation", "'SEEN'"),
            ("at", "at - interval '1us'"),
        )
    )
    run(f"UPDATE kernel_auditevent SET {column} = {value} WHERE id = %s", key)  # noqa: S608 - our own words
    return key


def removed(run: Run, draw: random.Random, keys: list[int]) -> int:
    first = draw.randrange(len(keys) - 1)
    gone = keys[first : first + draw.choice((1, 1, 3, BATCH))]
    run("DELETE FROM kernel_auditevent WHERE id = ANY(%s)", gone)
    return gone[0]


def swapped(run: Run, draw: random.Random, keys: list[int]) -> int:
    one, other = sorted(draw.sample(keys, 2))
    run(SWAP, {"one": one, "other": other})
    return one


def truncated(run: Run, draw: random.Random, keys: list[int]) -> int:
    first = draw.choice(keys)
    run("DELETE FROM kernel_auditevent WHERE id >= %s", first)
    return first


def cut_with_seals(run: Run, draw: random.Random, keys: list[int]) -> int:
    """Cut the end off with the seals over it: only a root noted elsewhere tells."""
    ((number, last),) = run(
        "SELECT number, last FROM kernel_auditseal ORDER BY number OFFSET %s LIMIT 1",
        draw.randrange(max(1, len(keys) // BATCH - 1)),
    )
    run("DELETE FROM kernel_auditseal WHERE number > %s", number)
    run("DELETE FROM kernel_auditevent WHERE id > %s", last)
    return int(last) + 1


def let_go_early(run: Run, draw: random.Random, keys: list[int]) -> int:
    """Remove the beginning as if it were too old to be kept."""
    run(
        "INSERT INTO kernel_auditdropped (seal_id, at, rows) "
        "SELECT id, now(), rows FROM kernel_auditseal WHERE number = 1"
    )
    run("DELETE FROM kernel_auditevent WHERE id <= (SELECT last FROM kernel_auditseal WHERE number = 1)")
    return 1


def inserted(run: Run, draw: random.Random, keys: list[int]) -> int:
    """Slip an event in where a number is free: before the first, or where one was never used."""
    free = draw.choice((0, -draw.randrange(1, 99)))
    run(
        'INSERT INTO kernel_auditevent (id, at, transaction, "table", row, operation, request) '
        "OVERRIDING SYSTEM VALUE VALUES (%s, now(), 1, 'directory_county', '1', 'UPDATE', '')",
        free,
    )
    return free


def resealed(run: Run, draw: random.Random, keys: list[int]) -> int:
    """Alter an event and lay its own seal anew, as somebody would who knows how seals are made; return the event."""
    from kechuang.kernel import seals
    from kechuang.kernel.audit_seals import event_lines, seal_of
    from kechuang.kernel.models import AuditSeal

    key = edited(run, draw, keys)
    row = AuditSeal.objects.get(first__lte=key, last__gte=key)
    lines = event_lines(row.first, row.last, limit=row.rows)
    seal = replace(seal_of(row), entries=tuple((one, seals.fingerprint(line)) for one, line in lines))
    run(
        "UPDATE kernel_auditseal SET entries = %s, root = %s WHERE id = %s", seals.pack(seal.entries), seal.root, row.pk
    )
    return key


TAMPERINGS = (edited, edited, removed, removed, swapped, swapped, truncated, cut_with_seals, let_go_early, inserted)


def drill(tampers: int, *, seed: int = 1) -> Drill:
    """Tamper ``tampers`` times with the sealed trail of the connected database, each undone afterwards.

    Raises ``AssertionError`` when the untouched trail does not pass.
    """
    from django.db import connection, transaction

    from kechuang.kernel.audit_check import trail_check
    from kechuang.kernel.models import AuditEvent, AuditSeal

    published = dict(AuditSeal.objects.values_list("number", "root"))
    last = AuditSeal.objects.order_by("-number").values_list("last", flat=True)[0]
    keys = list(AuditEvent.objects.filter(pk__lte=last).order_by("pk").values_list("pk", flat=True))
    untouched = trail_check(published)
    assert untouched.fault is None, untouched.fault
    assert untouched.events == len(keys)
    draw, found = random.Random(seed), Drill()
    with transaction.atomic(), connection.cursor() as cursor:

        def run(statement: str, *values: Any) -> Any:
            given = values[0] if values and isinstance(values[0], dict) else values
            cursor.execute(statement, given)
            return cursor.fetchall() if cursor.description else None

        for table in TABLES:
            run(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for place in range(tampers):
            tamper = TAMPERINGS[place % len(TAMPERINGS)]
            found.done[tamper.__name__] += 1
            _once(found, tamper.__name__, lambda tamper=tamper: tamper(run, draw, keys), published)
        transaction.set_rollback(True)
    _orderless(found, draw)
    return found


def _once(found: Drill, name: str, tamper: Callable[[], int], published: dict[int, str]) -> None:
    from django.db import transaction

    from kechuang.kernel.audit_check import trail_check

    with transaction.atomic():
        expected = tamper()
        begun = time.monotonic()
        fault = trail_check(published).fault
        found.seconds.append(time.monotonic() - begun)
        transaction.set_rollback(True)
    if fault is None:
        found.missed.append((name, expected))
    elif fault.event != expected:
        found.misnamed.append((name, expected, fault.event))


def _orderless(found: Drill, draw: random.Random) -> None:
    """Swap lines of a file, and ask the real check and one that compares what is there without its order."""
    from kechuang.kernel import seals
    from kechuang.kernel.audit_seals import batches

    lines = list(seals.file_lines({}, batches()))
    seal_lines = [place for place, line in enumerate(lines) if line.startswith(b'{"seal":')]
    honest = _bag(lines)
    for place in seal_lines[:: max(1, len(seal_lines) // 5)]:
        one, other = place + 1, place + 2
        expected = seals.row_of(lines[one].decode())["id"]
        forged = lines.copy()
        forged[one], forged[other] = forged[other], forged[one]
        found.done["lines swapped"] += 1
        fault = seals.verify(forged).fault
        if fault is None:
            found.missed.append(("lines swapped", expected))
        elif fault.kind != "reordered":
            found.misnamed.append(("lines swapped", expected, fault.event))
        if _bag(forged) == honest:
            found.missed_without_order.append(f"#{expected}")


def _bag(lines: Iterable[bytes]) -> Counter[bytes]:
    return Counter(lines)


def told(found: Drill) -> list[str]:
    """Return the figures as lines."""
    done, missed = sum(found.done.values()), len(found.missed)
    waited = sorted(found.seconds)
    return [
        f"篡改 {done} 次：{'、'.join(f'{name} {times}' for name, times in sorted(found.done.items()))}",
        f"识破 {done - missed} 次（{(done - missed) / done:.1%}），首条出错的记录指错 {len(found.misnamed)} 次",
        f"一次核对最多 {waited[-1]:.1f} 秒，中位 {waited[len(waited) // 2]:.1f} 秒（目标 {GOAL_SECONDS} 秒以内）",
        f"对照：不看次序的核对漏过 {len(found.missed_without_order)} 次（应大于零）；未动过的记录核对通过",
    ]


def main() -> int:
    """Fill, tamper, print, drop; return 1 when a goal is missed."""
    parser = argparse.ArgumentParser(description="篡改审计记录的演练。")
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--tampers", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", action="store_true", help="保留数据库（默认用后删除）")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.here:
        return measured(chosen.events, chosen.tampers, chosen.seed)
    prepare(DATABASE)
    os.environ["DJANGO_SETTINGS_MODULE"] = "kechuang.site.settings"
    try:
        return subprocess.run(
            [sys.executable, "-m", "benchmarks.audit", *sys.argv[1:], "--here"],
            check=False,
            cwd=Path(__file__).parents[1],
        ).returncode
    finally:
        if not chosen.keep:
            drop()


def drop() -> None:
    """Remove the benchmark's database."""
    from kechuang.site.database.address import read_address

    address = read_address(os.environ["DATABASE_URL"])
    with psycopg.connect(**{**address.arguments(), "dbname": "postgres"}, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(DATABASE)))


def measured(events: int, tampers: int, seed: int) -> int:
    """Do all of it in the database of the environment."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    fill(events)
    begun = time.monotonic()
    from kechuang.kernel.audit_check import trail_check

    verdict = trail_check()
    print(f"{verdict.events} 条记录、{verdict.seals} 次封存，核对一遍 {time.monotonic() - begun:.1f} 秒", flush=True)
    found = drill(tampers, seed=seed)
    print("\n".join(told(found)))
    for name, expected, named in found.misnamed[:20]:
        print(f"  指错：{name} 应为 #{expected}，指为 #{named}")
    for name, expected in found.missed[:20]:
        print(f"  漏过：{name} #{expected}")
    used = resource.getrusage(resource.RUSAGE_SELF)
    load = os.getloadavg()[0]
    print(f"CPU {used.ru_utime + used.ru_stime:.0f} 秒，内存峰值 {used.ru_maxrss // 1024} MB，负载 {load:.1f}")
    good = not found.missed and not found.misnamed and found.missed_without_order and max(found.seconds) <= GOAL_SECONDS
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
