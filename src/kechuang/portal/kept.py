"""Keeping what the public is shown until something changes: never shown stale, never worked out twice.

The audit trail numbers every change of every table, raw SQL included, so its last number says
whether anything changed. A number can be passed by one that committed before it, so what was
worked out while some transaction was still writing is shown but not kept.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar, cast

from django.core.cache import caches
from django.db import connection
from django.utils.translation import get_language

T = TypeVar("T")
SECONDS = 3600
STAMP = """
SELECT coalesce((SELECT id || '-' || transaction FROM kernel_auditevent ORDER BY id DESC LIMIT 1), ''),
       NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()
                   AND backend_type = 'client backend' AND backend_xid IS NOT NULL AND pid <> pg_backend_pid()),
       current_database()
"""


def kept(name: str, day: date, build: Callable[[], T]) -> T:
    """Return what ``build`` returns for the public on ``day``: one query, and ``build``'s only after a change.

    The value must hold no lazy query: whoever reads it later would ask again.
    """
    with connection.cursor() as cursor:
        cursor.execute(STAMP)
        stamp, still, database = cursor.fetchone()
    key = f"portal:{database}:{name}:{day.isoformat()}:{get_language()}"
    cache = caches["local"]
    found: Any = cache.get(key)
    if found is not None and found[0] == stamp:
        return cast("T", found[1])
    value = build()
    if still:
        cache.set(key, (stamp, value), SECONDS)
    return value
