"""Rounds with next to nothing in them, and numbers at the ends of what a file may say."""

from __future__ import annotations

from typing import Any

import pytest

from kechuang.pure.assignment.checking import check
from kechuang.pure.assignment.claims import read_claim
from kechuang.pure.assignment.reading import COUNT_MAX, read_instance
from kechuang.pure.assignment.solving import assign_fair, assign_random, assign_total

SOLVERS = (assign_total, assign_fair, lambda instance: assign_random(instance, limit=500, seed=1))


def _data(reviews: list[int], experts: list[dict[str, Any]], scores: list[list[int]], **more: Any) -> dict[str, Any]:
    proposals = [{"id": f"P{p}", "reviews": n} for p, n in enumerate(reviews)]
    return {
        "proposals": proposals,
        "experts": [{"id": f"E{e}", **x} for e, x in enumerate(experts)],
        "scores": scores,
    } | more


@pytest.mark.parametrize("solve", SOLVERS)
@pytest.mark.parametrize(
    "data",
    (
        _data([], [], []),
        _data([0], [], []),
        _data([], [{}], []),
        _data([0, 0], [{"unit": "甲"}], [[0, 0, 1000]], max_per_unit=0),
        _data([1], [{"max_load": COUNT_MAX, "unit": "甲"}], [[0, 0, 0]], locked=[[0, 0]], max_per_unit=COUNT_MAX),
        _data([1, 1], [{"min_load": 2, "max_load": 2}], [[0, 0, 1000], [1, 0, 1000]], locked=[[0, 0], [1, 0]]),
        _data([1, 0], [{"unit": "甲"}, {"unit": "甲"}], [[0, 0, 5], [1, 1, 9]], locked=[[0, 0]], max_per_unit=1),
    ),
)
def test_next_to_nothing_is_assigned_and_proved(solve: Any, data: dict[str, Any]):
    instance = read_instance(data)
    claim = read_claim(solve(instance))
    assert claim is not None
    assert check(instance, claim) == []
    assert len(claim.pairs) == sum(instance.reviews)


@pytest.mark.parametrize("solve", SOLVERS)
@pytest.mark.parametrize(
    ("data", "rule"),
    (
        (_data([1], [], []), "reviews"),
        (_data([COUNT_MAX], [{}], [[0, 0, 1]]), "reviews"),
        (_data([], [{"min_load": 1}], []), "min_load"),
        (_data([1], [{"min_load": COUNT_MAX}], [[0, 0, 1]]), "min_load"),
        (_data([1], [{"max_load": 0}], [[0, 0, 1]]), "max_load"),
        (_data([1], [{"unit": "甲"}], [[0, 0, 1]], max_per_unit=0), "max_per_unit"),
        (_data([1], [{}], [[0, 0, 1]], conflicts=[[0, 0, "师生"]]), "conflicts"),
        (_data([1], [{}], [], locked=[[0, 0]]), "locked"),
    ),
)
def test_next_to_nothing_is_explained(solve: Any, data: dict[str, Any], rule: str):
    result = solve(read_instance(data))
    assert (result["status"], [reason["rule"] for reason in result["reasons"]]) == ("infeasible", [rule])
