"""Telling apart the independent parts of a shortage, so that each can be explained by itself."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from kechuang.pure.assignment.flows import Shortage
from kechuang.pure.assignment.network import Ints, Network


def independent_parts(network: Network, shortage: Shortage) -> Iterator[tuple[list[int], list[int]]]:
    """Yield the proposals and experts of every part of ``shortage`` that is short by itself.

    Nodes belong together when a pair inside the cut links them; experts that compete for the room a
    unit has on one proposal are linked as well. Experts may be none: then candidates are too few.
    """
    proposals, experts, _ = network.sizes
    inside = np.zeros(network.sink, dtype=bool)
    inside[shortage.proposals] = True
    inside[shortage.experts + proposals] = True
    if shortage.of_experts:
        inside[shortage.groups + proposals + experts] = True
    tail = np.concatenate([network.proposal, network.tail])
    head = np.concatenate([network.head, network.head])
    linked = inside[tail] & inside[head]
    label = _spread(tail[linked], head[linked], network.sink)
    owner = np.concatenate([np.arange(proposals), np.full(experts, -1), network.group_proposal])
    for part in np.unique(label[inside]).tolist():
        members = np.flatnonzero(inside & (label == part))
        of_proposals = np.unique(owner[members][owner[members] >= 0]).tolist()
        of_experts = (members[(members >= proposals) & (members < proposals + experts)] - proposals).tolist()
        if of_experts if shortage.of_experts else of_proposals:
            yield of_proposals, of_experts


def _spread(tail: Ints, head: Ints, nodes: int) -> Ints:
    """Return for every node the smallest node it is linked with, by repeated minimum along the links."""
    label = np.arange(nodes)
    while True:
        before = label.copy()
        np.minimum.at(label, tail, label[head])
        np.minimum.at(label, head, label[tail])
        label = label[label]
        if (label == before).all():
            return label
