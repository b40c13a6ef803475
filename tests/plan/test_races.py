"""Two officers at once: one act, one sentence."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date

import pytest
from django.db import connections

from kechuang.kernel.access import Actor, Office
from kechuang.kernel.errors import Refused
from kechuang.kernel.processes import processes_store
from kechuang.plan import services
from kechuang.plan.models import PeriodLock, Plan, ProgressReport, Responsibility
from kechuang.pure.plans import read_text
from tests.factories import ClauseFactory, DepartmentFactory, PlanFactory, UserFactory
from tests.plan.conftest import TODAY, city
from tests.plan.text import CORRECTED, PLAN

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def stored() -> None:
    processes_store(city().processes.values())


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Run ``acts`` at the same time; return what each answered: "" or its refusal."""
    answers = ["?"] * len(acts)
    gate = threading.Barrier(len(acts))

    def run(place: int, act: Callable[[], object]) -> None:
        gate.wait()
        try:
            act()
            answers[place] = ""
        except Refused as refusal:
            answers[place] = str(refusal)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place, act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def keeper() -> Actor:
    return Actor(user_id=UserFactory().pk, offices=(Office("conference_office"),), today=TODAY)


def test_two_drafts_published_at_once_leave_one_in_force() -> None:
    actor = keeper()
    first = services.plan_import(reading=read_text(PLAN), actor=actor)
    second = services.plan_import(reading=read_text(CORRECTED), actor=actor)
    for draft in (first, second):
        services.findings_settle(plan=draft, actor=actor)
    answers = at_once(
        lambda: services.plan_publish(plan=first, actor=actor), lambda: services.plan_publish(plan=second, actor=actor)
    )
    assert answers == ["", ""]
    assert sorted(Plan.objects.values_list("state", flat=True)) == ["published", "superseded"]


def test_one_draft_published_twice_at_once_is_published_once() -> None:
    actor = keeper()
    draft = services.plan_import(reading=read_text(PLAN), actor=actor)
    services.findings_settle(plan=draft, actor=actor)

    def publish() -> None:
        services.plan_publish(plan=Plan.objects.get(pk=draft.pk), actor=actor)

    answers = at_once(publish, publish)
    assert (min(answers), max(answers) != "") == ("", True)
    assert Plan.objects.get().state == "published"


def test_a_report_handed_in_while_the_month_is_closed_is_in_or_out_but_never_lost() -> None:
    month, department, plan = date(2022, 6, 1), DepartmentFactory(), PlanFactory()
    clause = ClauseFactory(plan=plan)
    bracket = Responsibility.objects.create(clause=clause)
    bracket.bodies.create(part="departments", printed="示例局", department=department)
    office = Office("department_officer", department_id=department.pk)
    officer, closer = Actor(user_id=UserFactory().pk, offices=(office,), today=TODAY), keeper()

    def hand_in() -> None:
        services.report_write(
            clause=clause, month=month, department=department, actor=officer, measure="示例", done="示例"
        )

    answers = at_once(hand_in, lambda: services.period_lock(code=plan.code, month=month, actor=closer))
    assert answers[1] == ""
    assert ProgressReport.objects.count() == (0 if answers[0] else 1)
    assert PeriodLock.objects.filter(unlocked_at=None).count() == 1


def test_two_imports_of_one_plan_get_two_versions() -> None:
    actor = keeper()
    services.plan_import(reading=read_text(PLAN), actor=actor)
    answers = at_once(
        lambda: services.plan_import(reading=read_text(PLAN), actor=actor),
        lambda: services.plan_import(reading=read_text(CORRECTED), actor=actor),
    )
    assert answers == ["", ""]
    assert sorted(Plan.objects.values_list("version", flat=True)) == [1, 2, 3]


def test_one_report_begun_twice_at_once_is_begun_once() -> None:
    department, clause = DepartmentFactory(), ClauseFactory()
    bracket = Responsibility.objects.create(clause=clause)
    bracket.bodies.create(part="departments", printed="示例局", department=department)
    office = Office("department_officer", department_id=department.pk)
    officer = Actor(user_id=UserFactory().pk, offices=(office,), today=TODAY)

    def begin() -> None:
        services.report_write(clause=clause, month=date(2022, 6, 1), department=department, actor=officer)

    answers = at_once(begin, begin)
    assert sorted(map(bool, answers)) == [False, True]
    assert ProgressReport.objects.count() == 1
