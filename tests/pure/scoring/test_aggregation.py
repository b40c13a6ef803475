"""Sums by hand, trimming, grades, and the 30 % line, which is exact on both sides."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kechuang.pure.scoring.aggregation import (
    AggregationRule,
    Threshold,
    aggregate,
    grade,
    mean,
    outliers,
    rounded,
    trimmed_mean,
    unexplained,
    weighted_score,
)

D = Decimal
POINTS = st.decimals(0, 100, places=1)


def test_mean_rounds_half_up_once():
    assert mean([D("80.01"), D("80.02")]) == D("80.02")
    assert mean([D("0.0149"), D("0.0149")], places=2) == D("0.01")
    with pytest.raises(ValueError, match="没有可汇总"):
        mean([])


def test_trimmed_mean_drops_one_at_each_end():
    assert trimmed_mean([D(0), D(80), D(82), D(84), D(100)]) == D("82.00")


@given(st.dictionaries(st.text(max_size=2), POINTS, min_size=3, max_size=9))
def test_aggregate_counts_everybody_once_and_trims_only_from_the_ends(scores: dict[str, Decimal]):
    found = aggregate(scores, AggregationRule(drop_each_end=1, trim_from=3))
    assert sorted([*found.counted, *found.dropped]) == sorted(scores)
    assert len(found.dropped) == 2
    low, high = (scores[name] for name in found.dropped)
    assert all(low <= scores[name] <= high for name in found.counted)
    assert found.value == trimmed_mean(list(scores.values()))


def test_aggregate_does_not_trim_too_few_scores():
    scores = {"甲": D(70), "乙": D(80), "丙": D(90), "丁": D(60)}
    assert aggregate(scores, AggregationRule(drop_each_end=1)).dropped == ()
    with pytest.raises(ValueError, match="没有剩余"):
        aggregate(scores, AggregationRule(drop_each_end=2, trim_from=4))


def test_weighted_score_needs_whole_weights_and_all_points():
    weights = {"创新性": D("0.6"), "可行性": D("0.4")}
    assert weighted_score({"创新性": D(90), "可行性": D("85.5")}, weights) == D("88.20")
    with pytest.raises(ValueError, match="尚未评分：可行性"):
        weighted_score({"创新性": D(90)}, weights)
    with pytest.raises(ValueError, match="之和应为 1"):
        weighted_score({"创新性": D(90)}, {"创新性": D("0.9")})


def test_grade_is_the_highest_earned():
    thresholds = [Threshold("合格", D(60)), Threshold("优秀", D(90)), Threshold("良好", D(75))]
    assert [grade(D(n), thresholds) for n in ("59.99", "60", "89.99", "90")] == [None, "合格", "良好", "优秀"]


def test_outlier_is_beyond_thirty_percent_not_at_it():
    # mean 100: 70 and 130 are exactly at the line
    at = {"甲": D(70), "乙": D(130), "丙": D(100)}
    assert outliers(at) == []
    beyond = {**at, "甲": D("69.9"), "乙": D("130.1")}
    assert [(o.reviewer, o.deviation) for o in outliers(beyond)] == [("乙", D("0.3010")), ("甲", D("-0.3010"))]


def test_outlier_needs_a_written_reason():
    found = outliers({"甲": D(40), "乙": D(90), "丙": D(95)})
    assert [o.reviewer for o in found] == ["甲"]
    (sentence,) = unexplained(found, {"甲": "  "})
    assert sentence == "甲 的评分 40 偏离均值 75.00 达 46.67%，须书面说明理由。"
    assert unexplained(found, {"甲": "技术路线与申报书不符"}) == []


def test_nothing_deviates_from_nought_or_nobody():
    assert outliers({"甲": D(0), "乙": D(0)}) == []
    assert outliers({}) == []


@given(st.fractions(-1000, 1000), st.integers(0, 6))
def test_rounded_is_within_half_a_unit_and_symmetric(value: Fraction, places: int):
    unit = Fraction(1, 10**places)
    assert abs(Fraction(rounded(value, places)) - value) <= unit / 2
    assert rounded(-value, places) == -rounded(value, places)
