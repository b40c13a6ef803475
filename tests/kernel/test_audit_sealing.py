"""Sealing beside the jobs: how soon, what holds it up, and when it counts as dead."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.utils import timezone

from kechuang.kernel import audit_sealing
from kechuang.kernel.audit_sealing import Lateness, lateness, sealing, something_waits
from kechuang.kernel.models import AuditEvent, AuditSeal
from tests.factories import CountyFactory

PATIENCE = 60
EVERY = 0.1
GOAL = 5.0


def until(met, seconds: float = PATIENCE) -> None:
    """Wait until ``met`` says so; others test on the same cluster and may hold a seal up."""
    end = time.monotonic() + seconds
    while not met() and time.monotonic() < end:
        time.sleep(0.05)
    assert met()


@pytest.mark.capability("C122")
@pytest.mark.django_db(transaction=True)
def test_what_is_committed_is_sealed_within_moments_and_at_the_end():
    lags = []
    with sealing(every=EVERY):
        for _each in range(3):
            CountyFactory()
            committed = time.monotonic()
            until(lambda: not something_waits())
            lags.append(time.monotonic() - committed)
        CountyFactory()
    assert something_waits() is False  # the last is sealed on the way out
    assert sorted(lags)[1] < GOAL * EVERY / audit_sealing.EVERY_SECONDS + 1
    assert sum(AuditSeal.objects.values_list("rows", flat=True)) == AuditEvent.objects.count()


@pytest.mark.django_db(transaction=True)
def test_a_lost_connection_costs_one_turn_and_no_event():
    with sealing(every=EVERY):
        CountyFactory()
        until(lambda: not something_waits())
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        CountyFactory()
        until(lambda: not something_waits())


@pytest.mark.django_db
def test_it_is_late_after_a_minute_and_says_whether_a_long_writing_explains_it():
    now = timezone.now()
    minute, fresh = now - timedelta(seconds=61), now - timedelta(seconds=59)
    found = [Lateness(1, oldest, writing) for oldest in (None, fresh, minute) for writing in (None, fresh, minute)]
    assert [one.is_late for one in found] == [False] * 6 + [True] * 3
    assert [one.is_held_up for one in found] == [False] * 8 + [True]


@pytest.mark.django_db
def test_who_writes_without_end_is_seen_and_who_reads_is_not():
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN; SELECT 1")
            assert lateness().writing_since is None
            cursor.execute("SELECT pg_current_xact_id(), now()")
            begun = cursor.fetchone()[1]
            assert lateness().writing_since == begun
            cursor.execute("ROLLBACK")
    finally:
        other.close()
