"""The condition of the installation as the system administrator reads it: database, jobs, seals, accounts."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Count, Max, Q
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from kechuang.directory.models import User
from kechuang.kernel.audit_sealing import Lateness, lateness
from kechuang.kernel.models import AuditSeal

LATE_JOB = timedelta(minutes=5)
IDLE = timedelta(days=90)
FAILED_SHOWN = 20
LEAST_FREE = 2 * 1024**3


@dataclass(frozen=True, slots=True)
class Condition:
    """What is measured; late ``seals`` and ``late_jobs`` are alarms."""

    version: str
    size: str
    free: int
    seals: Lateness
    last_seal: AuditSeal | None
    oldest_job: datetime | None
    people: dict[str, int]

    @property
    def late_jobs(self) -> bool:
        """Whether a job that is due has waited so long that no worker can be running."""
        return self.oldest_job is not None and timezone.now() - self.oldest_job > LATE_JOB

    @property
    def little_room(self) -> bool:
        """Whether the disk of uploads is nearly full."""
        return self.free < LEAST_FREE


def condition() -> Condition:
    """Measure everything once: nine queries."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version'), pg_size_pretty(pg_database_size(current_database()))")
        version, size = cursor.fetchone()
    due = ProcrastinateJob.objects.filter(status="todo").filter(
        Q(scheduled_at=None) | Q(scheduled_at__lte=timezone.now())
    )
    return Condition(
        version=version,
        size=size,
        free=free_bytes(Path(settings.MEDIA_ROOT)),
        seals=lateness(),
        last_seal=AuditSeal.objects.defer("entries").order_by("number").last(),
        oldest_job=_since_when(due),
        people=_people(),
    )


def free_bytes(place: Path) -> int:
    """Return the free bytes of the disk that holds ``place``, or will."""
    there = next(one for one in (place, *place.absolute().parents) if one.exists())
    return shutil.disk_usage(there).free


def _since_when(jobs: Any) -> datetime | None:
    """Return since when the oldest due job waits: its schedule, or when it was handed in."""
    row = jobs.order_by("id").values_list("scheduled_at", "pk").first()
    if row is None:
        return None
    scheduled, key = row
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(at) FROM procrastinate_events WHERE job_id = %s", [key])
        (handed_in,) = cursor.fetchone()
    found: datetime | None = scheduled or handed_in
    return found


def _people() -> dict[str, int]:
    idle = Q(last_login__lt=timezone.now() - IDLE) | Q(last_login=None, date_joined__lt=timezone.now() - IDLE)
    return User.objects.aggregate(
        active=Count("pk", filter=Q(is_active=True)),
        closed=Count("pk", filter=Q(is_active=False)),
        idle=Count("pk", filter=Q(is_active=True) & idle),
    )


def tasks() -> list[dict[str, Any]]:
    """Return each task with how many of its jobs wait, run, failed and succeeded: one query."""
    counts = {state: Count("id", filter=Q(status=state)) for state in ("todo", "doing", "failed", "succeeded")}
    rows = ProcrastinateJob.objects.values("task_name").annotate(**counts, latest=Max("id")).order_by("task_name")
    return list(rows)


def failed_jobs() -> list[ProcrastinateJob]:
    """Return the last jobs that failed for good, newest first."""
    return list(ProcrastinateJob.objects.filter(status="failed").order_by("-id")[:FAILED_SHOWN])
