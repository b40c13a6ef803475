"""The actor of a request, and whom the database writes its changes down for."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.contrib.auth import get_user
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from kechuang.directory.selectors import actor_for
from kechuang.kernel.access import Actor
from kechuang.kernel.audit import acting_as, source_of

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class ActorMiddleware:
    """Give each request its ``actor``; tell the audit trigger who writes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: _actor(request))  # type: ignore[attr-defined]
        if "\0" in request.path_info:  # no key of any row holds it, and no column can be asked for it
            raise Http404
        if request.method in SAFE:
            return self.get_response(request)
        with acting_as(request.actor, request=_name_of(request)):  # type: ignore[attr-defined]
            return self.get_response(request)


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
