"""Where an installation keeps what it writes: the database, uploaded files, built pages.

Nothing here imports Django, so that the command line can answer before any setting is read.
"""

import hashlib
import os
import pwd
from functools import cache
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[3]


@cache
def checkout() -> Path | None:
    """Return the root of the source checkout, or ``None`` when running from an installed wheel."""
    return SOURCE if (SOURCE / "pyproject.toml").is_file() and (SOURCE / "src").is_dir() else None


def user_data_folder() -> Path:
    """Return the data folder of the person running, also without ``HOME`` and without a passwd entry."""
    if os.geteuid() == 0:
        return Path("/var/lib/kechuang")
    if folder := os.environ.get("XDG_DATA_HOME"):
        return Path(folder) / "kechuang"
    try:
        person = Path(os.environ.get("HOME") or pwd.getpwuid(os.geteuid()).pw_dir)
    except KeyError:
        person = Path("/nonexistent")
    if os.access(person, os.W_OK):
        return person / ".local" / "share" / "kechuang"
    return Path("/tmp") / f"kechuang-{os.geteuid()}"  # noqa: S108 (the folder is made 0700 and its owner is checked)


def open_to_all(folder: Path) -> bool:
    """Say whether any account of this machine can walk into ``folder`` (or where it will be made)."""
    return all(place.stat().st_mode & 0o001 for place in (folder, *folder.parents) if place.exists())


def is_writable(folder: Path) -> bool:
    """Say whether ``folder`` can be written, or made if it is not there."""
    place = next(place for place in (folder, *folder.parents) if place.exists())
    return place.is_dir() and os.access(place, os.W_OK | os.X_OK)


@cache
def home() -> Path:
    """Return the folder that holds everything this installation writes.

    ``KECHUANG_HOME`` wins; then ``var/`` of the checkout, unless it cannot be written, or root runs and
    the database's account could not walk there; then the user's data folder, one per checkout.
    """
    if chosen := os.environ.get("KECHUANG_HOME"):
        return Path(chosen).absolute()
    root = checkout()
    if root is None:
        return user_data_folder()
    near = root / "var"
    if is_writable(near) and (os.geteuid() != 0 or open_to_all(root)):
        return near
    return user_data_folder() / hashlib.sha256(os.fsencode(root)).hexdigest()[:12]
