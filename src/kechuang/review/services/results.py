"""From signed sheets to a ranked list, a funded set, and what applicants are told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kechuang.catalogue.reviews import ReviewScheme
from kechuang.kernel import events
from kechuang.kernel.access import Actor
from kechuang.kernel.errors import Refused
from kechuang.pure.scoring.aggregation import Aggregate, AggregationRule, Threshold, aggregate, grade
from kechuang.pure.scoring.calibration import Component, calibrate, flips
from kechuang.pure.scoring.ranking import Entry, Placed, TieRule, rank
from kechuang.pure.scoring.selection import Applicant, Change, Limit, Terms, Unfundable, select
from kechuang.pure.scoring.statistics import RoundStatistics, round_statistics
from kechuang.review import access
from kechuang.review.keeping import person
from kechuang.review.loading import rules_of
from kechuang.review.models import Feedback, Ranking, RankingLine, Round
from kechuang.review.selectors.results import Scores, latest_ranking, observations, scores_of, signed_sheets


@transaction.atomic
def ranking_compute(*, round_: Round, actor: Actor, cut: int = 0) -> Ranking:
    """Sum up, calibrate and rank the round's signed sheets as they stand now; ``cut`` places are the line."""
    access.ROUNDS.require(actor, "rank", round_)
    if round_.state != "summing":
        raise Refused(_("结束评分之后才能汇总。"))
    rules = rules_of(round_.scheme)
    sheets = signed_sheets(round_)
    scores = scores_of(sheets)
    if not scores:
        raise Refused(_("还没有签名的评分表。"))
    rule = AggregationRule(**rules.aggregation.model_dump())
    sums = {code: aggregate(row, rule) for code, row in scores.items()}
    components = calibrate(observations(scores), places=rules.aggregation.places)
    adjusted = {code: value for part in components for code, value in part.adjusted.items()}
    placed = _ranked(round_, rules, sums)
    ranking = Ranking.objects.create(
        round=round_,
        computed_by_id=person(actor),
        cut=cut,
        flips=[asdict(one) for one in flips({c: s.value for c, s in sums.items()}, adjusted, cut=cut)],
        components=[_component(part) for part in components],
        statistics=_statistics(round_statistics(observations(scores))),
    )
    _lines(ranking, rules, placed=placed, sums=sums, scores=scores, adjusted=adjusted)
    events.publish("review.ranked", ranking)
    return ranking


@transaction.atomic
def selection_compute(
    *,
    round_: Round,
    actor: Actor,
    budget_fen: int,
    count_most: int | None = None,
    limits: Sequence[Limit] = (),
    required: frozenset[str] = frozenset(),
) -> Ranking:
    """Choose the best set under budget and limits; what the next yuan would fund stays with it."""
    access.ROUNDS.require(actor, "rank", round_)
    ranking = latest_ranking(round_)
    if ranking is None or round_.state != "summing":
        raise Refused(_("汇总之后、定稿之前才能择优。"))
    terms = Terms(budget_fen=budget_fen, limits=tuple(limits), count_most=count_most, required=required)
    lines = list(ranking.lines.select_related("proposal__identity__county").order_by("place", "proposal__code"))
    try:
        chosen = select([_applicant(line) for line in lines], terms)
    except Unfundable as refusal:
        raise Refused(str(refusal)) from None
    except ValueError as fault:
        raise Refused(str(fault)) from None
    ranking.lines.update(funded=False)
    ranking.lines.filter(proposal__code__in=chosen.funded).update(funded=True)
    ranking.selection = {
        "budget_fen": budget_fen,
        "count_most": count_most,
        "limits": [asdict(limit) for limit in limits],
        "funded": list(chosen.funded),
        "score": str(chosen.score),
        "cost_fen": chosen.cost_fen,
        "left_fen": chosen.left_fen,
        "next_money": _change(chosen.next_money),
        "next_places": [_change(one) for one in chosen.next_places],
    }
    ranking.save(update_fields=["selection"])
    return ranking


@transaction.atomic
def feedback_release(*, round_: Round, actor: Actor) -> int:
    """Tell applicants the figure, the grade and the opinions, reviewers sealed; return how many were told."""
    access.ROUNDS.require(actor, "release", round_)
    ranking = latest_ranking(round_)
    if round_.state != "decided" or ranking is None:
        raise Refused(_("定稿之后才能公布反馈。"))
    rules = rules_of(round_.scheme)
    opinions = _opinions(round_, rules)
    told = set(Feedback.objects.filter(proposal__round=round_).values_list("proposal_id", flat=True))
    made = Feedback.objects.bulk_create(
        [
            Feedback(
                proposal_id=line.proposal_id, score=line.score, grade=line.grade, opinions=opinions[line.proposal_id]
            )
            for line in ranking.lines.all()
            if line.proposal_id not in told
        ]
    )
    events.publish("review.feedback_released", round_)
    return len(made)


def _ranked(round_: Round, rules: ReviewScheme, sums: dict[str, Aggregate]) -> list[Placed]:
    figures = dict(round_.proposals.values_list("code", "figures"))
    entries = [
        Entry(code, one.value, {key: Decimal(str(value)) for key, value in figures.get(code, {}).items()})
        for code, one in sums.items()
    ]
    return rank(entries, [TieRule(rule.key, rule.label) for rule in rules.tie_breaks])


def _lines(
    ranking: Ranking,
    rules: ReviewScheme,
    *,
    placed: list[Placed],
    sums: dict[str, Aggregate],
    scores: Scores,
    adjusted: dict[str, Decimal],
) -> None:
    keys = dict(ranking.round.proposals.values_list("code", "pk"))
    grades = [Threshold(one.name, one.at_least) for one in rules.grades]
    RankingLine.objects.bulk_create(
        [
            RankingLine(
                ranking=ranking,
                proposal_id=keys[one.id],
                place=one.rank,
                score=one.score,
                adjusted=adjusted[one.id],
                lowest=min(scores[one.id].values()),
                highest=max(scores[one.id].values()),
                grade=grade(one.score, grades) or "",
                moves=[move.sentence() for move in one.moves],
                dropped=list(sums[one.id].dropped),
                funded=bool(ranking.cut) and one.rank <= ranking.cut,
            )
            for one in placed
        ]
    )


def _applicant(line: RankingLine) -> Applicant:
    proposal = line.proposal
    groups = {"county": proposal.identity.county.short_name, "field": proposal.discipline_code[:3]}
    return Applicant(proposal.code, line.score, proposal.amount_fen, groups)


def _component(part: Component) -> dict[str, Any]:
    return {
        "proposals": len(part.adjusted),
        "observations": part.observations,
        "spare": part.spare,
        "severity": {seat: str(value) for seat, value in sorted(part.severity.items())},
    }


def _statistics(found: RoundStatistics) -> dict[str, Any]:
    return {
        "reviewers": [
            {"seat": line.reviewer, "count": line.count, "mean": str(line.mean), "lean": str(line.lean)}
            for line in found.reviewers
        ],
        "distribution": {str(low): count for low, count in found.distribution.items()},
        "agreement": None if found.agreement is None else str(found.agreement),
    }


def _change(change: Change | None) -> dict[str, Any] | None:
    if change is None:
        return None
    return {
        "what": change.what,
        "extra_fen": change.extra_fen,
        "gain": str(change.gain),
        "comes_in": list(change.comes_in),
        "goes_out": list(change.goes_out),
    }


def _opinions(round_: Round, rules: ReviewScheme) -> dict[int, list[dict[str, str]]]:
    """Return what reviewers wrote for the applicant; in the order of their texts, so that no seat can be followed."""
    words = {one.code: one.label for one in rules.recommendations}
    found: dict[int, list[dict[str, str]]] = {key: [] for key in round_.proposals.values_list("pk", flat=True)}
    for sheet in signed_sheets(round_):
        row = {"recommendation": words.get(sheet.recommendation, ""), "opinion": sheet.opinion.strip()}
        found[sheet.pair.proposal_id].append(row)
    for rows in found.values():
        rows.sort(key=lambda row: (row["opinion"], row["recommendation"]))
    return found
