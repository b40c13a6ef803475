"""The desk's pages: what each role sees, and what a stranger is refused."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from kechuang.catalogue.loading import installed_root
from kechuang.directory.models import Office, User
from kechuang.kernel.cli import checked
from kechuang.kernel.inbox import opened
from kechuang.kernel.loading import catalogue_load
from kechuang.kernel.models import AuditEvent
from kechuang.kernel.processes import begin
from kechuang.plan.models import ProgressReport
from tests.factories import ClauseFactory, CountyFactory, UserFactory

pytestmark = pytest.mark.django_db


def signed_in(role: str = "", **bounds: object) -> tuple[Client, User]:
    user = UserFactory()
    if role:
        Office.objects.create(user=user, role=role, start=date(2020, 1, 1), **bounds)
    client = Client()
    client.force_login(user)
    return client, user


PAGES = ("workbench:people", "workbench:add_person", "workbench:audit")
OWN = ("workbench:desk", "workbench:offices")


@pytest.mark.parametrize("name", (*PAGES, *OWN))
def test_the_public_is_sent_to_sign_in(client, name):
    answer = client.get(reverse(name))
    assert (answer.status_code, answer.url) == (302, f"{reverse('account_login')}?next={reverse(name)}")


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("role", ("", "county_officer", "leader"))
def test_pages_of_the_administrators_do_not_exist_for_others(name, role):
    client, _user = signed_in(role, **({"county": CountyFactory()} if role == "county_officer" else {}))
    assert client.get(reverse(name)).status_code == 404


@pytest.mark.parametrize(
    ("role", "name", "status"),
    (
        ("system_admin", "workbench:people", 200),
        ("system_admin", "workbench:add_person", 200),
        ("system_admin", "workbench:audit", 404),
        ("security_admin", "workbench:people", 200),
        ("security_admin", "workbench:add_person", 404),
        ("auditor", "workbench:audit", 200),
        ("auditor", "workbench:add_person", 404),
    ),
)
def test_each_administrator_has_only_their_own_power(role, name, status):
    client, _user = signed_in(role)
    assert client.get(reverse(name)).status_code == status


def test_an_account_is_opened_with_a_password_shown_once():
    client, _admin = signed_in("system_admin")
    typed = {"username": "shili", "full_name": "示例新人", "email": "shili@example.com"}
    answer = client.post(reverse("workbench:add_person"), typed)

    password = answer.context["password"]
    user = User.objects.get(username="shili")
    assert user.check_password(password)
    assert answer["Cache-Control"] == "no-store"
    assert password not in client.get(reverse("workbench:person", args=[user.pk])).content.decode()


def test_a_taken_user_name_is_told_at_its_field():
    client, admin = signed_in("system_admin")
    typed = {"username": admin.username, "full_name": "示例新人", "email": "shili@example.com"}
    answer = client.post(reverse("workbench:add_person"), typed)
    assert list(answer.context["form"].errors) == ["username"]
    assert answer.context["form"]["full_name"].value() == "示例新人"


def test_a_disabled_person_is_out_with_the_next_request():
    admin, _user = signed_in("system_admin")
    client, user = signed_in()
    assert client.get(reverse("workbench:desk")).status_code == 200

    admin.post(reverse("workbench:disable_person", args=[user.pk]), {"reason": "示例离职"})
    assert client.get(reverse("workbench:desk")).status_code == 302

    admin.post(reverse("workbench:enable_person", args=[user.pk]))
    user.refresh_from_db()
    assert user.is_active is True


@pytest.mark.parametrize("name", ("workbench:disable_person", "workbench:enable_person", "workbench:grant_office"))
def test_a_stranger_changes_nobody(name):
    user = UserFactory()
    client, _stranger = signed_in("leader")
    assert client.post(reverse(name, args=[user.pk]), {"reason": "示例"}).status_code == 404
    user.refresh_from_db()
    assert user.is_active is True


def test_an_office_is_granted_within_its_bound():
    security, _user = signed_in("security_admin")
    user, county = UserFactory(), CountyFactory()
    address = reverse("workbench:grant_office", args=[user.pk])

    refused = security.post(address, {"role": "county_officer", "start": "2022-01-01"})
    assert list(refused.context["form"].errors) == ["county"]
    security.post(address, {"role": "county_officer", "county": county.pk, "start": "2022-01-01"})
    assert list(user.offices.values_list("role", "county")) == [("county_officer", county.pk)]


@pytest.mark.capability("C95")
def test_an_office_is_lent_and_taken_back():
    client, user = signed_in("leader")
    friend, office = UserFactory(), user.offices.get()
    days = {"start": date.today().isoformat(), "end": "2999-01-01"}
    client.post(reverse("workbench:delegate", args=[office.pk]), {"to": friend.pk, **days})
    lent = friend.offices.get()
    assert lent.delegated_from == office

    stranger, _other = signed_in("leader")
    assert stranger.post(reverse("workbench:end_office", args=[lent.pk]), {"on": "2998-01-01"}).status_code == 404
    client.post(reverse("workbench:end_office", args=[lent.pk]), {"on": "2998-01-01"})
    lent.refresh_from_db()
    assert lent.end == date(2998, 1, 1)


def test_another_persons_office_cannot_be_lent():
    _owner, user = signed_in("leader")
    thief, _other = signed_in()
    assert thief.get(reverse("workbench:delegate", args=[user.offices.get().pk])).status_code == 404


@pytest.mark.capability("C97")
def test_the_audit_trail_names_the_person_and_shows_before_and_after():
    admin, person = signed_in("system_admin")
    admin.post(
        reverse("workbench:add_person"), {"username": "shili", "full_name": "示例新人", "email": "s@example.com"}
    )
    event = AuditEvent.objects.filter(table="directory_user", after__username="shili").get()
    assert event.actor_id == person.pk

    auditor, _user = signed_in("auditor")
    page = auditor.get(reverse("workbench:event", args=[event.pk]))
    assert "示例新人" in page.context["after"]
    assert page.context["before"] == ""
    stranger, _other = signed_in("leader")
    assert stranger.get(reverse("workbench:event", args=[event.pk])).status_code == 404


@pytest.mark.parametrize("item_count", (1, 3))
def test_lists_cost_the_same_whatever_they_hold(item_count, django_assert_num_queries):
    client, _admin = signed_in("system_admin")
    UserFactory.create_batch(item_count)
    client.get(reverse("workbench:desk"))  # the minute's renewal of the session is behind us
    with django_assert_num_queries(5):  # one of them counts the unread messages
        client.get(reverse("workbench:people"))


def test_exports_carry_the_list_and_nothing_runs_as_a_formula():
    client, _admin = signed_in("system_admin")
    UserFactory(username="=1+1", full_name="示例公式")
    answer = client.get(reverse("workbench:people"), {"format": "csv"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert text.splitlines()[0] == "用户名,姓名,电子邮件地址,状态,最近登录"
    assert "'=1+1,示例公式" in text


def test_an_office_is_ended_by_the_security_administrator_and_by_nobody_else():
    security, _user = signed_in("security_admin")
    office = Office.objects.create(user=UserFactory(), role="leader", start=date(2020, 1, 1))
    address = reverse("workbench:end_office_of", args=[office.pk])
    for role in ("system_admin", "leader", "auditor"):
        stranger, _other = signed_in(role)
        assert stranger.post(address, {"on": "2022-01-01"}).status_code == 404

    security.post(address, {"on": "2022-01-01"})
    office.refresh_from_db()
    assert office.end == date(2022, 1, 1)


def test_a_countys_own_draft_lies_on_its_desk_and_not_on_anothers():
    catalogue_load(checked(installed_root(), "anshun"))
    county, other = CountyFactory(), CountyFactory()
    mine, author = signed_in("county_officer", county=county)
    theirs, _other = signed_in("county_officer", county=other)
    opened(
        ProgressReport.objects.create(
            clause=ClauseFactory(),
            county=county,
            month=date(2022, 5, 1),
            measure="示例",
            done="示例",
            author=author,
            **begin("progress_report"),
        )
    )

    titles = [[row["item"].title for row in c.get(reverse("workbench:desk")).context["rows"]] for c in (mine, theirs)]
    assert [len(found) for found in titles] == [1, 0]
