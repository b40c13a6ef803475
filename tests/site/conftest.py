"""A machine of one's own: a folder every account can walk into, and the command line run in it."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kechuang.site.database.cluster import Cluster

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def open_folder() -> Iterator[Path]:
    """A folder that the database's account can reach; pytest's own are closed to it when root runs."""
    folder = Path(tempfile.mkdtemp(prefix="kc-test-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    for data in [found.parent for found in list(folder.glob("*/postgres/data/PG_VERSION"))]:
        made = Cluster(data.parent)
        if made.is_running():
            made.stop()
        shutil.rmtree(made.socket, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def kechuang(open_folder: Path) -> Run:
    """Run ``kechuang`` with an environment of its own; ``KECHUANG_HOME`` is a fresh place unless given."""

    def run(*arguments: str, seconds: float = 120, **environment: str) -> subprocess.CompletedProcess[str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        return subprocess.run(
            [sys.executable, "-m", "kechuang.site.cli", *arguments],
            env={**kept, "KECHUANG_HOME": str(open_folder / "home"), **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=seconds,
            check=False,
        )

    return run
