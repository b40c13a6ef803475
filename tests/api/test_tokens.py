"""Tokens: made by a person for oneself, shown once, kept as a digest, never reaching further than their owner."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from kechuang.api.choices import MOST_TOKENS
from kechuang.api.models import Token
from kechuang.api.selectors import digest_of, token_of, tokens_for
from kechuang.api.services import token_issue, token_note_use, token_revoke
from kechuang.kernel.access import ANONYMOUS
from kechuang.kernel.errors import NotAllowed, Refused
from kechuang.kernel.models import AuditEvent
from tests.factories import OrganisationFactory, UserFactory

ADDRESS = "/api/v1/organisations/"


@pytest.fixture
def issue(zhang, actor_of):
    def make(*, owner=None, scopes=("organisations",), days=30, name="示例脚本"):
        actor = actor_of(owner or zhang)
        return token_issue(name=name, scopes=scopes, expires_on=actor.today + timedelta(days=days), actor=actor)

    return make


def asked(key, address=ADDRESS):
    return Client().get(address, headers={"Authorization": f"Bearer {key}"})


@pytest.mark.capability("C92")
def test_a_token_opens_what_it_was_made_for_and_nothing_else(issue):
    OrganisationFactory(name="示例接口企业")
    key = issue().key
    assert [row["name"] for row in asked(key).json()["items"]] == ["示例接口企业"]
    refused = asked(key, "/api/v1/metrics/")
    assert (refused.status_code, refused["Content-Type"]) == (403, "application/problem+json")
    assert "指标字典" in refused.json()["detail"]
    assert refused.json()["advice"] != ""


def test_the_key_is_kept_nowhere(issue):
    issued = issue()
    row = Token.objects.get()
    assert (row.digest, row.start) == (digest_of(issued.key), issued.key[:8])
    trail = AuditEvent.objects.get(table="api_token")
    assert issued.key not in str(trail.after)
    assert row.digest not in str(trail.after)


def test_a_token_that_ended_is_refused_even_for_what_is_public(issue, zhang, actor_of):
    issued = issue()
    assert asked(issued.key).status_code == 200
    token_revoke(token=issued.token, actor=actor_of(zhang))
    refused = asked(issued.key)
    assert (refused.status_code, refused.json()["title"]) == (401, "令牌无效")
    assert Client().get(ADDRESS).status_code == 200


def test_a_token_ends_on_its_day_and_with_its_owners_account(issue, zhang):
    issued = issue(days=30)
    last = timezone.localdate() + timedelta(days=30)
    assert token_of(key=issued.key, on=last) == issued.token
    assert token_of(key=issued.key, on=last + timedelta(days=1)) is None
    zhang.is_active = False
    zhang.save()
    assert asked(issued.key).status_code == 401


@pytest.mark.django_db
@pytest.mark.parametrize("sent", ("Bearer", "Bearer nonsense", "Basic abc", "Bearer 令牌", "Bearer " + "x" * 900))
def test_what_is_no_key_is_refused(sent):
    answer = Client().get(ADDRESS, HTTP_AUTHORIZATION=sent.encode().decode("latin-1"))
    assert (answer.status_code, answer.json()["status"]) == (401, 401)


def test_a_stranger_neither_sees_nor_ends_a_token(issue, actor_of):
    issued = issue()
    qian = UserFactory(username="qian")
    assert list(tokens_for(actor=actor_of(qian))) == []
    assert list(tokens_for(actor=ANONYMOUS)) == []
    with pytest.raises(NotAllowed):
        token_revoke(token=issued.token, actor=actor_of(qian))
    client = Client()
    client.force_login(qian)
    assert client.post(f"/api/tokens/{issued.token.pk}/revoke/").status_code == 404
    issued.token.refresh_from_db()
    assert issued.token.revoked_at is None


@pytest.mark.parametrize(
    ("wrong", "field"),
    (
        ({"scopes": ()}, "scopes"),
        ({"scopes": ("everything",)}, "scopes"),
        ({"days": 0}, "expires_on"),
        ({"days": 366}, "expires_on"),
    ),
)
def test_a_token_without_sense_is_refused_at_its_field(issue, wrong, field):
    with pytest.raises(Refused) as refusal:
        issue(**wrong)
    assert (refusal.value.field, Token.objects.count()) == (field, 0)


def test_nobody_makes_a_token_without_signing_in(db):
    with pytest.raises(NotAllowed):
        token_issue(name="x", scopes=("plan",), expires_on=timezone.localdate() + timedelta(days=2), actor=ANONYMOUS)
    assert Client().get("/api/tokens/").status_code == 302


def test_a_person_holds_no_more_than_can_be_looked_after(issue):
    for number in range(MOST_TOKENS):
        issue(name=f"示例 {number}")
    with pytest.raises(Refused):
        issue(name="再来一个")
    assert Token.objects.count() == MOST_TOKENS


def test_the_page_shows_the_key_once(zhang):
    client = Client()
    client.force_login(zhang)
    made = client.post("/api/tokens/", {"name": "月报脚本", "scopes": ["plan", "register"], "days": "90"})
    token = Token.objects.get()
    shown = made.context["issued"].key
    assert shown in made.content.decode()
    assert (digest_of(shown), token.scopes) == (token.digest, ["plan", "register"])
    assert token.expires_on == timezone.localdate() + timedelta(days=90)
    assert "no-store" in made["Cache-Control"]
    again = client.get("/api/tokens/").content.decode()
    assert shown not in again
    assert "月报脚本" in again
    assert client.post(f"/api/tokens/{token.pk}/revoke/").status_code == 302
    token.refresh_from_db()
    assert token.revoked_at is not None


def test_use_is_noted_once_an_hour(issue):
    token = issue().token
    first = timezone.now()
    token_note_use(token=token, at=first)
    token.refresh_from_db()
    token_note_use(token=token, at=first + timedelta(minutes=59))
    token.refresh_from_db()
    assert token.last_used_at == first
    later = first + timedelta(minutes=61)
    token_note_use(token=token, at=later)
    token.refresh_from_db()
    assert token.last_used_at == later


@pytest.mark.parametrize("count", (1, 3))
def test_the_list_of_tokens_costs_the_same_for_one_and_three(issue, zhang, django_assert_num_queries, count):
    for number in range(count):
        issue(name=f"示例 {number}")
    client = Client()
    client.force_login(zhang)
    client.get("/api/tokens/")
    with django_assert_num_queries(QUERIES):
        assert len(client.get("/api/tokens/").context["tokens"]) == count


QUERIES = 5
