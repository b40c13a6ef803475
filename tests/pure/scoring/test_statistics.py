"""A round summed up: load, leaning, spread, bands and agreement."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from kechuang.pure.scoring.calibration import Observation
from kechuang.pure.scoring.statistics import ProposalLine, ReviewerLine, RoundStatistics, round_statistics

D = Decimal


def test_round_statistics_of_a_small_round():
    scores = [("P1", "甲", 70), ("P1", "乙", 80), ("P2", "甲", 90), ("P2", "乙", 100)]
    assert round_statistics([Observation(p, r, D(n)) for p, r, n in scores]) == RoundStatistics(
        reviewers=(ReviewerLine("乙", 2, D("90.00"), D("5.00")), ReviewerLine("甲", 2, D("80.00"), D("-5.00"))),
        proposals=(ProposalLine("P1", 2, D("75.00"), D("10.00")), ProposalLine("P2", 2, D("95.00"), D("10.00"))),
        distribution={0: 0, 10: 0, 20: 0, 30: 0, 40: 0, 50: 0, 60: 0, 70: 1, 80: 1, 90: 2},
        agreement=D("0.8000"),
    )


def test_equal_scores_have_no_agreement_to_speak_of():
    assert round_statistics([]).agreement is None
    assert round_statistics([Observation("P", "甲", D(80)), Observation("Q", "甲", D(80))]).agreement is None


@given(
    st.dictionaries(
        st.tuples(st.sampled_from("PQRS"), st.sampled_from("甲乙丙")), st.decimals(0, 100, places=1), min_size=1
    )
)
def test_every_score_is_counted_once(cells: dict[tuple[str, str], Decimal]):
    found = round_statistics([Observation(p, r, score) for (p, r), score in cells.items()])
    assert sum(line.count for line in found.reviewers) == len(cells)
    assert sum(line.count for line in found.proposals) == len(cells)
    assert sum(found.distribution.values()) == len(cells)
    assert found.agreement is None or 0 <= found.agreement <= 1
