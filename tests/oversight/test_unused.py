"""Accounts nobody uses are closed after ninety days, two weeks after telling, and never the last administrator."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from kechuang.api.models import Token
from kechuang.directory.models import Office, User
from kechuang.kernel.models import AuditEvent
from kechuang.notify.models import Message
from kechuang.oversight.unused import accounts_unused_close
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.capability("C97")]
DAYS = 90


@pytest.fixture
def today() -> date:
    return timezone.localdate()


@pytest.fixture
def asleep(today):
    """Return a maker of people who last signed in so many days ago, told so many days ago if at all."""

    def made(days: int, *, told: int | None = None, role: str = "", ever: bool = True) -> User:
        when = timezone.make_aware(datetime.combine(today - timedelta(days=days), time(12)))
        user = UserFactory()
        User.objects.filter(pk=user.pk).update(last_login=when if ever else None, date_joined=when)
        if role:
            Office.objects.create(user=user, role=role, start=date(2020, 1, 1))
        if told is not None:
            accounts_unused_close(on=today, days=DAYS)
            Message.objects.filter(recipient=user).update(created_at=timezone.now() - timedelta(days=told))
        user.refresh_from_db()
        return user

    return made


def is_open(user: User) -> bool:
    return User.objects.get(pk=user.pk).is_active


@pytest.mark.parametrize(
    ("days", "told", "closed"), ((89, 14, 0), (90, 14, 1), (90, 13, 0), (200, None, 0), (75, None, 0))
)
def test_it_is_closed_on_its_day_and_never_before_it_was_told(asleep, today, days, told, closed):
    user = asleep(days, told=told)
    assert accounts_unused_close(on=today, days=DAYS) == closed
    assert is_open(user) == (not closed)
    assert Message.objects.filter(recipient=user).count() == (0 if days == 75 else 1)


def test_telling_names_the_last_day_and_is_done_once(asleep, today):
    user = asleep(80)
    for _again in range(2):
        accounts_unused_close(on=today, days=DAYS)
    (message,) = Message.objects.filter(recipient=user)
    assert message.facts["due"] == (today + timedelta(days=14)).isoformat()
    assert message.kind == "urgent"


def test_signing_in_keeps_it_and_so_does_a_token_or_an_administrator(asleep, today):
    signed_in, token, opened, other = (asleep(95) for _each in range(4))
    accounts_unused_close(on=today, days=DAYS)
    Message.objects.update(created_at=timezone.now() - timedelta(days=20))
    User.objects.filter(pk=signed_in.pk).update(last_login=timezone.now())
    Token.objects.create(
        owner=token, name="x", scopes=["plan"], start="kc_", digest="d", expires_on=today, last_used_at=timezone.now()
    )
    User.objects.filter(pk=opened.pk).update(is_active=False)
    User.objects.filter(pk=opened.pk).update(is_active=True)
    assert accounts_unused_close(on=today, days=DAYS) == 1
    assert [is_open(one) for one in (signed_in, token, opened, other)] == [True, True, True, False]


@pytest.mark.parametrize("role", ("system_admin", "security_admin", "auditor"))
def test_the_last_administrator_of_each_power_stays(asleep, today, role):
    earlier = asleep(200, role=role)
    later = asleep(100, told=20, role=role)
    Message.objects.update(created_at=timezone.now() - timedelta(days=20))
    assert accounts_unused_close(on=today, days=DAYS) == 1
    assert (is_open(earlier), is_open(later)) == (False, True)
    assert accounts_unused_close(on=today + timedelta(days=900), days=DAYS) == 0


def test_its_sessions_end_and_the_trail_says_why(asleep, today):
    user = asleep(95, told=20)
    client = Client()
    client.force_login(user)
    User.objects.filter(pk=user.pk).update(last_login=timezone.now() - timedelta(days=95))
    assert accounts_unused_close(on=today, days=DAYS) == 1
    assert client.get("/my/").status_code == 302
    event = AuditEvent.objects.filter(table="directory_user", row=str(user.pk), operation="UPDATE").latest("id")
    assert (event.actor_id, event.request, event.after["is_active"]) == (None, "unused 90 days", False)


def test_nothing_is_closed_where_the_setting_says_so(asleep, today):
    user = asleep(900, told=20, ever=False)
    assert accounts_unused_close(on=today, days=0) == 0
    assert is_open(user)
