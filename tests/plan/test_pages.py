"""Pages: who sees what, and that every page answers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from kechuang.directory.models import Office
from kechuang.kernel.access import Actor
from kechuang.plan import services
from kechuang.plan.models import Plan
from kechuang.pure.plans import read_text
from tests.factories import DepartmentFactory, UserFactory
from tests.plan.text import PLAN

pytestmark = pytest.mark.usefixtures("processes")


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel("2022-07-15 10:00 +0800", tick=False):
        yield


def client_of(role: str, **bound: Any) -> Client:
    """Sign a person in who holds ``role``."""
    user = UserFactory()
    Office.objects.create(user=user, role=role, start=date(2020, 1, 1), **bound)
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def draft(keeper: Actor) -> Plan:
    DepartmentFactory(name="市示例科技局")
    return services.plan_import(reading=read_text(PLAN), actor=keeper)


@pytest.fixture
def published(draft: Plan, keeper: Actor) -> Plan:
    services.findings_settle(plan=draft, actor=keeper)
    return services.plan_publish(plan=draft, actor=keeper)


def test_everyone_reads_a_published_plan(published: Plan, register: Any) -> None:
    clause, indicator = published.clauses.filter(kind="task")[0], published.indicators.all()[0]
    for name, args in (
        ("overview", []),
        ("list", []),
        ("clauses", []),
        ("plan", [published.pk]),
        ("clause", [clause.pk]),
        ("indicator", [indicator.pk]),
    ):
        answer = Client().get(reverse(f"plan:{name}", args=args))
        assert answer.status_code == 200, name
        assert "示例" in answer.content.decode()


def test_a_draft_is_seen_by_its_keepers_only(draft: Plan) -> None:
    clause, indicator = draft.clauses.filter(kind="task")[0], draft.indicators.all()[0]
    addresses = [
        reverse("plan:plan", args=[draft.pk]),
        reverse("plan:clause", args=[clause.pk]),
        reverse("plan:indicator", args=[indicator.pk]),
    ]
    keeper, stranger = client_of("conference_office"), client_of("expert")
    assert [keeper.get(address).status_code for address in addresses] == [200, 200, 200]
    assert [stranger.get(address).status_code for address in addresses] == [404, 404, 404]
    assert [Client().get(address).status_code for address in addresses] == [404, 404, 404]
    assert draft.title not in client_of("expert").get(reverse("plan:list")).content.decode()
