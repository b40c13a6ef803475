"""The page that looks ahead: each target with what is under way, assumptions to try, and the list behind a number."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kechuang.cockpit.access import WARNINGS
from kechuang.cockpit.ahead import LONGEST_MONTHS, MONTHS, MOST, Ahead, Wish, look_ahead
from kechuang.cockpit.asking import day_asked
from kechuang.cockpit.models import TargetWarning
from kechuang.cockpit.pipeline import SORTS, STAGES, pipeline
from kechuang.cockpit.register import Register
from kechuang.kernel.web import Request
from kechuang.plan.access import concerned
from kechuang.plan.selectors import documents, readings
from kechuang.platforms.models import PlatformKind
from kechuang.platforms.resource import level_word
from kechuang.ui.formats import parse_day
from kechuang.ui.parts import Crumb
from kechuang.ui.tables import Cell, Head, Table

LISTED = 500
"""The rows a list behind a number shows; beyond that it says how many there are."""
CLOSED_SHOWN = 5


@require_safe
@login_required
def ahead(request: Request) -> HttpResponse:
    """Show what each target lacks, what is under way, and what must be begun by when."""
    day = day_asked(request)
    looked, plan = _looked(request, day)
    warned = list(WARNINGS.visible(TargetWarning.objects.select_related("indicator"), request.actor)[: 2 * LISTED])
    context = {
        "heading": _("预警与推演"),
        "crumbs": [Crumb(_("方案进展"), reverse("cockpit:cockpit")), Crumb(_("预警与推演"))],
        "plan": plan,
        "day": day,
        "is_past": day != request.actor.today,
        "looked": looked,
        "months_most": LONGEST_MONTHS,
        "goal_most": MOST,
        "stages": list(STAGES.items()),
        "open": [one for one in warned if one.closed_on is None],
        "closed": [one for one in warned if one.closed_on][:CLOSED_SHOWN],
        "is_part": bool(request.headers.get("HX-Request")),
    }
    page = "cockpit/parts/outlooks.html" if context["is_part"] else "cockpit/ahead.html"
    answer = render(request, page, context)
    answer["Vary"] = "HX-Request, Cookie"
    return answer


@require_safe
@login_required
def candidates(request: Request) -> HttpResponse:
    """List what is under way for one target: the list behind its number."""
    day = day_asked(request)
    looked, _plan = _looked(request, day)
    key, stage = request.GET.get("indicator", ""), request.GET.get("stage", "")
    found = next((one for one in looked.outlooks if str(one.reading.indicator.pk) == key), None)
    if found is None or stage not in ("", *STAGES):
        raise Http404
    rows = [row for row in found.rows if stage in ("", row.stage)]
    return render(
        request,
        "cockpit/candidates.html",
        {
            "heading": _("%(name)s：储备") % {"name": found.reading.indicator.name},
            "crumbs": [
                Crumb(_("方案进展"), reverse("cockpit:cockpit")),
                Crumb(_("预警与推演"), reverse("cockpit:ahead")),
                Crumb(_("储备")),
            ],
            "day": day,
            "stage": STAGES.get(stage, ""),
            "counted": len(rows),
            "most": LISTED,
            "sentence": found.sentence,
            "table": _table(rows[:LISTED], day),
        },
    )


def _looked(request: Request, day: date) -> tuple[Ahead, Any]:
    """Return the look ahead as the actor sees it; others than those who work with the plan find no page."""
    actor = request.actor
    if not concerned(actor):
        raise Http404
    plan = documents.plan_current(actor=actor, on=day)
    register = Register(actor, day)
    rows = (
        readings.readings_of(readings.indicators_whole(plan=plan), plan=plan, on=day, series=register.series)
        if plan
        else []
    )
    known = pipeline(actor=actor, on=day)
    return look_ahead(rows, register=register, known=known, wish=wish_of(request, day)), plan


def wish_of(request: Request, day: date) -> Wish:
    """Read the assumptions out of the address; what cannot be read, or is out of bounds, is not assumed."""
    given = request.GET
    shares = {stage: value / 100 for stage in STAGES if (value := _whole(given.get(stage), 0, 100)) is not None}
    goals = {
        int(name[5:]): value
        for name in given
        if name.startswith("goal-") and name[5:].isascii() and name[5:].isdigit()
        and len(name) <= len("goal-") + 9
        and (value := _whole(given.get(name), 0, MOST)) is not None
    }  # fmt: skip
    due = parse_day(given.get("due", ""))
    months = _whole(given.get("months"), 1, LONGEST_MONTHS)
    return Wish(
        shares=shares,
        months=MONTHS if months is None else months,
        due=due if due and day < due <= date(day.year + 20, 12, 31) else None,
        goals=goals,
        starts=_whole(given.get("starts"), 0, MOST) or 0,
    )


def _whole(typed: str | None, least: int, most: int) -> int | None:
    text = (typed or "").strip()
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(MOST))):
        return None
    return int(text) if least <= int(text) <= most else None


def _table(rows: Any, day: date) -> Table:
    kinds = dict(PlatformKind.objects.values_list("code", "name"))
    words = (_("单位"), _("目标类别"), _("目标级别"), _("进度"), _("途径"), _("开始日期"), _("已历时（天）"))
    cells = []
    for row in rows:
        texts = (
            row.unit,
            kinds.get(row.kind, row.kind),
            level_word(row.level),
            str(STAGES[row.stage]),
            str(SORTS[row.sort]),
            row.since.isoformat(),
            str((day - row.since).days),
        )
        cells.append(
            tuple(Cell(text, row.url if place == 0 else "", label=words[place]) for place, text in enumerate(texts))
        )
    return Table(
        tuple(Head(word) for word in words),
        tuple(cells),
        caption=_("储备"),
        empty=_("没有储备。"),
        advice=_("在培育库推荐对象，或发出申报通知。"),
    )
