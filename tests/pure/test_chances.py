"""What a pipeline may bring: exact for few, nearly for many, and always within what is possible."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kechuang.pure import chances as told
from kechuang.pure.chances import Lot, brought, chances, in_time, lead_time, starts_needed, success_share


def test_fewer_than_five_cases_say_nothing_of_time():
    assert lead_time([30, 40, 50, 60]) is None
    found = lead_time([100, 110, 120, 130, 140])
    assert (found.cases, found.low, found.middle, found.high) == (5, 104, 120, 136)


@pytest.mark.parametrize(("successes", "cases", "share"), ((0, 0, 1 / 2), (5, 5, 6 / 7), (0, 8, 1 / 10)))
def test_experience_is_never_certain(successes, cases, share):
    assert success_share(successes, cases) == pytest.approx(share)


def test_impossible_counts_are_refused():
    with pytest.raises(ValueError, match="as many successes"):
        success_share(3, 2)
    with pytest.raises(ValueError, match="share of success"):
        starts_needed(1, 0)


def test_a_candidate_counts_as_far_as_cases_took_no_longer():
    waited = np.asarray([0, 10, 500])
    assert in_time(waited, 100, [50, 100, 105, 120, 200], assumed=0).tolist() == [0.4, 0.6, 1.0]
    assert in_time(waited, 100, [50], assumed=105).tolist() == [0.0, 1.0, 1.0]
    assert in_time(waited, -20, [1, 2, 3, 4, 5], assumed=0).tolist() == [0.0, 0.0, 1.0]


def test_two_at_one_half_are_the_coin_tossed_twice():
    found = brought([Lot([0, 0], [9, 9], ())], [0.5], days_left=1, goal=2, assumed=1)
    assert (found.mean, found.low, found.high, found.reach) == (1.0, 0, 2, 0.25)


def test_what_is_to_begin_brings_what_is_lacking():
    assert [starts_needed(lacking, 0.5) for lacking in (-1, 0, 0.5, 1, 1.2)] == [0, 0, 1, 2, 3]


@given(st.lists(st.floats(0, 1), max_size=60), st.integers(-3, 70))
def test_the_interval_lies_within_what_is_possible_and_the_chance_falls_with_the_goal(shares, goal):
    share = np.asarray(shares, dtype=np.float64)
    group = np.zeros(len(shares), dtype=np.int64)
    [found] = chances(group, share, [goal])
    [more] = chances(group, share, [goal + 1])
    assert 0 <= found.low <= found.high <= len(shares)
    assert found.mean == pytest.approx(sum(shares))
    assert -1e-9 <= more.reach <= found.reach + 1e-9 <= 1 + 1e-6


def test_many_are_told_nearly_as_they_would_be_exactly(monkeypatch):
    share = np.linspace(0.1, 0.9, told.EXACT)
    group = np.zeros(told.EXACT, dtype=np.int64)
    [exact] = chances(group, share, [205])
    monkeypatch.setattr(told, "EXACT", 10)
    [near] = chances(group, share, [205])
    assert abs(near.low - exact.low) <= 1
    assert abs(near.high - exact.high) <= 1
    assert near.reach == pytest.approx(exact.reach, abs=0.005)
