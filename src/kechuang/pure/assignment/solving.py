"""The three objectives of an assignment: greatest total, fairest, and random within bounds.

Every function returns a result as the file format writes it, with its proof, or the reasons why
there is none. ``seconds`` is put in by the caller, who has a clock.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from kechuang.pure.assignment import flows
from kechuang.pure.assignment.infeasibility import contradictions, explain
from kechuang.pure.assignment.network import Ints, Network, build, score_table
from kechuang.pure.assignment.reading import SCORE_MAX, Instance
from kechuang.pure.assignment.rounding import WHOLE, draw

Result = dict[str, Any]
Pair = tuple[int, int]
Progress = Callable[[str], None]
"""Told in Chinese what is being done, so that a waiting page can show it."""


def _silent(_: str) -> None:
    return


def assign_total(instance: Instance, progress: Progress = _silent) -> Result:
    """Return the assignment of the greatest total score."""
    if reasons := contradictions(instance):
        return infeasible(reasons)
    table = score_table(instance)
    network = build(instance, table)
    progress("求总分最高的分配")
    flow = flows.cheapest(network)
    if flow is None:
        progress("分析不可行的原因")
        return infeasible(explain(instance, table))
    progress("计算最优性证明")
    return _result(instance, network, flow, flows.prices(network, flow).certificate(network))


def assign_fair(instance: Instance, progress: Progress = _silent) -> Result:
    """Return the assignment whose smallest pair score is greatest, and among those of the greatest total."""
    if reasons := contradictions(instance):
        return infeasible(reasons)
    table = score_table(instance)
    ceiling = _ceiling(instance, table)
    floor, proof = _greatest_floor(instance, table, ceiling, progress)
    if floor is None:
        return infeasible(explain(instance, table))
    network = build(instance, table, floor=floor)
    progress(f"求最低分 {floor} 之上总分最高的分配")
    flow = flows.cheapest(network)
    if flow is None:
        raise ArithmeticError("a floor found feasible has no flow")
    progress("计算最优性证明")
    certificate = flows.prices(network, flow).certificate(network)
    return _result(instance, network, flow, {**certificate, "floor": floor, "next_floor": proof})


def assign_random(instance: Instance, *, limit: int, seed: int, progress: Progress = _silent) -> Result:
    """Return probabilities of at most ``limit`` thousandths a pair, and one draw from them."""
    if reasons := contradictions(instance):
        return infeasible(reasons)
    table = score_table(instance)
    network = build(instance, table)
    progress("求期望总分最高的概率")
    flow = flows.cheapest(network, scale=WHOLE, cap=limit)
    if flow is None:
        return infeasible(explain(instance, table, limit=limit))
    certificate = flows.prices(network, flow, scale=WHOLE, cap=limit).certificate(network)
    chances, scores = _used(instance, network, flow, whole=WHOLE)
    progress("按种子抽定")
    return {
        **_described(draw(instance, chances, seed), scores),
        "objective": sum(scores[pair] * t for pair, t in chances.items()),
        "probabilities": [[p, e, t] for (p, e), t in sorted(chances.items())],
        "seed": seed,
        "certificate": {**certificate, "max_probability": limit},
    }


def infeasible(reasons: list[dict[str, Any]]) -> Result:
    """Return the result that says there is no feasible assignment, and why."""
    return {"status": "infeasible", "reasons": reasons}


def _used(instance: Instance, network: Network, flow: Ints, *, whole: int) -> tuple[dict[Pair, int], dict[Pair, int]]:
    """Return the amounts, and the scores, of every pair that has any; locked ones count ``whole``."""
    used = np.flatnonzero(flow[: len(network.score)])
    pairs = list(zip(network.proposal[used].tolist(), network.expert[used].tolist(), strict=True))
    amounts = dict(zip(pairs, flow[used].tolist(), strict=True)) | dict.fromkeys(instance.locked, whole)
    scores = dict(zip(pairs, network.score[used].tolist(), strict=True))
    if instance.locked:
        scores |= {(p, e): s for p, e, s in instance.scores if (p, e) in amounts}
    return amounts, scores


def _result(instance: Instance, network: Network, flow: Ints, certificate: dict[str, Any]) -> Result:
    amounts, scores = _used(instance, network, flow, whole=1)
    described = _described(sorted(amounts), scores)
    return {**described, "objective": sum(scores.values()), "certificate": certificate}


def _described(pairs: list[Pair], scores: dict[Pair, int]) -> Result:
    """Return the pairs with the smallest pair score and the smallest sum of one proposal."""
    sums: dict[int, int] = {}
    for p, e in pairs:
        sums[p] = sums.get(p, 0) + scores[p, e]
    return {
        "status": "optimal",
        "objective": 0,
        "pairs": [list(pair) for pair in pairs],
        "worst_pair": min((scores[pair] for pair in pairs), default=None),
        "worst_proposal": min(sums.values(), default=None),
    }


def _ceiling(instance: Instance, table: Ints) -> int:
    """Return a floor nobody can exceed: locked scores, and every proposal's reviews-th best pair."""
    locked = {p * len(instance.experts) + e for p, e in instance.locked}
    keys = table[:, 0] * len(instance.experts) + table[:, 1]
    held = np.isin(keys, np.fromiter(locked, dtype=np.int64)) if locked else np.zeros(len(keys), dtype=bool)
    network = build(instance, table)
    order = np.lexsort((-network.score, network.proposal))
    start = np.searchsorted(network.proposal, np.arange(len(instance.proposals)))
    needy = np.flatnonzero(network.demand > 0)
    last = start[needy] + network.demand[needy] - 1
    ends = np.append(start, len(network.score))[needy + 1]
    if (last >= ends).any():
        return 0
    best = [SCORE_MAX, *network.score[order][last].tolist(), *table[held, 2].tolist()]
    return int(min(best))


def _greatest_floor(
    instance: Instance, table: Ints, ceiling: int, progress: Progress
) -> tuple[int | None, dict[str, Any] | None]:
    """Return the greatest feasible floor up to ``ceiling``, with the prices that refute the next one.

    Bisection over whole scores, ``ceiling`` first: where experts are plenty it is already the answer.
    """

    def refutation(floor: int) -> dict[str, Any] | None:
        progress(f"试最低分 {floor}")
        network = build(instance, table, floor=floor)
        found = flows.shortages(network)
        return flows.ray(network, found[0]).certificate(network) if found else None

    above = refutation(ceiling)
    if above is None:
        return ceiling, refutation(ceiling + 1)
    low, high = -1, ceiling
    while high - low > 1:
        middle = (low + high) // 2
        if (proof := refutation(middle)) is None:
            low = middle
        else:
            high, above = middle, proof
    return (None, None) if low < 0 else (low, above)
