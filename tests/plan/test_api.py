"""The read API: what the public gets, and readings on any day."""

from __future__ import annotations

import pytest
from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.testing import TestClient

from kechuang.kernel.access import ANONYMOUS, Actor
from kechuang.plan import services
from kechuang.plan.api import router
from kechuang.plan.models import Plan
from kechuang.pure.plans import read_text
from tests.plan.conftest import Register
from tests.plan.text import CORRECTED, PLAN

pytestmark = pytest.mark.usefixtures("processes")
API = NinjaAPI(urls_namespace="plan-test")
API.add_router("", router)


class AskedBy(TestClient):
    """A client whose requests carry an actor, as the middleware gives them."""

    actor: Actor = ANONYMOUS

    def _build_request(self, *args: object, **kwargs: object) -> HttpRequest:
        request = super()._build_request(*args, **kwargs)  # type: ignore[arg-type]
        request.actor = self.actor  # type: ignore[attr-defined]
        return request  # type: ignore[no-any-return]


@pytest.fixture
def client() -> AskedBy:
    return AskedBy(API)


@pytest.fixture
def published(keeper: Actor, register: Register) -> Plan:
    register.holds("centres", ("2019-01-01", "national"), ("2021-05-01", "provincial"), label="示例技术中心")
    draft = services.plan_import(reading=read_text(PLAN), actor=keeper)
    services.findings_settle(plan=draft, actor=keeper)
    return services.plan_publish(plan=draft, actor=keeper)


@pytest.mark.capability("C102")
def test_readings_of_a_past_day(published: Plan, client: AskedBy) -> None:
    answer = client.get("/indicators/?on=2021-12-31").json()
    assert (answer["plan"], answer["as_of"]) == (published.code, "2021-12-31")
    first = answer["items"][0]
    assert {name: first[name] for name in ("name", "value", "parts", "target", "light", "base_gap")} == {
        "name": "示例技术中心",
        "value": 2,
        "parts": {"national": 1, "provincial": 1},
        "target": 13,
        "light": "missed",
        "base_gap": 10,
    }
    assert first["list_url"] == "/platforms/?indicator=centres&on=2021-12-31"
    assert [(row["year"], row["reached"]) for row in first["years"]] == [
        (2020, 1),
        (2021, 2),
        (2022, None),
        (2023, None),
    ]


def test_drafts_are_not_given_to_the_public(published: Plan, keeper: Actor, client: AskedBy) -> None:
    services.plan_import(reading=read_text(CORRECTED), actor=keeper)
    assert [row["version"] for row in client.get("/plans/").json()["items"]] == [1]
    assert len(client.get("/clauses/").json()["items"]) == 3
    client.actor = keeper
    assert [row["version"] for row in client.get("/plans/").json()["items"]] == [2, 1]


def test_a_day_or_plan_that_is_none_is_refused(published: Plan, client: AskedBy) -> None:
    answers = [
        client.get(f"/indicators/?{query}").status_code for query in ("on=x", "on=9999-12-31", "plan=%00", "plan=none")
    ]
    assert answers == [422, 422, 422, 404]


def test_without_a_plan_there_is_nothing(client: AskedBy) -> None:
    assert client.get("/indicators/").status_code == 404
