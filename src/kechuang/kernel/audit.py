"""For whom the connection acts, so that the audit trigger can write the name down.

The trigger reads two settings of the session. A request that may write sets them once
and clears them at its end; a command or a job sets them with ``acting_as``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from kechuang.kernel.access import Actor


@contextmanager
def acting_as(actor: Actor, *, request: str = "") -> Iterator[None]:
    """Have every change made inside recorded as made by ``actor``.

    ``request`` is the identifier of the HTTP request or job. Nested uses end by clearing,
    so a request sets it once, at its outermost.
    """
    _tell(str(actor.user_id or ""), request)
    try:
        yield
    finally:
        _clear()


def _tell(actor: str, request: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('kechuang.actor', %s, false), set_config('kechuang.request', %s, false)",
            [actor, request[:64]],
        )


def _clear() -> None:
    """Forget the actor, unless the transaction is broken: then the rollback forgets it too."""
    if connection.connection is None or connection.needs_rollback:
        return
    _tell("", "")
