"""The desk: 待办、已办、我发起、抄送、督办 for every role, with filters, saved filters, columns and exports."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from kechuang.kernel import inbox
from kechuang.kernel.errors import Refused
from kechuang.kernel.inbox import Asked
from kechuang.kernel.models import SavedView
from kechuang.kernel.web import Request
from kechuang.ui.parts import Crumb, Pages
from kechuang.ui.resource import chips as said_chips
from kechuang.ui.tables import Head
from kechuang.workbench.asking import DeskForm
from kechuang.workbench.bulk import acts_offered
from kechuang.workbench.doors import doors
from kechuang.workbench.export import desk_export
from kechuang.workbench.rows import Column, cells, chosen, offered, sheet_of
from kechuang.workbench.services import default_query, view_remove, view_save, views_for

TABS = {
    "todo": gettext_lazy("待办"),
    "done": gettext_lazy("已办"),
    "started": gettext_lazy("我发起"),
    "copied": gettext_lazy("抄送"),
    "supervised": gettext_lazy("督办"),
}
NOTHING = {
    "todo": (
        gettext_lazy("没有等您办理的事项。"),
        gettext_lazy("新事项到达时会出现在这里；可从左侧进入规划或平台查看进展。"),
    ),
    "done": (gettext_lazy("您还没有办理过事项。"), gettext_lazy("办理过一步的事项都会列在这里，便于跟踪。")),
    "started": (gettext_lazy("没有由您发起的事项。"), gettext_lazy("您登记、填报或申请的事项会列在这里。")),
    "copied": (gettext_lazy("没有抄送给您的事项。"), gettext_lazy("同事抄送给您的事项会列在这里，无须办理。")),
    "supervised": (gettext_lazy("没有督办的事项。"), gettext_lazy("督办的事项在办结或解除之前列在这里。")),
}
EXPORTS = ("xlsx", "csv")


@login_required
def desk(request: Request) -> HttpResponse:
    """Show one tab, or take it away as a file; without a query, the person's default filters."""
    if not request.GET and (query := default_query(actor=request.actor)):
        return redirect(f"{request.path}?{query}")
    tab = request.GET.get("tab", "todo")
    tab = tab if tab in TABS else "todo"
    form = DeskForm(request.GET, tab=tab)
    asked = form.asked(request.actor.today)
    order = request.GET.get("sort", "")
    order = order if order in inbox.ORDERS[tab] else inbox.ORDERS[tab][0]
    columns = chosen(tab, request.GET.getlist("columns"))
    if request.GET.get("format") in EXPORTS:
        return desk_export(request, tab, asked, order, columns)
    page = inbox.page(tab, request.actor, asked, order=order, cursor=request.GET.get("at", ""))
    sheet = sheet_of(tab, page.items, request.actor.today, known=form.units)
    counts = inbox.counts(dict.fromkeys(TABS, Asked()), request.actor)
    number, exact = counts[tab] if asked == Asked() else inbox.count(tab, request.actor, asked)
    why, what = NOTHING[tab]
    context = {
        "heading": TABS[tab],
        "title": TABS[tab],
        "lead": _lead(request, tab, asked, number, exact=exact),
        "tab": tab,
        "tabs": list(_tabs(counts, tab)),
        "filters": form,
        "sentence": " · ".join(words for label, words in said_chips(form) if label),
        "heads": [_head(request, column, order, tab) for column in columns],
        "rows": [{"item": item, "cells": cells(sheet, item, columns)} for item in page.items],
        "lead_heads": next(place for place, column in enumerate(columns) if column.name == "title"),
        "hidden": page.hidden,
        "pages": Pages(
            count=number,
            shown=len(page.items),
            exact=exact,
            previous_url=_link(request, at=page.before) if page.before else "",
            next_url=_link(request, at=page.after) if page.after else "",
        ),
        "acts": acts_offered(tab, page.items, request.actor),
        "exports": [(kind.upper(), _link(request, format=kind)) for kind in EXPORTS],
        "saved_views": list(_views(request)),
        "column_choices": _column_choices(tab, columns),
        "kept_query": [pair for pair in _pairs(request) if pair[0] != "columns"],
        "query": urlencode(_pairs(request)),
        "why": why,
        "what": what,
        "offices": request.actor.offices,
        "doors": doors(request.actor),
    }
    return render(request, "workbench/desk.html", context)


@login_required
@require_POST
def save_view(request: Request) -> HttpResponse:
    """Keep the filters in the address under a name."""
    query = request.POST.get("query", "")
    try:
        view = view_save(
            name=request.POST.get("name", "")[:40],
            query=query,
            actor=request.actor,
            is_default="is_default" in request.POST,
            shared="shared" in request.POST,
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已保存筛选“%(name)s”。") % {"name": view.name})
    return redirect(f"{reverse('workbench:desk')}?{query or 'tab=todo'}")


@login_required
def views_page(request: Request) -> HttpResponse:
    """List the saved filters one may use, with a way to remove one's own."""
    found = [
        {
            "pk": view.pk,
            "name": view.name,
            "url": _view_url(view),
            "owner": "" if view.person_id == request.actor.user_id else str(view.person),
            "is_default": view.is_default and view.person_id == request.actor.user_id,
            "shared": view.shared_with is not None,
        }
        for view in views_for(actor=request.actor)
    ]
    crumbs = [Crumb(_("工作台"), f"{reverse('workbench:desk')}?tab=todo"), Crumb(_("保存的筛选"))]
    return render(request, "workbench/saved_views.html", {"heading": _("保存的筛选"), "found": found, "crumbs": crumbs})


@login_required
@require_POST
def remove_view(request: Request, pk: int) -> HttpResponse:
    """Remove one of one's own saved filters."""
    view = get_object_or_404(SavedView, pk=pk, person=request.actor.user_id)
    view_remove(view=view, actor=request.actor)
    messages.success(request, _("已删除筛选“%(name)s”。") % {"name": view.name})
    return redirect("workbench:views")


def _lead(request: Request, tab: str, asked: Asked, number: int, *, exact: bool) -> str:
    if tab != "todo":
        return ""
    if not exact:
        return _("%(name)s，有 %(number)s 件以上的事在等您办理。") % {"name": request.actor.name, "number": number}
    return _("%(name)s，有 %(number)s 件事在等您办理。") % {"name": request.actor.name, "number": number}


def _tabs(counts: dict[str, tuple[int, bool]], current: str) -> Iterator[dict[str, Any]]:
    for tab, label in TABS.items():
        number, exact = counts[tab]
        yield {
            "label": label,
            "count": number if exact else f"{number}+",
            "url": f"{reverse('workbench:desk')}?tab={tab}",
            "current": tab == current,
        }


def _head(request: Request, column: Column, order: str, tab: str) -> Head:
    if not column.order or not any(one.lstrip("-") == column.order for one in inbox.ORDERS[tab]):
        return Head(column.label, column.numeric)
    leading, falling = order.lstrip("-"), order.startswith("-")
    # Long held is early arrived: the column's figure rises as its order falls.
    up, down = ("descending", "ascending") if column.order == "since" else ("ascending", "descending")
    direction = (down if falling else up) if leading == column.order else ""
    wanted = column.order if leading != column.order or falling else f"-{column.order}"
    return Head(column.label, column.numeric, _link(request, sort=wanted, at=""), direction)


def _views(request: Request) -> Iterator[dict[str, Any]]:
    here = urlencode(_pairs(request))
    for view in views_for(actor=request.actor):
        own = view.person_id == request.actor.user_id
        yield {
            "label": view.name if own else f"{view.name}（{view.person}）",
            "url": _view_url(view),
            "current": view.query == here,
        }
    yield {"label": _("管理保存的筛选"), "url": reverse("workbench:views"), "current": False}


def _view_url(view: SavedView) -> str:
    return f"{reverse('workbench:desk')}?{view.query or 'tab=todo'}"


def _column_choices(tab: str, columns: list[Column]) -> list[dict[str, Any]]:
    shown = {column.name for column in columns}
    return [{"name": column.name, "label": column.label, "checked": column.name in shown} for column in offered(tab)]


def _pairs(request: Request) -> list[tuple[str, str]]:
    """Return what the address asks, without where the list stands."""
    return [
        (name, value)
        for name, values in request.GET.lists()
        for value in values
        if value and name not in ("at", "format")
    ]


def _link(request: Request, **changes: str) -> str:
    query = request.GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value:
            query[name] = value
    return f"?{query.urlencode()}"
