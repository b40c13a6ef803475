"""Three desks for three people; who asks about somebody finds everything, and the asking is written down."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from allauth.usersessions.models import UserSession
from axes.models import AccessAttempt
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from kechuang.directory import services as directory
from kechuang.directory.models import Office
from kechuang.directory.selectors import actor_for
from kechuang.kernel import seals
from kechuang.kernel.access import ANONYMOUS, Actor
from kechuang.kernel.access import Office as Held
from kechuang.kernel.audit_reads import SEEN, TAKEN, reads_record
from kechuang.kernel.audit_seals import seal_now
from kechuang.kernel.errors import NotAllowed, Refused
from kechuang.kernel.models import AuditEvent, AuditSeal
from kechuang.oversight import selectors, services
from kechuang.oversight.jobs import let_go
from kechuang.oversight.watched import WATCHED
from tests.factories import OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db
DESKS = {"system_admin": "oversight:system", "security_admin": "oversight:security", "auditor": "oversight:auditor"}
PATIENCE = 120


def holding(role: str) -> tuple[Client, Actor]:
    user = UserFactory(full_name=f"示例{role}")
    Office.objects.create(user=user, role=role, start=date(2020, 1, 1))
    client = Client()
    client.force_login(user)
    return client, actor_for(user=user, on=timezone.localdate())


@pytest.mark.capability("C97")
@pytest.mark.parametrize("role", DESKS)
def test_each_desk_is_there_for_its_administrator_alone(role):
    client, _actor = holding(role)
    found = {name: client.get(reverse(address)).status_code for name, address in DESKS.items()}
    assert found == {name: 200 if name == role else 404 for name in DESKS}


@pytest.mark.parametrize("address", (*DESKS.values(), "oversight:subject", "oversight:file"))
def test_the_desks_are_not_there_for_strangers(address):
    assert Client().get(reverse(address)).status_code == 302
    client, _actor = holding("department_officer")
    assert client.get(reverse(address)).status_code == 404


@pytest.mark.parametrize("address", ("oversight:seal", "oversight:unlock"))
def test_what_a_desk_does_is_not_there_for_strangers(address):
    client, _actor = holding("department_head")
    assert client.post(reverse(address)).status_code == 404
    assert client.get(reverse(address)).status_code == 405


# --- three powers --------------------------------------------------------------------------------


@pytest.mark.capability("C97")
@pytest.mark.parametrize("second", ("security_admin", "auditor"))
def test_the_database_itself_refuses_two_powers_in_one_person(second):
    user = UserFactory()
    Office.objects.create(user=user, role="system_admin", start=date(2020, 1, 1), end=date(2030, 1, 1))
    with connection.cursor() as cursor:
        sql = "INSERT INTO directory_office (user_id, role, start) VALUES (%s, %s, %s)"
        with pytest.raises(IntegrityError, match="one_power_a_person"), transaction.atomic():
            cursor.execute(sql, [user.pk, second, date(2025, 1, 1)])
        cursor.execute(sql, [user.pk, "leader", date(2025, 1, 1)])  # no power of the three
        cursor.execute(sql, [user.pk, second, date(2030, 1, 1)])  # the first has ended
        with pytest.raises(IntegrityError, match="one_power_a_person"), transaction.atomic():
            cursor.execute('UPDATE directory_office SET "end" = NULL WHERE user_id = %s', [user.pk])


def test_a_power_cannot_be_lent_to_who_holds_another():
    owner, friend = UserFactory(), UserFactory()
    office = Office.objects.create(user=owner, role="auditor", start=date(2020, 1, 1))
    Office.objects.create(user=friend, role="system_admin", start=date(2020, 1, 1))
    days = {"start": date(2026, 1, 1), "end": date(2026, 2, 1)}
    with pytest.raises(Refused, match="不同的人担任"):
        directory.office_delegate(office=office, to=friend, actor=Actor(owner.pk), **days)


def test_who_granted_and_who_ended_an_office_stands_on_it():
    _client, actor = holding("security_admin")
    office = directory.office_grant(user=UserFactory(), role="leader", actor=actor, start=date(2026, 1, 1))
    directory.office_end(office=office, on=date(2026, 6, 1), actor=actor)
    office.refresh_from_db()
    assert (office.granted_by_id, office.ended_by_id) == (actor.user_id, actor.user_id)


def test_the_security_administrator_cannot_grant_himself_and_the_system_administrator_nobody():
    _client, security = holding("security_admin")
    myself = Office.objects.get(user_id=security.user_id).user
    with pytest.raises(NotAllowed, match="不能给自己"):
        directory.office_grant(user=myself, role="leader", actor=security, start=date(2026, 1, 1))
    _client, system = holding("system_admin")
    with pytest.raises(NotAllowed, match="安全管理员"):
        directory.office_grant(user=UserFactory(), role="leader", actor=system, start=date(2026, 1, 1))


# --- reading is written down ---------------------------------------------------------------------


def reads() -> list[tuple]:
    events = AuditEvent.objects.filter(operation__in=(SEEN, TAKEN)).order_by("id")
    return [(event.operation, event.table, event.row, event.actor_id) for event in events]


def test_looking_at_a_person_is_written_down_and_looking_at_a_public_page_is_not():
    client, actor = holding("system_admin")
    person = UserFactory()
    client.get(reverse("workbench:person", args=[person.pk]))
    client.get(reverse("directory:list"))
    client.get(reverse("workbench:people"))
    client.get(reverse("workbench:people"), {"format": "csv"})
    assert reads() == [
        (SEEN, "directory_user", str(person.pk), actor.user_id),
        (TAKEN, "directory_user", "*", actor.user_id),
    ]


def test_a_look_that_was_refused_is_none():
    client, _actor = holding("department_officer")
    client.get(reverse("workbench:person", args=[UserFactory().pk]))
    assert reads() == []


def test_many_looks_are_written_in_one_statement(django_assert_num_queries):
    user = UserFactory()
    with django_assert_num_queries(1):
        subjects = [("directory_user", str(key)) for key in range(300)]
        assert reads_record(actor=Actor(user.pk), subjects=subjects, address="/x/") == 300
    with django_assert_num_queries(0):
        assert reads_record(actor=ANONYMOUS, subjects=[("directory_user", "1")], address="/x/") == 0


def test_every_watched_page_exists_and_takes_what_it_is_watched_by():
    patterns = {}

    def walk(resolver, space=""):
        for one in resolver.url_patterns:
            if hasattr(one, "url_patterns"):
                walk(one, one.namespace or space)
            elif one.name:
                patterns[f"{space}:{one.name}"] = set(one.pattern.converters)

    walk(get_resolver())
    missing = [name for name, watch in WATCHED.items() if not {watch.kwarg} - {""} <= patterns.get(name, set())]
    assert [name for name in WATCHED if name not in patterns] + missing == []


# --- asking about a subject ----------------------------------------------------------------------


@pytest.mark.capability("C104")
def test_who_changed_or_saw_what_about_somebody_is_found_even_when_it_is_gone():
    _client, auditor = holding("auditor")
    organisation = OrganisationFactory(name="示例被查单位")
    period = organisation.periods.get()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE directory_organisation SET address = '示例路' WHERE id = %s", [organisation.pk])
        cursor.execute("DELETE FROM directory_organisationperiod WHERE id = %s", [period.pk])
    OrganisationFactory()
    viewer = UserFactory()
    reads_record(actor=Actor(viewer.pk), subjects=[("directory_organisation", str(organisation.pk))], address="/d/")

    (subject,) = selectors.subjects_named(kind="organisation", words="被查单位")
    events = selectors.events_about(actor=auditor, subject=subject)
    assert [(event.table, event.operation) for event in events] == [
        ("directory_organisation", "SEEN"),
        ("directory_organisationperiod", "DELETE"),
        ("directory_organisation", "UPDATE"),
        ("directory_organisationperiod", "INSERT"),
        ("directory_organisation", "INSERT"),
    ]
    assert [event.operation for event in selectors.events_about(actor=auditor, subject=subject, reading=True)] == [SEEN]
    assert selectors.changed_fields(events[2]) == ["address"]
    later = timezone.localdate() + timedelta(days=1)
    assert list(selectors.events_about(actor=auditor, subject=subject, since=later)) == []
    assert list(selectors.events_about(actor=Actor(viewer.pk), subject=subject)) == []


@pytest.mark.parametrize("rows", (1, 3))
def test_asking_costs_the_same_however_much_there_is(rows, django_assert_max_num_queries):
    client, _auditor = holding("auditor")
    organisation = OrganisationFactory()
    for number in range(rows):
        organisation.address = f"示例路{number}"
        organisation.save()
    address = reverse("oversight:subject")
    query = {"table": "directory_organisation", "row": organisation.pk}
    client.get(address, query)
    with django_assert_max_num_queries(12):
        assert client.get(address, query).status_code == 200


def test_the_auditor_asks_by_name_and_takes_the_answer_away():
    client, auditor = holding("auditor")
    person = UserFactory(full_name="示例被查人")
    UserFactory(full_name="示例被查人二号")
    found = client.get(reverse("oversight:subject"), {"kind": "person", "words": "示例被查人"})
    assert found.status_code == 302
    page = client.get(found.url)
    assert "示例被查人" in page.content.decode()
    several = client.get(reverse("oversight:subject"), {"kind": "person", "words": "被查人"}).content.decode()
    assert several.count("示例被查人") == 2
    table = b"".join(client.get(f"{found.url}&format=csv").streaming_content).decode("utf-8-sig")
    assert table.splitlines()[0] == "id,at,actor,operation,table,row,what,request"
    assert f",{SEEN},directory_user,{person.pk}," in table
    assert (TAKEN, "directory_user", str(person.pk), auditor.user_id) in reads()
    assert client.get(reverse("oversight:subject"), {"table": "django_session", "row": "1"}).status_code == 404
    assert client.get(reverse("oversight:subject"), {"table": "directory_user", "row": "x"}).status_code == 200


def test_the_proof_of_one_subject_verifies_and_shows_no_other():
    client, _auditor = holding("auditor")
    organisation = OrganisationFactory(name="示例受证单位")
    OrganisationFactory(name="示例旁人单位")
    seal_now(patience=PATIENCE)
    query = {"table": "directory_organisation", "row": organisation.pk, "format": "proof"}
    content = b"".join(client.get(reverse("oversight:subject"), query).streaming_content)
    verdict = seals.verify(content.splitlines(keepends=True))
    assert (verdict.fault, verdict.events, verdict.whole) == (None, 2, False)
    assert "受证" in content.decode()
    assert "旁人" not in content.decode()


# --- the chain -----------------------------------------------------------------------------------


def test_the_auditor_seals_and_takes_a_file_that_verifies():
    client, _auditor = holding("auditor")
    assert client.post(reverse("oversight:seal")).status_code == 302
    answer = client.get(reverse("oversight:file"))
    content = b"".join(answer.streaming_content)
    assert answer["Content-Disposition"] == 'attachment; filename="audit-start-today.jsonl"'
    verdict = seals.verify(content.splitlines(keepends=True))
    assert verdict.fault is None
    assert verdict.events == AuditSeal.objects.get().rows
    assert client.get(reverse("oversight:file"), {"since": "gestern"}).status_code == 302
    assert client.get(reverse("oversight:file"), {"until": "2001-01-01"}).status_code == 302


def test_sealing_is_refused_to_everybody_else():
    with pytest.raises(NotAllowed):
        services.seal_at_once(actor=Actor(UserFactory().pk, (Held("system_admin"),)))


@pytest.mark.capability("C122")
def test_the_last_root_of_each_day_is_public_as_page_data_and_feed():
    today = timezone.now()
    for number, day in enumerate((today - timedelta(days=1), today - timedelta(days=1), today)):
        UserFactory(full_name=f"示例{number}")
        seal_now(at=day, patience=PATIENCE)
    told = json.loads(Client().get(reverse("oversight:roots_json")).content)
    second, third = AuditSeal.objects.order_by("number")[1:]
    assert [(one["seal"], one["root"]) for one in told["roots"]] == [(3, third.root), (2, second.root)]
    page = Client().get(reverse("oversight:roots")).content.decode()
    feed = Client().get(reverse("oversight:roots_feed")).content.decode()
    for text in (page, feed):
        assert third.root in text
        assert second.root in text


def test_nothing_is_let_go_unless_the_setting_says_so(settings):
    settings.KECHUANG_AUDIT_DAYS = 0
    assert let_go(0) == 0
    settings.KECHUANG_AUDIT_DAYS = 365
    seal_now(patience=PATIENCE)
    assert let_go(0) == 0
    assert AuditEvent.objects.exists()


# --- lockouts and sessions -----------------------------------------------------------------------


def locked(username: str) -> None:
    AccessAttempt.objects.create(username=username, ip_address="192.0.2.1", user_agent="", failures_since_start=5)


def test_the_security_administrator_lifts_a_lock():
    client, actor = holding("security_admin")
    person = UserFactory(username="locked")
    locked("locked")
    assert "locked" in client.get(reverse("oversight:security")).content.decode()
    client.post(reverse("oversight:unlock"), {"username": "Locked"})
    assert not AccessAttempt.objects.exists()
    assert (SEEN, "directory_user", str(person.pk), actor.user_id) in reads()
    with pytest.raises(Refused, match="没有被锁定"):
        services.lockout_lift(username="locked", actor=actor)
    with pytest.raises(NotAllowed):
        services.lockout_lift(username="locked", actor=Actor(UserFactory().pk, (Held("system_admin"),)))


def signed_in(username: str) -> Client:
    user = UserFactory(username=username, is_active=True)
    user.set_password("plum-Harbour-29-lantern")
    user.save()
    client = Client()
    client.post("/accounts/login/", {"login": username, "password": "plum-Harbour-29-lantern"})
    return client


def test_a_session_that_was_ended_or_whose_account_was_closed_finds_nobody():
    security, _actor = holding("security_admin")
    _client, system = holding("system_admin")
    one, other = signed_in("one"), signed_in("other")
    assert one.get("/my/").status_code == other.get("/my/").status_code == 200
    session = UserSession.objects.get(user__username="one")
    assert security.post(reverse("oversight:end_session", args=[session.pk])).status_code == 302
    assert one.get("/my/").status_code == 302
    user = UserSession.objects.get(user__username="other").user
    directory.user_disable(user=user, reason="示例离岗", actor=system)
    assert other.get("/my/").status_code == 302
    assert not UserSession.objects.filter(user=user).exists()
    with pytest.raises(NotAllowed):
        services.session_end(session=session, actor=system)


@pytest.mark.parametrize("rows", (1, 3))
def test_the_desks_cost_the_same_however_many_there_are(rows, django_assert_max_num_queries):
    client, _actor = holding("security_admin")
    for number in range(rows):
        locked(f"locked{number}")
        Office.objects.create(user=UserFactory(), role="auditor", start=date(2020, 1, 1))
        signed_in(f"person{number}")
    client.get(reverse("oversight:security"))
    with django_assert_max_num_queries(14):
        assert client.get(reverse("oversight:security")).status_code == 200


# --- a sealing that died -------------------------------------------------------------------------


@pytest.mark.capability("C122")
def test_a_minute_without_seals_is_an_alarm_on_both_desks_and_at_the_health_address():
    seal_now(patience=PATIENCE)
    places = [holding("system_admin")[0], holding("security_admin")[0]]
    addresses = [reverse("oversight:system"), reverse("oversight:security")]
    watched = reverse("health_audit")

    def alarms() -> list[bool]:
        pages = [client.get(address) for client, address in zip(places, addresses, strict=True)]
        return ["超过 1 分钟没有封存" in page.content.decode() for page in pages]

    assert (alarms(), Client().get(watched).status_code) == ([False, False], 200)
    seal_now(patience=PATIENCE)
    with connection.cursor() as cursor:
        cursor.execute(
            'INSERT INTO kernel_auditevent (at, transaction, "table", row, operation, request) '
            "VALUES (%s, 1, 'directory_county', '1', 'UPDATE', '')",
            [timezone.now() - timedelta(seconds=61)],
        )
    late = Client().get(watched)
    assert alarms() == [True, True]
    assert (late.status_code, "nobody seals" in late.content.decode()) == (503, True)
