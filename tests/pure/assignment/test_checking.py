"""The checker refuses every altered result, and no price list makes it accept less than the optimum."""

from __future__ import annotations

import copy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kechuang.pure.assignment import checking
from kechuang.pure.assignment.checking import bound, check
from kechuang.pure.assignment.claims import Proof, read_claim
from kechuang.pure.assignment.reading import Instance, read_instance
from kechuang.pure.assignment.solving import assign_fair, assign_random, assign_total
from kechuang.pure.strict_json import Malformed
from tests.pure.assignment.instances import feasible, problems

DATA = {
    "proposals": [{"id": "P0", "reviews": 2}, {"id": "P1", "reviews": 2}],
    "experts": [
        {"id": "E0", "unit": "甲", "max_load": 1},
        {"id": "E1", "unit": "甲", "max_load": 2},
        {"id": "E2", "unit": None},
        {"id": "E3", "unit": "乙", "min_load": 1, "max_load": 1},
        {"id": "E4", "unit": "丙", "max_load": 1},
    ],
    "scores": [
        [0, 0, 900],
        [0, 1, 800],
        [0, 2, 300],
        [1, 0, 700],
        [1, 1, 600],
        [1, 2, 500],
        [1, 3, 10],
        [0, 3, 20],
        [0, 4, 400],
    ],
    "conflicts": [[1, 0, "同一法人单位"]],
    "max_per_unit": 1,
}


def _instance(**changes: Any) -> Instance:
    return read_instance({**copy.deepcopy(DATA), **changes})


def _refused(instance: Instance, result: dict[str, Any]) -> bool:
    try:
        claim = read_claim(result)
    except Malformed:
        return True
    return claim is None or check(instance, claim) != []


def _set(result: dict[str, Any], path: tuple[str | int, ...], change: int) -> None:
    place: Any = result
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] += change


@pytest.mark.parametrize("solve", (assign_total, assign_fair))
@pytest.mark.parametrize(
    ("path", "change"),
    (
        (("objective",), 1),
        (("objective",), -1),
        (("worst_pair",), 1),
        (("worst_proposal",), -1),
        (("pairs", 0, 1), 1),
        (("pairs", 3, 0), -1),
        (("pairs", 0, 0), 7),
        (("certificate", "proposal", 0), 1001),
        (("certificate", "expert_max", 0), -10000),
        (("certificate", "expert_max", 2), 1),
        (("certificate", "expert_min", 3), -10000),
    ),
)
def test_altered_result_is_refused(solve: Any, path: tuple[str | int, ...], change: int):
    instance = _instance()
    result = solve(instance)
    assert not _refused(instance, result)
    _set(result, path, change)
    assert _refused(instance, result)


@pytest.mark.parametrize(
    "change",
    (
        {"status": "infeasible"},
        {"pairs": []},
        {"pairs": [[0, 0], [0, 0], [1, 1], [1, 3]]},
        {"pairs": [[0, 0], [0, 1], [1, 2], [1, 3]]},
        {"certificate": {}},
        {"certificate": None},
        {"objective": 1.0},
        {"objective": True},
    ),
)
def test_mangled_result_is_refused(change: dict[str, Any]):
    assert _refused(_instance(), {**assign_total(_instance()), **change})


def test_result_of_another_instance_is_refused():
    result = assign_total(_instance())
    assert _refused(_instance(locked=[[1, 1]], conflicts=[[0, 0, "师生"]]), result)
    assert _refused(_instance(proposals=[{"id": "P0", "reviews": 1}, {"id": "P1", "reviews": 2}]), result)
    assert _refused(_instance(scores=[*DATA["scores"][:-2], [0, 3, 999], [0, 4, 400]]), result)


def test_fair_result_needs_the_refutation_of_the_next_floor():
    result = assign_fair(_instance())
    result["certificate"]["next_floor"] = {
        "proposal": [0] * 2,
        "expert_max": [0] * 5,
        "expert_min": [0] * 5,
        "unit": [],
    }
    assert _refused(_instance(), result)
    result = assign_fair(_instance())
    result["certificate"]["next_floor"] = None
    assert _refused(_instance(), result)
    result = assign_fair(_instance())
    result["certificate"]["floor"] -= 1
    assert _refused(_instance(), result)


@pytest.mark.parametrize("change", ({"max_probability": 400}, {"max_probability": 1001}, {"proposal": [0, 0]}))
def test_altered_random_certificate_is_refused(change: dict[str, Any]):
    instance = _instance()
    result = assign_random(instance, limit=900, seed=3)
    assert not _refused(instance, result)
    assert _refused(instance, {**result, "certificate": {**result["certificate"], **change}})


def test_altered_probability_is_refused():
    instance = _instance()
    result = assign_random(instance, limit=900, seed=3)
    result["probabilities"][0][2] -= 1
    assert _refused(instance, result)


@settings(max_examples=300, deadline=None)
@given(problems(), st.data())
def test_bound_is_never_below_a_feasible_assignment(instance: Instance, data: st.DataObject):
    best = max((sum(found.values()) for found in feasible(instance)), default=0)
    if not any(True for _ in feasible(instance)):
        return
    numbers = st.integers(-50, 1000)
    experts = len(instance.experts)
    units = st.dictionaries(st.tuples(st.integers(0, 2), st.sampled_from(["甲", "乙", "", "无"])), numbers, max_size=4)
    proof = Proof(
        data.draw(st.lists(numbers, min_size=len(instance.reviews), max_size=len(instance.reviews))),
        data.draw(st.lists(numbers, min_size=experts, max_size=experts)),
        data.draw(st.lists(numbers, min_size=experts, max_size=experts)),
        dict(data.draw(units)),
    )
    scores = {(p, e): s for p, e, s in instance.scores if (p, e) not in instance.conflicts}
    limit = bound(instance, scores, proof, 1, 1)
    assert limit is None or limit >= best


def test_checker_is_short_and_loads_no_solver():
    source = Path(checking.__file__).read_text(encoding="utf-8")
    assert len(source.splitlines()) < 100
    told = (
        "import sys, kechuang.pure.assignment.checking, kechuang.pure.assignment.rounding;"
        "print([m for m in ('numpy', 'ortools', 'scipy', 'django') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)  # noqa: S603
    assert run.stdout.strip() == "[]"
