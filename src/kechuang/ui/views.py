"""Views of the frame itself: the mode switch and the style guide."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from kechuang.ui.context import ELDER_COOKIE, THEME_COOKIE, THEMES

YEAR_SECONDS = 365 * 24 * 3600


@require_POST
def set_mode(request: HttpRequest) -> HttpResponse:
    """Remember theme, large print or language in a cookie and go back to the page.

    Works without JavaScript and for visitors; unknown values are ignored.
    """
    answer = HttpResponseRedirect(_way_back(request))
    theme, elder, language = (request.POST.get(name, "") for name in ("theme", "elder", "language"))
    if theme in THEMES:
        _remember(answer, THEME_COOKIE, theme)
    if elder in {"0", "1"}:
        _remember(answer, ELDER_COOKIE, elder)
    if language in dict(settings.LANGUAGES):
        _remember(answer, settings.LANGUAGE_COOKIE_NAME, language)
    return answer


def _remember(answer: HttpResponse, name: str, value: str) -> None:
    answer.set_cookie(
        name, value, max_age=YEAR_SECONDS, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE, httponly=True
    )


def _way_back(request: HttpRequest) -> str:
    """Return the page the switch was pressed on, and never another host's."""
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe else "/"


@require_GET
def styleguide(request: HttpRequest) -> HttpResponse:
    """Show every component with sample data. Only on a developer's or local machine."""
    if not settings.DEBUG and getattr(settings, "PRODUCTION", True):
        raise Http404
    from kechuang.ui.samples import showcase  # noqa: PLC0415 - samples are not loaded in production

    return render(request, "ui/styleguide.html", showcase())
