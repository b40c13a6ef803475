"""Setting strict and mild experts level (宽严校准): what a proposal would have got from an average expert.

The model is additive, score = proposal + severity of the reviewer, fitted by least squares. It says
something only within a connected component: proposals that no chain of shared reviewers links
cannot be compared, and are reported apart. In each component severities, weighted by the number
of reviews, sum to nought, so that its mean score stays what it was.

The normal equations are solved in floating point and refined against residuals in whole numbers of
10**-36 points, so the figures are those of exact arithmetic at any number of places asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np

from kechuang.pure.scoring.aggregation import rounded

_SCALE = 10**36
_CLOSE = 10**14
"""Residuals below this many units are nought: 22 decimal places are more than any sheet prints."""
_ROUNDS = 60


@dataclass(frozen=True, slots=True)
class Observation:
    """One reviewer's score of one proposal, in points."""

    proposal: str
    reviewer: str
    score: Decimal


@dataclass(frozen=True, slots=True)
class Component:
    """Proposals and reviewers linked with one another, with what was found.

    ``adjusted`` are points per proposal, ``severity`` points a reviewer gives above (mild) or below
    (strict) the average. ``spare`` is the number of scores beyond what the model needs: at zero it
    fits anything, and the adjustment is no evidence.
    """

    adjusted: Mapping[str, Decimal]
    severity: Mapping[str, Decimal]
    observations: int
    spare: int


@dataclass(frozen=True, slots=True)
class Flip:
    """A proposal whose place differs: 1 is best; ``decision`` tells whether it crosses the cut."""

    proposal: str
    raw_place: int
    adjusted_place: int
    decision: bool


def calibrate(observations: Sequence[Observation], *, places: int = 2) -> list[Component]:
    """Fit the model to every component, the largest first.

    Raises ``ValueError`` where a reviewer scored a proposal twice.
    """
    if len({(o.proposal, o.reviewer) for o in observations}) != len(observations):
        raise ValueError("同一专家对同一项目有多份评分。")
    parts = [_fit(part, places) for part in _components(observations)]
    return sorted(parts, key=lambda part: (-part.observations, min(part.adjusted)))


def flips(raw: Mapping[str, Decimal], adjusted: Mapping[str, Decimal], *, cut: int) -> list[Flip]:
    """List every proposal whose place changes, given that the first ``cut`` are chosen.

    Equal scores share the better place, so a tie at the cut counts as chosen on either side.
    Raises ``ValueError`` unless both give the same proposals.
    """
    if raw.keys() != adjusted.keys():
        raise ValueError("校准前后的项目不一致。")
    before, after = _places(raw), _places(adjusted)
    changed = [name for name in raw if before[name] != after[name]]
    found = [Flip(name, before[name], after[name], (before[name] <= cut) != (after[name] <= cut)) for name in changed]
    return sorted(found, key=lambda flip: (flip.raw_place, flip.proposal))


def _places(scores: Mapping[str, Decimal]) -> dict[str, int]:
    order = sorted(scores.values(), reverse=True)
    first: dict[Decimal, int] = {}
    for place, score in enumerate(order, start=1):
        first.setdefault(score, place)
    return {name: first[score] for name, score in scores.items()}


def _components(observations: Sequence[Observation]) -> list[list[Observation]]:
    root: dict[tuple[str, str], tuple[str, str]] = {}

    def find(node: tuple[str, str]) -> tuple[str, str]:
        while (above := root.setdefault(node, node)) != node:
            root[node] = root.setdefault(above, above)
            node = above
        return node

    for o in observations:
        root[find(("proposal", o.proposal))] = find(("reviewer", o.reviewer))
    parts: dict[tuple[str, str], list[Observation]] = {}
    for o in observations:
        parts.setdefault(find(("reviewer", o.reviewer)), []).append(o)
    return list(parts.values())


def _fit(part: Sequence[Observation], places: int) -> Component:
    proposals = sorted({o.proposal for o in part})
    reviewers = sorted({o.reviewer for o in part})
    row = {name: i for i, name in enumerate(proposals)}
    column = {name: j for j, name in enumerate(reviewers)}
    cells = [(row[o.proposal], column[o.reviewer], int(Fraction(o.score) * _SCALE)) for o in part]
    level, severity = _solve(cells, (len(proposals), len(reviewers)))
    return Component(
        adjusted={name: _points(level[i], places) for name, i in row.items()},
        severity={name: _points(severity[j], places) for name, j in column.items()},
        observations=len(part),
        spare=len(part) - len(proposals) - len(reviewers) + 1,
    )


def _points(units: int, places: int) -> Decimal:
    # first to 18 places, so that a tie at the last place asked for is seen as one
    return rounded(Fraction(rounded(Fraction(units, _SCALE), 18)), places)


def _solve(cells: list[tuple[int, int, int]], shape: tuple[int, int]) -> tuple[list[int], list[int]]:
    """Return proposal levels and severities in units, by refining a floating-point solution."""
    per_proposal, per_reviewer = [0] * shape[0], [0] * shape[1]
    seen = np.zeros(shape)
    for i, j, _ in cells:
        per_proposal[i] += 1
        per_reviewer[j] += 1
        seen[i, j] = 1
    counts = np.array(per_reviewer, dtype=float)
    # reviewers' normal equations with the proposals eliminated; the last term fixes the free constant
    matrix = np.diag(counts) - seen.T @ (seen / np.array(per_proposal)[:, None]) + np.outer(counts, counts) / len(cells)
    inverse = np.linalg.inv(matrix)
    severity = [0] * shape[1]
    for _ in range(_ROUNDS):
        level = _levels(cells, severity, per_proposal)
        rest = [0] * shape[1]
        for i, j, score in cells:
            rest[j] += score - level[i] - severity[j]
        if max(map(abs, rest)) < _CLOSE:
            break
        step = inverse @ np.array([float(r) for r in rest])
        severity = [s + int(d) for s, d in zip(severity, step, strict=True)]
    else:
        raise ArithmeticError("the refinement does not converge")
    shift = sum(n * s for n, s in zip(per_reviewer, severity, strict=True)) // len(cells)
    severity = [s - shift for s in severity]
    return _levels(cells, severity, per_proposal), severity


def _levels(cells: list[tuple[int, int, int]], severity: list[int], per_proposal: list[int]) -> list[int]:
    sums = [0] * len(per_proposal)
    for i, j, score in cells:
        sums[i] += score - severity[j]
    return [total // n for total, n in zip(sums, per_proposal, strict=True)]
