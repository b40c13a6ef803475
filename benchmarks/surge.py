"""The last ten minutes before a deadline: submissions at a rate, autosave and browsing beside them, nothing lost.

    python -m benchmarks.surge [--drafts 600] [--rate 600] [--browsing 20]
    python -m benchmarks.surge --drafts 2000 --kill 20   # kill -9 of web and background workers at random points
    python -m benchmarks.surge --drafts 200 --control    # the same without keys and row locks: it must fail

Starts the program's own server (two workers) on a database of its own. Each person saves a field
every few seconds and presses submit, every fourth one twice at once; an answer that did not come is asked for
again with the same key, and so is one that was put off (503). The public that browses comes back when it is told
to. Then the database is counted: every acknowledged submission must be there exactly
once, and nobody may have been left without an answer. The control sends no key and takes the row locks out
of the program it starts; it returns 0 when that was found out.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

from benchmarks.intake import TOKEN, drafts

DATABASE = "kechuang_surge"
SECTION, FIELD, VERSION = "outline", "keywords", "v:"
PATIENCE, TRIES = 60, 40
FOUND, OK, LATER, SIGNED_OUT = 302, 200, 503, 401
DOUBLE = 4
"""One person in so many presses the button twice at once."""
LOCKLESS = """
from django.db.models import QuerySet
QuerySet.select_for_update = lambda self, *args, **options: self._chain()
"""
"""What the control's server begins with: the same program, and no row is ever locked."""


@dataclass
class Told:
    """What the clients were told, and how long they waited (seconds)."""

    acknowledged: dict[int, str] = field(default_factory=dict)
    waited: list[float] = field(default_factory=list)
    saved: list[float] = field(default_factory=list)
    browsed: Counter[int] = field(default_factory=Counter)
    used: float = 0.0
    """CPU seconds of the web service, its workers included."""
    statuses: Counter[int] = field(default_factory=Counter)
    again: int = 0
    refusal: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)


def main() -> int:
    """Prepare, run, count; return 1 when something acknowledged is missing or stands twice."""
    parser = argparse.ArgumentParser(description="截止前的集中提交：不丢、不重、不因排队而逾期。")
    parser.add_argument("--drafts", type=int, default=600)
    parser.add_argument("--rate", type=int, default=600, help="每分钟提交数")
    parser.add_argument("--autosave", type=int, default=60, help="同时在填写并自动保存的人数")
    parser.add_argument("--browsing", type=int, default=0, help="同时在浏览公开网页的人数，可被 503 推后")
    parser.add_argument("--kill", type=int, default=0, help="随机 kill -9 网页服务进程的次数")
    parser.add_argument("--control", action="store_true", help="对照：不带提交标识，也不加行锁，必须不合格")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kechuang-surge-") as place:
        listed = Path(place) / "drafts.json"
        began = time.monotonic()
        drafts(DATABASE, chosen.drafts, str(listed))
        cases = json.loads(listed.read_text())
        print(f"{len(cases)} 份草稿已备好（{time.monotonic() - began:.0f} 秒）", flush=True)
        if chosen.control:
            (Path(place) / "sitecustomize.py").write_text(LOCKLESS)
            os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (place, os.environ.get("PYTHONPATH"))))
        with _serving() as (port, process):
            told = _surge(port, process, cases, chosen)
    failed = _judged(cases, told, chosen)
    if chosen.control:
        print("对照不合格，如所应当。" if failed else "对照竟然合格：这项测试什么也没有证明。")
        return 0 if failed else 1
    return 1 if failed else 0


class _serving:  # noqa: N801 (used as a context)
    """The program's own server on a free port, with two workers."""

    def __enter__(self) -> tuple[int, subprocess.Popen[bytes]]:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        environment = {**os.environ, "KECHUANG_WORKERS": "2"}
        command = [sys.executable, "-m", "kechuang.site.cli", "serve", "--port", str(port)]
        self.process = subprocess.Popen(
            command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz").read()
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.1)
            else:
                return port, self.process
        raise SystemExit("服务一直没有起来。")

    def __exit__(self, *_: object) -> None:
        os.killpg(self.process.pid, signal.SIGINT)
        self.process.wait(40)


def _surge(
    port: int, process: subprocess.Popen[bytes], cases: list[dict[str, int | str]], chosen: argparse.Namespace
) -> Told:
    told, stop = Told(), threading.Event()
    writing = [threading.Thread(target=_writing, args=(port, case, told, stop)) for case in cases[-chosen.autosave :]]
    reading = [threading.Thread(target=_browsing, args=(port, told, stop)) for _person in range(chosen.browsing)]
    seconds = len(cases) * 60 / chosen.rate
    killing = threading.Thread(target=_killing, args=(process.pid, chosen.kill, seconds, stop))
    behind = threading.Thread(target=_background, args=(chosen.kill, seconds, stop))
    used = _used(process.pid)
    for thread in (*writing, *reading, killing, behind):
        thread.start()
    began = time.monotonic()
    pressing = []
    for place, case in enumerate(cases):
        wait = began + place * 60 / chosen.rate - time.monotonic()
        if wait > 0:
            time.sleep(wait)
        key = None if chosen.control else str(uuid4())
        for _press in range(2 if place % DOUBLE == 0 else 1):
            pressing.append(threading.Thread(target=_pressing, args=(port, case, key, told)))
            pressing[-1].start()
    for thread in pressing:
        thread.join()
    took = time.monotonic() - began
    told.used = _used(process.pid) - used
    stop.set()
    for thread in (*writing, *reading, killing, behind):
        thread.join()
    print(f"{len(cases)} 次提交用 {took:.1f} 秒（每分钟 {len(cases) * 60 / took:.0f} 次）", flush=True)
    return told


def _post(port: int, path: str, session: str, values: dict[str, str]) -> tuple[int, str]:
    """Post a form as a signed-in browser does; return status and what was said, or where the answer leads."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(
            "POST",
            path,
            urlencode({"csrfmiddlewaretoken": TOKEN, **values}),
            {
                "Content-Type": "application/x-www-form-urlencoded",
                "Cookie": f"sessionid={session}; csrftoken={TOKEN}",
                "Host": f"127.0.0.1:{port}",
            },
        )
        answer = connection.getresponse()
        said = answer.read().decode()
        return answer.status, answer.getheader("Location") or said
    finally:
        connection.close()


def _pressing(port: int, case: dict[str, int | str], key: str | None, told: Told) -> None:
    """Press submit; where no answer came, press again with the same key until one does."""
    began = time.monotonic()
    path = f"/calls/applications/{case['application']}/steps/submit/"
    for _try in range(TRIES):
        try:
            status, leads = _post(port, path, str(case["session"]), {"key": key} if key else {})
        except (OSError, HTTPException):
            told.again += 1
            time.sleep(random.uniform(0.1, 0.6))
            continue
        if status == LATER:
            told.again += 1
            time.sleep(random.uniform(0.5, 1.5))
            continue
        if status == FOUND and "receipt" not in leads:
            status = SIGNED_OUT  # led to signing in: nothing was acknowledged
        with told.lock:
            told.statuses[status] += 1
            if status != FOUND and not told.refusal:
                told.refusal = _sentence(leads)
            if status == FOUND:
                told.acknowledged[int(case["application"])] = leads
                told.waited.append(time.monotonic() - began)
        return


def _sentence(page: str) -> str:
    """Return what a page says, without its markup, as far as it fits a line."""
    return " ".join(re.sub(r"<[^>]*>", " ", page.partition("<main")[2] or page).split())[:300]


def _writing(port: int, case: dict[str, int | str], told: Told, stop: threading.Event) -> None:
    """Save a field every few seconds, as people do who are still writing."""
    path = f"/calls/applications/{case['application']}/fill/{SECTION}/save/"
    number, version = 0, 0
    while not stop.wait(random.uniform(1, 5)):
        number += 1
        began = time.monotonic()
        try:
            values = {"code": FIELD, FIELD: f"示例词{number}", f"{VERSION}{FIELD}": str(version)}
            status, said = _post(port, path, str(case["session"]), values)
        except (OSError, HTTPException):
            continue
        if status == LATER:
            continue
        if status != OK:
            return  # submitted meanwhile: nothing is open any more
        version = json.loads(said)["version"]
        with told.lock:
            told.saved.append(time.monotonic() - began)


def _browsing(port: int, told: Told, stop: threading.Event) -> None:
    """Read a public page every second, as the public does; come back later where that is the answer."""
    while not stop.wait(random.uniform(0.5, 1.5)):
        connection = HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            connection.request("GET", "/calls/publicities/", headers={"Host": f"127.0.0.1:{port}"})
            answer = connection.getresponse()
            answer.read()
        except (OSError, HTTPException):
            continue
        finally:
            connection.close()
        with told.lock:
            told.browsed[answer.status] += 1
        if answer.status == LATER and stop.wait(float(answer.getheader("Retry-After") or 1)):
            return


def _used(pid: int) -> float:
    """Return the CPU seconds a process and its children have used."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK") + sum(_used(int(one)) for one in children)


def _killing(pid: int, times: int, seconds: float, stop: threading.Event) -> None:
    for _time in range(times):
        if stop.wait(random.uniform(0.2, 1.8) * seconds / max(times, 1)):
            return
        workers = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        if workers:
            os.kill(int(random.choice(workers)), signal.SIGKILL)


def _background(times: int, seconds: float, stop: threading.Event) -> None:
    """Keep a background worker running as a supervisor does, and kill it ``times`` times."""
    command = [sys.executable, "-m", "kechuang.site.cli", "worker"]
    for time_left in range(times, -1, -1):
        worker = subprocess.Popen(
            command, env=os.environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        if stop.wait(random.uniform(0.2, 1.8) * seconds / times if time_left else None):
            break
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
    os.killpg(worker.pid, signal.SIGINT)
    worker.wait(PATIENCE)


def _judged(cases: list[dict[str, int | str]], told: Told, chosen: argparse.Namespace) -> bool:
    """Print what was counted and tell whether anything is amiss."""
    from django.db.models import Count

    from kechuang.calls.models import Application, Submission

    keys = [int(case["application"]) for case in cases]
    there = set(Submission.objects.filter(application__in=keys).values_list("application_id", flat=True))
    lost = set(told.acknowledged) - there
    twice = Submission.objects.values("application").annotate(n=Count("pk")).filter(n__gt=1).count()
    numbers = list(Application.objects.exclude(number="").values_list("number", flat=True))
    doubled = len(numbers) - len(set(numbers))
    if told.refusal:
        print(f"其中一次的回答：{told.refusal}")
    waits = sorted(told.waited)
    saves = sorted(told.saved) or [0.0]
    refused = sum(count for status, count in told.statuses.items() if status != FOUND)
    print(f"回答：{dict(told.statuses)}；断线重发 {told.again} 次；kill -9 网页和后台进程各 {chosen.kill} 次")
    print(f"没有得到回执的按键 {refused} 次（目标 0）")
    print(f"负载 {os.getloadavg()[0]:.1f}，网页服务用处理器 {told.used:.1f} 秒")
    print(f"确认 {len(told.acknowledged)}，丢失 {len(lost)}，重复 {twice}，重号 {doubled}（目标 0、0、0）")
    if waits:
        p50, p95 = statistics.median(waits), waits[int(len(waits) * 0.95) - 1]
        print(f"提交等待 p50 {p50 * 1000:.0f} ms，p95 {p95 * 1000:.0f} ms（目标 p95 < 3 秒）")
    print(f"自动保存 {len(told.saved)} 次，p95 {saves[int(len(saves) * 0.95) - 1] * 1000:.0f} ms（目标 < 300 ms）")
    if told.browsed:
        print(f"浏览公开网页的回答：{dict(told.browsed)}（503 为让路给提交）")
    return bool(lost or twice or doubled or refused or len(told.acknowledged) < len(cases))


if __name__ == "__main__":
    sys.exit(main())
