"""Calendar files (.ics): a deadline a person takes into a calendar (加入日历)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from icalendar import Alarm, Calendar, Event

from kechuang.ui.documents.plain import one_line, printable

PRODUCT = "-//Kechuang//CN"
MEDIA_TYPE = "text/calendar; charset=utf-8"


def deadline(
    *,
    uid: str,
    title: str,
    at: datetime | None = None,
    on: date | None = None,
    url: str = "",
    text: str = "",
    remind_days: Sequence[int] = (7, 1),
) -> bytes:
    """Return one deadline as a calendar file, by its moment ``at`` (aware) or its whole day ``on``.

    ``uid`` names the deadline for ever (``call-12-close@host``): a file taken again replaces the
    first one. ``remind_days`` are reminders, in days before. Equal input gives equal bytes. Raises
    ``ValueError`` unless exactly one of ``at`` and ``on`` is given and ``at`` is aware.
    """
    if (at is None) == (on is None):
        raise ValueError("a deadline is a moment or a day")
    if at is not None and at.tzinfo is None:
        raise ValueError("a moment needs its zone")
    event = Event()
    event.add("uid", one_line(uid))
    event.add("summary", one_line(title))
    _when(event, at, on)
    event.add("transp", "TRANSPARENT")  # a deadline does not make its reader busy
    if url:
        event.add("url", one_line(url))
    if text:
        event.add("description", printable(text))
    for days in remind_days:
        event.add_component(_reminder(one_line(title), days))
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _when(event: Event, at: datetime | None, on: date | None) -> None:
    if at is not None:
        moment = at.astimezone(UTC)
        for name in ("dtstamp", "dtstart", "dtend"):
            event.add(name, moment)
    elif on is not None:
        event.add("dtstamp", datetime(on.year, on.month, on.day, tzinfo=UTC))
        event.add("dtstart", on)
        event.add("dtend", on + timedelta(days=1))


def _reminder(title: str, days: int) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", title)
    alarm.add("trigger", timedelta(days=-days))
    return alarm
