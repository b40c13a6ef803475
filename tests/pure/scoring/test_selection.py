"""The funded set against trying every set, and what the next yuan or place would change."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kechuang.pure.scoring.selection import Applicant, Change, Limit, Terms, Unfundable, select

D = Decimal


@st.composite
def lists(draw: st.DrawFn) -> list[Applicant]:
    """Draw up to six applicants of two counties and two fields."""
    return [
        Applicant(
            f"P{i}",
            draw(st.decimals(0, 10, places=1)),
            draw(st.integers(0, 5)) * 100,
            {"县区": draw(st.sampled_from("甲乙")), "领域": draw(st.sampled_from("子丑"))},
        )
        for i in range(draw(st.integers(0, 6)))
    ]


@st.composite
def terms(draw: st.DrawFn) -> Terms:
    """Draw a budget and limits for one county and one field."""
    some = st.none() | st.integers(0, 3)
    limits = (
        Limit("县区", "甲", least=draw(st.integers(0, 2)), most=draw(some)),
        Limit("领域", "子", most_fen=draw(st.none() | st.integers(0, 800))),
    )
    return Terms(draw(st.integers(0, 15)) * 100, limits, count_most=draw(some))


def _sets(applicants: list[Applicant], terms: Terms) -> Iterator[tuple[Applicant, ...]]:
    for size in range(len(applicants) + 1):
        if terms.count_most is None or size <= terms.count_most:
            for chosen in combinations(applicants, size):
                if sum(a.cost_fen for a in chosen) <= terms.budget_fen and all(_kept(chosen, x) for x in terms.limits):
                    yield chosen


def _kept(chosen: tuple[Applicant, ...], limit: Limit) -> bool:
    there = [a for a in chosen if a.groups[limit.kind] == limit.value]
    most = len(there) if limit.most is None else limit.most
    money = sum(a.cost_fen for a in there)
    return limit.least <= len(there) <= most and (limit.most_fen is None or money <= limit.most_fen)


def _merit(applicants: list[Applicant], chosen: tuple[Applicant, ...]) -> tuple[Decimal, int, int]:
    places = sum(applicants.index(a) + 1 for a in chosen)
    return sum((a.score for a in chosen), D(0)), -sum(a.cost_fen for a in chosen), -places


@settings(max_examples=150, deadline=None)
@given(lists(), terms())
def test_selection_is_the_best_of_all_sets(applicants: list[Applicant], terms: Terms):
    best = max((_merit(applicants, chosen) for chosen in _sets(applicants, terms)), default=None)
    if best is None:
        with pytest.raises(Unfundable):
            select(applicants, terms)
        return
    found = select(applicants, terms)
    chosen = tuple(a for a in applicants if a.id in found.funded)
    assert chosen in list(_sets(applicants, terms))
    assert _merit(applicants, chosen) == best
    assert (found.score, found.left_fen) == (best[0], terms.budget_fen + best[1])
    _next_money_is_least(applicants, terms, found.score, found.next_money)


def _next_money_is_least(applicants: list[Applicant], terms: Terms, score: Decimal, change: Change | None) -> None:
    rich = Terms(10**6, terms.limits, terms.count_most)
    better = [sum(a.cost_fen for a in s) for s in _sets(applicants, rich) if sum((a.score for a in s), D(0)) > score]
    assert (change.extra_fen if change else None) == (min(better) - terms.budget_fen if better else None)
    assert change is None or (change.gain > 0 and change.comes_in)


def _three() -> list[Applicant]:
    return [
        Applicant("甲项", D(90), 60_000, {"县区": "示例县"}),
        Applicant("乙项", D(85), 50_000, {"县区": "示例县"}),
        Applicant("丙项", D(80), 30_000, {"县区": "示例区"}),
    ]


def test_next_yuan_tells_how_much_more_and_who_changes():
    found = select(_three(), Terms(100_000))
    assert (found.funded, found.left_fen) == (("甲项", "丙项"), 10_000)
    assert found.next_money == Change("预算", 10_000, D(5), ("乙项",), ("丙项",))


def test_next_place_of_a_county_is_told():
    found = select(_three(), Terms(110_000, (Limit("县区", "示例县", most=1),)))
    assert found.funded == ("甲项", "丙项")
    assert found.next_places == (Change("县区“示例县”", 0, D(5), ("乙项",), ("丙项",)),)


def test_required_proposal_is_funded_and_its_cost_is_told_when_too_high():
    found = select(_three(), Terms(80_000, required=frozenset({"乙项"})))
    assert found.funded == ("乙项", "丙项")
    with pytest.raises(Unfundable, match="共需 500 元，超过预算 400 元"):
        select(_three(), Terms(40_000, required=frozenset({"乙项"})))


def test_least_number_that_is_not_there_is_told():
    with pytest.raises(Unfundable, match="县区“示例区”至少须立项 2 项，但只有 1 项可选"):
        select(_three(), Terms(100_000, (Limit("县区", "示例区", least=2),)))


def test_wrong_lists_are_refused():
    with pytest.raises(ValueError, match="多次"):
        select([*_three(), *_three()], Terms(1))
    with pytest.raises(ValueError, match="不在名单中"):
        select(_three(), Terms(1, required=frozenset({"无"})))
    with pytest.raises(ValueError, match="不能为负"):
        select(_three(), Terms(-1))
