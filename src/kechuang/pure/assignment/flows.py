"""Flows through the network: the cheapest one, the greatest one and its cut, and prices from both.

OR-Tools solves (cost scaling in C++, bulk arcs); it does not hand out prices, so ``prices`` finds
them as shortest distances in the residual network, in whole numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from kechuang.pure.assignment.network import Ints, Network

Flow = Ints
"""Amounts on the arcs of a network in the order pairs, proposal to unit node, expert to sink."""


@dataclass(frozen=True, slots=True)
class Prices:
    """Dual prices: of every proposal (any sign), of experts' limits and of unit nodes (not negative)."""

    proposal: Ints
    expert_max: Ints
    expert_min: Ints
    group: Ints

    def certificate(self, network: Network) -> dict[str, Any]:
        """Return the prices as the result file writes them."""
        units = zip(network.group_proposal.tolist(), network.group_unit, self.group.tolist(), strict=True)
        return {
            "proposal": self.proposal.tolist(),
            "expert_max": self.expert_max.tolist(),
            "expert_min": self.expert_min.tolist(),
            "unit": [[p, unit, d] for p, unit, d in units if d],
        }


def cheapest(network: Network, *, scale: int = 1, cap: int = 1) -> Flow | None:
    """Return the feasible flow of the greatest total score, None where there is no feasible flow.

    A pair carries at most ``cap``, everything else is counted in ``scale``. Lower bounds of load
    are demands of the expert, so that they need no reward large enough to spoil the arithmetic.
    """
    from ortools.graph.python import min_cost_flow  # noqa: PLC0415 (20 MB no page should hold that assigns nobody)

    left = int(network.demand.sum() - network.low.sum())
    candidates = np.bincount(network.proposal, minlength=len(network.demand))
    if left < 0 or (network.low > network.high).any() or (network.demand > candidates).any():
        return None
    solver = min_cost_flow.SimpleMinCostFlow()
    tail, head, room = _arcs(network, scale, cap)
    room[len(room) - len(network.low) :] -= scale * network.low
    cost = np.zeros(len(tail), dtype=np.int64)
    cost[: len(network.score)] = -network.score
    arcs = solver.add_arcs_with_capacity_and_unit_cost(tail, head, room, cost)
    groups = np.zeros(len(network.group_cap), dtype=np.int64)
    supply = np.concatenate([network.demand, -network.low, groups, [-left]]) * scale
    solver.set_nodes_supplies(np.arange(len(supply)), supply)
    status = solver.solve()
    if status == solver.INFEASIBLE:
        return None
    if status != solver.OPTIMAL:
        raise ArithmeticError(f"the flow solver refused the network: {status}")
    flow = np.asarray(solver.flows(arcs), dtype=np.int64)
    flow[len(flow) - len(network.low) :] += scale * network.low
    return flow


def _arcs(network: Network, scale: int, cap: int) -> tuple[Ints, Ints, Ints]:
    proposals, experts, groups = network.sizes
    group_nodes = np.arange(groups) + proposals + experts
    tail = np.concatenate([network.tail, network.group_proposal, np.arange(experts) + proposals])
    head = np.concatenate([network.head, group_nodes, np.full(experts, network.sink)])
    pairs = np.full(len(network.score), cap, dtype=np.int64)
    return tail, head, np.concatenate([pairs, scale * network.group_cap, scale * network.high])


def prices(network: Network, flow: Flow, *, scale: int = 1, cap: int = 1) -> Prices:
    """Return whole-number prices that prove ``flow`` the best.

    They are shortest distances in the residual network, which has no negative cycle exactly
    because the flow is optimal.
    """
    tail, head, room = _arcs(network, scale, cap)
    least = np.zeros(len(flow), dtype=np.int64)
    # a lower bound that is nought, or met by locked pairs alone, never binds and must have no price
    least[len(flow) - len(network.low) :] = np.where(network.low > 0, scale * network.low, -1)
    cost = np.zeros(len(flow), dtype=np.int64)
    cost[: len(network.score)] = -network.score
    forward, backward = flow < room, flow > least
    distance = _distances(
        np.concatenate([tail[forward], head[backward]]),
        np.concatenate([head[forward], tail[backward]]),
        np.concatenate([cost[forward], -cost[backward]]),
        network.sink + 1,
    )
    proposals, experts, _ = network.sizes
    load = distance[network.sink] - distance[proposals : proposals + experts]
    unit = distance[proposals + experts : network.sink] - distance[network.group_proposal]
    return Prices(
        proposal=distance[:proposals] - distance[network.sink],
        expert_max=np.maximum(load, 0),
        expert_min=np.maximum(-load, 0),
        group=np.maximum(unit, 0),
    )


def _distances(tail: Ints, head: Ints, cost: Ints, nodes: int) -> Ints:
    """Bellman-Ford from everywhere at once; each round looks only at arcs that leave a changed node."""
    order = np.argsort(tail, kind="stable")
    head, cost = head[order], cost[order]
    start = np.searchsorted(tail[order], np.arange(nodes + 1))
    distance = np.zeros(nodes, dtype=np.int64)
    frontier = np.arange(nodes)
    for _ in range(nodes + 1):
        count = start[frontier + 1] - start[frontier]
        first = np.cumsum(count) - count
        arcs = np.arange(count.sum()) + np.repeat(start[frontier] - first, count)
        before = distance.copy()
        np.minimum.at(distance, head[arcs], np.repeat(distance[frontier], count) + cost[arcs])
        frontier = np.flatnonzero(distance < before)
        if not len(frontier):
            return distance
    raise ArithmeticError("the flow is not optimal: its residual network has a negative cycle")


@dataclass(frozen=True, slots=True)
class Shortage:
    """The smallest cut that shows why an amount cannot pass; ``missing`` is how much, in ``scale``.

    Where the proposals are short (``of_experts`` false), ``proposals`` cannot be served together and
    ``experts`` are the ones they fill to the limit. Where the experts are short, ``experts`` cannot be
    filled together and ``proposals`` are the ones they use up. ``groups`` are the unit nodes whose
    limit is part of the cut.
    """

    missing: int
    of_experts: bool
    proposals: Ints
    experts: Ints
    groups: Ints
    flow: Flow


def shortages(network: Network, *, scale: int = 1, cap: int = 1) -> list[Shortage]:
    """Return why there is no feasible flow; an empty list where there is one.

    Two questions suffice: can every proposal be served under the upper limits, and can every
    lower bound be filled out of the reviews there are. If both can, augmenting paths turn a flow
    of the second kind into one of both kinds, since they never take from an arc into the sink.
    """
    found = [_greatest(network, (scale, cap), of_experts=False)]
    if network.low.any():
        found.append(_greatest(network, (scale, cap), of_experts=True))
    return [shortage for shortage in found if shortage.missing]


def _greatest(network: Network, amounts: tuple[int, int], *, of_experts: bool) -> Shortage:
    scale, cap = amounts
    load = scale * (network.low if of_experts else network.high)
    tail, head, room = _arcs(network, scale, cap)
    room[len(room) - len(load) :] = load
    proposals, experts, _ = network.sizes
    source = network.sink + 1
    wanted = scale * network.demand
    from ortools.graph.python import max_flow  # noqa: PLC0415 (see ``cheapest``)

    solver = max_flow.SimpleMaxFlow()
    arcs = solver.add_arcs_with_capacity(tail, head, room)
    solver.add_arcs_with_capacity(np.full(proposals, source), np.arange(proposals), wanted)
    # carries nothing, but without any arc at the source or the sink the solver builds no graph, and its cut crashes
    solver.add_arc_with_capacity(source, network.sink, 0)
    if solver.solve(source, network.sink) != solver.OPTIMAL:
        raise ArithmeticError("the flow solver refused the network")
    cut = solver.get_sink_side_min_cut() if of_experts else solver.get_source_side_min_cut()
    inside = np.zeros(source + 1, dtype=bool)
    inside[np.asarray(cut, dtype=np.int64)] = True
    groups = inside[proposals + experts : network.sink]
    owners = inside[network.group_proposal]
    return Shortage(
        missing=int((load if of_experts else wanted).sum()) - int(solver.optimal_flow()),
        of_experts=of_experts,
        proposals=np.flatnonzero(inside[:proposals]),
        experts=np.flatnonzero(inside[proposals : proposals + experts]),
        groups=np.flatnonzero(groups & ~owners if of_experts else owners & ~groups),
        flow=np.asarray(solver.flows(arcs), dtype=np.int64),
    )


def ray(network: Network, shortage: Shortage) -> Prices:
    """Return prices under which an empty score table has a bound below zero: nothing is feasible."""
    sign = 1 if shortage.of_experts else -1
    proposal, expert, group = (np.zeros(size, dtype=np.int64) for size in network.sizes)
    proposal[shortage.proposals] = sign
    expert[shortage.experts] = 1
    group[shortage.groups] = 1
    none = np.zeros_like(expert)
    low, high = (expert, none) if shortage.of_experts else (none, expert)
    return Prices(proposal=proposal, expert_max=high, expert_min=low, group=group)
