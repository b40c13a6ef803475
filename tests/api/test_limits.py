"""How often one may ask: told on every answer, the same for all processes, one caller never paying for another."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from urllib.parse import unquote

import pytest
import time_machine
from django.db import connection
from django.test import Client, RequestFactory

from kechuang.api.jobs import clear_usage
from kechuang.api.limits import window_of
from kechuang.api.models import Usage
from kechuang.kernel.audit import source_of

ADDRESS = "/api/v1/metrics/"


@pytest.fixture(autouse=True)
def _few(settings):
    settings.KECHUANG_API = {"per_minute": 2, "token_per_minute": 5}


@pytest.mark.django_db
def test_the_third_request_of_a_minute_waits_and_the_next_minute_begins_anew():
    with time_machine.travel("2026-11-23 12:00:40+08:00", tick=False) as moving:
        first, second, third = (Client().get(ADDRESS) for _ in range(3))
        assert [answer.status_code for answer in (first, second, third)] == [200, 200, 429]
        assert [answer["RateLimit-Remaining"] for answer in (first, second, third)] == ["1", "0", "0"]
        assert (third["Retry-After"], third["RateLimit-Limit"]) == ("20", "2")
        assert (third["Content-Type"], third.json()["title"]) == ("application/problem+json", "请求过于频繁")
        assert Client().get(ADDRESS, REMOTE_ADDR="10.0.0.9").status_code == 200
        moving.shift(20)
        assert Client().get(ADDRESS).status_code == 200


@pytest.mark.django_db
def test_no_address_is_kept():
    Client().get(ADDRESS, REMOTE_ADDR="203.0.113.7")
    assert "203.0.113.7" not in Usage.objects.get().caller


def test_the_address_is_read_behind_trusted_proxies_only(settings):
    asked = RequestFactory().get("/", headers={"X-Forwarded-For": "198.51.100.1, 203.0.113.7"}, REMOTE_ADDR="10.0.0.1")
    found = []
    for proxies in (0, 1, 2, 3):
        settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
        found.append(source_of(asked))
    assert found == ["10.0.0.1", "203.0.113.7", "198.51.100.1", "10.0.0.1"]


@pytest.mark.django_db(transaction=True)
def test_two_hundred_at_once_are_counted_one_by_one():
    def ask(_number: int) -> int:
        try:
            return window_of("token:1", limit=1000).count
        finally:
            connection.close()

    with time_machine.travel("2026-11-23 12:00:10+08:00", tick=False), ThreadPoolExecutor(8) as several:
        counts = list(several.map(ask, range(200)))
    assert sorted(counts) == list(range(1, 201))


@pytest.mark.django_db
def test_callers_not_heard_of_for_a_day_are_forgotten():
    with time_machine.travel("2026-11-21 12:00:00+08:00", tick=False):
        window_of("token:1", limit=9)
    with time_machine.travel("2026-11-23 12:00:00+08:00", tick=False):
        window_of("token:2", limit=9)
        assert clear_usage() == 1
    assert Usage.objects.get().caller == "token:2"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ("/api/v1/nowhere/", "/api/v1/plan/nothing", "/api/nowhere", "/api/v1/a%0Ab", "/api/v1/a%00b")
)
def test_an_unknown_address_is_answered_in_the_same_form(address):
    answer = Client().get(address)
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    body = answer.json()
    assert set(body) == {"type", "title", "status", "detail", "advice", "instance"}
    assert (body["type"], body["instance"]) == ("http://testserver/api/#problem-404", unquote(address))


@pytest.mark.django_db
def test_the_page_explains_every_address_that_is_described():
    described = Client().get("/api/v1/openapi.json").json()
    page = Client().get("/api/").content.decode()
    assert [path for path in described["paths"] if path not in page] == []
    assert [status for status in (401, 403, 404, 405, 422, 429, 500) if f'id="problem-{status}"' not in page] == []
