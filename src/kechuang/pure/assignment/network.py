"""The assignment as a flow network: proposals, unit nodes where a limit can bind, experts, one sink.

Locked pairs are taken out beforehand, with what they use up of every limit. Amounts are whole
numbers: pairs for ``total`` and ``fair``, thousandths of a pair (``scale`` 1000) for ``random``.
Node numbers: proposals, then experts, then unit nodes, then the sink.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kechuang.pure.assignment.reading import Instance

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Network:
    """The free part of an instance; arrays run parallel to pairs, proposals, experts or groups.

    ``group`` is the unit node of a pair, -1 where no limit can bind; ``group_cap`` is what locked
    pairs leave of the limit. ``high`` stands one above an expert's number of pairs where there is
    no tighter limit, so that an unlimited expert is never saturated and never priced.
    """

    proposal: Ints
    expert: Ints
    score: Ints
    demand: Ints
    low: Ints
    high: Ints
    group: Ints
    group_proposal: Ints
    group_unit: list[str]
    group_cap: Ints

    @property
    def sizes(self) -> tuple[int, int, int]:
        """Numbers of proposals, experts and unit nodes."""
        return len(self.demand), len(self.low), len(self.group_cap)

    @property
    def sink(self) -> int:
        return sum(self.sizes)

    @property
    def tail(self) -> Ints:
        """The node every pair's arc starts from: its unit node or its proposal."""
        proposals, experts, _ = self.sizes
        return np.where(self.group >= 0, self.group + proposals + experts, self.proposal)

    @property
    def head(self) -> Ints:
        return self.expert + self.sizes[0]


def score_table(instance: Instance) -> Ints:
    """Return the rows of ``scores`` as an array, sorted by proposal and expert."""
    rows = np.array(instance.scores, dtype=np.int64).reshape(-1, 3)
    key = rows[:, 0] * len(instance.experts) + rows[:, 1]
    return rows if (key[1:] > key[:-1]).all() else rows[np.argsort(key)]


def build(instance: Instance, table: Ints, *, floor: int = 0, with_conflicts: bool = False) -> Network:
    """Return the network of the pairs of ``table`` scored ``floor`` or more.

    ``with_conflicts`` keeps the pairs in conflict: only to find out whether they are what is lacking.
    """
    experts = len(instance.experts)
    taken = {p * experts + e for p, e in instance.locked}
    if not with_conflicts:
        taken |= {p * experts + e for p, e in instance.conflicts}
    keep = table[:, 2] >= floor
    if taken:
        keep &= ~np.isin(table[:, 0] * experts + table[:, 1], np.fromiter(taken, dtype=np.int64))
    proposal, expert, score = (np.ascontiguousarray(column) for column in table[keep].T)
    used_proposal = np.bincount([p for p, _ in instance.locked], minlength=len(instance.proposals))
    used_expert = np.bincount([e for _, e in instance.locked], minlength=experts)
    degree = np.bincount(expert, minlength=experts)
    high = np.array([np.iinfo(np.int64).max if limit is None else limit for limit in instance.max_load], dtype=np.int64)
    group, group_proposal, group_unit, group_cap = _groups(instance, proposal, expert)
    return Network(
        proposal=proposal,
        expert=expert,
        score=score,
        demand=np.array(instance.reviews, dtype=np.int64) - used_proposal,
        low=np.maximum(np.array(instance.min_load, dtype=np.int64) - used_expert, 0),
        high=np.maximum(np.minimum(high - used_expert, degree + 1), 0),
        group=group,
        group_proposal=group_proposal,
        group_unit=group_unit,
        group_cap=group_cap,
    )


def _groups(instance: Instance, proposal: Ints, expert: Ints) -> tuple[Ints, Ints, list[str], Ints]:
    """Give a unit node to every proposal and unit with more pairs than the limit leaves room for."""
    none = np.zeros(0, dtype=np.int64)
    if instance.max_per_unit is None:
        return np.full(len(proposal), -1), none, [], none
    names = sorted({unit for unit in instance.units if unit is not None})
    number = {name: i for i, name in enumerate(names)}
    unit = np.array([-1 if u is None else number[u] for u in instance.units], dtype=np.int64)[expert]
    key = np.where(unit >= 0, proposal * max(len(names), 1) + unit, -1)
    keys, inverse, counts = np.unique(key, return_inverse=True, return_counts=True)
    used = Counter((p, instance.units[e]) for p, e in instance.locked)
    cap = np.full(len(keys), instance.max_per_unit, dtype=np.int64)
    for (p, name), count in used.items():
        if name is not None and (at := np.searchsorted(keys, p * len(names) + number[name])) < len(keys):
            cap[at] -= count * int(keys[at] == p * len(names) + number[name])
    binding = (counts > cap) & (keys >= 0)
    place = np.where(binding, np.cumsum(binding) - 1, -1)
    kept = keys[binding]
    width = max(len(names), 1)
    return place[inverse], kept // width, [names[i] for i in kept % width], np.maximum(cap[binding], 0)
