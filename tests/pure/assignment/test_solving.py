"""Every objective against trying everything, and every result confirmed by the checker."""

from __future__ import annotations

from collections import Counter
from typing import Any

from hypothesis import event, given, settings
from hypothesis import strategies as st

from kechuang.pure.assignment.checking import check
from kechuang.pure.assignment.claims import Claim, read_claim
from kechuang.pure.assignment.reading import Instance, read_instance
from kechuang.pure.assignment.rounding import draw
from kechuang.pure.assignment.solving import assign_fair, assign_random, assign_total
from tests.pure.assignment.instances import feasible, keeps_the_rules, problems


def _confirmed(instance: Instance, result: dict[str, Any]) -> Claim:
    claim = read_claim(result)
    assert claim is not None
    assert check(instance, claim) == []
    return claim


@settings(max_examples=400, deadline=None)
@given(problems())
def test_assign_total_is_the_best_of_all_or_none_exists(instance: Instance):
    best = max((sum(found.values()) for found in feasible(instance)), default=None)
    result = assign_total(instance)
    event(result["status"])
    if best is None:
        assert result["status"] == "infeasible"
        assert result["reasons"]
    else:
        assert _confirmed(instance, result).objective == best


@settings(max_examples=400, deadline=None)
@given(problems())
def test_assign_fair_raises_the_worst_pair_first(instance: Instance):
    best = max(((min(found.values(), default=1000), sum(found.values())) for found in feasible(instance)), default=None)
    result = assign_fair(instance)
    if best is None:
        assert result["status"] == "infeasible"
        return
    claim = _confirmed(instance, result)
    assert (claim.worst_pair if claim.pairs else 1000, claim.objective) == best


@settings(max_examples=200, deadline=None)
@given(problems(), st.integers(1, 1000), st.integers())
def test_assign_random_draws_a_feasible_assignment_within_the_bound(instance: Instance, limit: int, seed: int):
    result = assign_random(instance, limit=limit, seed=seed)
    if result["status"] == "infeasible":
        assert limit < 1000 or not list(feasible(instance))
        assert all(reason["text"] for reason in result["reasons"])
        return
    claim = _confirmed(instance, result)
    assert Counter(p for p, _ in claim.pairs) == Counter({p: n for p, n in enumerate(instance.reviews) if n})
    assert keeps_the_rules(instance, dict.fromkeys(claim.pairs, 0))
    assert assign_random(instance, limit=limit, seed=seed) == result


@settings(max_examples=100, deadline=None)
@given(problems())
def test_assign_random_without_a_bound_is_the_best_total(instance: Instance):
    result, best = assign_random(instance, limit=1000, seed=1), assign_total(instance)
    assert result["status"] == best["status"]
    assert result.get("objective", 0) == 1000 * best.get("objective", 0)


def _halves() -> Instance:
    pairs = [[p, e, 500 + 7 * p + 3 * e] for p in range(4) for e in range(6)]
    experts = [{"id": f"E{e}", "unit": "甲" if e < 3 else None, "min_load": 1, "max_load": 3} for e in range(6)]
    data = {"proposals": [{"id": f"P{p}", "reviews": 2} for p in range(4)], "experts": experts, "scores": pairs}
    return read_instance({**data, "max_per_unit": 1})


def test_draw_meets_the_probabilities_it_is_given():
    instance = _halves()
    claim = read_claim(assign_random(instance, limit=450, seed=0))
    assert claim is not None
    assert claim.chances is not None
    assert sum(0 < t < 1000 for t in claim.chances.values()) > 10
    times = 3000
    seen = Counter(pair for seed in range(times) for pair in draw(instance, claim.chances, seed))
    for pair, thousandths in claim.chances.items():
        expected = times * thousandths / 1000
        # five standard deviations: with a fixed stream this either always passes or shows a bias
        assert abs(seen[pair] - expected) <= 5 * (expected * (1 - thousandths / 1000)) ** 0.5


def test_locked_pair_is_exempt_from_the_probability_bound():
    data = {"proposals": [{"id": "P", "reviews": 2}], "experts": [{"id": e} for e in "ABC"]}
    instance = read_instance({**data, "scores": [[0, 0, 1], [0, 1, 2], [0, 2, 3]], "locked": [[0, 0]]})
    result = assign_random(instance, limit=500, seed=5)
    assert result["probabilities"] == [[0, 0, 1000], [0, 1, 500], [0, 2, 500]]
    assert result["objective"] == 1000 + 1000 + 1500
