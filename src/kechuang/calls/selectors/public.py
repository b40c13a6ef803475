"""What anybody may read without signing in: publicities, certificates, how far a case is."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from kechuang.calls.models import Application, Decision, Publicity
from kechuang.kernel.calendar_days import calendar
from kechuang.kernel.clock import Clock, legal_clock
from kechuang.kernel.moves import moves_of
from kechuang.kernel.processes import process_of
from kechuang.pure.process import State

SHOWN_DAYS = 90
TAIL = 4


def publicities_shown(*, today: date) -> QuerySet[Publicity]:
    """Return the publicities that run or ended in the last ``SHOWN_DAYS``, running ones first."""
    return publicities_open(today=today).filter(closes_on__gte=today - timedelta(days=SHOWN_DAYS))


def publicities_open(*, today: date) -> QuerySet[Publicity]:
    """Return the publicities whose first day has come: nothing is public before the day it says."""
    return Publicity.objects.filter(opens_on__lte=today).order_by("-closes_on", "pk")


def days_left(publicity: Publicity, *, today: date) -> int:
    """Return the working days (个工作日) left in which an objection may be raised; 0 on the last day."""
    return calendar().between(today, publicity.closes_on)


Standing = Callable[[Decision], str | None]
_standings: list[Standing] = []


def register_standing(standing: Standing) -> None:
    """Ask ``standing(decision)`` whether what was certified has ended since, and how; ``None`` while it holds."""
    if standing not in _standings:
        _standings.append(standing)


def decision_by_token(token: str) -> Decision | None:
    """Return the certified decision a code on paper leads to."""
    rows = Decision.objects.select_related("application__organisation", "application__item", "application__department")
    return rows.filter(token=token).first() if token else None


def decision_by_certificate(number: str) -> Decision | None:
    """Return the certified decision with this certificate number."""
    return Decision.objects.exclude(certificate_number="").filter(certificate_number=number.strip()).first()


def ended(decision: Decision) -> str | None:
    """Return how what was certified has ended since, or ``None`` while it is in force."""
    return next((said for standing in _standings if (said := standing(decision))), None)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a case is, for whoever knows its number and the last digits of its telephone."""

    application: Application
    state: State
    states: tuple[tuple[State, str], ...]
    since: date
    clock: Clock


def progress_of(*, number: str, tail: str) -> Progress | None:
    """Return how far the case is; the same nothing for a wrong number as for wrong digits."""
    wanted = number.strip().upper()
    case = Application.objects.select_related("item", "department").filter(number=wanted).exclude(number="").first()
    known = case.phone_tail if case else "-" * TAIL
    fits = hmac.compare_digest(known.encode(), tail.strip().encode())
    if case is None or not fits or len(known) != TAIL:
        return None
    moves = [move for move in moves_of(case) if not move.partial]
    process = process_of(case.process_version_id)
    passed = {move.source for move in moves}
    now = process.state(case.state)
    way = tuple(
        (state, "current" if state.name == case.state else "done")
        for state in process.states
        if state.name in passed | {case.state}
    )
    since = timezone.localdate(moves[-1].taken_at if moves else case.started_at)
    return Progress(case, now, way, since, legal_clock(case))
