"""Pages of the search: the answers, suggestions while typing, what a person saved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kechuang.brain import access, facets, guide, words
from kechuang.brain.asking import PAGE, Found, Wanted
from kechuang.brain.models import SavedSearch, SearchRow
from kechuang.brain.selectors.places import chapters, places
from kechuang.brain.services.looking import look
from kechuang.brain.services.saving import search_alert, search_drop, search_save
from kechuang.brain.services.telling import address
from kechuang.kernel.errors import Refused
from kechuang.kernel.search import registered
from kechuang.kernel.web import Request

SUGGESTED = 8
MOST_SUGGESTED = 500
LONGEST_EXCERPT = 80
FARTHEST_PAGE = 50


@dataclass(frozen=True, slots=True)
class Answer:
    """One line of the answers, cut into pieces that are marked or not."""

    url: str
    label: str
    title: list[words.Piece]
    note: list[words.Piece]
    excerpt: list[words.Piece]


@require_safe
@never_cache
def search(request: Request) -> HttpResponse:
    """Show what answers ``q``, narrowed by every ``f``, a page at a time."""
    text, chosen, page = request.GET.get("q", ""), facets.sound(request.GET.getlist("f")), _page(request)
    found = look(text, actor=request.actor, wanted=Wanted(tuple(chosen), page))
    said = found.question.text
    context = {
        "heading": _("检索"),
        "title": _("检索：%(text)s") % {"text": said} if said else _("检索"),
        "text": text.strip()[: words.LONGEST_QUESTION],
        "asked": bool(found.question),
        "answers": [answer(row, found) for row in found.rows],
        "found": found,
        "count": facets.counted(found.count, capped=found.capped),
        "first": (page - 1) * PAGE + 1,
        "groups": [
            (group.label, [(value, _narrowed(said, chosen, value)) for value in group.values])
            for group in facets.groups(found.facets, chosen, capped=found.capped)
        ],
        "chosen": [(facets.label_of(one), _link(said, [f for f in chosen if f != one])) for one in chosen],
        "instead": [(one, _link(one, [])) for one in found.instead],
        "places": places(text, actor=request.actor) if page == 1 and not chosen else [],
        "chapters": chapters(text) if page == 1 and not chosen else [],
        "facets": chosen,
        "previous_url": _link(said, chosen, page - 1) if page > 1 else "",
        "next_url": _link(said, chosen, page + 1) if page * PAGE < found.count and page < FARTHEST_PAGE else "",
        "signed_in": request.actor.user_id is not None,
        "kept": _kept(request, said, chosen),
        "kinds": [
            searched.label for searched in registered().values() if searched.access.may_any(request.actor, "view")
        ],
    }
    return render(request, "brain/search.html", context)


@require_safe
@never_cache
def suggest(request: Request) -> HttpResponse:
    """Give the few best answers as a list for the box, while somebody types."""
    text = request.GET.get("q", "")
    found = look(text, actor=request.actor, wanted=Wanted(size=SUGGESTED, most=MOST_SUGGESTED, counting=False))
    context = {
        "places": places(text, actor=request.actor)[:3],
        "answers": [answer(row, found) for row in found.rows],
        "all_url": _link(found.question.text, []) if found.count > SUGGESTED else "",
    }
    return render(request, "brain/suggest.html", context)


@require_safe
def guide_page(request: Request) -> HttpResponse:
    """Show the guide to everybody."""
    context = {"heading": _("使用说明"), "chapters": guide.chapters(get_language() or "")}
    return render(request, "brain/guide.html", context)


@login_required
@require_safe
def saved(request: Request) -> HttpResponse:
    """List the person's saved searches."""
    rows = access.SAVED.visible(SavedSearch.objects.order_by("-created_at"), request.actor)
    shown = [(row, address(row), "、".join(_labels(row.facets))) for row in rows]
    return render(request, "brain/saved.html", {"heading": _("已存检索"), "rows": shown})


@login_required
@require_POST
def save(request: Request) -> HttpResponse:
    """Keep the question of the page it is pressed on."""
    text, chosen = request.POST.get("q", ""), facets.sound(request.POST.getlist("f"))
    try:
        search_save(text=text, facets=chosen, actor=request.actor)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(_link(text[: words.LONGEST_QUESTION], chosen))
    messages.success(request, _("已保存；有新结果时，每天最多提醒一次。"))
    return redirect("brain:saved")


@login_required
@require_POST
def alert(request: Request, token: str) -> HttpResponse:
    """Begin or end telling the person of news."""
    wanted = request.POST.get("alerts") == "1"
    search_alert(saved=_mine(request, token, "change"), actor=request.actor, alerts=wanted)
    messages.success(request, _("有新结果时将提醒您。") if wanted else _("不再提醒。"))
    return redirect("brain:saved")


@login_required
@require_POST
def drop(request: Request, token: str) -> HttpResponse:
    """Drop one saved search."""
    search_drop(saved=_mine(request, token, "remove"), actor=request.actor)
    messages.success(request, _("已删除。"))
    return redirect("brain:saved")


def answer(row: SearchRow, found: Found) -> Answer:
    """Return one row as it is printed, with what answers the question marked."""
    searched = registered().get(row.kind)
    question = found.question
    return Answer(
        url=row.url,
        label=str(searched.label) if searched else "",
        title=words.marked(row.title, question),
        note=words.marked(row.note, question),
        excerpt=words.excerpt(row.body, question, LONGEST_EXCERPT),
    )


def _mine(request: Request, token: str, action: str) -> SavedSearch:
    return get_object_or_404(access.SAVED.visible(SavedSearch.objects.all(), request.actor, action), token=token)


def _kept(request: Request, text: str, chosen: list[str]) -> bool:
    if request.actor.user_id is None or not text:
        return False
    mine = access.SAVED.visible(SavedSearch.objects.all(), request.actor)
    return mine.filter(text=text, facets=sorted(chosen)).exists()


def _page(request: Request) -> int:
    asked = request.GET.get("p", "")
    return min(max(int(asked), 1), FARTHEST_PAGE) if asked.isascii() and asked.isdigit() and len(asked) < 5 else 1  # noqa: PLR2004


def _link(text: str, chosen: list[str], page: int = 1) -> str:
    pairs: list[tuple[str, Any]] = [("q", text), *(("f", facet) for facet in chosen)]
    return f"{reverse('brain:search')}?{urlencode([*pairs, ('p', page)] if page > 1 else pairs)}"


def _narrowed(text: str, chosen: list[str], value: facets.Value) -> str:
    """Return the address with ``value`` chosen, or without it where it was."""
    others = [facet for facet in chosen if facet[0] != value.code[0]]
    return _link(text, others if value.chosen else [*others, value.code])


def _labels(codes: list[str]) -> Iterator[str]:
    yield from (label for code in codes if (label := facets.label_of(code)))
