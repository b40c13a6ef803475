"""A manual change costs what trying everything says, and never less than the pair's margin."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from kechuang.pure.assignment.changes import Worth, change_cost, worth
from kechuang.pure.assignment.claims import read_claim
from kechuang.pure.assignment.reading import Instance, read_instance
from kechuang.pure.assignment.solving import assign_total
from tests.pure.assignment.instances import feasible, problems


@settings(max_examples=200, deadline=None)
@given(problems())
def test_cost_of_every_change_is_exact_and_at_least_the_margin(instance: Instance):
    claim = read_claim(assign_total(instance))
    if claim is None:
        return
    every = list(feasible(instance))
    for p, e, _ in instance.scores:
        pair = (p, e)
        if pair in instance.conflicts or pair in instance.locked:
            continue
        chosen = pair in claim.pairs
        cost = change_cost(instance, claim, force=() if chosen else (pair,), bar=(pair,) if chosen else ())
        totals = [sum(found.values()) for found in every if (pair in found) != chosen]
        assert cost.loss == (claim.objective - max(totals) if totals else None)
        margin = worth(instance, claim.proof, pair).margin
        assert cost.loss is None or cost.loss >= (margin if chosen else -margin)
        if cost.loss is not None:
            assert pair in (cost.goes_out if chosen else cost.comes_in)


def _two_by_two() -> Instance:
    experts = [{"id": "E0", "max_load": 1}, {"id": "E1", "max_load": 1}]
    proposals = [{"id": "P0", "reviews": 1}, {"id": "P1", "reviews": 1}]
    return read_instance(
        {"proposals": proposals, "experts": experts, "scores": [[0, 0, 900], [0, 1, 500], [1, 0, 800], [1, 1, 100]]}
    )


def test_forcing_a_pair_tells_who_moves():
    instance = _two_by_two()
    claim = read_claim(assign_total(instance))
    assert claim is not None
    assert claim.pairs == [(0, 1), (1, 0)]
    cost = change_cost(instance, claim, force=[(0, 0)])
    assert (cost.loss, cost.comes_in, cost.goes_out) == (300, ((0, 0), (1, 1)), ((0, 1), (1, 0)))


def test_worth_of_an_unlisted_pair_is_not_known():
    claim = read_claim(assign_total(_two_by_two()))
    assert claim is not None
    with pytest.raises(KeyError):
        worth(_two_by_two(), claim.proof, (0, 7))


def test_worth_is_said_in_points():
    parts = Worth(score=700, proposal=400, expert=250, unit=0)
    assert parts.sentence(chosen=True).endswith("不选这一对，总分至少下降 50。")
    assert Worth(600, 400, 250, 0).sentence(chosen=False).endswith("改选这一对，总分至少下降 50。")
