"""Cases follow their objects: kept equals rebuilt, every desk is what the access tables say, deadlines follow days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.utils import timezone

from kechuang.kernel import calendar_days, cases, inbox
from kechuang.kernel.calendar_days import Day, calendar, calendar_with, year_enter
from kechuang.kernel.deadlines import Shift, deadlines_with
from kechuang.kernel.desks import awaited, desks
from kechuang.kernel.models import AuditEvent, Case, CaseDesk
from kechuang.kernel.processes import process_of, processes_store
from kechuang.plan import services as plan_services
from kechuang.plan.models import Duty, ProgressReport
from kechuang.platforms import services
from kechuang.platforms.models import Platform
from kechuang.pure.process import Process
from tests.factories import CountyFactory, OrganisationFactory
from tests.kernel.matters import ROLES, build_matters, case_of, submitted_report
from tests.plan.conftest import city

pytestmark = pytest.mark.django_db


@pytest.fixture
def matters():
    calendar_days.forget()
    calendar_days.load(city())
    yield build_matters()
    calendar_days.forget()


def test_what_is_kept_is_what_a_rebuild_makes(matters):
    assert cases.cases_missing() == {"plan.Plan": 2}  # made by the factory, not by a service
    assert cases.cases_complete() == 2
    assert (cases.cases_missing(), cases.cases_differ()) == ({}, [])
    assert Case.objects.count() == sum(model._default_manager.count() for model in desks())


def test_a_rebuild_puts_right_what_was_spoilt(matters):
    cases.cases_complete()
    Case.objects.update(title="错", due_on=None)
    CaseDesk.objects.filter(role="department_head").delete()
    assert len(cases.cases_differ()) > 0
    cases.cases_rebuild()
    assert cases.cases_differ() == []


@pytest.mark.capability("C86")
def test_every_desk_holds_exactly_what_the_access_tables_put_there(matters):
    """By brute force: every object that waits for the role, may be seen and may be moved on, and nothing else."""
    cases.cases_complete()
    total = 0
    for role, place in matters.people:
        actor = matters.actor(role, place)
        found = {(type(item.obj), item.obj.pk) for item in inbox.page("todo", actor, inbox.Asked(), size=500).items}
        assert found == _by_hand(actor, role)
        total += len(found)
    assert total == 14


def _by_hand(actor, role):
    wanted = set()
    for model, desk in desks().items():
        for row in desk.access.visible(model._default_manager.all(), actor):
            process = process_of(row.process_version_id)
            waits = process.state(row.state).waits_for
            for one, steps in awaited(process, row.state).items():
                of_a_unit = bool(ROLES[role])
                may = any(desk.access.may_step(actor, step, row) for step in steps)
                if one == role and (one == waits or of_a_unit) and may:
                    wanted.add((model, row.pk))
    return wanted


def test_a_case_says_where_its_object_is(matters):
    report = submitted_report()
    case = case_of(report)
    assert (case.process, case.state, case.state_label, case.waits_for) == (
        "progress_report",
        "submitted",
        "待审定",
        "conference_office",
    )
    assert (case.department_id, case.closed) == (report.department_id, False)
    assert list(case.desks.values_list("role", "bound", "bound_id")) == [("conference_office", "city", 0)]
    assert case.due_on == calendar().add(timezone.localdate(case.since), 5)

    plan_services.report_step(report=report, step="approve", actor=matters.actor("conference_office"))
    case.refresh_from_db()
    assert (case.state_label, case.closed, case.due_on, case.ranked_on) == ("已审定", True, None, date.max)
    assert list(case.desks.all()) == []


def signed_by(matters, **wanted: object) -> Case:
    """Begin a report whose approval is signed by several, hand it in, and let one of them sign."""
    written = city().processes["progress_report"].to_dict()
    approval = next(step for step in written["steps"] if step["step"] == "approve")
    approval.update(wanted)
    processes_store([Process.from_dict(written)])
    first = submitted_report()
    officer, month = matters.actor("department_officer"), date.today().replace(day=1) - timedelta(days=70)
    texts = {"measure": "示例措施", "done": "示例完成情况"}
    report = plan_services.report_write(
        clause=first.clause, month=month, department=first.department, actor=officer, **texts
    )
    plan_services.report_step(report=report, step="submit", actor=officer)
    plan_services.report_step(report=report, step="approve", actor=matters.actor("conference_office"))
    return case_of(report)


def test_a_role_that_has_signed_waits_for_the_others(matters):
    case = signed_by(matters, by=["conference_office", "leader"], each_role=True)
    assert (case.state, list(case.desks.all())) == ("submitted", [])
    cases.cases_complete()
    assert cases.cases_differ() == []


def test_of_several_signatures_ones_own_is_told_on_the_desk(matters):
    case, keeper = signed_by(matters, quorum=2), matters.actor("conference_office")
    notes = {item.case.pk: item.note for item in inbox.page("todo", keeper, inbox.Asked()).items}
    assert notes[case.pk] == "您已签署，待他人会签"
    assert sorted(notes.values()) == ["", "", "您已签署，待他人会签"]


def test_a_matter_that_sets_its_own_day_is_due_then(matters):
    keeper, department = matters.actor("conference_office"), matters.town.departments[0]
    clause = Duty.objects.first().clause
    due = date.today() + timedelta(days=40)
    duty = plan_services.duty_add(clause=clause, actor=keeper, department=department, what="示例限期", due_on=due)
    case = case_of(duty)
    assert (case.due_on, case.ranked_on, case.clock_from) == (due, due, None)
    plan_services.duty_change(duty=duty, actor=keeper, due_on=None)
    case.refresh_from_db()
    assert (case.due_on, case.warn_on) == (None, date.max)


def test_a_shared_step_puts_a_countys_draft_on_the_countys_desk(matters):
    draft = ProgressReport.objects.filter(county=matters.town.counties[0]).get()
    assert list(case_of(draft).desks.values_list("role", "bound", "bound_id")) == [
        ("county_officer", "county", matters.town.counties[0].pk)
    ]


def test_a_case_is_gone_with_its_object_however_it_is_removed(matters):
    duty = Duty.objects.filter(county=matters.town.counties[0]).get()
    case = case_of(duty)
    plan_services.duty_remove(duty=duty, actor=matters.actor("conference_office"))
    other = Duty.objects.filter(county=matters.town.counties[1]).get()
    gone = case_of(other)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM plan_duty WHERE id = %s", [other.pk])
    assert list(Case.objects.filter(pk__in=[case.pk, gone.pk])) == []


def test_a_platform_that_changes_hands_changes_desks_and_names(matters):
    platform = Platform.objects.filter(state="rectifying").order_by("pk").first()
    officer = matters.actor("department_officer")
    host = OrganisationFactory(county=CountyFactory())
    assert [(d.role, d.bound_id) for d in case_of(platform).desks.all()] == [("host_admin", matters.town.hosts[0].pk)]
    services.platform_change(
        platform=platform, on=date.today(), actor=officer, reason="示例", host=host, name="示例新名"
    )
    case = case_of(platform)
    assert [(d.role, d.bound_id) for d in case.desks.all()] == [("host_admin", host.pk)]
    assert (case.title, case.organisation_id, case.county_id) == ("示例新名", host.pk, host.county_id)


def test_a_failed_act_leaves_the_case_where_it_was(matters):
    report = submitted_report()
    before = Case.objects.filter(pk=case_of(report).pk).values().get()
    with pytest.raises(Exception, match="理由"):
        plan_services.report_step(report=report, step="return", actor=matters.actor("conference_office"))
    assert Case.objects.filter(pk=before["id"]).values().get() == before


def aged(case: Case, working_days: int) -> None:
    """Let a case have come so many working days ago, as its entry and its moves say."""
    day = date.today()
    while calendar().between(day, date.today()) < working_days:
        day -= timedelta(days=1)
    at = timezone.make_aware(timezone.datetime(day.year, day.month, day.day, 9))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE kernel_move SET taken_at = %s WHERE content_type_id = %s AND object_id = %s",
            [at, case.content_type_id, case.object_id],
        )
        cursor.execute("SET LOCAL session_replication_role = origin")
    Case.objects.filter(pk=case.pk).update(begun_at=at)
    cases.cases_keep(case.content_type.model_class(), [case.object_id])


@pytest.mark.parametrize(("days", "light"), ((0, "normal"), (2, "normal"), (4, "due_soon"), (6, "overdue")))
def test_lights_are_asked_of_the_database(matters, days, light):
    aged(case_of(submitted_report()), days)
    actor = matters.actor("conference_office")
    one = case_of(submitted_report()).pk
    found = [
        name
        for name in ("overdue", "due_soon", "normal", "none")
        if one in [row.case.pk for row in inbox.page("todo", actor, inbox.Asked(light=name)).items]
    ]
    assert found == [light]


@pytest.mark.capability("C88")
def test_a_changed_year_moves_the_deadlines_and_the_audit_trail_knows(matters):
    case = case_of(submitted_report())
    due = case.due_on
    days = [*_rows(due.year), Day(due, works=False, name="示例停工")]
    assert Shift(due, calendar_with(due.year, days).on_or_after(due), 2) in deadlines_with(
        calendar_with(due.year, days)
    )
    notice = year_enter(
        year=due.year,
        days=days,
        source="示例放假通知",
        version=calendar_days.calendar_version(),
        actor=matters.actor("system_admin"),
    )
    case.refresh_from_db()
    assert case.due_on == calendar().on_or_after(due + timedelta(days=1))
    assert notice.moved == Case.objects.exclude(due_on=None).filter(due_on=case.due_on).count()
    event = AuditEvent.objects.filter(table="kernel_case", row=str(case.pk)).latest("id")
    assert (event.before["due_on"], event.after["due_on"]) == (due.isoformat(), case.due_on.isoformat())
    cases.cases_complete()
    assert cases.cases_differ() == []


def _rows(year: int) -> list[Day]:
    return [Day(row.day, row.works, row.name) for row in calendar_days.year_days(year).values()]


def test_following_one_move_costs_a_dozen_questions(matters, django_assert_num_queries):
    report = submitted_report()
    cases.cases_keep(ProgressReport, [report.pk])
    with django_assert_num_queries(9):
        cases.cases_keep(ProgressReport, [report.pk])


def test_a_model_without_a_desk_has_no_cases(matters):
    kinds = {ContentType.objects.get_for_model(model).pk for model in desks()}
    assert set(Case.objects.values_list("content_type", flat=True)) <= kinds
