"""Figures, money and dates as a page writes them, and dates as people type them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kechuang.ui import formats


@pytest.mark.parametrize(
    ("value", "places", "written"),
    (
        (1234567, None, "1\u202f234\u202f567"),
        (-1234, None, "-1\u202f234"),
        (0, None, "0"),
        (Decimal("12.50"), None, "12.50"),
        (1234.005, 2, "1\u202f234.01"),
        (None, None, "待补录"),
    ),
)
def test_thousands_are_parted_by_a_space_that_does_not_break(
    value: float | None, places: int | None, written: str
) -> None:
    assert formats.thousands(value, places) == written


def test_money_is_written_from_fen() -> None:
    assert formats.yuan(123456) == "1\u202f234.56\u202f元"
    assert formats.wan(1_234_500_000) == "1\u202f234.50\u202f万元"
    assert formats.wan(5_000) == "0.01\u202f万元"
    assert formats.wan(None) == "待补录"


def test_a_share_is_written_as_a_percentage() -> None:
    assert formats.percent(0.105) == "10.5%"
    assert formats.percent(Decimal("1.5"), 0) == "150%"


def test_dates_are_short_in_tables_and_long_in_prose() -> None:
    on = date(2026, 3, 5)
    assert formats.day(on) == "2026-03-05"
    assert formats.day_long(on) == "2026年3月5日"
    assert formats.moment(datetime(2026, 3, 5, 9, 7)) == "2026-03-05 09:07"  # noqa: DTZ001 - the zone is the caller's
    assert formats.day(None) == "待补录"


def test_days_left_are_said_in_words() -> None:
    assert formats.days_left(3) == "剩\u202f3\u202f个工作日"
    assert formats.days_left(0) == "今日到期"
    assert formats.days_left(-2) == "超期\u202f2\u202f个工作日"


@pytest.mark.parametrize(
    "typed",
    (
        "20261123",
        "2026-11-23",
        "2026/11/23",
        "2026.11.23",
        "2026年11月23日",
        "２０２６年１１月２３日",
        " 2026 - 11 - 23 ",
    ),
)
def test_a_date_is_read_however_it_is_typed(typed: str) -> None:
    assert formats.parse_day(typed) == date(2026, 11, 23)


@pytest.mark.parametrize("typed", ("", "2026-02-30", "2026111", "26-11-23", "明天", "2026-11"))
def test_what_is_no_day_is_not_guessed(typed: str) -> None:
    assert formats.parse_day(typed) is None


@given(st.dates(min_value=date(1000, 1, 1)))
def test_every_written_date_is_read_back(on: date) -> None:
    assert formats.parse_day(formats.day(on)) == on
    assert formats.parse_day(formats.day_long(on)) == on
    assert formats.parse_day(on.strftime("%Y%m%d")) == on


@given(st.text(max_size=20))
def test_no_text_breaks_the_reading_of_dates(typed: str) -> None:
    assert formats.parse_day(typed) is None or isinstance(formats.parse_day(typed), date)


@given(st.integers(-(10**15), 10**15))
def test_no_figure_is_lost_in_its_spaces(value: int) -> None:
    assert int(formats.thousands(value).replace(formats.THIN, "")) == value
