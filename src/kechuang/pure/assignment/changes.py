"""What a pair is worth, and what a manual change costs (人工调整的代价).

The prices of the proof answer at once: a chosen pair's margin is what leaving it out costs at
least, an unchosen pair's negative margin what forcing it costs at least. The exact cost, and who
else moves, comes from solving again with the pair locked or taken away.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from kechuang.pure.assignment.claims import Claim, Pair, Proof
from kechuang.pure.assignment.reading import Instance
from kechuang.pure.assignment.solving import Result, assign_total


@dataclass(frozen=True, slots=True)
class Worth:
    """Why a pair stands or does not: its score against what the places it takes would earn elsewhere.

    ``margin`` = score - proposal - expert - unit, all in score points.
    """

    score: int
    proposal: int
    expert: int
    unit: int

    @property
    def margin(self) -> int:
        return self.score - self.proposal - self.expert - self.unit

    def sentence(self, *, chosen: bool) -> str:
        """Say it beside the pair."""
        parts = f"匹配分 {self.score}，项目名额价 {self.proposal}，专家时间价 {self.expert}，同单位名额价 {self.unit}"
        if chosen:
            return f"{parts}：不选这一对，总分至少下降 {max(self.margin, 0)}。"
        return f"{parts}：改选这一对，总分至少下降 {max(-self.margin, 0)}。"


@dataclass(frozen=True, slots=True)
class Cost:
    """The best assignment after a change; ``loss`` is None where the change leaves nothing feasible."""

    result: Result
    loss: int | None
    comes_in: tuple[Pair, ...]
    goes_out: tuple[Pair, ...]


def worth(instance: Instance, proof: Proof, pair: Pair) -> Worth:
    """Return the parts of a listed pair's margin. Raises ``KeyError`` for a pair that is not listed."""
    p, e = pair
    for proposal, expert, score in instance.scores:
        if (proposal, expert) == pair:
            unit = proof.unit.get((p, instance.units[e]), 0)
            return Worth(score, proof.proposal[p], proof.expert_max[e] - proof.expert_min[e], unit)
    raise KeyError(pair)


def change_cost(instance: Instance, claim: Claim, *, force: Collection[Pair] = (), bar: Collection[Pair] = ()) -> Cost:
    """Solve again with ``force`` locked and ``bar`` taken away; compare with the total ``claim``.

    Locked pairs stay locked unless they are barred.
    """
    kept = [pair for pair in instance.locked if pair not in bar]
    changed = replace(
        instance,
        scores=[row for row in instance.scores if (row[0], row[1]) not in bar],
        locked=kept + [pair for pair in force if pair not in kept],
    )
    result: dict[str, Any] = assign_total(changed)
    if result["status"] != "optimal":
        return Cost(result, None, (), ())
    after, before = {(p, e) for p, e in result["pairs"]}, set(claim.pairs)
    return Cost(
        result, claim.objective - result["objective"], tuple(sorted(after - before)), tuple(sorted(before - after))
    )
