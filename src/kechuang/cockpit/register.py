"""What of the register an actor may count, on many days at once, and the address behind each number.

A number must equal its list, and a list shows what the access table lets the actor see.
Counts therefore take what is open to everybody from the kept deltas, all of them for an
actor who sees the whole city, and add the few hidden entries an office bound to a county,
department or organisation may see beside.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple, cast

from django.db import connection
from django.http import QueryDict
from django.urls import reverse

from kechuang.kernel.access import Actor
from kechuang.plan.counters import Count
from kechuang.platforms.access import ENTRIES
from kechuang.platforms.counting import Question, question_of
from kechuang.platforms.models import RegisterDelta, RegisterEntry

Grain = RegisterDelta.Grain
FIRST, LAST = date(1949, 1, 1), date(2199, 12, 31)
"""The days a page can be asked for."""
BOUNDS = ("county", "department")
Within = Mapping[str, int]
"""A bound on what is counted: key of a county and of a department, by those two words."""
CITY: Within = MappingProxyType({})

COUNTED = """
SELECT part.place, kind.code, part.level, part.county_id, part.department_id, SUM(part.change)::int
FROM unnest(%(grains)s::int[], %(lows)s::date[], %(highs)s::date[], %(places)s::int[])
    AS asked(grain, low, high, place)
CROSS JOIN LATERAL (
    SELECT asked.place, delta.kind_id, delta.level, delta.county_id, delta.department_id, SUM(delta.change) AS change
    FROM platforms_registerdelta AS delta
    WHERE delta.grain = asked.grain AND delta.day >= asked.low AND delta.day < asked.high AND {narrowed}
    GROUP BY delta.kind_id, delta.level, delta.county_id, delta.department_id
) AS part
JOIN platforms_platformkind AS kind ON kind.id = part.kind_id
GROUP BY GROUPING SETS (
    (part.place, kind.code, part.level),
    (kind.code, part.level, part.county_id),
    (kind.code, part.level, part.department_id)
)
"""
"""Changes up to each day asked for, and the stock of every county and department on the last one: one scan.

Each piece of time is summed on its own, because as one join the planner reads the whole table.
"""

KindLevel = tuple[str, str]
"""Code of a type, code of a level."""


@dataclass(frozen=True)
class Holdings:
    """Stocks (个) an actor may see, by type and level: on each day, and on the last one by county and department."""

    by_day: Mapping[date, Counter[KindLevel]]
    by_unit: Mapping[tuple[str, int], Counter[KindLevel]]

    def here(self, day: date, within: Within) -> Counter[KindLevel]:
        """Return the stock of the last ``day``, or what of it lies within one county or department."""
        if not within:
            return self.by_day[day]
        [bound] = within.items()
        return self.by_unit.get(bound, Counter())

    def on(self, day: date, question: Question) -> Counter[str]:
        """Return level → stock of what ``question`` counts on ``day``, its levels in order."""
        stock = self.by_day[day]
        return Counter({level: sum(stock[kind, level] for kind in question.kinds) for level in question.levels})


def holdings(*, actor: Actor, days: Collection[date], within: Within = CITY) -> Holdings:
    """Return what ``actor`` may see at the end of each of ``days``: one query, two for a bounded office."""
    asked = sorted(set(days))
    whole = sees_all(actor)
    told = [f"delta.{column}_id = %({column})s" for column in BOUNDS if column in within]
    narrowed = " AND ".join([*(() if whole else ("NOT delta.sensitive",)), *told]) or "TRUE"
    pieces = list(_pieces(asked))
    with connection.cursor() as cursor:
        cursor.execute(
            COUNTED.format(narrowed=narrowed),
            {
                "grains": [piece.grain for piece in pieces],
                "lows": [piece.low for piece in pieces],
                "highs": [piece.high for piece in pieces],
                "places": [piece.place for piece in pieces],
                **within,
            },
        )
        rows = cursor.fetchall()
    found = _summed(asked, rows)
    if not whole and actor.offices:
        hidden = RegisterEntry.objects.filter(sensitive=True, start__lte=asked[-1]).exclude(level="")
        _add_hidden(found, ENTRIES.visible(hidden.filter(**within), actor))
    return found


def sees_all(actor: Actor) -> bool:
    """Tell whether ``actor`` sees every entry of the register, the hidden ones too."""
    return not ENTRIES.scope(actor)


class _Piece(NamedTuple):
    grain: int
    low: date
    high: date
    place: int


def _pieces(days: Sequence[date]) -> Iterator[_Piece]:
    """Cover the time up to the last of ``days`` without overlap, each piece told by the first day it counts for.

    Whole years and months are taken where they fit, so that no delta is read twice.
    """
    begin = date.min
    for place, day in enumerate(days):
        end = day + timedelta(days=1)
        for grain, low, high in _cover(begin, end):
            yield _Piece(grain, low, high, place)
        begin = end


def _cover(begin: date, end: date) -> Iterator[tuple[int, date, date]]:
    """Yield (grain, from, until before) covering ``begin`` until before ``end``."""
    first, last = _next(begin, month=True), end.replace(day=1)
    if first > last:
        yield Grain.DAY, begin, end
        return
    yield from _some(Grain.DAY, begin, first)
    first_year, last_year = _next(first, month=False), last.replace(month=1)
    if first_year > last_year:
        yield from _some(Grain.MONTH, first, last)
    else:
        yield from _some(Grain.MONTH, first, first_year)
        yield from _some(Grain.YEAR, first_year, last_year)
        yield from _some(Grain.MONTH, last_year, last)
    yield from _some(Grain.DAY, last, end)


def _some(grain: int, low: date, high: date) -> Iterator[tuple[int, date, date]]:
    if low < high:
        yield grain, low, high


def _next(day: date, *, month: bool) -> date:
    """Return ``day`` when it begins a month (or a year), else the first day of the next one."""
    start = day.replace(day=1) if month else day.replace(month=1, day=1)
    if start == day:
        return day
    return (start + timedelta(days=31 if month else 366)).replace(**({"day": 1} if month else {"month": 1, "day": 1}))


def _summed(days: Sequence[date], rows: Iterable[tuple[Any, ...]]) -> Holdings:
    changes: list[Counter[KindLevel]] = [Counter() for _day in days]
    by_unit: dict[tuple[str, int], Counter[KindLevel]] = defaultdict(Counter)
    for place, kind, level, county, department, change in rows:
        if place is not None:
            changes[place][kind, level] = change
        elif county is not None:
            by_unit["county", county][kind, level] = change
        else:
            by_unit["department", department][kind, level] = change
    by_day: dict[date, Counter[KindLevel]] = {}
    stock: Counter[KindLevel] = Counter()
    for day, change in zip(days, changes, strict=True):
        stock = stock.copy()
        stock.update(change)
        by_day[day] = stock
    return Holdings(by_day, by_unit)


def _add_hidden(found: Holdings, entries: Any) -> None:
    days = list(found.by_day)
    units = cast("defaultdict[tuple[str, int], Counter[KindLevel]]", found.by_unit)
    for kind, level, county, department, start, end in entries.values_list(
        "kind__code", "level", "county_id", "department_id", "start", "end"
    ):
        for day in days:
            found.by_day[day][kind, level] += start <= day < end
        units["county", county][kind, level] += start <= days[-1] < end
        units["department", department][kind, level] += start <= days[-1] < end


@dataclass
class Register:
    """The register as one actor counts it for one page: asked once, read by every block.

    ``day`` is the page's day, ``also`` further days the page shows. ``series`` is handed to the
    plan's readings, so that their days and the page's are one question.
    """

    actor: Actor
    day: date
    also: tuple[date, ...] = ()
    within: Within = field(default_factory=dict)
    found: Holdings = field(init=False)

    def ask(self, days: Iterable[date] = ()) -> Holdings:
        """Read ``days``, the page's own ones included; nothing after the page's day."""
        wanted = {day for day in (*days, *self.also, self.day) if day <= self.day}
        self.found = holdings(actor=self.actor, days=wanted, within=self.within)
        return self.found

    def series(self, keys: Sequence[str], days: Sequence[date]) -> dict[str, list[Count]]:
        """Count plan indicators on ``days`` as ``counters.series_of`` does, but only what the actor may see."""
        found = self.ask(days)
        questions = {key: question for key in keys if (question := question_of(key)) is not None}
        return {
            key: [
                Count(sum(parts.values()), parts, self.url(question.kinds, question.levels, on=day))
                for day in days
                for parts in (found.on(day, question),)
            ]
            for key, question in questions.items()
        }

    def url(
        self, kinds: Iterable[str] = (), levels: Iterable[str] = (), *, on: date | None = None, within: Within = CITY
    ) -> str:
        """Return the address of the list behind a number, within the page's own bound too."""
        query = QueryDict(mutable=True)
        query["on"] = (on or self.day).isoformat()
        query.setlist("kind__code", list(kinds))
        query.setlist("level", list(levels))
        for name, key in {**self.within, **within}.items():
            query[name] = str(key)
        return f"{reverse('platforms:list')}?{query.urlencode()}"

    def number(self, levels: Collection[str], *, kinds: Collection[str] = (), within: Within = CITY) -> Number:
        """Return a stock of the page's day with the address of its list; empty ``kinds`` are all of them."""
        here = self.found.here(self.day, within)
        count = sum(stock for (kind, level), stock in here.items() if level in levels and (not kinds or kind in kinds))
        return Number(count, self.url(kinds, levels, within=within))

    def past(self, day: date, levels: Collection[str]) -> Number:
        """Return the stock of all types at ``levels`` on one of the days asked for."""
        count = sum(stock for (_kind, level), stock in self.found.by_day[day].items() if level in levels)
        return Number(count, self.url(levels=levels, on=day))


class Number(NamedTuple):
    """A counted number and the list behind it."""

    value: int
    url: str
