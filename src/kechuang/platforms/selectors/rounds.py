"""Reads over rounds of evaluation and the pool: who moved between two runs, and what is in the pipeline."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction

from kechuang.platforms.models import PoolEntry, ScoredResult, ScoringRun
from kechuang.pure.evaluation.scores import Moved, moved


def movements(before: ScoringRun, after: ScoringRun) -> list[Moved]:
    """Return which evaluations (keys) changed place or points from one run to the next."""
    return moved(_totals(before), _totals(after))


def _totals(run: ScoringRun) -> dict[object, Fraction]:
    rows = ScoredResult.objects.filter(run=run, total__isnull=False).order_by("-total", "pk")
    found = rows.values_list("evaluation_id", "total")
    return {key: Fraction(total) for key, total in found if total is not None}


@dataclass(frozen=True, slots=True)
class Pipeline:
    """How many pool members (个) are on their way to a type and level, by how near they are."""

    in_pool: int
    ready: int
    applied: int
    promoted: int

    @property
    def waiting(self) -> int:
        """Return how many may still become platforms."""
        return self.in_pool + self.ready + self.applied


def pipeline(*, kinds: list[str], levels: list[str]) -> Pipeline:
    """Return what the pool holds for types and levels (codes): what a plan's early warning can count on."""
    rows = PoolEntry.objects.filter(kind__code__in=kinds, level__in=levels).values_list("state", flat=True)
    found = Counter(rows)
    return Pipeline(found["in_pool"], found["ready"], found["applied"], found["promoted"])
