"""The pages of rules: public rules, verdicts only for those who see the figures."""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from kechuang.catalogue.rules import rule_again
from kechuang.facts import sources
from kechuang.facts.known import REGISTER, Known
from kechuang.facts.models import Fact, Metric
from kechuang.facts.services.rules import rules_store
from kechuang.facts.views import rules_everyone
from tests.factories import CountyFactory, OrganisationFactory, UserFactory
from tests.facts.conftest import signed_in
from tests.facts.test_rules import CODE, YEAR, declare, rule
from tests.facts.test_rules_bulk import store

pytestmark = pytest.mark.django_db
NAMES = {"etrc": "工程技术研究中心", "municipal": "市级"}
CITY = ("conference_office", "leader", "auditor")


def page(client, name, *args, **query):
    return client.get(reverse(f"facts:{name}", args=args), {"year": YEAR, **query})


def text(answer):
    assert answer.status_code == HTTPStatus.OK
    return answer.content.decode()


@pytest.fixture
def versions(ground):
    rules_store([rule("rd_expense >= 300 or rd_expense / revenue >= 0.03")], names=NAMES)
    return ground


@pytest.fixture
def many(versions):
    """Thirty more organisations of one county, whose R&D expenses are 10, 20, … 300."""
    county, person, metric = CountyFactory(), UserFactory(), Metric.objects.get(code="rd_expense")
    made = [OrganisationFactory(county=county) for _ in range(30)]
    Fact.objects.bulk_create(store(metric, one, YEAR, 10 * n, person) for n, one in enumerate(made, 1))
    return made


@pytest.fixture
def leader():
    return signed_in("leader")


def test_everybody_reads_the_rules_and_sees_which_are_templates(versions):
    other = rule(code="recognition.etrc.provincial")
    rules_store([rule(), other], names=NAMES)
    public = Client()
    shown = text(page(public, "rules"))
    assert shown.count("示例条件") == 2
    assert "本市规定" in shown
    assert (shown.count("工程技术研究中心") >= 2, "市级" in shown) == (True, True)
    assert text(page(public, "rules", level="municipal")).count(reverse("facts:rule", args=[other.code])) == 0


def test_a_rule_says_each_clause_its_cases_and_what_changed_between_versions(versions):
    rules_store([rule("rd_expense >= 400", more=', {"id": "new", "need": "revenue >= 100"}')], names=NAMES)
    shown = text(page(Client(), "rule", CODE))
    assert "研发费用不低于400万元" in shown
    assert "第五条（一）" in shown
    assert "由 rd_expense &gt;= 300 or rd_expense / revenue &gt;= 0.03 改为 rd_expense &gt;= 400" in shown
    assert "新增条款“营业收入不低于100万元”" in shown
    old = text(page(Client(), "rule", CODE, version=1))
    assert "这是第 1 版，现行的是第 2 版" in old


def test_a_template_is_marked_on_every_page_that_shows_its_numbers(versions, leader):
    plain = rule(code="recognition.erc.provincial")
    definition = json.loads(plain.to_json())
    definition["rule"]["template"] = "true"
    template = rule_again(json.dumps(definition, ensure_ascii=False))
    rules_store([template], names=NAMES)
    key = versions.organisations[0].pk
    for name, more in (("rule", ()), ("verdict", (key,)), ("rule_units", ()), ("rule_trial", ())):
        assert "示例模板·非本市规定" in text(page(leader, name, template.code, *more))
    assert "示例模板·非本市规定" in text(page(leader, "unit_rules", key))


def test_the_rail_marks_the_rules_on_the_pages_below_them(versions, leader):
    for name in ("rule", "rule_units", "rule_trial"):
        shown = text(page(leader, name, CODE))
        marked = re.findall(r'href="([^"]+)"[^>]*aria-current="page"', shown)
        assert reverse("facts:rules") in marked
        assert reverse("facts:metrics") not in marked


def test_the_page_of_an_organisation_leads_to_its_rules_for_those_who_may_read_them(versions, leader):
    mine = versions.organisations[0]
    way = reverse("facts:unit_rules", args=[mine.pk])
    address = reverse("directory:organisation", args=[mine.pk])
    assert way in text(leader.get(address))
    assert way in text(page(signed_in("applicant", organisation=mine), "unit", mine.pk))
    assert way not in text(signed_in("expert").get(address))
    assert way not in text(Client().get(address))


def test_a_withdrawn_rule_is_read_but_not_judged_by(versions, leader):
    rules_store([], names=NAMES)
    assert "已从规则库撤下" in text(page(leader, "rule", CODE))
    assert page(leader, "verdict", CODE, versions.organisations[0].pk).status_code == HTTPStatus.NOT_FOUND
    assert page(leader, "rule_units", CODE).status_code == HTTPStatus.NOT_FOUND


@pytest.mark.capability("C114")
def test_an_applicant_sees_why_and_what_is_missing(versions):
    declare(versions, rd_expense=180, revenue=10000)
    mine = versions.organisations[0]
    shown = text(page(signed_in("applicant", organisation=mine), "verdict", CODE, mine.pk))
    assert "不符合" in shown
    assert f"{YEAR} 年研发费用再增加 120 万元（由 180 增至 300）即可满足" in shown
    assert reverse("facts:history", args=[mine.pk, "rd_expense"]) in shown
    assert "审计报告" in shown


def test_a_veto_that_exists_is_named(versions, leader):
    rules_store([rule(more=', {"id": "clean", "veto": "serious_dishonesty == True"}')], names=NAMES)
    declare(versions, rd_expense=500, serious_dishonesty="是")
    shown = text(page(leader, "verdict", CODE, versions.organisations[0].pk))
    assert "存在否决情形“严重失信”" in shown
    assert "存在否决情形“严重失信”" in text(page(leader, "rule_units", CODE))


def test_what_is_missing_leads_to_the_years_sheet_for_those_who_fill_it_in(versions):
    mine = versions.organisations[0]
    sheet = f"{reverse('facts:sheet_open')}?organisation={mine.pk}&amp;year={YEAR}"
    assert text(page(signed_in("applicant", organisation=mine), "verdict", CODE, mine.pk)).count(sheet) == 2
    assert sheet not in text(page(signed_in("county_officer", county=mine.county), "verdict", CODE, mine.pk))


def test_who_may_not_see_the_figures_is_not_told_where_they_stand(versions, leader):
    key = versions.organisations[0].pk
    declare(versions, rd_expense=350)
    conference = text(page(leader, "verdict", CODE, key))
    assert reverse("facts:history", args=[key, "rd_expense"]) not in conference
    assert "350" in conference


@pytest.mark.parametrize("name", ("verdict", "unit_rules"))
def test_strangers_do_not_find_an_organisations_verdicts(versions, name):
    mine, theirs = versions.organisations
    arguments = (CODE, mine.pk) if name == "verdict" else (mine.pk,)
    strangers = [
        signed_in("applicant", organisation=theirs),
        signed_in("host_admin", organisation=theirs),
        signed_in("county_officer", county=theirs.county),
        signed_in("department_officer"),
        signed_in("expert"),
        signed_in("system_admin"),
    ]
    assert [page(one, name, *arguments).status_code for one in strangers] == [HTTPStatus.NOT_FOUND] * len(strangers)
    assert page(Client(), name, *arguments).status_code == HTTPStatus.FOUND
    known = [
        signed_in("applicant", organisation=mine),
        signed_in("host_admin", organisation=mine),
        signed_in("county_officer", county=mine.county),
        signed_in("department_officer", department=versions.department),
        signed_in("department_head", department=versions.department),
        *(signed_in(role) for role in CITY),
    ]
    assert [page(one, name, *arguments).status_code for one in known] == [HTTPStatus.OK] * len(known)


@pytest.mark.parametrize("name", ("rule_units", "rule_trial"))
def test_strangers_do_not_compare_organisations(versions, name):
    strangers = [signed_in("applicant", organisation=versions.organisations[0]), signed_in("expert")]
    assert [page(one, name, CODE).status_code for one in strangers] == [HTTPStatus.NOT_FOUND] * 2
    assert page(Client(), name, CODE).status_code == HTTPStatus.FOUND


def test_a_county_compares_only_its_own(versions):
    mine, theirs = versions.organisations
    officer = signed_in("county_officer", county=mine.county)
    shown = text(page(officer, "rule_units", CODE))
    assert (mine.name in shown, theirs.name in shown) == (True, False)
    found = json.loads(page(officer, "rule_units", CODE, format="json").content)
    assert [one["unit"] for one in found["units"]] == [mine.pk]


def test_unknown_rules_organisations_and_versions_are_not_found(versions, leader):
    key = versions.organisations[0].pk
    assert page(leader, "rule", "no.such.rule").status_code == HTTPStatus.NOT_FOUND
    assert page(leader, "rule", CODE, version="9").status_code == HTTPStatus.NOT_FOUND
    assert page(leader, "verdict", "no.such.rule", key).status_code == HTTPStatus.NOT_FOUND
    assert page(leader, "verdict", CODE, 2**40).status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("query", ({"year": "二〇二四"}, {"year": "99999"}, {"on": "昨天"}, {"year": "1"}))
def test_a_year_or_day_that_cannot_be_read_is_told(versions, leader, query):
    assert "读不懂" in text(page(leader, "verdict", CODE, versions.organisations[0].pk, **query))


def test_the_data_is_what_the_command_explains_with_the_sources_beside(versions, leader):
    declare(versions, rd_expense=180, revenue=10000)
    found = json.loads(page(leader, "verdict", CODE, versions.organisations[0].pk, format="json").content)
    assert (found["verdict"], found["on"], found["version"]) == ("unmet", f"{YEAR}-12-31", 1)
    assert found["clauses"][0]["numbers"] == {"rd_expense": 180, "revenue": 10000}
    assert found["clauses"][0]["change"] == {"metric": "revenue", "period": YEAR, "from": 10000, "to": 6000}
    rules = json.loads(page(leader, "unit_rules", versions.organisations[0].pk, format="json").content)
    assert [one["rule"] for one in rules] == [CODE]
    told = json.loads(page(Client(), "rule", CODE, format="json").content)
    assert told["clauses"][0]["expressions"] == ["rd_expense >= 300 or rd_expense / revenue >= 0.03"]


def test_an_applicant_is_led_to_the_rules_of_the_own_organisation(versions):
    mine = versions.organisations[0]
    client = signed_in("applicant", organisation=mine)
    assert page(client, "own_rules").url == reverse("facts:unit_rules", args=[mine.pk])
    assert "您没有代表单位的岗位" in text(page(signed_in("expert"), "own_rules"))
    assert mine.name in text(page(client, "rule", CODE))


def listed(client, **query):
    return json.loads(page(client, "rule_units", CODE, format="json", **query).content)


def test_the_list_narrows_by_verdict_county_kind_and_name(versions, many, leader):
    assert listed(leader)["counts"] == {"met": 1, "unmet": 0, "unknown": 31}
    [one] = listed(leader, verdict="met")["units"]
    assert one["unit"] == many[-1].pk
    assert len(listed(leader, county=many[0].county_id)["units"]) == 30
    assert listed(leader, kind="university")["units"] == []
    assert [one["unit"] for one in listed(leader, q=many[4].name)["units"]] == [many[4].pk]
    assert "没有这样的单位" in text(page(leader, "rule_units", CODE, verdict="unmet"))


def test_pages_follow_each_other_by_key_without_loss(versions, many, leader, monkeypatch):
    monkeypatch.setattr(rules_everyone, "ROWS", 12)
    seen, address = [], ""
    while True:
        answer = leader.get(reverse("facts:rule_units", args=[CODE]) + (address or f"?year={YEAR}"))
        seen += [row[0].text for row in answer.context["table"].rows]
        address = answer.context["pages"].next_url
        if not address:
            break
    assert seen == [one.name for one in (*versions.organisations, *many)]
    back = leader.get(reverse("facts:rule_units", args=[CODE]) + answer.context["pages"].previous_url)
    assert [row[0].text for row in back.context["table"].rows] == seen[12:24]


@pytest.mark.parametrize("name", ("rule_units", "unit_rules"))
def test_a_page_asks_as_many_questions_for_one_row_as_for_many(versions, many, leader, name):
    rules_store([rule(code=f"{CODE}.r{number}") for number in range(3)], names=NAMES)
    code, key = f"{CODE}.r0", many[0].pk
    narrow = {1: {"county": versions.counties[0].pk}, 3: {"county": many[0].county_id}}

    def asked(size):
        if name == "unit_rules" and size == 1:
            rules_store([rule(code=code)], names=NAMES)
        address = reverse(f"facts:{name}", args=[code if name == "rule_units" else key])
        with CaptureQueriesContext(connection) as queries:
            assert leader.get(address, {"year": YEAR, **narrow[size]}).status_code == HTTPStatus.OK
        return len(queries)

    asked(3)
    three = asked(3)
    asked(1)
    assert asked(1) == three


def test_the_workbook_has_each_clause_of_each_organisation(versions, many, leader):
    answer = page(leader, "rule_units", CODE, verdict="met", format="xlsx")
    rows = CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    header, row = rows
    assert (row[0], row[header.index("结论")], len(rows)) == (many[-1].name, "符合", 2)
    assert [cell for cell in header if str(cell).startswith("1. ")] != []


def test_a_long_list_is_cut_in_the_workbook_and_says_so(versions, many, leader, monkeypatch):
    monkeypatch.setattr(rules_everyone, "MOST_EXPORTED", 5)
    monkeypatch.setattr(rules_everyone, "AT_ONCE", 3)
    answer = page(leader, "rule_units", CODE, format="xlsx")
    rows = CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    expected = [one.name for one in (*versions.organisations, *many)][:5]
    assert [row[0] for row in rows[1:]] == ["另有 27 家未列出，请先筛选再导出", *expected]


def test_a_year_without_figures_names_the_last_one_that_has_some(versions):
    declare(versions, rd_expense=350)
    mine = versions.organisations[0]
    client = signed_in("applicant", organisation=mine)
    for name, arguments in (("verdict", (CODE, mine.pk)), ("unit_rules", (mine.pk,))):
        shown = text(page(client, name, *arguments, year=YEAR + 1))
        assert f"{YEAR + 1} 年还没有数据，最近有数据的是 {YEAR} 年" in shown
        assert "最近有数据的是" not in text(page(client, name, *arguments))


def test_what_an_organisation_holds_is_read_by_names(versions, leader, request):
    rules_store([rule("has(platforms_held, 'etrc.municipal')"), rule(code="recognition.etrc.provincial")], names=NAMES)
    key = versions.organisations[0].pk

    def answer(subjects, _codes, _years):
        held = Known(frozenset({"etrc.municipal"}), REGISTER, "示例名录")
        return {(one, ("platforms_held", None)): held for one in subjects}

    sources.register("sample", answer, kind="organisation", metrics={"platforms_held"}, label="示例名录")
    request.addfinalizer(lambda: sources.forget("sample"))
    shown = text(page(leader, "verdict", CODE, key))
    assert "已有平台含“市级工程技术研究中心”" in shown
    assert "etrc.municipal</" not in shown.split("逐条对照")[-1]


NONSENSE = (
    "on=9999-99-99",
    "on=0001-01-01",
    "year=2024&on=9999-12-31",
    "year=%00",
    "year=二〇二四",
    "q=%00",
    f"q={'a' * 5000}",
    "county=abc&kind=zz&verdict=maybe",
    "county=99999999999999999999",
    "at=%FF&format=exe",
    "at=99999999999999",
    "version=-1",
    "t0=NaN",
    "t0=Infinity",
    "t0=1e999999",
    "t0=0.00000001",
    "t0=99999999999999999999",
    "t0=-5&t1=0",
)


@pytest.mark.parametrize("query", NONSENSE)
def test_whatever_is_typed_the_answer_is_a_page_or_a_sentence(versions, leader, query):
    key = versions.organisations[0].pk
    for name, arguments in (
        ("rules", ()),
        ("rule", (CODE,)),
        ("rule_units", (CODE,)),
        ("rule_trial", (CODE,)),
        ("verdict", (CODE, key)),
        ("unit_rules", (key,)),
    ):
        answer = leader.get(f"{reverse(f'facts:{name}', args=arguments)}?{query}")
        assert answer.status_code in {HTTPStatus.OK, HTTPStatus.NOT_FOUND}
    assert leader.get("/facts/rules/%00/").status_code == HTTPStatus.NOT_FOUND
    assert leader.get("/facts/rules/%00/units/").status_code == HTTPStatus.NOT_FOUND
