"""The embedded server: made, started, stopped and looked at.

What each step guards against was met for real: a ``C`` locale leaves Chinese without trigrams; a killed
server's number stays taken as a zombie; its children hold the data folder for a moment; a long path does
not fit a socket's name; root may not run it; ten seconds are not enough for crash recovery.
"""

import fcntl
import hashlib
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import psycopg
from psycopg.sql import SQL, Identifier

from kechuang.site.database.account import Account, server_account
from kechuang.site.database.binaries import Binaries, find_binaries
from kechuang.site.database.processes import children_left, end_orphans, exists, is_server_alive
from kechuang.site.home import home
from kechuang.site.stop import Stop

USER = "kechuang"
NAME = "kechuang"
PORT = 5432
SOCKET_PATH_LIMIT = 107 - len("/.s.PGSQL.5432.lock")
START_SECONDS = 300
ZOMBIE_SECONDS = 5.0
BUILTIN_LOCALE_SINCE = 17


@dataclass(frozen=True)
class Cluster:
    """One embedded server and its folder: ``data``, ``run`` (the socket), ``install`` and the log."""

    root: Path
    account: Account = field(default_factory=server_account)

    @property
    def data(self) -> Path:
        """The data folder PostgreSQL owns."""
        return self.root / "data"

    @property
    def log(self) -> Path:
        """The server's log."""
        return self.root / "server.log"

    @property
    def socket(self) -> Path:
        """The folder of the socket: beside the data where the path is short enough, else a short one."""
        near = self.root / "run"
        if (
            len(os.fsencode(near)) <= SOCKET_PATH_LIMIT
            and str(near).isprintable()
            and not set(str(near)) & set("'\",\\")
        ):
            return near
        mark = hashlib.sha256(os.fsencode(self.root)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"kc-{self.account.uid}-{mark}"

    @cached_property
    def binaries(self) -> Binaries:
        """The programs for this data folder, copied near it where the account cannot reach them."""
        version = self.data / "PG_VERSION"
        found = find_binaries(int(version.read_text()) if version.exists() else None)
        if self.account.can_run(found.program("postgres")):
            return found
        return self._copied(found)

    def _copied(self, found: Binaries) -> Binaries:
        """Copy the programs as deep as they stand: they look for their libraries by a relative path."""
        package = found.install.parent
        copy = self.root / "install" / found.version
        programs = copy / package.name / found.install.name / "bin"
        if not programs.exists():
            part = copy.with_name(f"{found.version}.part")
            shutil.rmtree(part, ignore_errors=True)
            shutil.copytree(found.install, part / package.name / found.install.name, symlinks=True)
            libraries = package.with_name(f"{package.name}.libs")
            if libraries.is_dir():
                shutil.copytree(libraries, part / libraries.name)
            for place in (self.root / "install", part, part / package.name):
                place.chmod(0o755)
            part.rename(copy)
        return Binaries(programs, found.version, found.origin)

    def pid(self) -> int | None:
        """Return the number in the lock file, living or not."""
        try:
            return int((self.data / "postmaster.pid").read_text().split(maxsplit=1)[0])
        except (FileNotFoundError, IndexError, ValueError):
            return None

    def is_running(self) -> bool:
        """Say whether the server's process lives."""
        pid = self.pid()
        return pid is not None and is_server_alive(pid)

    def ensure(self) -> bool:
        """Start the server, making it first if need be; return whether this call started it.

        Any number of processes may call this at once: one starts, the others wait and share.
        Raises ``Stop``.
        """
        self._prepare()
        with self._locked():
            if self._answers():
                return False
            if not (self.data / "PG_VERSION").exists():
                self._create()
            self._clear_stale_lock()
            self._start()
            self._create_database()
            return True

    def stop(self) -> bool:
        """Stop the server, ending its connections; return whether it ran."""
        if not self.is_running():
            return False
        with self._locked():
            done = self.account.run([*self._pg_ctl(), "-m", "fast", "-w", "-t", "120", "stop"])
        if done.returncode:
            raise Stop(f"数据库没有停下来，详见日志 {self.log}。")
        return True

    def _prepare(self) -> None:
        self.root.parent.mkdir(parents=True, exist_ok=True)
        self.account.own(self.root)
        self.account.own(self.socket)
        seen = self.socket.lstat()
        if not stat.S_ISDIR(seen.st_mode) or seen.st_uid != self.account.uid:
            raise Stop(f"“{self.socket}” 属于别的帐号，不能放数据库的连接口。请删除它或设置 KECHUANG_HOME。")
        self.socket.chmod(0o700)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with (self.root / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _create(self) -> None:
        end_orphans(self.data.resolve())
        for leftover in self.root.glob("data.new*"):
            shutil.rmtree(leftover)
        fresh = self.root / "data.new"
        command = [self.binaries.program("initdb"), "-D", str(fresh), "-U", USER, "-A", "trust", "-k", "-E", "UTF8"]
        done = self.account.run([*command, *_locale(self.binaries.major), "--no-instructions"])
        if done.returncode:
            raise Stop(_failure("数据库没有建成", done.stderr or done.stdout))
        with (fresh / "postgresql.conf").open("a") as settings:
            settings.write("\ninclude 'kechuang.conf'\n")
        (fresh / "kechuang.conf").touch()
        if self.account.drop:
            os.chown(fresh / "kechuang.conf", self.account.uid, self.account.gid)
        shutil.rmtree(self.data, ignore_errors=True)  # half made: it has no PG_VERSION
        fresh.rename(self.data)

    def _create_database(self) -> None:
        with psycopg.connect(host=str(self.socket), port=PORT, user=USER, dbname="postgres", autocommit=True) as link:
            if not link.execute("SELECT 1 FROM pg_database WHERE datname = %s", (NAME,)).fetchone():
                link.execute(SQL("CREATE DATABASE {}").format(Identifier(NAME)))

    def _settings(self) -> str:
        return (
            "# Written at every start; put your own settings into postgresql.auto.conf by ALTER SYSTEM.\n"
            "listen_addresses = ''\n"
            f"port = {PORT}\n"
            f"unix_socket_directories = '\"{self.socket}\"'\n"
            "unix_socket_permissions = 0700\n"
            "max_connections = 200\n"
            "timezone = 'UTC'\nlog_timezone = 'UTC'\nlc_messages = 'C'\n"
            "jit = off\n"
            # Eight tables joined cost 11 ms to plan and 0.3 ms to read; six cost 3 ms. What filters is joined first.
            "join_collapse_limit = 6\n"
            f"shared_buffers = {buffers_mb(memory_mb())}MB\n"
        )

    def _start(self) -> None:
        (self.data / "kechuang.conf").write_text(self._settings(), encoding="utf-8")
        done = self.account.run([*self._pg_ctl(), "-w", "-t", str(START_SECONDS), "-l", str(self.log), "start"])
        if done.returncode:
            tail = self.log.read_text(errors="replace")[-4000:] if self.log.exists() else done.stderr
            raise Stop(_failure("数据库没有启动", tail, log=self.log))

    def _pg_ctl(self) -> list[str]:
        return [self.binaries.program("pg_ctl"), "-D", str(self.data), "-s"]

    def _answers(self) -> bool:
        """Say whether the server answers, waiting for one that is starting; a killed one never will."""
        deadline = time.monotonic() + START_SECONDS
        while self.is_running():
            try:
                psycopg.connect(host=str(self.socket), port=PORT, user=USER, dbname="postgres").close()
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    raise Stop(f"数据库一直没有就绪，详见日志 {self.log}。") from None
                time.sleep(0.05)
            else:
                return True
        return False

    def _clear_stale_lock(self) -> None:
        """Remove the lock file of a dead server whose number is still taken.

        PostgreSQL removes a plainly stale file itself. Where a zombie or a stranger holds the number it would
        refuse for ever; the file may go only when no child of the dead server is left on the data.
        """
        pid = self.pid()
        if pid is None:
            return
        deadline = time.monotonic() + ZOMBIE_SECONDS
        while exists(pid) or children_left(self.data.resolve()):
            if time.monotonic() > deadline:
                break
            time.sleep(0.05)
        if left := children_left(self.data.resolve()):
            raise Stop(f"上一次的数据库进程（{left[0]}）还没有退出，请稍候再试，或结束该进程。")
        if exists(pid):
            (self.data / "postmaster.pid").unlink(missing_ok=True)


def memory_mb() -> int:
    """Return the machine's memory in MB; nothing where it does not say."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 1024 // 1024
    except (ValueError, OSError):
        return 0


def buffers_mb(memory: int) -> int:
    """Return what of ``memory`` (MB) the database keeps pages in: an eighth, 128 MB at least and 1 GB at most.

    PostgreSQL's own 128 MB make a search over a million titles read the same pages again and again.
    """
    return min(max(memory // 8, 128), 1024)


def _locale(major: int) -> list[str]:
    if major >= BUILTIN_LOCALE_SINCE:
        return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--lc-ctype=C.UTF-8"]
    return ["--locale=C.UTF-8"]


def _failure(what: str, said: str, *, log: Path | None = None) -> str:
    if "No space left on device" in said:
        return f"{what}：磁盘已满。请腾出空间后重试，已提交的数据不受影响。"
    if "Permission denied" in said:
        return f"{what}：没有权限写数据目录。请检查目录属主，或设置 KECHUANG_HOME。"
    if "could not look up effective user ID" in said:
        return f"{what}：当前用户编号在本机没有帐号。请换用有帐号的用户，或设置 DATABASE_URL。"
    last = next((line for line in reversed(said.splitlines()) if "FATAL" in line or "error" in line), "")
    detail = f"（{last.strip()}）" if last else ""
    return f"{what}{detail}。" + (f"详见日志 {log}。" if log else "")


def local_cluster() -> Cluster:
    """Return this installation's embedded server."""
    root = home() / "postgres"
    return Cluster(root, server_account(root))
