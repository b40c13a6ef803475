"""Pages: who sees what, what a stranger gets, and that nothing typed is lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kechuang.directory.models import Department, Office
from kechuang.kernel.access import Actor
from kechuang.plan import services, serving
from kechuang.plan.models import Plan, ProgressReport
from kechuang.plan.serving import Served
from kechuang.pure.plans import read_text
from tests.factories import CountyFactory, DepartmentFactory, UserFactory
from tests.plan.conftest import Register
from tests.plan.text import CORRECTED, PLAN

pytestmark = pytest.mark.usefixtures("processes")


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel("2022-07-15 10:00 +0800", tick=False):
        yield


def client_of(role: str, **bound: Any) -> Client:
    """Sign a person in who holds ``role``."""
    user = UserFactory()
    Office.objects.create(user=user, role=role, start=date(2020, 1, 1), **bound)
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def office() -> Client:
    return client_of("conference_office")


@pytest.fixture
def science() -> Department:
    return DepartmentFactory(name="市示例科技局")


@pytest.fixture
def draft(keeper: Actor, science: Department) -> Plan:
    return services.plan_import(reading=read_text(PLAN), actor=keeper)


@pytest.fixture
def published(draft: Plan, keeper: Actor) -> Plan:
    services.findings_settle(plan=draft, actor=keeper)
    return services.plan_publish(plan=draft, actor=keeper)


def shown(answer: Any) -> str:
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_everyone_reads_a_published_plan(published: Plan) -> None:
    clause, indicator = published.clauses.filter(kind="task")[0], published.indicators.all()[0]
    pages = [
        (reverse("plan:overview"), published.title),
        (reverse("plan:list"), published.title),
        (reverse("plan:clauses"), "培育研发机构"),
        (reverse("plan:plan", args=[published.pk]), "示例技术中心"),
        (reverse("plan:clause", args=[clause.pk]), "引导示例企业建设平台"),
        (reverse("plan:indicator", args=[indicator.pk]), "11（国家级4、省级7）"),
    ]
    assert [expected for address, expected in pages if expected not in shown(Client().get(address))] == []


def test_without_a_plan_the_page_says_what_to_do() -> None:
    assert "还没有发布的行动方案" in shown(Client().get(reverse("plan:overview")))


def test_a_draft_is_seen_by_its_keepers_and_leaders_only(draft: Plan, office: Client) -> None:
    clause, indicator = draft.clauses.filter(kind="task")[0], draft.indicators.all()[0]
    addresses = [
        reverse("plan:plan", args=[draft.pk]),
        reverse("plan:clause", args=[clause.pk]),
        reverse("plan:indicator", args=[indicator.pk]),
    ]
    seen = {
        "office": [office.get(address).status_code for address in addresses],
        "leader": [client_of("leader").get(address).status_code for address in addresses],
        "stranger": [client_of("expert").get(address).status_code for address in addresses],
        "public": [Client().get(address).status_code for address in addresses],
    }
    assert seen == {"office": [200] * 3, "leader": [200] * 3, "stranger": [404] * 3, "public": [404] * 3}
    assert draft.title not in shown(client_of("expert").get(reverse("plan:list")))


def acts(plan: Plan, report: ProgressReport, duty_pk: int, lock_pk: int) -> list[str]:
    clause, indicator = plan.clauses.filter(kind="task")[0], plan.indicators.all()[0]
    own = [
        "check", "difference", "change_plan", "match_name", "settle", "add_clause", "add_indicator", "publish",
        "discard", "revise",
    ]  # fmt: skip
    return [
        *(reverse(f"plan:{name}", args=[plan.pk]) for name in own),
        *(reverse(f"plan:{n}", args=[clause.pk]) for n in ("change_clause", "remove_clause", "duty_new", "report_new")),
        *(
            reverse(f"plan:{n}", args=[indicator.pk])
            for n in ("change_indicator", "remove_indicator", "restate", "unit_target")
        ),
        *(reverse(f"plan:{n}", args=[duty_pk]) for n in ("duty", "duty_step", "duty_remove")),
        *(reverse(f"plan:{n}", args=[report.pk]) for n in ("report", "report_step")),
        reverse("plan:unlock", args=[lock_pk]),
        reverse("plan:reports"),
        reverse("plan:periods"),
    ]


def test_a_stranger_gets_nothing_done(published: Plan, keeper: Actor, science: Department) -> None:
    clause = published.clauses.filter(kind="task")[0]
    officer = Actor(user_id=keeper.user_id, offices=client_actor("department_officer", science), today=keeper.today)
    duty = services.duty_add(clause=clause, actor=keeper, department=science, what="示例")
    report = services.report_write(clause=clause, month=date(2022, 6, 1), department=science, actor=officer)
    lock = services.period_lock(code=published.code, month=date(2022, 5, 1), actor=keeper)
    addresses = acts(published, report, duty.pk, lock.pk)
    stranger = client_of("expert")
    assert {stranger.post(address).status_code for address in addresses} == {404}
    assert {Client().post(address).status_code for address in addresses} == {302}
    assert stranger.get(reverse("plan:import")).status_code == 403


def client_actor(role: str, department: Department) -> tuple[Any, ...]:
    from kechuang.kernel.access import Office as Held  # noqa: PLC0415 - the model of the same name is used above

    return (Held(role, department_id=department.pk),)


def test_import_takes_a_file_and_leads_to_the_check(office: Client) -> None:
    file = SimpleUploadedFile("示例方案.txt", PLAN.encode())
    answer = office.post(reverse("plan:import"), {"file": file})
    plan = Plan.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, reverse("plan:check", args=[plan.pk]))
    assert (plan.source_name, len(plan.source_sha256), plan.state) == ("示例方案.txt", 64, "draft")


@pytest.mark.parametrize(
    ("data", "sentence"),
    (
        ({"file": SimpleUploadedFile("a.png", b"\x89PNG\r\n\x1a\n\x00\x00")}, "。"),
        ({"file": SimpleUploadedFile("a.txt", b"x" * (5 * 1024 * 1024 + 1))}, "文件超过 5 MB"),
        ({"text": "关于示例事项的复函。\n同意。"}, "没有可以导入的内容"),
        ({}, "请选择文件，或在下面粘贴正文"),
        ({"text": "一、任务", "file": SimpleUploadedFile("a.txt", b"x")}, "只能选一样"),
    ),
)
def test_import_refuses_with_a_sentence_and_keeps_what_was_pasted(
    office: Client, data: dict[str, Any], sentence: str
) -> None:
    page = shown(office.post(reverse("plan:import"), data))
    assert "k-errors" in page
    assert sentence in page
    assert data.get("text", "") in page
    assert not Plan.objects.exists()


@pytest.mark.capability("C101")
def test_the_check_page_links_text_and_items_both_ways(draft: Plan, office: Client) -> None:
    page = shown(office.get(reverse("plan:check", args=[draft.pk])))
    clause = draft.clauses.get(title="建设创新平台")
    assert f'<li id="L{clause.line}"><a href="#clause-{clause.pk}">' in page
    assert f'<article class="plan-item" id="clause-{clause.pk}">' in page
    assert f'href="#L{clause.line}"' in page
    assert page.index('id="findings"') < page.index('class="plan-check"')
    assert "“市示例财政局”不在部门名录中" in page


def test_an_item_is_edited_and_a_refused_edit_keeps_what_was_typed(draft: Plan, office: Client) -> None:
    indicator = draft.indicators.get(name="示例实验室")
    opened = shown(office.get(reverse("plan:check", args=[draft.pk]), {"edit": f"indicator-{indicator.pk}"}))
    assert "2021 = 2\n2022 = 3\n2023 = 3" in opened
    address = reverse("plan:change_indicator", args=[indicator.pk])
    typed = {"name": "示例实验室", "unit": "家", "targets": "二〇二三年 5", "departments": "市示例科技局"}
    refused = office.post(address, typed)
    assert refused.status_code == 422
    assert "二〇二三年 5" in refused.content.decode()
    accepted = office.post(address, {**typed, "targets": "2023 = 5"})
    assert accepted["Location"].endswith(f"#indicator-{indicator.pk}")
    indicator.refresh_from_db()
    assert (indicator.unit, [row.year for row in indicator.targets.all()]) == ("家", [2023])


def test_clause_facts_names_and_findings_are_edited_and_the_draft_published(
    draft: Plan, office: Client, science: Department
) -> None:
    clause = draft.clauses.get(title="培育研发机构")
    words = {
        "no": "（二）",
        "section": "二",
        "kind": "task",
        "title": "培育示例机构",
        "g0_lead": "市示例科技局、市示例财政局",
    }
    office.post(reverse("plan:change_clause", args=[clause.pk]), words)
    office.post(reverse("plan:match_name", args=[draft.pk]), {"printed": "市示例财政局", "department": science.pk})
    facts = {"title": "示例新名称", "tolerance": "5", "issuers": "示例甲、示例乙", "signed_on": "2021年3月2日"}
    office.post(reverse("plan:change_plan", args=[draft.pk]), facts)
    office.post(reverse("plan:add_clause", args=[draft.pk]), {"kind": "task", "title": "示例补读"})
    blocked = office.post(reverse("plan:publish", args=[draft.pk]))
    assert blocked["Location"].endswith("#findings")
    office.post(reverse("plan:settle", args=[draft.pk]), {"finding": "all"})
    office.post(reverse("plan:publish", args=[draft.pk]))

    draft.refresh_from_db()
    clause.refresh_from_db()
    assert (draft.state, draft.title, draft.issuers, str(draft.tolerance)) == (
        "published", "示例新名称", ["示例甲", "示例乙"], "0.050",
    )  # fmt: skip
    bodies = clause.responsibilities.get().bodies.all()
    assert (clause.title, [(body.part, body.department) for body in bodies]) == (
        "培育示例机构", [("lead", science), ("lead", science)],
    )  # fmt: skip
    assert draft.clauses.last().title == "示例补读"


def test_the_difference_is_shown_before_it_is_taken_over(published: Plan, office: Client) -> None:
    office.post(reverse("plan:import"), {"text": CORRECTED})
    again = Plan.objects.get(version=2)
    page = shown(office.get(reverse("plan:difference", args=[again.pk])))
    assert "第 2 版对照第 1 版，共 4 处不同" in page
    assert "<ins>并每年更新</ins>" in page
    office.post(reverse("plan:settle", args=[again.pk]), {"finding": "all"})
    office.post(reverse("plan:publish", args=[again.pk]))
    published.refresh_from_db()
    assert published.state == "superseded"


def test_a_published_plan_is_revised_into_a_new_draft(published: Plan, office: Client) -> None:
    assert "新建修订稿" in shown(office.get(reverse("plan:revise", args=[published.pk])))
    answer = office.post(reverse("plan:revise", args=[published.pk]))
    draft = Plan.objects.get(version=2)
    assert answer["Location"] == reverse("plan:check", args=[draft.pk])
    assert "确要弃用" not in shown(office.get(reverse("plan:discard", args=[draft.pk])))
    office.post(reverse("plan:discard", args=[draft.pk]), {"reason": "示例"})
    draft.refresh_from_db()
    assert draft.state == "discarded"


def test_a_report_goes_from_form_to_approval_to_lock(
    published: Plan, office: Client, science: Department, register: Register
) -> None:
    register.holds("centres", ("2020-01-01", "national"))
    indicator = published.indicators.get(name="示例实验室")
    published.indicators.filter(pk=indicator.pk).update(code="centres")
    officer = client_of("department_officer", department=science)
    clause = published.clauses.get(title="培育研发机构")
    page = shown(officer.get(reverse("plan:report_new", args=[clause.pk])))
    assert "据登记库，截至 2022-07-15：示例实验室 1 个（2022 年末目标 3 个）。" in page
    texts = {"unit": f"d{science.pk}", "month": "2022-06", "measure": "示例措施", "done": "示例完成"}
    late = shown(officer.post(reverse("plan:report_new", args=[clause.pk]), {**texts, "month": "2022-08"}))
    assert "还没有到这个月" in late
    assert "示例措施" in late
    officer.post(reverse("plan:report_new", args=[clause.pk]), texts)
    report = ProgressReport.objects.get()
    step = reverse("plan:report_step", args=[report.pk])
    officer.post(reverse("plan:report", args=[report.pk]), {**texts, "problem": "示例问题"})
    officer.post(step, {"step": "submit"})
    assert "示例问题" in shown(office.get(reverse("plan:report", args=[report.pk])))
    assert "2022-06" in shown(office.get(reverse("plan:reports")))
    office.post(step, {"step": "lock"})
    office.post(step, {"step": "approve"})
    office.post(reverse("plan:periods"), {"month": "2022-06"})
    report.refresh_from_db()
    assert (report.state, report.problem) == ("locked", "示例问题")
    assert "已经锁定" in shown(office.get(reverse("plan:report", args=[report.pk])))
    [lock] = published_locks(published)
    office.post(reverse("plan:unlock", args=[lock.pk]), {"reason": "示例更正"})
    lock.refresh_from_db()
    assert lock.reason == "示例更正"


def published_locks(plan: Plan) -> list[Any]:
    from kechuang.plan.models import PeriodLock  # noqa: PLC0415 - only here

    return list(PeriodLock.objects.filter(plan_code=plan.code))


def test_duties_are_divided_and_moved_on_the_clause_page(published: Plan, office: Client, science: Department) -> None:
    clause = published.clauses.get(title="培育研发机构")
    address = reverse("plan:duty_new", args=[clause.pk])
    assert "分工须落到部门或县区" in shown(office.post(address, {"share": "lead", "what": "示例分工"}))
    county = CountyFactory(name="示例甲县")
    office.post(address, {"share": "lead", "what": "示例分工", "county": county.pk, "due_on": "2022-12-31"})
    duty = clause.duties.get()
    officer = client_of("county_officer", county=county)
    page = shown(officer.get(reverse("plan:clause", args=[clause.pk])))
    assert 'name="step" value="start"' in page
    officer.post(reverse("plan:duty_step", args=[duty.pk]), {"step": "start"})
    office.post(reverse("plan:duty", args=[duty.pk]), {"share": "co_lead", "what": "示例新分工", "county": county.pk})
    duty.refresh_from_db()
    assert (duty.state, duty.share, duty.what) == ("doing", "co_lead", "示例新分工")
    assert "示例新分工" not in shown(Client().get(reverse("plan:clause", args=[clause.pk])))


def test_the_indicator_page_links_every_number_to_its_list(published: Plan, office: Client, register: Register) -> None:
    register.holds("centres", ("2020-01-01", "national"), ("2021-05-01", "provincial"))
    indicator = published.indicators.get(name="示例技术中心")
    published.indicators.filter(pk=indicator.pk).update(code="centres")
    page = shown(Client().get(reverse("plan:indicator", args=[indicator.pk]), {"on": "2021-12-31"}))
    assert '<a href="/platforms/?indicator=centres&amp;on=2021-12-31">2</a>' in page
    assert '<a href="/platforms/?indicator=centres&amp;on=2020-12-31">1</a>' in page
    assert "基期 11 家，登记 1 家，待补录 10 家" in page
    assert "登记基期调整" not in page
    answer = office.post(reverse("plan:restate", args=[indicator.pk]), {"on": "2022-01-01", "to_value": "十二"})
    assert answer.status_code == 422
    assert "十二" in answer.content.decode()
    office.post(reverse("plan:restate", args=[indicator.pk]), {"on": "20220101", "to_value": "12", "reason": "示例"})
    assert "11 → 12" in shown(office.get(reverse("plan:indicator", args=[indicator.pk])))
    county = CountyFactory()
    office.post(reverse("plan:unit_target", args=[indicator.pk]), {"year": "2022", "value": "3", "county": county.pk})
    target = indicator.targets.get(county=county)
    office.post(reverse("plan:unit_target_remove", args=[target.pk]))
    assert not indicator.targets.filter(county=county).exists()


@pytest.mark.parametrize("on", ("明天", "0001-01-01", "9999-12-31", "<script>"))
def test_a_day_that_cannot_be_read_is_told(published: Plan, on: str) -> None:
    page = shown(Client().get(reverse("plan:overview"), {"on": on}))
    assert "读不懂，已按今天显示" in page
    assert "<script>”" not in page


def test_markup_in_a_document_is_shown_and_never_run(office: Client) -> None:
    text = "示例方案\n\n一、工作任务\n（一）<img src=x onerror=alert(1)>建设平台。示例&lt;正文。（市示例局负责）\n"
    office.post(reverse("plan:import"), {"text": text})
    plan = Plan.objects.get()
    assert "<img src=x" not in shown(office.get(reverse("plan:check", args=[plan.pk])))


def test_what_serves_a_clause_is_counted_with_its_list(published: Plan) -> None:
    serving.register("sample", lambda clause, on, actor: Served("示例平台", 7, "个", f"/list?clause={clause.pk}"))
    clause = published.clauses.get(title="培育研发机构")
    page = shown(Client().get(reverse("plan:clause", args=[clause.pk])))
    assert f'href="/list?clause={clause.pk}"' in page


def plan_with(number: int, keeper: Actor) -> Plan:
    """Publish a plan of so many tasks and indicators, each with a sub-task and a finding."""
    tasks = "".join(
        f"（{sign}）示例任务{sign}。示例内容{sign}。（市示例{sign}局负责）\n\n" for sign in "一二三"[:number]
    )
    rows = "".join(f"{place} 示例指标{place} 个 1 2 3 10 市示例局\n" for place in range(1, number + 1))
    head = "序号 指标 单位 2020年基期值（累计） 2021年目标值（累计） 2022年目标值（累计） 年均增速（%） 责任部门\n"
    text = f"示例方案{number}\n\n一、工作任务\n\n{tasks}附件：主要指标\n\n{head}{rows}"
    plan = services.plan_import(reading=read_text(text), actor=keeper)
    assert (plan.clauses.filter(kind="task").count(), plan.indicators.count()) == (number, number)
    unit = DepartmentFactory()
    for clause in plan.clauses.filter(kind="task"):
        services.duty_add(clause=clause, actor=keeper, department=unit, what="示例")
    services.findings_settle(plan=plan, actor=keeper)
    return services.plan_publish(plan=plan, actor=keeper)


QUERIES = {"plan": 11, "overview": 11, "check": 15, "clause": 10, "indicator": 11}
"""One of them is the count of unread messages in the frame."""


@pytest.mark.parametrize("name", tuple(QUERIES))
def test_pages_cost_the_same_queries_for_any_number(keeper: Actor, office: Client, name: str) -> None:
    costs = []
    for number in (1, 3):
        plan = plan_with(number, keeper)
        row = {"clause": plan.clauses.filter(kind="task"), "indicator": plan.indicators.all()}.get(name, [plan])[0]
        if name == "clause":
            for place in range(number - 1):
                services.duty_add(clause=row, actor=keeper, department=DepartmentFactory(), what=f"示例{place}")
        address = reverse("plan:overview") if name == "overview" else reverse(f"plan:{name}", args=[row.pk])
        shown(office.get(address))
        with CaptureQueriesContext(connection) as asked:
            shown(office.get(address))
        costs.append(len(asked))
    assert costs == [QUERIES[name]] * 2
