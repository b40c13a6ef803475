"""What is wanted of a search, and what it found."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from kechuang.brain.models import SearchRow
from kechuang.brain.words import Question

MOST_COUNTED = 1000
MOST_RANKED = 1100
"""A little more than is counted: each more row is read from its own page, which changes neither number nor order."""
PAGE = 20


@dataclass(frozen=True, slots=True)
class Hits:
    """What an engine found: (id, object_id) of the page's rows, best first, how many there are, and under each facet.

    ``capped`` says that there may be more than ``count``.
    """

    keys: list[list[int]]
    count: int
    capped: bool
    facets: dict[str, int]


@dataclass(frozen=True, slots=True)
class Found:
    """What was found: the page's rows, best first, how many there are, and how many under each facet.

    ``count`` and the numbers of ``facets`` stop at what was ranked; ``capped`` says that there may be more.
    ``instead`` is what was probably meant when nothing was found.
    """

    question: Question
    rows: list[SearchRow] = field(default_factory=list)
    count: int = 0
    capped: bool = False
    facets: dict[str, int] = field(default_factory=dict)
    instead: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """How much is asked: ``page`` counts from 1, ``most`` are ranked, ``since`` leaves out what was to be found then.

    ``counting`` asks for the numbers under each facet, and for what was meant where nothing is found.
    """

    facets: tuple[str, ...] = ()
    page: int = 1
    size: int = PAGE
    most: int = MOST_RANKED
    since: datetime | None = None
    counting: bool = True


EVERYTHING = Wanted()
