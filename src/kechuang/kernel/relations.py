"""What is tied to what: every room says here how its rows hang together with those of others.

A room names rows by the kind and key the search knows them by (``kernel.search``), so that their names, pages and
rights are said once. Whoever may not see an end of a tie does not see the tie.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

Place = tuple[str, int]
"""Kind (as in ``kernel.search``) and key of a row."""


@dataclass(frozen=True, slots=True)
class Tie:
    """``one`` is tied to ``other`` as ``word`` says (依托单位), since a day and until before another, where known."""

    one: Place
    other: Place
    word: Any
    since: date | None = None
    until: date | None = None


Ties = Callable[[str, Sequence[int], date], Iterable[Tie]]
_known: dict[str, Ties] = {}


def register(name: str, ties: Ties) -> None:
    """Have ``ties(kind, keys, on)`` asked: every tie of rows ``keys`` of ``kind`` that holds on ``on``."""
    if _known.setdefault(name, ties) is not ties:
        raise ValueError(f"ties of {name} are registered already")


def ties_of(kind: str, keys: Sequence[int], on: date) -> list[Tie]:
    """Return every room's ties of the rows ``keys`` of ``kind`` on ``on``, each once."""
    found = (tie for _name, ties in sorted(_known.items()) for tie in ties(kind, keys, on))
    return list(dict.fromkeys(found))
