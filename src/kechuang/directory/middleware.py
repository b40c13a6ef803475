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
from kechuang.kernel.audit import acting_as

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
        with acting_as(request.actor, request=uuid.uuid4().hex[:12]):  # type: ignore[attr-defined]
            return self.get_response(request)


def _actor(request: HttpRequest) -> Actor:
    user = getattr(request, "user", None) or get_user(request)
    today = timezone.localdate()
    return actor_for(user=user if user.is_authenticated else None, on=today)  # type: ignore[arg-type]
