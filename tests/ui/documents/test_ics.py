"""Calendar files: one deadline, read back by the library any calendar could use."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from kechuang.ui.documents import ics
from kechuang.ui.documents.plain import one_line

AT = datetime(2026, 12, 1, 17, 30, tzinfo=ZoneInfo("Asia/Shanghai"))


def event_of(content: bytes):
    return Calendar.from_ical(content).walk("VEVENT")[0]


def test_moment_is_told_in_universal_time():
    event = event_of(ics.deadline(uid="call-12@示例", title="申报截止", at=AT, url="https://example.cn/calls/12"))
    assert event.decoded("dtstart") == datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
    assert str(event["uid"]) == "call-12@示例"
    assert str(event["summary"]) == "申报截止"
    assert str(event["url"]) == "https://example.cn/calls/12"


def test_day_is_the_whole_day():
    event = event_of(ics.deadline(uid="a", title="截止", on=date(2026, 12, 31)))
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (date(2026, 12, 31), date(2027, 1, 1))


def test_reminders_come_before():
    alarms = event_of(ics.deadline(uid="a", title="截止", at=AT, remind_days=(3, 1))).walk("VALARM")
    assert [alarm.decoded("trigger") for alarm in alarms] == [timedelta(days=-3), timedelta(days=-1)]


def test_equal_deadlines_have_equal_bytes():
    assert ics.deadline(uid="a", title="截止", at=AT) == ics.deadline(uid="a", title="截止", at=AT.astimezone(UTC))


@pytest.mark.parametrize(
    "when",
    ({}, {"at": AT, "on": date(2026, 12, 1)}, {"at": datetime(2026, 12, 1, 17, 30)}),  # noqa: DTZ001 - refused
)
def test_deadline_is_one_moment_or_one_day(when):
    with pytest.raises(ValueError, match="a"):
        ics.deadline(uid="a", title="截止", **when)


@given(st.text(max_size=200))
def test_any_title_is_read_back_and_ends_no_line(title):
    content = ics.deadline(uid="a", title=title, at=AT, text=title)
    assert str(event_of(content)["summary"]) == one_line(title)
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
