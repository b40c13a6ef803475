"""How what is known hangs together (关系图): the ties around one row, a step or two away, as the asker may see them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from kechuang.kernel.access import Actor
from kechuang.kernel.relations import Place, Tie, ties_of
from kechuang.kernel.search import Searched, registered

MOST = 60
"""The rows drawn and listed at most; what lies farther away goes first."""


@dataclass(frozen=True, slots=True)
class Node:
    """A row as it is named and opened; ``away`` counts the ties between it and the middle."""

    place: Place
    label: str
    note: str
    url: str
    away: int


@dataclass(frozen=True, slots=True)
class Web:
    """Rows and the ties between them; ``more`` tells that rows were left out for want of room."""

    nodes: dict[Place, Node]
    ties: tuple[Tie, ...]
    more: bool

    @property
    def centre(self) -> Node:
        """The row in the middle."""
        return next(iter(self.nodes.values()))

    def kinds(self) -> list[Searched]:
        """Return the kinds that occur, in the order the search offers them."""
        found = {kind for kind, _key in self.nodes}
        return [searched for kind, searched in registered().items() if kind in found]


def web(*, actor: Actor, kind: str, key: int, on: date, steps: int) -> Web | None:
    """Return what hangs together with a row, up to ``steps`` ties away; ``None`` for what the actor may not see.

    The number of queries grows with the kinds and steps, not with the rows.
    """
    nodes = _named([(kind, key)], actor, 0)
    if not nodes:
        return None
    known: dict[Tie, None] = {}
    fresh, more = list(nodes), False
    for away in range(1, steps + 1):
        ties = _ties_around(fresh, on)
        known.update(dict.fromkeys(ties))
        ends = (end for tie in ties for end in (tie.one, tie.other))
        beyond = _named([end for end in dict.fromkeys(ends) if end not in nodes], actor, away)
        fresh = list(beyond)[: max(MOST - len(nodes), 0)]
        more = more or len(fresh) < len(beyond)
        nodes.update({place: beyond[place] for place in fresh})
    seen = tuple(tie for tie in known if tie.one in nodes and tie.other in nodes)
    return Web(nodes, seen, more)


def _ties_around(places: Iterable[Place], on: date) -> list[Tie]:
    return [tie for kind, keys in _by_kind(places).items() for tie in ties_of(kind, keys, on)]


def _named(places: Iterable[Place], actor: Actor, away: int) -> dict[Place, Node]:
    """Return the places that the actor may see, with their names: two queries a kind."""
    found: dict[Place, Node] = {}
    for kind, keys in _by_kind(places).items():
        searched = registered().get(kind)
        if searched is None:
            continue
        visible = list(_visible(searched, keys, actor).values_list("pk", flat=True))
        for document in searched.documents(visible):
            place = (kind, document.key)
            found[place] = Node(place, document.title, document.note, document.url, away)
    return found


def _visible(searched: Searched, keys: list[int], actor: Actor) -> QuerySet[Any]:
    rows = searched.model._default_manager.filter(searched.only, pk__in=keys)
    return searched.access.visible(rows, actor).order_by("pk")


def _by_kind(places: Iterable[Place]) -> dict[str, list[int]]:
    keys: dict[str, list[int]] = defaultdict(list)
    for kind, key in places:
        keys[kind].append(key)
    return keys
