"""Cases: one derived row for every object that moves along a process, kept in step with it.

A room registers each ``Stateful`` model with a line that names its rows and their units
(``register``), and says when an object has begun (``opened``) or its name or units have
changed (``changed``). Moves are followed by themselves. On whose desk a case lies is asked of
the room's own access table, office by office, so that no desk can show what the page
would deny. ``cases_rebuild`` makes every row again and finds nothing to change.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone, translation

from kechuang.catalogue.whole import Catalogue
from kechuang.kernel.calendar_days import calendar
from kechuang.kernel.clock import Clock, clock_of, stays_of, warn_day
from kechuang.kernel.desks import Desk, desks, places
from kechuang.kernel.models import AuditEvent, Case, CaseAct, CaseDesk, CaseHand, Move, Stateful
from kechuang.kernel.processes import process_of
from kechuang.pure.workdays import Calendar

BATCH = 200


def case_of(obj: Stateful) -> Case | None:
    """Return the case of ``obj``."""
    kind = ContentType.objects.get_for_model(obj)
    return Case.objects.filter(content_type=kind, object_id=obj.pk).select_related("holder", "started_by").first()


def opened(obj: Stateful) -> None:
    """Open the case of an object that has just begun; called at the end of the service that began it."""
    _kept(type(obj), [obj.pk])


def changed(*objs: Stateful) -> None:
    """Bring the cases of ``objs`` up to date after their name, number or units have changed."""
    keys: dict[type[Stateful], list[int]] = defaultdict(list)
    for obj in objs:
        keys[type(obj)].append(obj.pk)
    for model, found in keys.items():
        _kept(model, found)


def moved(move: Move) -> None:
    """Follow a move, inside its transaction."""
    model = move.content_type.model_class()
    if model is not None and issubclass(model, Stateful):
        _kept(model, [move.object_id])


_waiting: ContextVar[dict[type[Stateful], set[int]] | None] = ContextVar("cases that are kept later", default=None)


@contextmanager
def kept_at_the_end() -> Iterator[None]:
    """Keep the cases of everything done inside once, at the end and in bulk; for loading, never for a person's act.

    The caller holds one transaction around it: nobody sees a case that lags behind its object.
    """
    waiting: dict[type[Stateful], set[int]] = defaultdict(set)
    token = _waiting.set(waiting)
    try:
        yield
    finally:
        _waiting.reset(token)
    for model, keys in waiting.items():
        cases_keep(model, sorted(keys))


def _kept(model: type[Stateful], keys: list[int]) -> None:
    if model not in desks():
        return
    waiting = _waiting.get()
    if waiting is None:
        cases_keep(model, keys)
    else:
        waiting[model].update(keys)


@transaction.atomic(savepoint=False)  # what goes wrong in here undoes the act it follows
def cases_keep(model: type[Stateful], keys: Sequence[int]) -> None:
    """Make the cases of these rows say what the rows, moves and acts say now."""
    desk, kind = desks()[model], ContentType.objects.get_for_model(model)
    today = Day(timezone.localdate(), calendar())
    with translation.override(settings.LANGUAGE_CODE):  # what is stored to be searched is in one language
        for start in range(0, len(keys), BATCH):
            part = list(keys[start : start + BATCH])
            rows = desk.rows(part)
            kept = _locked(kind, part)
            history = _History(kind, model, part)
            for row in rows:
                _keep(desk, row, kept.get(row.pk), history, today)
            gone = set(part) - {row.pk for row in rows}
            Case.objects.filter(content_type=kind, object_id__in=gone).delete()


def cases_rebuild() -> int:
    """Make every case again; return how many there are (件)."""
    for model in desks():
        kind = ContentType.objects.get_for_model(model)
        known = Case.objects.filter(content_type=kind).values_list("object_id", flat=True)
        cases_keep(model, sorted({*known, *model._default_manager.values_list("pk", flat=True)}))
    return Case.objects.count()


def cases_missing() -> dict[str, int]:
    """Return model → how many rows have no case, or cases no row (个); empty when all is well. Two queries each."""
    found = {}
    for model in desks():
        kind = ContentType.objects.get_for_model(model)
        cases = Case.objects.filter(content_type=kind)
        rows = model._default_manager.all()
        lacking = rows.exclude(pk__in=cases.values("object_id")).count()
        left_over = cases.exclude(object_id__in=rows.values("pk")).count()
        if lacking + left_over:
            found[model._meta.label] = lacking + left_over
    return found


def cases_complete() -> int:
    """Open the cases that are missing and drop those whose object is gone; return how many rows were looked at."""
    looked = 0
    for model in desks():
        kind = ContentType.objects.get_for_model(model)
        cases = Case.objects.filter(content_type=kind)
        rows = model._default_manager.all()
        keys = {
            *rows.exclude(pk__in=cases.values("object_id")).values_list("pk", flat=True),
            *cases.exclude(object_id__in=rows.values("pk")).values_list("object_id", flat=True),
        }
        cases_keep(model, sorted(keys))
        looked += len(keys)
    return looked


def complete_after_loading(catalogue: Catalogue) -> None:
    """Open cases of what a catalogue brought, and of rows from before there were cases."""
    cases_complete()


def cases_differ() -> list[str]:
    """Rebuild inside a transaction that is undone, and return the cases that would change, as texts."""
    with transaction.atomic():
        before = _snapshot()
        cases_rebuild()
        after = _snapshot()
        transaction.set_rollback(True)
    return sorted(
        f"{key}: {before.get(key)} → {after.get(key)}" for key in {*before, *after} if before.get(key) != after.get(key)
    )


@dataclass(frozen=True, slots=True)
class Day:
    """The day on which clocks are read, and the calendar they are read by."""

    today: date
    calendar: Calendar


class _History:
    """What is known of the past of some rows: moves, hand-overs, entry. Two or three queries for all of them."""

    def __init__(self, kind: ContentType, model: type[Stateful], keys: list[int]) -> None:
        self.kind = kind
        self.moves: dict[int, list[Move]] = defaultdict(list)
        for move in Move.objects.filter(content_type=kind, object_id__in=keys).order_by("id"):
            self.moves[move.object_id].append(move)
        self.table, self.keys = model._meta.db_table, keys
        self.assigned: dict[int, list[CaseAct]] = defaultdict(list)
        acts = CaseAct.objects.filter(case__content_type=kind, case__object_id__in=keys)
        for act in acts.filter(kind=CaseAct.Kind.ASSIGN, undone_at=None).select_related("case").order_by("id"):
            self.assigned[act.case.object_id].append(act)

    @cached_property
    def entered(self) -> dict[int, tuple[datetime, int | None]]:
        """Return row → when and by whom it was entered; asked only where neither the case nor the desk knows."""
        rows = [str(key) for key in self.keys]
        entries = AuditEvent.objects.filter(table=self.table, row__in=rows, operation="INSERT")
        return {
            int(row): (at, actor) for row, at, actor in entries.order_by("-id").values_list("row", "at", "actor_id")
        }

    def begun(self, key: int, case: Case | None) -> datetime:
        """Return when the row came to be; once a case has said so, that stands."""
        if case is not None:
            return case.begun_at
        if key in self.entered:
            return self.entered[key][0]
        first = next(iter(self.moves[key]), None)
        return first.taken_at if first else timezone.now()

    def starter(self, desk: Desk, row: Any) -> int | None:
        """Return who began the matter."""
        if desk.starter:
            return desk.starter(row)
        by = self.entered.get(row.pk, (None, None))[1]
        first = next(iter(self.moves[row.pk]), None)
        return by if by is not None else (first.actor_id if first else None)


def _locked(kind: ContentType, keys: list[int]) -> dict[int, Case]:
    found = Case.objects.select_for_update().filter(content_type=kind, object_id__in=keys).order_by("pk")
    return {case.object_id: case for case in found}


def _keep(desk: Desk, row: Any, case: Case | None, history: _History, day: Day) -> None:
    process = process_of(row.process_version_id)
    state, bounds, moves = process.state(row.state), desk.bounds(row), history.moves[row.pk]
    begun = history.begun(row.pk, case)
    since = next((move.taken_at for move in reversed(moves) if not move.partial), begun)
    time = clock_of(
        stays_of(process, row.state, moves, begun_on=timezone.localdate(begun)), calendar=day.calendar, today=day.today
    )
    closed = state.final or not state.waits_for
    told = {
        "process": process.name,
        "state": row.state,
        "state_label": str(state.label),
        "waits_for": state.waits_for,
        "number": desk.number(row)[:80],
        "title": desk.title(row)[:400],
        "organisation_id": next(iter(bounds.organisations), None),
        "county_id": next(iter(bounds.counties), None),
        "department_id": next(iter(bounds.departments), None),
        "holder_id": next((act.to_id for act in reversed(history.assigned[row.pk]) if act.at >= since), None),
        "started_by_id": history.starter(desk, row),
        "begun_at": begun,
        "since": since,
        "closed": closed,
        **clock_columns(time, day.calendar, closed=closed),
        **_own_deadline(desk, row, since, time, day, closed=closed),
    }
    kept = _written(history.kind, row.pk, case, told)
    _desks_written(kept, [] if closed else places(desk, row, bounds, moves))
    _hands_written(kept, moves)


def clock_columns(time: Clock, days: Calendar, *, closed: bool) -> dict[str, Any]:
    """Return the columns of a case that follow from its clock."""
    due = None if closed else time.due_on
    return {
        "clock_from": time.counted_from,
        "clock_days": time.counted_days,
        "clock_used": time.used_before,
        "stopped_because": time.stopped_because,
        "due_on": due,
        "warn_on": warn_day(due, time.allowed, days) if due and time.allowed else date.max,
        "ranked_on": due or date.max,
    }


def _own_deadline(desk: Desk, row: Any, since: datetime, time: Clock, day: Day, *, closed: bool) -> dict[str, date]:
    """Return the columns of a deadline the matter sets itself, where neither its state nor a stop says otherwise."""
    due = desk.due(row) if desk.due and not closed and time.allowed is None and not time.is_stopped else None
    if due is None:
        return {}
    allowed = day.calendar.between(timezone.localdate(since), due)
    return {"due_on": due, "warn_on": warn_day(due, allowed, day.calendar), "ranked_on": due}


def _written(kind: ContentType, key: int, case: Case | None, told: dict[str, Any]) -> Case:
    if case is None:
        return Case.objects.update_or_create(content_type=kind, object_id=key, defaults=told)[0]
    different = [name for name, value in told.items() if getattr(case, name) != value]
    if different:
        for name in different:
            setattr(case, name, told[name])
        case.save(update_fields=different)
    return case


def _desks_written(case: Case, places: list[tuple[str, str, int]]) -> None:
    wanted = {
        place: {
            "kind": case.content_type_id,
            "holder_id": case.holder_id,
            "since": case.since,
            "warn_on": case.warn_on,
            "ranked_on": case.ranked_on,
        }
        for place in places
    }
    for desk in CaseDesk.objects.filter(case=case):
        told = wanted.pop((desk.role, desk.bound, desk.bound_id), None)
        if told is None:
            desk.delete()
        elif any(getattr(desk, name) != value for name, value in told.items()):
            CaseDesk.objects.filter(pk=desk.pk).update(**told)
    CaseDesk.objects.bulk_create(
        CaseDesk(case=case, role=role, bound=bound, bound_id=key, **told) for (role, bound, key), told in wanted.items()
    )


def _hands_written(case: Case, moves: list[Move]) -> None:
    last = {move.actor_id: (move.label, move.taken_at) for move in moves}
    for hand in CaseHand.objects.filter(case=case):
        told = last.pop(hand.person_id, None)
        if told is None:
            hand.delete()
        elif told != (hand.step, hand.at):
            hand.step, hand.at = told
            hand.save(update_fields=["step", "at"])
    CaseHand.objects.bulk_create(
        CaseHand(case=case, person_id=person, step=step, at=at) for person, (step, at) in last.items()
    )


def _snapshot() -> dict[tuple[Any, ...], Any]:
    columns = [column.attname for column in Case._meta.concrete_fields if column.name != "id"]
    rows: dict[tuple[Any, ...], Any] = {("case", row[0], row[1]): row for row in Case.objects.values_list(*columns)}
    desk = ("case_id", "role", "bound", "bound_id", "kind", "holder_id", "since", "warn_on", "ranked_on")
    rows.update({("desk", *row[:4]): row for row in CaseDesk.objects.values_list(*desk)})
    rows.update({("hand", *row[:2]): row for row in CaseHand.objects.values_list("case_id", "person_id", "step", "at")})
    return rows
