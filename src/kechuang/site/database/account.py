"""Which account of the machine runs the embedded server: PostgreSQL never runs as root."""

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kechuang.site.stop import Stop

ACCOUNTS = ("postgres", "nobody", "daemon")


@dataclass(frozen=True)
class Account:
    """The account under which the server's programs run. ``drop`` is true when root must change to it first."""

    uid: int
    gid: int
    drop: bool

    def run(self, command: Sequence[str], *, seconds: float = 330) -> subprocess.CompletedProcess[str]:
        """Run a program as this account from a folder every account can read, in a UTF-8 locale.

        Output comes back as text; the caller judges the return code.
        """
        path = os.environ.get("PATH", "/usr/bin:/bin")
        clean = {"PATH": path, "LC_ALL": "C.UTF-8", "PGTZ": "UTC", "TZ": "UTC", "HOME": "/"}
        identity = {"user": self.uid, "group": self.gid, "extra_groups": []} if self.drop else {}
        return subprocess.run(  # type: ignore[call-overload,no-any-return]  # noqa: S603 (programs of ours, no shell)
            list(command),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
            timeout=seconds,
            cwd="/",
            env=clean,
            **identity,
        )

    def can_run(self, program: str) -> bool:
        """Say whether this account can reach and run ``program`` with its libraries."""
        try:
            return self.run([program, "--version"], seconds=30).returncode == 0
        except OSError:
            return False

    def own(self, folder: Path) -> None:
        """Make ``folder``, for this account only."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.drop:
            os.chown(folder, self.uid, self.gid)


def server_account(existing: Path | None = None) -> Account:
    """Return the account for the server; a data folder that is there keeps its owner.

    Raises ``Stop`` when root finds no account to change to.
    """
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), drop=False)
    if existing is not None and existing.exists() and existing.stat().st_uid != 0:
        owner = existing.stat()
        return Account(owner.st_uid, owner.st_gid, drop=True)
    for name in ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid:
            return Account(entry.pw_uid, entry.pw_gid, drop=True)
    raise Stop("数据库不能以 root 身份运行，本机也没有 postgres 或 nobody 帐号。请改用普通用户运行。")
