"""Which engine answers: PostgreSQL, or the index of the optional one while it holds exactly what the rows say."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from kechuang.brain import tantivy_index
from kechuang.brain.models import Rewritten
from kechuang.brain.tantivy_index import Broken, Generation, Stand

logger = logging.getLogger(__name__)

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
held: dict[Path, Generation] = {}
"""The generation this process has open, one at most for each root."""
told: set[str] = set()
"""What was said already of an index that is not used."""


def is_chosen() -> bool:
    """Tell whether the installation wants the optional engine."""
    return bool(settings.SEARCH["engine"] == "tantivy")


def root() -> Path:
    """Return the folder of the index."""
    return Path(settings.SEARCH["folder"])


def latest() -> Stand:
    """Return how far the rows have come."""
    row = Rewritten.objects.order_by("-pk").first()
    return stand_of(row) if row else Stand()


def stand_of(row: Rewritten) -> Stand:
    """Return the stand of an index that has taken ``row`` in."""
    return Stand(row.pk, (row.written_at - BEGINNING) // timedelta(microseconds=1))


def opened() -> Generation:
    """Return the generation in use, opened once a process. Raises ``Broken``."""
    if not tantivy_index.is_installed():
        raise Broken(_("没有安装 tantivy（pip install kechuang[search]）"))
    here = root()
    folder = tantivy_index.current(here)
    known = held.get(here)
    if known is None or known.folder != folder:
        known = held[here] = tantivy_index.opened(folder)
    return known


def ready() -> Generation | None:
    """Return the generation that holds exactly what the rows say now, ``None`` where PostgreSQL has to answer."""
    if not is_chosen():
        return None
    try:
        generation, now = opened(), latest()
        return generation if generation.stand == now or generation.reload() == now else None
    except Broken as reason:
        tell(reason)
        return None


def tell(reason: Broken) -> None:
    """Say once a process why the index is not used; forget the open one, which may be mended meanwhile."""
    held.pop(root(), None)
    if str(reason) not in told:
        told.add(str(reason))
        logger.warning("the index of the search is not used, PostgreSQL answers: %s", reason)


def trouble() -> str:
    """Return why the chosen engine does not answer, "" where it does or is not wanted; being behind is no trouble."""
    if not is_chosen():
        return ""
    try:
        generation = opened()
        require_known(generation.reload())
    except Broken as reason:
        return _("检索的 tantivy 索引不可用：%(reason)s。现由 PostgreSQL 检索；请运行 kechuang search index。") % {
            "reason": reason
        }
    return ""


def require_known(stand: Stand) -> None:
    """Raise ``Broken`` where the rows do not know the stand: another database, or one put back to an earlier day."""
    row = Rewritten.objects.filter(pk=stand.number).first()
    if row is None or stand_of(row) != stand:
        raise Broken(_("索引与数据库对不上，或落后太多"))
