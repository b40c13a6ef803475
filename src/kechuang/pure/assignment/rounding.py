"""One draw from probabilities that keeps every rule (按概率抽定), re-run by anyone from the seed.

Dependent rounding on the flow: pairs, unit sums and loads that are not whole form cycles, because
what enters a node equals what leaves it. Along a cycle the amounts are moved up or down, at random
and so that no expectation changes, until one of them is whole. Sums therefore end at the whole
number just below or above where they began, which keeps every limit.

No numpy: the checker's command re-runs the draw with this module.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kechuang.pure.assignment.reading import Instance
from kechuang.pure.drawing.stream import Stream

WHOLE = 1000
"""A certainty, in thousandths."""

Node = tuple[str, int, str]
_SINK: Node = ("sink", 0, "")


def draw(instance: Instance, chances: Mapping[tuple[int, int], int], seed: int) -> list[tuple[int, int]]:
    """Return the pairs drawn; ``chances`` are thousandths that keep every rule of ``instance``."""
    cycles = _Cycles(_arcs(instance, chances))
    cycles.settle(Stream(f"assignment:{seed}"))
    return sorted(pair for pair, t in chances.items() if cycles.settled.get(pair, t) == WHOLE)


def _arcs(instance: Instance, chances: Mapping[tuple[int, int], int]) -> Iterable[tuple[object, Node, Node, int]]:
    """List what is not whole, in the order of pairs: the pair itself, its unit's sum, its expert's load."""
    units: dict[tuple[int, str], int] = {}
    loads: dict[int, int] = {}
    for (p, e), amount in sorted(chances.items()):
        unit = instance.units[e] if instance.max_per_unit is not None else None
        if unit is not None:
            units[p, unit] = units.get((p, unit), 0) + amount
        loads[e] = loads.get(e, 0) + amount
        yield (p, e), (("unit", p, unit) if unit is not None else ("proposal", p, "")), ("expert", e, ""), amount
    for (p, unit), amount in units.items():
        yield ("unit", p, unit), ("proposal", p, ""), ("unit", p, unit), amount
    for e, amount in loads.items():
        yield ("load", e), ("expert", e, ""), _SINK, amount


class _Cycles:
    """The arcs that are not whole yet, and the walk that finds cycles among them."""

    def __init__(self, arcs: Iterable[tuple[object, Node, Node, int]]) -> None:
        self.keys: list[object] = []
        self.ends: list[tuple[int, int]] = []
        self.part: list[int] = []
        self.floor: list[int] = []
        self.at: list[list[int]] = []
        self.settled: dict[object, int] = {}
        number: dict[Node, int] = {}
        for key, tail, head, amount in arcs:
            if amount % WHOLE == 0:
                continue
            ends = (number.setdefault(tail, len(number)), number.setdefault(head, len(number)))
            self.at.extend([] for _ in range(len(number) - len(self.at)))
            for end in ends:
                self.at[end].append(len(self.keys))
            self.keys.append(key)
            self.ends.append(ends)
            self.part.append(amount % WHOLE)
            self.floor.append(amount - amount % WHOLE)

    def settle(self, stream: Stream) -> None:
        """Move cycles until every amount is whole; each move settles at least one arc."""
        for start in range(len(self.at)):
            path: list[int] = []
            nodes = [start]
            place = {start: 0}
            while (arc := self._next(nodes[-1], path[-1] if path else -1)) is not None:
                tail, head = self.ends[arc]
                onward = head if nodes[-1] == tail else tail
                path.append(arc)
                if onward not in place:
                    place[onward] = len(nodes)
                    nodes.append(onward)
                    continue
                begin = place[onward]
                self._move(path[begin:], nodes[begin:], stream)
                for node in nodes[begin + 1 :]:
                    del place[node]
                del path[begin:], nodes[begin + 1 :]

    def _next(self, node: int, arrived_by: int) -> int | None:
        """Return an unsettled arc at ``node`` other than the one we came by."""
        arcs = self.at[node]
        while arcs and not self.part[arcs[-1]]:
            arcs.pop()
        if not arcs or arcs[-1] != arrived_by:
            return arcs[-1] if arcs else None
        last = arcs.pop()
        onward = self._next(node, -1)
        arcs.append(last)
        return onward

    def _move(self, cycle: list[int], nodes: list[int], stream: Stream) -> None:
        along = [self.ends[arc][0] == node for arc, node in zip(cycle, nodes, strict=True)]
        parts = [self.part[arc] for arc in cycle]
        up = min(WHOLE - part if forward else part for part, forward in zip(parts, along, strict=True))
        down = min(part if forward else WHOLE - part for part, forward in zip(parts, along, strict=True))
        step = up if stream.below(up + down) < down else -down
        for arc, forward in zip(cycle, along, strict=True):
            moved = self.part[arc] + (step if forward else -step)
            self.part[arc] = moved % WHOLE
            if not self.part[arc]:
                self.settled[self.keys[arc]] = self.floor[arc] + moved
