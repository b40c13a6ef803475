"""What may be applied for: items with their newest version, calls with the one they were published under."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.http import Http404

from kechuang.calls import access
from kechuang.calls.definitions import definition_of
from kechuang.calls.models import Call, ItemVersion
from kechuang.calls.models import ServiceItem as ItemRow
from kechuang.catalogue.items import ServiceItem
from kechuang.directory.models import Organisation
from kechuang.facts.selectors.rules import current_rule, verdict
from kechuang.facts.subjects import Subject
from kechuang.kernel.access import Actor
from kechuang.kernel.calendar_days import calendar
from kechuang.kernel.models import ProcessVersion
from kechuang.kernel.processes import process_of
from kechuang.pure.process import Process, State

MOST = 200
CODE = re.compile(r"[a-z0-9_.]{1,100}")
AVOIDED = frozenset({"refused", "withdrawn", "correcting"})


def calls_shown(*, actor: Actor) -> list[Call]:
    """Return the published calls the actor may see, those that close first at the top of what is open."""
    rows = access.CALLS.visible(Call.objects.select_related("item", "department"), actor)
    published = rows.filter(state__in=("open", "closed", "finished"), item_version__isnull=False)
    return list(published.order_by("-closes_at", "-pk")[:MOST])


def _newest() -> QuerySet[ItemRow]:
    last = ItemVersion.objects.filter(item=OuterRef("pk")).order_by("-number").values("pk")[:1]
    read = ItemRow.objects.filter(Exists(ItemVersion.objects.filter(item=OuterRef("pk"))))
    return read.select_related("department").annotate(newest=Subquery(last))


def items_shown(*, always_open: bool) -> list[ItemRow]:
    """Return the items on offer, with their newest version's key."""
    return list(_newest().filter(offered=True, always_open=always_open))


def item_offered(code: str) -> ItemRow:
    """Return the item called ``code``; ``Http404`` where the catalogue does not offer it."""
    found = _newest().filter(code=code, offered=True).first() if CODE.fullmatch(code) else None
    if found is None:
        raise Http404
    return found


def definition_now(item: ItemRow) -> ServiceItem:
    """Return an item as its newest version says it is; ``item`` comes from this module."""
    return definition_of(item.newest)  # type: ignore[attr-defined]


def process_now(definition: ServiceItem) -> Process | None:
    """Return the process that an application begun now would run by."""
    version = ProcessVersion.objects.filter(name=definition.process).order_by("-number").values_list("pk", flat=True)
    return process_of(version[0]) if version else None


def own_organisations(actor: Actor) -> list[Organisation]:
    """Return the organisations the actor may apply for."""
    mine = [office for office in actor.offices if office.role in ("applicant", "host_admin")]
    keys = {office.organisation_id for office in mine if office.organisation_id is not None}
    return list(Organisation.objects.filter(pk__in=keys).order_by("name"))


def verdicts(
    *, actor: Actor, definition: ServiceItem, call: Call | None, say: Callable[[Any], dict[str, Any]]
) -> list[tuple[Organisation, dict[str, Any]]]:
    """Return for each of the actor's organisations what the item's rule says by what is known of it."""
    if definition.rule is None or definition.subject != "organisation":
        return []
    own = own_organisations(actor)
    version = call.rule_version if call else current_rule(definition.rule) if own else None
    if version is None:
        return []
    year = call.year if call else actor.today.year - 1
    return [
        (each, say(verdict(rule_version=version, subject=Subject("organisation", each.pk), year=year))) for each in own
    ]


def way_ahead(process: Process, state: State) -> list[State]:
    """Return ``state`` and those that follow it when all goes well: the first way on that was not gone yet."""
    found, here = [state], state
    while not here.final:
        targets = [process.state(step.target) for step in process.leaving(here.name) if step.name != "return"]
        onward = sorted(targets, key=_is_held)  # a case is put on hold only when something is wrong
        following = next((each for each in onward if each not in found and not AVOIDED & set(each.marks)), None)
        if following is None:
            break
        found.append(following)
        here = following
    return found


def _is_held(state: State) -> bool:
    return state.clock == "stopped" and not state.marks and state.working_days is None


def due_days(states: list[State], *, today: date) -> list[tuple[State, date | None]]:
    """Return each state with the last working day of its time, one after the other; ``None`` where none is set."""
    days, found, at = calendar(), [], today
    for state in states:
        if state.working_days:
            at = days.add(at, state.working_days)
        found.append((state, at if state.working_days else None))
    return found
