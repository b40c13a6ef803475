"""What may be done at an address of the read API: reading, asking for the head, and asking what may be done."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver
from django.utils.translation import gettext as _

from kechuang.api.house import tagged
from kechuang.api.problems import problem

READING = "GET, HEAD, OPTIONS"
DAY_SECONDS = "86400"


def readable(patterns: Iterable[URLPattern | URLResolver]) -> list[URLPattern]:
    """Return the patterns with views that answer ``HEAD`` as ``GET``, say what may be done, and refuse the rest."""
    found = [pattern for pattern in patterns if isinstance(pattern, URLPattern)]  # ninja nests none
    for pattern in found:
        pattern.callback = _reading(pattern.callback)
    return found


def not_allowed(request: HttpRequest) -> HttpResponse:
    """Answer a method that is not for reading."""
    answer = problem(request, 405, _("这个地址只能读取，不接受 %(method)s。") % {"method": request.method})
    answer["Allow"] = READING
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


def allowed() -> HttpResponse:
    """Say what may be done, to programs that ask first and to browsers on other sites."""
    answer = HttpResponse(status=204)
    del answer["Content-Type"]
    answer["Allow"] = READING
    answer["Access-Control-Allow-Origin"] = "*"
    answer["Access-Control-Allow-Methods"] = READING
    answer["Access-Control-Allow-Headers"] = "Authorization, If-None-Match"
    answer["Access-Control-Max-Age"] = DAY_SECONDS
    return answer


def _reading(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "OPTIONS":
            return allowed()
        if request.method not in {"GET", "HEAD"}:
            return not_allowed(request)
        asked, request.method = request.method, "GET"
        try:
            answer = view(request, *args, **kwargs)
            described = "ETag" not in answer and answer.status_code == HTTPStatus.OK
            return tagged(request, answer) if described else answer
        finally:
            request.method = asked

    answered.csrf_exempt = True  # type: ignore[attr-defined]  # nothing is written, and programs have no form
    return answered
