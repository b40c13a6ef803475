"""The portal's pages: front page, figures, notices."""

from __future__ import annotations

from typing import Any, cast

from csp.constants import SELF
from csp.decorators import csp_replace
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from kechuang.cockpit import pages
from kechuang.kernel.web import Request
from kechuang.portal.figures import Board, Figure, board
from kechuang.portal.kept import kept
from kechuang.portal.notices import CALL, PUBLICITY, RECOGNITION, SORTS, notices, words
from kechuang.ui.acts import asked_day
from kechuang.ui.parts import Crumb

LATEST = 6
FIRST_YEAR, LAST_YEAR = 1949, 2199


@require_safe
def home(request: Request) -> HttpResponse:
    """Show the plan's one number, the doors, and what was made known last."""
    day = request.actor.today
    doors = [
        (_("平台名录"), _("查每一个平台：级别、依托单位、认定文件"), reverse("platforms:list")),
        (_("方案进展"), _("目标到哪一步，为什么，谁负责"), reverse("cockpit:cockpit")),
        (_("数据与图表"), _("每个数字背后的名单，图表可嵌入"), reverse("portal:figures")),
        (_("办事"), _("能申报什么、什么条件、何时截止"), reverse("calls:items")),
        (_("通知公告"), _("申报通知、公示、认定公告"), reverse("portal:notices")),
        (_("开放数据"), _("整份下载，也可用程序读取"), reverse("portal:data")),
    ]
    public = request.actor.user_id is None
    shown = kept("front", day, lambda: _front(request)) if public else _front(request)
    context = {
        **shown,
        "title": _("首页"),
        "heading": "",
        "doors": doors,
        "register_url": reverse("platforms:list"),
    }
    return render(request, "portal/home.html", context)


def _front(request: Request) -> dict[str, Any]:
    day = request.actor.today
    return {
        **pages.front(actor=request.actor),
        "news": notices(kinds=(CALL, PUBLICITY), most=LATEST, today=day),
        "recognitions": notices(kinds=(RECOGNITION,), most=LATEST, today=day),
    }


@require_safe
def figures(request: Request) -> HttpResponse:
    """Show every figure with the list behind it, on the day asked for."""
    shown = _board(request)
    context = {
        "heading": _("数据与图表"),
        "lead": _("数字从平台登记库逐个数出，点开就是名单；不公开的平台不计入。"),
        "board": shown,
        "query": _query(request, shown),
    }
    return render(request, "portal/figures.html", context)


@require_safe
def figure(request: Request, key: str) -> HttpResponse:
    """Show one figure: its numbers, the list, the data, and how to embed it."""
    shown = _board(request)
    found = _figure(shown, key)
    context = {
        "heading": found.title,
        "lead": found.said,
        "crumbs": [Crumb(_("数据与图表"), reverse("portal:figures")), Crumb(found.title)],
        "board": shown,
        "figure": found,
        "query": _query(request, shown),
        "embed_url": request.build_absolute_uri(reverse("portal:embed", args=[key])),
    }
    return render(request, "portal/figure.html", context)


@xframe_options_exempt
@require_safe
def embed(request: Request, key: str) -> HttpResponse:
    """Show one figure alone, for the frame of another site's page; links open in the whole window.

    Which sites may, the operator says; a frame of this very site always may.
    """
    allowed = [SELF, *settings.KECHUANG_EMBED]

    @csp_replace({"frame-ancestors": allowed})
    def framed(request: HttpRequest) -> HttpResponse:
        return _embedded(request, key)

    return cast("HttpResponse", framed(request))


def _embedded(request: Any, key: str) -> HttpResponse:
    shown = _board(request)
    found = _figure(shown, key)
    page = request.build_absolute_uri(reverse("portal:figure", args=[key]))
    return render(request, "portal/embed.html", {"heading": found.title, "figure": found, "board": shown, "page": page})


@require_safe
def news(request: Request, kind: str = "") -> HttpResponse:
    """List what was made known, of all sorts or of one."""
    if kind not in ("", *SORTS):
        raise Http404
    context = {
        "heading": words().get(kind, _("通知公告")),
        "lead": _("申报通知、公示和认定公告，新的在前。对公示有异议的，可以在公示期内实名提出。"),
        "kinds": words().items(),
        "kind": kind,
        "notices": notices(kinds=(kind,) if kind else SORTS, today=request.actor.today),
    }
    return render(request, "portal/notices.html", context)


def _board(request: Request) -> Board:
    day = asked_day(request)
    return board(day if FIRST_YEAR <= day.year <= LAST_YEAR else request.actor.today)


def _figure(shown: Board, key: str) -> Figure:
    found = shown.called(key)
    if found is None:
        raise Http404
    return found


def _query(request: Request, shown: Board) -> str:
    return "" if shown.day == request.actor.today else f"?on={shown.day.isoformat()}"


@require_safe
def robots(request: Request) -> HttpResponse:
    """Say what search engines may read: everything public, nothing behind sign-in, no endless filters."""
    closed = ("/accounts/", "/my/", "/ui/", "/api/v1/", "/calls/progress/", "/embed/", "/*?*at=", "/*?*format=")
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in closed),
        f"Sitemap: {request.build_absolute_uri(reverse('portal:sitemap'))}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
