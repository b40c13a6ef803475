"""The trail over every table, the seals over the trail, and what is allowed to go."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from kechuang.kernel import audit_seals, seals
from kechuang.kernel.models import AuditDropped, AuditEvent, AuditSeal
from kechuang.kernel.triggers import UNAUDITED, append_only_models, audited_models
from tests.factories import CountyFactory

pytestmark = pytest.mark.django_db
ROW, INSERT, DELETE, UPDATE, TRUNCATE = 1, 4, 8, 16, 32  # bits of pg_trigger.tgtype
PATIENCE = 120  # others test on the same cluster


def rows(sql: str, *values: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def run(sql: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def file_of(**span) -> list[bytes]:
    return list(seals.file_lines({}, audit_seals.batches(**span)))


@pytest.mark.capability("C97")
def test_every_table_is_audited_or_says_why_not():
    # A part of a divided table is that table: what holds for one holds for the other.
    whole = "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition"
    present = {name for (name,) in rows(f"{whole} AND relnamespace = 'public'::regnamespace")}
    audited = {model._meta.db_table for model in audited_models()}
    assert present - audited - set(UNAUDITED) == set()
    assert audited & set(UNAUDITED) == set()


def test_the_trigger_stands_on_every_audited_table_for_every_kind_of_change():
    laid = {
        (table, kind)
        for table, kind in rows(
            "SELECT tgrelid::regclass::text, tgtype FROM pg_trigger WHERE tgname IN ('audit', 'emptied') "
            "AND tgenabled <> 'D'"
        )
    }
    tables = {model._meta.db_table for model in audited_models()}
    assert laid == {(table, ROW | INSERT | DELETE | UPDATE) for table in tables} | {
        (table, TRUNCATE) for table in tables
    }


def test_a_raw_change_of_any_table_is_written_down():
    """Each table's own trigger is put on a bare copy, where a row needs no neighbours."""
    found = {}
    for table in sorted(model._meta.db_table for model in audited_models()):
        ((definition,),) = rows(
            "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = %s::regclass AND tgname = 'audit'", table
        )
        call = definition.partition("EXECUTE FUNCTION ")[2]
        run(  # every name is the model's own
            f'CREATE TEMP TABLE copied AS SELECT * FROM "{table}" LIMIT 0;'  # noqa: S608
            f"CREATE TRIGGER audit AFTER INSERT OR DELETE ON copied FOR EACH ROW EXECUTE FUNCTION {call};"
            "INSERT INTO copied DEFAULT VALUES; DELETE FROM copied; DROP TABLE copied"
        )
        written = AuditEvent.objects.filter(table="copied").order_by("id").values_list("operation", flat=True)
        found[table] = list(written)[-2:]
    assert found == {table: ["INSERT", "DELETE"] for table in found}


def test_emptying_a_table_is_written_down_and_evidence_cannot_be_emptied():
    run("SET LOCAL kechuang.emptying = ''")
    run("TRUNCATE kernel_savedview")
    assert list(AuditEvent.objects.filter(operation="TRUNCATE").values_list("table")) == [("kernel_savedview",)]
    kept = [AuditEvent, AuditSeal, *append_only_models()]
    for model in kept:
        with pytest.raises(DatabaseError, match=r"Append-only|referenced in a foreign"), transaction.atomic():
            run(f"TRUNCATE {model._meta.db_table}")


@pytest.mark.capability("C122")
def test_what_was_sealed_is_sound_and_any_later_touch_is_named():
    county = CountyFactory(name="示例甲县")
    county.name = "示例乙县"
    county.save()
    events = AuditEvent.objects.count()
    assert audit_seals.seal_now(patience=PATIENCE, batch=2) == events
    verdict = seals.verify(file_of())
    assert (verdict.fault, verdict.events) == (None, events)
    assert verdict.seals == AuditSeal.objects.count() == (events + 1) // 2

    last = AuditEvent.objects.latest("id")
    run("ALTER TABLE kernel_auditevent DISABLE TRIGGER append_only")
    run("""UPDATE kernel_auditevent SET after = after || '{"name": "示例丙县"}' WHERE id = %s""", last.pk)
    fault = seals.verify(file_of()).fault
    assert (fault.kind, fault.event) == ("altered", last.pk)
    run("DELETE FROM kernel_auditevent WHERE id = %s", last.pk - 1)
    assert seals.verify(file_of()).fault.kind in {"removed", "altered"}
    run("ALTER TABLE kernel_auditevent ENABLE TRIGGER append_only")


def test_sealing_again_seals_only_what_is_new():
    CountyFactory()
    audit_seals.seal_now(patience=PATIENCE)
    before = AuditSeal.objects.latest("number")
    assert audit_seals.seal_now(patience=PATIENCE) == 0
    CountyFactory()
    assert audit_seals.pending()[0] == 1
    assert audit_seals.seal_now(patience=PATIENCE) == 1
    after = AuditSeal.objects.latest("number")
    assert (after.number, after.previous, after.first) == (before.number + 1, before.root, before.last + 1)
    assert audit_seals.pending() == (0, None)


def test_an_event_slipped_in_between_sealed_ones_is_named():
    for _each in range(3):
        CountyFactory()
    middle = AuditEvent.objects.order_by("id").values_list("pk", flat=True)[1]
    run("ALTER TABLE kernel_auditevent DISABLE TRIGGER append_only")
    run("DELETE FROM kernel_auditevent WHERE id = %s", middle)
    audit_seals.seal_now(patience=PATIENCE)
    run(
        'INSERT INTO kernel_auditevent (id, at, transaction, "table", row, operation, request) OVERRIDING SYSTEM VALUE '
        "VALUES (%s, now(), 1, 'directory_county', '1', 'DELETE', '')",
        middle,
    )
    fault = seals.verify(file_of()).fault
    assert (fault.kind, fault.event) == ("inserted", middle)


def test_a_seal_cannot_be_changed_or_removed():
    CountyFactory()
    audit_seals.seal_now(patience=PATIENCE)
    for statement in ("UPDATE kernel_auditseal SET root = ''", "DELETE FROM kernel_auditseal"):
        with pytest.raises(DatabaseError, match="Append-only"), transaction.atomic():
            run(statement)


def old_event(at: datetime) -> None:
    run(
        'INSERT INTO kernel_auditevent (at, transaction, "table", row, operation, request) '
        "VALUES (%s, 1, 'directory_county', '1', 'UPDATE', '')",
        at,
    )


def test_only_sealed_events_of_more_than_half_a_year_can_go():
    long_ago = timezone.now() - timedelta(days=400)
    run("ALTER TABLE kernel_auditevent DISABLE TRIGGER append_only")
    run("DELETE FROM kernel_auditevent")  # what the migrations wrote today
    run("ALTER TABLE kernel_auditevent ENABLE TRIGGER append_only")
    old_event(long_ago)
    with pytest.raises(DatabaseError, match="Append-only"), transaction.atomic():
        run("DELETE FROM kernel_auditevent WHERE at < now() - interval '1 year'")  # not sealed
    audit_seals.seal_now(at=long_ago, patience=PATIENCE)
    CountyFactory()
    audit_seals.seal_now(patience=PATIENCE)
    with pytest.raises(ValueError, match="180"):
        audit_seals.drop_expired(days=179)
    kept = AuditSeal.objects.count()
    young = AuditEvent.objects.filter(at__gte=long_ago + timedelta(days=1)).count()

    dropped = AuditSeal.objects.order_by("number").first()
    assert audit_seals.drop_expired(days=365) == dropped.rows
    assert AuditDropped.objects.get().seal == dropped
    assert (AuditSeal.objects.count(), AuditEvent.objects.count()) == (kept, young)
    assert seals.verify(file_of()).fault is None
    assert seals.verify(file_of()).first_seal == dropped.number + 1


def test_a_span_is_taken_with_the_seals_that_hold_it():
    for days in (9, 5, 1):
        old_event(datetime(2026, 1, 10, tzinfo=UTC) - timedelta(days=days))
        audit_seals.seal_now(patience=PATIENCE)
    span = {"since": datetime(2026, 1, 4, tzinfo=UTC), "until": datetime(2026, 1, 7, tzinfo=UTC)}
    verdict = seals.verify(file_of(**span))
    assert (verdict.fault, verdict.seals, verdict.events) == (None, 1, 1)
    assert audit_seals.counted(**span) == (1, 1)
    assert file_of(since=datetime(2020, 1, 1, tzinfo=UTC), until=datetime(2020, 1, 2, tzinfo=UTC))[
        1
    ] == seals.canonical({"end": {"seals": 0, "events": 0, "root": seals.GENESIS}})
