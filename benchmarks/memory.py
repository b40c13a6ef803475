"""How soon the first page comes from an empty database, and how much memory two workers take.

    python -m benchmarks.memory

Starts ``kechuang run --no-sample`` in an empty home of its own, waits for the first page, asks
for a few hundred pages, and adds up the proportional memory (PSS) of the serving processes.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

PAGES = ("/", "/cockpit/", "/platforms/", "/plan/", "/platforms/matrix/", "/api/v1/platforms/")
ROUNDS = 40
PATIENCE = 120


def main() -> None:
    """Measure once and print both figures with their goals."""
    home = Path(tempfile.mkdtemp(prefix="kechuang-bench-"))
    home.chmod(0o755)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"} | {
        "KECHUANG_HOME": str(home)
    }
    program = [sys.executable, "-m", "kechuang.site.cli"]
    began = time.monotonic()
    process = subprocess.Popen(
        [*program, "run", "--no-sample", "--port", str(port)],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        first = _first_page(f"http://127.0.0.1:{port}/", began)
        for _round in range(ROUNDS):
            for page in PAGES:
                urllib.request.urlopen(f"http://127.0.0.1:{port}{page}").read()
        workers = _descendants(process.pid)[1:]
        serving = [pid for pid in workers if "worker --with-parent" not in _command(pid)]
        memory = sum(_pss(pid) for pid in serving)
        print(f"空库到首页：{first:.1f} 秒（目标 10 秒）")
        starting = _pss(process.pid) / 1024
        print(f"{len(serving)} 个服务进程：{memory / 1024:.0f} MB PSS（目标 250 MB）；启动进程另有 {starting:.0f} MB")
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.wait(40)
        subprocess.run([*program, "db", "stop"], env=environment, check=False, capture_output=True)
        shutil.rmtree(home, ignore_errors=True)


def _first_page(address: str, began: float) -> float:
    while time.monotonic() - began < PATIENCE:
        try:
            urllib.request.urlopen(address).read()
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.05)
        else:
            return time.monotonic() - began
    raise SystemExit("首页一直没有出来。")


def _descendants(pid: int) -> list[int]:
    found = [pid]
    for parent in found:
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        found += [int(child) for child in children]
    return found


def _command(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")


def _pss(pid: int) -> int:
    """Return the proportional set size in kB, 0 for a process that is gone."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


if __name__ == "__main__":
    main()
