"""Ranking with ties (排序) and the rule 同等条件优先, which moves nobody past a better score.

Equal conditions means equal scores at the places published. Rules are applied one after the other
to those still equal; whoever is still equal after the last shares a rank. Every move is recorded
with its rule, because a priority nobody can see is one nobody can object to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby


@dataclass(frozen=True, slots=True)
class TieRule:
    """One rule for equal scores; ``key`` names the figure it compares, the greater going first.

    A yes-or-no priority is the figure 1 or 0. ``label`` is what the list prints.
    """

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A proposal with its score in points and the figures the rules compare (absent means 0)."""

    id: str
    score: Decimal
    figures: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Move:
    """``id`` stands before or behind the ``others`` of its score because of one rule."""

    id: str
    rule: TieRule
    others: tuple[str, ...]
    forward: bool

    def sentence(self) -> str:
        """Say it as the ranked list prints it."""
        where = "排在其前" if self.forward else "排在其后"
        return f"{self.id} 与 {'、'.join(self.others)} 同分，按“{self.rule.label}”{where}。"


@dataclass(frozen=True, slots=True)
class Placed:
    """A line of the ranked list. ``rank`` is shared by ``tied_with``; the next rank then skips (1, 2, 2, 4)."""

    id: str
    rank: int
    score: Decimal
    tied_with: tuple[str, ...]
    moves: tuple[Move, ...]


def rank(entries: Sequence[Entry], rules: Sequence[TieRule] = ()) -> list[Placed]:
    """Rank by score, then by ``rules`` in their order; equal ones are printed by identifier.

    Raises ``ValueError`` for an identifier listed twice.
    """
    if len({entry.id for entry in entries}) != len(entries):
        raise ValueError("同一项目在排序中出现多次。")
    placed: list[Placed] = []
    for _, group in groupby(sorted(entries, key=lambda e: (-e.score, e.id)), key=lambda e: e.score):
        moves: list[Move] = []
        for tied in _split(list(group), rules, moves):
            first = len(placed) + 1
            for entry in tied:
                others = tuple(e.id for e in tied if e is not entry)
                own = tuple(move for move in moves if move.id == entry.id)
                placed.append(Placed(entry.id, first, entry.score, others, own))
    return placed


def _split(group: list[Entry], rules: Sequence[TieRule], moves: list[Move]) -> Iterator[list[Entry]]:
    """Yield the parts of a group of equal scores, best first; ``moves`` is told what separated them."""
    if len(group) == 1 or not rules:
        yield group
        return
    rule = rules[0]
    by_figure: dict[Decimal, list[Entry]] = {}
    for entry in group:
        by_figure.setdefault(entry.figures.get(rule.key, Decimal(0)), []).append(entry)
    order = sorted(by_figure, reverse=True)
    for figure in order:
        behind = tuple(e.id for lower in order if lower < figure for e in by_figure[lower])
        before = tuple(e.id for higher in order if higher > figure for e in by_figure[higher])
        for entry in by_figure[figure]:
            if behind:
                moves.append(Move(entry.id, rule, behind, forward=True))
            if before:
                moves.append(Move(entry.id, rule, before, forward=False))
    for figure in order:
        yield from _split(by_figure[figure], rules[1:], moves)
