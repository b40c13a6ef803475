"""A change of how somebody signs in is told to that person, through the outbox, and at the mail address of before."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.test import Client
from django.urls import reverse

from kechuang.directory.models import User
from kechuang.notify.choices import Kind
from kechuang.notify.models import Message
from kechuang.site.accounts import CHANGES, told_of
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.capability("C97")]
SECRET = "JBSWY3DPEHPK3PXP"
PASSWORD, OTHER = "plum-Harbour-29-lantern", "another-Harbour-77-plum"


@pytest.fixture
def zhang() -> User:
    user = UserFactory(username="zhang", email="zhang@unit.example")
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def client(zhang) -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": "zhang", "password": PASSWORD})
    return client


def told(person: User) -> list[tuple[str, str]]:
    return [(one.facts["title"], one.kind) for one in Message.objects.filter(recipient=person).order_by("id")]


def test_a_new_password_is_told_once_for_each_change(client, zhang):
    client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": OTHER, "password2": OTHER})
    again = Client()
    again.post("/accounts/login/", {"login": "zhang", "password": OTHER})
    back = {"oldpassword": OTHER, "password1": PASSWORD, "password2": PASSWORD}
    again.post(reverse("account_change_password"), back)
    assert told(zhang) == [("您的登录口令已更改", Kind.URGENT)] * 2
    assert told(UserFactory()) == []


def test_a_second_factor_that_comes_and_goes_is_told(client, zhang):
    TOTP.activate(zhang, SECRET)
    counter = next(iter(yield_hotp_counters_from_time()))
    proof = {"code": format_hotp_value(hotp_value(SECRET, counter))}
    client.post(reverse("mfa_reauthenticate"), proof)
    client.post(reverse("mfa_deactivate_totp"))
    assert ("您账号的动态口令已停用", Kind.URGENT) in told(zhang)


def test_a_new_mail_address_is_told_at_the_old_one_too(client, zhang):
    EmailAddress.objects.create(user=zhang, email="zhang@unit.example", primary=True, verified=True)
    EmailAddress.objects.create(user=zhang, email="new@unit.example", verified=True)
    wish = {"email": "new@unit.example", "action_primary": ""}
    client.post(client.post(reverse("account_email"), wish).url, {"password": PASSWORD})  # proven anew first
    client.post(reverse("account_email"), wish)
    zhang.refresh_from_db()
    assert zhang.email == "new@unit.example"
    assert ("您账号的邮箱已更改", Kind.URGENT) in told(zhang)
    assert [(one.to, "您账号的邮箱已更改" in one.body) for one in mail.outbox] == [(["zhang@unit.example"], True)]


def test_a_token_is_told_by_its_name_and_never_its_key(client, zhang):
    page = client.post(reverse("api:tokens"), {"name": "示例程序", "scopes": ["plan"], "days": "30"})
    key = page.context["issued"].key
    assert told(zhang) == [("您的账号新建了接口令牌“示例程序”", Kind.URGENT)]
    assert key not in str(Message.objects.values())


def test_what_nobody_foresaw_is_told_as_a_change_all_the_same():
    assert told_of("mfa/email/totp_activated") == str(CHANGES["totp_activated"])
    assert told_of("some/email/thing") == "您账号的登录方式已更改"
