"""How often a caller may ask: a number of requests a minute, counted by the database for all processes together."""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.db import connection, transaction
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from kechuang.kernel.audit import source_of

MINUTE = 60

COUNTED = """
INSERT INTO api_usage (caller, minute, count) VALUES (%s, %s, 1)
ON CONFLICT (caller) DO UPDATE
SET count = CASE WHEN api_usage.minute = EXCLUDED.minute THEN api_usage.count + 1 ELSE 1 END,
    minute = EXCLUDED.minute
RETURNING count
"""


@dataclass(frozen=True, slots=True)
class Window:
    """Where a caller stands in the running minute; ``resets_in`` is in seconds."""

    limit: int
    count: int
    resets_in: int

    @property
    def is_over(self) -> bool:
        return self.count > self.limit

    def headers(self) -> dict[str, str]:
        """Return the limit as every answer carries it."""
        told = {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(max(0, self.limit - self.count)),
            "RateLimit-Reset": str(self.resets_in),
        }
        return {**told, "Retry-After": str(self.resets_in)} if self.is_over else told


def window_of(caller: str, *, limit: int) -> Window:
    """Count one request of ``caller`` and return where it stands.

    Losing the last counts in a power cut costs nothing, so the write does not wait for the disk.
    """
    now = time.time()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit TO off")
        cursor.execute(COUNTED, [caller, int(now) // MINUTE])
        (count,) = cursor.fetchone()
    return Window(limit, count, MINUTE - int(now) % MINUTE)


def address_key(request: HttpRequest) -> str:
    """Return the caller's name of an address: a keyed digest, so that the table names nobody."""
    return f"address:{salted_hmac('kechuang.api.limits', source_of(request)).hexdigest()}"
