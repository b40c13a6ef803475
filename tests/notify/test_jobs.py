"""The worker is woken by a step that is committed, once; its jobs tell, send and sum up."""

from __future__ import annotations

from datetime import date

import pytest
from django.core import mail
from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from kechuang.notify import jobs
from kechuang.notify.models import Announcement, Message
from kechuang.platforms import services
from tests.contract.test_hostile import QUERIES, SAID
from tests.notify.conftest import acting, notice, person


@pytest.fixture
def nobody_asked(db) -> None:
    """Forget jobs that tests with transactions of their own have left behind: nobody clears that table."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE queueing_lock = %s", [jobs.SPEAK])


def asked() -> int:
    return ProcrastinateJob.objects.filter(queueing_lock=jobs.SPEAK, status="todo").count()


def test_the_jobs_are_known_to_the_worker():
    names = {f"kechuang.notify.jobs.{name}" for name in ("speak", "sum_up", "settle")}
    assert names <= set(app.tasks)
    assert names <= {periodic.task.name for periodic in app.periodic_registry.periodic_tasks.values()}


def test_a_worker_is_woken_once_by_what_is_committed(nobody_asked, django_capture_on_commit_callbacks):
    li = person()
    for number in range(3):
        with django_capture_on_commit_callbacks(execute=True):
            notice(li, key=f"k{number}")
    assert asked() == 1


def test_nobody_is_woken_by_what_was_rolled_back(nobody_asked, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(RuntimeError), transaction.atomic():
        notice(person())
        raise RuntimeError
    assert (asked(), Message.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_one_job_tells_and_sends(town, department):
    officer, head = (person(role, department=department) for role in ("department_officer", "department_head"))
    recognition = services.recognition_draft(
        platform=town.platform(),
        actor=acting(officer),
        level="municipal",
        recognised_on=date(2019, 1, 1),
        document_number="示科发〔2019〕1号",
        recognised_by="示例机关",
    )
    services.recognition_move(recognition=recognition, step="submit", actor=acting(officer))
    assert jobs.speak.func() == 1
    assert [one.to for one in mail.outbox] == [[head.email]]
    assert not Announcement.objects.filter(spread_at=None).exists()
    notice(officer, urgent=False)
    assert [jobs.sum_up.func(), jobs.speak.func(), jobs.settle.func()] == [1, 1, 0]
    assert mail.outbox[-1].to == [officer.email]


@pytest.mark.django_db
def test_whatever_is_typed_into_an_address_is_answered(client):
    admin = person("system_admin")
    notice(admin)
    client.force_login(admin)
    pages = ("/messages/", "/messages/deliveries/", "/messages/preferences/%00/", "/messages/99999999999999999999/")
    asked_for = [f"{page}?{query}" for page in pages for query in (*QUERIES, "unread=2", "unread=%00", "kind=x")]
    assert [path for path in asked_for if client.get(path).status_code not in SAID] == []
