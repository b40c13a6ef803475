"""Every sign-in, sign-out and refused try stands in the trail, with the address it came from; the public's does not."""

from __future__ import annotations

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client, RequestFactory
from django.urls import reverse

from kechuang.directory.models import User
from kechuang.kernel.audit import source_of
from kechuang.kernel.models import AuditEvent
from kechuang.oversight.selectors import Subject, changed_fields, events_about
from tests.factories import UserFactory
from tests.oversight.test_desks import holding

pytestmark = [pytest.mark.django_db, pytest.mark.capability("C97")]
PASSWORD = "plum-Harbour-29-lantern"  # noqa: S105 - of an invented person
LOGIN = "/accounts/login/"
OFFICE = "203.0.113.7"


@pytest.fixture
def zhang() -> User:
    user = UserFactory(username="zhang", email="zhang@unit.example")
    user.set_password(PASSWORD)
    user.save()
    return user


def told() -> list[tuple]:
    """Return (operation, about whom, by whom, how and from where) of every sign-in."""
    events = AuditEvent.objects.filter(operation__in=("SIGN_IN", "SIGN_OUT", "REFUSED")).order_by("id")
    return [(one.operation, one.row, one.actor_id, one.after["address"], one.request) for one in events]


def test_signing_in_and_out_is_written_down_with_its_source(zhang):
    client = Client(REMOTE_ADDR=OFFICE)
    client.post(LOGIN, {"login": "zhang", "password": PASSWORD})
    client.post("/accounts/logout/")
    key = str(zhang.pk)
    assert told() == [
        ("SIGN_IN", key, zhang.pk, f"password {OFFICE}", OFFICE),
        ("SIGN_OUT", key, zhang.pk, OFFICE, OFFICE),
    ]


@pytest.mark.parametrize("typed", ("zhang", "ZHANG", "zhang@unit.example"))
def test_a_refused_try_names_the_account_and_proves_nobody(zhang, typed):
    Client(REMOTE_ADDR=OFFICE).post(LOGIN, {"login": typed, "password": "wrong"})
    assert (str(zhang.pk), None) in {(row, actor) for _operation, row, actor, _how, _from in told()}
    assert {operation for operation, *_rest in told()} == {"REFUSED"}


def test_what_was_typed_where_no_account_is_stays_out_of_the_trail(zhang):
    Client(REMOTE_ADDR=OFFICE).post(LOGIN, {"login": "my-secret-password", "password": "x"})
    assert {row for _operation, row, *_rest in told()} == {""}
    assert "my-secret-password" not in str(told())


def test_a_wrong_code_is_a_refused_try_too(zhang):
    TOTP.activate(zhang, "JBSWY3DPEHPK3PXP")
    client = Client(REMOTE_ADDR=OFFICE)
    client.post(LOGIN, {"login": "zhang", "password": PASSWORD})
    client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert told() == [("REFUSED", str(zhang.pk), None, f"second factor {OFFICE}", OFFICE)]


def test_a_change_tells_its_source_when_somebody_signed_in_made_it(zhang):
    client = Client(REMOTE_ADDR=OFFICE)
    client.force_login(zhang)
    client.post(reverse("api:tokens"), {"name": "示例", "scopes": ["plan"], "days": "30"})
    event = AuditEvent.objects.get(table="api_token")
    assert event.request.split(" ")[1] == OFFICE
    Client(REMOTE_ADDR=OFFICE).post(LOGIN, {"login": "zhang", "password": PASSWORD})  # nobody is signed in yet
    last = AuditEvent.objects.filter(table="directory_user").exclude(operation="SIGN_IN").latest("id")
    assert OFFICE not in last.request


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    (
        (0, "198.51.100.1", "10.0.0.1"),
        (1, "198.51.100.1, 203.0.113.7", "203.0.113.7"),
        (2, "198.51.100.1", "10.0.0.1"),
        (1, "<script>", ""),
        (1, "2001:db8::1", "2001:db8::1"),
    ),
)
def test_the_source_is_what_the_trusted_proxies_say(settings, proxies, forwarded, expected):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    asked = RequestFactory().get("/", headers={"X-Forwarded-For": forwarded}, REMOTE_ADDR="10.0.0.1")
    assert source_of(asked) == expected


def test_the_auditor_sees_sign_ins_and_counts_them_neither_as_reading_nor_as_change(zhang):
    Client(REMOTE_ADDR=OFFICE).post(LOGIN, {"login": "zhang", "password": PASSWORD})
    client, auditor = holding("auditor")
    subject = Subject("directory_user", str(zhang.pk), "")
    seen = {None: 0, True: 0, False: 0}
    for reading in seen:
        found = events_about(actor=auditor, subject=subject, reading=reading)
        seen[reading] = sum(event.operation == "SIGN_IN" for event in found)
    assert seen == {None: 1, True: 0, False: 0}
    event = AuditEvent.objects.get(operation="SIGN_IN", row=str(zhang.pk))
    assert changed_fields(event) == [f"password {OFFICE}"]
    page = client.get(reverse("oversight:subject"), {"table": "directory_user", "row": zhang.pk}).content.decode()
    assert OFFICE in page
