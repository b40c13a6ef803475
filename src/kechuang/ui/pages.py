"""One page of a list by its key: constant work however long the list is.

A page is the rows after (or before) a given row in the list's order, never "skip
200,000". Counts are capped: nobody reads the difference between 1,000 and 1,700 rows in
a foot, and an exact count costs a walk over all of them.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F, Q, QuerySet

COUNT_CAP = 1_000
PAGE_ROWS = 50


@dataclass(frozen=True, slots=True)
class KeysetPage:
    """Rows of one page as tuples of ``paths``; cursors are ``""`` where the list ends."""

    rows: list[dict[str, Any]]
    after: str
    before: str


def keyset_page(
    rows: QuerySet[Any], *, order: tuple[str, ...], paths: tuple[str, ...], cursor: str = "", size: int = PAGE_ROWS
) -> KeysetPage:
    """Return one page of ``rows``.

    ``order`` are columns with an optional leading ``-`` on all of them, the last one
    unique; ``cursor`` is ``""`` or what an earlier page gave as ``after`` or ``before``.
    A cursor that cannot be read starts at the beginning.
    """
    backwards, key = _read(cursor, order)
    descending = order[0].startswith("-")
    columns = tuple(name.lstrip("-") for name in order)
    if key:
        try:
            rows = rows.filter(_beyond(columns, key, greater=descending == backwards))
        except (ValueError, ValidationError):  # a cursor made by hand, with text where the key is a number
            backwards, key = False, []
    falling = descending != backwards
    ordering = [F(name).desc() if falling else F(name).asc() for name in columns]
    found = list(rows.order_by(*ordering).values(*dict.fromkeys((*paths, *columns)))[: size + 1])
    more = len(found) > size
    found = found[:size]
    if backwards:
        found.reverse()
    has_after, has_before = (True, more) if backwards else (more, bool(key))
    return KeysetPage(
        rows=found,
        after=_write("a", found[-1], columns) if found and has_after else "",
        before=_write("b", found[0], columns) if found and has_before else "",
    )


def is_cursor(cursor: str, order: tuple[str, ...]) -> bool:
    """Tell whether ``cursor`` is one that a page of rows in this ``order`` gave; a program is told of any other."""
    return cursor == "" or bool(_read(cursor, order)[1])


def capped_count(rows: QuerySet[Any], cap: int = COUNT_CAP) -> tuple[int, bool]:
    """Return (count, whether it is exact); past ``cap`` the count is ``cap``."""
    number = rows.order_by().values("pk")[: cap + 1].count()
    return (cap, False) if number > cap else (number, True)


def _beyond(columns: tuple[str, ...], key: list[Any], *, greater: bool) -> Q:
    """Compare row-wise: (a, b) > (x, y) is a > x or (a = x and b > y).

    The leading column's bound is repeated on its own, so that an index range is used.
    """
    word = "gt" if greater else "lt"
    wanted = Q()
    for place, name in enumerate(columns):
        equal = Q(**dict(zip(columns[:place], key[:place], strict=True)))
        wanted |= equal & Q(**{f"{name}__{word}": key[place]})
    return Q(**{f"{columns[0]}__{word}e": key[0]}) & wanted


def _write(kind: str, row: dict[str, Any], columns: tuple[str, ...]) -> str:
    values = [row[name] if isinstance(row[name], int | str) else str(row[name]) for name in columns]
    return base64.urlsafe_b64encode(json.dumps([kind, *values], ensure_ascii=False).encode()).decode().rstrip("=")


def _read(cursor: str, order: tuple[str, ...]) -> tuple[bool, list[Any]]:
    if not cursor:
        return False, []
    try:
        parts = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError, UnicodeDecodeError):
        return False, []
    sound = (
        isinstance(parts, list)
        and len(parts) == len(order) + 1
        and parts[0] in ("a", "b")
        and all(_is_plain(part) for part in parts[1:])
    )
    return (parts[0] == "b", parts[1:]) if sound else (False, [])


def _is_plain(part: Any) -> bool:
    """Tell whether ``part`` is a whole number or a text that the database can hold."""
    return isinstance(part, int | str) and not isinstance(part, bool) and "\0" not in str(part)
