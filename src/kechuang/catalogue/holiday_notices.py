"""The seed of the working-day calendar: the State Council's yearly notices as the ``holidays`` package knows them.

The computed table is committed and read as data; a mistake or a late notice is put right in
``workdays_override.csv`` without waiting for a release of the package.
"""

from __future__ import annotations

from datetime import date

FRIDAY = 4
WORKED = "调休上班"


def workday_table(first: int, last: int) -> str:
    """Return the CSV ``day,works,name`` of all days from ``first`` to ``last`` that are not what their weekday says."""
    from holidays import country_holidays  # noqa: PLC0415 (two hundred modules nobody else needs)

    china = country_holidays("CN", years=range(first, last + 1), language="zh_CN")
    years = range(first, last + 1)
    off = [(day, "false", name.split("; ")[0]) for day, name in china.items() if day.weekday() <= FRIDAY]
    worked = [(day, "true", WORKED) for day in getattr(china, "weekend_workdays", ())]
    rows: list[tuple[date, str, str]] = sorted(row for row in [*off, *worked] if row[0].year in years)
    return "day,works,name\n" + "".join(f"{day},{works},{name}\n" for day, works, name in rows)
