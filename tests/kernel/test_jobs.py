"""A job whose worker died is begun again, and one whose worker lives is left alone."""

from __future__ import annotations

import asyncio

import pytest
from django.db import connection
from procrastinate.contrib.django import app

from kechuang.kernel import jobs


def doing(heartbeat: str) -> int:
    """Store a job in the hands of a worker that was last heard of ``heartbeat`` ago; return its number."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - %s::interval) RETURNING id", [heartbeat]
        )
        (worker,) = cursor.fetchone()
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status, worker_id, attempts)"
            " VALUES ('default', 'kechuang.kernel.jobs.clear_sessions', 'doing', %s, 1) RETURNING id",
            [worker],
        )
        (job,) = cursor.fetchone()
    return job


def status(job: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT status::text FROM procrastinate_jobs WHERE id = %s", [job])
        return cursor.fetchone()[0]


async def rescued() -> int:
    working = app.with_connector(app.connector.get_worker_connector())
    async with working.open_async():
        context = type("Context", (), {"app": working})()
        return await jobs.rescue_stalled.func(context, 0)


@pytest.mark.django_db(transaction=True)
def test_only_the_dead_workers_job_is_begun_again():
    dead, alive = doing("5 minutes"), doing("1 second")
    assert asyncio.run(rescued()) == 1
    assert (status(dead), status(alive)) == ("todo", "doing")


def test_housekeeping_is_known_to_the_worker():
    assert {"kechuang.kernel.jobs.rescue_stalled", "kechuang.kernel.jobs.clear_sessions"} <= set(app.tasks)
