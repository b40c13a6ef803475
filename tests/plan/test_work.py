"""Sub-tasks, reports, approval, and months that nothing changes any more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from kechuang.directory.models import County, Department
from kechuang.kernel.access import Actor
from kechuang.kernel.errors import NotAllowed, Refused, Stale
from kechuang.kernel.inbox import waiting_for
from kechuang.kernel.models import Move
from kechuang.plan import services
from kechuang.plan.models import Clause, Duty, PeriodLock, Plan, ProgressReport, Responsibility, Target
from kechuang.plan.selectors import work
from tests.factories import ClauseFactory, CountyFactory, DepartmentFactory, IndicatorFactory, PlanFactory
from tests.plan.conftest import Register

pytestmark = pytest.mark.usefixtures("processes")
JUNE = date(2022, 6, 1)
TEXTS = {"measure": "示例措施", "done": "示例完成情况"}


@pytest.fixture
def department() -> Department:
    return DepartmentFactory(name="示例科技局")


@pytest.fixture
def county() -> County:
    return CountyFactory(name="示例甲县")


@pytest.fixture
def clause(department: Department) -> Clause:
    """A published task that names the department and the counties."""
    plan = PlanFactory()
    Plan.objects.filter(pk=plan.pk).update(state="published")
    row = ClauseFactory(plan=plan)
    bracket = Responsibility.objects.create(clause=row, role="负责")
    bracket.bodies.create(part="departments", printed="市示例科技局", department=department)
    bracket.bodies.create(part="local", printed="各县（区）人民政府")
    row.refresh_from_db()
    return row


@pytest.fixture
def officer(actor_of: Callable[..., Actor], department: Department) -> Actor:
    return actor_of("department_officer", department=department)


@pytest.fixture
def report(clause: Clause, officer: Actor, department: Department) -> ProgressReport:
    return services.report_write(clause=clause, month=JUNE, department=department, actor=officer, **TEXTS)


def approved(report: ProgressReport, officer: Actor, keeper: Actor) -> ProgressReport:
    services.report_step(report=report, step="submit", actor=officer)
    return services.report_step(report=report, step="approve", actor=keeper)


@pytest.mark.capability("C2")
def test_a_duty_goes_its_way_and_past_days_keep_their_state(
    clause: Clause, officer: Actor, keeper: Actor, department: Department, stranger: Actor
) -> None:
    with pytest.raises(NotAllowed):
        services.duty_add(clause=clause, actor=officer, department=department, what="示例分工")
    duty = services.duty_add(
        clause=clause, actor=keeper, department=department, what="示例分工", due_on=date(2022, 12, 31)
    )
    with pytest.raises(NotAllowed):
        services.duty_step(duty=duty, step="start", actor=stranger)
    services.duty_step(duty=duty, step="start", actor=officer)
    services.duty_step(duty=duty, step="finish", actor=officer)
    with pytest.raises(NotAllowed):
        services.duty_step(duty=duty, step="reopen", actor=officer, reason="示例")
    with pytest.raises(Refused, match="理由"):
        services.duty_step(duty=duty, step="reopen", actor=keeper)
    taken = timezone.localdate(Move.objects.filter(process="plan_duty").latest("id").taken_at)
    assert work.duty_states(duties=[duty], on=taken) == {duty.pk: "done"}
    assert work.duty_states(duties=[duty], on=date(2020, 1, 1)) == {duty.pk: "todo"}


def test_a_duty_is_somebodys_and_written_once(clause: Clause, keeper: Actor, department: Department) -> None:
    with pytest.raises(Refused, match="落到部门或县区"):
        services.duty_add(clause=clause, actor=keeper, what="示例分工")
    duty = services.duty_add(clause=clause, actor=keeper, department=department, what="示例分工")
    with pytest.raises(Refused, match="已经写过"):
        services.duty_add(clause=clause, actor=keeper, department=department, what="示例分工")
    services.duty_change(duty=duty, actor=keeper, what="示例新分工")
    services.duty_step(duty=duty, step="start", actor=keeper)
    with pytest.raises(Refused, match="不能删除"):
        services.duty_remove(duty=duty, actor=keeper)
    assert Duty.objects.get().what == "示例新分工"


def test_clauses_stand_by_their_duties_and_reports(
    clause: Clause, keeper: Actor, officer: Actor, department: Department, report: ProgressReport
) -> None:
    on = date(2022, 7, 15)
    assert work.clause_standings(clauses=[clause], on=on)[0].state == "todo"
    approved(report, officer, keeper)
    [standing] = work.clause_standings(clauses=[clause], on=on)
    assert (standing.state, standing.reason) == ("doing", "尚未分解到单位；已审定进展 1 份，最近 2022 年 6 月")
    services.duty_add(clause=clause, actor=keeper, department=department, what="示例", due_on=date(2022, 7, 1))
    assert work.clause_standings(clauses=[clause], on=on)[0].state == "overdue"
    assert work.clause_standings(clauses=[clause], on=date(2022, 6, 15))[0].state == "due_soon"


@pytest.mark.capability("C9")
@pytest.mark.capability("C10")
def test_a_report_is_written_handed_in_and_approved(
    report: ProgressReport, officer: Actor, keeper: Actor, clause: Clause, register: Register
) -> None:
    register.holds("centres", ("2020-01-01", "national"), ("2022-06-30", "provincial"), ("2022-07-01", "provincial"))
    indicator = IndicatorFactory(plan=clause.plan, code="centres", name="示例技术中心")
    indicator.bodies.create(printed="市示例科技局", department=report.department)
    Target.objects.create(indicator=indicator, year=2022, value=3)

    services.report_change(report=report, actor=officer, **{**TEXTS, "problem": "示例问题"})
    services.report_step(report=report, step="submit", actor=officer)
    with pytest.raises(Refused, match="不能改动"):
        services.report_change(report=report, actor=officer, **TEXTS)
    with pytest.raises(NotAllowed):
        services.report_step(report=report, step="approve", actor=officer)
    services.report_step(report=report, step="approve", actor=keeper)

    report.refresh_from_db()
    assert (report.state, report.problem) == ("approved", "示例问题")
    assert [(row["name"], row["value"], row["on"]) for row in report.figures] == [("示例技术中心", "2", "2022-06-30")]
    assert work.figures_sentence(report.figures) == (
        "据登记库，截至 2022-06-30：示例技术中心 2（国家级1、省级1） 个（2022 年末目标 3 个）。"
    )


def test_reporting_is_refused(
    clause: Clause, officer: Actor, department: Department, stranger: Actor, actor_of: Callable[..., Actor]
) -> None:
    other = DepartmentFactory()
    neighbour = actor_of("department_officer", department=other)
    for actor, values, error, sentence in (
        (stranger, {"department": department, "month": JUNE}, NotAllowed, "岗位"),
        (officer, {"department": other, "month": JUNE}, Refused, "没有点名这个单位"),
        (officer, {"department": department, "month": date(2022, 8, 1)}, Refused, "还没有到这个月"),
        (neighbour, {"department": department, "month": JUNE}, NotAllowed, "不在其内"),
    ):
        with pytest.raises(error, match=sentence):
            services.report_write(clause=clause, actor=actor, **TEXTS, **values)
    assert not ProgressReport.objects.exists()


def test_an_empty_report_is_not_handed_in(clause: Clause, officer: Actor, department: Department) -> None:
    report = services.report_write(clause=clause, month=JUNE, department=department, actor=officer)
    with pytest.raises(Refused, match="请先填写：措施、完成情况"):
        services.report_step(report=report, step="submit", actor=officer)
    with pytest.raises(Refused, match="已有一份进展"):
        services.report_write(clause=clause, month=JUNE, department=department, actor=officer)


def test_a_county_reports_on_its_own(
    clause: Clause, county: County, actor_of: Callable[..., Actor], report: ProgressReport
) -> None:
    officer = actor_of("county_officer", county=county)
    mine = services.report_write(clause=clause, month=JUNE, county=county, actor=officer, **TEXTS)
    assert list(work.reports_for(actor=officer)) == [mine]
    with pytest.raises(NotAllowed):
        services.report_change(report=report, actor=officer, **TEXTS)


def test_nothing_of_a_locked_month_changes(
    report: ProgressReport, officer: Actor, keeper: Actor, actor_of: Callable[..., Actor]
) -> None:
    clause, county = report.clause, CountyFactory()
    code = clause.plan.code
    services.report_step(report=report, step="submit", actor=officer)
    with pytest.raises(Refused, match="1 份进展待审定"):
        services.period_lock(code=code, month=JUNE, actor=keeper)
    services.report_step(report=report, step="approve", actor=keeper)
    with pytest.raises(NotAllowed):
        services.period_lock(code=code, month=JUNE, actor=officer)
    lock = services.period_lock(code=code, month=JUNE, actor=keeper)
    report.refresh_from_db()
    assert report.state == "locked"
    with pytest.raises(Stale):
        services.period_lock(code=code, month=JUNE, actor=keeper)

    with pytest.raises(Refused, match="已经锁定"):
        services.report_step(report=report, step="reopen", actor=keeper, reason="示例")
    newcomer = actor_of("county_officer", county=county)
    with pytest.raises(Refused, match="已经锁定"):
        services.report_write(clause=clause, month=JUNE, county=county, actor=newcomer, **TEXTS)

    with pytest.raises(NotAllowed):
        services.period_unlock(lock=lock, actor=officer, reason="示例")
    with pytest.raises(Refused, match="须写明理由"):
        services.period_unlock(lock=lock, actor=keeper, reason=" ")
    services.period_unlock(lock=lock, actor=keeper, reason="示例更正")
    services.report_step(report=report, step="reopen", actor=keeper, reason="示例更正")
    assert (report.state, PeriodLock.objects.get().reason) == ("draft", "示例更正")


@pytest.mark.parametrize(
    "statement",
    (
        "UPDATE plan_progressreport SET done = '改写'",
        "UPDATE plan_progressreport SET month = '2022-05-01'",
        "DELETE FROM plan_progressreport",
        "DELETE FROM plan_periodlock",
        "UPDATE plan_periodlock SET month = '2022-05-01'",
    ),
)
def test_the_database_itself_keeps_a_locked_month(
    statement: str, report: ProgressReport, officer: Actor, keeper: Actor, clause: Clause
) -> None:
    approved(report, officer, keeper)
    services.period_lock(code=clause.plan.code, month=JUNE, actor=keeper)
    with pytest.raises(DatabaseError, match="Locked period"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    report.refresh_from_db()
    assert (report.done, report.month) == (TEXTS["done"], JUNE)


def test_drafts_are_seen_by_their_unit_and_the_office_only(
    report: ProgressReport, officer: Actor, keeper: Actor, actor_of: Callable[..., Actor], county: County
) -> None:
    def seen(actor: Actor) -> int:
        return work.reports_for(actor=actor).count()

    neighbour = actor_of("county_officer", county=county)
    assert [seen(officer), seen(keeper), seen(neighbour), seen(actor_of("expert"))] == [1, 1, 0, 0]
    approved(report, officer, keeper)
    assert [seen(officer), seen(keeper), seen(neighbour), seen(actor_of("expert"))] == [1, 1, 1, 0]


@pytest.mark.parametrize("number", (1, 3))
def test_standings_cost_the_same_queries_for_any_number(
    clause: Clause, keeper: Actor, department: Department, number: int, django_assert_num_queries: Any
) -> None:
    clauses = [clause, *ClauseFactory.create_batch(number - 1, plan=clause.plan)]
    for row in clauses:
        services.duty_add(clause=row, actor=keeper, department=department, what="示例")
    work.clause_standings(clauses=clauses, on=JUNE)
    with django_assert_num_queries(1):
        standings = work.clause_standings(clauses=clauses, on=JUNE)
    assert [row.state for row in standings] == ["todo"] * number


def test_what_waits_lies_on_the_right_desk(report: ProgressReport, officer: Actor, keeper: Actor) -> None:
    def titles(actor: Actor) -> list[tuple[str, str]]:
        return [(item.title, item.state) for item in waiting_for(actor)]

    named = f"2022-06 · 示例科技局 · {report.clause}"
    assert (titles(officer), titles(keeper)) == ([(named, "填报中")], [])
    services.report_step(report=report, step="submit", actor=officer)
    assert (titles(officer), titles(keeper)) == ([], [(named, "待审定")])
