"""What a round of scores looks like as a whole (评审统计): load, spread and agreement.

For the decision pack: how many each reviewer read, how high they scored against their colleagues on
the same proposals, how far apart the scores of one proposal lie, and how much of all variation is
between proposals rather than between opinions.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from kechuang.pure.scoring.aggregation import rounded
from kechuang.pure.scoring.calibration import Observation


@dataclass(frozen=True, slots=True)
class ReviewerLine:
    """One reviewer: number of scores, their mean, and how far above the proposals' means they lie."""

    reviewer: str
    count: int
    mean: Decimal
    lean: Decimal


@dataclass(frozen=True, slots=True)
class ProposalLine:
    """One proposal: number of scores, their mean and the distance of the highest from the lowest."""

    proposal: str
    count: int
    mean: Decimal
    spread: Decimal


@dataclass(frozen=True, slots=True)
class RoundStatistics:
    """A whole round. ``agreement`` is the share of variation that lies between proposals, 0 to 1.

    It is None where all scores are equal. ``distribution`` counts scores by band of ten points, the
    lower bound being the key; a full hundred stands in the band of 90.
    """

    reviewers: tuple[ReviewerLine, ...]
    proposals: tuple[ProposalLine, ...]
    distribution: dict[int, int]
    agreement: Decimal | None


def round_statistics(observations: Sequence[Observation], *, places: int = 2) -> RoundStatistics:
    """Sum up a round of scores between 0 and 100 points; an empty round has empty tables."""
    by_proposal = _grouped((o.proposal, Fraction(o.score)) for o in observations)
    centre = {name: _mean(scores) for name, scores in by_proposal.items()}
    by_reviewer = _grouped((o.reviewer, Fraction(o.score)) for o in observations)
    leaning = _grouped((o.reviewer, Fraction(o.score) - centre[o.proposal]) for o in observations)
    return RoundStatistics(
        reviewers=tuple(
            ReviewerLine(name, len(scores), rounded(_mean(scores), places), rounded(_mean(leaning[name]), places))
            for name, scores in sorted(by_reviewer.items())
        ),
        proposals=tuple(
            ProposalLine(name, len(scores), rounded(centre[name], places), rounded(max(scores) - min(scores), places))
            for name, scores in sorted(by_proposal.items())
        ),
        distribution=_distribution(observations),
        agreement=_agreement(by_proposal, centre),
    )


def _grouped(rows: Iterable[tuple[str, Fraction]]) -> dict[str, list[Fraction]]:
    found: dict[str, list[Fraction]] = {}
    for name, value in rows:
        found.setdefault(name, []).append(value)
    return found


def _mean(values: Sequence[Fraction]) -> Fraction:
    return sum(values, Fraction(0)) / len(values)


def _distribution(observations: Sequence[Observation]) -> dict[int, int]:
    bands = dict.fromkeys(range(0, 100, 10), 0)
    for o in observations:
        bands[min(int(o.score // 10) * 10, 90)] += 1
    return bands


def _agreement(by_proposal: dict[str, list[Fraction]], centre: dict[str, Fraction]) -> Decimal | None:
    every = [score for scores in by_proposal.values() for score in scores]
    if len(set(every)) <= 1:
        return None
    grand = _mean(every)
    whole = sum(((score - grand) ** 2 for score in every), Fraction(0))
    between = sum((len(scores) * (centre[name] - grand) ** 2 for name, scores in by_proposal.items()), Fraction(0))
    return rounded(between / whole, 4)
