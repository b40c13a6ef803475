from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kechuang.pure.workdays import Calendar

# National Day 2021: 1 to 7 October off, 26 September and 9 October (weekend) worked.
OFF = {date(2021, 10, day): False for day in (1, 4, 5, 6, 7)}
AUTUMN = Calendar({**OFF, date(2021, 9, 26): True, date(2021, 10, 9): True}, frozenset({2021}))
DAYS = st.dates(date(2021, 9, 1), date(2021, 11, 30))


@pytest.mark.parametrize(
    ("day", "count", "last"),
    (
        (date(2021, 9, 24), 1, date(2021, 9, 26)),
        (date(2021, 9, 30), 1, date(2021, 10, 8)),
        (date(2021, 9, 30), 5, date(2021, 10, 13)),
        (date(2021, 10, 2), 0, date(2021, 10, 8)),
        (date(2021, 9, 30), 0, date(2021, 9, 30)),
    ),
)
def test_period_skips_moved_holidays(day, count, last):
    assert AUTUMN.add(day, count) == last


def test_natural_period_ends_on_a_working_day():
    assert AUTUMN.add_natural(date(2021, 9, 27), 5) == date(2021, 10, 8)
    assert AUTUMN.add_natural(date(2021, 9, 21), 5) == date(2021, 9, 26)


def test_calendar_knows_which_years_it_is_sure_of():
    assert AUTUMN.certain(date(2021, 1, 1), date(2021, 12, 31))
    assert not AUTUMN.certain(date(2021, 12, 1), date(2022, 1, 2))


def test_days_are_counted_forward():
    with pytest.raises(ValueError, match="forward"):
        AUTUMN.add(date(2021, 9, 1), -1)


@given(DAYS, st.integers(1, 40))
def test_adding_and_counting_agree(day, count):
    last = AUTUMN.add(day, count)
    assert AUTUMN.works(last)
    assert AUTUMN.between(day, last) == count
    assert AUTUMN.between(last, day) == -count
    assert AUTUMN.between(day, last - timedelta(1)) == count - 1
