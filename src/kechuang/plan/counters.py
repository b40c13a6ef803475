"""Where an indicator's number comes from.

The plan lies below the registers it is measured by and cannot import them: a register
hands its counting function up here when the program starts. A key is the code of an
indicator in the catalogue (``catalogue/<city>/indicators.yaml``), and has one owner.

All counts are stocks (个) at the end of a day; a day in the past is answered as exactly
as today.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date
from functools import wraps
from typing import Any, Protocol

from kechuang.kernel.access import Actor


@dataclass(frozen=True, slots=True)
class Count:
    """A stock (个) on a day: in all, by level code, and the address of the list behind it."""

    total: int
    parts: Mapping[str, int] = field(default_factory=dict)
    url: str = ""


class Counter(Protocol):
    """Count the stock at the end of ``on``, in the whole city or in one county or department."""

    def __call__(self, on: date, *, county_id: int | None = None, department_id: int | None = None) -> Count: ...


class Together(Protocol):
    """Count several indicators on several days at once: for each key one ``Count`` a day, in order.

    With an ``actor`` only what that person may see is counted; without one, everything.
    """

    def __call__(
        self,
        keys: Sequence[str],
        days: Sequence[date],
        *,
        county_id: int | None = None,
        department_id: int | None = None,
        actor: Actor | None = None,
    ) -> Mapping[str, Sequence[Count]]: ...


class Restated(Protocol):
    """Sum the change (个) after ``since`` until the end of ``until`` that is no progress (口径调整)."""

    def __call__(self, since: date, until: date) -> int: ...


@dataclass(frozen=True, slots=True)
class Source:
    """What is known of how a key is counted."""

    counter: Counter
    together: Together | None = None
    restated: Restated | None = None
    label: str = ""


_sources: dict[str, Source] = {}


def register(
    key: str,
    counter: Counter,
    *,
    together: Together | None = None,
    restated: Restated | None = None,
    label: str = "",
) -> None:
    """Register how ``key`` is counted. Registering the same counter again is harmless.

    ``together`` answers many keys and days in one query; keys that share it are asked
    in one call. Without it the counter is asked once a day. ``label`` is the indicator's
    Chinese name; an imported plan's rows of that name are counted by it.
    """
    source = Source(counter, together, restated, label)
    if _sources.setdefault(key, source) != source:
        raise ValueError(f"indicator {key} is already counted by {_sources[key].counter}")


def unregister(key: str) -> None:
    """Forget ``key``; for a register that is switched off, and for tests."""
    _sources.pop(key, None)


def registered() -> frozenset[str]:
    """Return every key somebody counts."""
    return frozenset(_sources)


def labels() -> dict[str, str]:
    """Return key → Chinese name, in order of the key; the key itself where no name was given."""
    return {key: source.label or key for key, source in sorted(_sources.items())}


_asker: ContextVar[Actor | None] = ContextVar("asker", default=None)


@contextmanager
def as_seen_by(actor: Actor) -> Iterator[None]:
    """Count inside only what ``actor`` may see, so that a number on a page equals the list it opens."""
    token = _asker.set(actor)
    try:
        yield
    finally:
        _asker.reset(token)


def counted_for_the_asker(view: Callable[..., Any]) -> Callable[..., Any]:
    """Have a view count what the person asking may see; what is stored counts everything."""

    @wraps(view)
    def counting(request: Any, *arguments: Any, **named: Any) -> Any:
        with as_seen_by(request.actor):
            return view(request, *arguments, **named)

    return counting


def count(key: str, on: date, *, county_id: int | None = None, department_id: int | None = None) -> Count | None:
    """Return the stock of ``key`` on ``on``, or ``None`` when nobody counts it."""
    return counts([key], on, county_id=county_id, department_id=department_id).get(key)


def counts(
    keys: Sequence[str], on: date, *, county_id: int | None = None, department_id: int | None = None
) -> dict[str, Count]:
    """Return key → stock on ``on`` for those keys that somebody counts."""
    rows = series_of(keys, [on], county_id=county_id, department_id=department_id)
    return {key: stocks[0] for key, stocks in rows.items()}


def series(
    key: str, days: Sequence[date], *, county_id: int | None = None, department_id: int | None = None
) -> list[Count]:
    """Return one ``Count`` for each of ``days``; empty when nobody counts ``key``."""
    return series_of([key], days, county_id=county_id, department_id=department_id).get(key, [])


def series_of(
    keys: Sequence[str], days: Sequence[date], *, county_id: int | None = None, department_id: int | None = None
) -> dict[str, list[Count]]:
    """Return key → one ``Count`` a day for those keys that somebody counts."""
    bound = {"county_id": county_id, "department_id": department_id}
    shared: dict[Together, list[str]] = defaultdict(list)
    answer: dict[str, list[Count]] = {}
    for key in dict.fromkeys(key for key in keys if key in _sources):
        source = _sources[key]
        if source.together is None:
            answer[key] = [source.counter(day, **bound) for day in days]
        else:
            shared[source.together].append(key)
    for together, its_keys in shared.items():
        found = together(its_keys, days, **bound, actor=_asker.get())
        answer.update({key: list(stocks) for key, stocks in found.items()})
    return answer


def restated(key: str, since: date, until: date) -> int:
    """Return the change (个) after ``since`` until the end of ``until`` that is no progress."""
    source = _sources.get(key)
    return source.restated(since, until) if source and source.restated else 0
