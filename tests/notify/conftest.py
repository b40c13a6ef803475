"""The ground of the messages' tests: a register in a small town, people with addresses, a working moment."""

from __future__ import annotations

from datetime import date, datetime

import pytest
import time_machine
from django.core.cache import cache
from django.utils import timezone

from kechuang.directory.models import Department, Office, User
from kechuang.directory.selectors import actor_for
from kechuang.kernel import calendar_days, notices
from kechuang.kernel.access import Actor
from kechuang.notify.models import ChannelAddress
from kechuang.notify.sealing import sealed
from tests.factories import UserFactory
from tests.notify.fakes import Corporation, Robot, SmsGateway
from tests.platforms.conftest import Town, build_town, store_processes

WORKDAY = date(2026, 11, 23)


def at(hour: int, minute: int = 0, day: date = WORKDAY) -> datetime:
    """Return a moment of local time; 23 November 2026 is a Monday."""
    return timezone.make_aware(datetime(day.year, day.month, day.day, hour, minute))  # noqa: DTZ001 - made aware at once


NOON = at(11)


def person(role: str = "", **bounds: object) -> User:
    """Store somebody with an office and a mail address."""
    user = UserFactory()
    user.email = f"{user.username}@example.com"
    user.save(update_fields=["email"])
    if role:
        Office.objects.create(user=user, role=role, start=date(2020, 1, 1), **bounds)
    return user


def acting(user: User) -> Actor:
    return actor_for(user=user, on=WORKDAY)


@pytest.fixture
def town(db) -> Town:
    store_processes()
    return build_town()


@pytest.fixture
def department(town) -> Department:
    return town.departments[0]


@pytest.fixture(autouse=True)
def _in_working_hours():
    """Let it be Monday, 23 November 2026, eleven o'clock, and the clock run."""
    calendar_days.forget()
    with time_machine.travel(NOON, tick=True):
        yield
    calendar_days.forget()


@pytest.fixture(autouse=True)
def channels(settings, monkeypatch) -> dict[str, object]:
    """Every channel is off but mail; a test sets up what it wants."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    settings.KECHUANG_ADDRESS = "https://shili.example"
    settings.KECHUANG_SITE_NAME = "示例平台"
    settings.KECHUANG_CHANNELS = {
        "seconds": 1,
        "signature": "示例科技局",
        "sms": {"url": "", "key": "shili", "secret": ""},
        "wecom": {"url": "", "corporation": "corp", "agent": 1000002, "secret": "secret"},
        "dingtalk": {"url": "", "secret": ""},
    }
    cache.clear()
    return settings.KECHUANG_CHANNELS


@pytest.fixture
def sms(channels):
    with SmsGateway().serving() as gateway:
        channels["sms"] |= {"url": f"{gateway.url}/messages", "secret": gateway.secret}
        yield gateway


@pytest.fixture
def wecom(channels):
    with Corporation().serving() as corporation:
        channels["wecom"]["url"] = corporation.url
        yield corporation


@pytest.fixture
def dingtalk(channels):
    with Robot().serving() as robot:
        channels["dingtalk"] |= {"url": f"{robot.url}/robot/send?access_token=robot", "secret": robot.secret}
        yield robot


@pytest.fixture
def no_mail(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"


def reached(user: User, **addresses: str) -> User:
    """Give ``user`` addresses by channel."""
    for channel, address in addresses.items():
        ChannelAddress.objects.create(person=user, channel=channel, sealed=sealed(address), confirmed_at=timezone.now())
    return user


def notice(*people: User, key: str = "shili", text: str = "示例通知", urgent: bool = True) -> None:
    """Tell ``people`` something, as another room does."""
    notices.wanted(
        people=[user.pk for user in people], key=key, text=text, url="/plan/", because="示例原因。", urgent=urgent
    )
