"""An address counts once a code that arrived there was typed in."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from kechuang.kernel.errors import NotAllowed, Refused, Stale
from kechuang.notify.models import ChannelAddress, Delivery
from kechuang.notify.services import keeping
from kechuang.notify.services.confirming import address_confirm, code_send
from tests.notify.conftest import NOON, acting, notice, person, reached
from tests.notify.fakes import Answer

pytestmark = pytest.mark.django_db


def typed(user, number: str = "13800001234") -> None:
    keeping.preference_set(actor=acting(user), digest_hour=9, quiet=True, wanted={}, addresses={"sms": number})


def code_of(sms) -> str:
    return re.search(r"验证码 (\d{6})", sms.texts[-1]).group(1)


def test_nothing_is_sent_to_an_address_before_its_code_came_back(sms, no_mail):
    li = person()
    typed(li)
    notice(li, key="before")
    assert Delivery.objects.count() == 0
    code_send(channel="sms", actor=acting(li))
    assert len(sms.texts[-1]) <= 70
    address_confirm(channel="sms", code=code_of(sms), actor=acting(li))
    notice(li, key="after")
    assert Delivery.objects.get().message.key == "notice:after"


def test_a_new_number_must_be_confirmed_afresh_and_an_unchanged_one_stays(sms):
    li = reached(person(), sms="13800001234")
    typed(li)
    assert ChannelAddress.objects.get().confirmed_at is not None
    typed(li, "13900001234")
    assert ChannelAddress.objects.get().confirmed_at is None


def test_five_wrong_codes_end_it(sms):
    li = person()
    typed(li)
    code_send(channel="sms", actor=acting(li))
    right = code_of(sms)
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    for _ in range(5):
        with pytest.raises(Refused, match="不对") as refusal:
            address_confirm(channel="sms", code=wrong, actor=acting(li))
        assert refusal.value.field == "code"
    with pytest.raises(Stale, match="失效"):
        address_confirm(channel="sms", code=right, actor=acting(li))
    assert ChannelAddress.objects.get().confirmed_at is None


def test_a_code_is_good_for_ten_minutes_and_once(sms):
    li = person()
    typed(li)
    code_send(channel="sms", actor=acting(li))
    with time_machine.travel(NOON + timedelta(minutes=11)), pytest.raises(Stale):
        address_confirm(channel="sms", code=code_of(sms), actor=acting(li))
    address_confirm(channel="sms", code=code_of(sms), actor=acting(li))
    with pytest.raises(NotAllowed):
        address_confirm(channel="sms", code=code_of(sms), actor=acting(li))


def test_codes_are_sent_once_a_minute_and_five_times_a_day(sms):
    li = person()
    typed(li)
    for number in range(5):
        with time_machine.travel(NOON + timedelta(minutes=2 * number)):
            code_send(channel="sms", actor=acting(li))
            with pytest.raises(Refused, match="一分钟"):
                code_send(channel="sms", actor=acting(li))
    with time_machine.travel(NOON + timedelta(minutes=30)), pytest.raises(Refused, match="明天"):
        code_send(channel="sms", actor=acting(li))
    assert len(sms.asked) == 5


def test_a_code_that_could_not_be_sent_is_told(sms):
    li = person()
    typed(li)
    sms.troubles.append(Answer(503))
    with pytest.raises(Refused, match="503"):
        code_send(channel="sms", actor=acting(li))


def test_nobody_confirms_for_another(sms):
    typed(person())
    stranger = acting(person("system_admin"))
    for act in (
        lambda: code_send(channel="sms", actor=stranger),
        lambda: address_confirm(channel="sms", code="000000", actor=stranger),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert sms.asked == []


def test_the_code_stands_nowhere_in_plain(sms):
    li = person()
    typed(li)
    code_send(channel="sms", actor=acting(li))
    assert code_of(sms) not in str(ChannelAddress.objects.values())


def test_the_pages_lead_through_it(sms):
    li, client = person(), Client()
    client.force_login(li)
    assert client.get(reverse("notify:confirm", args=["sms"])).status_code == 404
    assert client.post(reverse("notify:send_code", args=["sms"])).status_code == 404
    client.post(reverse("notify:preferences"), {"digest_hour": "9", "urgent_sms": "on", "address_sms": "13800001234"})
    assert "还没有核验" in client.get(reverse("notify:preferences")).content.decode()
    client.post(reverse("notify:send_code", args=["sms"]))
    shown = client.get(reverse("notify:confirm", args=["sms"])).content.decode()
    assert ("验证码已发出" in shown, "13800001234" in shown, "138****34" in shown) == (True, False, True)
    client.post(reverse("notify:confirm", args=["sms"]), {"code": code_of(sms)})
    assert ChannelAddress.objects.get().confirmed_at is not None
    assert "还没有核验" not in client.get(reverse("notify:preferences")).content.decode()
