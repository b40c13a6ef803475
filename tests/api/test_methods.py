"""What may be done at an address of the read API: read it, ask for its head, ask what may be done; nothing else."""

from __future__ import annotations

import pytest
from django.test import Client

from kechuang.api import house
from kechuang.api.endpoints import api
from kechuang.kernel.models import AuditEvent

pytestmark = [pytest.mark.django_db, pytest.mark.capability("C92")]
ADDRESSES = ("/api/v1/platforms/", "/api/v1/openapi.json", "/api/v1/platforms/none")
READING = "GET, HEAD, OPTIONS"
PROBLEM = {"type", "title", "status", "detail", "advice", "instance"}


@pytest.mark.parametrize("method", ("post", "put", "patch", "delete", "trace"))
def test_whatever_writes_is_refused_in_the_api_s_own_form(method):
    for address in ADDRESSES:
        answer = getattr(Client(enforce_csrf_checks=True), method)(address)
        assert (answer.status_code, answer["Content-Type"]) == (405, "application/problem+json")
        assert (answer["Allow"], set(answer.json())) == (READING, PROBLEM)
    assert not AuditEvent.objects.filter(table__startswith="api_").exists()


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_head_is_that_of_the_answer_without_its_body(address):
    whole, head = Client().get(address), Client().head(address)
    assert (head.status_code, head.content) == (whole.status_code, b"")
    varying = {"RateLimit-Remaining", "RateLimit-Reset", "Content-Length"}
    assert {name for name, value in whole.items() if head.get(name) != value} <= varying


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_script_of_another_site_may_ask_before_it_reads(address):
    answer = Client().options(address, headers={"origin": "https://elsewhere.example"})
    assert (answer.status_code, answer.content, answer["Allow"]) == (204, b"", READING)
    assert (answer["Access-Control-Allow-Origin"], answer.get("Access-Control-Allow-Credentials")) == ("*", None)
    assert "Authorization" in answer["Access-Control-Allow-Headers"]


@pytest.mark.parametrize("address", ("/api/v1/platforms/", "/api/v1/openapi.json", "/api/v1/metrics/"))
def test_what_the_caller_has_is_not_sent_again(address):
    tag = Client().get(address)["ETag"]
    for sent in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        for ask in (Client().get, Client().head):
            answer = ask(address, headers={"if-none-match": sent})
            assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", tag)
    assert Client().get(address, headers={"if-none-match": '"other"'}).status_code == 200


def test_a_fault_of_ours_is_answered_in_the_same_form_and_logged(rf, caplog):
    request = rf.get("/api/v1/platforms/")
    request.actor = Client().get("/api/").wsgi_request.actor
    answer = api.on_exception(request, ZeroDivisionError("示例"))
    assert (answer.status_code, answer["Content-Type"]) == (500, house.MEDIA_TYPE)
    assert "示例" not in answer.content.decode()
    assert "ZeroDivisionError" in caplog.text
