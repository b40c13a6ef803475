"""A round of 300 applications and 120 experts from the list to the funded set, every service as it is used."""

from __future__ import annotations

import json
import random
from decimal import Decimal

import pytest
from click.testing import CliRunner
from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from kechuang.directory.models import County
from kechuang.kernel.files import attachment_path
from kechuang.pure.drawing.protocol import differences
from kechuang.pure.scoring.selection import Limit
from kechuang.review.cli import review
from kechuang.review.loading import rules_of
from kechuang.review.models import (
    AssignmentRun,
    BlindCopy,
    CriterionScore,
    Feedback,
    Pair,
    Proposal,
    ProposalIdentity,
    ProposalPerson,
    Round,
    ScoreSheet,
    Seat,
)
from kechuang.review.selectors.conflicts import conflicts_of_round
from kechuang.review.selectors.results import flagged
from kechuang.review.services import assignments, results, rounds, sheets
from kechuang.review.services import seats as seat_services
from kechuang.review.services.experts import identity_digest
from tests.factories import CountyFactory, OrganisationFactory
from tests.review.conftest import TODAY, Bench

PROPOSALS, EXPERTS, BY_HAND = 300, 120, 3
FIELDS = ("520.20", "520.50", "430.40", "210.30")


def list_all(bench: Bench, round_: Round, rng: random.Random) -> None:
    """List every proposal: a few by the service, the rest in bulk, row by row what the service writes."""
    counties = [CountyFactory() for _ in range(4)]
    hosts = [OrganisationFactory(name=f"示例申报企业{n}", county=counties[n % 4]) for n in range(60)]
    chosen = [bench.units[n % 12] if n % 10 == 0 else hosts[n % 60] for n in range(PROPOSALS)]
    asked = [{"discipline_code": FIELDS[n % 4], "amount_fen": rng.randint(5, 20) * 1_000_000} for n in range(PROPOSALS)]
    for n in range(BY_HAND):
        bench.proposal(round_, number=f"SQ-{n:04d}", organisation=chosen[n], **asked[n])
    rest = range(BY_HAND, PROPOSALS)
    made = Proposal.objects.bulk_create([Proposal(round=round_, code=f"P-{n + 1:03d}", **asked[n]) for n in rest])
    rows = list(zip(rest, made, strict=True))
    ProposalIdentity.objects.bulk_create(
        [
            ProposalIdentity(
                proposal=one,
                number=f"SQ-{n:04d}",
                title=f"示例课题{n}",
                organisation=chosen[n],
                county_id=chosen[n].county_id,
            )
            for n, one in rows
        ]
    )
    ProposalPerson.objects.bulk_create(
        [
            ProposalPerson(
                proposal=one, name=f"示例申报人{n + 1}", digest=identity_digest(f"applicant{n + 1}"), part="leader"
            )
            for n, one in rows
        ]
    )
    sections = [{"label": "研究内容", "text": "示例内容"}]
    BlindCopy.objects.bulk_create([BlindCopy(proposal=one, title=f"示例课题{n}", sections=sections) for n, one in rows])


def seat_all(bench: Bench, round_: Round, quotas: dict[str, int]) -> list[Seat]:
    """Draw by the service; a few are invited and accept by it, the rest in bulk (the same columns and steps)."""
    members = bench.drawn(round_, **{f"s{name}": quota for name, quota in quotas.items()})
    for seat in members[:BY_HAND]:
        seat_services.seat_invite(seat=seat, actor=bench.secretary)
        seat_services.seat_accept(seat=seat, actor=bench.sitting(seat.identity.expert), pledged=True)
    rest = Seat.objects.filter(pk__in=[seat.pk for seat in members[BY_HAND:]])
    rest.update(state="invited")
    rest.update(state="accepted", answered_at=timezone.now(), pledged_at=timezone.now())
    return members


def sign_all(bench: Bench, round_, rng: random.Random) -> None:
    """Fill in and sign every sheet by the services for a few, in bulk for the rest (the same columns)."""
    rules = rules_of(round_.scheme)
    waiting = list(
        ScoreSheet.objects.filter(pair__proposal__round=round_).select_related("pair__seat__identity__expert")
    )
    worth = {key: rng.uniform(0.55, 0.95) for key in round_.proposals.values_list("pk", flat=True)}
    by_hand, in_bulk = waiting[:BY_HAND], waiting[BY_HAND:]
    for sheet in by_hand:
        actor = bench.sitting(sheet.pair.seat.identity.expert)
        values = {f"points.{c.code}": str(int(c.most * 0.8)) for c in rules.criteria}
        values |= {f"comment.{c.code}": "示例依据" for c in rules.criteria}
        values |= {"recommendation": "support", "opinion": "示例意见"}
        sheets.sheet_sign(sheet=sheets.sheet_save(sheet=sheet, actor=actor, version=0, values=values), actor=actor)
        assert ScoreSheet.objects.get(pk=sheet.pk).total == Decimal("80.00")
    scores = []
    for sheet in in_bulk:
        points = {c.code: Decimal(round(c.most * worth[sheet.pair.proposal_id])) for c in rules.criteria}
        scores += [CriterionScore(sheet=sheet, criterion=code, points=n, comment="示例") for code, n in points.items()]
        sheet.total = sheets.total_of(rules, points)
    CriterionScore.objects.bulk_create(scores, batch_size=5000)
    ScoreSheet.objects.bulk_update(in_bulk, ["total"], batch_size=500)
    opinion = Concat(Value("示例意见"), Cast("pk", CharField()))
    rest = ScoreSheet.objects.filter(pk__in=[sheet.pk for sheet in in_bulk])
    rest.update(state="signed", signed_at=timezone.now(), version=1, recommendation="support", opinion=opinion)


@pytest.mark.capability("C46")
@pytest.mark.capability("C47")
@pytest.mark.capability("C48")
@pytest.mark.capability("C57")
@pytest.mark.capability("C58")
@pytest.mark.capability("C109")
def test_three_hundred_applications_go_from_the_list_to_the_funded_set(bench: Bench, tmp_path):  # noqa: PLR0915 - one story
    rng = random.Random(7)  # noqa: S311 - a sample, not a secret
    bench.admit([bench.expert(unit=bench.units[n % 12], code=FIELDS[n % 4]) for n in range(EXPERTS)])
    round_ = bench.round()
    list_all(bench, round_, rng)

    seats = seat_all(bench, round_, {"520": 56, "430": 28, "210": 28})
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

    county = County.objects.get(pk=lines[0].proposal.identity.county_id)
    ranking = results.selection_compute(
        round_=round_,
        actor=bench.secretary,
        budget_fen=400_000_000,
        limits=[Limit("county", county.short_name, most=8)],
    )
    funded = Proposal.objects.filter(code__in=ranking.selection["funded"], round=round_)
    assert sum(row.amount_fen for row in funded) <= 400_000_000
    assert sum(row.identity.county_id == county.pk for row in funded) <= 8
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
