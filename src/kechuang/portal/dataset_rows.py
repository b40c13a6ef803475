"""The rows of each data set on a day, asked for as the public, one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, cast

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from kechuang.calls.access import ITEMS
from kechuang.calls.models import Application, Decision
from kechuang.calls.selectors import offers
from kechuang.cockpit.pages import scene
from kechuang.directory.models import Organisation
from kechuang.facts.resource import DICTIONARY
from kechuang.kernel.access import Actor
from kechuang.plan.resource import CLAUSE_LIST
from kechuang.plan.selectors import documents
from kechuang.platforms.access import COMPETENCE, RECOGNITIONS
from kechuang.platforms.models import Level, Recognition, RegisterEntry
from kechuang.platforms.resource import REGISTER, level_word, standing_word
from kechuang.platforms.selectors import competences_on
from kechuang.portal.rules import rules
from kechuang.portal.suppression import suppressed

CHUNK = 2_000
Rows = Iterator[tuple[Any, ...]]


def public(day: date) -> Actor:
    """Return the public on ``day``."""
    return Actor(user_id=None, today=day)


def platforms(day: date) -> Rows:
    """Yield every platform that is open to everybody, by its number."""
    found = REGISTER.rows(public(day), on=day).order_by("number")
    for row in found.values_list(
        "number",
        "name",
        "kind__name",
        "level",
        "level_since",
        "document_number",
        "standing",
        "host_name",
        "host_credit_code",
        "county__name",
        "department__name",
        "industry_code",
        "direction",
    ).iterator(chunk_size=CHUNK):
        yield (*row[:3], str(level_word(row[3])), *row[4:6], str(standing_word(row[6])), *row[7:])


def recognitions(day: date) -> Rows:
    """Yield every valid recognition up to ``day``, with the platform's name of its day."""
    entries = RegisterEntry.objects.filter(platform=OuterRef("platform"), sensitive=False)
    then = entries.filter(start__lte=OuterRef("recognised_on"), end__gt=OuterRef("recognised_on"))
    found = (
        RECOGNITIONS.visible(Recognition.objects.filter(recognised_on__lte=day), public(day))
        .annotate(
            called=Coalesce(Subquery(then.values("name")[:1]), Subquery(entries.order_by("-end").values("name")[:1]))
        )
        .order_by("recognised_on", "pk")
    )
    endings = dict(Recognition.Ending.choices)
    for number, name, level, on, document, by, ended_on, ending in found.values_list(
        "platform__number", "called", "level", "recognised_on", "document_number", "recognised_by", "ended_on", "ending"
    ).iterator(chunk_size=CHUNK):
        yield number, name, str(level_word(level)), on, document, by, ended_on, str(endings.get(ending, ""))


def platform_counts(day: date) -> Rows:
    """Yield the number of public platforms by county, type and level."""
    found = REGISTER.rows(public(day), on=day).exclude(level="")
    places = ("county__order", "county__name", "kind__order", "kind__name", "level")
    for _county, county, _kind, kind, level, count in (
        found.order_by(*places).values_list(*places).annotate(number=Count("pk"))
    ):
        yield county, kind, str(level_word(level)), count


def indicators(day: date) -> Rows:
    """Yield every year of every indicator of the plan in force."""
    for row in scene(actor=public(day), day=day).rows:
        one = row.reading.indicator
        for year in row.reading.years:
            yield one.code, one.name, row.reading.unit, year.year, year.day, year.is_base, year.target, year.reached


def clauses(day: date) -> Rows:
    """Yield the clauses of the plan in force."""
    plan = documents.plan_current(actor=public(day), on=day)
    found = CLAUSE_LIST.rows(public(day)).filter(plan=plan).order_by("order", "pk")
    for clause in found.select_related("plan"):
        yield clause.plan.code, clause.path, str(clause.get_kind_display()), clause.title, clause.summary


def competence(day: date) -> Rows:
    """Yield who is competent for which type at which level."""
    for row in COMPETENCE.visible(competences_on(day), public(day)):
        word = str(Level(row.level).label)
        yield row.kind.name, word, row.department.name, row.recognised_by, row.document, row.closed, row.template


def service_items(day: date) -> Rows:
    """Yield the items on offer."""
    kinds = dict(Organisation.Kind.choices)
    for item in sorted([*offers.items_shown(always_open=False), *offers.items_shown(always_open=True)], key=_code):
        told = offers.definition_now(item)
        who = "、".join(str(kinds[kind]) for kind in told.applicants)
        name = item.department.name
        yield item.code, item.title, item.group, who, name, told.promised_days, item.always_open, item.template


def _code(item: Any) -> str:
    return cast("str", item.code)


def application_counts(day: date) -> Rows:
    """Yield how applications went, by item and year, small numbers left out."""
    below = rules().suppress_below
    decided = Decision.objects.filter(application=OuterRef("pk"), decided_on__lte=day)
    found = (
        Application.objects.filter(submitted_at__date__lte=day, item__in=ITEMS.visible(_items(), public(day)))
        .annotate(yes=Exists(decided.filter(outcome="approved")), no=Exists(decided.exclude(outcome="approved")))
        .order_by("item__title", "year")
        .values_list("item__title", "year")
        .annotate(
            approved=Count("pk", filter=Q(yes=True)),
            refused=Count("pk", filter=Q(yes=False, no=True)),
            pending=Count("pk", filter=Q(yes=False, no=False)),
        )
    )
    for title, year, *counts in found:
        told, total = suppressed(counts, below=below)
        yield title, year, *told, total


def _items() -> Any:
    return ITEMS.model._default_manager.all()


def metrics(day: date) -> Rows:
    """Yield the dictionary of metrics."""
    found = DICTIONARY.rows(public(day)).order_by("order", "pk")
    yield from found.values_list("code", "label", "group", "unit", "definition", "source")
