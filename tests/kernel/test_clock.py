"""The legal clock: what counts, what stands still, what begins afresh; and the three lights."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kechuang.kernel.clock import Stay, clock_of, light_on, warn_day
from kechuang.pure.process import State
from kechuang.pure.workdays import Calendar

# 4 January 2027 is a Monday.
PLAIN = Calendar(years=frozenset({2027}))
DRAFT = State("draft", "草稿", waits_for="applicant")
TIMED = State("draft", "草稿", waits_for="applicant", working_days=5)
EXAMINING = State("examining", "审查", waits_for="department_officer", working_days=10, clock="runs")
CORRECTING = State("correcting", "补正", waits_for="applicant", clock="stopped", clock_text="等待申请人补正")
DECIDING = State("deciding", "决定", waits_for="department_head", working_days=5, clock="runs")


def day(number: int) -> date:
    return date(2027, 1, number)


def test_the_first_day_does_not_count_and_the_last_one_does():
    clock = clock_of([Stay(DRAFT, day(1), day(4)), Stay(EXAMINING, day(4))], calendar=PLAIN, today=day(8))
    assert (clock.used, clock.allowed, clock.due_on, clock.total) == (4, 10, day(18), 4)
    assert clock.left(day(8), PLAIN) == 6


@pytest.mark.capability("C88")
def test_a_correction_stops_the_clock_and_says_why():
    stays = [Stay(EXAMINING, day(4), day(7)), Stay(CORRECTING, day(7))]
    clock = clock_of(stays, calendar=PLAIN, today=day(20))
    assert (clock.used, clock.allowed, clock.due_on) == (3, 10, None)
    assert (clock.is_stopped, clock.stopped_because) == (True, "等待申请人补正")


def test_after_the_correction_the_clock_goes_on_with_what_was_left():
    stays = [Stay(EXAMINING, day(4), day(7)), Stay(CORRECTING, day(7), day(20)), Stay(EXAMINING, day(20))]
    clock = clock_of(stays, calendar=PLAIN, today=day(22))
    assert (clock.used, clock.used_before, clock.counted_days, clock.due_on) == (5, 3, 7, day(29))


def test_time_that_ran_out_before_the_correction_stays_run_out():
    stays = [Stay(EXAMINING, day(4), day(20)), Stay(CORRECTING, day(20), day(25)), Stay(EXAMINING, day(25))]
    clock = clock_of(stays, calendar=PLAIN, today=day(25))
    assert (clock.due_on, clock.used) == (day(18), 12)
    assert light_on(day(25), due_on=clock.due_on, warn_on=day(14)) == "overdue"


def test_the_running_states_together_are_the_total():
    stays = [Stay(EXAMINING, day(4), day(8)), Stay(DECIDING, day(8))]
    clock = clock_of(stays, calendar=PLAIN, today=day(12))
    assert (clock.used, clock.allowed, clock.total) == (2, 5, 6)


def test_a_new_submission_begins_afresh():
    stays = [Stay(EXAMINING, day(4), day(8)), Stay(DRAFT, day(8), day(11)), Stay(EXAMINING, day(11))]
    assert clock_of(stays, calendar=PLAIN, today=day(12)).used == 1


def test_a_state_outside_the_legal_clock_has_its_time_afresh_at_every_stay():
    stays = [Stay(TIMED, day(4), day(8)), Stay(EXAMINING, day(8), day(11)), Stay(TIMED, day(11))]
    clock = clock_of(stays, calendar=PLAIN, today=day(13))
    assert (clock.used, clock.due_on, clock.total) == (2, day(18), None)


def test_nothing_limits_a_state_without_days():
    clock = clock_of([Stay(DRAFT, day(4))], calendar=PLAIN, today=day(6))
    assert (clock.used, clock.allowed, clock.due_on, clock.left(day(6), PLAIN)) == (2, None, None, None)


def test_a_deadline_in_a_year_without_its_notice_is_an_estimate():
    clock = clock_of([Stay(EXAMINING, date(2027, 12, 28))], calendar=PLAIN, today=date(2027, 12, 28))
    assert (clock.due_on, clock.estimated) == (date(2028, 1, 11), "暂按法定假日估算")


@pytest.mark.parametrize(
    ("today", "light"),
    ((12, "normal"), (13, "due_soon"), (18, "due_soon"), (19, "overdue")),
)
def test_the_light_turns_yellow_with_a_third_left_and_red_the_day_after(today, light):
    due = day(18)
    assert light_on(day(today), due_on=due, warn_on=warn_day(due, 10, PLAIN)) == light


def test_without_a_deadline_there_is_no_light():
    assert light_on(day(4), due_on=None, warn_on=date.max) == ""


@given(st.dates(date(2027, 1, 1), date(2027, 12, 31)), st.integers(1, 60))
def test_the_light_is_yellow_exactly_while_a_third_or_one_day_is_left(begun, allowed):
    due = PLAIN.add(begun, allowed)
    warn = warn_day(due, allowed, PLAIN)
    near = max(1, allowed // 3)
    assert PLAIN.between(warn, due) <= near < PLAIN.between(date.fromordinal(warn.toordinal() - 1), due)


@given(st.lists(st.integers(0, 9), min_size=1, max_size=6), st.integers(1, 30))
def test_a_clock_that_stands_still_uses_nothing(lengths, allowed):
    state = State("examining", "审查", working_days=allowed, clock="runs")
    stays, now, ran = [], date(2027, 1, 4), 0
    for length in lengths:
        end = date.fromordinal(now.toordinal() + length)
        ran += PLAIN.between(now, end)
        back = date.fromordinal(end.toordinal() + 5)
        stays += [Stay(state, now, end), Stay(CORRECTING, end, back)]
        now = back
    clock = clock_of([*stays, Stay(state, now)], calendar=PLAIN, today=now)
    assert (clock.used, clock.total) == (ran, ran)
    if ran <= allowed:
        assert clock.due_on == PLAIN.add(now, allowed - ran)
