"""The one inbox (待办、已办、我发起、抄送、督办) of all roles and all rooms.

Reads only. A tab is one or several walks along an index, each a page long: on whose desk a
case lies was put to the access tables when it got there (``kernel.desks``), and the rows of a
page are put to them again when they are shown, so that a row nobody may open any more is
left out and counted.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from operator import or_
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from kechuang.kernel.access import Actor
from kechuang.kernel.cases import case_of, changed, opened
from kechuang.kernel.desks import CITY, PERSON, UNITS, Bounds, Desk, desk_of, register
from kechuang.kernel.models import Case, CaseCopy, CaseDesk, CaseHand, CaseWatch
from kechuang.kernel.processes import process_of

__all__ = ["TABS", "Asked", "Bounds", "Desk", "Item", "Page", "case_of", "changed", "opened", "register", "waiting_for"]

TABS = ("todo", "done", "started", "copied", "supervised")
SUPERVISORS = ("conference_office", "department_head", "leader")
OVERSEERS = ("conference_office", "leader")
PAGE_ROWS, COUNT_CAP, MOST = 50, 1_000, 50
MOMENTS = ("since", "at")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a tab is narrowed to; empty values ask for everything.

    ``kind`` is a content type's key, ``step`` is ``process:state``, ``light`` one of ``overdue``, ``due_soon``,
    ``normal``, ``none``; ``due_by`` the last day a case may be due, ``whose`` is ``open`` (mine and nobody's),
    ``mine`` or ``all``; ``unit`` is ``department:3``, ``county:3`` or organisation keys behind ``organisations``.
    """

    kind: int | None = None
    step: str = ""
    light: str = ""
    due_by: date | None = None
    whose: str = "open"
    unit: str = ""
    organisations: tuple[int, ...] | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One row of a tab: the case, its object, where it is dealt with, and what the tab knows of it.

    ``at`` is when it came to this tab, ``note`` the words that came with it (督办要求、附言、办理的步骤).
    """

    case: Case
    obj: Any
    title: str
    url: str
    kind: str
    at: Any
    note: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of one page; cursors are empty where the list ends; ``hidden`` rows may not be opened any more."""

    items: list[Item]
    after: str = ""
    before: str = ""
    hidden: int = 0


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
class Arm:
    """One walk: rows of a table, where the columns of a case are found from it, and the tab's own date."""

    rows: QuerySet[Any]
    columns: Mapping[str, str]
    case: str
    at: str


CASE = {
    "ranked_on": "ranked_on",
    "warn_on": "warn_on",
    "holder": "holder_id",
    "kind": "content_type_id",
    "since": "since",
}
DESK = {"ranked_on": "ranked_on", "warn_on": "warn_on", "holder": "holder_id", "kind": "kind", "since": "since"}
THROUGH = {name: f"case__{column}" for name, column in CASE.items()}
ORDERS: dict[str, tuple[str, ...]] = {
    "todo": ("due", "-due", "since", "-since"),
    "done": ("-at", "at", "due", "-due"),
    "started": ("-since", "since", "due", "-due"),
    "copied": ("-at", "at", "due", "-due"),
    "supervised": ("at", "-at", "due", "-due"),
}
"""The orders each tab offers, its own first; ``at`` is the tab's own date."""


def page(tab: str, actor: Actor, asked: Asked, *, order: str = "", cursor: str = "", size: int = PAGE_ROWS) -> Page:
    """Return one page of ``tab``.

    About as many queries as there are kinds of cases on the page, however long the list is.
    """
    order = order if order in ORDERS[tab] else ORDERS[tab][0]
    walks, column = arms(tab, actor, asked), order.lstrip("-")
    by_moment = bool(walks) and _rank(walks[0], column).rpartition("__")[2] in MOMENTS
    backwards, key = _read(cursor, datetime if by_moment else date)
    falling = order.startswith("-") != backwards
    found = _walked(walks, column, falling=falling, beyond=key, size=size + 1)
    more = len(found) > size
    found = found[:size][:: -1 if backwards else 1]
    items = _items(tab, actor, [case for _rank, case in found])
    return Page(
        items,
        after=_write("a", found[-1]) if found and (backwards or more) else "",
        before=_write("b", found[0]) if found and (more if backwards else bool(key)) else "",
        hidden=len(found) - len(items),
    )


def count(tab: str, actor: Actor, asked: Asked, *, cap: int = COUNT_CAP) -> tuple[int, bool]:
    """Return (how many cases, whether that is exact); past ``cap`` it is ``cap``."""
    return counts({tab: asked}, actor, cap=cap)[tab]


def counts(wanted: Mapping[str, Asked], actor: Actor, *, cap: int = COUNT_CAP) -> dict[str, tuple[int, bool]]:
    """Return tab → as ``count`` has it, for several tabs with one query."""
    parts = {tab: part for tab, asked in wanted.items() if (part := _countable(tab, actor, asked, cap))}
    numbers: dict[str, int] = {}
    if parts:
        # Put together from the ORM's own statements; values stay apart.
        told = [f"(SELECT count(*) FROM ({statement}) AS part)" for statement, _values in parts.values()]  # noqa: S608
        values = [value for _statement, part in parts.values() for value in part]
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(told)}", values)
            numbers = dict(zip(parts, cursor.fetchone(), strict=True))
    return {tab: (min(numbers.get(tab, 0), cap), numbers.get(tab, 0) <= cap) for tab in wanted}


def _countable(tab: str, actor: Actor, asked: Asked, cap: int) -> tuple[str, tuple[Any, ...]] | None:
    """Return the statement of a tab's cases, each once, with its values; ``None`` when there can be none."""
    every = [arm.rows.order_by().values_list(arm.case)[: cap + 1] for arm in arms(tab, actor, asked)]
    if not every:
        return None
    rows = every[0].union(*every[1:]) if len(every) > 1 else every[0]
    try:
        return rows.query.sql_with_params()
    except EmptyResultSet:
        return None


def waiting_for(actor: Actor, *, most: int = MOST) -> list[Waiting]:
    """Return what waits for ``actor``, what came first first; at most ``most``."""
    rows = page("todo", actor, Asked(), order="since", size=most).items
    return [
        Waiting(
            row.kind,
            row.title,
            row.url,
            row.case.state_label,
            row.case.since,
            process_of(row.obj.process_version_id).state(row.obj.state).working_days,
        )
        for row in rows
    ]


def items_of(actor: Actor, keys: Iterable[int]) -> list[Item]:
    """Return the cases of ``keys`` that ``actor`` may open, in the order of ``keys``."""
    return _items("", actor, list(keys))


def may_open(actor: Actor, case: Case) -> bool:
    """Tell whether ``actor`` may open the object of ``case``: the room's own access table says."""
    desk = desk_of(case.content_type_id)
    if desk is None:
        return False
    return desk.model._default_manager.filter(desk.access.scope(actor), pk=case.object_id).exists()


def on_desk(actor: Actor) -> Q:
    """Return the rows of ``CaseDesk`` that are desks of ``actor``'s offices."""
    return reduce(or_, (Q(role=role, bound=bound, bound_id=key) for role, bound, key in places_of(actor)), Q(pk__in=()))


def places_of(actor: Actor) -> list[tuple[str, str, int]]:
    """Return (role, bound, key) of every desk that ``actor`` sits at."""
    found = []
    for office in actor.offices:
        found.append((office.role, CITY, 0))
        found += [(office.role, name, key) for name in UNITS if (key := getattr(office, f"{name}_id")) is not None]
        if actor.user_id is not None:
            found.append((office.role, PERSON, actor.user_id))
    return list(dict.fromkeys(found))


def arms(tab: str, actor: Actor, asked: Asked) -> list[Arm]:
    """Return the walks that together are ``tab`` for ``actor``, narrowed to what is asked."""
    if actor.user_id is None:
        return []
    return [_narrowed(arm, actor, asked, own=tab == "todo") for arm in _ARMS[tab](actor)]


def _todo(actor: Actor) -> list[Arm]:
    return [
        Arm(CaseDesk.objects.filter(role=role, bound=bound, bound_id=key), DESK, "case_id", "since")
        for role, bound, key in places_of(actor)
    ]


def _done(actor: Actor) -> list[Arm]:
    return [Arm(CaseHand.objects.filter(person=actor.user_id), THROUGH, "case_id", "at")]


def _started(actor: Actor) -> list[Arm]:
    return [Arm(Case.objects.filter(started_by=actor.user_id), CASE, "pk", "since")]


def _copied(actor: Actor) -> list[Arm]:
    return [Arm(CaseCopy.objects.filter(person=actor.user_id), THROUGH, "case_id", "at")]


def _supervised(actor: Actor) -> list[Arm]:
    """Return what is under supervision and is the actor's: as supervisor, on the own desk, or as its superior."""
    rows = CaseWatch.objects.filter(ended_at=None, case__closed=False)
    if not actor.holds(*OVERSEERS):
        heads = [office.department_id for office in actor.offices if office.role == "department_head"]
        on_own_desk = Exists(CaseDesk.objects.filter(on_desk(actor), case_id=OuterRef("case_id")))
        mine = Q(by=actor.user_id) | Q(case__holder=actor.user_id) | Q(on_own_desk)
        rows = rows.filter(mine | Q(case__department_id__in=[key for key in heads if key is not None]))
    return [Arm(rows, THROUGH, "case_id", "until")]


_ARMS: dict[str, Callable[[Actor], list[Arm]]] = {
    "todo": _todo,
    "done": _done,
    "started": _started,
    "copied": _copied,
    "supervised": _supervised,
}


def _narrowed(arm: Arm, actor: Actor, asked: Asked, *, own: bool) -> Arm:
    column = arm.columns
    wanted = _light(asked.light, actor.today, column)
    if asked.kind is not None:
        wanted &= Q(**{column["kind"]: asked.kind})
    if asked.due_by is not None:
        wanted &= Q(**{f"{column['ranked_on']}__lte": asked.due_by})
    if own and asked.whose != "all":
        mine = Q(**{column["holder"]: actor.user_id})
        wanted &= mine if asked.whose == "mine" else mine | Q(**{f"{column['holder']}__isnull": True})
    before = "" if arm.case == "pk" else "case__"
    return Arm(arm.rows.filter(wanted & _of_case(asked, before)), arm.columns, arm.case, arm.at)


def _of_case(asked: Asked, before: str) -> Q:
    """Return the part of what is asked that only the case itself can answer; ``before`` is the way to it."""
    wanted = Q()
    if asked.step:
        process, _colon, state = asked.step.partition(":")
        wanted &= Q(**{f"{before}process": process, f"{before}state": state})
    if asked.unit:
        name, _colon, key = asked.unit.partition(":")
        wanted &= Q(**{f"{before}{name}_id": int(key)})
    if asked.organisations is not None:
        wanted &= Q(**{f"{before}organisation_id__in": asked.organisations})
    for word in asked.text.split()[:8]:
        wanted &= Q(**{f"{before}title__contains": word}) | Q(**{f"{before}number__contains": word})
    return wanted


def _light(light: str, today: date, column: Mapping[str, str]) -> Q:
    ranked, warn = column["ranked_on"], column["warn_on"]
    return {
        "overdue": Q(**{f"{ranked}__lt": today}),
        "due_soon": Q(**{f"{ranked}__gte": today, f"{warn}__lte": today}),
        "normal": Q(**{f"{warn}__gt": today, f"{ranked}__lt": date.max}),
        "none": Q(**{ranked: date.max}),
    }.get(light, Q())


def _walked(walks: list[Arm], order: str, *, falling: bool, beyond: list[Any], size: int) -> list[tuple[Any, int]]:
    """Return (rank, case) of one page over all walks together: one query."""
    every, sign, columns = [], "-" if falling else "", ("", "")
    for arm in walks:
        columns = _rank(arm, order), arm.case  # the same for every walk of a tab
        rows = arm.rows.filter(_beyond(*columns, beyond, greater=not falling)) if beyond else arm.rows
        every.append(rows.order_by(*(f"{sign}{name}" for name in columns)).values_list(*columns)[:size])
    if not every:
        return []
    rows = every[0]
    if len(every) > 1:
        rows = rows.union(*every[1:]).order_by(*(f"{sign}{name}" for name in columns))
    return [(row[0], row[1]) for row in rows[:size]]


def _rank(arm: Arm, order: str) -> str:
    return arm.at if order == "at" else arm.columns["ranked_on" if order == "due" else "since"]


def _beyond(rank: str, case: str, key: list[Any], *, greater: bool) -> Q:
    """Compare row-wise; the leading column's bound is repeated on its own, so that an index range is used."""
    word = "gt" if greater else "lt"
    return Q(**{f"{rank}__{word}e": key[0]}) & (
        Q(**{f"{rank}__{word}": key[0]}) | Q(**{rank: key[0], f"{case}__{word}": key[1]})
    )


def _write(kind: str, row: tuple[Any, int]) -> str:
    plain = json.dumps([kind, row[0].isoformat(), row[1]])
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def _read(cursor: str, of: type[date]) -> tuple[bool, list[Any]]:
    """Read a cursor; one that cannot be read, or is of another order, starts at the beginning."""
    try:
        kind, rank, key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        day = of.fromisoformat(rank)
    except (binascii.Error, ValueError, TypeError):
        return False, []
    if not isinstance(key, int) or (isinstance(day, datetime) and day.tzinfo is None):
        return False, []
    return kind == "b", [day, key]


def _items(tab: str, actor: Actor, keys: list[int]) -> list[Item]:
    """Return the cases as rows of ``tab``, in the order of ``keys``, without those that may not be opened."""
    cases = Case.objects.select_related("holder", "started_by").in_bulk(keys)
    rows: dict[tuple[int, int], tuple[Desk, Any]] = {}
    for kind in {case.content_type_id for case in cases.values()}:
        if desk := desk_of(kind):
            wanted = [case.object_id for case in cases.values() if case.content_type_id == kind]
            for row in desk.rows(wanted, desk.access.scope(actor)):
                rows[(kind, row.pk)] = (desk, row)
    notes = _notes(tab, actor, keys)
    items = []
    for key in keys:
        case = cases.get(key)
        if case is not None and (found := rows.get((case.content_type_id, case.object_id))):
            desk, row = found
            at, note, by = notes.get(key, (case.since, "", ""))
            word = str(desk.model._meta.verbose_name)
            items.append(Item(case, row, desk.title(row), desk.url(row), word, at, note, by))
    return items


def _notes(tab: str, actor: Actor, keys: list[int]) -> dict[int, tuple[Any, str, str]]:
    """Return case → (when, words, by whom) as the tab knows them."""
    if tab == "todo":
        signed = CaseHand.objects.filter(person=actor.user_id, case__in=keys, at__gt=F("case__since"))
        return {row.case_id: (row.case.since, _("您已签署，待他人会签"), "") for row in signed.select_related("case")}
    if tab == "done":
        hands = CaseHand.objects.filter(person=actor.user_id, case__in=keys)
        return {row.case_id: (row.at, row.step, "") for row in hands}
    if tab == "copied":
        copies = CaseCopy.objects.filter(person=actor.user_id, case__in=keys).select_related("by")
        return {row.case_id: (row.at, row.words, str(row.by)) for row in copies}
    if tab == "supervised":
        watches = CaseWatch.objects.filter(case__in=keys, ended_at=None).select_related("by").order_by("-until", "pk")
        return {row.case_id: (row.until, row.words, row.office or str(row.by)) for row in watches}
    return {}
