"""The pages: one's own messages and nobody else's, the bell, how one wants to be told, the log of deliveries."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kechuang.kernel.models import AuditEvent
from kechuang.notify.models import ChannelAddress, ChannelChoice, ChannelHealth, Delivery, Message, Preference
from kechuang.notify.sealing import opened
from kechuang.notify.services.sending import LEASE, abandoned_settle, claim, deliver
from tests.notify.conftest import notice, person, reached

pytestmark = pytest.mark.django_db
PAGES = ("notify:inbox", "notify:preferences", "notify:deliveries")


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(client: Client, name: str, *args: object, **query: str) -> str:
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("name", PAGES)
def test_the_public_is_sent_to_sign_in(client, name):
    answer = client.get(reverse(name))
    assert (answer.status_code, answer.url) == (302, f"{reverse('account_login')}?next={reverse(name)}")


def test_a_link_in_a_mail_leads_to_the_message_after_sign_in(client):
    li = person()
    li.set_password("Shili-2026-Lang")
    li.save()
    notice(li, text="示例通知")
    deliver()
    link = next(line for line in mail.outbox[0].body.splitlines() if line.endswith("/") and "/messages/" in line)
    path = link.removeprefix("https://shili.example")
    answer = client.get(path)
    assert answer.url == f"{reverse('account_login')}?next={path}"
    typed = {"login": li.username, "password": "Shili-2026-Lang", "next": path}
    answer = client.post(answer.url, typed, follow=True)
    assert answer.request["PATH_INFO"] == path
    assert "示例通知" in answer.content.decode()


def test_nobody_sees_or_marks_what_others_are_told():
    li, stranger = person(), signed_in(person("system_admin"))
    notice(li, text="示例秘密")
    message = Message.objects.get()
    assert "示例秘密" not in page(stranger, "notify:inbox")
    assert stranger.get(reverse("notify:message", args=[message.pk])).status_code == 404
    assert stranger.post(reverse("notify:read", args=[message.pk])).status_code == 404
    stranger.post(reverse("notify:read_all"))
    assert "示例秘密" not in b"".join(
        stranger.get(reverse("notify:inbox"), {"format": "csv"}).streaming_content
    ).decode("utf-8-sig")
    message.refresh_from_db()
    assert message.read_at is None


def test_seeing_a_message_is_reading_it():
    li = person()
    notice(li, text="示例通知")
    client = signed_in(li)
    message = Message.objects.get()
    shown = page(client, "notify:message", message.pk)
    assert "示例原因。" in shown
    assert 'href="/plan/"' in shown
    first = Message.objects.get().read_at
    page(client, "notify:message", message.pk)
    assert first is not None
    assert Message.objects.get().read_at == first


def test_unread_stand_first_and_the_bell_counts_them():
    li = person()
    for number in range(3):
        notice(li, key=f"k{number}", text=f"示例通知{number}", urgent=False)
    client = signed_in(li)
    newest = Message.objects.order_by("-id").first()
    client.post(reverse("notify:read", args=[newest.pk]))
    shown = page(client, "notify:inbox")
    assert [shown.index(f"示例通知{number}") for number in (1, 0, 2)] == sorted(
        shown.index(f"示例通知{number}") for number in range(3)
    )
    assert "2 条未读。" in shown
    assert ">2<span" in page(client, "workbench:offices")
    client.post(reverse("notify:read_all"))
    assert "k-badge" in page(client, "workbench:offices")
    assert "条未读</span></b>" not in page(client, "workbench:offices")


def test_the_list_can_be_narrowed_to_what_must_be_acted_on():
    li = person()
    notice(li, key="a", text="示例要办")
    notice(li, key="b", text="示例知悉", urgent=False)
    shown = page(signed_in(li), "notify:inbox", kind="urgent")
    assert ("示例要办" in shown, "示例知悉" in shown) == (True, False)


def test_a_long_list_is_paged_without_losing_or_repeating_any():
    li = person()
    for number in range(120):
        notice(li, key=f"k{number}", text=f"示例通知#{number}#", urgent=False)
    Message.objects.filter(key__endswith="7").update(read_at=timezone.now())
    client, seen, url = signed_in(li), [], reverse("notify:inbox")
    while url:
        answer = client.get(url)
        seen += [row[0].text for row in answer.context["table"].rows]
        pages = answer.context["pages"]
        url = f"{reverse('notify:inbox')}{pages.next_url}" if pages.next_url else ""
    assert (len(seen), len(set(seen))) == (120, 120)


@pytest.mark.parametrize("number", (1, 3))
def test_the_list_costs_the_same_whatever_it_holds(number, django_assert_num_queries):
    li = person()
    for place in range(number):
        notice(li, key=f"k{place}")
    client = signed_in(li)
    page(client, "workbench:desk")  # the minute's renewal of the session is behind us
    with django_assert_num_queries(6):
        page(client, "notify:inbox")


# --- how one wants to be told ------------------------------------------------------------------------


def test_a_person_chooses_channels_hour_and_quiet(sms):
    li = person()
    typed = {"digest_hour": "15", "digest_mail": "on", "urgent_sms": "on", "address_sms": "+86 138-0000 1234"}
    answer = signed_in(li).post(reverse("notify:preferences"), typed)
    assert answer.status_code == 302
    kept = Preference.objects.get(person=li)
    assert (kept.digest_hour, kept.quiet) == (15, False)
    assert {(row.channel, row.kind): row.wanted for row in ChannelChoice.objects.all()} == {
        ("mail", "urgent"): False,
        ("mail", "for_information"): True,
        ("sms", "urgent"): True,
        ("sms", "for_information"): False,
    }
    assert opened(ChannelAddress.objects.get().sealed) == "13800001234"


def test_a_number_stands_nowhere_in_plain(sms):
    li = person()
    signed_in(li).post(reverse("notify:preferences"), {"digest_hour": "9", "address_sms": "13800001234"})
    trail = AuditEvent.objects.filter(table="notify_channeladdress")
    assert trail.exists()
    assert not any("13800001234" in str((event.before, event.after)) for event in trail)
    assert "13800001234" not in ChannelAddress.objects.get().sealed


@pytest.mark.parametrize("typed", ("12345", "23800001234", "abc", "0851-33220000"))
def test_a_wrong_number_is_told_at_its_field_and_nothing_is_kept(sms, typed):
    li = person()
    answer = signed_in(li).post(reverse("notify:preferences"), {"digest_hour": "9", "address_sms": typed})
    assert answer.context["form"].errors["address_sms"]
    assert (Preference.objects.count(), ChannelAddress.objects.count()) == (0, 0)


def test_an_emptied_number_is_forgotten(sms):
    li = reached(person(), sms="13800001234")
    signed_in(li).post(reverse("notify:preferences"), {"digest_hour": "9", "address_sms": ""})
    assert ChannelAddress.objects.count() == 0


def test_channels_that_are_not_set_up_are_named_and_not_offered():
    shown = page(signed_in(person()), "notify:preferences")
    assert "本站没有开通：短信、企业微信、钉钉。" in shown
    assert "urgent_sms" not in shown


# --- the log of deliveries ----------------------------------------------------------------------------


@pytest.mark.parametrize("role", ("", "auditor", "security_admin", "leader"))
def test_the_log_is_the_system_administrators(role):
    notice(person())
    stranger = signed_in(person(role))
    delivery = Delivery.objects.get()
    answers = (
        stranger.get(reverse("notify:deliveries")),
        stranger.get(reverse("notify:delivery", args=[delivery.pk])),
        stranger.post(reverse("notify:retry", args=[delivery.pk])),
    )
    assert [answer.status_code for answer in answers] == [404, 404, 404]


def test_the_administrator_sees_what_failed_and_never_what_it_said():
    notice(reached(person()), text="示例秘密")
    claim(now=timezone.now())
    late = timezone.now() + 2 * LEASE
    abandoned_settle(now=late)
    admin = signed_in(person("system_admin"))
    delivery = Delivery.objects.get()
    shown = page(admin, "notify:deliveries") + page(admin, "notify:delivery", delivery.pk)
    assert ("结果不明" in shown, "再试会使收件人收到两次" in shown, "示例秘密" in shown) == (True, True, False)
    assert delivery.recipient.email not in shown
    admin.post(reverse("notify:retry", args=[delivery.pk]))
    assert Delivery.objects.get().state == "queued"


def test_a_resting_channel_is_shown_with_its_reason():
    ChannelHealth.objects.create(
        channel="mail", failures=6, resting_until=timezone.now() + timedelta(minutes=2), last_error="示例错误"
    )
    shown = page(signed_in(person("system_admin")), "notify:deliveries")
    assert "连续失败 6 次" in shown
    assert "示例错误" in shown


@pytest.mark.parametrize("number", (1, 3))
def test_the_log_costs_the_same_whatever_it_holds(number, django_assert_num_queries):
    notice(*[person() for _ in range(number)])
    admin = signed_in(person("system_admin"))
    page(admin, "workbench:desk")
    with django_assert_num_queries(7):
        page(admin, "notify:deliveries")
