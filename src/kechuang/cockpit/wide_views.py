"""Pages for many eyes: the wall of a meeting room, the families of platforms, two days side by side."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kechuang.cockpit import blocks, pages
from kechuang.cockpit import changes as moving
from kechuang.cockpit.asking import day_asked
from kechuang.cockpit.changes import moved_table
from kechuang.cockpit.genealogy import family_chart, lives
from kechuang.cockpit.register import FIRST, Register
from kechuang.kernel.web import Request
from kechuang.plan.counters import labels
from kechuang.plan.selectors import documents
from kechuang.platforms.counting import RECOGNISED, Question, question_of
from kechuang.platforms.models import PlatformKind
from kechuang.ui.formats import parse_day
from kechuang.ui.parts import Crumb

CARDS = 8
"""The indicators, counties and departments one picture of the wall has room for."""


@require_safe
def wall(request: Request) -> HttpResponse:
    """Show the cockpit as pictures of 16:9 that change by themselves; without scripts they stand below each other."""
    day = day_asked(request)
    shown = pages.city(actor=request.actor, day=day)
    rows = shown["rows"]
    departments = [row for row in shown["departments"] if row.responsible or row.recognised.value]
    return render(
        request,
        "cockpit/wall.html",
        {
            **shown,
            "heading": _("方案进展（大屏）"),
            "year_first": min(shown["first_year"], day.year),
            "year_last": request.actor.today.year,
            "groups": [rows[place : place + CARDS] for place in range(0, len(rows), CARDS)],
            "departments": departments[: 2 * CARDS],
            "counties": shown["counties"][: 2 * CARDS],
        },
    )


@require_safe
def genealogy(request: Request) -> HttpResponse:
    """Show which platform grew out of which, as lines over the years and as a table."""
    day = day_asked(request)
    drawn = family_chart(lives(actor=request.actor, on=day), day)
    context = {
        "heading": _("平台谱系"),
        "crumbs": [Crumb(_("方案进展"), reverse("cockpit:cockpit")), Crumb(_("平台谱系"))],
        "lead": _("哪个平台由哪个平台孵化而来，各在什么时候升了级。"),
        "day": day,
        "is_past": day != request.actor.today,
        "family": drawn,
    }
    return render(request, "cockpit/genealogy.html", context)


@require_safe
def compare(request: Request) -> HttpResponse:
    """Set two days side by side: what came, what went, what rose, and why each indicator moved."""
    day = day_asked(request)
    since = parse_day(request.GET.get("since", "")) or day - timedelta(days=365)
    if not FIRST <= since <= day:
        raise Http404
    actor = request.actor
    every = Question(tuple(PlatformKind.objects.values_list("code", flat=True)), RECOGNISED)
    plan = documents.plan_current(actor=actor, on=day)
    codes = plan.indicators.order_by("order").values_list("code", flat=True) if plan else []
    known = [(code, question) for code in codes if (question := question_of(code))]
    register = Register(actor, day, also=(since,))
    found = register.ask()
    questions = [every, *(question for _code, question in known)]
    moves = moving.changes(actor=actor, since=since, until=day, questions=questions)
    names = [_("全部认定平台"), *(labels().get(code, code) for code, _question in known)]
    rows = [
        _compared(name, question, change, register, since)
        for name, question, change in zip(names, questions, moves, strict=True)
    ]
    for row, (code, _question) in zip(rows[1:], known, strict=True):
        row["url"] = f"{reverse('cockpit:changes')}?on={day}&since={since}&indicator={code}"
    part = request.GET.get("part", "")
    if part not in ("", *moving.PARTS):
        raise Http404
    listed = list(moving.moved(actor=actor, since=since, until=day, question=every, part=part))
    return render(
        request,
        "cockpit/compare.html",
        {
            "heading": _("两个日期对比"),
            "crumbs": [Crumb(_("方案进展"), reverse("cockpit:cockpit")), Crumb(_("两个日期对比"))],
            "day": day,
            "since": since,
            "rows": rows,
            "words": list(moving.PARTS.items()),
            "part": part,
            "part_word": moving.PARTS.get(part, ""),
            "base_url": f"{reverse('cockpit:compare')}?on={day}&since={since}",
            "levels": _levels(found, register, since),
            "table": moved_table(listed),
            "counted": len(listed),
        },
    )


def _compared(name: Any, question: Question, change: moving.Change, register: Register, since: date) -> dict[str, Any]:
    before, after = (sum(register.found.on(one, question).values()) for one in (since, register.day))
    return {
        "name": name,
        "before": before,
        "before_url": register.url(question.kinds, question.levels, on=since),
        "after": after,
        "after_url": register.url(question.kinds, question.levels),
        "parts": [(word, change.parts[part]) for part, word in moving.PARTS.items()],
        "net": change.net,
    }


def _levels(found: Any, register: Register, since: date) -> list[dict[str, Any]]:
    rows = []
    for number in blocks.level_numbers(register):
        then = register.past(since, (number.level,))
        rows.append({"word": number.word, "before": then, "after": number, "net": number.value - then.value})
    return rows
