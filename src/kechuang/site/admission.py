"""Who is served first when more people come than can be served at once (集中提交时的准入).

A process works on as many requests at once as it has lanes (``KECHUANG_THREADS``); whoever comes then waits
in line: those who hand something in before those who look at their own things, those before the public that
browses. A browser waits a moment only and is then told to come back (503 with ``Retry-After``): the last ten
minutes before a deadline belong to those who submit.

The wait is held before the session is read, so nobody who waits holds a database connection.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import IntEnum
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from kechuang.kernel.web import SAFE

RETRY_SECONDS = 5
WATCHED = "/healthz"
"""What watches the service is answered in any case: a busy process is not a dead one."""


class Rank(IntEnum):
    """Whose turn it is first."""

    WRITING = 0
    SIGNED_IN = 1
    BROWSING = 2


PATIENCE = {Rank.WRITING: 25.0, Rank.SIGNED_IN: 15.0, Rank.BROWSING: 1.0}
"""Seconds a request of a rank waits for its turn."""


class Gate:
    """A number of lanes, and those who wait for one, by rank and then by who came first."""

    def __init__(self, lanes: int, patience: dict[Rank, float] = PATIENCE) -> None:
        self._patience = patience
        self._free = lanes
        self._lock = threading.Lock()
        self._waiting: dict[Rank, deque[threading.Event]] = {rank: deque() for rank in Rank}

    def waiting(self) -> dict[Rank, int]:
        """Return how many of each rank wait now."""
        with self._lock:
            return {rank: len(line) for rank, line in self._waiting.items()}

    @contextmanager
    def lane(self, rank: Rank) -> Iterator[bool]:
        """Give a lane when it is this rank's turn, and take it back at the end; ``False`` when it took too long."""
        given = self._enter(rank)
        try:
            yield given
        finally:
            if given:
                self._leave()

    def _enter(self, rank: Rank) -> bool:
        turn = threading.Event()
        with self._lock:
            if self._free:
                self._free -= 1
                return True
            self._waiting[rank].append(turn)
        if turn.wait(self._patience[rank]):
            return True
        with self._lock:
            if turn.is_set():  # given in the very moment
                return True
            self._waiting[rank].remove(turn)
            return False

    def _leave(self) -> None:
        with self._lock:
            for line in self._waiting.values():
                if line:
                    line.popleft().set()
                    return
            self._free += 1


class AdmissionMiddleware:
    """Let requests in by rank. Stands after ``LocaleMiddleware`` and before whatever asks the database."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.gate = Gate(settings.KECHUANG_LANES)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(WATCHED):
            return self.get_response(request)
        with self.gate.lane(rank_of(request)) as given:
            return self.get_response(request) if given else later(request)


def rank_of(request: HttpRequest) -> Rank:
    """Return the rank of a request by its method and cookie alone: nothing is read to refuse it."""
    if request.method not in SAFE:
        return Rank.WRITING
    return Rank.SIGNED_IN if settings.SESSION_COOKIE_NAME in request.COOKIES else Rank.BROWSING


def later(request: HttpRequest) -> HttpResponse:
    """Say that many people are submitting now, and when to come back; a page that was only read comes back itself."""
    page = render_to_string("site/later.html", {"seconds": RETRY_SECONDS, "again": request.method in SAFE})
    answer = HttpResponse(page, status=HTTPStatus.SERVICE_UNAVAILABLE)
    answer.headers["Retry-After"] = str(RETRY_SECONDS)
    answer.headers["Cache-Control"] = "no-store"
    return answer
