"""The way of one case: every stay with who dealt with it and by which day, and what is still ahead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from kechuang.calls.models import Application
from kechuang.calls.selectors.offers import way_ahead
from kechuang.directory.selectors import ROLE_LABELS
from kechuang.kernel.calendar_days import calendar
from kechuang.kernel.clock import STOPPED, clock_of, stays_of
from kechuang.kernel.models import Move
from kechuang.kernel.processes import process_of
from kechuang.pure.process import State
from kechuang.pure.workdays import Calendar

DONE, CURRENT, AHEAD = "done", "current", "ahead"
UNITS = {
    "applicant": "organisation",
    "host_admin": "organisation",
    "county_officer": "county",
    "department_officer": "department",
    "department_head": "department",
    "review_secretary": "department",
}


@dataclass(frozen=True, slots=True)
class Leg:
    """One stay of a case: the state's name, who deals or dealt with it, its days, and the last day of its time.

    ``due`` is ``None`` where nothing limits it or the clock stands still, which ``note`` then says.
    ``standing`` is ``done``, ``current`` or ``ahead``; what is ahead has neither first nor last day.
    """

    label: str
    who: str
    standing: str
    since: date | None = None
    until: date | None = None
    due: date | None = None
    days: int | None = None
    note: str = ""

    @property
    def is_late(self) -> bool:
        """Whether it lasts, or lasted, beyond its last day."""
        return self.due is not None and (self.until or timezone.localdate()) > self.due


def legs_of(case: Application, moves: Sequence[Move]) -> list[Leg]:
    """Return the legs of ``case``, oldest first; ``moves`` are its moves, oldest first. One query for the calendar."""
    process, days = process_of(case.process_version_id), calendar()
    taken = [move for move in moves if not move.partial]
    stays = stays_of(process, case.state, taken, begun_on=timezone.localdate(case.started_at))
    today, found = timezone.localdate(), []
    for place, stay in enumerate(stays):
        is_past = place < len(taken)
        clock = clock_of(stays[: place + 1], calendar=days, today=stay.last or today)
        due = clock.due_on or (None if is_past else _window(case, stay.state))
        who = f"{taken[place].actor} {taken[place].office}".strip() if is_past else _whose(case, stay.state)
        note = clock.stopped_because
        standing = DONE if is_past or stay.state.final else CURRENT
        found.append(
            Leg(str(stay.state.label), who, standing, stay.first, stay.last, due, stay.state.working_days, note)
        )
    return [*found, *legs_ahead(case, process.state(case.state), found[-1].due or today, days)]


def legs_ahead(case: Application, state: State, since: date, days: Calendar) -> list[Leg]:
    """Return what follows ``state`` when all goes well, each by the last day that its own time leads to."""
    found, at = [], since
    for each in way_ahead(process_of(case.process_version_id), state)[1:]:
        at = days.add(at, each.working_days) if each.working_days else at
        due = at if each.working_days else None
        note = each.clock_text if each.clock == STOPPED else ""
        whose = _whose(case, each)
        found.append(Leg(str(each.label), whose, AHEAD, due=due, days=each.working_days, note=note))
    return found


def _window(case: Application, state: State) -> date | None:
    is_first = "editable" in state.marks and case.submitted_at is None
    return timezone.localdate(case.call.closes_at) if is_first and case.call else None


def _whose(case: Application, state: State) -> str:
    """Return the role a state waits for with its unit, "" where it waits for nobody."""
    if not state.waits_for:
        return ""
    role = str(ROLE_LABELS.get(state.waits_for, state.waits_for))
    unit = getattr(case, UNITS[state.waits_for], None) if state.waits_for in UNITS else None
    return f"{role}（{unit}）" if unit else role
