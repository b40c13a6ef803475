"""The list page of a resource: filters, a day, a search word, one page of rows, exports.

``listing`` reads the request once; the page, the exports and the API read its ``rows``,
so that what is shown, taken away and fetched is the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

import django_filters
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from kechuang.kernel.access import Actor
from kechuang.ui.exports import EXPORTS, export_response
from kechuang.ui.formats import parse_day
from kechuang.ui.imports.services import may_import
from kechuang.ui.pages import KeysetPage, capped_count, keyset_page
from kechuang.ui.parts import Pages
from kechuang.ui.resource import SEARCH_LIMIT, Column, Resource, chips
from kechuang.ui.tables import Cell, Head, Table


@dataclass(frozen=True)
class Listing:
    """What a request asks of a resource, and the rows that answer it."""

    resource: Resource
    rows: QuerySet[Any]
    filters: django_filters.FilterSet
    day: date
    words: str
    order: tuple[str, ...]
    problem: str = ""
    is_past: bool = False


def listing(request: HttpRequest, resource: Resource) -> Listing:
    """Read day, filters, search word and order from the query; what cannot be read is told in ``problem``."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    day, problem = _day(request, actor)
    words = request.GET.get("q", "").replace("\0", "").strip()[:SEARCH_LIMIT]
    rows = resource.rows(actor, on=day)
    filters = resource.filterset(request.GET, queryset=rows)
    if filters.is_valid():
        rows = filters.qs
    else:
        problem = problem or _("有的筛选条件读不懂，已忽略全部筛选；请重新选择。")
    is_past = resource.as_of is not None and day != actor.today
    return Listing(resource, rows, filters, day, words, _order(request, resource), problem, is_past)


def resource_list(
    request: HttpRequest,
    resource: Resource,
    *,
    template: str = "ui/listing.html",
    extra: Callable[[Listing], dict[str, Any]] | None = None,
) -> HttpResponse:
    """Answer a list page, or its export when ``?format=csv`` or ``xlsx`` is asked for."""
    shown = listing(request, resource)
    wanted = request.GET.get("format", "")
    if wanted in EXPORTS:
        day = shown.day if resource.as_of else None
        return cast("HttpResponse", export_response(resource, shown.rows, wanted, day=day))  # streamed
    paths = tuple(dict.fromkeys((*(column.path for column in resource.columns), resource.key)))
    page = keyset_page(shown.rows, order=shown.order, paths=paths, cursor=request.GET.get("at", ""))
    context = {
        "heading": resource.title,
        "filters": shown.filters.form,
        "sentence": sentence(shown),
        "listing": shown,
        "table": table_of(request, shown, page),
        "pages": _neighbours(request, shown, page),
        "exports": [(kind.upper(), _link(request, format=kind)) for kind in EXPORTS],
        "import_url": _import_url(resource, request),
        **(extra(shown) if extra else {}),
    }
    return render(request, template, context)


def _import_url(resource: Resource, request: HttpRequest) -> str:
    """Return where rows of the list come in from a spreadsheet, empty for whoever may not bring any."""
    may = may_import(resource, request.actor)  # type: ignore[attr-defined]
    return reverse("ui:import_upload", args=[resource.name]) if may else ""


def sentence(shown: Listing) -> str:
    """Return what the list is narrowed to, as it is read aloud: “省级 · 西秀区 · 截至 2022-12-31”."""
    parts = [words for _label, words in chips(shown.filters.form)]
    if shown.words:
        parts.append(_("含“%(words)s”") % {"words": shown.words})
    if shown.resource.as_of:
        parts.append(_("截至 %(day)s") % {"day": shown.day.isoformat()})
    return " · ".join(parts)


def table_of(request: HttpRequest, shown: Listing, page: KeysetPage) -> Table:
    """Return one page of rows as a table, the first column linking to the object."""
    resource = shown.resource
    heads = tuple(_head(request, shown, column) for column in resource.columns)
    labels = [str(head.label) for head in heads]
    rows = tuple(tuple(_cells(shown, row, labels)) for row in page.rows)
    return Table(heads=heads, rows=rows, caption=resource.title, empty=resource.empty, advice=resource.advice)


def _cells(shown: Listing, row: dict[str, Any], labels: list[str]) -> Iterator[Cell]:
    """Yield a row's cells; whatever is the same for every row was worked out before."""
    resource = shown.resource
    href = resource.detail(row[resource.key]) if resource.detail else ""
    if href and shown.is_past:
        href = f"{href}?on={shown.day.isoformat()}"
    for place, (column, label) in enumerate(zip(resource.columns, labels, strict=True)):
        value = row[column.path]
        text = column.shown(value) if column.shown else value
        yield Cell(
            text="" if text is None else text,
            href=href if place == 0 else "",
            numeric=column.numeric,
            light=str(value) if column.light else "",
            label=label,
        )


def _head(request: HttpRequest, shown: Listing, column: Column) -> Head:
    label = shown.resource.column_label(column)
    if not column.sortable:
        return Head(label, column.numeric)
    leading = shown.order[0]
    direction = ""
    if leading.lstrip("-") == column.path:
        direction = "descending" if leading.startswith("-") else "ascending"
    wanted = f"-{column.path}" if direction == "ascending" else column.path
    return Head(label, column.numeric, _link(request, sort=wanted, at=""), direction)


def _order(request: HttpRequest, resource: Resource) -> tuple[str, ...]:
    asked = request.GET.get("sort", "")
    if asked.lstrip("-") not in {column.path for column in resource.columns if column.sortable}:
        return resource.order
    sign = "-" if asked.startswith("-") else ""
    return tuple(dict.fromkeys((asked, f"{sign}{resource.order[-1].lstrip('-')}")))


def _day(request: HttpRequest, actor: Actor) -> tuple[date, str]:
    typed = request.GET.get("on", "").strip()
    if not typed:
        return actor.today, ""
    day = parse_day(typed)
    if day is None:
        return actor.today, _("截至日期“%(typed)s”读不懂，已按今天显示；请写成 2023-12-31。") % {"typed": typed[:20]}
    return day, ""


def _neighbours(request: HttpRequest, shown: Listing, page: KeysetPage) -> Pages:
    alone = not (page.before or page.after or request.GET.get("at"))
    number, exact = (len(page.rows), True) if alone else capped_count(shown.rows)
    return Pages(
        count=number,
        shown=len(page.rows),
        exact=exact,
        previous_url=_link(request, at=page.before) if page.before else "",
        next_url=_link(request, at=page.after) if page.after else "",
    )


def _link(request: HttpRequest, **changes: str) -> str:
    """Return this page's address with some of its query changed, empty ones removed."""
    query = request.GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value:
            query[name] = value
    return f"?{query.urlencode()}"
