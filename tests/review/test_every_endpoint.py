"""Every address of review asked as every role: who gets a page, and that no sealed byte is in it."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, field
from urllib.parse import unquote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.http import HttpResponse
from django.urls import get_resolver, reverse

from kechuang.calls.models import Application
from kechuang.kernel.access import Actor
from kechuang.review.models import (
    BlindFile,
    CriterionScore,
    Feedback,
    Proposal,
    ProposalIdentity,
    ProposalPerson,
    Round,
    ScoreSheet,
    Seat,
    SeatIdentity,
)
from kechuang.review.papers import PAPERS
from kechuang.review.sealing import sealed
from kechuang.review.services import assignments, results, rounds, seats, sheets
from kechuang.review.services import experts as expert_services
from tests.factories import OrganisationFactory
from tests.review.conftest import Bench
from tests.review.test_blind import paper

PUBLIC = "public"
HOST, LEADER, MEMBER = "示例秘密企业", "示例沈申报", "示例韩成员"
SEALED = (HOST, LEADER, MEMBER, "SQ-SEALED-1", "13911112222", "sealed@example.com")
NAMED = "示例密封专家"


@dataclass
class World:
    """A round that is being scored, another one that is decided, and everybody who might ask."""

    bench: Bench
    round: Round
    decided: Round
    sheet: ScoreSheet
    signed: ScoreSheet
    feedback: Feedback
    token: str
    file: BlindFile
    people: dict[str, Actor | None] = field(default_factory=dict)

    def arguments(self, name: str, seat: Seat) -> list[object]:
        """Return the arguments of one address, always those of the blind round where it has one."""
        number = self.round.number
        known: dict[str, list[object]] = {
            "draw_public": [self.round.draws.get().pk],
            "protocol": [self.round.draws.get().pk],
            "seat": [seat.pk],
            "seat_step": [seat.pk, "decline"],
            "seat_served": [seat.pk],
            "seat_renew": [seat.pk],
            "wishes": [seat.pk],
            "pair": [self.sheet.pair_id],
            "pair_lock": [self.sheet.pair_id],
            "pair_change": [number, self.sheet.pair.proposal.code],
            "run_progress": [self.round.runs.get().pk],
            "run_file": [self.round.runs.get().pk, "result"],
            "sheet_read": [self.signed.pk],
            "sheet_return": [self.signed.pk],
            "sheet_file": [self.sheet.pk, self.file.pk],
            "feedback": [self.feedback.pk],
            "invitation": [self.token],
            "invitation_answer": [self.token, "accept"],
            "round_step": [number, "close"],
            "pack": [self.decided.number, "table"],
            "commit": [number],
            "copy": [number, self.sheet.pair.proposal.code],
            "proposal_place": [number, self.sheet.pair.proposal.code],
            "proposal_take_off": [number, self.sheet.pair.proposal.code],
        }
        if name in known:
            return known[name]
        if name.startswith("expert") and name not in ALONE:
            number = str(seat.identity.expert.number)
            return [number, "suspend"] if name == "expert_step" else [number]
        if name in ("relation_add", "integrity_add"):
            return [seat.identity.expert.number]
        if name.startswith("sheet"):
            return [self.sheet.pk]
        return [] if name in ALONE else [number]


ALONE = ("draws", "experts", "expert_add", "expert_publicity", "rounds", "round_add", "desk", "feedback_list")


def _scoring(bench: Bench, title: str, host) -> Round:
    round_ = bench.round(title=title)
    for n in range(2):
        bench.proposal(
            round_,
            number=f"SQ-SEALED-{n}",
            title=f"{HOST}的示例课题{n}",
            organisation=host,
            people=[(LEADER, "leader-id", "leader"), (MEMBER, "", "member")],
            sections=[
                (
                    "团队",
                    f"{LEADER} 与 {MEMBER[0]} {MEMBER[1:]} 来自{HOST}，电话139 1111 2222，sealed@example.com。",
                    False,
                ),
                ("单位简介", f"{HOST}成立于 2001 年。", True),
            ],
        )
    bench.accepted(round_, s520=6)
    run = assignments.assignment_ask(round_=round_, objective="total", actor=bench.secretary)
    assignments.assignment_solve(run=run, actor=bench.secretary)
    rounds.round_move(round_=round_, step="open", actor=bench.secretary)
    return round_


@pytest.fixture
def world(bench: Bench) -> World:
    host = OrganisationFactory(name=HOST)
    bench.admit([bench.expert(name=f"{NAMED}{n}") for n in range(9)])
    decided = _scoring(bench, "示例已定稿", host)
    for sheet in ScoreSheet.objects.filter(pair__proposal__round=decided):
        bench.sign(sheet)
    rounds.round_move(round_=decided, step="close", actor=bench.secretary)
    results.ranking_compute(round_=decided, actor=bench.secretary)
    rounds.round_move(round_=decided, step="decide", actor=bench.secretary)
    results.feedback_release(round_=decided, actor=bench.secretary)
    round_ = _scoring(bench, "示例评分中", host)
    mine = list(ScoreSheet.objects.filter(pair__proposal__round=round_).order_by("pair__proposal__code", "pair__seat"))
    first = Proposal.objects.filter(round=round_).order_by("code").first()
    own, other = [sheet for sheet in mine if sheet.pair.proposal_id == first.pk][:2]
    signed = bench.sign(other)
    seat = own.pair.seat
    token = seats.invitation_renew(seat=seat, actor=bench.secretary).token
    idle = bench.admitted(name="示例局外专家")
    feedback = Feedback.objects.filter(proposal__round=decided).first()
    upload = SimpleUploadedFile(f"{HOST}.pdf", paper("A method of picking fruit"))
    file = rounds.copy_file_add(copy=first.copy, upload=upload, actor=bench.secretary)
    world = World(bench, round_, decided, own, signed, feedback, token, file)
    strange = OrganisationFactory(name="示例别家企业")
    world.people = {
        PUBLIC: None,
        "applicant": bench.actor("applicant", organisation=host),
        "strange_applicant": bench.actor("applicant", organisation=strange),
        "host_admin": bench.actor("host_admin", organisation=seat.identity.expert.organisation),
        "strange_host_admin": bench.actor("host_admin", organisation=strange),
        "county_officer": bench.actor("county_officer", county=seat.identity.expert.organisation.county),
        "department_officer": bench.actor("department_officer", department=bench.department),
        "strange_officer": bench.actor("department_officer", department=bench.other_department),
        "department_head": bench.actor("department_head", department=bench.department),
        "secretary": bench.secretary,
        "strange_secretary": bench.actor("review_secretary", department=bench.other_department),
        "reviewer": bench.sitting(seat.identity.expert),
        "idle_expert": bench.sitting(idle),
        "conference_office": bench.actor("conference_office"),
        "leader": bench.actor("leader"),
        "registrar": bench.actor("registrar", department=bench.department),
        "auditor": bench.actor("auditor"),
        "security_admin": bench.actor("security_admin"),
        "system_admin": bench.actor("system_admin"),
    }
    return world


# A list is a page for whoever is signed in: it holds only what the access table shows.
EVERYBODY = frozenset({"experts", "rounds", "feedback_list"})
KEEPERS = {"department_officer", "department_head", "secretary", "auditor"}
OPEN_TO: dict[str, set[str]] = {
    "expert_add": {"applicant", "strange_applicant", "host_admin", "strange_host_admin"},
    "expert": {"host_admin", "county_officer", *KEEPERS, "strange_secretary", "reviewer"},
    "expert_edit": set(),  # in the base: only an entry being filled in can be edited
    "expert_confirm": {"reviewer"},
    "relation_add": {"host_admin", "reviewer", "department_officer", "department_head"},
    "integrity_add": {"department_officer", "department_head"},
    "expert_step": {"department_head"},
    "round_add": {"secretary", "strange_secretary"},
    "round": KEEPERS,
    "proposals": KEEPERS,
    "proposal_add": {"secretary"},
    "proposals_take": set(),  # this and the next two only while it is being planned
    "proposal_place": set(),
    "proposal_take_off": set(),
    "copy": {"secretary"},
    "commit": set(),
    "draw": set(),
    "set_aside": set(),
    "seats": KEEPERS,
    "invite": {"secretary"},
    "assignment": KEEPERS,
    "pair_change": {"secretary"},
    "results": KEEPERS,
    "compute": {"secretary"},
    "choose": {"secretary"},
    "release": {"secretary"},
    "pack": KEEPERS,
    "round_step": {"secretary"},
    "seat": {*KEEPERS, "reviewer"},
    "seat_step": {"reviewer"},
    "seat_served": {"secretary"},
    "seat_renew": {"secretary"},
    "wishes": set(),  # only before the assignment
    "pair": {"secretary"},
    "pair_lock": {"secretary"},
    "run_progress": {"secretary", "auditor"},
    "run_file": {"secretary", "auditor"},
    "desk": {"reviewer", "idle_expert"},
    "sheet": {"reviewer"},
    "sheet_save": set(),  # POST only
    "sheet_sign": {"reviewer"},
    "sheet_abstain": {"reviewer"},
    "sheet_explain": {"reviewer"},
    "sheet_file": {"reviewer"},
    "sheet_read": {"secretary", "auditor"},
    "sheet_return": {"secretary"},
    "feedback": {"applicant", "secretary", "department_officer", "auditor"},
    "protocol": {"secretary", "auditor"},
}
PUBLIC_PAGES = frozenset({"draws", "expert_publicity", "draw_public", "invitation", "invitation_answer"})


def addresses() -> list[str]:
    """Return the names of every address of review, read off the site."""
    pattern = next(one for one in get_resolver().url_patterns if getattr(one, "namespace", "") == "review")
    return sorted({one.name for one in pattern.url_patterns})


def test_no_address_is_without_an_expectation():
    assert set(addresses()) == set(OPEN_TO) | EVERYBODY | PUBLIC_PAGES


@pytest.mark.capability("C54")
@pytest.mark.capability("C124")
def test_every_address_as_every_role(world: World):
    seat = world.sheet.pair.seat
    wrong, leaks = [], []
    for persona, actor in world.people.items():
        client = world.bench.client(actor)
        for name in addresses():
            answer = client.get(reverse(f"review:{name}", args=world.arguments(name, seat)))
            got = answer.status_code == 200 or (answer.status_code == 302 and "/login/" not in answer["Location"])
            wanted = name in PUBLIC_PAGES or (
                actor is not None and (name in EVERYBODY or persona in OPEN_TO.get(name, set()))
            )
            if got != wanted:
                wrong.append((persona, name, answer.status_code))
            said = everything(answer)
            leaks += [(persona, name, text) for text in sealed_for(persona, name) if text in said]
    assert wrong == []
    assert leaks == []


def everything(answer: HttpResponse) -> str:
    """Return all that a person is sent: headers with file names, the body, and what a packed file holds."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    parts = [body]
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            parts += [name.encode() + packed.read(name) for name in packed.namelist()]
    headers = unquote("\n".join(f"{name}: {value}" for name, value in answer.items()))
    return headers + "\n".join(part.decode("utf-8", "replace") for part in parts)


def sealed_for(persona: str, name: str) -> tuple[str, ...]:
    """Return what must not be in any byte served to a persona: applicants for reviewers, experts for the rest."""
    if persona in ("reviewer", "idle_expert"):
        return SEALED
    if persona in ("secretary", "auditor", "strange_secretary") or name.startswith(("expert", "relation", "integrity")):
        return ()
    return (NAMED,)


@pytest.mark.capability("C54")
def test_a_blind_reviewers_files_are_named_and_written_anew(world: World):
    client = world.bench.client(world.people["reviewer"])
    page = client.get(reverse("review:sheet", args=[world.sheet.pk])).content.decode()
    assert "〔申报单位〕" in page
    assert "〔申报人员〕" in page
    assert "〔联系方式〕" in page
    assert "成立于" not in page
    answer = client.get(reverse("review:sheet_file", args=[world.sheet.pk, world.file.pk]))
    assert "P-001-1.pdf" in answer["Content-Disposition"]
    said = everything(answer)
    assert said.count("%PDF") == 1
    assert [text for text in (*SEALED, "Author", "Secret") if text in said] == []


@pytest.mark.capability("C60")
def test_no_paper_of_the_pack_names_an_expert(world: World):
    officer = world.bench.client(world.people["department_officer"])
    for name in PAPERS:
        answer = officer.get(reverse("review:pack", args=[world.decided.number, name]))
        assert answer.status_code == 200
        assert NAMED not in everything(answer)


@pytest.mark.capability("C54")
def test_colleagues_scores_open_only_once_ones_own_is_signed(world: World):
    client = world.bench.client(world.people["reviewer"])
    address = reverse("review:sheet", args=[world.sheet.pk])
    colleague = world.signed.pair.seat.code
    assert colleague not in client.get(address).content.decode()
    CriterionScore.objects.filter(sheet=world.sheet).delete()
    world.bench.sign(world.sheet)
    page = client.get(address).content.decode()
    assert colleague in page
    assert NAMED not in page.replace(str(world.people["reviewer"].name), "")


def test_an_officer_sees_no_score_before_the_round_is_summed_up(world: World):
    officer = world.bench.client(world.people["department_officer"])
    assert officer.get(reverse("review:sheet_read", args=[world.signed.pk])).status_code == 404
    closed = ScoreSheet.objects.filter(pair__proposal__round=world.decided).first()
    assert officer.get(reverse("review:sheet_read", args=[closed.pk])).status_code == 200


def test_a_stranger_cannot_write_by_any_service(world: World):
    bench, stranger = world.bench, world.people["strange_secretary"]
    seat = world.sheet.pair.seat
    acts = [
        lambda: rounds.round_move(round_=world.round, step="close", actor=stranger),
        lambda: rounds.proposal_add(
            round_=world.round, actor=stranger, number="x", title="x", organisation=bench.units[0], people=[]
        ),
        lambda: assignments.assignment_ask(round_=world.round, objective="total", actor=stranger),
        lambda: assignments.pair_lock(pair=world.sheet.pair, locked=True, actor=stranger),
        lambda: results.ranking_compute(round_=world.round, actor=stranger),
        lambda: results.feedback_release(round_=world.decided, actor=stranger),
        lambda: seats.seat_release(seat=seat, actor=stranger, reason="示例"),
        lambda: seats.seat_decline(seat=seat, actor=world.people["idle_expert"], reason="示例"),
        lambda: sheets.sheet_save(sheet=world.sheet, actor=world.people["idle_expert"], version=0, values={}),
        lambda: sheets.sheet_sign(sheet=world.sheet, actor=world.people["idle_expert"]),
        lambda: sheets.sheet_return(sheet=world.signed, actor=stranger, reason="示例"),
        lambda: expert_services.expert_move(
            expert=seat.identity.expert, step="suspend", actor=world.people["strange_officer"], reason="示例"
        ),
    ]
    for act in acts:
        with pytest.raises(assignments.Refused) as refusal:
            act()
        assert type(refusal.value).__name__ == "NotAllowed", act


@pytest.mark.capability("C124")
def test_under_the_seal_the_database_gives_no_applicant_and_no_colleague(world: World):
    own = world.people["reviewer"]
    assert ProposalIdentity.objects.exists()
    with sealed(own):
        assert not ProposalIdentity.objects.exists()
        assert not ProposalPerson.objects.exists()
        assert not Application.objects.exists()
        assert {row.expert.user_id for row in SeatIdentity.objects.select_related("expert")} == {own.user_id}
        with pytest.raises(ProposalIdentity.DoesNotExist):
            _ = Proposal.objects.get(pk=world.sheet.pair.proposal_id).identity
    assert ProposalIdentity.objects.exists()
    with pytest.raises(DatabaseError), transaction.atomic(), sealed(own):
        Proposal.objects.update(code="x")
