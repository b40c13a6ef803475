"""The actor of a request, and whom the database writes its changes down for."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable

from django.contrib.auth import get_user
from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.views.defaults import bad_request

from kechuang.directory.selectors import actor_for
from kechuang.kernel.access import Actor
from kechuang.kernel.audit import acting_as, source_of
from kechuang.kernel.web import SAFE

logger = logging.getLogger(__name__)
LONGEST_QUERY = 16_000
"""Characters after the question mark: no list of ours asks for more, and a page would print them several times."""


class ActorMiddleware:
    """Give each request its ``actor``; tell the audit trigger who writes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: _actor(request))  # type: ignore[attr-defined]
        if "\0" in request.path_info:  # no key of any row holds it, and no column can be asked for it
            raise Http404
        if len(request.META.get("QUERY_STRING", "")) > LONGEST_QUERY:
            return HttpResponse("address too long\n", status=414, content_type="text/plain; charset=utf-8")
        if request.method in SAFE:
            return self.get_response(request)
        with acting_as(request.actor, request=_name_of(request)):  # type: ignore[attr-defined]
            return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer 400 to text no database holds, wherever a page forgot to look: the asker's fault, not ours."""
        if not is_unwritable(exception):
            return None
        logger.warning("unwritable text sent to %s", request.path)
        return bad_request(request, exception)


def is_unwritable(error: Exception) -> bool:
    """Tell whether an error means that what was sent is text no database holds: a NUL, half of a surrogate pair."""
    if isinstance(error, UnicodeEncodeError):
        return True
    return isinstance(error, (DataError, ValueError)) and "NUL" in str(error)


def _name_of(request: HttpRequest) -> str:
    """Return the name of this request in the trail, with the address it came from.

    The address of who has not signed in is not kept: an objector or an invited reviewer owes nobody his own.
    """
    name = uuid.uuid4().hex[:12]
    is_known = request.actor.user_id is not None  # type: ignore[attr-defined]
    return f"{name} {source_of(request)}".strip() if is_known else name


def _actor(request: HttpRequest) -> Actor:
    user = getattr(request, "user", None) or get_user(request)
    today = timezone.localdate()
    return actor_for(user=user if user.is_authenticated else None, on=today)  # type: ignore[arg-type]
