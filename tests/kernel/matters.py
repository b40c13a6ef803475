"""A town whose desks hold a bit of everything: sub-tasks, reports, platforms and recognitions in many states."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.contenttypes.models import ContentType

from kechuang.directory.models import Office as OfficeRow
from kechuang.directory.models import User
from kechuang.directory.selectors import actor_for
from kechuang.kernel.access import Actor
from kechuang.kernel.models import Case
from kechuang.plan import services as plan_services
from kechuang.plan.models import Plan, ProgressReport, Responsibility
from kechuang.platforms import services
from kechuang.platforms.models import Recognition
from tests.factories import ClauseFactory, PlanFactory, UserFactory
from tests.platforms.conftest import Town, build_town, store_processes

TODAY = date.today()
ROLES = {
    "applicant": "organisation",
    "host_admin": "organisation",
    "county_officer": "county",
    "department_officer": "department",
    "department_head": "department",
    "review_secretary": "department",
    "expert": "",
    "conference_office": "",
    "leader": "",
    "registrar": "department",
    "auditor": "",
    "security_admin": "",
    "system_admin": "",
}


@dataclass
class Matters:
    """The town and one person of every role and bound, who can sign in."""

    town: Town
    people: dict[tuple[str, int], User]

    def actor(self, role: str, place: int = 0) -> Actor:
        return actor_for(user=self.people[(role, place)], on=TODAY)

    def user(self, role: str, place: int = 0) -> User:
        return self.people[(role, place)]

    def colleague(self, role: str, place: int = 0) -> User:
        """Open an account for one more person at the same desk."""
        return self.person_of(role, place)

    def person_of(self, role: str, place: int) -> User:
        units = {"organisation": self.town.hosts, "county": self.town.counties, "department": self.town.departments}
        bound = {ROLES[role]: units[ROLES[role]][place]} if ROLES[role] else {}
        user = UserFactory()
        OfficeRow.objects.create(user=user, role=role, start=date(2020, 1, 1), **bound)
        return user


def build_matters() -> Matters:
    """Put matters on the desks of two departments, two counties and two hosts."""
    store_processes()
    town = build_town()
    matters = Matters(town, {})
    for role, bound in ROLES.items():
        for place in range(2 if bound else 1):
            matters.people[(role, place)] = matters.person_of(role, place)
    for place in range(2):
        _platforms(matters, place)
        _work(matters, place)
    return matters


def _platforms(matters: Matters, place: int) -> None:
    town, department, host = matters.town, matters.town.departments[place], matters.town.hosts[place]
    officer, head = matters.actor("department_officer", place), matters.actor("department_head", place)
    kind = {"kind": town.kinds[place], "host": host, "department": department}
    town.platform(name=f"示例培育中心{place}", **kind)
    concealed = town.platform(name=f"示例不公开中心{place}", sensitive=True, **kind)
    running = town.platform(name=f"示例运行中心{place}", **kind)
    for platform, level in ((running, "municipal"), (concealed, "municipal")):
        town.recognise(platform, level)
        platform.refresh_from_db()
    services.platform_move(platform=running, step="rectify", actor=head, reason="示例整改", on=TODAY)
    waiting = services.recognition_draft(
        platform=running,
        actor=officer,
        level="provincial",
        recognised_on=date(2021, 1, 1),
        document_number="示科发〔2021〕2号",
        recognised_by="示例机关",
    )
    services.recognition_move(recognition=waiting, step="submit", actor=officer)
    services.recognition_draft(
        platform=running,
        actor=officer,
        level="national",
        recognised_on=date(2022, 1, 1),
        document_number="示科发〔2022〕3号",
        recognised_by="示例机关",
    )


def _work(matters: Matters, place: int) -> None:
    department, county = matters.town.departments[place], matters.town.counties[place]
    keeper = matters.actor("conference_office")
    officer, county_officer = matters.actor("department_officer", place), matters.actor("county_officer", place)
    plan = PlanFactory()
    Plan.objects.filter(pk=plan.pk).update(state="published")
    clause = ClauseFactory(plan=plan)
    bracket = Responsibility.objects.create(clause=clause, role="负责")
    bracket.bodies.create(part="departments", printed="市示例局", department=department)
    bracket.bodies.create(part="local", printed="各县（区）人民政府")
    clause.refresh_from_db()
    duty = plan_services.duty_add(clause=clause, actor=keeper, department=department, what=f"示例分工{place}")
    plan_services.duty_add(clause=clause, actor=keeper, county=county, what=f"示例县区分工{place}")
    plan_services.duty_step(duty=duty, step="start", actor=officer)
    texts = {"measure": "示例措施", "done": "示例完成情况"}
    month = TODAY.replace(day=1)
    one = plan_services.report_write(clause=clause, month=month, department=department, actor=officer, **texts)
    plan_services.report_write(clause=clause, month=month, county=county, actor=county_officer, **texts)
    plan_services.report_step(report=one, step="submit", actor=officer)
    before = (month - timedelta(days=1)).replace(day=1)
    done = plan_services.report_write(clause=clause, month=before, department=department, actor=officer, **texts)
    plan_services.report_step(report=done, step="submit", actor=officer)
    plan_services.report_step(report=done, step="approve", actor=keeper)


def submitted_report(place: int = 0) -> ProgressReport:
    """Return the report that waits for the joint-conference office."""
    return ProgressReport.objects.filter(state="submitted").order_by("pk")[place]


def submitted_recognition(place: int = 0) -> Recognition:
    """Return the recognition that waits for the head of a department."""
    return Recognition.objects.filter(state="submitted").order_by("pk")[place]


def case_of(obj: object) -> Case:
    """Return the case of an object, which must have one."""
    return Case.objects.get(content_type=ContentType.objects.get_for_model(obj), object_id=obj.pk)
