"""Writes down who looked at a watched page, once its answer is there."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from kechuang.kernel.audit import source_of
from kechuang.kernel.audit_reads import reads_record
from kechuang.oversight.watched import seen_by


class ReadingMiddleware:
    """Record each successful GET of a watched page by somebody signed in. Stands after ``ActorMiddleware``."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method == "GET" and response.status_code == HTTPStatus.OK and (shown := seen_by(request)):
            subject, taken = shown
            actor = request.actor  # type: ignore[attr-defined]
            told = {"address": request.get_full_path(), "request": source_of(request)}
            reads_record(actor=actor, subjects=[subject], taken=taken, **told)
        return response
