"""What is done about a case without moving it: handed over, reminded, copied, put under supervision."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest
import time_machine

from kechuang.kernel import case_acts
from kechuang.kernel.cases import case_of
from kechuang.notify import texts
from kechuang.notify.models import Announcement, Message
from kechuang.notify.services.telling import spread
from kechuang.platforms import services
from tests.notify.conftest import NOON, acting, person

pytestmark = pytest.mark.django_db
LATER = NOON + case_acts.UNDO + timedelta(minutes=1)


@pytest.fixture
def heads(town, department):
    return [person("department_head", department=department) for _ in range(3)]


@pytest.fixture
def officer(town, department):
    return person("department_officer", department=department)


@pytest.fixture
def case(town, officer, heads):
    recognition = services.recognition_draft(
        platform=town.platform(),
        actor=acting(officer),
        level="municipal",
        recognised_on=date(2019, 1, 1),
        document_number="示科发〔2019〕1号",
        recognised_by="示例机关",
    )
    services.recognition_move(recognition=recognition, step="submit", actor=acting(officer))
    spread()
    Message.objects.all().delete()
    return case_of(recognition)


def told() -> dict[int, str]:
    return {row.recipient_id: row.facts["situation"] for row in Message.objects.all()}


def hand_over(case, heads) -> uuid.UUID:
    batch = uuid.uuid4()
    case_acts.case_assign(case=case, to=acting(heads[1]), actor=acting(heads[0]), reason="示例出差", batch=batch)
    return batch


def test_a_hand_over_is_told_to_who_gets_it_once_it_cannot_be_taken_back(case, heads):
    hand_over(case, heads)
    assert (spread(), told()) == (0, {})
    assert spread(now=LATER) == 1
    assert told() == {heads[1].pk: "assigned"}
    words = texts.printed(Message.objects.get().facts)
    assert (words.reason, words.heading.startswith("移交给您：")) == ("示例出差", True)


def test_what_was_taken_back_is_told_to_nobody(case, heads):
    batch = hand_over(case, heads)
    case_acts.acts_undo(batch=batch, actor=acting(heads[0]))
    assert (spread(now=LATER), told()) == (1, {})


def test_a_reminder_reaches_everybody_at_the_desk_or_the_holder_alone(case, heads, officer):
    case_acts.case_remind(case=case, actor=acting(officer), batch=uuid.uuid4(), reason="")
    spread(now=LATER)
    assert told() == {head.pk: "reminded" for head in heads}
    Message.objects.all().delete()
    hand_over(case, heads)
    with time_machine.travel(NOON + timedelta(days=1)):
        case_acts.case_remind(case=case, actor=acting(officer), batch=uuid.uuid4())
    spread(now=NOON + timedelta(days=2))
    assert sorted(Message.objects.values_list("recipient", "facts__situation")) == [
        (heads[1].pk, "assigned"),
        (heads[1].pk, "reminded"),
    ]


def test_a_reminder_of_what_has_moved_on_is_told_to_nobody(case, heads, officer):
    case_acts.case_remind(case=case, actor=acting(officer), batch=uuid.uuid4())
    case.closed = True
    case.save()
    assert (spread(now=LATER), told()) == (1, {})


def test_a_copy_reaches_the_person_at_once(case, heads, officer):
    case_acts.case_copy(case=case, to=acting(heads[2]), actor=acting(officer), words="请知悉")
    assert told() == {heads[2].pk: "copied"}
    message = Message.objects.get()
    assert (message.kind, message.facts["reason"]) == ("for_information", "请知悉")


def test_a_supervision_says_who_demands_what_until_when(case, heads):
    case_acts.case_supervise(case=case, actor=acting(heads[0]), words="示例要求", until=date(2026, 12, 1))
    assert told() == {heads[1].pk: "supervised", heads[2].pk: "supervised"}
    words = texts.printed(Message.objects.first().facts)
    assert ("部门负责人督办这件事" in words.said, words.reason, "2026-12-01" in words.act) == (True, "示例要求", True)


def test_an_act_that_is_rolled_back_leaves_nothing(case, heads):
    before = Announcement.objects.count()
    with pytest.raises(Exception, match="移交理由"):
        case_acts.case_assign(case=case, to=acting(heads[1]), actor=acting(heads[0]), reason="", batch=uuid.uuid4())
    assert Announcement.objects.count() == before
