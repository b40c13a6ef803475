"""Dated values: what held when, answered for any day.

A *track* is one attribute's history: pairs of a half-open span of days and the value that
held in it. Spans of one track never overlap; a day no span covers has no value (``None``).
A register that keeps several tracks (name, host, county, level …) asks ``compose`` for the
maximal periods in which all of them stood still, so that one row answers one day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import TypeVar

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Span:
    """The days from ``start`` up to, but not including, ``end``; ``None`` = still running.

    Raises ``ValueError`` when it would hold no day.
    """

    start: date
    end: date | None = None

    def __post_init__(self) -> None:
        if self.end is not None and self.end <= self.start:
            raise ValueError(f"a span must hold at least one day: {self.start} to {self.end}")

    def __contains__(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day < self.end)

    @property
    def reach(self) -> date:
        """The end as a date that sorts; an open span reaches further than any day.

        ``date.max`` is therefore no end a span may be given by hand.
        """
        return self.end or date.max

    def overlaps(self, other: Span) -> bool:
        """Whether the two share a day."""
        return self.start < other.reach and other.start < self.reach

    def meet(self, other: Span) -> Span | None:
        """Return the days both hold, or ``None``."""
        return between(max(self.start, other.start), min(self.reach, other.reach))


Track = Sequence[tuple[Span, V]]


def between(start: date, reach: date) -> Span | None:
    """Return the span from ``start`` to ``reach`` (``date.max`` = open), or ``None`` if it is empty."""
    if reach <= start:
        return None
    return Span(start, None if reach == date.max else reach)


def ordered(track: Track[V]) -> list[tuple[Span, V]]:
    """Return the track by date; raises ``ValueError`` when two of its spans share a day."""
    rows = sorted(track, key=lambda row: row[0].start)
    for (earlier, _), (later, _) in pairwise(rows):
        if earlier.overlaps(later):
            raise ValueError(f"two values hold on {later.start}")
    return rows


def at(track: Track[V], day: date) -> V | None:
    """Return the value that held on ``day``, or ``None``."""
    return next((value for span, value in track if day in span), None)


def merged(track: Track[V]) -> list[tuple[Span, V]]:
    """Return the track with touching spans of equal value joined."""
    rows: list[tuple[Span, V]] = []
    for span, value in ordered(track):
        if rows and rows[-1][0].end == span.start and rows[-1][1] == value:
            rows[-1] = (Span(rows[-1][0].start, span.end), value)
        else:
            rows.append((span, value))
    return rows


def split(track: Track[V], day: date) -> list[tuple[Span, V]]:
    """Return the track with the span that holds ``day`` cut before it; no day changes its value."""
    rows: list[tuple[Span, V]] = []
    for span, value in ordered(track):
        pieces = (between(span.start, min(day, span.reach)), between(max(day, span.start), span.reach))
        rows += [(piece, value) for piece in pieces if piece]
    return rows


def without(track: Track[V], span: Span) -> list[tuple[Span, V]]:
    """Return the track with no value on the days of ``span``."""
    rows: list[tuple[Span, V]] = []
    for old, value in ordered(track):
        pieces = (between(old.start, min(old.reach, span.start)), between(max(old.start, span.reach), old.reach))
        rows += [(piece, value) for piece in pieces if piece]
    return rows


def replace(track: Track[V], span: Span, value: V) -> list[tuple[Span, V]]:
    """Return the track with ``value`` on the days of ``span`` and every other day as it was."""
    return merged([*without(track, span), (span, value)])


def hull(tracks: Iterable[Track[V]]) -> Span | None:
    """Return the shortest span that holds every span of every track, or ``None`` without any."""
    spans = [span for track in tracks for span, _ in track]
    if not spans:
        return None
    return between(min(span.start for span in spans), max(span.reach for span in spans))


def compose(tracks: Mapping[str, Track[V]]) -> list[tuple[Span, dict[str, V | None]]]:
    """Return the maximal periods in which every track stands still, in order of date.

    Together the periods cover the hull of all spans without gap or overlap; a track that
    holds nothing in a period is ``None`` there; neighbours always differ.
    Raises ``ValueError`` when a track contradicts itself. Cost: spans × log + periods × tracks.
    """
    rows = {name: ordered(track) for name, track in tracks.items()}
    cuts = sorted({day for track in rows.values() for span, _ in track for day in (span.start, span.reach)})
    places = dict.fromkeys(rows, 0)
    periods: list[tuple[Span, dict[str, V | None]]] = []
    for start, reach in pairwise(cuts):
        values = {name: _advance(track, places, name, start) for name, track in rows.items()}
        same = bool(periods) and periods[-1][1] == values
        begin = periods.pop()[0].start if same else start
        periods.append((Span(begin, None if reach == date.max else reach), values))
    return periods


def _advance(track: list[tuple[Span, V]], places: dict[str, int], name: str, day: date) -> V | None:
    """Move the track's pointer past spans that ended by ``day``; days only ever grow."""
    while places[name] < len(track) and track[places[name]][0].reach <= day:
        places[name] += 1
    if places[name] < len(track) and day in track[places[name]][0]:
        return track[places[name]][1]
    return None
