"""Gathers the static files that pages load, once for each change of them."""

import hashlib
from pathlib import Path

from kechuang.site.assets import problems
from kechuang.site.stop import Stop

MARK = ".gathered"


def _fingerprint() -> str:
    """Return a mark of names, sizes and times of every static file; reading their content would cost more."""
    from django.contrib.staticfiles.finders import get_finders

    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            seen = Path(storage.path(name)).stat()
            digest.update(f"{name} {seen.st_size} {seen.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def collect_pages() -> bool:
    """Gather, name by content and compress the static files; return whether anything had to be done.

    Raises ``Stop`` when the browser's parts are not installed. Needs Django set up.
    """
    from django.conf import settings
    from django.core.management import call_command

    if found := problems():
        raise Stop(f"{found[0]}。请运行 make assets（或 python -m kechuang.site.assets）。")
    mark = Path(settings.STATIC_ROOT) / MARK
    fingerprint = _fingerprint()
    if mark.exists() and mark.read_text(encoding="ascii") == fingerprint:
        return False
    call_command("collectstatic", interactive=False, verbosity=0, clear=mark.parent.exists())
    mark.write_text(fingerprint, encoding="ascii")
    return True
