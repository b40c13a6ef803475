"""Saves a whole installation into one file and brings it back: the database and the uploaded files."""

import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from kechuang.site.database.address import Address
from kechuang.site.database.binaries import all_binaries
from kechuang.site.stop import Stop

DATABASE_MEMBER = "database.dump"
MEDIA_MEMBER = "media"
TABLES = (
    "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE c.relkind IN ('r', 'p') AND n.nspname = 'public'"
)


def _server_major(address: Address) -> int:
    with address.connect() as link:
        return link.info.server_version // 10_000


def _program(name: str, address: Address) -> str:
    """Return ``pg_dump`` or ``pg_restore`` new enough for the server."""
    major = _server_major(address)
    for found in all_binaries():
        if found.major >= major:
            return found.program(name)
    raise Stop(f"本机没有能配合 PostgreSQL {major} 的 {name}。请安装同版本的 PostgreSQL 客户端。")


def _run(command: Sequence[str], address: Address) -> None:
    """Run one program; the password goes by the environment, where no list of processes shows it."""
    secret = {"PGPASSWORD": address.password} if address.password else {}
    options = {f"PG{name.upper()}": value for name, value in address.options.items() if name.startswith("ssl")}
    done = subprocess.run(  # noqa: S603 (programs found by us, no shell)
        command,
        env={**os.environ, **secret, **options, "LC_ALL": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        if "No space left" in done.stderr:
            raise Stop("磁盘已满，没有写完。请腾出空间后重试。")
        last = done.stderr.strip().splitlines()[-1:] or ["没有说明"]
        raise Stop(f"{Path(command[0]).name} 没有完成：{last[0]}")


def _where(address: Address) -> list[str]:
    named = {"--host": address.host, "--port": address.port, "--username": address.user, "--dbname": address.name}
    return [f"{option}={value}" for option, value in named.items() if value]


def save(target: Path, *, address: Address, media: Path, tell: Callable[[str], None]) -> None:
    """Write database and uploaded files to ``target``; nothing appears under that name before it is whole."""
    with tempfile.TemporaryDirectory(prefix="kechuang-dump-", dir=target.parent) as scratch:
        dump = Path(scratch) / DATABASE_MEMBER
        tell("正在导出数据库……")
        _run(
            [_program("pg_dump", address), "--format=custom", "--no-owner", f"--file={dump}", *_where(address)], address
        )
        part = Path(scratch) / "whole.tar"
        tell("正在打包上传的文件……")
        with tarfile.open(part, "w") as archive:
            archive.add(dump, DATABASE_MEMBER)
            if media.is_dir():
                archive.add(media, MEDIA_MEMBER)
        part.chmod(0o600)
        part.replace(target)


def restore(source: Path, *, address: Address, media: Path, tell: Callable[[str], None]) -> None:
    """Bring back what ``save`` wrote, into an empty database and an empty media folder only. Raises ``Stop``."""
    with address.connect() as link:
        row = link.execute(TABLES).fetchone()
    if row != (0,):
        raise Stop("目标数据库不是空的，恢复会覆盖已有数据。请先准备一个空库（如换一个 KECHUANG_HOME 或新建库）。")
    if media.is_dir() and any(media.iterdir()):
        raise Stop(f"上传文件目录 {media} 不是空的。请先移走其中的文件。")
    media.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="kechuang-restore-", dir=media.parent) as scratch:
        tell("正在解开备份……")
        try:
            with tarfile.open(source) as archive:
                archive.extractall(scratch, filter="data")
        except tarfile.TarError:
            raise Stop(f"“{source}” 不是 kechuang db dump 写出的备份。") from None
        dump = Path(scratch) / DATABASE_MEMBER
        if not dump.is_file():
            raise Stop(f"“{source}” 里没有数据库，不是完整的备份。")
        tell("正在恢复数据库……")
        command = [_program("pg_restore", address), "--no-owner", "--exit-on-error", "--single-transaction"]
        _run([*command, *_where(address), str(dump)], address)
        unpacked = Path(scratch) / MEDIA_MEMBER
        if unpacked.is_dir():
            shutil.rmtree(media, ignore_errors=True)
            unpacked.rename(media)
