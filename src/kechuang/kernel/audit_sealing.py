"""Sealing every two seconds beside the jobs, and telling when nobody seals any more.

What is written is sealed within five seconds of being committed (the goal for 99 of 100 events). Asking
whether anything waits is one look into two indexes; nothing is written while nothing happens.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import DatabaseError, connection
from django.utils import timezone

from kechuang.kernel.audit_seals import pending, seal_now

logger = logging.getLogger(__name__)

EVERY_SECONDS = 2.0
LATE = timedelta(seconds=60)
LAST_SECONDS = 5.0
WAITS = (
    "SELECT coalesce((SELECT max(id) FROM kernel_auditevent), 0) > "
    "coalesce((SELECT max(last) FROM kernel_auditseal), 0)"
)
# Who has written and not yet committed holds up every seal: an event of a smaller number may still come.
LONGEST = (
    "SELECT min(xact_start) FROM pg_stat_activity WHERE datname = current_database() AND backend_xid IS NOT NULL "
    "AND pid <> pg_backend_pid()"
)


@dataclass(frozen=True, slots=True)
class Lateness:
    """How far the seals are behind: how many events wait, since when the oldest does, and who holds them up.

    ``writing_since`` is when the oldest transaction began that has written and still runs.
    """

    waiting: int
    oldest: datetime | None
    writing_since: datetime | None

    @property
    def is_late(self) -> bool:
        """Whether an event has waited longer than ``LATE``."""
        return self.oldest is not None and timezone.now() - self.oldest > LATE

    @property
    def is_held_up(self) -> bool:
        """Whether a long transaction explains it, so that the sealing itself may be alive."""
        return self.is_late and self.writing_since is not None and timezone.now() - self.writing_since > LATE


def lateness() -> Lateness:
    """Measure how far the seals are behind: four queries by indexes."""
    waiting, oldest = pending()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # a transaction would go on seeing who was busy before
        cursor.execute(LONGEST)
        (since,) = cursor.fetchone()
    return Lateness(waiting, oldest, since)


def something_waits() -> bool:
    """Tell whether any event waits for its seal."""
    with connection.cursor() as cursor:
        cursor.execute(WAITS)
        (found,) = cursor.fetchone()
    return bool(found)


@contextmanager
def sealing(*, every: float = EVERY_SECONDS) -> Iterator[None]:
    """Seal in a thread of its own for as long as the block runs, and once more at its end.

    As many processes as like may do it: the database lets one lay seals at a time.
    """
    ended = threading.Event()
    thread = threading.Thread(target=_seal_until, args=(ended, every), name="audit-sealing", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(LAST_SECONDS)


def _seal_until(ended: threading.Event, every: float) -> None:
    try:
        while not ended.wait(every):
            _seal_once()
        _seal_once(patience=1.0)
    finally:
        connection.close()


def _seal_once(*, patience: float = 30.0) -> None:
    """Seal what waits; a database that is away for a moment is asked again with the next turn."""
    try:
        if something_waits():
            seal_now(patience=patience)
    except DatabaseError as error:
        logger.warning("audit: not sealed this time: %s", error)
        connection.close()
