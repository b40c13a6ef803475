"""A priority moves nobody past a better score, and every move is told."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kechuang.pure.scoring.ranking import Entry, Placed, TieRule, rank

D = Decimal
NEW = TieRule("new", "同等条件优先：新认定的国家级或省级平台")
INNOVATION = TieRule("innovation", "创新性得分高者优先")


@st.composite
def entries(draw: st.DrawFn) -> list[Entry]:
    """Draw entries with few different scores, so that ties are common."""
    few = st.integers(0, 2).map(Decimal)
    count = draw(st.integers(0, 8))
    return [Entry(f"P{i}", draw(few), {"new": draw(few), "innovation": draw(few)}) for i in range(count)]


def _key(entry: Entry) -> tuple[Decimal, Decimal, Decimal]:
    return entry.score, entry.figures["new"], entry.figures["innovation"]


@given(entries())
def test_rank_is_one_more_than_the_number_of_better_ones(listed: list[Entry]):
    known = {entry.id: entry for entry in listed}
    placed = rank(listed, (NEW, INNOVATION))
    assert sorted(line.id for line in placed) == sorted(known)
    for line in placed:
        own = _key(known[line.id])
        assert line.rank == 1 + sum(_key(other) > own for other in listed)
        assert set(line.tied_with) == {e.id for e in listed if _key(e) == own and e.id != line.id}
    assert all(a.score >= b.score for a, b in pairwise(placed))


@given(entries())
def test_moves_tell_of_equal_scores_only_and_of_everyone_passed(listed: list[Entry]):
    known = {entry.id: entry for entry in listed}
    placed = {line.id: line for line in rank(listed, (NEW, INNOVATION))}
    for line in placed.values():
        passed = {other for move in line.moves if move.forward for other in move.others}
        equal = {e.id for e in listed if e.score == line.score}
        assert passed == {name for name in equal if _key(known[name]) < _key(known[line.id])}
        for move in line.moves:
            for other in move.others:
                assert (placed[other].rank > line.rank) == move.forward


def test_newly_recognised_platform_goes_first_among_equals_only():
    listed = [Entry("甲", D(90)), Entry("乙", D(85)), Entry("丙", D(85), {"new": D(1)}), Entry("丁", D(85))]
    first, second, third, fourth = rank(listed, (NEW,))
    assert [(p.id, p.rank, p.tied_with) for p in (first, second, third, fourth)] == [
        ("甲", 1, ()),
        ("丙", 2, ()),
        ("丁", 3, ("乙",)),
        ("乙", 3, ("丁",)),
    ]
    assert second.moves[0].sentence() == "丙 与 丁、乙 同分，按“同等条件优先：新认定的国家级或省级平台”排在其前。"
    assert fourth.moves[0].sentence() == "乙 与 丙 同分，按“同等条件优先：新认定的国家级或省级平台”排在其后。"


def test_equal_ones_share_a_rank_and_the_next_is_skipped():
    placed = rank([Entry("甲", D(90)), Entry("乙", D("90.0")), Entry("丙", D(80))])
    assert placed[2] == Placed("丙", 3, D(80), (), ())
    assert [line.rank for line in placed] == [1, 1, 3]


def test_proposal_listed_twice_is_refused():
    with pytest.raises(ValueError, match="多次"):
        rank([Entry("甲", D(1)), Entry("甲", D(2))])
