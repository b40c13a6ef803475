"""Reading the register: the list, one platform one page, the matrix, and why something is not seen."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from kechuang.kernel.web import Request
from kechuang.platforms import access, selectors
from kechuang.platforms.forms import WhyForm
from kechuang.platforms.resource import REGISTER, level_word
from kechuang.platforms.views import life, sections
from kechuang.ui.acts import asked_day
from kechuang.ui.lists import Listing, resource_list
from kechuang.ui.parts import Action, Crumb


def platform_list(request: HttpRequest) -> HttpResponse:
    """Show the register of today, or of the day asked for."""
    return resource_list(request, REGISTER, extra=lambda shown: _tools(request, shown))


def _tools(request: HttpRequest, shown: Listing) -> dict[str, object]:
    actor = request.actor  # type: ignore[attr-defined]
    actions = []
    if access.PLATFORMS.may_any(actor, "add"):
        actions.append(Action(_("登记平台"), reverse("platforms:register"), primary=True))
        actions.append(Action(_("查重"), reverse("platforms:doubles")))
    return {"actions": actions}


def detail(request: Request, number: str) -> HttpResponse:
    """Show one platform as it was at the end of the day asked for (一平台一档)."""
    actor, day = request.actor, asked_day(request)
    entries = selectors.entries_seen(actor=actor, number=number, on=day)
    if not entries:
        raise Http404
    entry, platform = entries[0], entries[0].platform
    today = day == actor.today
    told = selectors.chronicle(platform=platform, entries=entries, actor=actor, on=day)
    steps, beside = (
        selectors.open_steps(platform, access=access.PLATFORMS, actor=actor, beside=access.BESIDE)
        if today
        else ([], frozenset())
    )
    upward = selectors.next_level(kind=entry.kind, level=entry.level, on=day)
    relatives = selectors.family(platform=platform, entries=entries, actor=actor, on=day)
    context = {
        "heading": entry.name,
        "number": entry.number,
        "state": entry.standing,
        "lead": f"{entry.kind} · {level_word(entry.level)}",
        "next_step": sections.next_step(platform) if today and actor.offices else "",
        "actions": [*sections.actions(platform, steps, beside), *life.buttons(platform, beside)],
        "crumbs": [Crumb(_("平台名录"), reverse("platforms:list")), Crumb(entry.number)],
        "day": day,
        "is_past": not today,
        "sections": [
            sections.facts(entry),
            sections.recognitions(told, day),
            *([life.section(platform, actor)] if today else []),
            sections.spans(entries),
            sections.partners(told, day, may_end="partner" in beside),
            sections.upward(entry, upward),
            sections.family(platform, relatives),
        ],
        "timeline": told.happenings,
    }
    return render(request, "platforms/detail.html", context)


def matrix(request: Request) -> HttpResponse:
    """Show who is competent for which type at which level, with what the register holds there."""
    actor, day = request.actor, asked_day(request)
    return render(
        request,
        "platforms/matrix.html",
        {
            "heading": _("类别与级别"),
            "lead": _("每一类平台在每一级由谁认定、本市由哪个部门归口。"),
            "day": day,
            "levels": [level.label for level in selectors.RECOGNISED_LEVELS],
            "rows": sections.matrix_rows(day, may_transfer=access.COMPETENCE.may_any(actor, "transfer")),
        },
    )


def why(request: Request) -> HttpResponse:
    """Answer why a platform is not seen, in the words of the access table."""
    asked = request.GET.get("number")
    form = WhyForm(request.GET if asked is not None else None)
    sentences: list[str] = []
    if form.is_valid():
        sentences = selectors.why_not_visible(actor=request.actor, number=form.cleaned_data["number"])
    return render(request, "platforms/why.html", {"heading": _("为什么看不到"), "form": form, "sentences": sentences})


@login_required
def doubles(request: Request) -> HttpResponse:
    """Show platforms that may have been entered twice, to those who enter platforms."""
    if not access.PLATFORMS.may_any(request.actor, "add"):
        raise Http404
    found = selectors.doubles_of(actor=request.actor, on=request.actor.today)
    return render(
        request,
        "platforms/doubles.html",
        {
            "heading": _("平台查重"),
            "lead": _("同一类别、名称相近的平台；是否重复由人判断。"),
            "table": sections.doubles(found),
        },
    )
