"""The working-day calendar of this installation (工作日历): read by everybody, edited a year at a time.

Days come with the catalogue; a year it does not hold is estimated from the statutory
holidays until somebody enters the State Council's notice. What a person has entered is
never overwritten by a catalogue. Every worker keeps the calendar it has read and asks
only for its version again.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import cast

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from kechuang.catalogue.holiday_notices import workday_table
from kechuang.catalogue.whole import Catalogue
from kechuang.kernel import events
from kechuang.kernel.access import Actor
from kechuang.kernel.errors import NotAllowed, Refused, Stale
from kechuang.kernel.models import CalendarDay, CalendarNotice
from kechuang.pure.workdays import FRIDAY, Calendar

KEEPER = "system_admin"
ESTIMATED_YEARS = 2
FIRST_YEAR, LAST_YEAR = 2008, 2100
MOST_DAYS = 120

_kept: tuple[int, Calendar] | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """A day of a year's arrangement: whether it is worked, and what it is called."""

    day: date
    works: bool
    name: str


@dataclass(frozen=True, slots=True)
class DayChange:
    """What a new arrangement makes of a day; ``was`` and ``becomes`` tell whether it is worked."""

    day: date
    was: bool
    becomes: bool
    name: str


def calendar_version() -> int:
    """Return the version of the calendar, 0 before anything was entered: one query."""
    return CalendarNotice.objects.aggregate(newest=Max("pk"))["newest"] or 0


def calendar() -> Calendar:
    """Return the calendar in force: one query while nothing has changed, three after a change.

    Callers that reckon many days read it once and pass it on.
    """
    global _kept  # noqa: PLW0603 - one calendar per process, replaced when its version has moved
    version = calendar_version()
    if _kept is None or _kept[0] != version:
        days = dict(CalendarDay.objects.values_list("day", "works"))
        _kept = (version, Calendar(days, frozenset(published_years())))
    return _kept[1]


def forget() -> None:
    """Forget what this process has read; for tests, whose databases come and go."""
    global _kept  # noqa: PLW0603 - see ``calendar``
    _kept = None


def notices() -> dict[int, CalendarNotice]:
    """Return year → its newest entry."""
    newest = CalendarNotice.objects.order_by("year", "-pk").distinct("year").select_related("entered_by")
    return {notice.year: notice for notice in newest}


def published_years() -> list[int]:
    """Return the years whose official arrangement is known."""
    return [year for year, notice in notices().items() if notice.published]


def estimate_note(calendar: Calendar, *days: date | None) -> str:
    """Return 暂按法定假日估算 when one of ``days`` lies in a year without its notice, else an empty text."""
    known = all(day is None or day == date.max or day.year in calendar.years for day in days)
    return "" if known else _("暂按法定假日估算")


def load(catalogue: Catalogue) -> None:
    """Take the days of ``catalogue`` in, and estimate the years after its last one.

    Years that a person has entered stay as they are. Loading the same again changes nothing.
    """
    rows = [Day(row.day, row.works, row.name) for row in catalogue.reference.workday_exceptions]
    known = notices()
    given = sorted({row.day.year for row in rows})
    for year in given:
        if year not in known or known[year].entered_by_id is None:
            _settle(year, [row for row in rows if row.day.year == year], source=_("规则库"), published=True)
    after = given[-1] if given else None
    if after is not None:
        missing = [year for year in range(after + 1, after + 1 + ESTIMATED_YEARS) if year not in known]
        estimate(missing)


def estimate(years: Iterable[int]) -> None:
    """Fill ``years`` with the statutory holidays, marked as not yet published."""
    for year in years:
        _settle(year, statutory_days(year), source=_("法定节假日（尚无放假通知）"), published=False)


def statutory_days(year: int) -> list[Day]:
    """Return what is known of ``year`` without its notice; a source of the seed and of comparison."""
    return days_read(workday_table(year, year), year)


def days_read(text: str, year: int) -> list[Day]:
    """Read an arrangement of ``year`` from CSV (``day,works,name``) or from lines of its own.

    A line is a day or a span and a word: ``2027-02-05 至 2027-02-11 春节`` or ``2027-02-20 上班``.
    Only days that are not what their weekday says are returned, in their order. Raises
    ``Refused`` with the first line that cannot be read.
    """
    found: dict[date, Day] = {}
    lines = [line.strip() for line in text.lstrip("\ufeff").splitlines()]
    for number, line in enumerate(lines, start=1):
        if not line or line.startswith("day,"):
            continue
        for row in _line_read(line, number):
            if row.day.year != year:
                raise Refused(
                    _("第 %(number)d 行的 %(day)s 不在 %(year)d 年；一次只录入一个年度。")
                    % {"number": number, "day": row.day, "year": year},
                    field="text",
                )
            if row.works != (row.day.weekday() <= FRIDAY):
                found[row.day] = row
            else:
                found.pop(row.day, None)
    if len(found) > MOST_DAYS:
        raise Refused(_("一年的调休与节假日不会超过 %(most)d 天，请核对文本。") % {"most": MOST_DAYS}, field="text")
    return [found[day] for day in sorted(found)]


DAY = r"(?:(\d{4})\s*[-年/.])?\s*(\d{1,2})\s*[-月/.]\s*(\d{1,2})\s*日?"
SPAN = re.compile(rf"^{DAY}(?:\s*(?:至|到|—|~|－)\s*{DAY})?[\s，,：:]*(.*)$")
YES, NO = ("true", "1", "是", "上班"), ("false", "0", "否", "放假", "休息")


def _line_read(line: str, number: int) -> list[Day]:
    if line.count(",") >= 2:  # noqa: PLR2004 - day,works,name
        return [_csv_read(line, number)]
    year_of_line = re.match(r"^(\d{4})", line)
    found = SPAN.match(line)
    if found is None or (year_of_line is None and found.group(1) is None):
        raise _unreadable(line, number)
    y, m, d, y2, m2, d2, name = found.groups()
    first = _day(y, m, d, line, number)
    last = _day(y2 or y, m2, d2, line, number) if m2 else first
    if last < first or (last - first).days > MOST_DAYS:
        raise _unreadable(line, number)
    works = any(word in name for word in ("上班", "补班", "调班"))
    label = name.strip("，。；; ") or (_("调休上班") if works else _("放假"))
    return [Day(first + timedelta(days=n), works, label[:60]) for n in range((last - first).days + 1)]


def _csv_read(line: str, number: int) -> Day:
    typed, works, name = (cell.strip() for cell in next(csv.reader(io.StringIO(line)))[:3])
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        raise _unreadable(line, number) from None
    if works.lower() not in (*YES, *NO):
        raise _unreadable(line, number)
    return Day(day, works.lower() in YES, name[:60])


def _day(year: str | None, month: str, day: str, line: str, number: int) -> date:
    try:
        return date(int(cast("str", year)), int(month), int(day))
    except (TypeError, ValueError):
        raise _unreadable(line, number) from None


def _unreadable(line: str, number: int) -> Refused:
    return Refused(
        _("第 %(number)d 行读不懂：“%(line)s”。请写成“2027-02-05 至 2027-02-11 春节”或“2027-02-20 上班”。")
        % {"number": number, "line": line[:60]},
        field="text",
    )


def year_days(year: int) -> dict[date, CalendarDay]:
    """Return the days of ``year`` that are not what their weekday says."""
    return {row.day: row for row in CalendarDay.objects.filter(day__year=year)}


def changes_between(year: int, days: Iterable[Day]) -> list[DayChange]:
    """Return the days of ``year`` on which ``days`` would change whether one works."""
    before = {day: row.works for day, row in year_days(year).items()}
    after = {row.day: row for row in days}
    changed = []
    for day in sorted({*before, *after}):
        plain = day.weekday() <= FRIDAY
        was, becomes = before.get(day, plain), after[day].works if day in after else plain
        if was != becomes:
            changed.append(DayChange(day, was, becomes, after[day].name if day in after else _("照常")))
    return changed


def calendar_with(year: int, days: Iterable[Day]) -> Calendar:
    """Return the calendar as it would be with the published arrangement ``days`` of ``year``."""
    now = calendar()
    kept: Mapping[date, bool] = {day: works for day, works in now.exceptions.items() if day.year != year}
    return Calendar({**kept, **{row.day: row.works for row in days}}, now.years | {year})


@transaction.atomic
def year_enter(*, year: int, days: Iterable[Day], source: str, version: int, actor: Actor) -> CalendarNotice:
    """Let the published arrangement ``days`` of ``year`` be in force, and move the deadlines it moves.

    ``version`` is the calendar the person saw: ``Stale`` when somebody was faster. Every
    deadline that moves leaves its mark in the audit trail.
    """
    if not actor.holds(KEEPER):
        raise NotAllowed(_("工作日历由系统管理员维护。"))
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Refused(
            _("年度应在 %(first)d 至 %(last)d 之间。") % {"first": FIRST_YEAR, "last": LAST_YEAR}, field="year"
        )
    if not source.strip():
        raise Refused(_("请写明依据，例如放假通知的文号。"), field="source")
    CalendarNotice.objects.select_for_update().order_by("pk").last()
    if calendar_version() != version:
        raise Stale(_("日历刚刚被他人改动，请重新预览后再确认。"))
    rows = list(days)
    if not rows:
        raise Refused(_("没有读到任何调休或放假的日子。"), field="text")
    return _settle(year, rows, source=source.strip()[:200], published=True, actor=actor)


def _settle(year: int, days: list[Day], *, source: str, published: bool, actor: Actor | None = None) -> CalendarNotice:
    """Write ``days`` of ``year`` where they differ, and who says so."""
    before = year_days(year)
    changed = changes_between(year, days)
    newest = notices().get(year)
    same = {row.day: (row.works, row.name) for row in days} == {d: (r.works, r.name) for d, r in before.items()}
    if newest and actor is None and same and newest.published == published:
        return newest
    CalendarDay.objects.filter(day__year=year).exclude(day__in=[row.day for row in days]).delete()
    CalendarDay.objects.bulk_create(
        [CalendarDay(day=row.day, works=row.works, name=row.name) for row in days],
        update_conflicts=True,
        unique_fields=["day"],
        update_fields=["works", "name"],
    )
    notice = CalendarNotice.objects.create(
        year=year,
        source=source,
        published=published,
        changes=[{"day": row.day.isoformat(), "was": row.was, "becomes": row.becomes} for row in changed],
        entered_by_id=actor.user_id if actor else None,
    )
    events.publish("calendar.changed", notice)
    return notice
