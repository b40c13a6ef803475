"""Numbers that are given once and leave no gap inside a committed year."""

from __future__ import annotations

from django.db import transaction

from kechuang.kernel.models import NumberSeries


@transaction.atomic
def take(code: str, year: int) -> int:
    """Return the next number (1, 2, …) of series ``code`` in ``year``.

    The series' row stays locked until the caller's transaction ends, so two takers never
    get the same number and a rolled-back taker leaves no gap.
    """
    NumberSeries.objects.bulk_create([NumberSeries(code=code, year=year)], ignore_conflicts=True)
    series = NumberSeries.objects.select_for_update().get(code=code, year=year)
    series.last += 1
    series.save(update_fields=["last"])
    return series.last


def formatted(code: str, year: int) -> str:
    """Return the next number as it is printed, e.g. ``PT-2023-0007``."""
    return f"{code}-{year}-{take(code, year):04d}"
