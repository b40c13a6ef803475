"""The draw: same seed same panel, nobody excluded, quotas and unit limits kept, weights respected."""

from __future__ import annotations

from collections import Counter
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kechuang.pure.drawing.panel import Candidate, Exclusion, Pick, Stratum, Terms, TooFew, draw_panel
from kechuang.pure.drawing.stream import Stream


@st.composite
def terms(draw: st.DrawFn) -> Terms:
    """Draw a small pool in up to three layers, with units, weights and exclusions."""
    strata = [
        Stratum(f"层{i}", draw(st.integers(0, 3)), draw(st.integers(0, 2))) for i in range(draw(st.integers(1, 3)))
    ]
    pool = tuple(
        Candidate(
            f"E{i}",
            draw(st.sampled_from(strata)).name,
            draw(st.integers(1, 5)),
            draw(st.sampled_from([None, "甲", "乙", "丙"])),
        )
        for i in range(draw(st.integers(0, 9)))
    )
    barred = draw(st.lists(st.sampled_from(pool), unique=True, max_size=3)) if pool else []
    exclusions = tuple(Exclusion(candidate.id, "同一法人单位") for candidate in barred)
    return Terms(pool, exclusions, tuple(strata), draw(st.none() | st.integers(1, 2)))


def _fillable(terms: Terms) -> bool:
    """Try every way of filling the quotas, one stratum after the other."""
    barred = {exclusion.id for exclusion in terms.exclusions}
    places = [stratum.name for stratum in terms.strata for _ in range(stratum.quota)]
    paths: set[tuple[tuple[str, ...], frozenset[tuple[str, int]]]] = {((), frozenset())}
    for name in places:
        onward = set()
        for names, units in paths:
            for candidate in terms.pool:
                if candidate.stratum != name or candidate.id in barred or candidate.id in names:
                    continue
                taken = Counter(dict(units))
                if candidate.unit is not None:
                    taken[candidate.unit] += 1
                if terms.max_per_unit is None or max(taken.values(), default=0) <= terms.max_per_unit:
                    onward.add((tuple(sorted((*names, candidate.id))), frozenset(taken.items())))
        paths = onward
    return bool(paths)


@settings(max_examples=400, deadline=None)
@given(terms(), st.text(max_size=5))
def test_draw_keeps_every_rule_or_no_draw_could(terms: Terms, seed: str):
    try:
        picks = draw_panel(terms, Stream(seed))
    except TooFew:
        assert not _fillable(terms)
        return
    assert _fillable(terms)
    drawn = [pick for pick in picks if pick.role != "passed"]
    known = {candidate.id: candidate for candidate in terms.pool}
    assert len({pick.id for pick in drawn}) == len(drawn)
    assert not {pick.id for pick in picks} & {exclusion.id for exclusion in terms.exclusions}
    assert all(known[pick.id].stratum == pick.stratum for pick in picks)
    members = Counter(pick.stratum for pick in drawn if pick.role == "member")
    assert all(members[stratum.name] == stratum.quota for stratum in terms.strata)
    alternates = Counter(pick.stratum for pick in drawn if pick.role == "alternate")
    assert all(alternates[stratum.name] <= stratum.alternates for stratum in terms.strata)
    units = Counter(unit for pick in drawn if (unit := known[pick.id].unit) is not None)
    assert terms.max_per_unit is None or max(units.values(), default=0) <= terms.max_per_unit
    assert draw_panel(terms, Stream(seed)) == picks


def test_ten_thousand_pools_draw_nobody_excluded():
    chance = Stream("pools")
    strata = (Stratum("高校", 2, 1), Stratum("企业", 1, 1))
    for number in range(10_000):
        layers = [strata[chance.below(2)].name for _ in range(8)]
        pool = tuple(Candidate(f"E{i}", layer, 1 + chance.below(3)) for i, layer in enumerate(layers))
        barred = {pool[chance.below(8)], pool[chance.below(8)]}
        terms = Terms(pool, tuple(Exclusion(candidate.id, "同一法人单位") for candidate in barred), strata)
        try:
            drawn = {pick.id for pick in draw_panel(terms, Stream(str(number)))}
        except TooFew:
            continue
        assert not drawn & {candidate.id for candidate in barred}


def test_pool_in_another_order_gives_the_same_panel():
    pool = tuple(Candidate(f"E{i}", "高校", 1 + i % 3) for i in range(20))
    strata = (Stratum("高校", 5, 3),)
    assert draw_panel(Terms(pool, (), strata), Stream("s")) == draw_panel(Terms(pool[::-1], (), strata), Stream("s"))


def test_alternates_come_after_all_members_and_may_run_out():
    pool = (Candidate("A", "甲"), Candidate("B", "甲"), Candidate("C", "乙"))
    picks = draw_panel(Terms(pool, (), (Stratum("甲", 1, 3), Stratum("乙", 1))), Stream("s"))
    assert [(pick.stratum, pick.role) for pick in picks] == [("甲", "member"), ("乙", "member"), ("甲", "alternate")]


def test_pick_that_would_leave_a_quota_unfilled_is_passed_over():
    pool = (Candidate("A", "甲", 1, "大学"), Candidate("B", "甲", 1, "学院"), Candidate("C", "乙", 1, "大学"))
    terms = Terms(pool, (), (Stratum("甲", 1), Stratum("乙", 1)), max_per_unit=1)
    orders = {tuple(draw_panel(terms, Stream(str(seed)))) for seed in range(20)}
    b, c = Pick("B", "甲", "member"), Pick("C", "乙", "member")
    assert orders == {(b, c), (Pick("A", "甲", "passed"), b, c)}


def test_weights_are_respected():
    pool = tuple(Candidate(name, "层", weight) for name, weight in (("A", 1), ("B", 2), ("C", 5)))
    times = 8000
    first = Counter(draw_panel(Terms(pool, (), (Stratum("层", 1),)), Stream(str(i)))[0].id for i in range(times))
    for candidate in pool:
        share = candidate.weight / 8
        # five standard deviations: the stream is fixed, so this shows a bias and never flickers
        assert abs(first[candidate.id] - times * share) < 5 * (times * share * (1 - share)) ** 0.5


def test_stream_is_sha256_of_seed_and_counter():
    block = int.from_bytes(sha256("种子:0".encode()).digest(), "big")
    again = int.from_bytes(sha256("种子:1".encode()).digest(), "big")
    stream = Stream("种子")
    assert [stream.below(1000), stream.below(7)] == [block % 1000, again % 7]


def test_stream_skips_the_uneven_end():
    # two thirds of 2**256 as n: a third of the blocks must be skipped, and none exceeds n
    n = 2 * (1 << 256) // 3
    stream, counter = Stream("s"), 0
    for _ in range(20):
        while (block := int.from_bytes(sha256(f"s:{counter}".encode()).digest(), "big")) >= n:
            counter += 1
        counter += 1
        assert stream.below(n) == block
    assert counter > 20


@pytest.mark.parametrize("n", (0, -1, 2**256 + 1))
def test_stream_has_no_number_below(n: int):
    with pytest.raises(ValueError, match="no number"):
        Stream("s").below(n)
