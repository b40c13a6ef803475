"""Whose desk a row lies on, and how a room names its rows there.

A room registers each ``Stateful`` model once. Which offices a row waits for follows from its
process; whether such an office reaches the row is asked of the room's access table, so
that no desk can show what the page would deny.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from operator import or_
from types import MappingProxyType
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Case as Choice
from django.db.models import Q, Value, When

from kechuang.kernel.access import NOTHING, AccessTable, Actor, Office
from kechuang.kernel.models import Move, Stateful
from kechuang.kernel.processes import process_of
from kechuang.pure.process import Process, Step

CITY, PERSON = "city", "person"
UNITS = ("department", "county", "organisation")


@dataclass(frozen=True, slots=True)
class Bounds:
    """The units a row belongs to and the people it was given to; keys, none where there is none.

    The first of each is what lists print and filter by.
    """

    organisations: tuple[int, ...] = ()
    counties: tuple[int, ...] = ()
    departments: tuple[int, ...] = ()
    people: tuple[int, ...] = ()

    def offices(self) -> Iterator[tuple[str, int]]:
        """Yield every bound an office could have that reaches the row."""
        for name, keys in zip(UNITS, (self.departments, self.counties, self.organisations), strict=True):
            yield from ((name, key) for key in keys)


def bounds_by_columns(row: Any) -> Bounds:
    """Read the bounds off ``department_id``, ``county_id`` and ``organisation_id`` where a row has them."""

    def key(name: str) -> tuple[int, ...]:
        found = getattr(row, name, None)
        return () if found is None else (found,)

    return Bounds(key("organisation_id"), key("county_id"), key("department_id"))


@dataclass(frozen=True, slots=True)
class Desk:
    """How rows of one stateful model are named on a desk and where they are dealt with.

    ``prepare`` gets all rows of a desk at once and may hang on them, with one query, what
    ``title``, ``number`` and ``bounds`` need. ``starter`` gives the key of who began the matter; without
    it, whoever entered the row. ``due`` gives the day a matter sets itself, where its state has no
    working days of its own. ``acts`` are the steps that need no more than a press, by
    name: the room's own service, called with the row and the actor.
    """

    model: type[Stateful]
    access: AccessTable
    title: Callable[[Any], str]
    url: Callable[[Any], str]
    related: tuple[str, ...] = ()
    prepare: Callable[[list[Any]], None] | None = None
    number: Callable[[Any], str] = lambda row: str(getattr(row, "number", "") or "")
    bounds: Callable[[Any], Bounds] = bounds_by_columns
    starter: Callable[[Any], int | None] | None = None
    due: Callable[[Any], date | None] | None = None
    acts: Mapping[str, Callable[[Any, Actor], object]] = field(default_factory=lambda: MappingProxyType({}))

    def rows(self, keys: Iterable[int], where: Q | None = None) -> list[Any]:
        """Return the rows of ``keys`` that ``where`` allows, ready to be named, in the order of their keys."""
        found = self.model._default_manager.filter(where or Q(), pk__in=list(keys))
        rows = list(found.select_related(*self.related).order_by("pk"))
        if self.prepare and rows:
            self.prepare(rows)
        return rows


_desks: dict[type[Stateful], Desk] = {}


def register(desk: Desk) -> None:
    """Keep a case for every row of ``desk.model``, on the desks of those its state waits for."""
    _desks[desk.model] = desk


def desks() -> dict[type[Stateful], Desk]:
    """Return every registered desk by its model."""
    return dict(_desks)


def desk_of(content_type_id: int) -> Desk | None:
    """Return the desk of a case's objects, ``None`` when its room is not there any more."""
    model = ContentType.objects.get_for_id(content_type_id).model_class()
    return _desks.get(model) if model else None  # type: ignore[arg-type]


def awaited(process: Process, state: str) -> dict[str, list[Step]]:
    """Return the roles whose offices a state waits for, with the steps they may take.

    It waits for its role, and for the offices of other units that may take that role's
    steps: a county's draft lies on the county's desk as a department's on the department's.
    """
    role, leaving = process.state(state).waits_for, process.leaving(state)
    if not role:
        return {}
    shared = {one for step in leaving if role in step.by for one in step.by}
    return {one: [step for step in leaving if one in step.by] for one in sorted({role, *shared})}


def places(desk: Desk, row: Any, bounds: Bounds, moves: Iterable[Move]) -> list[tuple[str, str, int]]:
    """Return (role, bound, key) of every kind of office whose desk the row lies on: one query.

    Each is put to the access table as an office of its own: it must see the row and be able to take a step.
    """
    process = process_of(row.process_version_id)
    main, signed = process.state(row.state).waits_for, _signed(moves)
    found: dict[tuple[str, str, int], Q] = {}
    for role, steps in awaited(process, row.state).items():
        if any(step.each_role and (step.name, role) in signed for step in steps):
            continue  # it has signed and waits for the other roles
        people = ((PERSON, key) for key in bounds.people if role == main)
        for bound, key in ((CITY, 0), *bounds.offices(), *people):
            found[(role, bound, key)] = _reaches(desk.access, steps, _office(role, bound, key, bounds), bound, key)
    choices = {f"desk{number}": _yes(where) for number, where in enumerate(found.values())}
    if not choices:
        return []
    answer = desk.model._default_manager.filter(pk=row.pk).annotate(**choices).values_list(*choices).get()
    open_to = [place for place, yes in zip(found, answer, strict=True) if yes]
    whole = {role for role, bound, _key in open_to if bound == CITY}
    # An office without a bound sees all there is: one line says it. Steps shared with it do not make it wait.
    return [(role, bound, key) for role, bound, key in open_to if (bound == CITY and role == main) or role not in whole]


def _signed(moves: Iterable[Move]) -> set[tuple[str, str]]:
    signed: set[tuple[str, str]] = set()
    for move in moves:
        signed = {*signed, (move.step, move.role)} if move.partial else set()
    return signed


def _office(role: str, bound: str, key: int, bounds: Bounds) -> Office:
    """Return the office whose desk is asked about; a person is asked as holding it in the row's own units."""
    if bound == PERSON:
        units = zip(UNITS, (bounds.departments, bounds.counties, bounds.organisations), strict=True)
        return Office(role, **{f"{name}_id": keys[0] for name, keys in units if keys})  # type: ignore[arg-type]
    return Office(role, **({f"{bound}_id": key} if bound in UNITS else {}))  # type: ignore[arg-type]


def _reaches(access: AccessTable, steps: list[Step], office: Office, bound: str, key: int) -> Q:
    actor = Actor(user_id=key if bound == PERSON else 0, offices=(office,))
    scopes = [access.step_scope(actor, step) for step in steps]
    # An unbounded scope is the empty ``Q``, which ``|`` would drop: it must win instead.
    movable = NOTHING if not scopes else Q() if not all(scopes) else reduce(or_, scopes)
    seen = access.scope(actor)
    return movable & seen


def _yes(where: Q) -> Any:
    return Choice(When(where, then=Value(value=True)), default=Value(value=False)) if where else Value(value=True)
