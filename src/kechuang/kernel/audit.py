"""For whom the connection acts, so that the audit trigger can write the name down.

The trigger reads two settings of the session. A request that may write sets them once
and clears them at its end; a command or a job sets them with ``acting_as``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address

from django.conf import settings
from django.db import connection
from django.http import HttpRequest

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


def source_of(request: HttpRequest) -> str:
    """Return the address that asks, read behind as many proxies as the operator trusts; "" when none can be read.

    What the asker writes into ``X-Forwarded-For`` stands left of what the trusted proxies add, and is never read.
    """
    proxies = int(getattr(settings, "ALLAUTH_TRUSTED_PROXY_COUNT", 0) or 0)
    told = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    address = told[-proxies] if proxies and len(told) >= proxies else str(request.META.get("REMOTE_ADDR", ""))
    try:
        return str(ip_address(address))
    except ValueError:
        return ""
