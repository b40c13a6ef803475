"""Judge every organisation from the facts in PostgreSQL, and hold the verdicts to the one-by-one path.

    python -m benchmarks.conditions_db [--organisations 100000] [--rules 50] [--checked 500] [--keep]

The goal: 1,000,000 organisations × 50 rules in at most 150 s on two cores, reading included. Fills a database of its
own with invented facts of the metrics the rules ask for and drops it afterwards. Prints the seconds of reading and of
judging, the ratio of both to judging alone, memory, and how many verdicts differ from those given one by one.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from benchmarks.conditions import COUNTS, KNOWN, METRICS, MONEY, ON, YEAR, rules
from benchmarks.filling import prepare
from kechuang.pure.conditions.bulk import VERDICTS, verdicts
from kechuang.pure.conditions.nodes import references
from kechuang.pure.conditions.rules import Rule
from kechuang.pure.conditions.verdict import rule_verdict
from kechuang.site.database.address import read_address

DATABASE = "kechuang_bench_conditions"
ORGANISATIONS = """
    INSERT INTO directory_organisation (kind, name, credit_code, county_id, industry_code, address, name_key, is_sample)
    SELECT (ARRAY['enterprise', 'university', 'institute', 'hospital', 'other'])[1 + floor(random() * 5)::int],
           '示例单位' || n, '', (SELECT min(id) FROM directory_county) + n %% (SELECT count(*) FROM directory_county),
           '', '', 'shi4li4' || n, true
      FROM generate_series(1, %s) AS n
"""
FACTS = """
    INSERT INTO facts_fact (subject_kind, metric_id, year, subject_id, status, {column}, source, origin,
                            declared_by_id, declared_at, since, reason)
    SELECT 1, %s, %s, id, 'declared', {value}, '示例报表', 'organisation', %s, now(), now(), ''
      FROM directory_organisation WHERE random() < %s ORDER BY id
"""
MONEY_SQL = "round(exp(4 + 2 * sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random()))::numeric, 2)"
COUNT_SQL = "floor(exp(4 + 2 * sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random())))::numeric"
LEVELS_SQL = "(ARRAY['{{}}', '{{city}}', '{{city,provincial}}'])[1 + floor(random() * 3)::int]::varchar[]"
OTHERS = {
    "established_on": ("day", "date '1990-01-01' + floor(random() * 12053)::int"),
    "dishonesty_ended_on": ("day", "date '1990-01-01' + floor(random() * 12053)::int"),
    "platform_levels": (
        "texts",
        "(ARRAY['{{}}', '{{city}}', '{{city,provincial}}'])[1 + floor(random() * 3)::int]::varchar[]",
    ),
    "serious_dishonesty": ("boolean", "random() < 0.02"),
}


def main() -> None:
    """Fill, measure in a process of its own, drop."""
    parser = argparse.ArgumentParser(description="从 PostgreSQL 中的事实批量判定全部单位的耗时。")
    parser.add_argument("--organisations", type=int, default=100_000)
    parser.add_argument("--rules", type=int, default=50)
    parser.add_argument("--checked", type=int, default=500)
    parser.add_argument("--keep", action="store_true", help="不删除基准数据库")
    parser.add_argument("--phase", choices=("fill", "measure"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.phase:
        {"fill": fill, "measure": measure}[asked.phase](asked)
        return
    prepare(DATABASE)
    try:
        for phase in ("fill", "measure"):
            command = [sys.executable, "-m", "benchmarks.conditions_db", "--phase", phase, *sys.argv[1:]]
            environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "kechuang.site.settings"}
            subprocess.run(command, check=True, env=environment, cwd=Path(__file__).parents[1])
    finally:
        if not asked.keep:
            drop()


def drop() -> None:
    """Drop the database of this benchmark."""
    address = read_address(os.environ["DATABASE_URL"])
    with psycopg.connect(**{**address.arguments(), "dbname": "postgres"}, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(DATABASE)))


def fill(asked: argparse.Namespace) -> None:
    """Enter organisations and the facts the rules ask for; about every seventh is unknown."""
    import django
    from django.core.management import call_command

    began = time.monotonic()
    django.setup()
    call_command("migrate", verbosity=0)
    from django.contrib.auth import get_user_model
    from django.db import connection

    from kechuang.catalogue.loading import installed_root, load
    from kechuang.facts.models import Metric
    from kechuang.kernel.loading import catalogue_load

    catalogue_load(load(installed_root(), "anshun"))
    person = get_user_model().objects.create(username="bench", full_name="示例")
    keys = dict(Metric.objects.values_list("code", "pk"))
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # bulk work of a machine, not of a person
        cursor.execute("SELECT setseed(0.5)")
        cursor.execute(ORGANISATIONS, [asked.organisations])
        indexes = _indexes_dropped(cursor)
        for code, period in sorted(_wanted(rules(asked.rules)), key=str):
            column, value = _drawn(code)
            cursor.execute(FACTS.format(column=column, value=value.format()), [keys[code], period, person.pk, KNOWN])
        for statement in indexes:
            cursor.execute(statement)
        cursor.execute("VACUUM ANALYZE facts_fact")
        cursor.execute("VACUUM ANALYZE directory_organisation")
        cursor.execute("SELECT count(*), pg_size_pretty(pg_total_relation_size('facts_fact')) FROM facts_fact")
        number, size = cursor.fetchone()
    print(f"filled: {asked.organisations:,} organisations, {number:,} facts, {size}, {time.monotonic() - began:.0f} s")


def _indexes_dropped(cursor: Any) -> list[str]:
    """Drop the indexes of the table of facts, its key aside; return what makes them again."""
    cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'facts_fact' AND indexname !~ 'pkey$'")
    found = cursor.fetchall()
    for name, _definition in found:
        cursor.execute(f'DROP INDEX "{name}"')
    return [definition for _name, definition in found]


def _wanted(judged: tuple[Rule, ...]) -> set[tuple[str, int | None]]:
    """Return the columns the rules ask for; ``kind`` stands in the directory."""
    whens = tuple(band.when for rule in judged for clause in rule.clauses for band in clause.bands)
    return {
        (fact.code, YEAR + fact.offset if METRICS[fact.code].yearly else None)
        for fact in references(whens)
        if fact.code != "kind"
    }


def _drawn(code: str) -> tuple[str, str]:
    if code in OTHERS:
        return OTHERS[code]
    return "number", MONEY_SQL if code in MONEY else COUNT_SQL if code in COUNTS else "1"


def measure(asked: argparse.Namespace) -> None:
    """Read and judge everything, print what it took, and compare a sample."""
    import django

    django.setup()
    from kechuang.facts.selectors.rules_bulk import organisations_table

    judged = rules(asked.rules)
    began, cpu = time.perf_counter(), time.process_time()
    keys, table = organisations_table(judged, METRICS, year=YEAR)
    read, read_cpu = time.perf_counter() - began, time.process_time() - cpu
    began = time.perf_counter()
    found = verdicts(judged, table, year=YEAR, on=ON)
    alone = time.perf_counter() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    counts = {verdict.value: int((found == place).sum()) for place, verdict in enumerate(VERDICTS)}
    print(f"{len(keys):,} organisations × {len(judged)} rules, {len(table.columns)} columns")
    print(
        f"read {read:.1f} s (our processor time {read_cpu:.1f} s), judged {alone:.1f} s, together {read + alone:.1f} s"
    )
    print(f"{(read + alone) / alone:.2f} × judging in memory; peak memory {memory} MB; verdicts {counts}")
    wrong, each = check(judged, keys, found, asked.checked)
    print(f"one by one from the database: {each * 1e3:.1f} ms an organisation")
    print(f"{asked.checked:,} organisations compared, {wrong} verdicts differ")
    if wrong:
        sys.exit(1)


def check(judged: tuple[Rule, ...], keys: Any, found: Any, rows: int) -> tuple[int, float]:
    """Judge ``rows`` organisations one by one; return how many verdicts differ, and the seconds of one."""
    from kechuang.facts.selectors.rules import facts_known
    from kechuang.facts.subjects import Subject

    draw = random.Random(3)  # a seed, so that two runs do the same work
    began, wrong = time.perf_counter(), 0
    for row in draw.sample(range(len(keys)), min(rows, len(keys))):
        subject = Subject("organisation", int(keys[row]))
        facts, _known = facts_known(rules=judged, subjects=[subject], year=YEAR, on=ON)[subject]
        wrong += sum(VERDICTS[found[place, row]] is not rule_verdict(rule, facts) for place, rule in enumerate(judged))
    return wrong, (time.perf_counter() - began) / max(1, rows)


if __name__ == "__main__":
    main()
