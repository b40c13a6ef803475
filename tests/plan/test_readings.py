"""Readings: any day, from the register, with the reason and the figures in it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from kechuang.kernel.access import Actor
from kechuang.kernel.errors import NotAllowed, Refused
from kechuang.plan import counters, services
from kechuang.plan.counters import Count
from kechuang.plan.figures import plain
from kechuang.plan.models import BaseRestatement, Indicator, Plan, Target
from kechuang.plan.selectors.formulas import formulas
from kechuang.plan.selectors.readings import decomposition, indicator_reading, plan_readings, unit_readings
from tests.factories import CountyFactory, DepartmentFactory, IndicatorFactory, PlanFactory
from tests.plan.conftest import Register

pytestmark = pytest.mark.usefixtures("processes")

NINE = [("2015-01-01", "national")] * 4 + [("2018-01-01", "provincial")] * 5


@pytest.fixture
def plan() -> Plan:
    return PlanFactory()


@pytest.fixture
def indicator(plan: Plan, register: Register) -> Indicator:
    """Base 11, targets 13, 14, 16; of the base year's eleven nine are entered."""
    register.holds(
        "centres", *NINE, ("2021-03-01", "provincial"), ("2021-11-15", "provincial"), ("2022-05-20", "national")
    )
    row = IndicatorFactory(plan=plan, code="centres", name="示例技术中心", growth_stated="13")
    Indicator.objects.filter(pk=row.pk).update(base_parts={"national": "4", "provincial": "7"})
    row.refresh_from_db()
    for year, value in ((2021, 13), (2022, 14), (2023, 16)):
        Target.objects.create(indicator=row, year=year, value=value)
    return row


@pytest.mark.capability("C6")
@pytest.mark.capability("C102")
def test_a_past_day_is_read_as_exactly_as_a_later_one(indicator: Indicator) -> None:
    days = (date(2020, 12, 31), date(2021, 3, 1), date(2021, 12, 31), date(2022, 6, 30), date(2026, 1, 1))
    assert [indicator_reading(indicator=indicator, on=day).value for day in days] == [9, 10, 11, 12, 12]
    reading = indicator_reading(indicator=indicator, on=date(2022, 6, 30))
    assert (dict(reading.parts), reading.url) == (
        {"national": 5, "provincial": 7},
        "/platforms/?indicator=centres&on=2022-06-30",
    )


@pytest.mark.capability("C7")
@pytest.mark.capability("C14")
def test_a_light_says_why_with_the_figures(indicator: Indicator) -> None:
    reading = indicator_reading(indicator=indicator, on=date(2022, 6, 30))
    assert reading.light == "behind"
    assert (reading.goal.value, reading.goal.year) == (14, 2022)
    assert reading.reason == (
        "按进度 2022 年 6 月 30 日应有 13.5 个，现有 12 个，低于允许的偏差 10%；2022 年末目标 14 个，还差 2 个。"
    )
    assert reading.run_rate == Decimal("0.33")
    assert (reading.forecast.due, reading.forecast.low <= reading.forecast.middle <= reading.forecast.high) == (
        date(2022, 12, 31),
        True,
    )


@pytest.mark.capability("C103")
def test_the_base_gap_is_told_and_never_closed(indicator: Indicator) -> None:
    reading = indicator_reading(indicator=indicator, on=date(2022, 6, 30))
    assert reading.base_sentence == "基期 11 家，登记 9 家，待补录 2 家"
    assert (reading.base_gap, reading.value) == (2, 12)


def test_the_table_by_year_judges_each_year_by_its_own_end(indicator: Indicator) -> None:
    rows = indicator_reading(indicator=indicator, on=date(2022, 6, 30)).years
    assert [(row.year, row.target, row.reached, row.day.isoformat(), str(row.growth)) for row in rows] == [
        (2020, 11, 9, "2020-12-31", "None"),
        (2021, 13, 11, "2021-12-31", "22.2"),
        (2022, 14, 12, "2022-06-30", "9.1"),
        (2023, 16, None, "2022-06-30", "None"),
    ]
    assert [str(row.verdict.light) if row.verdict else None for row in rows] == [None, "missed", "behind", None]
    assert rows[0].target_printed == "11（国家级4、省级7）"
    assert rows[1].url == "/platforms/?indicator=centres&on=2021-12-31"


def test_formulas_carry_their_figures(indicator: Indicator) -> None:
    told = {row.term: row.how for row in formulas(indicator_reading(indicator=indicator, on=date(2022, 6, 30)))}
    assert told["年均增速（计算）"] == "（16 ÷ 11）^（1/3） - 1 = 13.3%；文件写 13%，照印，不改"
    assert told["按进度应有"] == "13 + （14 - 13） × 181 ÷ 365 = 13.5"
    assert told["达标所需速度"] == "（14 - 12） ÷ （184 ÷ 30.4375） = 0.33"


def test_nobody_counts_is_no_judgement(plan: Plan) -> None:
    row = IndicatorFactory(plan=plan, name="示例投入", base_value=None)
    Target.objects.create(indicator=row, year=2022, value=Decimal("2.5"))
    reading = indicator_reading(indicator=row, on=date(2022, 6, 30))
    assert (reading.value, reading.light, reading.url, reading.base_sentence) == (None, "unknown", "", "")
    assert reading.reason == "登记库还没有这个指标的计数口径，不作判断。"
    assert reading.years[0].target == Decimal("2.5")


@pytest.mark.capability("C4")
def test_a_yearly_indicator_is_measured_by_what_the_year_added(plan: Plan, register: Register) -> None:
    register.holds("new", ("2020-05-01", "provincial"), ("2021-02-01", "provincial"), ("2021-09-01", "provincial"))
    row = IndicatorFactory(plan=plan, code="new", name="新增示例", basis="yearly", base_year=None, base_value=None)
    Target.objects.create(indicator=row, year=2021, value=2)
    assert [indicator_reading(indicator=row, on=day).value for day in (date(2021, 6, 30), date(2021, 12, 31))] == [1, 2]
    assert indicator_reading(indicator=row, on=date(2021, 12, 31)).light == "reached"


@pytest.mark.capability("C103")
def test_a_restated_base_holds_from_its_day_on(indicator: Indicator, keeper: Actor) -> None:
    services.base_restate(
        indicator=indicator, on=date(2022, 1, 1), to_value=Decimal(12), reason="示例口径调整", actor=keeper
    )
    readings = [indicator_reading(indicator=indicator, on=day) for day in (date(2021, 12, 31), date(2022, 1, 1))]
    assert [(reading.base, reading.base_printed, reading.base_gap) for reading in readings] == [
        (11, 11, 2),
        (12, 11, 3),
    ]
    assert [reading.value for reading in readings] == [11, 11]


def test_change_is_split_into_restatement_and_progress(indicator: Indicator, keeper: Actor) -> None:
    services.base_restate(
        indicator=indicator, on=date(2022, 1, 1), to_value=Decimal(12), reason="示例口径调整", actor=keeper
    )
    change = decomposition(indicator=indicator, since=date(2020, 12, 31), until=date(2022, 6, 30))
    assert change is not None
    assert (change.before, change.after, change.restated, change.progress) == (9, 12, 1, 2)
    assert change.sentence == "由 9 变为 12：口径调整 +1，实际进展 +2。"
    before = decomposition(indicator=indicator, since=date(2020, 12, 31), until=date(2021, 12, 31))
    assert before is not None
    assert (before.restated, before.progress) == (0, 2)


def test_restating_is_refused(indicator: Indicator, keeper: Actor, stranger: Actor) -> None:
    def restate(actor: Actor, **changed: Any) -> None:
        values = {"on": date(2022, 1, 1), "to_value": Decimal(12), "reason": "示例", **changed}
        services.base_restate(indicator=indicator, actor=actor, **values)

    with pytest.raises(NotAllowed):
        restate(stranger)
    for changed, sentence in (
        ({"reason": " "}, "须写明理由"),
        ({"to_value": Decimal(11)}, "与现在相同"),
        ({"on": date(2030, 1, 1)}, "不能在今天之后"),
    ):
        with pytest.raises(Refused, match=sentence):
            restate(keeper, **changed)
    restate(keeper)
    with pytest.raises(Refused, match="须晚于上一次调整"):
        restate(keeper, to_value=Decimal(13))
    assert BaseRestatement.objects.count() == 1


@pytest.mark.capability("C5")
def test_targets_of_units_need_not_sum(indicator: Indicator, keeper: Actor, stranger: Actor) -> None:
    county, department = CountyFactory(name="示例甲县"), DepartmentFactory(name="示例乙局")
    with pytest.raises(NotAllowed):
        services.unit_target_set(indicator=indicator, year=2022, value=Decimal(9), county=county, actor=stranger)
    services.unit_target_set(indicator=indicator, year=2022, value=Decimal(9), county=county, actor=keeper)
    services.unit_target_set(indicator=indicator, year=2022, value=Decimal(20), department=department, actor=keeper)
    services.unit_target_set(indicator=indicator, year=2022, value=Decimal(8), county=county, actor=keeper)
    with pytest.raises(Refused, match="请选择一个部门或一个县区"):
        services.unit_target_set(indicator=indicator, year=2022, value=Decimal(1), actor=keeper)
    reading = indicator_reading(indicator=indicator, on=date(2022, 6, 30))
    rows = unit_readings(indicator=reading.indicator, on=date(2022, 6, 30))
    assert sorted((row.unit, row.value) for row in rows) == [("示例乙局", 20), ("示例甲县", 8)]
    assert reading.path.targets == {2021: 13, 2022: 14, 2023: 16}


@pytest.mark.parametrize("number", (1, 3))
def test_readings_cost_the_same_queries_for_any_number(
    plan: Plan, register: Register, number: int, django_assert_num_queries: Any
) -> None:
    for place in range(number):
        register.holds(f"key{place}", *NINE)
        row = IndicatorFactory(plan=plan, code=f"key{place}", name=f"示例{place}")
        Target.objects.create(indicator=row, year=2022, value=14)
    with django_assert_num_queries(4):
        readings = plan_readings(plan=plan, on=date(2022, 6, 30))
    assert ([reading.value for reading in readings], register.asked) == ([9] * number, 1)


def test_figures_are_whole_where_they_are_whole() -> None:
    assert [plain(Decimal("13.0000")), plain(Decimal("2.5000")), plain(None)] == [13, Decimal("2.5"), None]


def test_counters_of_other_rooms_may_fall(plan: Plan) -> None:
    counters.register("falling", lambda on, **bounds: Count(5 if on.year < 2022 else 3))
    row = IndicatorFactory(plan=plan, code="falling", name="示例下降")
    Target.objects.create(indicator=row, year=2022, value=6)
    change = decomposition(indicator=row, since=date(2021, 12, 31), until=date(2022, 6, 30))
    assert change is not None
    assert (change.progress, indicator_reading(indicator=row, on=date(2022, 6, 30)).light) == (-2, "behind")
