"""How long the first page of the inbox takes with a million cases, for roles of every reach.

    python -m benchmarks.inbox [--cases 1000000] [--requests 100]

Fills a database of its own with invented reports and platforms, all of them cases, and drops it afterwards. A page is
the whole of it: session, rights, tabs with their counts, filters, rows. Beside it stands the bare query of the same
rows in the same run: fifty-one keys from the index and their cases, without rights, counts or a page. The goal is p95
of at most 300 ms for the least privileged role.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from datetime import date, timedelta
from http import HTTPStatus
from pathlib import Path

import psycopg
from psycopg import sql

from benchmarks.filling import fill, prepare
from benchmarks.pages import server_seconds

DATABASE = "kechuang_bench_inbox"
GOAL_MS = 300
PLATFORM_SHARE, CLAUSES, MONTHS, DAYS = 50, 2_000, 100, 60
ROLES = (
    ("host_admin", "organisation", "依托单位管理员"),
    ("county_officer", "county", "县区经办"),
    ("department_officer", "department", "部门经办"),
    ("conference_office", "", "联席会议办公室"),
    ("leader", "", "市领导"),
)
TABS = ("todo", "done")

REPORTS = """
INSERT INTO plan_progressreport (clause_id, department_id, county_id, month, measure, done, problem, next_step, figures,
    author_id, written_at, is_sample, state, process_version_id)
SELECT %(first_clause)s + n / %(months)s %% %(clauses)s,
    CASE WHEN n / %(slots)s < %(departments)s THEN (%(department_keys)s::bigint[])[1 + n / %(slots)s] END,
    CASE WHEN n / %(slots)s >= %(departments)s
         THEN (%(county_keys)s::bigint[])[1 + n / %(slots)s - %(departments)s] END,
    (date '2015-01-01' + (n %% %(months)s) * interval '1 month')::date, '示例', '示例', '', '', '[]',
    (%(people)s::bigint[])[1 + n %% array_length(%(people)s::bigint[], 1)], now(), false,
    CASE WHEN n %% 10 < 5 THEN 'draft' WHEN n %% 10 < 9 THEN 'submitted' ELSE 'approved' END, %(version)s
FROM generate_series(0, %(number)s - 1) AS n
"""
CASES = """
INSERT INTO kernel_case (content_type_id, object_id, process, state, state_label, waits_for, number, title,
    organisation_id, county_id, department_id, holder_id, started_by_id, begun_at, since, clock_from, clock_days,
    clock_used, stopped_because, due_on, warn_on, ranked_on, closed)
SELECT %(kind)s, r.id, 'progress_report', r.state,
    CASE r.state WHEN 'draft' THEN '填报中' WHEN 'submitted' THEN '待审定' ELSE '已审定' END,
    CASE r.state WHEN 'draft' THEN 'department_officer' WHEN 'submitted' THEN 'conference_office' ELSE '' END,
    '', to_char(r.month, 'YYYY-MM') || ' · 示例任务 ' || r.clause_id, NULL, r.county_id, r.department_id,
    CASE WHEN r.id %% 10 < 3 AND r.state <> 'approved' THEN r.author_id END, r.author_id, d.at, d.at,
    CASE WHEN r.state = 'submitted' THEN d.day END, CASE WHEN r.state = 'submitted' THEN 5 END, 0, '',
    CASE WHEN r.state = 'submitted' THEN d.due END, CASE WHEN r.state = 'submitted' THEN d.warn ELSE '9999-12-31' END,
    CASE WHEN r.state = 'submitted' THEN d.due ELSE '9999-12-31' END, r.state = 'approved'
FROM plan_progressreport r JOIN bench_days d ON d.place = r.id %% %(days)s
"""
PLATFORM_CASES = """
INSERT INTO kernel_case (content_type_id, object_id, process, state, state_label, waits_for, number, title,
    organisation_id, county_id, department_id, begun_at, since, clock_from, clock_days, clock_used, stopped_because,
    due_on, warn_on, ranked_on, closed)
SELECT %(kind)s, p.id, 'platform_life', 'warned', '警示', 'host_admin', p.number, e.name, e.host_id, e.county_id,
    e.department_id, d.at, d.at, d.day, 20, 0, '', d.due, d.warn, d.due, false
FROM platforms_platform p JOIN platforms_registerentry e ON e.platform_id = p.id AND e."end" = '9999-12-31'
JOIN bench_days d ON d.place = p.id %% %(days)s
"""
DESKS = """
INSERT INTO kernel_casedesk (case_id, role, bound, bound_id, kind, holder_id, since, warn_on, ranked_on)
SELECT id, CASE WHEN process = 'platform_life' THEN 'host_admin' WHEN state = 'submitted' THEN 'conference_office'
        WHEN county_id IS NOT NULL THEN 'county_officer' ELSE 'department_officer' END,
    CASE WHEN process = 'platform_life' THEN 'organisation' WHEN state = 'submitted' THEN 'city'
        WHEN county_id IS NOT NULL THEN 'county' ELSE 'department' END,
    CASE WHEN process = 'platform_life' THEN organisation_id WHEN state = 'submitted' THEN 0
        ELSE coalesce(county_id, department_id) END,
    content_type_id, holder_id, since, warn_on, ranked_on
FROM kernel_case WHERE NOT closed
"""
HANDS = """
INSERT INTO kernel_casehand (case_id, person_id, step, at)
SELECT id, started_by_id, '提交', since FROM kernel_case WHERE process = 'progress_report' AND state <> 'draft'
"""


def main() -> None:
    """Fill, measure, print, drop."""
    parser = argparse.ArgumentParser(description="一百万件办件时收件箱首页的耗时。")
    parser.add_argument("--cases", type=int, default=1_000_000)
    parser.add_argument("--requests", type=int, default=100)
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--keep", action="store_true", help="保留数据库（默认用后删除）")
    chosen = parser.parse_args()
    if chosen.measure:
        measured(chosen.requests)
        return
    began = time.monotonic()
    prepare(DATABASE)
    os.environ["DJANGO_SETTINGS_MODULE"] = "kechuang.site.settings"
    here = Path(__file__).parents[1]
    try:
        command = [sys.executable, "-c", f"from benchmarks.inbox import filled; filled({chosen.cases})"]
        subprocess.run(command, check=True, env=os.environ, cwd=here)
        print(f"{chosen.cases} 件办件已备好（{time.monotonic() - began:.0f} 秒）", flush=True)
        command = [sys.executable, "-m", "benchmarks.inbox", "--measure", "--requests", str(chosen.requests)]
        subprocess.run(command, check=True, env=os.environ, cwd=here)
    finally:
        if not chosen.keep:
            drop()


def drop() -> None:
    """Remove the benchmark's database."""
    from kechuang.site.database.address import read_address

    address = read_address(os.environ["DATABASE_URL"])
    with psycopg.connect(**{**address.arguments(), "dbname": "postgres"}, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(DATABASE)))


def filled(cases: int) -> None:
    """Migrate and fill, in a process that has the database's address from its environment."""
    import django
    from django.core.management import call_command

    from kechuang.site.pages import collect_pages

    django.setup()
    call_command("migrate", verbosity=0)
    collect_pages()
    platforms = max(100, cases // PLATFORM_SHARE)
    fill(platforms)
    _reports(cases - platforms)


def _reports(number: int) -> None:
    """Enter ``number`` reports and the cases of everything, as machines do: in bulk, below triggers and services."""
    from django.contrib.contenttypes.models import ContentType
    from django.db import connection, transaction

    from kechuang.directory.models import County, Department, User
    from kechuang.kernel.processes import current_version
    from kechuang.plan.models import Clause, Plan, ProgressReport
    from kechuang.platforms.models import Platform

    people = [
        row.pk for row in User.objects.bulk_create(User(username=f"bench{n}", full_name=f"示例{n}") for n in range(200))
    ]
    plan = Plan.objects.first()
    clauses = Clause.objects.bulk_create(
        Clause(plan=plan, order=n, no=f"（{n}）", section="二", path=f"二/bench{n}", kind="task", title=f"示例任务{n}")
        for n in range(CLAUSES)
    )
    told = {
        "first_clause": clauses[0].pk,
        "months": MONTHS,
        "clauses": CLAUSES,
        "people": people,
        "departments": Department.objects.count(),
        "department_keys": list(Department.objects.values_list("pk", flat=True)),
        "county_keys": list(County.objects.values_list("pk", flat=True)),
        "version": current_version("progress_report").pk,
        "number": number,
        "days": DAYS,
    }
    units = told["departments"] + len(told["county_keys"])
    told["slots"] = -(-number // units)
    kinds = [{**told, "kind": ContentType.objects.get_for_model(model).pk} for model in (ProgressReport, Platform)]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE platforms_platform SET state = 'warned'")
        cursor.execute("DELETE FROM kernel_case")
        _days(cursor)
        cursor.execute("DROP INDEX kernel_case_title_part")
        cursor.execute("DROP INDEX kernel_case_number_part")
        for statement, values in ((REPORTS, told), (CASES, kinds[0]), (PLATFORM_CASES, kinds[1])):
            cursor.execute(statement, values)
        cursor.execute(DESKS)
        cursor.execute(HANDS)
        cursor.execute("CREATE INDEX kernel_case_title_part ON kernel_case USING gin (title gin_trgm_ops)")
        cursor.execute("CREATE INDEX kernel_case_number_part ON kernel_case USING gin (number gin_trgm_ops)")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _days(cursor: object) -> None:
    """Lay down when the cases came and are due: five working days each, over the last ``DAYS`` days."""
    from kechuang.kernel.calendar_days import calendar
    from kechuang.kernel.clock import warn_day

    days, today = calendar(), date.today()
    execute = cursor.execute  # type: ignore[attr-defined]
    execute("CREATE TEMP TABLE bench_days (place int, day date, at timestamptz, due date, warn date)")
    for place in range(DAYS):
        day = today - timedelta(days=place)
        due = days.add(day, 5)
        values = [place, day, f"{day} 09:00+08", due, warn_day(due, 5, days)]
        execute("INSERT INTO bench_days VALUES (%s, %s, %s, %s, %s)", values)


def measured(requests: int) -> None:
    """Print p50 and p95 of each role's first pages, and of the bare query beside them."""
    import django
    from django.conf import settings

    settings.ALLOWED_HOSTS = ["*"]
    django.setup()
    from kechuang.kernel.models import Case, CaseDesk

    print(f"办件 {Case.objects.count():,}，案头 {CaseDesk.objects.count():,}")
    worst = 0.0
    for role, bound, word in ROLES:
        user, places = _person(role, bound)
        number = CaseDesk.objects.filter(role=role, **({"bound": bound, "bound_id": places} if bound else {})).count()
        bare = [_bare(role, bound, places) for _ in range(requests)]
        print(f"{word}（案头 {number:,} 件）")
        for tab in TABS:
            walls, cpu = _pages(user, tab, requests)
            p50, p95 = statistics.median(walls), statistics.quantiles(walls, n=20)[18]
            worst = max(worst, p95)
            ratio = p50 / statistics.median(bare)
            print(
                f"  {tab:5} p50 {p50:6.1f} ms  p95 {p95:6.1f} ms  处理器 {cpu:5.1f} ms"
                f"  裸查询 p50 {statistics.median(bare):5.1f} ms  {ratio:.1f}×"
            )
    print(f"最差 p95 {worst:.1f} ms，目标 {GOAL_MS} ms：{'达到' if worst <= GOAL_MS else '未达到'}")


def _person(role: str, bound: str) -> tuple[object, int]:
    """Return a person who holds ``role`` for the unit with the most on its desk, and that unit's key."""
    from django.db.models import Count

    from kechuang.directory.models import Office, User
    from kechuang.kernel.models import CaseDesk

    user = User.objects.get(username=f"bench{[one[0] for one in ROLES].index(role)}")
    key = 0
    if bound:
        desks = CaseDesk.objects.filter(role=role, bound=bound).values("bound_id").annotate(number=Count("pk"))
        key = desks.order_by("-number").values_list("bound_id", flat=True).first() or 0
    Office.objects.create(user=user, role=role, start=date(2020, 1, 1), **({f"{bound}_id": key} if bound else {}))
    return user, key


def _pages(user: object, tab: str, requests: int) -> tuple[list[float], float]:
    """Return the wall milliseconds of each page, and the processor's of a page: Python's and PostgreSQL's together."""
    from django.db import connection
    from django.test import Client

    client = Client()
    client.force_login(user)  # type: ignore[arg-type]
    walls = []
    for _warming in range(5):  # templates and caches
        assert client.get("/my/", {"tab": tab}).status_code == HTTPStatus.OK
    used = time.process_time() + server_seconds(connection)
    for _place in range(requests):
        began = time.perf_counter()
        client.get("/my/", {"tab": tab})
        walls.append(1000 * (time.perf_counter() - began))
    used = time.process_time() + server_seconds(connection) - used
    return walls, 1000 * used / requests


def _bare(role: str, bound: str, key: int) -> float:
    from kechuang.kernel.models import Case, CaseDesk

    began = time.perf_counter()
    rows = CaseDesk.objects.filter(role=role, bound=bound or "city", bound_id=key).order_by("ranked_on", "case_id")
    list(Case.objects.filter(pk__in=list(rows.values_list("case_id", flat=True)[:51])))
    return 1000 * (time.perf_counter() - began)


if __name__ == "__main__":
    main()
