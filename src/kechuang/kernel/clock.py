"""How long a case has been where it is, and how much of its time is used (办理时限).

All of it follows from the moves and the process: a case stays in a state from the day it
came until the day it left. Where the process says that the legal clock ``runs``, working
days are counted; where it is ``stopped`` (a correction is asked for, 补正) they are not, and
a state that is entered again goes on with what it had left. A state without a word about the
clock, before acceptance or after the decision, has its own time afresh at every stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from kechuang.kernel.calendar_days import calendar as calendar_in_force
from kechuang.kernel.calendar_days import estimate_note
from kechuang.kernel.models import AuditEvent, Move, Stateful
from kechuang.kernel.processes import process_of
from kechuang.pure.process import Process, State
from kechuang.pure.workdays import Calendar

RUNS, STOPPED = "runs", "stopped"
SOON_SHARE = 3
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Stay:
    """A case rested in ``state`` from ``first`` to ``last``, ``None`` while it is still there."""

    state: State
    first: date
    last: date | None = None


@dataclass(frozen=True, slots=True)
class Clock:
    """The time of the step a case is at, in working days.

    ``used`` of ``allowed`` (``None`` = nothing limits it) by ``due_on``; ``stopped_because`` is not empty
    while the clock stands still, and then nothing is due. ``counted_from`` and ``counted_days`` are what
    ``due_on`` was reckoned from, ``used_before`` what earlier stays had used of it. ``total`` is
    what the running states together have used since acceptance, ``None`` where no legal clock runs.
    ``estimated`` is 暂按法定假日估算 when a year's notice is missing, else empty.
    """

    used: int
    allowed: int | None
    due_on: date | None = None
    stopped_because: str = ""
    counted_from: date | None = None
    counted_days: int | None = None
    used_before: int = 0
    total: int | None = None
    estimated: str = ""

    @property
    def is_stopped(self) -> bool:
        """Whether the clock stands still."""
        return bool(self.stopped_because)

    def left(self, today: date, calendar: Calendar) -> int | None:
        """Return the working days left on ``today``, negative when overdue, ``None`` without a limit."""
        return None if self.due_on is None else calendar.between(today, self.due_on)


def legal_clock(obj: Stateful, *, calendar: Calendar | None = None, today: date | None = None) -> Clock:
    """Return how much of its time the step of ``obj`` has used by ``today`` (the city's today)."""
    process = process_of(obj.process_version_id)
    found = stays_of(process, obj.state, _moves(obj), begun_on=_begun_on(obj))
    return clock_of(found, calendar=calendar or calendar_in_force(), today=today or timezone.localdate())


def stays_of(process: Process, state: str, moves: Iterable[Move], *, begun_on: date | None) -> list[Stay]:
    """Return where a case rested, oldest first; ``moves`` oldest first, partial ones among them.

    Without ``begun_on`` the first stay is taken to begin with the first move.
    """
    found: list[Stay] = []
    first = begun_on
    for move in moves:
        if move.partial:
            continue
        left = timezone.localdate(move.taken_at)
        found.append(Stay(process.state(move.source), first or left, left))
        first = left
    return [*found, Stay(process.state(state), first or timezone.localdate())]


def clock_of(stays: Sequence[Stay], *, calendar: Calendar, today: date) -> Clock:
    """Return the clock of the last of ``stays``; ``stays`` is not empty."""
    now, period = stays[-1], _period(stays)
    total = sum(_used(stay, calendar, today) for stay in period if stay.state.clock == RUNS) if period else None
    if now.state.clock == STOPPED:
        return _stopped(now, period, total, calendar, today)
    same = [stay for stay in period if stay.state.name == now.state.name] or [now]
    used = sum(_used(stay, calendar, today) for stay in same)
    allowed = now.state.working_days or None
    if allowed is None:
        return Clock(used=used, allowed=None, total=total)
    counted, days, before = _last_count(same, allowed, calendar, today)
    due = calendar.add(counted, days)
    return Clock(
        used=used,
        allowed=allowed,
        due_on=due,
        counted_from=counted,
        counted_days=days,
        used_before=before,
        total=total,
        estimated=estimate_note(calendar, counted, due),
    )


def warn_day(due_on: date, allowed: int, calendar: Calendar) -> date:
    """Return the first day on which a deadline is near: a third of its time left, or one working day."""
    near = max(1, allowed // SOON_SHARE)
    day = due_on
    while calendar.between(day - DAY, due_on) <= near:
        day -= DAY
    return day


def light_on(today: date, *, due_on: date | None, warn_on: date) -> str:
    """Return the light of a deadline on ``today``, ``""`` where nothing is due."""
    if due_on is None:
        return ""
    if today > due_on:
        return "overdue"
    return "due_soon" if today >= warn_on else "normal"


def _period(stays: Sequence[Stay]) -> list[Stay]:
    """Return the stays since acceptance: the last ones over which the legal clock runs or stands still."""
    found: list[Stay] = []
    for stay in reversed(stays):
        if stay.state.clock not in (RUNS, STOPPED):
            break
        found.append(stay)
    return found[::-1]


def _used(stay: Stay, calendar: Calendar, today: date) -> int:
    return max(0, calendar.between(stay.first, stay.last or today))


def _last_count(same: Sequence[Stay], allowed: int, calendar: Calendar, today: date) -> tuple[date, int, int]:
    """Return (from, days, used before) of the stay in which the time runs out, or will."""
    before = 0
    for stay in same[:-1]:
        used = _used(stay, calendar, today)
        if before + used > allowed:
            return stay.first, allowed - before, before
        before += used
    return same[-1].first, allowed - before, before


def _stopped(now: Stay, period: Sequence[Stay], total: int | None, calendar: Calendar, today: date) -> Clock:
    running = [stay for stay in period if stay.state.clock == RUNS]
    if not running:
        return Clock(used=0, allowed=None, stopped_because=now.state.clock_text, total=total)
    last = running[-1].state
    used = sum(_used(stay, calendar, today) for stay in running if stay.state.name == last.name)
    return Clock(used=used, allowed=last.working_days, stopped_because=now.state.clock_text, total=total)


def _moves(obj: Stateful) -> list[Move]:
    kind = ContentType.objects.get_for_model(obj)
    return list(Move.objects.filter(content_type=kind, object_id=obj.pk).order_by("id"))


def _begun_on(obj: Stateful) -> date | None:
    entered = AuditEvent.objects.filter(table=obj._meta.db_table, row=str(obj.pk), operation="INSERT")
    at = entered.order_by("id").values_list("at", flat=True).first()
    return timezone.localdate(at) if at else None
