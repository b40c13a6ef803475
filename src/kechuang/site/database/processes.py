"""What the operating system says of the server's processes: alive, dead, or a zombie nobody reaps."""

import os
import signal
import subprocess
from pathlib import Path

PROC = Path("/proc")


def is_server_alive(pid: int) -> bool:
    """Say whether ``pid`` is a living postgres; a zombie and a recycled number are not."""
    if PROC.joinpath("self", "stat").exists():
        try:
            state, name = _linux_state(pid)
        except OSError:
            return False
        return state not in "ZX" and name == "postgres"
    said = subprocess.run(  # noqa: S603
        ["/bin/ps", "-o", "stat=,comm=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout.split(maxsplit=1)
    return bool(said) and not said[0].startswith("Z") and "postgres" in said[-1]


def exists(pid: int) -> bool:
    """Say whether the number ``pid`` is taken at all, by a zombie too."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def children_left(data: Path) -> list[int]:
    """Return living processes whose working folder is ``data``: the children a killed server left behind."""
    left = []
    for entry in PROC.glob("[0-9]*"):
        try:
            here = entry.joinpath("cwd").readlink() == data
            if here and _linux_state(int(entry.name))[0] not in "ZX":
                left.append(int(entry.name))
        except OSError:
            continue
    return left


def end_orphans(data: Path) -> None:
    """End servers whose data folder was deleted under them.

    Such a server lives on for up to a minute and then removes "its" socket, which by then is its successor's.
    """
    for entry in PROC.glob("[0-9]*"):
        try:
            gone = str(entry.joinpath("cwd").readlink()) == f"{data} (deleted)"
            if gone and _linux_state(int(entry.name))[1] == "postgres":
                os.kill(int(entry.name), signal.SIGKILL)
        except OSError:
            continue


def _linux_state(pid: int) -> tuple[str, str]:
    text = PROC.joinpath(str(pid), "stat").read_text(errors="replace")
    name, _, rest = text.partition("(")[2].rpartition(")")
    return rest.split()[0], name
