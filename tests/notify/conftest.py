"""The ground of the messages' tests: a register in a small town, people with addresses, a working moment."""

from __future__ import annotations

from datetime import date, datetime

import pytest
import time_machine
from django.utils import timezone

from kechuang.directory.models import Department, Office, User
from kechuang.directory.selectors import actor_for
from kechuang.kernel import calendar_days
from kechuang.kernel.access import Actor
from tests.factories import UserFactory
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
