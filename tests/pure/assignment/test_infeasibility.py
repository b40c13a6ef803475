"""Where nothing is feasible, the group, the rule and the smallest change are told, and the change is enough."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kechuang.pure.assignment.reading import Instance, read_instance
from kechuang.pure.assignment.solving import assign_fair, assign_random, assign_total
from tests.pure.assignment.instances import feasible, problems


def _problem(reviews: list[int], experts: list[dict[str, Any]], **more: Any) -> Instance:
    pairs = [[p, e, 500] for p in range(len(reviews)) for e in range(len(experts))]
    return read_instance(
        {
            "proposals": [{"id": f"项目{p}", "reviews": n} for p, n in enumerate(reviews)],
            "experts": [{"id": f"专家{e}", **row} for e, row in enumerate(experts)],
            "scores": pairs,
            **more,
        }
    )


@pytest.mark.parametrize(
    ("instance", "rule", "proposals", "experts", "said"),
    (
        (_problem([2, 2], [{"max_load": 1}, {"max_load": 2}]), "max_load", [0, 1], [0], "合计提高 1 份"),
        (_problem([3], [{}, {}]), "reviews", [0], [0, 1], "增补至少 1 人次"),
        (_problem([2, 1], [{}, {}], conflicts=[[0, 1, "师生"]]), "conflicts", [0], [1], "1 对回避"),
        (_problem([2], [{"unit": "甲"}, {"unit": "甲"}], max_per_unit=1), "max_per_unit", [0], [0, 1], "由 1 提高到 2"),
        (_problem([1], [{"min_load": 1}, {"min_load": 1}]), "min_load", [0], [0, 1], "合计降低 1 份"),
        (_problem([1], [{"min_load": 2}]), "min_load", [0], [0], "合计降低 1 份"),
        (_problem([1], [{"min_load": 2, "max_load": 1}]), "min_load", [], [0], "降至 1"),
        (_problem([1], [{}], locked=[[0, 0]], conflicts=[[0, 0, "师生"]]), "locked", [0], [0], "解除"),
        (_problem([1], [{}, {}], locked=[[0, 0], [0, 1]]), "locked", [0], [0, 1], "解除 1 对"),
        (_problem([1, 1], [{"max_load": 1}], locked=[[0, 0], [1, 0]]), "max_load", [0, 1], [0], "提高到 2"),
    ),
)
def test_reason_names_the_group_the_rule_and_the_smallest_change(
    instance: Instance, rule: str, proposals: list[int], experts: list[int], said: str
):
    (reason,) = assign_total(instance)["reasons"]
    assert (reason["rule"], reason["proposals"], reason["experts"]) == (rule, proposals, experts)
    assert said in reason["relaxation"]
    assert assign_fair(instance)["reasons"] == [reason]


def test_independent_shortages_are_told_apart():
    instance = _problem(
        [2, 1, 3], [{}, {}, {}, {"min_load": 4}], conflicts=[[0, 0, "师生"], [0, 1, "师生"], [0, 2, "师生"]]
    )
    reasons = assign_total(instance)["reasons"]
    assert [(reason["rule"], reason["proposals"]) for reason in reasons] == [
        ("conflicts", [0]),
        ("min_load", [0, 1, 2]),
    ]


def test_too_low_a_probability_is_told_with_the_lowest_that_will_do():
    (reason,) = assign_random(_problem([1], [{}, {}, {}]), limit=300, seed=1)["reasons"]
    assert reason["rule"] == "max_probability"
    assert reason["relaxation"] == "将概率上限提高到 0.334。"


@settings(max_examples=300, deadline=None)
@given(problems())
def test_every_reason_is_complete_and_its_indices_exist(instance: Instance):
    assume(not any(True for _ in feasible(instance)))
    for reason in assign_total(instance)["reasons"]:
        assert reason["text"].endswith("。")
        assert reason["relaxation"].endswith("。")
        assert set(reason["proposals"]) <= set(range(len(instance.proposals)))
        assert set(reason["experts"]) <= set(range(len(instance.experts)))
        assert reason["proposals"] or reason["experts"]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(1, 2), min_size=1, max_size=3), st.lists(st.integers(0, 2), min_size=3, max_size=4))
def test_smallest_rise_of_load_limits_is_enough_and_no_less_would_be(reviews: list[int], limits: list[int]):
    instance = _problem(reviews, [{"max_load": most} for most in limits])
    result = assign_total(instance)
    if sum(reviews) <= sum(min(most, len(reviews)) for most in limits) and result["status"] == "optimal":
        return
    (reason,) = result["reasons"]
    rise = int(reason["relaxation"].split("合计提高 ")[1].split(" ")[0])
    assert rise == _least_rise(instance)


def _least_rise(instance: Instance) -> int:
    """Try every way of raising limits by 1, 2, 3 … in total."""
    limited = [e for e, most in enumerate(instance.max_load) if most is not None]
    ways = sorted(product(range(4), repeat=len(limited)), key=sum)
    for way in ways:
        rises = dict(zip(limited, way, strict=True))
        raised = [None if most is None else most + rises[e] for e, most in enumerate(instance.max_load)]
        if any(True for _ in feasible(replace(instance, max_load=raised))):
            return sum(way)
    raise AssertionError("no rise of load limits is enough")
