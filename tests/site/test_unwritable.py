"""Text no database holds, and addresses without end, are the asker's fault: 400 and 414, never a fault of ours."""

from __future__ import annotations

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client, RequestFactory

from kechuang.directory.middleware import LONGEST_QUERY, ActorMiddleware, is_unwritable
from kechuang.directory.models import County


def answered(error: Exception) -> HttpResponse | None:
    return ActorMiddleware(lambda _request: HttpResponse()).process_exception(RequestFactory().get("/x/"), error)


@pytest.mark.django_db
@pytest.mark.parametrize("text", ("a\0b", "a\ud800b"))
def test_what_no_database_holds_is_answered_with_400(text):
    with pytest.raises(Exception) as raised:  # noqa: PT011 - which one, the driver decides
        County.objects.filter(name=text).exists()
    connection.needs_rollback = False
    assert is_unwritable(raised.value)
    assert answered(raised.value).status_code == 400


@pytest.mark.parametrize("error", (ValueError("示例"), KeyError("NUL"), ZeroDivisionError()))
def test_a_fault_of_ours_stays_one(error):
    assert answered(error) is None


@pytest.mark.django_db
def test_an_address_without_end_is_refused():
    for length, status in ((LONGEST_QUERY, 200), (LONGEST_QUERY + 1, 414)):
        assert Client().get(f"/healthz?q={'a' * (length - 2)}").status_code == status
