"""How pages and the roll-up of indicators behave as the register grows.

    python -m benchmarks.pages [--sizes 1000 10000 100000] [--requests 60]

Prints for each size: the list with two filters, one platform's page and the cockpit's
counts, beside the floor (bare Django over the same rows, ``benchmarks/floor.py``) in the
same run. CPU is Python's and PostgreSQL's together, per request.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from datetime import date
from http import HTTPStatus
from pathlib import Path

from benchmarks.filling import fill, prepare

DATABASE = "kechuang_bench"


def main() -> None:
    """Fill each size, measure in processes of their own, print a table and the ratios."""
    parser = argparse.ArgumentParser(description="列表、档案与计数的耗时，与裸 Django 同场比较。")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--requests", type=int, default=60)
    parser.add_argument("--measure", choices=("floor", "ours"), help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.measure:
        print(json.dumps(measured(chosen.measure, chosen.requests)))
        return
    found: dict[int, dict[str, dict[str, float]]] = {}
    for size in chosen.sizes:
        found[size] = at_size(size, chosen.requests)
    report(found)


def at_size(size: int, requests: int) -> dict[str, dict[str, float]]:
    """Fill the register with ``size`` platforms and measure floor and product alternately, three times."""
    began = time.monotonic()
    prepare(DATABASE)
    import django

    if size:
        os.environ["DJANGO_SETTINGS_MODULE"] = "kechuang.site.settings"
    command = [sys.executable, "-c", f"from benchmarks.pages import filled; filled({size})"]
    subprocess.run(command, check=True, env=os.environ, cwd=Path(__file__).parents[1])
    print(f"{size} 个平台已备好（{time.monotonic() - began:.0f} 秒，Django {django.__version__}）", flush=True)
    runs: dict[str, list[dict[str, float]]] = {"floor": [], "ours": []}
    for _round in range(3):
        for which, results in runs.items():
            results.append(_child(which, requests))
    return {
        which: {key: statistics.median(run[key] for run in results) for key in results[0]}
        for which, results in runs.items()
    }


def filled(size: int) -> None:
    """Migrate and fill, in a process that has the database's address from its environment."""
    import django
    from django.core.management import call_command

    from kechuang.site.pages import collect_pages

    django.setup()
    call_command("migrate", verbosity=0)
    collect_pages()
    fill(size)


def _child(which: str, requests: int) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.pages", "--measure", which, "--requests", str(requests)]
    answer = subprocess.run(
        command, check=True, capture_output=True, text=True, env=os.environ, cwd=Path(__file__).parents[1]
    )
    return json.loads(answer.stdout.splitlines()[-1])


def measured(which: str, requests: int) -> dict[str, float]:
    """Measure one side in this process: CPU milliseconds a request, queries, median wall milliseconds."""
    import django
    from django.conf import settings

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kechuang.site.settings")
    settings.ALLOWED_HOSTS = ["*"]
    django.setup()
    if which == "floor":
        settings.ROOT_URLCONF, settings.MIDDLEWARE = "benchmarks.floor", []
    from kechuang.directory.models import County
    from kechuang.platforms.models import RegisterEntry

    county = County.objects.get(code="xixiu").pk
    today = date.today()
    numbers = list(
        RegisterEntry.objects.filter(start__lte=today, end__gt=today)
        .order_by("platform_id")
        .values_list("number", flat=True)[:200]
    )
    chosen = f"level=provincial&county={county}"
    pages = {
        "list": [f"/list?{chosen}" if which == "floor" else f"/platforms/?{chosen}"],
        "detail": [f"/detail/{n}" if which == "floor" else f"/platforms/{n}/" for n in numbers],
    }
    answer: dict[str, float] = {}
    for name, addresses in pages.items():
        for key, value in _requests(addresses, requests).items():
            answer[f"{name}_{key}"] = value
    if which == "ours":
        answer |= _counts(requests)
    return answer


def _requests(addresses: list[str], requests: int) -> dict[str, float]:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client()
    for address in (addresses * 5)[:5]:
        assert client.get(address).status_code == HTTPStatus.OK, address
    with CaptureQueriesContext(connection) as captured:
        client.get(addresses[0])
    queries = len(captured.captured_queries)  # the log is emptied by the next request
    walls = []
    python, server = time.process_time(), server_seconds(connection)
    for place in range(requests):
        began = time.perf_counter()
        client.get(addresses[place % len(addresses)])
        walls.append(time.perf_counter() - began)
    python, server = time.process_time() - python, server_seconds(connection) - server
    return {
        "python": 1000 * python / requests,
        "postgres": 1000 * server / requests,
        "p50": 1000 * statistics.median(walls),
        "queries": float(queries),
    }


def server_seconds(connection: object) -> float:
    """Return the CPU seconds the connection's own backend has used so far."""
    with connection.cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _counts(requests: int) -> dict[str, float]:
    """Measure reading the five indicators' counts for days all over the ten years."""
    from kechuang.plan import counters

    keys = sorted(counters.registered())[:5]
    days = [date(2014 + place % 11, 1 + place % 12, 1 + place % 28) for place in range(requests)]
    counters.series_of(keys, days[:1])
    began = time.perf_counter()
    for day in days:
        counters.series_of(keys, [day])
    return {"counts_p50": 1000 * (time.perf_counter() - began) / requests}


def report(found: dict[int, dict[str, dict[str, float]]]) -> None:
    """Print every figure and the ratios the goals name."""
    for size, sides in found.items():
        floor, ours = sides["floor"], sides["ours"]
        print(f"\n{size} 个平台，十年")
        for page in ("list", "detail"):
            for which, side in (("裸 Django", floor), ("本系统", ours)):
                python, server, wall = (side[f"{page}_{key}"] for key in ("python", "postgres", "p50"))
                print(
                    f"  {page:6} {which:9} Python {python:6.2f} ms  PostgreSQL {server:6.2f} ms"
                    f"  p50 {wall:6.2f} ms  查询 {side[f'{page}_queries']:.0f}"
                )
            print(f"  {page:6} 倍数      {_cpu(ours, page) / _cpu(floor, page):.2f}×")
        print(f"  任一天五项指标计数  {ours['counts_p50']:.2f} ms")
    sizes = sorted(found)
    for page in ("list", "detail"):
        growth = _cpu(found[sizes[-1]]["ours"], page) / _cpu(found[sizes[0]]["ours"], page)
        print(f"\n{page} 由 {sizes[0]} 到 {sizes[-1]}：{growth:.2f}×")


def _cpu(side: dict[str, float], page: str) -> float:
    return side[f"{page}_python"] + side[f"{page}_postgres"]


if __name__ == "__main__":
    main()
