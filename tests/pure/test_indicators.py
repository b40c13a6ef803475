from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kechuang.pure.indicators import (
    Goal,
    Holding,
    Light,
    Path,
    day_after,
    decompose,
    growth_computed,
    growth_differs,
    growth_sentence,
    held,
    judge,
    parts_problem,
    run_rate,
    summed,
    year_share,
)
from kechuang.pure.timelines import Span

ANNEX = {
    "academician": Path(2020, 5, {2021: 5, 2022: 5, 2023: 6}),
    "engineering": Path(2020, 8, {2021: 8, 2022: 9, 2023: 10}),
    "enterprise": Path(2020, 11, {2021: 13, 2022: 14, 2023: 16}),
    "design": Path(2020, 2, {2021: 2, 2022: 3, 2023: 3}),
    "research": Path(2020, 4, {2021: 5, 2022: 6, 2023: 7}),
}
STATED = {"academician": "10", "engineering": "10", "enterprise": "13", "design": "15", "research": "12"}
COMPUTED = {"academician": "6.3", "engineering": "7.7", "enterprise": "13.3", "design": "14.5", "research": "20.5"}
DAYS = st.dates(date(2019, 1, 1), date(2026, 1, 1))


def test_annex_adds_up_to_the_goal_of_the_plan():
    assert summed(ANNEX.values()) == Path(2020, 30, {2021: 33, 2022: 37, 2023: 42})


@pytest.mark.parametrize("row", ANNEX)
def test_growth_is_computed_beside_the_stated_one(row):
    assert growth_computed(ANNEX[row]) == Decimal(COMPUTED[row])
    assert growth_differs(STATED[row], ANNEX[row]) is (row != "enterprise")


def test_growth_that_differs_is_told_with_its_figures():
    assert growth_sentence("院士工作站", "10", ANNEX["academician"]) == (
        "院士工作站：文件写年均增速 10%，按 2020—2023 年数据应为 6.3%"
    )
    assert growth_sentence("企业技术中心", "13", ANNEX["enterprise"]) is None


@pytest.mark.parametrize(
    ("path", "stated", "differs"),
    (
        (Path(2020, None, {2023: 6}), "10", None),
        (Path(2020, 0, {2023: 6}), "10", None),
        (Path(2020, 5, {}), "10", None),
        (Path(2020, 5, {2020: 6}), "10", None),
        (Path(2020, 5, {2021: 5}, "yearly"), "10", None),
        (Path(2020, 100, {2021: 110}), "10.0%左右", False),
        (Path(2020, 100, {2021: 110}), "10.1", True),
        (Path(2020, 100, {2021: 110}), "较快", None),
    ),
)
def test_growth_is_compared_only_where_it_can_be(path, stated, differs):
    assert growth_differs(stated, path) is differs


@pytest.mark.parametrize(
    ("reached", "day", "light", "sentence"),
    (
        (13, date(2021, 6, 1), Light.REACHED, "2021 年末目标 13 个，现有 13 个，已达到。"),
        (
            11,
            date(2021, 2, 1),
            Light.ON_TRACK,
            "按进度 2021 年 2 月 1 日应有 11.2 个，现有 11 个，在允许的偏差 10% 以内；2021 年末目标 13 个，还差 2 个。",
        ),
        (
            10,
            date(2021, 9, 1),
            Light.BEHIND,
            "按进度 2021 年 9 月 1 日应有 12.3 个，现有 10 个，低于允许的偏差 10%；2021 年末目标 13 个，还差 3 个。",
        ),
        (12, date(2021, 12, 31), Light.MISSED, "2021 年末目标 13 个，实有 12 个，差 1 个。"),
        (15, date(2026, 1, 1), Light.MISSED, "2023 年末目标 16 个，实有 15 个，差 1 个。"),
        (16, date(2026, 1, 1), Light.REACHED, "2023 年末目标 16 个，现有 16 个，已达到。"),
    ),
)
def test_light_of_enterprise_centres_says_why(reached, day, light, sentence):
    verdict = judge(ANNEX["enterprise"], reached=reached, day=day)
    assert (verdict.light, verdict.sentence) == (light, sentence)


def test_light_without_a_target_or_a_base():
    yearly = Path(None, None, {2021: 6}, "yearly")
    assert judge(yearly, reached=1, day=date(2022, 5, 1)).sentence == "方案没有 2022 年的目标；现有 1 个。"
    assert judge(yearly, reached=2, day=date(2021, 7, 1)).light is Light.BEHIND
    baseless = judge(Path(None, None, {2023: 6}), reached=1, day=date(2022, 5, 1))
    assert baseless.light is Light.NO_TARGET
    assert baseless.sentence == "2023 年末目标 6 个，现有 1 个，还差 5 个；方案未写基期值，无法判断进度。"
    assert (baseless.goal, baseless.gap) == (Goal(2023, 6), 5)


@given(DAYS, DAYS)
def test_expected_never_falls(one, other):
    earlier, later = sorted((one, other))
    assert ANNEX["enterprise"].expected_on(earlier) <= ANNEX["enterprise"].expected_on(later)


@given(st.integers(0, 50), DAYS)
def test_light_and_gap_agree(reached, day):
    verdict = judge(ANNEX["enterprise"], reached=reached, day=day)
    assert (verdict.light is Light.REACHED) == (verdict.gap == 0)
    assert verdict.light.label in {"已达成", "正常", "滞后", "未达成"}


def test_expected_meets_every_printed_year_end_and_bridges_missing_years():
    path = Path(2020, 10, {2022: 20, 2025: 23})
    ends = [path.expected_on(date(year, 12, 31)) for year in range(2019, 2027)]
    assert ends == [10, 10, 15, 20, 21, 22, 23, 23]
    assert path.goal_on(date(2021, 3, 1)) == Goal(2022, 20)
    assert path.goal_on(date(2023, 3, 1)) == Goal(2025, 23)
    assert Path(None, None, {2022: 20}).expected_on(date(2021, 1, 1)) is None


@given(DAYS)
def test_yearly_target_is_expected_in_step_with_the_year(day):
    path = Path(None, None, dict.fromkeys(range(2019, 2027), 365), "yearly")
    assert path.expected_on(day) == (365 * year_share(day)).quantize(Decimal("0.1"))


@pytest.mark.parametrize(
    ("reached", "day", "rate"),
    (
        (13, date(2021, 6, 1), Decimal("0.00")),
        (11, date(2021, 6, 30), Decimal("0.33")),
        (12, date(2021, 12, 31), None),
    ),
)
def test_run_rate_is_what_each_month_must_bring(reached, day, rate):
    assert run_rate(ANNEX["enterprise"], reached=reached, day=day) == rate


def test_run_rate_needs_a_goal():
    assert run_rate(Path(2020, 1, {}), reached=0, day=date(2021, 1, 1)) is None


def test_summed_counts_only_what_all_paths_print():
    assert summed([]) == Path(None, None, {})
    assert summed([Path(2020, 1, {2021: 2}), Path(2019, 1, {2021: 3, 2022: 4})]) == Path(None, None, {2021: 5})


@pytest.mark.parametrize(
    ("value", "parts", "problem"),
    (
        (11, {"国家级": 4, "省级": 7}, None),
        (11, {}, None),
        (12, {"国家级": 4, "省级": 7}, "分项之和 11（国家级 4、省级 7）与总数 12 不符"),
        (None, {"国家级": 4}, "有分项（国家级 4）却没有总数"),
    ),
)
def test_parts_must_sum(value, parts, problem):
    assert parts_problem(value, parts) == problem


FIRST = date(2020, 12, 31)
EARLY, LATE = date(2021, 1, 10), date(2022, 1, 10)


def test_late_entry_is_restatement_and_no_progress():
    holdings = [
        Holding("old", Span(date(2015, 1, 1)), Span(date(2020, 1, 1))),
        Holding("entered late", Span(date(2016, 1, 1)), Span(date(2021, 6, 1))),
        Holding("voided", Span(date(2016, 1, 1)), Span(date(2020, 1, 1), date(2021, 3, 1))),
        Holding("new", Span(date(2021, 5, 1)), Span(date(2021, 5, 2))),
        Holding("revoked", Span(date(2018, 1, 1), date(2021, 8, 1)), Span(date(2020, 1, 1))),
    ]
    change = decompose(holdings, first=FIRST, last=date(2021, 12, 31), known_first=EARLY, known_last=LATE)
    assert (change.before, change.after, change.restated, change.progress) == (3, 3, 0, 0)
    assert (change.added, change.removed) == ({"entered late"}, {"voided"})
    assert (change.recognised, change.ended) == ({"new"}, {"revoked"})
    assert change.sentence == "由 3 变为 3：新认定 1，终止 1；另补录 1，更正减少 1（不算进展）。"


MOMENTS = st.integers(0, 40).map(lambda n: date(2020, 1, 1) + timedelta(n))
SPANS = st.builds(lambda day, days: Span(day, days and day + timedelta(days)), MOMENTS, st.none() | st.integers(1, 30))
HOLDINGS = st.lists(st.builds(Holding, st.sampled_from("abcdef"), SPANS, SPANS), max_size=12)


@given(HOLDINGS, MOMENTS, MOMENTS, MOMENTS, MOMENTS)
def test_change_always_adds_up(holdings, first, last, known_first, known_last):
    change = decompose(holdings, first=first, last=last, known_first=known_first, known_last=known_last)
    assert change.after == change.before + change.restated + change.progress
    assert change.before == len(held(holdings, on=first, known_on=known_first))
    assert change.after == len(held(holdings, on=last, known_on=known_last))


def test_day_after_closes_a_span():
    assert day_after(date(2020, 12, 31)) == date(2021, 1, 1)
