"""The checker of an assignment (分配结果核验): feasible, and proved the best. No solver, no numpy.

Weak duality does it all. Whatever the prices (any sign for proposals, none negative elsewhere), no
feasible assignment exceeds ``bound``; a result that equals its own bound is therefore optimal. And
with all scores zero, a bound below zero proves that nothing is feasible at all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from kechuang.pure.assignment.claims import Claim, Pair, Proof
from kechuang.pure.assignment.reading import Instance

WHOLE = 1000  # a certainty, in thousandths


def check(instance: Instance, claim: Claim) -> list[str]:
    """Return what is wrong with ``claim``, in Chinese sentences; an empty list is the confirmation."""
    listed = {(p, e): score for p, e, score in instance.scores if (p, e) not in instance.conflicts}
    chances = dict.fromkeys(claim.pairs, 1) if claim.chances is None else claim.chances
    scale, cap = (1, 1) if claim.chances is None else (WHOLE, claim.max_probability)
    broken = list(_broken_rules(instance, listed, dict.fromkeys(claim.pairs, 1), 1))
    broken = broken or list(_broken_rules(instance, listed, chances, scale))
    return broken or list(_false_figures(instance, listed, claim, chances, (scale, cap)))


def _false_figures(
    instance: Instance, listed: Mapping[Pair, int], claim: Claim, chances: Mapping[Pair, int], amounts: tuple[int, int]
) -> Iterator[str]:
    sums: Counter[int] = Counter()
    for p, e in claim.pairs:
        sums[p] += listed[p, e]
    worst = min((listed[pair] for pair in claim.pairs), default=None)
    if (worst, min(sums.values(), default=None)) != (claim.worst_pair, claim.worst_proposal):
        yield "最低一对的分数或最差项目的合计，与所列各对不符。"
    free = chances.keys() - set(instance.locked)
    if not 0 < amounts[1] <= amounts[0] or any(chances[pair] > amounts[1] for pair in free):
        yield "有概率超过上限。"
    if not all(chances.get(pair) for pair in claim.pairs):
        yield "抽中了概率为零的一对。"
    if claim.floor is not None:
        if claim.pairs and not (claim.floor == worst and _next_refuted(instance, listed, claim, claim.floor)):
            yield "最低一对的分数不等于所报底线，或未证明更高的底线不可行。"
        listed = {pair: score for pair, score in listed.items() if score >= claim.floor}
    total = sum(score * chances.get(pair, 0) for pair, score in listed.items())
    limit = bound(instance, listed, claim.proof, *amounts)
    if not claim.objective == total == limit:
        yield f"所报目标值 {claim.objective}、各对合计 {total}、证明的上界 {limit} 三者不等，最优性未得证明。"


def bound(instance: Instance, scores: Mapping[Pair, int], proof: Proof, scale: int, cap: int) -> int | None:
    """Return what no feasible assignment of the pairs in ``scores`` exceeds, times ``scale``; None for bad prices."""
    price, high, low, units = proof.proposal, proof.expert_max, proof.expert_min, proof.unit
    fits = (len(price), len(high), len(low)) == (len(instance.reviews), len(instance.experts), len(instance.experts))
    free = any(a and most is None for a, most in zip(high, instance.max_load, strict=False))
    if not fits or free or (units and instance.max_per_unit is None) or min((0, *high, *low, *units.values())) < 0:
        return None
    fixed = sum(n * y for n, y in zip(instance.reviews, price, strict=True))
    fixed += sum(most * a for most, a in zip(instance.max_load, high, strict=True) if most is not None)
    fixed -= sum(least * b for least, b in zip(instance.min_load, low, strict=True))
    fixed += (instance.max_per_unit or 0) * sum(units.values())
    gain, locked = 0, set(instance.locked)
    for (p, e), score in scores.items():
        r = score - price[p] - high[e] + low[e] - units.get((p, instance.units[e]), 0)
        gain += scale * r if (p, e) in locked else cap * max(0, r)
    return scale * fixed + gain


def _next_refuted(instance: Instance, listed: Mapping[Pair, int], claim: Claim, floor: int) -> bool:
    """Whether no assignment keeps every pair above ``floor``: a locked pair forbids it, or a bound does."""
    above = {pair: 0 for pair, score in listed.items() if score > floor}
    limit = bound(instance, above, claim.next_floor, 1, 1) if claim.next_floor else None
    return any(pair not in above for pair in instance.locked) or (limit is not None and limit < 0)


def _broken_rules(
    instance: Instance, listed: Mapping[Pair, int], amounts: Mapping[Pair, int], scale: int
) -> Iterator[str]:
    reviews, loads, units = Counter[int](), Counter[int](), Counter[tuple[int, str | None]]()
    for (p, e), amount in amounts.items():
        if (p, e) not in listed or not 0 <= amount <= scale:
            yield f"第 {p} 个项目与第 {e} 个专家（从 0 数起）不可分配，或概率不在 0 与 1 之间。"
            return
        reviews[p] += amount
        loads[e] += amount
        units[p, instance.units[e]] += amount
    for p, (name, wanted) in enumerate(zip(instance.proposals, instance.reviews, strict=True)):
        if reviews[p] != scale * wanted:
            yield f"项目 {name} 的评审份数不是 {wanted}。"
    for e, (name, least, most) in enumerate(zip(instance.experts, instance.min_load, instance.max_load, strict=True)):
        if loads[e] < scale * least or (most is not None and loads[e] > scale * most):
            yield f"专家 {name} 的评审量不在上下限之间。"
    for (p, unit), amount in units.items():
        if unit is not None and instance.max_per_unit is not None and amount > scale * instance.max_per_unit:
            yield f"项目 {instance.proposals[p]} 有单位（{unit}）的专家超过上限。"
    if any(amounts.get(pair) != scale for pair in instance.locked):
        yield "缺少一对已锁定的分配。"
