"""Numbers that are given once and leave no gap inside a committed year."""

from __future__ import annotations

from django.db import connection

from kechuang.kernel.models import NumberSeries

_NEXT = """
INSERT INTO "{table}" AS series (code, year, last) VALUES (%s, %s, 1)
ON CONFLICT (code, year) DO UPDATE SET last = series.last + 1 RETURNING last
"""


def take(code: str, year: int) -> int:
    """Return the next number (1, 2, …) of series ``code`` in ``year``.

    The series' row stays locked until the caller's transaction ends, so two takers never
    get the same number and a rolled-back taker leaves no gap. One statement: in the last minutes
    before a deadline everybody waits for whoever holds this row.
    """
    with connection.cursor() as cursor:
        cursor.execute(_NEXT.format(table=NumberSeries._meta.db_table), [code, year])
        (number,) = cursor.fetchone()
    return int(number)


def formatted(code: str, year: int) -> str:
    """Return the next number as it is printed, e.g. ``PT-2023-0007``."""
    return f"{code}-{year}-{take(code, year):04d}"
