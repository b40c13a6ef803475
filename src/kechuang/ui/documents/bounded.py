"""Running one program of ours on one input: a process of its own, without our secrets, for a bounded time."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

REFUSED = 3
"""The exit code by which a program says no, with its reason on standard error."""

KEPT = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT", "TMPDIR", "TEMP", "TMP")
# One thread and few arenas: each further one reserves addresses, which are what the memory bound counts,
# and on a server of many cores a small document would meet the bound.
LEAN = {"RAYON_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2", "PYTHONIOENCODING": "utf-8"}


def run(program: Path, *arguments: str, content: bytes, seconds: float) -> subprocess.CompletedProcess[bytes]:
    """Run ``program`` on ``content``; the settings and passwords in our environment stay with us.

    Raises ``subprocess.TimeoutExpired`` after ``seconds``, when the process is ended.
    """
    environment = {name: os.environ[name] for name in KEPT if name in os.environ} | LEAN
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-I", "-X", "utf8", str(program), *arguments],
        input=content,
        capture_output=True,
        check=False,
        timeout=seconds,
        env=environment,
    )
