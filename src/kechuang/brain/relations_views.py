"""The page of relations: the drawing, and the table that says the same in words."""

from __future__ import annotations

from datetime import date

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kechuang.brain.drawing import draw
from kechuang.brain.selectors.relations import Web, web
from kechuang.kernel.search import registered
from kechuang.kernel.web import Request
from kechuang.ui.acts import asked_day
from kechuang.ui.formats import day
from kechuang.ui.parts import Crumb
from kechuang.ui.tables import Cell, Head, Table

FARTHEST = 2


@require_safe
@never_cache
def relations(request: Request, kind: str, key: int) -> HttpResponse:
    """Show what hangs together with one row; ``steps=2`` also what that hangs together with."""
    searched = registered().get(kind)
    if searched is None:
        raise Http404
    on, steps = asked_day(request), FARTHEST if request.GET.get("steps") == str(FARTHEST) else 1
    found = web(actor=request.actor, kind=kind, key=key, on=on, steps=steps)
    if found is None:
        raise Http404
    centre = found.centre
    context = {
        "heading": _("关系图"),
        "title": _("%(name)s的关系图") % {"name": centre.label},
        "lead": centre.label,
        "crumbs": [Crumb(centre.label, centre.url), Crumb(_("关系图"))],
        "centre": centre,
        "web": found,
        "drawing": draw(found) if found.ties else None,
        "table": _table(found, on_query=_query(request, on, steps)),
        "day": on,
        "steps": steps,
        "ways": [
            (number, label, "?" + urlencode({"on": on.isoformat(), "steps": str(number)}))
            for number, label in ((1, _("直接关系")), (FARTHEST, _("再远一层")))
        ],
    }
    return render(request, "brain/relations.html", context)


def _query(request: Request, on: date, steps: int) -> str:
    """Return what links keep of the question: the day where one was asked for, and how far."""
    asked = {"steps": str(steps)} if steps > 1 else {}
    if "on" in request.GET:
        asked["on"] = on.isoformat()
    return "?" + urlencode(asked) if asked else ""


def _table(found: Web, *, on_query: str) -> Table:
    heads = (Head(_("一方")), Head(_("关系")), Head(_("另一方")), Head(_("自")), Head(_("至（不含）")))
    rows = []
    for tie in found.ties:
        one, other = found.nodes[tie.one], found.nodes[tie.other]
        rows.append(
            (
                Cell(one.label, href=_around(one.place, on_query), label=heads[0].label),
                Cell(tie.word, label=heads[1].label),
                Cell(other.label, href=_around(other.place, on_query), label=heads[2].label),
                Cell(day(tie.since) if tie.since else "", label=heads[3].label),
                Cell(day(tie.until) if tie.until else "", label=heads[4].label),
            )
        )
    return Table(
        heads=heads,
        rows=tuple(rows),
        caption=_("关系"),
        empty=_("没有查到与它有关系的单位、平台、人员或申报。"),
        advice=_("换一个日期，或回到它的页面。"),
    )


def _around(place: tuple[str, int], query: str) -> str:
    return reverse("brain:relations", args=place) + query
