"""Real applications of the intake taken into a round, judged, and the decided round standing for a plain score."""

from __future__ import annotations

import pytest
from django.urls import reverse

from kechuang.calls.definitions import definition_of
from kechuang.calls.models import Application
from kechuang.calls.services.answers import Change, answers_save
from kechuang.calls.services.items import items_store
from kechuang.kernel.errors import NotAllowed, Refused
from kechuang.review.models import Proposal, Round, ScoreSheet
from kechuang.review.selectors.conflicts import conflicts_of_pair
from kechuang.review.services import assignments, intake, placing, results, rounds
from tests.calls.conftest import ITEM, Bureau, bureau, catalogue_loaded
from tests.calls.conftest import catalogue as intake_catalogue
from tests.factories import OrganisationFactory
from tests.review.conftest import TODAY, Bench

__all__ = ["bureau"]
loaded = pytest.fixture(scope="module")(catalogue_loaded)
HOST, DIRECTOR, PARTNER = "示例制造有限公司", "示例主任曹某", "示例共建大学"
TOLD = {
    "title": "示例制造有限公司工程技术研究中心",
    "abstract": "示例制造与 示例主任曹某 一同研究示例方向，来电 138 0000 1234。",
    "director_name": DIRECTOR,
    "has_partners": True,
    "partners": [{"name": PARTNER, "kind": "高校", "duty": "联合研发", "agreed_on": "2025-06-01"}],
}


@pytest.fixture
def wanted(bench: Bench, bureau: Bureau) -> str:
    """Have the item ask for experts, as its line ``rubric`` does; return the item."""
    read = intake_catalogue()
    asking = read.items[ITEM].model_copy(update={"rubric": "platform_panel"})
    items_store(read.model_copy(update={"items": {**read.items, ITEM: asking}}))
    definition_of.cache_clear()
    return ITEM


def under_review(bureau: Bureau, **answers: object) -> Application:
    """Return an application that every office has let through to its review."""
    case = bureau.filled(bureau.started(bureau.call()))
    versions = dict(case.answers.values_list("code", "version"))
    said = [Change(code, value, versions.get(code, 0)) for code, value in {**TOLD, **answers}.items()]
    answers_save(application=case, changes=said, actor=bureau.actor("applicant"))
    for step, role in (
        ("submit", "applicant"),
        ("pass", "host_admin"),
        ("recommend", "county_officer"),
        ("accept", "department_officer"),
        ("start_review", "department_officer"),
    ):
        if step == "pass":
            bureau.filled(case, "host_admin")
        bureau.move(case, step, role, **({"rank": 1} if step == "recommend" else {}))
    return case


def planned(bench: Bench, **values: object) -> Round:
    return bench.round(kind="panel", title="示例认定评审", **values)


def test_an_application_under_review_is_taken_once(bench, bureau, wanted):
    case = under_review(bureau)
    round_ = planned(bench)
    assert list(intake.applications_awaiting(round_)) == [case]
    (proposal,) = intake.applications_take(round_=round_, applications=[case], actor=bench.secretary)
    assert (proposal.identity.number, proposal.identity.title) == (case.number, TOLD["title"])
    assert proposal.identity.organisation == bureau.organisation
    assert list(intake.applications_awaiting(round_)) == []
    with pytest.raises(Refused, match="不在评审环节，或已列入其他轮次"):
        intake.applications_take(round_=planned(bench), applications=[case], actor=bench.secretary)


@pytest.mark.capability("C45")
def test_who_an_application_names_is_barred_from_judging_it(bench, bureau, wanted):
    university = OrganisationFactory(name=PARTNER, kind="university")
    director = bench.admitted(name=DIRECTOR)
    colleague = bench.admitted(unit=university)
    idle = bench.admitted()
    round_ = planned(bench)
    (proposal,) = intake.applications_take(round_=round_, applications=[under_review(bureau)], actor=bench.secretary)
    codes = {
        expert: [one.code for one in conflicts_of_pair(round_, proposal.pk, expert.pk, on=TODAY)]
        for expert in (director, colleague, idle)
    }
    assert codes == {director: ["named"], colleague: ["same_unit"], idle: []}


@pytest.mark.capability("C54")
def test_a_blind_round_serves_a_real_application_without_its_applicant(bench, bureau, wanted):
    round_ = planned(bench, blind=True)
    (proposal,) = intake.applications_take(round_=round_, applications=[under_review(bureau)], actor=bench.secretary)
    copy = proposal.copy
    served = copy.title + "".join(row["label"] + row["text"] for row in copy.sections)
    assert copy.problems == []
    assert copy.title == "〔申报单位〕工程技术研究中心"
    for text in (HOST, "示例制造", DIRECTOR, PARTNER, "138 0000 1234", "13800001234", "name@example.org"):
        assert text not in served, text
    assert "〔联系方式〕" in served
    assert "关键技术攻关" in served


def judged(bench: Bench, round_: Round) -> None:
    """Draw a panel of five, have it judge everything, and end the round."""
    bench.admit([bench.expert() for _ in range(7)])
    bench.accepted(round_, s520=5)
    assignments.panel_pairs_write(round_=round_, actor=bench.secretary)
    rounds.round_move(round_=round_, step="open", actor=bench.secretary)
    for place, sheet in enumerate(ScoreSheet.objects.filter(pair__proposal__round=round_)):
        bench.sign(sheet, 8 + place % 2)
    rounds.round_move(round_=round_, step="close", actor=bench.secretary)
    results.ranking_compute(round_=round_, actor=bench.secretary, cut=1)
    rounds.round_move(round_=round_, step="decide", actor=bench.secretary)


@pytest.mark.capability("C22")
@pytest.mark.capability("C44")
def test_a_decided_round_stands_for_the_plain_score(bench, bureau, wanted):
    case = under_review(bureau)
    typed = {"points": "88", "recommended": "true", "opinion": "示例意见"}
    with pytest.raises(Refused, match="还没有列入专家评审"):
        bureau.move(case, "conclude", "department_officer", **typed)
    round_ = planned(bench)
    (proposal,) = intake.applications_take(round_=round_, applications=[case], actor=bench.secretary)
    with pytest.raises(Refused, match="专家评审“示例认定评审”还没有定稿"):
        bureau.move(case, "conclude", "department_officer")
    with pytest.raises(Refused, match="P-001 等 1 份材料没有学科代码"):
        bench.drawn(round_, s520=5)
    place = {"discipline_code": "520.20", "industry_code": "C3911", "amount_fen": 0}
    placing.proposal_place(proposal=proposal, actor=bench.secretary, figures={"new_national": 1}, **place)
    judged(bench, round_)
    assert bureau.move(case, "conclude", "department_officer").state == "ranked"
    assert not case.scores.exists()


def test_the_page_lists_what_waits_and_a_stranger_takes_nothing(bench, bureau, wanted):
    case = under_review(bureau)
    round_ = planned(bench)
    address = reverse("review:proposals_take", args=[round_.number])
    client = bench.client(bench.secretary)
    shown = client.get(address).content.decode()
    assert case.number in shown
    assert HOST in shown
    assert client.post(address, {"applications": [case.pk], "discipline_code": "460.20"}).status_code == 302
    assert Proposal.objects.get(round=round_).discipline_code == "460.20"
    stranger = bench.actor("review_secretary", department=bench.other_department)
    assert bench.client(stranger).get(address).status_code == 404
    with pytest.raises(NotAllowed):
        intake.applications_take(round_=planned(bench), applications=[under_review(bureau)], actor=stranger)


def test_a_proposal_is_placed_and_taken_off_only_while_the_round_is_planned(bench):
    round_ = bench.round(kind="panel")
    proposal = bench.proposal(round_, discipline_code="")
    client = bench.client(bench.secretary)
    address = reverse("review:proposal_place", args=[round_.number, proposal.code])
    typed = {"discipline_code": "520.20", "industry_code": "", "amount": "1.50", "figure_new_national": "2"}
    assert client.post(address, {**typed, "discipline_code": "没有"}).context["form"].errors["discipline_code"]
    assert client.post(address, typed).status_code == 302
    proposal.refresh_from_db()
    assert (proposal.discipline_code, proposal.amount_fen, proposal.figures) == ("520.20", 150, {"new_national": 2})
    assert client.post(reverse("review:proposal_take_off", args=[round_.number, proposal.code])).status_code == 302
    kept = bench.proposal(round_)
    assert (round_.proposals.count(), kept.code) == (1, "P-001")
    Round.objects.filter(pk=round_.pk).update(state="committed")
    assert client.get(reverse("review:proposal_place", args=[round_.number, kept.code])).status_code == 404
    with pytest.raises(Refused, match="名单已锁定"):
        placing.proposal_take_off(proposal=kept, actor=bench.secretary)
    stranger = bench.actor("review_secretary", department=bench.other_department)
    with pytest.raises(NotAllowed):
        placing.proposal_take_off(proposal=kept, actor=stranger)
