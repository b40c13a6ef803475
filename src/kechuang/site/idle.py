"""Ends a session nobody uses, at the cost of at most one write a minute."""

import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

RENEWED_AT = "renewed_at"
RENEW_SECONDS = 60


class IdleTimeoutMiddleware:
    """Move the end of a signed-in session forward, but not more often than once a minute.

    The store's own expiry does the ending: a session not saved for ``SESSION_COOKIE_AGE`` seconds is gone.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and not request.session.is_empty():
            now = int(time.time())
            if now - request.session.get(RENEWED_AT, 0) >= RENEW_SECONDS:
                request.session[RENEWED_AT] = now
        return self.get_response(request)
