"""Fresh proof for every step that decides: told by the processes, held to wherever the step is taken."""

from __future__ import annotations

import re
import time
from datetime import date
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from kechuang.catalogue.loading import installed_root, load
from kechuang.catalogue.whole import Catalogue
from kechuang.directory.models import Office
from kechuang.kernel.access import Actor
from kechuang.kernel.access import Office as Held
from kechuang.kernel.processes import processes_store
from kechuang.plan import services
from kechuang.plan.models import Plan, ProgressReport, Responsibility
from kechuang.pure.process import Process, Step
from kechuang.site.deciding import BRINGS, PREPARES, decides, deciding_names
from tests.factories import ClauseFactory, DepartmentFactory, PlanFactory, UserFactory

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
PASSWORD = "plum-Harbour-29-lantern"
# What was known to decide before the processes were asked, by process and step.
KNOWN = {
    ("recognition", "publish"),
    ("recognition", "approve"),
    ("recognition", "reject"),
    ("recognition", "refuse"),
    ("recognition_record", "enact"),
    ("recognition_record", "void"),
    ("platform_life", "revoke"),
    ("platform_life", "deregister"),
    ("platform_life", "lift"),
    ("platform_life", "reinstate"),
    ("evaluation", "grade"),
    ("evaluation", "regrade"),
    ("evaluation", "uphold"),
    ("expert_entry", "remove"),
    ("hearing", "decide"),
    ("objection", "dismiss"),
    ("progress_report", "approve"),
    ("review_round", "decide"),
    ("score_sheet", "sign"),
    ("plan_publication", "publish"),
}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load(installed_root(), "anshun")


@pytest.fixture
def report(db, catalogue) -> ProgressReport:
    """Return a report that waits to be approved."""
    processes_store(catalogue.processes.values())
    department = DepartmentFactory(name="示例科技局")
    plan = PlanFactory()
    Plan.objects.filter(pk=plan.pk).update(state="published")
    clause = ClauseFactory(plan=plan)
    bracket = Responsibility.objects.create(clause=clause, role="负责")
    bracket.bodies.create(part="departments", printed="市示例科技局", department=department)
    clause.refresh_from_db()
    officer = Actor(
        UserFactory().pk, (Held("department_officer", department_id=department.pk),), today=date(2022, 7, 9)
    )
    texts = {"measure": "示例措施", "done": "示例完成"}
    made = services.report_write(clause=clause, month=date(2022, 6, 1), department=department, actor=officer, **texts)
    return services.report_step(report=made, step="submit", actor=officer)


@pytest.fixture
def office(db, settings) -> Client:
    """Return the conference's office, signed in with a proof that is too old."""
    settings.KECHUANG_CONFIRM_SECONDS = settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
    user = UserFactory(username="lianxi")
    user.set_password(PASSWORD)
    user.save()
    Office.objects.create(user=user, role="conference_office", start=date(2020, 1, 1))
    client = Client()
    client.post("/accounts/login/", {"login": "lianxi", "password": PASSWORD})
    session = client.session
    proofs = session["account_authentication_methods"]
    session["account_authentication_methods"] = [{**each, "at": time.time() - 901} for each in proofs]
    session.save()
    return client


@pytest.mark.capability("C97")
@pytest.mark.parametrize("by_htmx", (False, True))
def test_a_step_that_decides_is_undone_without_a_fresh_proof_and_stands_with_one(office, report, by_htmx):
    address, page = reverse("plan:report_step", args=[report.pk]), reverse("plan:report", args=[report.pk])
    headers = {"referer": f"http://testserver{page}"} | ({"hx-request": "true"} if by_htmx else {})
    asked = office.post(address, {"step": "approve"}, headers=headers)
    way = asked["HX-Redirect"] if by_htmx else asked.url
    assert (asked.status_code, way) == (
        204 if by_htmx else 302,
        f"/accounts/reauthenticate/?next={page.replace('/', '%2F')}",
    )
    assert ProgressReport.objects.get(pk=report.pk).state == "submitted"
    assert "请先验证身份" in office.get(way).content.decode()
    office.post(way, {"password": PASSWORD})
    office.post(address, {"step": "approve"})
    assert ProgressReport.objects.get(pk=report.pk).state == "approved"


def test_what_was_typed_waits_for_the_proof_and_is_offered_whole(office, report):
    address = reverse("plan:report_step", args=[report.pk])
    typed = {"step": "return", "reason": "示例理由：<第二段>请补充\n数据"}
    way = office.post(address, typed).url
    assert ProgressReport.objects.get(pk=report.pk).state == "submitted"
    page = office.post(way, {"password": PASSWORD}).content.decode()
    again = {name: unescape(value) for name, value in HIDDEN.findall(page) if name in typed}
    assert again == typed
    assert f'action="{address}"' in page
    office.post(address, again)
    assert ProgressReport.objects.get(pk=report.pk).state == "draft"
    assert office.get("/").status_code == 200
    assert "account_reauthentication_state" not in office.session


def test_a_step_that_prepares_needs_none_and_jobs_are_not_asked(office, report):
    officer = Actor(report.author_id, (Held("department_officer", department_id=report.department_id),))
    services.report_step(report=report, step="withdraw", actor=officer)
    keeper = Actor(UserFactory().pk, (Held("conference_office"),))
    services.report_step(
        report=services.report_step(report=report, step="submit", actor=officer), step="approve", actor=keeper
    )
    assert ProgressReport.objects.get(pk=report.pk).state == "approved"


@pytest.mark.django_db
def test_every_step_that_was_known_to_decide_is_told_by_its_process(catalogue):
    processes_store(catalogue.processes.values())
    told = {(one.name, step.name) for one in catalogue.processes.values() for step in one.steps if decides(one, step)}
    assert KNOWN - told == set()
    assert {name for _process, name in told} == deciding_names()
    assert told != {(one.name, step.name) for one in catalogue.processes.values() for step in one.steps}


def test_an_office_nobody_thought_of_decides_and_every_known_one_is_an_office(catalogue):
    (process,) = (one for one in catalogue.processes.values() if one.name == "plan_duty")
    step = next(one for one in process.steps if one.name == "start")
    assert not decides(process, Step("start", step.sources, step.target, ("county_officer",), "开始"))
    assert decides(process, Step("start", step.sources, step.target, ("county_officer", "mayor"), "开始"))
    assert {role.code for role in catalogue.roles} >= BRINGS | PREPARES


@pytest.mark.parametrize(
    ("by", "target", "does", "expected"),
    (
        (("county_officer",), "done", (), True),
        (("applicant", "county_officer"), "done", (), False),
        (("county_officer",), "open", (), False),
        (("county_officer",), "open", ("decide",), True),
    ),
)
def test_ending_a_matter_or_binding_somebody_is_deciding(by, target, does, expected):
    process = Process.from_dict(
        {
            "process": "example",
            "label": "示例",
            "states": {"open": {"label": "在办"}, "done": {"label": "办结", "final": True}},
            "steps": [{"step": "go", "label": "办", "from": "open", "to": "done", "by": "county_officer"}],
        }
    )
    assert decides(process, Step("go", ("open",), target, by, "办", does=does)) is expected
