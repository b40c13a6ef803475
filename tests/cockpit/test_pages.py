"""The pages as visitors and officers meet them: what they say, what they keep to themselves, what they cost."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kechuang.kernel.processes import begin
from kechuang.plan.models import Duty, Plan, Target
from tests.cockpit.conftest import signed_in

pytestmark = pytest.mark.django_db
FRAME = 4
"""Queries of a signed-in frame: session, person, offices, unread messages."""


def queries(client, path):
    client.get(path)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert client.get(path).status_code == 200
    return len(asked)


@pytest.fixture
def duties(city):
    clause = city.plan.clauses.filter(kind="task").order_by("order").first()
    town = city.town
    return [
        Duty.objects.create(
            clause=clause, department=department, county=county, what=f"示例分工{place}", **begin("plan_duty")
        )
        for place, (department, county) in enumerate(((town.departments[0], None), (None, town.counties[0])))
    ]


def test_the_front_page_shows_the_one_number_its_doors_and_open_recognitions(city):
    page = Client().get("/")
    shown = page.context["headline"]
    assert (shown.goal, shown.due, shown.now.value, shown.at_due.value) == (42, date(2023, 12, 31), 3, 3)
    assert [door[2] for door in page.context["doors"]] == [
        reverse("platforms:list"),
        reverse("cockpit:cockpit"),
        reverse("portal:figures"),
        reverse("calls:items"),
        reverse("portal:notices"),
        reverse("portal:data"),
    ]
    words = page.content.decode()
    assert [row.title[0] for row in page.context["recognitions"]] == ["乙", "丙", "己", "甲"]
    assert "戊" not in words
    assert f'action="{reverse("platforms:list")}"' in words


def test_the_cockpit_says_where_every_indicator_stands_and_why(city):
    page = Client().get("/cockpit/?on=2022-06-30")
    rows = page.context["rows"]
    assert len(rows) == 5
    words = page.content.decode()
    for row in rows:
        assert row.reading.reason in words
    [centres] = [row for row in rows if row.reading.indicator.code == "engineering_technology_centres"]
    assert "基期 8 家，登记 1 家，待补录 7 家" in words
    assert centres.reading.forecast is not None
    assert str(centres.reading.run_rate) in words
    assert (centres.reading.growth_stated, str(centres.reading.growth_computed)) == ("10", "7.7")
    assert len(page.context["tasks"]) == 10
    assert len(page.context["guarantees"]) == 4
    assert [link.url for link in page.context["days"]] == [
        "?on=2020-12-31",
        "?on=2021-12-31",
        "?on=2022-12-31",
        "?on=2023-12-31",
        "?",
    ]


def test_a_department_is_shown_by_its_formula_with_the_raw_numbers(city):
    page = Client().get("/cockpit/?on=2022-12-31")
    rows = {row.unit.code: row for row in page.context["departments"]}
    keeper = rows["kjj"].responsible
    assert (keeper.value, keeper.target, len(keeper.names)) == (2, 5 + 9, 2)
    assert keeper.share == pytest.approx(2 / 14)
    shared = [rows[code].responsible.names for code in ("fgw", "gxj")]
    assert all("企业技术中心" in names for names in shared)
    assert "达成率 = " in page.content.decode()


@pytest.mark.parametrize("path", ("/cockpit/", "/cockpit/county/county0/", "/cockpit/department/kjj/"))
@pytest.mark.parametrize("on", ("2023-02-30", "昨天", "0001-01-01", "9999-12-31", "2023-12-31%00", "99999999999999999"))
def test_an_unreadable_day_is_told_and_today_is_shown(city, path, on):
    page = Client().get(f"{path}?on={on}")
    assert page.status_code == 200
    assert page.context["day"] == date.today()
    assert "读不懂，已按今天显示" in page.content.decode()


def test_a_day_may_be_typed_as_people_write_it(city):
    page = Client().get("/cockpit/?on=2022年6月30日")
    assert page.context["day"] == date(2022, 6, 30)
    assert "正在看2022年6月30日当天的情况" in page.content.decode()


def test_inner_work_is_for_those_who_hold_an_office_of_the_plan(city, duties):
    for client, inside in (
        (Client(), False),
        (signed_in("applicant", organisation=city.town.hosts[0]), False),
        (signed_in("leader"), True),
        (signed_in("county_officer", county=city.town.counties[1]), True),
    ):
        words = client.get("/cockpit/county/county0/").content.decode()
        assert ("示例分工1" in words) is inside
        page = client.get("/cockpit/")
        works = {row.unit.code: row.unit.work for row in (*page.context["counties"], *page.context["departments"])}
        assert (works["county0"] is not None) is inside
        assert (
            "分工 1 项，完成 0 项" in page.content.decode() or "分工 2 项，完成 0 项" in page.content.decode()
        ) is inside
        if inside:
            assert (works["county0"].duties, works["county0"].due, works["kjj"].duties) == (1, 1, 1)


def test_a_target_set_for_a_county_stands_beside_what_it_has(city):
    indicator = city.plan.indicators.get(code="engineering_technology_centres")
    Target.objects.create(indicator=indicator, year=2023, county=city.town.counties[1], value=2)
    page = Client().get("/cockpit/county/county1/?on=2023-06-30")
    [row] = [one for one in page.context["targets"] if one.goal]
    assert (row.number.value, row.goal.value, row.goal.year) == (1, 2, 2023)
    assert row.verdict.sentence in page.content.decode()


@pytest.mark.parametrize(
    "path",
    (
        "/cockpit/county/nowhere/",
        "/cockpit/department/nobody/",
        "/cockpit/changes/",
        "/cockpit/changes/?indicator=nothing",
        "/cockpit/changes/?indicator=engineering_research_centres&part=wrong",
        "/cockpit/changes/?indicator=engineering_research_centres&on=2022-01-01&since=2023-01-01",
    ),
)
def test_what_is_not_there_is_not_found(city, path):
    assert Client().get(path).status_code == 404


def test_without_a_published_plan_the_register_still_counts(city):
    Plan.objects.update(state="superseded")
    for path in ("/", "/cockpit/", "/cockpit/county/county0/", "/cockpit/department/kjj/"):
        page = Client().get(path)
        assert page.status_code == 200
    assert "还没有发布的方案" in Client().get("/cockpit/").content.decode()


def test_queries_do_not_grow_with_rows(city, duties):
    clients = {"public": Client(), "leader": signed_in("leader")}
    paths = ("/", "/cockpit/", "/cockpit/county/county0/", "/cockpit/department/kjj/")
    before = {(who, path): queries(client, path) for who, client in clients.items() for path in paths}
    for place in range(3):
        city.add(f"新{place}", "etrc", place, ("provincial", f"202{place + 1}-05-01"))
        Duty.objects.create(
            clause=duties[0].clause, department=city.town.departments[place], what=f"加{place}", **begin("plan_duty")
        )
        Target.objects.create(
            indicator=city.plan.indicators.first(), year=2022, county=city.town.counties[place], value=1
        )
    after = {(who, path): queries(client, path) for who, client in clients.items() for path in paths}
    assert after == before
    assert before["public", "/"] <= 8
    assert before["public", "/cockpit/"] <= 11
    assert before["leader", "/cockpit/"] <= 15 + FRAME


def test_an_office_bound_to_a_county_costs_one_question_more(city):
    county = signed_in("county_officer", county=city.town.counties[0])
    assert queries(county, "/cockpit/") == queries(signed_in("leader"), "/cockpit/") + 1


def test_the_overview_stands_first_in_its_room(city):
    words = signed_in("leader").get("/cockpit/").content.decode()
    assert f'href="{reverse("cockpit:cockpit")}"' in words
    assert words.index("总览") < words.index("行动方案")
