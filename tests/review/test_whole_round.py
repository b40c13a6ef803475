"""A round of 300 applications and 120 experts from the list to the funded set, every service as it is used."""

from __future__ import annotations

import json
import random
from decimal import Decimal

import pytest
from click.testing import CliRunner
from django.utils import timezone

from kechuang.kernel.files import attachment_path
from kechuang.pure.drawing.protocol import differences
from kechuang.pure.scoring.selection import Limit
from kechuang.review.cli import review
from kechuang.review.loading import rules_of
from kechuang.review.models import AssignmentRun, CriterionScore, Feedback, Pair, Proposal, ScoreSheet, Seat
from kechuang.review.selectors.conflicts import conflicts_of_round
from kechuang.review.selectors.results import flagged
from kechuang.review.services import assignments, results, rounds, sheets
from tests.factories import CountyFactory, OrganisationFactory
from tests.review.conftest import TODAY, Bench

PROPOSALS, EXPERTS = 300, 120
FIELDS = ("520.20", "520.50", "430.40", "210.30")


def sign_all(bench: Bench, round_, rng: random.Random) -> None:
    """Fill in and sign every sheet by the services for a few, in bulk for the rest (the same columns)."""
    rules = rules_of(round_.scheme)
    waiting = list(
        ScoreSheet.objects.filter(pair__proposal__round=round_).select_related("pair__seat__identity__expert")
    )
    worth = {key: rng.uniform(0.55, 0.95) for key in round_.proposals.values_list("pk", flat=True)}
    by_hand, in_bulk = waiting[:3], waiting[3:]
    for sheet in by_hand:
        actor = bench.sitting(sheet.pair.seat.identity.expert)
        values = {f"points.{c.code}": str(int(c.most * 0.8)) for c in rules.criteria}
        values |= {f"comment.{c.code}": "示例依据" for c in rules.criteria}
        values |= {"recommendation": "support", "opinion": "示例意见"}
        sheets.sheet_sign(sheet=sheets.sheet_save(sheet=sheet, actor=actor, version=0, values=values), actor=actor)
        assert ScoreSheet.objects.get(pk=sheet.pk).total == Decimal("80.00")
    scores, now = [], timezone.now()
    for sheet in in_bulk:
        points = {c.code: Decimal(round(c.most * worth[sheet.pair.proposal_id])) for c in rules.criteria}
        scores += [CriterionScore(sheet=sheet, criterion=code, points=n, comment="示例") for code, n in points.items()]
        sheet.total, sheet.signed_at, sheet.version = sheets.total_of(rules, points), now, 1
        sheet.recommendation, sheet.opinion, sheet.state = "support", f"示例意见{sheet.pk}", "signed"
    CriterionScore.objects.bulk_create(scores, batch_size=2000)
    ScoreSheet.objects.bulk_update(
        in_bulk, ["total", "signed_at", "version", "recommendation", "opinion", "state"], batch_size=500
    )


@pytest.mark.capability("C46")
@pytest.mark.capability("C47")
@pytest.mark.capability("C48")
@pytest.mark.capability("C57")
@pytest.mark.capability("C58")
@pytest.mark.capability("C109")
def test_three_hundred_applications_go_from_the_list_to_the_funded_set(bench: Bench, tmp_path):  # noqa: PLR0915 - one story
    rng = random.Random(7)  # noqa: S311 - a sample, not a secret
    counties = [CountyFactory() for _ in range(4)]
    hosts = [OrganisationFactory(name=f"示例申报企业{n}", county=counties[n % 4]) for n in range(60)]
    bench.admit([bench.expert(unit=bench.units[n % 12], code=FIELDS[n % 4]) for n in range(EXPERTS)])
    round_ = bench.round()
    for n in range(PROPOSALS):
        bench.proposal(
            round_,
            number=f"SQ-{n:04d}",
            organisation=bench.units[n % 12] if n % 10 == 0 else hosts[n % 60],
            discipline_code=FIELDS[n % 4],
            amount_fen=rng.randint(5, 20) * 1_000_000,
        )

    seats = bench.accepted(
        round_, **{f"s{code[:3]}": quota for code, quota in {"520": 56, "430": 28, "210": 28}.items()}
    )
    protocol = round_.draws.get(void_reason="").protocol
    assert differences(protocol) == []
    assert len(seats) == 112

    run = assignments.assignment_ask(round_=round_, objective="fair", actor=bench.secretary)
    run = assignments.assignment_solve(run=run, actor=bench.secretary)
    assert run.state == AssignmentRun.State.DONE
    assert Pair.objects.filter(proposal__round=round_).count() == PROPOSALS * 5
    experts = {seat.identity.expert_id for seat in seats}
    found = conflicts_of_round(round_, experts, on=TODAY)
    pairs = Pair.objects.filter(proposal__round=round_).values_list("proposal_id", "seat__identity__expert_id")
    assert found
    assert not set(pairs) & set(found)

    files = [str(attachment_path(run.instance)), str(attachment_path(run.result))]
    outcome = CliRunner().invoke(review, ["verify-assignment", *files])
    assert outcome.exit_code == 0, outcome.output
    (tmp_path / "draw.json").write_text(json.dumps(protocol), encoding="utf-8")
    assert CliRunner().invoke(review, ["verify-draw", str(tmp_path / "draw.json")]).exit_code == 0

    rounds.round_move(round_=round_, step="open", actor=bench.secretary)
    sign_all(bench, round_, rng)
    rounds.round_move(round_=round_, step="close", actor=bench.secretary)
    ranking = results.ranking_compute(round_=round_, actor=bench.secretary, cut=50)
    lines = list(ranking.lines.all())
    assert len(lines) == PROPOSALS
    assert [line.score for line in lines] == sorted((line.score for line in lines), reverse=True)

    ranking = results.selection_compute(
        round_=round_,
        actor=bench.secretary,
        budget_fen=400_000_000,
        limits=[Limit("county", counties[0].short_name, most=8)],
    )
    funded = Proposal.objects.filter(code__in=ranking.selection["funded"], round=round_)
    assert sum(row.amount_fen for row in funded) <= 400_000_000
    assert sum(row.identity.county_id == counties[0].pk for row in funded) <= 8
    assert ranking.selection["next_money"]["extra_fen"] > 0

    for one in flagged(round_):
        one.sheet.outlier_reason = "示例说明"
        one.sheet.save(update_fields=["outlier_reason"])
    rounds.round_move(round_=round_, step="decide", actor=bench.secretary)
    assert results.feedback_release(round_=round_, actor=bench.secretary) == PROPOSALS
    told = Feedback.objects.filter(proposal__round=round_).first()
    assert len(told.opinions) == 5
    assert "专家" not in json.dumps(told.opinions, ensure_ascii=False)
    assert Seat.objects.filter(round=round_, state="accepted").count() == 112
