"""The cockpit, and the page of each county and department: all public.

What a visitor may not see is not counted for them; inner work is shown to those who hold an
office that works with the plan.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kechuang.cockpit import changes as moving
from kechuang.cockpit import pages
from kechuang.cockpit.asking import day_asked
from kechuang.cockpit.register import FIRST, Register
from kechuang.cockpit.units import COUNTY, DEPARTMENT, Unit
from kechuang.directory.models import County, Department
from kechuang.kernel.web import Request
from kechuang.plan.counters import labels
from kechuang.platforms.counting import question_of
from kechuang.ui.formats import parse_day
from kechuang.ui.parts import Crumb


@require_safe
def cockpit(request: Request) -> HttpResponse:
    """Show where the plan stands on the day asked for, and why."""
    shown = pages.city(actor=request.actor, day=day_asked(request))
    return render(request, "cockpit/cockpit.html", {"heading": _("方案进展"), **shown})


@require_safe
def changes(request: Request) -> HttpResponse:
    """List the platforms behind the change of an indicator over a year."""
    day = day_asked(request)
    since = parse_day(request.GET.get("since", "")) or day - pages.YEAR
    code, part = request.GET.get("indicator", ""), request.GET.get("part", "")
    question = question_of(code)
    if question is None or not FIRST <= since <= day or part not in ("", *moving.PARTS):
        raise Http404
    found = list(moving.moved(actor=request.actor, since=since, until=day, question=question, part=part))
    [change] = moving.changes(actor=request.actor, since=since, until=day, questions=[question])
    register = Register(request.actor, day, also=(since,))
    before, after = (sum(register.ask().on(one, question).values()) for one in (since, day))
    return render(
        request,
        "cockpit/changes.html",
        {
            "heading": _("%(name)s：增减明细") % {"name": labels().get(code, code)},
            "crumbs": [Crumb(_("方案进展"), reverse("cockpit:cockpit")), Crumb(_("增减明细"))],
            "day": day,
            "since": since,
            "since_next": since + timedelta(days=1),
            "before": (before, register.url(question.kinds, question.levels, on=since)),
            "after": (after, register.url(question.kinds, question.levels)),
            "change": change,
            "part": part,
            "base_url": f"{reverse('cockpit:changes')}?on={day.isoformat()}&since={since.isoformat()}&indicator={code}",
            "table": moving.moved_table(found),
            "counted": len(found),
        },
    )


@require_safe
def county(request: Request, code: str) -> HttpResponse:
    """Show one county: its platforms, targets and sub-tasks."""
    return _unit_page(request, COUNTY, get_object_or_404(County, code=code))


@require_safe
def department(request: Request, code: str) -> HttpResponse:
    """Show one department: what it keeps, what it answers for, its sub-tasks and reports."""
    return _unit_page(request, DEPARTMENT, get_object_or_404(Department, code=code))


def _unit_page(request: Request, sort: str, row: Any) -> HttpResponse:
    unit = Unit(sort, row.pk, row.code, row.name, row.short_name, 0, 0)
    shown = pages.unit_page(actor=request.actor, day=day_asked(request), unit=unit)
    crumbs = [Crumb(_("方案进展"), f"{reverse('cockpit:cockpit')}{shown['query']}"), Crumb(row.short_name)]
    return render(request, "cockpit/unit.html", {"heading": row.name, "crumbs": crumbs, **shown})
