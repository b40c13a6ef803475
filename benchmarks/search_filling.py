"""Databases of invented titles for the benchmark of the search, each filled once and used again.

Titles are words of a dictionary, the frequent ones as frequent as in real texts (Zipf), two fifths open to everybody,
the others to one unit, its county and its department. Every row is made by the search's own ``row_of``. A database is
named after its size, what its first rows look like and how its tables are laid: it is used again until either changes.
"""

from __future__ import annotations

import bisect
import hashlib
import itertools
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import cache
from multiprocessing import Process
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from kechuang.site.database.address import read_address
from kechuang.site.database.cluster import local_cluster

HERE = Path(__file__).parents[1]
PREFIX = "kechuang_bench_search"
LAID = ("0001_search.py", "0002_search_rows_in_parts.py")
SAMPLE = 100
WORDS, LONGEST_TITLE, UNITS, COUNTIES, DEPARTMENTS = 60_000, 6, 20_000, 8, 25
PROCESSES = 2
KINDS = ("platform", "organisation", "application", "call", "expert")
COLUMNS = "kind, object_id, title, note, body, url, key, scopes, facets, vector, opened_at"
TABLE = "brain_searchrow"


@cache
def mark() -> str:
    """Return what tells one way of making rows from another."""
    rows = [[*row[:6], *map(sorted, row[7:9]), sorted(row[9].split(" "))] for row in _rows(0, SAMPLE)]
    laid = b"".join((HERE / "src/kechuang/brain/migrations" / name).read_bytes() for name in LAID)
    return hashlib.sha256(repr(rows).encode() + laid).hexdigest()[:8]


def database(rows: int) -> str:
    """Return the name of the database of so many rows, as the code of today makes them."""
    return f"{PREFIX}_{rows}_{mark()}"


def ready(rows: int) -> None:
    """Point the program at a database of ``rows`` titles, filling one where there is none yet."""
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "kechuang.site.settings"
    django.setup()
    name = database(rows)
    if name not in _databases():
        empty = database(0)
        if empty not in _databases():
            _made(empty, "from benchmarks.search_filling import migrated; migrated()")
        if rows:
            _made(name, f"from benchmarks.search_filling import filled; filled({rows})", like=empty)
    _point_at(name)
    if not _is_migrated():
        subprocess.run(
            [sys.executable, "-c", "from benchmarks.search_filling import migrated; migrated()"], check=True, cwd=HERE
        )


def _is_migrated() -> bool:
    newest = max((HERE / "src/kechuang/brain/migrations").glob("0*.py")).stem
    with psycopg.connect(**read_address(os.environ["DATABASE_URL"]).arguments()) as database:
        known = database.execute("SELECT 1 FROM django_migrations WHERE app = 'brain' AND name = %s", [newest])
        return known.fetchone() is not None


def _made(name: str, work: str, *, like: str = "template1") -> None:
    """Make a database by running ``work`` in a process of its own; one that failed half-way is never used."""
    fresh = f"{PREFIX}_new"
    with _server() as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(fresh)))
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(fresh), sql.Identifier(like)))
    _point_at(fresh)
    subprocess.run([sys.executable, "-c", work], check=True, cwd=HERE)
    with _server() as server:
        server.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(fresh), sql.Identifier(name)))


def _point_at(name: str) -> None:
    address = read_address("")
    os.environ["DATABASE_URL"] = f"postgresql://{address.user}@/{name}?host={address.host}&port={address.port}"


def drop(*, but: tuple[int, ...] = ()) -> None:
    """Drop every database of this benchmark, except today's of the sizes ``but``."""
    kept = {database(rows) for rows in but}
    with _server() as server:
        for name in _databases() - kept:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _databases() -> set[str]:
    with _server() as server:
        known = server.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{PREFIX}%"]).fetchall()
    return {name for (name,) in known}


def _server() -> psycopg.Connection[tuple[Any, ...]]:
    local_cluster().ensure()
    return psycopg.connect(**{**read_address("").arguments(), "dbname": "postgres"}, autocommit=True)


def migrated() -> None:
    """Lay the tables."""
    import django
    from django.core.management import call_command
    from django.db import connection

    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE brain_outofstep")  # rows that migrations wrote are no part of the measurement


def filled(rows: int) -> None:
    """Add ``rows`` rows, print how long words, copying and indexes took.

    Indexes and keys are made afterwards, and nothing is logged: a database lost with the power is filled again.
    """
    import django
    from django.db import connection

    django.setup()
    with connection.cursor() as cursor:
        indexes = _stripped(cursor)
    began = time.monotonic()
    step = -(-rows // PROCESSES)
    parts = [Process(target=_copied, args=(at, min(at + step, rows))) for at in range(0, rows, step)]
    connection.close()
    for part in parts:
        part.start()
    for part in parts:
        part.join()
        assert part.exitcode == 0
    copied = time.monotonic() - began
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '1GB'; SET max_parallel_maintenance_workers = 1")
        for made in indexes:
            cursor.execute(made)
        cursor.execute(f"VACUUM ANALYZE {TABLE}")
    indexed = time.monotonic() - began - copied
    said = f"取词与写入 {copied:.0f} 秒（每秒 {rows / copied:.0f} 条，{PROCESSES} 进程）"
    print(f"{rows} 条：{said}，建索引 {indexed:.0f} 秒", flush=True)


def _stripped(cursor: Any) -> list[str]:
    """Take indexes, keys and triggers away from the table; return the statements that make them again."""
    cursor.execute(
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE conrelid = %s::regclass AND contype IN ('p', 'u')",
        [TABLE],
    )
    keys = cursor.fetchall()
    for name, _made in keys:
        cursor.execute(f'ALTER TABLE {TABLE} DROP CONSTRAINT "{name}"')
    cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s", [TABLE])
    indexes = cursor.fetchall()
    for name, _made in indexes:
        cursor.execute(f'DROP INDEX "{name}"')
    cursor.execute("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = %s::regclass", [TABLE])
    for (part,) in cursor.fetchall():
        cursor.execute(f"ALTER TABLE {part} SET UNLOGGED")
    # The parts' indexes are made with their parent's, which is printed as made without them.
    again = [f'ALTER TABLE {TABLE} ADD CONSTRAINT "{name}" {made}' for name, made in keys]
    cursor.execute(f"ALTER TABLE {TABLE} DISABLE TRIGGER USER")
    again.append(f"ALTER TABLE {TABLE} ENABLE TRIGGER USER")
    return [*again, *(made.replace(" ON ONLY ", " ON ") for _name, made in indexes)]


def _copied(first: int, last: int) -> None:
    from django.db import connection

    with connection.cursor() as cursor, cursor.copy(f"COPY {TABLE} ({COLUMNS}) FROM STDIN") as copy:
        for row in _rows(first, last):
            copy.write_row(row)


def _rows(first: int, last: int) -> Iterator[tuple[Any, ...]]:
    from django.utils import timezone

    from kechuang.brain.services.keeping import row_of
    from kechuang.kernel.search import Document

    now = timezone.now()
    for number in range(first, last):
        title, unit = title_of(number), number % UNITS
        county, department = unit % COUNTIES + 1, unit % DEPARTMENTS + 1
        document = Document(
            number,
            title,
            f"/platforms/PT-{number}/",
            note=f"示例单位{unit:05d}",
            numbers=(f"PT-{2010 + number % 16}-{number:07d}",),
            county_id=county,
            department_id=department,
            year=2010 + number % 16,
            level=("municipal", "provincial", "national")[number % 3],
        )
        row = row_of(KINDS[number % len(KINDS)], document, scopes_of(number, unit, county, department))
        yield (*(row[name] for name in COLUMNS.split(", ")[:-1]), now)


def scopes_of(number: int, unit: int, county: int, department: int) -> list[str]:
    """Return who may find a row: two in five are open, the others are those of a case of one unit."""
    if number % 5 < 2:  # noqa: PLR2004
        return ["public"]
    own = [f"applicant:o{unit}", f"host_admin:o{unit}", f"county_officer:c{county}"]
    return [*own, f"department_officer:d{department}", f"department_head:d{department}", "leader", "auditor"]


@cache
def dictionary() -> tuple[list[str], list[float]]:
    """Return the words titles are made of, in an order drawn once, and the running sums of their frequencies."""
    from pypinyin.constants import PHRASES_DICT

    known = sorted(word for word in PHRASES_DICT if 2 <= len(word) <= 3)  # noqa: PLR2004
    random.Random(7).shuffle(known)
    words = known[:WORDS]
    return words, list(itertools.accumulate(1 / (rank + 1) for rank in range(len(words))))


def words_of(number: int) -> list[str]:
    """Return the words of one title, the same in every process."""
    draw = random.Random(number)
    words, sums = dictionary()
    return [words[bisect.bisect(sums, draw.random() * sums[-1])] for _ in range(draw.randint(4, LONGEST_TITLE))]


def title_of(number: int) -> str:
    """Return one title."""
    return "".join(words_of(number))
