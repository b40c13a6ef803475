"""One writer of a subject's facts at a time.

A first value has no row to lock, so the lock is on the subject itself: an advisory lock of the database that
the transaction gives back when it ends. Taken in the order of the keys when there are several.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from kechuang.facts.subjects import Subject

VAULT = 90
"""The lock's first key for an organisation's evidence; kinds of subjects use their own small numbers."""
BASE = 4_100


def lock_subjects(subjects: Iterable[Subject]) -> None:
    """Wait until nobody else writes facts of ``subjects``."""
    for kind, pk in sorted({(subject.code, subject.pk) for subject in subjects}):
        _lock(BASE + kind, pk)


def lock_vault(organisation_id: int) -> None:
    """Wait until nobody else keeps evidence of an organisation."""
    _lock(BASE + VAULT, organisation_id)


def _lock(space: int, key: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [space, key % 2**31])
