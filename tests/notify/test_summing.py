"""One digest a person a working day, in working hours, of what is unread and was not sent at once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.core import mail

from kechuang.kernel import calendar_days
from kechuang.kernel.models import CalendarDay, CalendarNotice
from kechuang.notify.models import Delivery, Digest, Message
from kechuang.notify.services import keeping
from kechuang.notify.services.sending import deliver
from kechuang.notify.services.summing import digests_write
from tests.notify.conftest import NOON, acting, at, notice, person

pytestmark = pytest.mark.django_db


def several(*people, count: int = 3) -> None:
    for number in range(count):
        notice(*people, key=f"k{number}", text=f"示例通知{number}", urgent=False)


def test_a_digest_names_each_message_once_and_leads_to_it():
    li = person()
    several(li)
    assert (digests_write(), deliver()) == (1, 1)
    (one,) = mail.outbox
    assert one.subject == "【示例平台】今日消息 3 条"
    for message in Message.objects.all():
        assert one.body.count(f"https://shili.example/messages/{message.pk}/") == 1
    assert "https://shili.example/messages/preferences/" in one.body


def test_a_person_gets_one_digest_a_day_and_the_rest_tomorrow():
    li = person()
    several(li)
    digests_write()
    notice(li, key="late", urgent=False)
    assert digests_write() == 0
    assert digests_write(now=NOON + timedelta(days=1)) == 1
    assert sorted(Digest.objects.values_list("day", flat=True)) == [date(2026, 11, 23), date(2026, 11, 24)]
    assert Digest.objects.last().messages.get().key == "notice:late"


def test_what_was_read_or_sent_at_once_is_not_told_again():
    li = person()
    several(li, count=1)
    keeping.messages_read_all(actor=acting(li))
    notice(li, key="urgent")
    assert digests_write() == 0
    assert (deliver(), len(mail.outbox)) == (1, 1)


def test_what_must_be_acted_on_is_summed_up_where_nothing_could_carry_it_at_once():
    li = person()
    keeping.preference_set(
        actor=acting(li), digest_hour=9, quiet=True, wanted={("mail", "urgent"): False}, addresses={}
    )
    notice(li)
    assert (Delivery.objects.count(), digests_write(), deliver()) == (0, 1, 1)
    assert mail.outbox[0].subject == "【示例平台】今日消息 1 条"


def test_who_wants_no_digest_gets_none_and_keeps_the_messages():
    li = person()
    keeping.preference_set(
        actor=acting(li), digest_hour=9, quiet=True, wanted={("mail", "for_information"): False}, addresses={}
    )
    several(li)
    digests_write()
    assert (deliver(), mail.outbox, Message.objects.filter(unread=1).count()) == (0, [], 3)


@pytest.mark.parametrize(
    ("moment", "written"),
    (
        (at(8, 29), 0),
        (at(8, 59), 0),
        (at(9), 1),
        (at(17, 29), 1),
        (at(17, 30), 0),
        (at(10, day=date(2026, 11, 28)), 0),
        (at(10, day=date(2026, 11, 30)), 1),
    ),
)
def test_digests_are_written_in_working_hours_of_working_days(moment, written):
    several(person())
    assert digests_write(now=moment) == written


def test_the_calendar_says_which_days_are_worked():
    several(person())
    CalendarNotice.objects.create(year=2026, source="示例通知", published=True)
    CalendarDay.objects.create(day=date(2026, 11, 28), works=True, name="调休上班")
    CalendarDay.objects.create(day=date(2026, 11, 23), works=False, name="示例假日")
    calendar_days.forget()
    assert [digests_write(now=at(10)), digests_write(now=at(10, day=date(2026, 11, 28)))] == [0, 1]


def test_each_person_has_an_hour_of_their_own():
    early, late = person(), person()
    keeping.preference_set(actor=acting(early), digest_hour=8, quiet=True, wanted={}, addresses={})
    keeping.preference_set(actor=acting(late), digest_hour=15, quiet=True, wanted={}, addresses={})
    several(early, late)
    assert [digests_write(now=at(8, 30)), digests_write(now=at(14, 59)), digests_write(now=at(15))] == [1, 0, 1]


def test_a_long_digest_is_cut_and_says_how_many_there_are():
    li = person()
    several(li, count=25)
    digests_write()
    deliver()
    assert mail.outbox[0].subject.endswith("今日消息 25 条")
    assert mail.outbox[0].body.count("/messages/") == 20 + 2


def test_a_digest_sent_late_leaves_out_what_was_read_meanwhile():
    li = person()
    several(li)
    digests_write()
    keeping.message_read(message=Message.objects.first(), actor=acting(li))
    deliver()
    assert mail.outbox[0].subject.endswith("今日消息 2 条")


@pytest.mark.parametrize("number", (1, 3))
def test_digests_cost_the_same_questions_for_the_same_person(number, django_assert_max_num_queries):
    several(person(), count=number)
    with time_machine.travel(NOON), django_assert_max_num_queries(18):
        assert digests_write() == 1
