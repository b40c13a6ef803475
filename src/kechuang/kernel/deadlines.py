"""Deadlines follow the working-day calendar: what a change would move, and moving it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q

from kechuang.kernel.calendar_days import calendar
from kechuang.kernel.cases import cases_keep
from kechuang.kernel.clock import warn_day
from kechuang.kernel.models import CalendarNotice, Case, CaseDesk
from kechuang.pure.workdays import Calendar

BATCH = 500


@dataclass(frozen=True, slots=True)
class Shift:
    """So many cases (件) whose deadline moves from one day to another."""

    before: date
    after: date
    cases: int


def deadlines_with(days: Calendar) -> list[Shift]:
    """Return what ``days`` would move, earliest first: one query, however many cases there are."""
    found: Counter[tuple[date, date]] = Counter()
    for pair in _pairs().order_by().values_list("clock_from", "clock_days", "due_on"):
        since, count, due = pair
        after = days.add(since, count)
        if after != due:
            found[(due, after)] += Case.objects.filter(
                closed=False, clock_from=since, clock_days=count, due_on=due
            ).count()
    return [Shift(before, after, count) for (before, after), count in sorted(found.items())]


@transaction.atomic
def deadlines_move(notice: CalendarNotice) -> None:
    """Reckon every running deadline anew by the calendar now in force, and note how many moved.

    The database writes each moved case into the audit trail.
    """
    days = calendar()
    moved = sum(_moved(pair, days) for pair in list(_pairs()))
    if moved:
        notice.moved = moved
        notice.save(update_fields=["moved"])
    for model, keys in _resumed():
        cases_keep(model, keys)


def _pairs() -> Any:
    running = Case.objects.filter(closed=False, due_on__isnull=False, clock_from__isnull=False, clock_used=0)
    return running.order_by().values("clock_from", "clock_days", "due_on").distinct()


def _moved(pair: dict[str, Any], days: Calendar) -> int:
    """Move the cases reckoned from one day over one number of days; return how many (件)."""
    after = days.add(pair["clock_from"], pair["clock_days"])
    warn = warn_day(after, pair["clock_days"], days) if pair["clock_days"] else date.max
    cases = Case.objects.filter(closed=False, clock_used=0, **pair).exclude(due_on=after, warn_on=warn)
    keys = list(cases.select_for_update().order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), BATCH):
        part = keys[start : start + BATCH]
        CaseDesk.objects.filter(case__in=part).update(ranked_on=after, warn_on=warn)
        Case.objects.filter(pk__in=part).update(due_on=after, ranked_on=after, warn_on=warn)
    return len(keys) if after != pair["due_on"] else 0


def _resumed() -> Iterator[tuple[Any, list[int]]]:
    """Yield cases that are counted anew one by one: their clock stood still before, or they set their own day."""
    singly = Q(clock_used__gt=0) | Q(clock_from=None, due_on__isnull=False)
    rows = Case.objects.filter(singly, closed=False).select_related("content_type")
    keys: dict[Any, list[int]] = {}
    for case in rows.order_by("content_type", "object_id"):
        keys.setdefault(case.content_type.model_class(), []).append(case.object_id)
    yield from keys.items()
