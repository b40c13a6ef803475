"""Assignment: matching scores, infeasibility in words, changes by hand, panels, re-runs."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from kechuang.kernel.errors import NotAllowed, Refused
from kechuang.pure.drawing.panel import Candidate, Exclusion, Stratum, Terms, draw_panel
from kechuang.pure.drawing.stream import Stream
from kechuang.review.conflicts import (
    ExpertView,
    Person,
    Post,
    ProposalView,
    Spans,
    Unit,
    conflicts_in_bulk,
    group_units,
)
from kechuang.review.loading import rules_of, scheme_store
from kechuang.review.matching import Reading, Topic, discipline_share, fit, industry_share
from kechuang.review.models import AssignmentRun, Pair, Relation, Round, ScoreSheet
from kechuang.review.selectors import instances
from kechuang.review.selectors.conflicts import conflicts_of_pair
from kechuang.review.selectors.instances import staffing
from kechuang.review.services import assignments, rounds, seats, sheets
from tests.review.conftest import TODAY, Bench

READERS = st.lists(
    st.builds(
        Reading,
        st.lists(
            st.tuples(st.sampled_from(["520", "520.20", "520.2010", "430.40"]), st.integers(1, 3)), max_size=2
        ).map(tuple),
        st.lists(st.tuples(st.sampled_from(["C", "C27", "C2720", "A01"]), st.integers(1, 3)), max_size=2).map(tuple),
        st.none() | st.floats(1, 5),
    ),
    min_size=1,
    max_size=6,
)


TOPICS = st.lists(
    st.builds(Topic, st.sampled_from(["520.20", "430.40", ""]), st.sampled_from(["", "C2720"])), min_size=1, max_size=4
)


@pytest.mark.parametrize(
    ("own", "wanted", "share"),
    (
        ("520.20", "520.20", 100), ("520.2010", "520.20", 85), ("520", "520.20", 75),
        ("520.30", "520.20", 60), ("430", "520", 0), ("", "520", 0),
    ),
)  # fmt: skip
def test_disciplines_meet_on_their_common_level(own, wanted, share):
    assert discipline_share(own, wanted) == share


@pytest.mark.parametrize(
    ("own", "wanted", "share"),
    (
        ("C2720", "C2720", 100), ("C272", "C2720", 80), ("C27", "C2720", 60),
        ("C2", "C2720", 30), ("C", "C2720", 20), ("A", "C", 0),
    ),
)  # fmt: skip
def test_industries_meet_on_their_common_letters(own, wanted, share):
    assert industry_share(own, wanted) == share


@given(READERS, TOPICS, st.integers(1, 6))
def test_scores_are_sums_of_their_parts_and_the_best_are_listed(readers, topics, most):
    found = fit(topics, readers, most=most)
    whole = fit(topics, readers, most=len(readers))
    assert ((found.score >= 0) & (found.score <= 1000)).all()
    assert (sum(found.parts) == found.score).all()
    for place in range(len(topics)):
        listed = sorted(found.score[found.proposal == place].tolist(), reverse=True)
        every = sorted(whole.score[whole.proposal == place].tolist(), reverse=True)
        assert listed == every[:most]


def test_barred_pairs_are_never_listed_and_kept_ones_always():
    readers = [Reading((("520.20", 3),)), Reading((("520.20", 3),)), Reading()]
    found = fit([Topic("520.20")], readers, barred={0: [0]}, most=1, keep=[(0, 2)])
    assert found.expert.tolist() == [1, 2]


@pytest.fixture
def staffed(bench: Bench) -> Round:
    bench.admit([bench.expert() for _ in range(8)])
    round_ = bench.round()
    for _ in range(3):
        bench.proposal(round_)
    bench.accepted(round_, s520=7)
    return round_


def solve(bench: Bench, round_: Round, objective: str = "total") -> AssignmentRun:
    run = assignments.assignment_ask(round_=round_, objective=objective, actor=bench.secretary)
    return assignments.assignment_solve(run=run, actor=bench.secretary)


@pytest.mark.capability("C48")
@pytest.mark.parametrize("objective", ("total", "fair", "random"))
def test_every_objective_gives_every_proposal_its_readers_and_explains_each_pair(bench, staffed, objective):
    assert solve(bench, staffed, objective).state == "done"
    assert Pair.objects.filter(proposal__round=staffed).count() == 15
    pair = Pair.objects.filter(proposal__round=staffed).select_related("proposal", "seat").first()
    assert pair.match == sum(pair.parts.values())
    if objective != "random":
        assert "匹配分" in assignments.pair_worth(staffed, pair).sentence(chosen=True)


@pytest.mark.capability("C49")
@pytest.mark.capability("C110")
def test_infeasibility_is_told_with_the_rule_and_the_smallest_relaxation(bench, staffed):
    staffed.seats.filter(state="accepted").update(max_load=2)
    run = solve(bench, staffed)
    assert run.state == "infeasible"
    assert any(reason["rule"] == "max_load" and reason["relaxation"] for reason in run.reasons)
    assert all("专家" in reason["text"] or "P-" in reason["text"] for reason in run.reasons)
    assert not Pair.objects.filter(proposal__round=staffed).exists()


def test_one_run_at_a_time(bench, staffed):
    assignments.assignment_ask(round_=staffed, objective="total", actor=bench.secretary)
    with pytest.raises(Refused, match="正在计算"):
        assignments.assignment_ask(round_=staffed, objective="total", actor=bench.secretary)


@pytest.mark.capability("C52")
def test_a_change_by_hand_has_its_price_and_reason_and_survives_the_next_run(bench, staffed):
    solve(bench, staffed)
    proposal = staffed.proposals.order_by("code").first()
    readers = set(Pair.objects.filter(proposal=proposal).values_list("seat", flat=True))
    outside = staffed.seats.filter(state="accepted").exclude(pk__in=readers).select_related("identity").first()
    leaving = Pair.objects.filter(proposal=proposal).select_related("seat").first().seat
    given = {"round_": staffed, "proposal": proposal, "seat_out": leaving, "seat_in": outside, "actor": bench.secretary}
    with pytest.raises(Refused, match="理由"):
        assignments.pair_change(**given, reason=" ")
    pair = assignments.pair_change(**given, reason="示例更熟悉该方向")
    assert (pair.source, pair.locked, pair.cost) == ("manual", True, 0)  # all fit alike: it costs nothing
    solve(bench, staffed)
    assert Pair.objects.get(pk=pair.pk).locked
    assert Pair.objects.filter(proposal=proposal).count() == 5
    with pytest.raises(Refused, match="已评这份材料"):
        assignments.pair_change(**{**given, "seat_out": None}, reason="示例")


def test_a_conflict_forbids_a_change_by_hand_with_its_sentence(bench, staffed):
    solve(bench, staffed)
    proposal = staffed.proposals.order_by("code").first()
    readers = set(Pair.objects.filter(proposal=proposal).values_list("seat", flat=True))
    outside = staffed.seats.filter(state="accepted").exclude(pk__in=readers).select_related("identity").first()
    leader = proposal.people.get().name
    Relation.objects.create(expert_id=outside.identity.expert_id, kind="kin", person=leader)
    assert [one.code for one in conflicts_of_pair(staffed, proposal.pk, outside.identity.expert_id, on=TODAY)] == [
        "kin"
    ]
    with pytest.raises(Refused, match="亲属"):
        assignments.pair_change(
            round_=staffed, proposal=proposal, seat_out=None, seat_in=outside, reason="示例", actor=bench.secretary
        )


def test_a_reader_who_steps_back_is_replaced_and_never_given_the_same_again(bench, staffed):
    solve(bench, staffed)
    rounds.round_move(round_=staffed, step="open", actor=bench.secretary)
    sheet = (
        ScoreSheet.objects.filter(pair__proposal__round=staffed).select_related("pair__seat__identity__expert").first()
    )
    actor = bench.sitting(sheet.pair.seat.identity.expert)
    sheets.sheet_abstain(sheet=sheet, actor=actor, reason="示例曾合作")
    solve(bench, staffed)
    pairs = Pair.objects.filter(proposal=sheet.pair.proposal_id)
    assert pairs.exclude(sheet__state="abstained").count() == 5
    assert pairs.get(seat=sheet.pair.seat_id).sheet.state == "abstained"


@pytest.mark.capability("C56")
def test_a_panel_reads_everything_it_has_no_conflict_with(bench: Bench):
    bench.admit([bench.expert() for _ in range(8)])
    round_ = bench.round(kind="panel", blind=False)
    for _ in range(2):
        bench.proposal(round_)
    bench.accepted(round_, s520=6)
    seat = round_.seats.filter(state="accepted").select_related("identity").first()
    first = round_.proposals.order_by("code").first()
    Relation.objects.create(expert_id=seat.identity.expert_id, kind="supervisor", person=first.people.get().name)
    assert assignments.panel_pairs_write(round_=round_, actor=bench.secretary) == 11
    assert not Pair.objects.filter(proposal=first, seat=seat).exists()
    assert assignments.panel_pairs_write(round_=round_, actor=bench.secretary) == 0


@pytest.mark.parametrize("count", (1, 3))
def test_conflicts_of_a_round_take_as_many_queries_for_one_as_for_three(bench, django_assert_num_queries, count):
    from kechuang.review.selectors.conflicts import conflicts_of_round  # noqa: PLC0415 - one use

    experts = [bench.expert() for _ in range(count)]
    round_ = bench.round()
    for _ in range(count):
        bench.proposal(round_)
    round_ = Round.objects.select_related("scheme").get(pk=round_.pk)
    with django_assert_num_queries(10):
        conflicts_of_round(round_, [expert.pk for expert in experts], on=TODAY)


@pytest.mark.capability("C60")
def test_wishes_raise_the_match_and_quality_and_fees_stay_on_record(bench, staffed):
    seat = staffed.seats.filter(state="accepted").select_related("identity__expert").order_by("code").first()
    actor = bench.sitting(seat.identity.expert)
    first, second, _third = staffed.proposals.order_by("code")
    client = bench.client(actor)
    address = reverse("review:wishes", args=[seat.pk])
    answer = client.post(address, {f"wish_{first.pk}": "1", f"wish_{second.pk}": "-1", f"wish_{_third.pk}": "0"})
    assert answer.status_code == 302
    found = staffing(staffed, on=TODAY)
    place = found.seats.index(seat.pk)
    assert [row["wish"] for _pair, row in sorted(found.parts({(p, place) for p in range(3)}).items())] == [100, 0, 50]
    secretary = bench.client(bench.secretary)
    served = reverse("review:seat_served", args=[seat.pk])
    secretary.post(served, {"points": "5", "note": "示例认真", "amount": "1200", "state": "due"})
    assert seat.identity.expert.marks.get().points == 5
    assert seat.identity.expert.fees.get().amount_fen == 120_000
    assert staffing(staffed, on=TODAY).parts({(0, place)})[0, place]["quality"] == 100
    with pytest.raises(NotAllowed):
        seats.wishes_state(seat=seat, wanted={}, actor=bench.actor("applicant", organisation=bench.units[0]))


@pytest.mark.capability("C45")
def test_ten_thousand_pools_never_draw_a_conflict():
    rng = random.Random(16)  # noqa: S311 - a sample, not a secret
    spans = Spans(3, 3, TODAY)
    units = [Unit(n, f"示例单位{n}") for n in range(1, 9)]
    barred = drawn = 0
    for pool in range(10_000):
        experts = [
            ExpertView(
                n,
                Person(f"示例{n}", str(n)),
                rng.random() > 0.1,
                (Post(rng.choice(units), TODAY, None, verified=True),),
            )
            for n in range(8)
        ]
        proposal = ProposalView(0, (rng.choice(units),), (Person(f"示例{rng.randrange(20)}"),))
        found = conflicts_in_bulk(experts, [proposal], groups=group_units([(1, 2)]), spans=spans)
        out = {expert for _proposal, expert in found}
        barred += len(out)
        terms = Terms(
            tuple(Candidate(str(one.key), "层") for one in experts),
            tuple(Exclusion(str(key), "回避") for key in sorted(out)),
            (Stratum("层", min(3, 8 - len(out)), 2),),
        )
        picked = {int(pick.id) for pick in draw_panel(terms, Stream(f"pool{pool}")) if pick.role != "passed"}
        drawn += len(picked)
        assert not picked & out
    assert barred > 10_000
    assert drawn > 30_000


def test_too_few_listed_candidates_are_widened_step_by_step(staffed, bench: Bench, monkeypatch):
    rules = rules_of(staffed.scheme)
    one = rules.model_copy(update={"limits": rules.limits.model_copy(update={"candidates_each": 1})})
    staffed.scheme = scheme_store("narrow", "示例办法", one)
    staffed.save(update_fields=["scheme"])
    monkeypatch.setattr(instances, "ALL_LISTED", 0)
    assert staffing(staffed, on=TODAY).most == 1
    assert solve(bench, staffed).state == AssignmentRun.State.DONE
    found = staffing(staffed, on=TODAY, most=1)
    assert found.may_widen()
    full = replace(found, instance=replace(found.instance, max_load=[0] * len(found.seats)))
    assert not full.may_widen()  # more candidates mend no lack of places
    assert not replace(found, most=len(found.seats)).may_widen()
