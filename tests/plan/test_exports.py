"""Reports on the plan as paper: what they say, in which form, and who gets them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import openpyxl
import pypdfium2
import pytest
import time_machine
from django.urls import reverse
from django.utils import translation

from kechuang.directory.models import Department
from kechuang.kernel.access import Actor
from kechuang.plan import services
from kechuang.plan.models import Clause, Plan, ProgressReport, Target
from kechuang.plan.reports.kinds import KINDS, report_paper
from kechuang.plan.selectors import documents
from kechuang.pure.plans import read_text
from kechuang.ui.documents import reports
from kechuang.ui.documents.official import form_check
from kechuang.ui.documents.papers import Grid, ReportPaper
from tests.factories import CountyFactory, DepartmentFactory
from tests.plan.conftest import Register
from tests.plan.test_pages import client_of
from tests.plan.text import PLAN

pytestmark = [pytest.mark.usefixtures("processes"), pytest.mark.capability("C139")]


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel("2022-07-15 10:00 +0800", tick=False):
        yield


@pytest.fixture
def science() -> Department:
    return DepartmentFactory(name="市示例科技局")


@pytest.fixture
def plan(keeper: Actor, science: Department, register: Register) -> Plan:
    register.holds(
        "centres", *([("2020-05-01", "provincial")] * 11 + [("2021-06-01", "provincial")] * 2), label="示例技术中心"
    )
    register.holds("labs", ("2020-05-01", "provincial"), label="示例实验室")
    made = services.plan_import(reading=read_text(PLAN), actor=keeper)
    made.findings.update(settled=True)
    return services.plan_publish(plan=made, actor=keeper)


@pytest.fixture
def clause(plan: Plan) -> Clause:
    return next(row for row in documents.works(documents.clauses_whole(plan=plan)) if row.title == "建设创新平台")


@pytest.fixture
def report(clause: Clause, science: Department, actor_of: Callable[..., Actor], keeper: Actor) -> ProgressReport:
    officer = actor_of("department_officer", department=science)
    texts = {"measure": "示例措施", "done": "示例完成", "problem": "示例问题", "next_step": "示例下一步"}
    made = services.report_write(clause=clause, month=date(2022, 7, 1), department=science, actor=officer, **texts)
    services.report_step(report=made, step="submit", actor=officer)
    return services.report_step(report=made, step="approve", actor=keeper)


def grid_of(paper: ReportPaper, part: str) -> Grid:
    return next(grid for found in paper.parts if found.title == part for grid in found.grids)


def said(paper: ReportPaper, part: str) -> tuple[str, ...]:
    return tuple(next(found.paragraphs for found in paper.parts if found.title == part))


def paper_of(kind: str, plan: Plan, actor: Actor, on: date = date(2022, 7, 15), **unit: Any) -> ReportPaper:
    return report_paper(KINDS[kind], plan=plan, on=on, actor=actor, **unit)


def test_half_year_has_one_row_a_clause_with_what_was_approved(plan, report, keeper):
    paper = paper_of("half_year", plan, keeper)
    grid = grid_of(paper, "任务与保障")
    assert tuple(grid.head) == ("目标任务", "措施", "完成情况", "责任单位", "存在问题", "下一步")
    assert "|".join(grid.rows[0]) == (
        "（一）建设创新平台|示例措施|示例完成|市示例科技局、市示例工信局、各县（区）人民政府|示例问题|示例下一步"
    )
    assert [row[1:3] for row in grid.rows[1:]] == [("", "本期没有审定的进展")] * 2
    assert paper.title == "《示例市创新平台提升行动方案（2021—2023年）》2022年下半年进展情况"
    assert said(paper, "没有审定进展的条款") == ("“（二）培育研发机构”、“（一）加强组织领导”。",)


def test_half_year_leaves_out_reports_of_other_halves_and_unapproved_ones(plan, report, keeper):
    assert grid_of(paper_of("half_year", plan, keeper, date(2022, 6, 30)), "任务与保障").rows[0][1] == ""
    assert grid_of(paper_of("half_year", plan, keeper, date(2023, 1, 31)), "任务与保障").rows[0][1] == ""


def test_half_year_shows_only_reports_the_asker_may_see(plan, report, stranger):
    assert grid_of(paper_of("half_year", plan, stranger), "任务与保障").rows[0][1] == ""


def test_half_year_draws_what_is_reached_of_each_target(plan, keeper):
    [picture] = next(part.pictures for part in paper_of("half_year", plan, keeper).parts if part.title == "指标")
    assert picture.alt == "示例技术中心现有13个，目标14个；示例实验室现有1个，目标3个。"
    assert "style=" not in picture.svg


def test_evaluation_says_of_every_target_whether_it_was_met_and_by_how_much(plan, keeper):
    paper = paper_of("evaluation", plan, keeper)
    assert list(grid_of(paper, "指标完成情况").rows) == [
        ("示例技术中心", "2021", "13（国家级4、省级9）", "13", "0", "100.0%", "达成"),
        ("示例技术中心", "2022", "14（国家级4、省级10）", "13", "-1", "92.9%", "未到期"),
        ("示例技术中心", "2023", "16（国家级5、省级11）", "", "", "", "未到期"),
        ("示例实验室", "2021", "2", "1", "-1", "50.0%", "未达成"),
        ("示例实验室", "2022", "3", "1", "-2", "33.3%", "未到期"),
        ("示例实验室", "2023", "3", "", "", "", "未到期"),
    ]
    assert said(paper, "指标完成情况") == ("各指标共有年度目标 6 个：达成 1 个，未达成 1 个，未到期 4 个。",)
    assert paper.title.endswith("》2022年度评估报告")


def test_evaluation_says_why_a_target_was_missed_and_what_units_reported(plan, report, keeper):
    paper = paper_of("evaluation", plan, keeper)
    [why] = said(paper, "未达成的原因")
    assert why.startswith("示例实验室：2021 年末目标 2 个，实有 1 个，差 1 个。")
    assert "基期 2 家，登记 1 家，待补录 1 家，补录后实际数会相应增加。" in why
    assert said(paper, "各单位反映的问题") == ("“（一）建设创新平台”：示例问题",)


def test_evaluation_after_the_last_year_is_final_and_leaves_nothing_open(plan, keeper):
    paper = paper_of("evaluation", plan, keeper, date(2024, 1, 5))
    assert paper.title.endswith("》终期评估报告")
    assert {row[-1] for row in grid_of(paper, "指标完成情况").rows} == {"达成", "未达成"}


def test_department_sheet_holds_its_indicators_duties_and_reports(plan, report, clause, science, keeper):
    services.duty_add(
        clause=clause, department=science, county=None, what="示例分工", due_on=None, share="lead", actor=keeper
    )
    paper = paper_of("department", plan, keeper, unit=science)
    assert [row[0] for row in grid_of(paper, "指标").rows] == ["示例实验室"]
    assert list(grid_of(paper, "任务分工").rows) == [("（一）建设创新平台", "示例分工", "牵头", "", "未开始")]
    assert [row[:3] for row in grid_of(paper, "进展").rows] == [("（一）建设创新平台", "2022-07", "示例措施")]
    assert paper.title == "市示例科技局2022年下半年进展表"


def test_county_sheet_holds_the_targets_set_for_it(plan, keeper):
    county = CountyFactory(name="示例县")
    indicator = plan.indicators.get(name="示例实验室")
    Target.objects.create(indicator=indicator, year=2022, value=2, county=county)
    paper = paper_of("county", plan, keeper, unit=county)
    assert [row[:3] for row in grid_of(paper, "分到本单位的目标").rows] == [("示例实验室", "2022", "2")]
    assert said(paper, "任务分工") == ("没有分解到本单位的分工。",)
    assert said(paper, "进展") == ("本期没有审定的进展。",)


def test_unit_sheet_needs_its_unit(plan, keeper):
    with pytest.raises(ValueError, match="one unit"):
        paper_of("department", plan, keeper)


@pytest.mark.parametrize("kind", ("half_year", "evaluation"))
def test_report_leaves_as_official_word_pdf_and_excel(plan, report, keeper, kind):
    paper = paper_of(kind, plan, keeper)
    on = date(2022, 7, 15)
    assert form_check(reports.made(paper, "docx", on=on)) == []
    assert len(pypdfium2.PdfDocument(io.BytesIO(reports.made(paper, "pdf", on=on)))) >= 1
    book = openpyxl.load_workbook(io.BytesIO(reports.made(paper, "xlsx", on=on)))
    assert len(book.sheetnames) == sum(len(part.grids) for part in paper.parts)


def test_report_is_chinese_whatever_language_the_pages_have(plan, keeper):
    chinese = paper_of("evaluation", plan, keeper)
    with translation.override("en"):
        assert paper_of("evaluation", plan, keeper) == chinese


def test_page_offers_every_report(plan):
    page = client_of("conference_office").get(reverse("plan:papers")).content.decode()
    assert [kind.key for kind in KINDS.values() if f'value="{kind.key}"' not in page] == []
    assert plan.title in page


@pytest.mark.parametrize(
    ("role", "offered"), (("conference_office", True), ("department_head", True), ("expert", False))
)
def test_plan_page_leads_to_its_reports_for_those_concerned(plan, role, offered):
    page = client_of(role).get(reverse("plan:plan", args=[plan.pk])).content.decode()
    assert ("导出报告" in page) is offered


@pytest.mark.parametrize(("form", "begins"), (("docx", b"PK"), ("pdf", b"%PDF"), ("xlsx", b"PK")))
def test_file_is_handed_out_under_its_name(plan, form, begins):
    address = f"{reverse('plan:paper')}?kind=evaluation&on=2022-06-30&format={form}"
    answer = client_of("leader").get(address)
    assert answer.status_code == 200
    assert answer.content.startswith(begins)
    assert unquote(answer["Content-Disposition"]).endswith(f"2022年度评估报告_2022-06-30.{form}")


@pytest.mark.parametrize(
    ("query", "told"),
    (
        ("kind=department&on=2022-06-30", "请选择这份进展表是哪个单位的。"),
        ("kind=evaluation&on=昨天", "请写成 2022-06-30"),
        ("kind=nothing&on=2022-06-30", "nothing"),
        ("", "必填"),
        ("kind=evaluation&on=2022-06-30&format=exe", "exe"),
    ),
)
def test_choice_that_makes_no_report_is_told(plan, query, told):
    answer = client_of("conference_office").get(f"{reverse('plan:paper')}?{query}")
    assert answer.status_code == 422
    assert told in answer.content.decode()


@pytest.mark.parametrize("name", ("plan:papers", "plan:paper"))
def test_stranger_finds_no_reports(plan, name):
    assert client_of("expert").get(reverse(name)).status_code == 404
    assert client_of("applicant").get(reverse(name)).status_code == 404


@pytest.mark.parametrize("name", ("plan:papers", "plan:paper"))
def test_without_signing_in_there_are_no_reports(client, plan, name):
    assert client.get(reverse(name)).status_code == 302


def test_without_a_plan_the_page_says_so(processes):
    page = client_of("conference_office").get(reverse("plan:papers"))
    assert "还没有发布的方案" in page.content.decode()


@pytest.mark.parametrize("count", (1, 3))
def test_half_year_costs_the_same_for_one_report_and_for_three(
    plan, clause, actor_of, django_assert_num_queries, count
):
    science = Department.objects.get(name="市示例科技局")
    officer = actor_of("department_officer", department=science, today=date(2022, 12, 31))
    keeper = actor_of("conference_office", today=date(2022, 12, 31))
    months = [date(2022, 7 + number, 1) for number in range(count)]
    for month in months:
        texts = {"measure": f"措施{month.month}", "done": "完成"}
        made = services.report_write(clause=clause, month=month, department=science, actor=officer, **texts)
        services.report_step(report=made, step="submit", actor=officer)
        services.report_step(report=made, step="approve", actor=keeper)
    with django_assert_num_queries(QUERIES):
        paper = paper_of("half_year", plan, keeper, date(2022, 12, 31))
    assert grid_of(paper, "任务与保障").rows[0][1] == "\n".join(f"措施{month.month}" for month in months)


QUERIES = 10
"""Readings, clauses with their brackets, reports, standings; however many reports."""


def words_of(content):
    """Return every word of a Word file, one line a paragraph."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        root = ET.fromstring(packed.read("word/document.xml"))  # noqa: S314 - made here
    space = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    return "\n".join("".join(run.text or "" for run in line.iter(f"{space}t")) for line in root.iter(f"{space}p"))


def test_a_number_makes_the_word_file_official_paper(plan):
    query = {"kind": "evaluation", "on": "2022-06-30", "format": "docx", "number": "示例联办〔2022〕3号"}
    address = reverse("plan:paper")
    made = client_of("conference_office").get(address, {**query, "copies_to": "示例市人大常委会办公室"}).content
    assert form_check(made) == []
    told = words_of(made)
    for words in ("联席会议办公室文件", "示例联办〔2022〕3号", "抄送：示例市人大常委会办公室。", "2022年6月30日印发"):
        assert words in told
    plain = words_of(client_of("leader").get(address, {**query, "number": "", "copies_to": "示例"}).content)
    assert [words for words in ("联席会议办公室文件", "抄送", "印发") if words in plain] == []
