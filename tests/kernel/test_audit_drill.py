"""The drill of the benchmark in its short form: every way of tampering, on a small trail."""

from __future__ import annotations

import random

import pytest
from benchmarks import audit
from django.db import connection

from kechuang.kernel.audit_check import trail_check
from kechuang.kernel.audit_seals import seal_now
from kechuang.kernel.models import AuditDropped, AuditSeal

pytestmark = [pytest.mark.django_db, pytest.mark.capability("C122")]
PATIENCE = 120
DRAW = random.Random(1)  # noqa: S311 - a drill keeps no secret


def run(statement: str, *values: object) -> list[tuple] | None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else None


@pytest.fixture
def trail(monkeypatch):
    """Return the roots of a trail of some small seals."""
    monkeypatch.setattr(audit, "BATCH", 40)
    seal_now(patience=PATIENCE, batch=40)
    audit.fill(200)
    return dict(AuditSeal.objects.values_list("number", "root"))


@pytest.mark.usefixtures("trail")
def test_every_tampering_is_found_and_its_first_event_named():
    found = audit.drill(4 * len(audit.TAMPERINGS))
    assert sum(found.done.values()) >= 4 * len(audit.TAMPERINGS)
    assert (found.missed, found.misnamed) == ([], [])
    assert found.missed_without_order  # the drill has teeth: whoever forgets the order misses something


def test_the_end_cut_off_with_its_seals_is_told_by_published_roots_alone(trail):
    for table in audit.TABLES:
        run(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    first = audit.cut_with_seals(run, DRAW, list(range(200)))
    assert trail_check().fault is None
    fault = trail_check(trail).fault
    assert (fault.kind, fault.event) == ("truncated", first)


def test_an_event_whose_own_seal_was_laid_anew_breaks_the_chain_or_the_published_root(trail):
    for table in audit.TABLES:
        run(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    first, last = run("SELECT first, last FROM kernel_auditseal WHERE number = 2")[0]
    audit.resealed(run, DRAW, list(range(first + 1, last)))
    assert trail_check().fault.seal == 3
    assert (trail_check(trail).fault.kind, trail_check(trail).fault.seal) == ("published", 2)


@pytest.mark.parametrize(
    ("column", "value"),
    (("first", "first + 1"), ("last", "last + 1"), ("rows", "rows + 1"), ("root", "repeat('0', 64)")),
)
def test_a_seal_that_says_something_else_in_its_columns_is_named(trail, column, value):
    run("ALTER TABLE kernel_auditseal DISABLE TRIGGER USER")
    run(f"UPDATE kernel_auditseal SET {column} = {value} WHERE number = %s", max(trail))  # noqa: S608 - our own words
    fault = trail_check().fault
    assert (fault.seal, fault.kind in {"seal", "removed"}) == (max(trail), True)


def test_what_was_let_go_in_its_time_is_no_fault_and_a_hole_in_the_middle_is_one(trail):
    for table in audit.TABLES:
        run(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    second = AuditSeal.objects.get(number=2)
    AuditDropped.objects.create(seal=second, rows=second.rows)
    run("DELETE FROM kernel_auditevent WHERE id BETWEEN %s AND %s", second.first, second.last)
    assert trail_check().fault is not None
