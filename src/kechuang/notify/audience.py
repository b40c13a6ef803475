"""Who is told of a step, and as what: those the new state waits for, those whose matter it is, those who handled it.

Nothing here is kept: it follows from the process, the offices held today and the room's own access table, so that
nobody is told of what the page would deny.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from kechuang.directory.models import User
from kechuang.directory.selectors import actor_for, offices_at
from kechuang.kernel.access import Actor, Office
from kechuang.kernel.cases import case_of
from kechuang.kernel.desks import Desk, desk_of, places
from kechuang.kernel.models import Move, Stateful
from kechuang.kernel.moves import moves_of
from kechuang.kernel.processes import process_of
from kechuang.notify.texts import Facts, office_named
from kechuang.pure.process import Process, State

ASKING = frozenset({"applicant", "host_admin"})
"""Roles that ask something of the authorities: their decision is told at once, an officer's own entry is not."""
MOST_ASKED = 50


@dataclass(frozen=True, slots=True)
class Told:
    """One person to be told: what, and where it is dealt with."""

    user_id: int
    facts: Facts
    url: str


@dataclass(frozen=True, slots=True)
class Matter:
    """What a step was taken on, as far as telling of it needs: its row, its desk, its process, where it rests now."""

    move: Move
    obj: Stateful
    desk: Desk
    process: Process
    state: State
    on: date


def audience(move: Move, *, on: date) -> list[Told]:
    """Return everybody who is to be told of ``move``, each once, the one who took it never.

    A step that others have since overtaken calls nobody to act: the later one does.
    """
    matter = matter_of(move, on=on)
    if matter is None:
        return []
    told = {**_handlers(matter), **_owners(matter)}
    called = {} if _is_overtaken(move) else _called(matter)
    for user_id, facts in called.items():
        own = told.get(user_id)
        told[user_id] = replace(own, held=facts.held, due=facts.due) if own and _calls(own) else facts
    told.pop(move.actor_id, None)
    url = matter.desk.url(matter.obj)
    return [Told(user_id, facts, url) for user_id, facts in told.items()]


def matter_of(move: Move, *, on: date) -> Matter | None:
    """Return what ``move`` was taken on; ``None`` when it is gone or no room has said how it is named."""
    desk = desk_of(move.content_type_id)
    obj: Any = next(iter(desk.rows([move.object_id])), None) if desk else None
    if desk is None or obj is None:
        return None
    process = process_of(obj.process_version_id)
    return Matter(move, obj, desk, process, process.state(move.target), on)


def _is_overtaken(move: Move) -> bool:
    later = Move.objects.filter(content_type=move.content_type_id, object_id=move.object_id, id__gt=move.pk)
    return later.filter(partial=False).exists()


def _calls(facts: Facts) -> bool:
    """Tell whether ``facts`` already ask the person to act, in better words than the general ones."""
    return facts.situation == "returned"


def _facts(matter: Matter, situation: str, *, with_reason: bool, held: str = "", due: date | None = None) -> Facts:
    move = matter.move
    return Facts(
        situation=situation,
        title=str(matter.desk.title(matter.obj)),
        office=office_named(move.office, move.role),
        step=move.label,
        state=str(matter.state.label),
        reason=move.reason if with_reason else "",
        held=held,
        due=due.isoformat() if due else "",
    )


def _called(matter: Matter) -> dict[int, Facts]:
    """Return those whose office the state waits for: of a case that has a holder, the holder alone."""
    desk, row = matter.desk, matter.obj
    case = case_of(row)
    at = places(desk, row, desk.bounds(row), moves_of(row))
    holder = case.holder_id if case else None
    # Offices that only share a step see it on their desk; they are called when nobody holds the office it waits for.
    waited = seated([one for one in at if one[0] == matter.state.waits_for], on=matter.on, holder=holder)
    held = waited or _in_person(matter) or seated(at, on=matter.on, holder=holder)
    due = case.due_on if case else None
    return {
        user_id: _facts(matter, "act", with_reason=True, held=office.label, due=due) for user_id, office in held.items()
    }


def _in_person(matter: Matter) -> dict[int, Office]:
    """Return those of the row's units to whom the state is open in person: the one who began it, those invited.

    Such a row lies on the desk of no office as a whole, so each holder is asked about; a unit has few of them.
    """
    waits, row = matter.state.waits_for, matter.obj
    leaving = [step for step in matter.process.leaving(matter.state.name) if waits in step.by]
    units = [(waits, bound, key) for bound, key in matter.desk.bounds(row).offices()]
    found: dict[int, Office] = {}
    for user_id, office in offices_at(places=units, on=matter.on)[:MOST_ASKED] if waits and units else ():
        actor = Actor(user_id, (office,), matter.on)
        if user_id not in found and any(matter.desk.access.may_step(actor, step, row) for step in leaving):
            found[user_id] = office
    return found


def seated(at: Iterable[tuple[str, str, int]], *, on: date, holder: int | None) -> dict[int, Office]:
    """Return person → office of those who sit ``at`` these places; of a matter with a holder, the holder alone."""
    held = offices_at(places=at, on=on)
    found = dict(reversed(held))  # an own office is named before a delegated one
    return {holder: found[holder]} if holder is not None and holder in found else found


def _owners(matter: Matter) -> dict[int, Facts]:
    """Return those whose matter it is: who began it, and who took steps as its applicant."""
    moves = _moves_until(matter.move)
    applicant = matter.process.state(matter.process.start).waits_for
    case = case_of(matter.obj)
    owners = {user_id for user_id, role in moves if role == applicant} | {user_id for user_id, _role in moves[:1]}
    owners |= {case.started_by_id} if case and case.started_by_id else set()
    owners.discard(matter.move.actor_id)
    if _is_decided(matter.state):
        facts = _facts(matter, "decided" if applicant in ASKING else "settled", with_reason=True)
    elif matter.move.step == "return" and matter.state.waits_for == applicant:
        facts = _facts(matter, "returned", with_reason=True)
    else:
        facts = _facts(matter, "progressed", with_reason=False)
    return dict.fromkeys(_who_may_see(matter, owners), facts)


def _handlers(matter: Matter) -> dict[int, Facts]:
    """Return those who took a step of what has now come to its end."""
    if not _is_decided(matter.state):
        return {}
    hands = {user_id for user_id, _role in _moves_until(matter.move)} - {matter.move.actor_id}
    facts = _facts(matter, "ended", with_reason=False)
    return dict.fromkeys(_who_may_see(matter, hands), facts)


def _is_decided(state: State) -> bool:
    """Tell whether a case that rests in ``state`` waits for nobody."""
    return state.final or not state.waits_for


def _moves_until(move: Move) -> list[tuple[int, str]]:
    """Return (person, role) of every step taken on the same object, oldest first."""
    found = Move.objects.filter(content_type=move.content_type_id, object_id=move.object_id, id__lte=move.pk)
    return list(found.order_by("id").values_list("actor_id", "role"))


def _who_may_see(matter: Matter, people: set[int]) -> Iterator[int]:
    for user in User.objects.filter(pk__in=people, is_active=True).order_by("pk"):
        if matter.desk.access.may(actor_for(user=user, on=matter.on), "view", matter.obj):
            yield user.pk
