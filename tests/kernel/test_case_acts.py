"""What is done about cases without moving them: who may, what is recorded, how it is taken back."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connections
from django.utils import timezone

from kechuang.directory.selectors import actor_for
from kechuang.kernel import calendar_days, cases
from kechuang.kernel.access import Actor
from kechuang.kernel.case_acts import (
    acts_undo,
    case_assign,
    case_copy,
    case_release,
    case_remind,
    case_supervise,
)
from kechuang.kernel.errors import NotAllowed, Refused
from kechuang.kernel.models import Case, CaseAct, CaseWatch
from kechuang.plan import services as plan_services
from tests.kernel.matters import build_matters, case_of, submitted_recognition, submitted_report

TODAY = date.today()


@pytest.fixture
def matters(db):
    calendar_days.forget()
    yield build_matters()
    calendar_days.forget()


def colleague(matters, role: str) -> Actor:
    return actor_for(user=matters.colleague(role), on=TODAY)


@pytest.mark.capability("C86")
def test_a_case_is_handed_to_a_colleague_and_the_reason_stands(matters):
    case, head = case_of(submitted_recognition()), matters.actor("department_head")
    to = colleague(matters, "department_head")
    act = case_assign(case=case, to=to, actor=head, reason="示例：外出培训", batch=uuid4())
    case.refresh_from_db()
    assert (case.holder_id, act.reason, act.actor_id) == (to.user_id, "示例：外出培训", head.user_id)
    assert set(case.desks.values_list("holder_id", flat=True)) == {to.user_id}
    assert cases.cases_complete() >= 0
    assert cases.cases_differ() == []


def test_nobody_outside_the_desk_gives_or_gets_a_case(matters):
    case, head = case_of(submitted_recognition()), matters.actor("department_head")
    with pytest.raises(Refused, match="同一岗位"):
        case_assign(case=case, to=matters.actor("department_head", 1), actor=head, reason="示例", batch=uuid4())
    with pytest.raises(NotAllowed, match="不在您的案头"):
        case_assign(case=case, to=head, actor=matters.actor("department_officer"), reason="示例", batch=uuid4())
    with pytest.raises(NotAllowed, match="看不到"):
        case_assign(case=case, to=head, actor=matters.actor("expert"), reason="示例", batch=uuid4())
    with pytest.raises(Refused, match="理由"):
        case_assign(case=case, to=colleague(matters, "department_head"), actor=head, reason=" ", batch=uuid4())
    assert not CaseAct.objects.exists()


def test_a_case_that_moves_on_has_no_holder_any_more(matters):
    report, keeper = submitted_report(), matters.actor("conference_office")
    case = case_of(report)
    case_assign(case=case, to=colleague(matters, "conference_office"), actor=keeper, reason="示例", batch=uuid4())
    plan_services.report_step(report=report, step="return", actor=keeper, reason="示例")
    case.refresh_from_db()
    assert (case.state, case.holder_id) == ("draft", None)


def test_who_began_it_handed_it_on_or_supervises_reminds_once_a_day(matters):
    case, officer = case_of(submitted_recognition()), matters.actor("department_officer")
    act = case_remind(case=case, actor=officer, batch=uuid4())
    assert (act.kind, act.case_id) == ("remind", case.pk)
    with pytest.raises(Refused, match="一天一次"):
        case_remind(case=case, actor=officer, batch=uuid4())
    for stranger in (matters.actor("department_officer", 1), matters.actor("applicant"), matters.actor("expert")):
        with pytest.raises(NotAllowed):
            case_remind(case=case, actor=stranger, batch=uuid4())


def test_what_one_press_did_is_taken_back_together_and_only_by_its_author(matters):
    batch, keeper = uuid4(), matters.actor("conference_office")
    found = [case_of(submitted_report(place)) for place in range(2)]
    to = colleague(matters, "conference_office")
    for case in found:
        case_assign(case=case, to=to, actor=keeper, reason="示例", batch=batch)
    with pytest.raises(Refused, match="没有可以撤销"):
        acts_undo(batch=batch, actor=to)
    assert acts_undo(batch=batch, actor=keeper) == 2
    assert set(Case.objects.filter(pk__in=[case.pk for case in found]).values_list("holder_id", flat=True)) == {None}
    with pytest.raises(Refused, match="没有可以撤销"):
        acts_undo(batch=batch, actor=keeper)


def test_after_five_minutes_nothing_is_taken_back(matters):
    batch, keeper = uuid4(), matters.actor("conference_office")
    case_remind(case=case_of(submitted_report()), actor=keeper, batch=batch)
    CaseAct.objects.update(at=timezone.now() - timedelta(minutes=6))
    with pytest.raises(Refused, match="5 分钟"):
        acts_undo(batch=batch, actor=keeper)


def test_nobody_is_shown_by_copy_what_the_office_denies(matters):
    case, officer = case_of(submitted_recognition()), matters.actor("department_officer")
    with pytest.raises(Refused, match="看不到"):
        case_copy(case=case, to=matters.actor("department_officer", 1), actor=officer)
    case_copy(case=case, to=matters.actor("department_head"), actor=officer, words="示例")
    with pytest.raises(Refused, match="已抄送"):
        case_copy(case=case, to=matters.actor("department_head"), actor=officer)


def test_supervision_is_demanded_by_its_offices_and_lifted_by_who_demanded_it(matters):
    case, leader = case_of(submitted_report()), matters.actor("leader")
    with pytest.raises(NotAllowed, match="督办由"):
        case_supervise(case=case, actor=matters.actor("department_officer"), words="示例", until=TODAY)
    with pytest.raises(Refused, match="不能早于今天"):
        case_supervise(case=case, actor=leader, words="示例", until=TODAY - timedelta(days=1))
    watch = case_supervise(case=case, actor=leader, words="示例", until=TODAY)
    with pytest.raises(Refused, match="正在督办"):
        case_supervise(case=case, actor=matters.actor("conference_office"), words="示例", until=TODAY)
    with pytest.raises(NotAllowed, match="解除"):
        case_release(watch=watch, actor=matters.actor("department_head"))
    case_release(watch=watch, actor=leader)
    assert CaseWatch.objects.filter(ended_at=None).count() == 0


def test_a_closed_case_is_neither_handed_on_nor_hurried(matters):
    report, keeper = submitted_report(), matters.actor("conference_office")
    plan_services.report_step(report=report, step="approve", actor=keeper)
    case = case_of(report)
    with pytest.raises(Refused, match="已办结"):
        case_remind(case=case, actor=keeper, batch=uuid4())
    with pytest.raises(Refused, match="已办结"):
        case_supervise(case=case, actor=keeper, words="示例", until=TODAY)
    with pytest.raises(Refused, match="已办结"):
        case_assign(case=case, to=keeper, actor=keeper, reason="示例", batch=uuid4())


@pytest.mark.django_db(transaction=True)
def test_of_two_who_hand_over_at_once_the_last_holder_stands_with_both_recorded():
    matters = build_matters()
    case = case_of(submitted_report())
    givers = [matters.actor("conference_office"), colleague(matters, "conference_office")]
    takers = [colleague(matters, "conference_office") for _ in range(2)]
    gate = threading.Barrier(2)

    def give(giver: Actor, taker: Actor) -> None:
        gate.wait()
        case_assign(case=case, to=taker, actor=giver, reason="示例", batch=uuid4())
        connections["default"].close()

    threads = [threading.Thread(target=give, args=pair) for pair in zip(givers, takers, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    case.refresh_from_db()
    last = CaseAct.objects.latest("id")
    assert (CaseAct.objects.count(), case.holder_id) == (2, last.to_id)
    assert set(case.desks.values_list("holder_id", flat=True)) == {last.to_id}
