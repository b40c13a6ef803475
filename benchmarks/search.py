"""How long a search takes among a million titles, for roles of every reach, and how that grows from 10,000 on.

    python -m benchmarks.search [--rows 10000 100000 1000000] [--requests 60] [--engine tantivy] [--fresh] [--drop]

Each size has a database of its own (``benchmarks.search_filling``), filled once and used again; ``--fresh`` fills it
anew, ``--drop`` drops them all in the end. ``--engine tantivy`` measures the optional engine over the same rows, builds
its index where there is none, and says in how many questions both engines give the same page.
Every question goes the whole way: rights, candidates, rank, facets, rows.
Questions are drawn by how many titles hold their words. Beside the clock stand the processor's milliseconds, Python's
and PostgreSQL's together: they hold on a busy machine too. The goal is a p95 of at most 100 ms for the least
privileged role at a million titles, and hardly more than at a thousand.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any, Self

from benchmarks.search_filling import HERE, database, dictionary, drop, ready, title_of, words_of
from kechuang.site.home import home

GOAL_MS = 100
LEAST = "公众"
KEEP_SAYING = "数据库留待下次使用；用 --drop 删除。"


def main() -> None:
    """Fill each size, measure each in a process of its own, print how the times grow."""
    parser = argparse.ArgumentParser(description="一百万条标题的检索耗时，以及随条数的增长。")
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--requests", type=int, default=60)
    parser.add_argument("--engine", choices=("postgresql", "tantivy"), default="postgresql")
    parser.add_argument("--fresh", action="store_true", help="重新填充")
    parser.add_argument("--drop", action="store_true", help="结束后删除数据库")
    parser.add_argument("--measure", type=int, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.measure:
        measure(chosen.measure, chosen.requests, chosen.engine)
        return
    if chosen.fresh:
        drop()
    asked = ["--requests", str(chosen.requests), "--engine", chosen.engine]
    grown: dict[int, dict[str, Any]] = {}
    for rows in sorted(chosen.rows):
        ready(rows)
        grown[rows] = _told([sys.executable, "-m", "benchmarks.search", "--measure", str(rows), *asked])
    growth(grown)
    if chosen.drop:
        drop()
    else:
        print(KEEP_SAYING)


def _told(command: list[str]) -> dict[str, Any]:
    """Run a measurement, print what it says but for its last line, and return that."""
    with subprocess.Popen(command, cwd=HERE, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        last = ""
        for line in run.stdout:
            if last:
                print(last, end="", flush=True)
            last = line
    assert run.returncode == 0
    return dict(json.loads(last))


def growth(grown: dict[int, dict[str, Any]]) -> None:
    """Print how the least privileged role's times grow with the rows."""
    print(f"\n{LEAST}：毫秒 p50/p95，处理器毫秒 p50/p95")
    for rows, told in grown.items():
        print(f"{rows:>9} 条  {told['p50']:>5.0f}/{told['p95']:<5.0f} {told['cpu50']:>6.1f}/{told['cpu95']:<6.1f}")
    few, many = grown[min(grown)], grown[max(grown)]
    times = max(grown) // min(grown)
    print(f"条数 {times} 倍：p95 {many['p95'] / few['p95']:.1f} 倍，处理器 p95 {many['cpu95'] / few['cpu95']:.1f} 倍")
    print(f"目标：{LEAST} p95 ≤ {GOAL_MS} 毫秒；本次 {many['p95']:.0f} 毫秒（负载 {os.getloadavg()[0]:.1f}）")


def questions(rows: int, requests: int) -> dict[str, list[str]]:
    """Return the questions by their class, drawn from the titles by how many of them hold a word."""
    from kechuang.brain.words import initials_of, spelled

    draw = random.Random(3)
    sample = [draw.randrange(rows) for _ in range(20_000)]
    counted = Counter(word for number in sample for word in set(words_of(number)))
    share = {word: count / len(sample) for word, count in counted.items()}

    def of(least: float, most: float) -> list[str]:
        known = sorted(word for word, part in share.items() if least <= part < most)
        return [draw.choice(known) for _ in range(requests)]

    words = dictionary()[0]
    titles = [title_of(draw.randrange(rows)) for _ in range(requests)]
    pairs = [" ".join(pair) for pair in zip(of(0.01, 0.2), of(0.01, 0.2), strict=True)]
    return {
        "少见的词": of(0, 0.0002),
        "常见的词": of(0.005, 0.02),
        "极常见的词": of(0.08, 1),
        "两个词": pairs,
        "整个标题": titles,
        "标题开头": [title[:4] for title in titles],
        "中间几个字": [title[3:7] for title in titles],
        "首字母": [initials_of(title)[1:6] for title in titles],
        "全拼": [spelled(title[2:6]) for title in titles],
        "编号": [f"PT-{2010 + number % 16}-{number:07d}" for number in sample[:requests]],
        "没有的": [f"{draw.choice(words)}{draw.choice(words)}{draw.choice(words)}" for _ in range(requests)],
    }


@dataclass
class Taken:
    """Milliseconds of some questions: by the clock, and the processor's."""

    clock: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)

    def __iadd__(self, other: Taken) -> Self:
        self.clock += other.clock
        self.processor += other.processor
        return self

    def __str__(self) -> str:
        return f"{statistics.median(self.clock):.0f}/{p95(self.clock):.0f}({statistics.mean(self.processor):.0f})"


def roles() -> dict[str, Any]:
    """Return who asks, from the least privileged on."""
    from kechuang.kernel.access import ANONYMOUS, Actor, Office

    return {
        LEAST: ANONYMOUS,
        "申报人": Actor(1, (Office("applicant", organisation_id=77),)),
        "县区": Actor(1, (Office("county_officer", county_id=3),)),
        "领导": Actor(1, (Office("leader"),)),
    }


def measure(rows: int, requests: int, engine: str) -> None:
    """Print the milliseconds of every class of question for every role, sizes, memory, and a changed row's way."""
    import django

    django.setup()
    if engine == "tantivy":
        indexed(rows)
    from kechuang.brain.asking import Wanted

    asked, cast = questions(rows, requests), roles()
    warm()
    every = {role: Taken() for role in cast}
    print(f"\n{rows} 条\n{'毫秒 p50/p95（处理器）':<14}" + "".join(f"{role:>14}" for role in cast))
    for name, texts in [*asked.items(), ("极常见的词加两个条件", asked["极常见的词"])]:
        wanted = Wanted(("k:platform", "c:3")) if "条件" in name else Wanted()
        line = ""
        for role, actor in cast.items():
            taken = timed(texts, actor, wanted)
            every[role] += taken
            line += f"{taken!s:>16}"
        print(f"{name:<14}{line}", flush=True)
    print(f"{'全部':<16}" + "".join(f"{taken!s:>16}" for taken in every.values()))
    typed = [text[:length] for text in asked["首字母"] for length in (2, 3, 4)]
    print(f"输入时的提示（首字母 2–4 个）：{timed(typed, cast[LEAST], Wanted(size=8, most=500, counting=False))}")
    print(f"{sizes()}；改名后查到：{changed():.0f} 毫秒")
    if engine == "tantivy":
        compared(asked, cast)
    least = every[LEAST]
    told = {"p50": statistics.median(least.clock), "p95": p95(least.clock)}
    told |= {"cpu50": statistics.median(least.processor), "cpu95": p95(least.processor)}
    print(json.dumps(told))


def sizes() -> str:
    """Say what the rows and this process take."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(pg_table_size(inhrelid)) / 1048576, sum(pg_indexes_size(inhrelid)) / 1048576 FROM pg_inherits "
            "WHERE inhparent = 'brain_searchrow'::regclass"
        )
        table, indexes = cursor.fetchone()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    return f"表 {table:.0f} MB，索引 {indexes:.0f} MB；进程内存 {memory} MB"


def indexed(rows: int) -> None:
    """Have the optional engine answer; build its index where there is none, and print how long that took."""
    from django.conf import settings

    from kechuang.brain.selectors import engine
    from kechuang.brain.services import indexing

    settings.SEARCH = {"engine": "tantivy", "folder": home() / "search" / database(rows)}
    if engine.trouble():
        began = time.monotonic()
        count = indexing.build()
        print(f"{count} 条：建 tantivy 索引 {time.monotonic() - began:.0f} 秒", flush=True)
    size = sum(file.stat().st_size for file in engine.root().rglob("*") if file.is_file()) >> 20
    print(f"tantivy 索引 {size} MB")


def compared(asked: dict[str, list[str]], cast: dict[str, Any]) -> None:
    """Print in how many questions that PostgreSQL answers in full both engines give the same page and numbers."""
    from kechuang.brain import words
    from kechuang.brain.asking import EVERYTHING
    from kechuang.brain.rights import keys_of
    from kechuang.brain.selectors import engine, indexed, postgres

    generation = engine.ready()
    assert generation is not None
    same = whole = 0
    for text, actor in ((text, actor) for texts in asked.values() for text in texts[:5] for actor in cast.values()):
        question, scopes = words.asked(text), keys_of(actor)
        ours = postgres.hits(question, scopes=scopes, wanted=EVERYTHING)
        if not ours.capped:
            theirs = indexed.hits(generation, question, scopes=scopes, wanted=EVERYTHING)
            whole += 1
            same += (ours.keys, ours.count, ours.facets) == (theirs.keys, theirs.count, theirs.facets)
    print(f"两个引擎同页同数：{same}/{whole}")


def warm() -> None:
    """Load words and readings, which a process does once, and have the indexes in memory."""
    from kechuang.brain.services.looking import look

    for text in ("示例", "shili", "PT-2011"):
        for actor in roles().values():
            look(text, actor=actor)


def timed(texts: list[str], actor: Any, wanted: Any) -> Taken:
    """Return how long each question took."""
    from kechuang.brain.services.looking import look

    taken = Taken()
    for text in texts:
        with taking(taken):
            look(text, actor=actor, wanted=wanted)
    return taken


@contextmanager
def taking(taken: Taken) -> Iterator[None]:
    """Note the milliseconds of what is done inside."""
    used, began = processor_seconds(), time.perf_counter()
    yield
    taken.clock.append(1000 * (time.perf_counter() - began))
    taken.processor.append(1000 * (processor_seconds() - used))


def processor_seconds() -> float:
    """Return the seconds this process and its database's have computed so far, to the nanosecond."""
    from django.db import connection

    connection.ensure_connection()
    server = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat").read_text().split()[0]
    return time.process_time() + int(server) / 1e9


def changed() -> float:
    """Rename one unit past every service, and return the milliseconds until the next search has found it."""
    from kechuang.brain.services.looking import look
    from kechuang.directory.models import County, Organisation
    from kechuang.kernel.access import ANONYMOUS

    county = County.objects.first() or County.objects.create(code="bench", name="示例县", short_name="示例县")
    Organisation.objects.filter(name__startswith="示例璀璨改名单位").delete()
    unit = Organisation.objects.create(kind="enterprise", name="示例待改名单位", county=county)
    look("示例待改名单位", actor=ANONYMOUS)

    def rename() -> None:
        Organisation.objects.filter(pk=unit.pk).update(name="示例璀璨改名单位")
        if look("璀璨改名", actor=ANONYMOUS).rows[0].object_id != unit.pk:
            raise AssertionError(HTTPStatus.NOT_FOUND)

    taken = Taken()
    with taking(taken):
        rename()
    return taken.clock[0]


def p95(taken: list[float]) -> float:
    """Return the time that 95 in 100 questions do not exceed."""
    return sorted(taken)[int(len(taken) * 0.95)]


if __name__ == "__main__":
    main()
