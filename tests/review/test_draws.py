"""The draw: committed before, run once, re-run by anybody; seats, answers, alternates."""

from __future__ import annotations

import re
import threading

import pytest
from django.core import mail
from django.db import connection
from django.urls import reverse

from kechuang.kernel.errors import NotAllowed, Refused, Stale
from kechuang.kernel.models import AuditEvent
from kechuang.pure.drawing.protocol import commitment, differences
from kechuang.review.models import Draw, Expert, Invitation, Seat, SeatIdentity
from kechuang.review.services import draws, seats
from tests.review.conftest import TODAY, Bench


@pytest.fixture
def planned(bench: Bench):
    bench.admit([bench.expert() for _ in range(10)])
    round_ = bench.round()
    bench.proposal(round_)
    return round_


def commit(bench: Bench, round_, quota: int = 5) -> Draw:
    strata = [{"name": "520", "quota": quota, "alternates": 2}]
    return draws.draw_commit(round_=round_, actor=bench.secretary, strata=strata)


@pytest.mark.capability("C50")
@pytest.mark.capability("C111")
def test_the_hash_is_public_before_and_the_protocol_re_runs_after(bench: Bench, planned):
    draw = commit(bench, planned)
    page = bench.client(None).get(reverse("review:draw_public", args=[draw.pk])).content.decode()
    assert draw.commitment in page
    assert draw.pool_hash in page
    assert draw.seed not in page
    draws.draw_carry_out(round_=planned, actor=bench.secretary, public_value="示例第 7 期 03 11")
    draw.refresh_from_db()
    assert commitment(draw.seed) == draw.commitment
    assert differences(draw.protocol) == []
    assert draw.protocol["pool_hash"] == draw.pool_hash
    assert planned.seats.filter(part="member").count() == 5
    assert planned.seats.filter(part="alternate").count() == 2


def test_the_seed_never_enters_the_audit_trail(bench: Bench, planned):
    draw = commit(bench, planned)
    rows = AuditEvent.objects.filter(table="review_draw")
    assert rows.exists()
    assert all(draw.seed not in f"{row.before}{row.after}" for row in rows)


def test_the_published_order_does_not_tell_who_has_which_code(bench: Bench, planned):
    commit(bench, planned)
    draws.draw_carry_out(round_=planned, actor=bench.secretary)
    codes = list(planned.seats.order_by("order").values_list("code", flat=True))
    assert sorted(codes) == [f"专家{n:02d}" for n in range(1, 8)]
    text = str(Draw.objects.get().protocol)
    assert not any(code in text for code in codes)


def test_exclusions_are_frozen_with_reasons_that_name_no_applicant(bench: Bench, planned):
    barred = Expert.objects.order_by("number").first()
    Expert.objects.filter(pk=barred.pk).update(verified_on=None)
    own = Expert.objects.order_by("number")[1]
    bench.proposal(planned, people=[(own.name, "", "leader")])
    draw = commit(bench, planned)
    reasons = {row["id"]: row["reason"] for row in draw.terms["exclusions"]}
    assert "信息未核实" in reasons[barred.number]
    assert own.number not in reasons  # the same name proves nothing for the whole batch, only for the one pair
    assert own.name not in str(draw.terms)


def test_too_small_a_base_is_refused_before_anything_is_published(bench: Bench, planned):
    with pytest.raises(Refused, match="可抽专家不足"):
        commit(bench, planned, quota=11)
    planned.refresh_from_db()
    assert planned.state == "planned"
    assert not Draw.objects.exists()


def test_a_draw_set_aside_stays_on_record_and_its_seats_are_released(bench: Bench, planned):
    commit(bench, planned)
    draws.draw_carry_out(round_=planned, actor=bench.secretary)
    draws.draw_set_aside(round_=planned, actor=bench.secretary, reason="示例名单有误")
    assert set(planned.seats.values_list("state", flat=True)) == {"released"}
    assert Draw.objects.get().void_reason == "示例名单有误"
    commit(bench, planned)
    assert Draw.objects.filter(void_reason="").count() == 1


def test_a_second_commit_or_draw_is_told_that_it_is_late(bench: Bench, planned):
    commit(bench, planned)
    with pytest.raises(Stale):
        commit(bench, planned)
    draws.draw_carry_out(round_=planned, actor=bench.secretary)
    with pytest.raises(Stale):
        draws.draw_carry_out(round_=planned, actor=bench.secretary)


@pytest.mark.django_db(transaction=True)
def test_two_secretaries_drawing_at_once_make_one_panel(bench: Bench, planned):
    commit(bench, planned)
    told: list[str] = []
    barrier = threading.Barrier(2)

    def press() -> None:
        barrier.wait()
        try:
            draws.draw_carry_out(round_=planned, actor=bench.secretary)
            told.append("drawn")
        except Stale:
            told.append("late")
        finally:
            connection.close()

    pressing = [threading.Thread(target=press) for _ in range(2)]
    for one in pressing:
        one.start()
    for one in pressing:
        one.join()
    assert sorted(told) == ["drawn", "late"]
    assert planned.seats.count() == 7
    assert SeatIdentity.objects.values("expert").distinct().count() == 7


@pytest.mark.capability("C51")
@pytest.mark.capability("C52")
def test_a_decline_lets_an_alternate_move_up_and_can_be_undone(bench: Bench, planned):
    members = bench.accepted(planned, s520=5)
    seat = Seat.objects.get(pk=members[0].pk)
    actor = bench.sitting(members[0].identity.expert)
    with pytest.raises(Refused, match="理由"):
        seats.seat_decline(seat=seat, actor=actor, reason=" ")
    substitute = seats.seat_decline(seat=seat, actor=actor, reason="示例出差")
    assert (substitute.part, substitute.replaces_id) == ("member", seat.pk)
    seats.seat_undo(seat=seat, actor=actor)
    substitute.refresh_from_db()
    assert (seat.state, substitute.part, substitute.replaces_id) == ("invited", "alternate", None)
    with pytest.raises(NotAllowed):
        seats.seat_accept(seat=seat, actor=bench.sitting(members[1].identity.expert), pledged=True)
    with pytest.raises(Refused, match="承诺"):
        seats.seat_accept(seat=seat, actor=actor, pledged=False)
    second = seats.seat_decline(seat=seat, actor=actor, reason="示例确实不能")
    seats.seat_invite(seat=second, actor=bench.secretary)
    seats.seat_accept(seat=second, actor=bench.sitting(second.identity.expert), pledged=True)
    with pytest.raises(Refused, match="候补专家已接受"):
        seats.seat_undo(seat=seat, actor=actor)


@pytest.mark.capability("C51")
def test_an_invitation_is_answered_by_link_and_one_time_code(bench: Bench, planned):
    bench.drawn(planned, s520=5)
    tokens = seats.round_invite(round_=planned, actor=bench.secretary)
    code, invited = next(iter(tokens.items()))
    token = invited.token
    assert invited.sent
    assert mail.outbox[-1].subject == "评审邀请"
    assert any(reverse("review:invitation", args=[token]) in one.body for one in mail.outbox)
    assert not Invitation.objects.filter(token_digest=token).exists()
    client = bench.client(None)
    address = reverse("review:invitation", args=[token])
    assert client.get(reverse("review:invitation", args=["invented"])).status_code == 404
    client.post(address)
    sent = re.search(r"\d{6}", mail.outbox[-1].body)[0]
    assert "不对" in client.post(address, {"code": "000000" if sent != "000000" else "111111"}).content.decode()
    assert client.post(address, {"code": sent}).status_code == 302
    assert "公正评审" in client.get(address).content.decode()
    answer = client.post(reverse("review:invitation_answer", args=[token, "accept"]), {"pledged": "on"})
    assert answer.status_code == 302
    seat = Seat.objects.get(round=planned, code=code)
    assert (seat.state, seat.pledged_at is not None) == ("accepted", True)
    assert client.get(reverse("review:desk")).status_code == 200  # the code has signed the expert in
    again = bench.client(None)
    assert "没有" not in again.get(address).content.decode()
    with pytest.raises(Refused, match="先获取"):
        seats.code_check(invitation=Invitation.objects.get(seat=seat), code=sent)


def test_a_code_dies_after_five_wrong_tries(bench: Bench, planned):
    bench.drawn(planned, s520=5)
    token = next(iter(seats.round_invite(round_=planned, actor=bench.secretary).values())).token
    found = seats.invitation_by(token)
    seats.code_send(invitation=found)
    right = re.search(r"\d{6}", mail.outbox[-1].body)[0]
    with pytest.raises(Refused, match="一分钟"):
        seats.code_send(invitation=found)
    for _ in range(seats.ATTEMPTS_MOST):
        with pytest.raises(Refused):
            seats.code_check(invitation=found, code="abcdef")
    with pytest.raises(Refused, match="连续输错"):
        seats.code_check(invitation=found, code=right)


def test_an_officer_with_another_office_is_not_signed_in_by_a_link(bench: Bench):
    one = bench.admitted()
    assert seats.may_sign_in_by_link(one.user_id)
    bench.people.clear()
    from kechuang.directory.models import Office  # noqa: PLC0415 - one use

    Office.objects.create(user=one.user, role="department_head", department=bench.department, start=TODAY)
    assert not seats.may_sign_in_by_link(one.user_id)
