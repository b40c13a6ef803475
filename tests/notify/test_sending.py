"""The queue: retries with pauses, a channel that rests, what is given up, and that nothing is sent twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from kechuang.kernel.errors import NotAllowed, Stale
from kechuang.notify.models import ChannelHealth, Delivery, Message
from kechuang.notify.services import keeping
from kechuang.notify.services.sending import LEASE, PAUSES, abandoned_settle, claim, deliver, send
from tests.notify.conftest import NOON, acting, notice, person, reached
from tests.notify.fakes import Answer

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def li(db, no_mail):
    return reached(person(), sms="13800000000")


def states() -> list[str]:
    return list(Delivery.objects.order_by("id").values_list("state", flat=True))


def test_what_must_be_acted_on_goes_out_at_once_and_only_once(li, sms):
    notice(li)
    assert [deliver(), deliver()] == [1, 0]
    (delivery,) = Delivery.objects.all()
    assert (delivery.state, delivery.reference, delivery.attempts) == ("sent", "sms-0", 1)
    assert sms.texts == [f"【示例科技局】示例通知 https://shili.example/messages/{Message.objects.get().pk}/"]


def test_what_is_only_for_information_waits_for_the_digest(li, sms):
    notice(li, urgent=False)
    assert (deliver(), Message.objects.count(), Delivery.objects.count()) == (0, 1, 0)


def test_a_failure_is_tried_again_after_its_pauses_and_given_up_at_last(li, sms):
    sms.troubles.extend([Answer(500)] * 20)
    notice(li)
    waited, moment = [], timezone.now()
    for _ in range(len(PAUSES) + 1):
        ChannelHealth.objects.all().delete()  # the rest of the channel is another test's
        assert deliver(now=moment) == 1
        delivery = Delivery.objects.get()
        if delivery.state == "failed":
            waited.append(round((delivery.next_try_at - moment) / MINUTE))
            assert deliver(now=delivery.next_try_at - timedelta(seconds=1)) == 0
            moment = delivery.next_try_at
    assert (waited, delivery.state, delivery.attempts) == (list(PAUSES), "given_up", 7)
    assert "HTTP 500" in delivery.last_error


def test_one_token_whatever_happens(li, sms):
    sms.troubles.append(Answer(500))
    notice(li)
    deliver()
    deliver(now=timezone.now() + 5 * MINUTE)
    assert len({asked.headers["Idempotency-Key"] for asked in sms.asked}) == 1
    assert (states(), len(sms.delivered)) == (["sent"], 1)


def test_a_refused_number_is_not_tried_again(li, sms):
    sms.troubles.append(Answer(400, {"message": "no such number"}))
    notice(li)
    assert [deliver(), deliver(now=timezone.now() + timedelta(days=1))] == [1, 0]
    assert "no such number" in Delivery.objects.get().last_error


def test_silence_is_tried_again_where_the_provider_knows_the_token(li, sms):
    sms.troubles.append(Answer(cut=True))
    notice(li)
    deliver()
    assert states() == ["failed"]
    deliver(now=timezone.now() + 5 * MINUTE)
    assert (states(), len(sms.delivered)) == (["sent"], 1)


def test_silence_stays_uncertain_where_it_would_arrive_twice(db, no_mail, dingtalk):
    dingtalk.troubles.append(Answer(cut=True))
    notice(reached(person(), dingtalk="user1"))
    assert [deliver(), deliver(now=timezone.now() + timedelta(days=1))] == [1, 0]
    assert (states(), len(dingtalk.asked)) == (["uncertain"], 1)
    assert "为免重复" in Delivery.objects.get().last_error


def test_a_channel_rests_after_five_failures_and_begins_again_by_itself(db, no_mail, sms):
    people = [reached(person(), sms=f"1380000000{n}") for n in range(9)]
    sms.troubles.extend([Answer(500)] * 5)
    notice(*people)
    assert deliver() == 5
    assert len(sms.asked) == 5
    assert deliver() == 0
    health = ChannelHealth.objects.get()
    assert health.failures == 5
    assert deliver(now=health.resting_until + 5 * MINUTE) == 9
    health.refresh_from_db()
    assert (health.failures, health.resting_until, len(sms.delivered)) == (0, None, 9)


def test_each_rest_is_longer_than_the_one_before_up_to_a_quarter_of_an_hour(li, sms):
    sms.troubles.extend([Answer(500)] * 40)
    for number in range(12):
        notice(li, key=f"k{number}")
    moment, rests = timezone.now(), []
    for _ in range(7):
        deliver(now=moment)
        until = ChannelHealth.objects.get().resting_until
        rests.append(round((until - moment) / MINUTE))
        moment = until
    assert rests == [1, 2, 4, 8, 15, 15, 15]


def test_a_resting_channel_holds_up_no_other(db, sms):
    notice(reached(person(), sms="13800000000"))
    ChannelHealth.objects.create(channel="sms", failures=9, resting_until=timezone.now() + MINUTE)
    assert deliver() == 1
    assert (len(mail.outbox), len(sms.asked)) == (1, 0)


def test_a_channel_that_is_closed_leaves_its_queue_alone(li, sms, channels):
    notice(li)
    channels["sms"]["url"] = ""
    assert (deliver(), states()) == (0, ["queued"])


def test_nobody_gets_mail_after_their_account_was_closed(db):
    user = person()
    notice(user)
    user.is_active = False
    user.save()
    deliver()
    assert (states(), mail.outbox) == (["given_up"], [])


def test_a_notice_to_a_closed_account_is_not_written(db):
    user = person()
    user.is_active = False
    user.save()
    notice(user)
    assert Message.objects.count() == 0


# --- a worker that died -----------------------------------------------------------------------------


def test_a_dead_workers_delivery_is_sent_again_where_the_token_is_known(li, sms):
    notice(li)
    left = claim(now=timezone.now())
    assert abandoned_settle() == 0
    late = timezone.now() + LEASE + MINUTE
    assert abandoned_settle(now=late) == 1
    assert deliver(now=late) == 1
    left.refresh_from_db()
    assert (left.state, len(sms.delivered)) == ("sent", 1)


def test_the_token_is_trusted_only_as_long_as_the_provider_keeps_it(li, sms):
    notice(li)
    claim(now=timezone.now() - timedelta(days=1))
    claim(now=timezone.now())
    Delivery.objects.update(first_sent_at=timezone.now() - timedelta(days=1), claimed_at=NOON - 2 * LEASE)
    abandoned_settle(now=timezone.now() + LEASE)
    assert states() == ["uncertain"]


def test_a_dead_workers_mail_is_left_to_a_person(db):
    notice(person())
    claim(now=timezone.now())
    late = timezone.now() + LEASE + MINUTE
    assert [abandoned_settle(now=late), deliver(now=late)] == [1, 0]
    assert (states(), mail.outbox) == (["uncertain"], [])


def test_a_slow_worker_does_not_write_over_what_was_settled(db, dingtalk, no_mail):
    notice(reached(person(), dingtalk="user1"))
    slow = claim(now=timezone.now())
    late = timezone.now() + LEASE + MINUTE
    abandoned_settle(now=late)
    send(slow, now=late)
    assert (states(), len(dingtalk.said)) == (["uncertain"], 1)


# --- trying again by hand ---------------------------------------------------------------------------


def test_an_administrator_tries_again_what_is_uncertain(db):
    notice(person())
    claim(now=timezone.now())
    abandoned_settle(now=timezone.now() + LEASE + MINUTE)
    keeping.delivery_retry(delivery=Delivery.objects.get(), actor=acting(person("system_admin")))
    deliver()
    assert (states(), len(mail.outbox)) == (["sent"], 1)


def test_nobody_else_tries_again(db):
    notice(person())
    delivery = Delivery.objects.get()
    for user in (person(), person("auditor"), delivery.recipient):
        with pytest.raises(NotAllowed):
            keeping.delivery_retry(delivery=delivery, actor=acting(user))


def test_what_was_sent_is_not_sent_again(db):
    notice(person())
    deliver()
    with pytest.raises(Stale, match="已经发出"):
        keeping.delivery_retry(delivery=Delivery.objects.get(), actor=acting(person("system_admin")))
    assert len(mail.outbox) == 1


# --- outside working hours ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hours", "opens"),
    ((0, timedelta(0)), (9, timedelta(hours=21, minutes=30)), (24 * 5, timedelta(days=6, hours=21.5))),
)
def test_nobody_is_disturbed_outside_working_hours_who_does_not_want_it(db, hours, opens):
    with time_machine.travel(NOON + timedelta(hours=hours)):
        notice(person())
        waits = Delivery.objects.get().next_try_at - NOON
    assert abs(waits - max(opens, timedelta(0))) < MINUTE


def test_who_wants_it_is_told_at_night(db):
    user = person()
    keeping.preference_set(actor=acting(user), digest_hour=9, quiet=False, wanted={}, addresses={})
    with time_machine.travel(NOON + timedelta(hours=12)):
        notice(user)
        assert deliver() == 1
    assert len(mail.outbox) == 1
