"""The fit against Gaussian elimination in fractions, component by component."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kechuang.pure.scoring.aggregation import rounded
from kechuang.pure.scoring.calibration import Component, Flip, Observation, calibrate, flips

D = Decimal


@st.composite
def rounds(draw: st.DrawFn) -> list[Observation]:
    """Draw a small round, often in several components."""
    cells = draw(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), unique=True, min_size=1, max_size=14))
    score = st.decimals(0, 100, places=1)
    return [Observation(f"P{i}", f"R{j}", draw(score)) for i, j in cells]


def _exact(observations: list[Observation], names: list[tuple[str, str]]) -> dict[tuple[str, str], Fraction]:
    """Solve the normal equations of one component with the free constant fixed, in fractions."""
    at = {name: i for i, name in enumerate(names)}
    size = len(names)
    rows = [[Fraction(0)] * (size + 1) for _ in range(size)]
    for o in observations:
        both = (at["P", o.proposal], at["R", o.reviewer])
        for i in both:
            for j in both:
                rows[i][j] += 1
            rows[i][size] += Fraction(o.score)
        # severities weighted by reviews sum to nought: added to every reviewer's equation
        for name, i in at.items():
            if name[0] == "R":
                rows[i][both[1]] += 1
    for pivot in range(size):
        other = next(i for i in range(pivot, size) if rows[i][pivot])
        rows[pivot], rows[other] = rows[other], rows[pivot]
        for i in range(size):
            if i != pivot and rows[i][pivot]:
                factor = rows[i][pivot] / rows[pivot][pivot]
                rows[i] = [x - factor * y for x, y in zip(rows[i], rows[pivot], strict=True)]
    return {name: rows[i][size] / rows[i][i] for name, i in at.items()}


@settings(max_examples=200, deadline=None)
@given(rounds())
def test_calibration_is_the_exact_least_squares_fit(observations: list[Observation]):
    parts = calibrate(observations, places=4)
    assert sum(part.observations for part in parts) == len(observations)
    for part in parts:
        own = [o for o in observations if o.proposal in part.adjusted]
        names = [("P", name) for name in part.adjusted] + [("R", name) for name in part.severity]
        exact = _exact(own, names)
        assert part.adjusted == {name: rounded(exact["P", name], 4) for name in part.adjusted}
        assert part.severity == {name: rounded(exact["R", name], 4) for name in part.severity}
        assert part.spare == len(own) - len(names) + 1


@given(rounds())
def test_components_share_nobody_and_are_linked(observations: list[Observation]):
    parts = calibrate(observations)
    proposals = [name for part in parts for name in part.adjusted]
    reviewers = [name for part in parts for name in part.severity]
    assert sorted(proposals) == sorted({o.proposal for o in observations})
    assert sorted(reviewers) == sorted({o.reviewer for o in observations})
    for part in parts:
        assert part.spare >= 0


def test_strict_reviewer_is_found_and_made_up_for():
    truth = {"P1": 70, "P2": 80, "P3": 90}
    leaning = {"严": -9, "平": 0, "宽": 9}
    seen = {("P1", "严"), ("P1", "平"), ("P2", "平"), ("P2", "宽"), ("P3", "严"), ("P3", "宽")}
    (part,) = calibrate([Observation(p, r, D(truth[p] + leaning[r])) for p, r in sorted(seen)])
    assert part == Component(
        adjusted={"P1": D("70.00"), "P2": D("80.00"), "P3": D("90.00")},
        severity={"严": D("-9.00"), "平": D("0.00"), "宽": D("9.00")},
        observations=6,
        spare=1,
    )


def test_two_scores_of_one_reviewer_for_one_proposal_are_refused():
    with pytest.raises(ValueError, match="多份评分"):
        calibrate([Observation("P", "R", D(1)), Observation("P", "R", D(2))])


def test_flips_lists_every_changed_place_and_who_crosses_the_cut():
    raw = {"A": D(90), "B": D(85), "C": D(80), "D": D(70)}
    adjusted = {"A": D(91), "B": D(80), "C": D(84), "D": D(70)}
    assert flips(raw, adjusted, cut=2) == [
        Flip("B", raw_place=2, adjusted_place=3, decision=True),
        Flip("C", raw_place=3, adjusted_place=2, decision=True),
    ]
    assert [flip.decision for flip in flips(raw, adjusted, cut=3)] == [False, False]
    with pytest.raises(ValueError, match="不一致"):
        flips(raw, {"A": D(1)}, cut=1)
