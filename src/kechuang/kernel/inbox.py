"""What lies on whose desk: one inbox for all roles and all rooms.

A room registers each ``Stateful`` model with a line that names its rows; everything else
follows from the process: a state waits for a role, an office holds the role within its
bound, the access table says on which rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Max, Q

from kechuang.kernel.access import NOTHING, AccessTable, Actor, Office
from kechuang.kernel.models import Move, ProcessVersion, Stateful
from kechuang.kernel.processes import process_of
from kechuang.pure.process import Process, State, Step

MOST = 50


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits for a person: what, at which step, since when, within how many working days."""

    kind: str
    title: str
    url: str
    state: str
    since: datetime | None
    working_days: int | None


@dataclass(frozen=True, slots=True)
class Desk:
    """How rows of one stateful model are named on a desk and where they are dealt with.

    ``prepare`` gets all rows of a desk at once and may hang on them, with one query, what
    ``title`` needs.
    """

    model: type[Stateful]
    access: AccessTable
    title: Callable[[Any], str]
    url: Callable[[Any], str]
    related: tuple[str, ...] = ()
    prepare: Callable[[list[Any]], None] | None = None


_desks: dict[type[Stateful], Desk] = {}


def register(desk: Desk) -> None:
    """Show rows of ``desk.model`` on the desks of those their state waits for."""
    _desks[desk.model] = desk


def waiting_for(actor: Actor, *, most: int = MOST) -> list[Waiting]:
    """Return what waits for ``actor``, longest first; at most ``most`` of each kind.

    Four queries for each kind that has anything waiting, however many rows there are.
    """
    if actor.user_id is None:
        return []
    found = [item for desk in _desks.values() for item in _of_desk(desk, actor, most)]
    return sorted(found, key=lambda item: (item.since is None, item.since))


def _of_desk(desk: Desk, actor: Actor, most: int) -> Iterator[Waiting]:
    wanted = _scope(desk, actor)
    if wanted is None:
        return
    rows = list(desk.model._default_manager.filter(wanted).select_related(*desk.related).order_by("pk")[:most])
    if desk.prepare:
        desk.prepare(rows)
    since = _moved_at(desk.model, [row.pk for row in rows])
    for row in rows:
        process = process_of(row.process_version_id)
        state = process.state(row.state)
        yield Waiting(
            kind=str(desk.model._meta.verbose_name),
            title=desk.title(row),
            url=desk.url(row),
            state=str(state.label),
            since=since.get(row.pk),
            working_days=state.working_days,
        )


def _scope(desk: Desk, actor: Actor) -> Q | None:
    """Return the rows whose state waits for a role the actor holds and that the actor may move on."""
    found: Q | None = None
    for version in ProcessVersion.objects.filter(name=desk.model.process):
        process = process_of(version.pk)
        for state in process.states:
            if _is_awaited(actor, process, state):
                one = Q(process_version=version, state=state.name) & _movable(desk, actor, process.leaving(state.name))
                found = one if found is None else found | one
    return found


def _movable(desk: Desk, actor: Actor, steps: Iterable[Step]) -> Q:
    """Return the rows on which ``actor`` may take one of ``steps``.

    An unbounded scope is the empty ``Q``, which ``|`` would drop: it must win instead.
    """
    scopes = [desk.access.scope(actor, step.name) for step in steps]
    return Q() if not all(scopes) else reduce(or_, scopes, NOTHING)


def _moved_at(model: type[Stateful], keys: list[int]) -> dict[int, datetime]:
    kind = ContentType.objects.get_for_model(model)
    last = Move.objects.filter(content_type=kind, object_id__in=keys).values("object_id").annotate(at=Max("taken_at"))
    return {row["object_id"]: row["at"] for row in last}


def _is_awaited(actor: Actor, process: Process, state: State) -> bool:
    """Tell whether ``state`` waits for an office of ``actor``.

    It waits for its role, and for the offices of other units that may take that role's
    steps: a county's draft lies on the county's desk as a department's on the department's.
    """
    shared = {role for step in process.leaving(state.name) if state.waits_for in step.by for role in step.by}
    return any(
        office.role == state.waits_for or (office.role in shared and _is_of_a_unit(office)) for office in actor.offices
    )


def _is_of_a_unit(office: Office) -> bool:
    return any((office.department_id, office.county_id, office.organisation_id))
