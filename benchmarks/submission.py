"""What one autosave and one submission cost: CPU of the program and of the database, and how many questions.

    python -m benchmarks.submission [--drafts 60] [--profile submit] [--questions]

Runs in one process through the whole stack of middlewares, without a server or a network, so the figures
are CPU seconds and counts: they hold whatever else the machine is doing. The first submission warms the
caches and is not counted.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import os
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

from benchmarks.intake import TOKEN, drafts

SECTION, FIELD = "outline", "keywords"
DATABASE = "kechuang_submission"
TICKS = os.sysconf("SC_CLK_TCK")
WARM = 3


def main() -> None:
    """Fill, submit one by one, print what each cost."""
    parser = argparse.ArgumentParser(description="一次自动保存和一次提交的处理器时间和查询数。")
    parser.add_argument("--drafts", type=int, default=60)
    parser.add_argument("--profile", choices=("save", "submit"), help="把 cProfile 的结果写到 save.prof 或 submit.prof")
    parser.add_argument("--questions", action="store_true", help="列出一次保存和一次提交的全部查询")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kechuang-submission-") as place:
        listed = Path(place) / "drafts.json"
        drafts(DATABASE, chosen.drafts + WARM, str(listed))
        cases = json.loads(listed.read_text())
    for case in cases[:WARM]:
        save(case)
        submit(case)
    if chosen.questions:
        case = cases.pop()
        _questions(case, save)
        _questions(case, submit)
    profile = cProfile.Profile()
    for name, act in (("自动保存", save), ("提交", submit)):
        counted, queries, database = measured(cases[WARM:], act, profile if chosen.profile == act.__name__ else None)
        print(
            f"{name} {len(cases) - WARM} 次，每次：程序 {counted * 1000:.1f} ms，数据库 {database * 1000:.1f} ms，"
            f"查询 {queries:.0f} 个；负载 {os.getloadavg()[0]:.1f}"
        )
    if chosen.profile:
        profile.dump_stats(f"{chosen.profile}.prof")


def save(case: dict[str, Any]) -> None:
    """Save one field as a page does while somebody is typing; raises when it was not kept."""
    values = {"code": FIELD, FIELD: f"示例词{uuid4()}", f"v:{FIELD}": "1"}
    answer = _posted(case, f"/calls/applications/{case['application']}/fill/{SECTION}/save/", values)
    if answer.status_code != 200:  # noqa: PLR2004
        raise SystemExit(f"没有保存成功：{answer.status_code} {answer.content.decode()[:2000]}")


def submit(case: dict[str, Any]) -> None:
    """Press submit as a signed-in browser does; raises when no receipt is the answer."""
    answer = _posted(case, f"/calls/applications/{case['application']}/steps/submit/", {"key": str(uuid4())})
    if answer.status_code != 302:  # noqa: PLR2004
        raise SystemExit(f"没有提交成功：{answer.status_code} {answer.content.decode()[:2000]}")


@cache
def _client() -> Any:
    """Return the one client: each builds the stack of middlewares anew, which a server does once."""
    from django.test import Client

    return Client(enforce_csrf_checks=True)


def _posted(case: dict[str, Any], address: str, values: dict[str, str]) -> Any:
    client = _client()
    client.cookies.clear()
    client.cookies["sessionid"] = case["session"]
    client.cookies["csrftoken"] = TOKEN
    return client.post(address, {"csrfmiddlewaretoken": TOKEN, **values}, headers={"host": "127.0.0.1"})


def measured(
    cases: list[dict[str, Any]], act: Callable[[dict[str, Any]], None], profile: cProfile.Profile | None = None
) -> tuple[float, float, float]:
    """Return seconds of the program, queries and seconds of the database for one act."""
    from django.db import connection

    asked: Counter[str] = Counter()

    def counting(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        asked["all"] += 1
        return execute(sql, params, many, context)

    before, began = _backends(), time.process_time()
    with connection.execute_wrapper(counting):
        for case in cases:
            if profile:
                profile.enable()
            act(case)
            if profile:
                profile.disable()
    took = time.process_time() - began
    number = len(cases)
    return took / number, asked["all"] / number, (_backends() - before) / number


def _backends() -> float:
    """Return the CPU seconds used so far by the database's processes that serve us."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
        pids = [pid for (pid,) in cursor.fetchall()]
    used = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        used += int(fields[11]) + int(fields[12])
    return used / TICKS


def _questions(case: dict[str, Any], act: Callable[[dict[str, Any]], None]) -> None:
    """Print every statement of one act with its milliseconds."""
    from django.db import connection

    def telling(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            print(f"{(time.perf_counter() - began) * 1000:6.1f} ms  {str(sql)[:220]}")

    with connection.execute_wrapper(telling):
        act(case)


if __name__ == "__main__":
    main()
