"""How many platforms the register held on any day, by type and level, from the kept deltas.

The stock at the end of a day is the sum of three runs of ``RegisterDelta``: whole years
before its year, whole months of its year before its month, and days of its month. Entries are
not read, so a day in 2015 costs what today costs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from kechuang.platforms.models import PlatformKind

KindLevel = tuple[str, str]
"""Code of the type, code of the level."""

STOCK = """
SELECT asked.day, kind.code, summed.level, summed.stock
FROM unnest(%(days)s::date[], %(months)s::date[], %(years)s::date[]) AS asked(day, month, year)
CROSS JOIN LATERAL (
    SELECT delta.kind_id, delta.level, SUM(delta.change) AS stock
    FROM (
        SELECT * FROM platforms_registerdelta WHERE grain = 3 AND day < asked.year
        UNION ALL
        SELECT * FROM platforms_registerdelta WHERE grain = 2 AND day >= asked.year AND day < asked.month
        UNION ALL
        SELECT * FROM platforms_registerdelta WHERE grain = 1 AND day >= asked.month AND day <= asked.day
    ) AS delta
    WHERE {narrowed}
    GROUP BY delta.kind_id, delta.level
    HAVING SUM(delta.change) <> 0
) AS summed
JOIN platforms_platformkind AS kind ON kind.id = summed.kind_id
"""
# Types are looked up once, outside the sum: as a join they would turn the plan round and read every day.
OF_KINDS = "delta.kind_id = ANY(ARRAY(SELECT id FROM platforms_platformkind WHERE code = ANY(%(kinds)s)))"


def stocks(
    days: Sequence[date],
    *,
    kinds: Collection[str] = (),
    levels: Collection[str] = (),
    county_id: int | None = None,
    department_id: int | None = None,
    open_only: bool = False,
) -> dict[date, Counter[KindLevel]]:
    """Return day → (type, level) → stock (个) at the end of each of ``days``: one query.

    Empty ``kinds`` and ``levels`` mean all of them; ``open_only`` leaves out what the public must not see.
    """
    narrowed, values = _narrowed(kinds, levels, county_id, department_id, open_only=open_only)
    found: dict[date, Counter[KindLevel]] = {day: Counter() for day in days}
    with connection.cursor() as cursor:
        cursor.execute(
            STOCK.format(narrowed=narrowed),
            {
                **values,
                "days": list(found),
                "months": [day.replace(day=1) for day in found],
                "years": [day.replace(month=1, day=1) for day in found],
            },
        )
        for day, kind, level, number in cursor.fetchall():
            found[day][kind, level] = int(number)
    return found


def platform_counts(
    on: date,
    *,
    kinds: Collection[str] = (),
    levels: Collection[str] = (),
    county_id: int | None = None,
    department_id: int | None = None,
    open_only: bool = False,
) -> Counter[KindLevel]:
    """Return (type, level) → stock (个) at the end of ``on``."""
    return stocks(
        [on],
        kinds=kinds,
        levels=levels,
        county_id=county_id,
        department_id=department_id,
        open_only=open_only,
    )[on]


def kind_keys() -> dict[str, int]:
    """Return code → key of every type; lists are filtered by keys."""
    return dict(PlatformKind.objects.values_list("code", "pk"))


def base_gap(*, base: int, registered: int) -> str:
    """Say how far the register has caught up with the base period's figure; nothing is made up to close the gap."""
    told = {"base": base, "registered": registered, "missing": base - registered}
    if registered < base:
        return _("基期 %(base)s 家，登记 %(registered)s 家，待补录 %(missing)s 家") % told
    if registered > base:
        return _("基期 %(base)s 家，登记 %(registered)s 家，多出 %(more)s 家待核对") % {
            **told,
            "more": -told["missing"],
        }
    return _("基期 %(base)s 家，已全部登记") % told


def _narrowed(
    kinds: Collection[str],
    levels: Collection[str],
    county_id: int | None,
    department_id: int | None,
    *,
    open_only: bool,
) -> tuple[str, dict[str, Any]]:
    bounds: dict[str, tuple[str, Any]] = {
        "kinds": (OF_KINDS, sorted(kinds) or None),
        "levels": ("delta.level = ANY(%(levels)s)", sorted(levels) or None),
        "county": ("delta.county_id = %(county)s", county_id),
        "department": ("delta.department_id = %(department)s", department_id),
        "hidden": ("delta.sensitive = %(hidden)s", False if open_only else None),
    }
    given = {name: bound for name, bound in bounds.items() if bound[1] is not None}
    clauses = ["TRUE", *(clause for clause, _value in given.values())]
    return " AND ".join(clauses), {name: value for name, (_clause, value) in given.items()}
