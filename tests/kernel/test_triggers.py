"""The database keeps the law: raw SQL and bulk statements are recorded, the record is kept."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from kechuang.directory.models import County
from kechuang.kernel.access import Actor
from kechuang.kernel.audit import acting_as
from kechuang.kernel.models import AuditEvent
from kechuang.kernel.triggers import audited_models
from tests.factories import CountyFactory, UserFactory

pytestmark = pytest.mark.django_db


def trail(table: str) -> list[tuple[str, str | None, str | None]]:
    events = AuditEvent.objects.filter(table=table).order_by("id")
    return [(e.operation, (e.before or {}).get("name"), (e.after or {}).get("name")) for e in events]


@pytest.mark.capability("C97")
def test_audit_records_bulk_and_raw_statements():
    county = CountyFactory(name="示例甲县")
    County.objects.filter(pk=county.pk).update(name="示例乙县")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE directory_county SET name = '示例丙县' WHERE id = %s", [county.pk])
        cursor.execute("DELETE FROM directory_county WHERE id = %s", [county.pk])

    assert trail("directory_county") == [
        ("INSERT", None, "示例甲县"),
        ("UPDATE", "示例甲县", "示例乙县"),
        ("UPDATE", "示例乙县", "示例丙县"),
        ("DELETE", "示例丙县", None),
    ]


def test_audit_names_the_person_the_connection_acts_for():
    user = UserFactory()
    with acting_as(Actor(user_id=user.pk), request="r1"):
        CountyFactory(name="示例甲县")
    CountyFactory(name="示例乙县")

    found = AuditEvent.objects.filter(table="directory_county").order_by("id").values_list("actor_id", "request")
    assert list(found) == [(user.pk, "r1"), (None, "")]


def test_audit_never_copies_a_password():
    user = UserFactory()
    user.set_password("correct horse battery staple")
    user.save()

    event = AuditEvent.objects.filter(table="directory_user").latest("id")
    assert event.operation == "UPDATE"
    assert "password" not in event.after


@pytest.mark.parametrize(
    "statement", ("UPDATE kernel_auditevent SET operation = 'NONE'", "DELETE FROM kernel_auditevent")
)
def test_audit_trail_cannot_be_changed_or_removed(statement):
    CountyFactory()
    with pytest.raises(DatabaseError, match="Append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_every_table_of_ours_carries_the_audit_trigger():
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'audit'")
        laid = {name.strip('"') for (name,) in cursor.fetchall()}
    assert laid == {model._meta.db_table for model in audited_models()}
