"""How well an expert fits a proposal (匹配分): 0 to 1000 in parts anybody can add up.

Discipline up to 600 points, industry up to 200, quality of earlier work up to 100, the expert's own
wish up to 100. Codes meet on their common levels: 520.20 and 520.20 wholly, 520.20 and 520.30 in part,
520 and 510 not at all. Strength scales what codes give: the observed one where there is any.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

DISCIPLINE_MOST, INDUSTRY_MOST, QUALITY_MOST, WISH_MOST = 600, 200, 100, 100
STRENGTHS = {1: 70, 2: 85, 3: 100}
"""Per cent of a code's points that a strength gives."""
QUALITY_UNKNOWN, WISH_NONE = 50, 50
TOP_LEVEL, INDUSTRY_CLASS = 3, 3
Ints = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Reading:
    """An expert as a reader: (code, strength) by tree, and mean quality 1 to 5 where it was marked."""

    disciplines: tuple[tuple[str, int], ...] = ()
    industries: tuple[tuple[str, int], ...] = ()
    quality: float | None = None


@dataclass(frozen=True, slots=True)
class Topic:
    """What a proposal is about."""

    discipline: str
    industry: str = ""


@dataclass(frozen=True, slots=True)
class Fit:
    """Scores of all candidates: rows run parallel; ``parts`` are discipline, industry, quality, wish."""

    proposal: Ints
    expert: Ints
    score: Ints
    parts: tuple[Ints, Ints, Ints, Ints]


def discipline_share(own: str, wanted: str) -> int:
    """Return what a discipline code earns for a wanted one, in per cent (GB/T 13745: 520, 520.20, 520.2010)."""
    if not own or not wanted:
        return 0
    if own == wanted:
        return 100
    if own[:6] == wanted[:6] and len(min(own, wanted, key=len)) >= len("520.20"):
        return 85
    if own[:TOP_LEVEL] == wanted[:TOP_LEVEL]:
        return 75 if TOP_LEVEL in (len(own), len(wanted)) else 60
    return 0


def industry_share(own: str, wanted: str) -> int:
    """Return what an industry code earns for a wanted one, in per cent (GB/T 4754: C, C27, C272, C2720)."""
    if not own or not wanted or own[0] != wanted[0]:
        return 0
    if own == wanted:
        return 100
    common = sum(1 for _ in _common(own, wanted))
    return {1: 20, 2: 30, 3: 60}.get(common, 80)


def _common(one: str, other: str) -> Iterable[str]:
    for left, right in zip(one, other, strict=False):
        if left != right:
            return
        yield left


def fit(
    topics: Sequence[Topic],
    readers: Sequence[Reading],
    *,
    wishes: Mapping[tuple[int, int], int] | None = None,
    barred: Mapping[int, Iterable[int]] | None = None,
    most: int = 40,
    keep: Iterable[tuple[int, int]] = (),
) -> Fit:
    """Return up to ``most`` best candidates of every proposal, best first by score.

    ``barred`` maps a proposal to experts left out; ``keep`` are pairs that stay in any case.
    Experts of equal score are taken in turn, so that not all proposals lean on the same ones.
    """
    table = _Table(readers)
    kept: dict[int, list[int]] = {}
    for p, e in keep:
        kept.setdefault(p, []).append(e)
    own_wishes: dict[int, list[tuple[int, int]]] = {}
    for (p, e), wanted in (wishes or {}).items():
        own_wishes.setdefault(p, []).append((e, wanted))
    rows: list[tuple[Ints, Ints, Ints, Ints, Ints]] = []
    for p, topic in enumerate(topics):
        rows.append(
            table.best(
                p,
                topic,
                wishes=own_wishes.get(p, ()),
                barred=(barred or {}).get(p, ()),
                kept=kept.get(p, ()),
                most=most,
            )
        )
    sizes = [len(row[0]) for row in rows]
    proposal = np.repeat(np.arange(len(topics), dtype=np.int32), sizes)
    columns = [np.concatenate([row[i] for row in rows]) if rows else np.zeros(0, np.int32) for i in range(5)]
    expert, discipline, industry, quality, wish = columns
    return Fit(proposal, expert, discipline + industry + quality + wish, (discipline, industry, quality, wish))


class _Table:
    """Readers by code, so that the points for one code are computed once and kept."""

    def __init__(self, readers: Sequence[Reading]) -> None:
        self.size = len(readers)
        self.quality = np.array(
            [QUALITY_UNKNOWN if r.quality is None else round((r.quality - 1) * QUALITY_MOST / 4) for r in readers],
            dtype=np.int32,
        )
        self._disciplines = _by_code((e, r.disciplines) for e, r in enumerate(readers))
        self._industries = _by_code((e, r.industries) for e, r in enumerate(readers))
        self._kept: dict[tuple[str, str], Ints] = {}

    def points(self, tree: str, wanted: str) -> Ints:
        """Return every reader's points for one wanted code."""
        if (tree, wanted) in self._kept:
            return self._kept[tree, wanted]
        points = np.zeros(self.size, dtype=np.int32)
        share, most, codes = (
            (discipline_share, DISCIPLINE_MOST, self._disciplines)
            if tree == "discipline"
            else (industry_share, INDUSTRY_MOST, self._industries)
        )
        for code, (experts, strengths) in codes.items():
            if per_cent := share(code, wanted):
                np.maximum.at(points, experts, strengths * per_cent * most // 10_000)
        self._kept[tree, wanted] = points
        return points

    def best(
        self,
        place: int,
        topic: Topic,
        *,
        wishes: Iterable[tuple[int, int]],
        barred: Iterable[int],
        kept: Sequence[int],
        most: int,
    ) -> tuple[Ints, Ints, Ints, Ints, Ints]:
        """Return the candidates of one proposal: experts and the four parts of their scores."""
        discipline, industry = self.points("discipline", topic.discipline), self.points("industry", topic.industry)
        wish = np.full(self.size, WISH_NONE, dtype=np.int32)
        for e, wanted in wishes:
            wish[e] = WISH_MOST if wanted > 0 else 0
        total = discipline + industry + self.quality + wish
        out = np.fromiter(barred, dtype=np.int64)
        order = total.astype(np.int64) * self.size + (np.arange(self.size) + place * 7919) % max(self.size, 1)
        order[out] = -1
        chosen = _top(order, most)
        if kept:
            chosen = np.union1d(chosen, np.array(kept, dtype=np.int64))
        experts = chosen.astype(np.int32)
        return experts, discipline[experts], industry[experts], self.quality[experts], wish[experts]


def _top(order: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    size = len(order)
    chosen = np.arange(size) if size <= most else np.argpartition(order, size - most)[size - most :]
    chosen = chosen[order[chosen] >= 0]
    return np.sort(chosen)


def _by_code(rows: Iterable[tuple[int, tuple[tuple[str, int], ...]]]) -> dict[str, tuple[Ints, Ints]]:
    found: dict[str, tuple[list[int], list[int]]] = {}
    for expert, fields in rows:
        for code, strength in fields:
            experts, strengths = found.setdefault(code, ([], []))
            experts.append(expert)
            strengths.append(STRENGTHS[strength])
    return {
        code: (np.array(experts, dtype=np.int32), np.array(strengths, dtype=np.int32))
        for code, (experts, strengths) in found.items()
    }
