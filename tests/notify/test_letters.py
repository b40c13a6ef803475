"""Letters: a link or a code reaches its expert by the outbox and is kept nowhere as it reads."""

from __future__ import annotations

import json

import pytest
from django.core import mail
from django.urls import reverse

from kechuang.notify.models import Delivery, Message
from kechuang.notify.services.lettering import letter_send, letters_forget
from kechuang.notify.services.sending import deliver
from kechuang.review import couriers
from kechuang.review.models import Expert
from tests.notify.conftest import person, reached

pytestmark = pytest.mark.django_db
CODE = "评审验证码 314159，10 分钟内有效，请勿转告他人。"


@pytest.fixture
def expert(db) -> Expert:
    user = person("expert")
    return Expert(user=user, email=user.email, name="示例专家")


@pytest.mark.capability("C51")
def test_a_code_goes_out_by_the_outbox_at_once(expert, sms):
    reached(expert.user, sms="13800000000")
    assert couriers.deliver(expert, "评审验证码", CODE)
    assert sorted(Delivery.objects.values_list("channel", "state")) == [("mail", "queued"), ("sms", "queued")]
    assert mail.outbox == []
    assert deliver() == 2
    assert sms.texts == [f"【示例科技局】{CODE}"]
    assert mail.outbox[0].to == [expert.user.email]
    assert CODE in mail.outbox[0].body


def test_what_is_too_long_for_a_telephone_goes_by_mail_alone(expert, sms):
    reached(expert.user, sms="13800000000")
    couriers.deliver(expert, "评审邀请", "https://shili.example/review/invitations/" + "x" * 43)
    assert list(Delivery.objects.values_list("channel", flat=True)) == ["mail"]


def test_the_text_stands_nowhere_and_is_forgotten_once_sent(expert, client):
    couriers.deliver(expert, "评审验证码", CODE)
    stored = Message.objects.get()
    assert "314159" not in json.dumps(stored.facts)
    assert letters_forget() == 0  # it is still on its way
    deliver()
    assert [letters_forget(), letters_forget()] == [1, 0]
    stored.refresh_from_db()
    assert stored.facts == {"situation": "letter", "title": "评审验证码"}
    client.force_login(expert.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get(reverse("notify:inbox")).content.decode()
    assert "评审验证码" in page
    assert "314159" not in page


def test_a_letter_tried_again_after_it_was_forgotten_is_given_up(expert):
    couriers.deliver(expert, "评审验证码", CODE)
    deliver()
    letters_forget()
    Delivery.objects.update(state="failed")
    deliver()
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.last_error) == ("given_up", "专函的内容已不再保存，请重新发送。")


@pytest.mark.parametrize("has_account", (True, False))
def test_where_nothing_is_set_up_it_is_printed_and_not_said_to_be_sent(expert, no_mail, has_account, capsys):
    if not has_account:
        expert.user = None
    assert not couriers.deliver(expert, "评审验证码", CODE)
    assert CODE in capsys.readouterr().out
    assert Message.objects.count() == 0
    assert not letter_send(recipient_id=0, subject="评审验证码", text=CODE)


def test_an_expert_without_an_account_gets_plain_mail(expert):
    expert.user = None
    assert couriers.deliver(expert, "评审验证码", CODE)
    assert [one.body for one in mail.outbox] == [CODE]
