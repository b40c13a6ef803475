"""The catalogue that is shipped: whole, true to the plan's numbers, and honest about what is a template."""

from datetime import date
from decimal import Decimal

import pytest

from kechuang.catalogue import fingerprint, installed_root, load, problems
from kechuang.catalogue.whole import Catalogue
from kechuang.pure.indicators import Path, growth_computed, growth_differs
from kechuang.pure.process import Process
from kechuang.pure.workdays import Calendar

DAY = date(2021, 12, 24)


@pytest.fixture(scope="module")
def anshun() -> Catalogue:
    return load(installed_root(), "anshun")


def test_catalogue_has_no_contradiction(anshun):
    assert problems(anshun) == []


def test_catalogue_is_read_the_same_twice(anshun):
    again = load(installed_root(), "anshun")
    assert fingerprint(again) == fingerprint(anshun)
    assert again.to_json() == anshun.to_json()


def test_fingerprint_changes_with_any_rule(anshun):
    first, *rest = anshun.levels
    other = anshun.model_copy(update={"levels": (first.model_copy(update={"label": "国家"}), *rest)})
    fewer = anshun.reference.model_copy(update={"industries": anshun.reference.industries[1:]})
    assert len({fingerprint(each) for each in (anshun, other, anshun.model_copy(update={"reference": fewer}))}) == 3


def test_city_is_the_six_counties_and_two_management_areas(anshun):
    assert [(each.short_name, each.division) for each in anshun.city.counties] == [
        ("西秀", "520402"),
        ("平坝", "520403"),
        ("普定", "520422"),
        ("镇宁", "520423"),
        ("关岭", "520424"),
        ("紫云", "520425"),
        ("经开区", None),
        ("黄果树", None),
    ]


def test_plan_has_ten_tasks_and_four_guarantees_in_order(anshun):
    (plan,) = anshun.plans
    numbers = ["（一）", "（二）", "（三）", "（四）", "（五）", "（六）", "（七）", "（八）", "（九）", "（十）"]
    assert [clause.no for clause in plan.of_kind("task")] == numbers
    assert [clause.no for clause in plan.clauses if clause.no_restored] == ["（六）", "（七）", "（九）"]
    assert [clause.title for clause in plan.of_kind("guarantee")] == [
        "加强组织领导",
        "加大科技投入",
        "强化政策保障",
        "加强宣传引导",
    ]
    assert [len(clause.responsibilities[0].departments) for clause in plan.of_kind("task")] == [
        9, 5, 7, 7, 5, 5, 3, 8, 3, 5,
    ]  # fmt: skip
    assert [clause.no for clause in plan.of_kind("task") if not clause.responsibilities[0].local] == [
        "（七）",
        "（八）",
    ]


def test_annex_rows_sum_to_the_goal(anshun):
    (plan,) = anshun.plans
    assert [plan.total(year) for year in (2020, 2021, 2022, 2023)] == [30, 33, 37, 42]
    assert plan.goal
    assert plan.goal.value == 42


def test_growth_is_computed_beside_the_stated_one(anshun):
    (plan,) = anshun.plans
    paths = [
        Path(row.base.year, row.base.value, {t.year: t.value or 0 for t in row.targets}) for row in plan.indicators
    ]
    assert [growth_computed(path) for path in paths] == [Decimal(n) for n in ("6.3", "7.7", "13.3", "14.5", "20.5")]
    assert [row.growth_stated for row in plan.indicators] == [10, 10, 13, 15, 12]
    differs = [growth_differs(str(row.growth_stated), path) for row, path in zip(plan.indicators, paths, strict=True)]
    assert differs == [True, True, False, True, True]


def test_enterprise_centres_are_printed_by_level(anshun):
    row = anshun.plans[0].indicators[2]
    assert row.base.parts == {"national": 4, "provincial": 7}
    assert [target.parts for target in row.targets] == [
        {"national": 4, "provincial": 9},
        {"national": 4, "provincial": 10},
        {"national": 5, "provincial": 11},
    ]


def test_similar_names_stay_apart(anshun):
    types = {each.code: each for each in anshun.platform_types}
    assert (types["etrc"].line, types["erc"].line) == ("科技", "发改")
    assert types["erc"].not_same_as == ("etrc",)
    assert types["etrc"].not_same_as == ("erc",)


@pytest.mark.parametrize(
    ("kind", "level", "day", "department"),
    (
        ("enterprise_technology_centre", "national", DAY, "fgw"),
        ("enterprise_technology_centre", "provincial", DAY, "gxj"),
        ("etrc", "provincial", DAY, "kjj"),
        ("erc", "municipal", DAY, "fgw"),
        ("incubator", "national", date(2025, 7, 9), "kjj"),
        ("incubator", "national", date(2025, 7, 10), "gxj"),
    ),
)
def test_competence_is_a_question_of_the_day(anshun, kind, level, day, department):
    found = anshun.competence_for(kind, level, day)
    assert found
    assert found.department == department


def test_competence_unknown_is_nothing(anshun):
    assert anshun.competence_for("torch_industry_base", "municipal", DAY) is None
    assert anshun.types_of("rsj", DAY) == ("postdoctoral_workstation", "postdoc_practice_base")


def test_departments_are_found_by_every_printed_name(anshun):
    found = [anshun.department_named(name) for name in ("市科技局", "发展改革委", "安顺职院", "市某局")]
    assert [each and each.name for each in found] == [
        "安顺市科学技术局",
        "安顺市发展和改革委员会",
        "安顺职业技术学院",
        None,
    ]


def test_goal_counts_the_two_upper_levels(anshun):
    assert anshun.counted_levels() == ("national", "provincial")
    assert {each.levels for each in anshun.indicators} == {("national", "provincial")}


def test_nothing_from_elsewhere_is_shown_as_this_citys_rule(anshun):
    assert {each.template for each in anshun.evaluations} == {True}
    assert {each.verified_by for each in anshun.competence} == {None}
    types = {each.code for each in anshun.platform_types}
    assert {code for each in anshun.evaluations for code in each.types} <= types


def test_processes_offer_a_return_from_every_examination(anshun):
    examining = {
        (name, state.name) for name, process in anshun.processes.items() for state in process.states if state.examines
    }
    assert examining >= {
        ("recognition_record", "submitted"),
        ("platform_life", "rectified"),
        ("progress_report", "submitted"),
        ("organisation_change", "submitted"),
    }


def test_nobody_confirms_who_also_enters_a_recognition(anshun):
    process = anshun.processes["recognition_record"]
    assert process.step("submit", source="draft").by == ("department_officer",)
    assert process.step("confirm", source="submitted").by == ("department_head",)


def test_stored_process_is_the_process(anshun):
    stored = anshun.to_data()["processes"]
    assert {name: Process.from_dict(written) for name, written in stored.items()} == anshun.processes


def test_old_codes_of_the_city_are_known(anshun):
    former = anshun.reference.former_divisions()
    assert (former["520421"], former["522526"], former["522501"]) == ("平坝县", "平坝县", "安顺市")
    assert set(former).isdisjoint(anshun.reference.division_names())


@pytest.mark.parametrize(
    ("day", "count", "last"),
    (
        (date(2021, 9, 30), 1, date(2021, 10, 8)),
        (date(2020, 1, 23), 1, date(2020, 2, 3)),
        (date(2023, 1, 20), 1, date(2023, 1, 28)),
        (date(2026, 2, 13), 1, date(2026, 2, 14)),
    ),
)
def test_calendar_follows_the_yearly_notices(anshun, day, count, last):
    calendar = Calendar(anshun.reference.workdays(), anshun.reference.workday_years())
    assert calendar.add(day, count) == last
    assert calendar.years == frozenset(range(2018, 2027))
