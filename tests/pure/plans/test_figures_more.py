"""Figures in rarer prints: a share in brackets, ranges, sums of years, two head rows, goals shared out by year."""
# ruff: noqa: E501, RUF001 - a case stays on one line; full-width signs are what is read

import pytest

from kechuang.pure.plans import Base, PlanReading, Target, read_text
from kechuang.pure.plans.blocks import Grid
from kechuang.pure.plans.indicators import Period
from kechuang.pure.plans.tables import read_grid
from kechuang.pure.plans.values import is_figure, is_unit, value_of

ANNEX = "示例市创新行动方案\n一、任务\n（一）建平台。建设平台。\n附件\n主要指标\n"


def _annex(rows: str) -> PlanReading:
    return read_text(ANNEX + rows)


def test_a_share_in_brackets_is_named_by_the_indicator() -> None:
    reading = _annex(
        "指标\t单位\t2020年\t2025年\n省级以上平台（其中：国家级）\t个\t8（2）\t23（6）\n普通平台\t个\t3（1）\t4（2）\n"
    )
    first, second = reading.indicators
    assert first.base == Base(2020, 8, {"国家级": 2})
    assert first.targets == (Target(2025, "=", 23, {"国家级": 6}),)
    assert second.base == Base(2020, 3, None)
    assert second.targets == (Target(2025, "=", 4, None),)
    assert reading.findings == ()


def test_a_share_in_brackets_is_named_by_the_head() -> None:
    reading = _annex("指标\t单位\t2020年（其中：省级）\t2025年（其中：省级）\n研发平台\t个\t8（2）\t23（6）\n")
    assert reading.indicators[0].targets == (Target(2025, "=", 23, {"省级": 6}),)


def test_a_share_above_the_whole_is_pointed_out() -> None:
    reading = _annex("指标\t单位\t2020年\t2025年\n平台（其中：国家级）\t个\t8（9）\t23（6）\n")
    assert [finding.kind for finding in reading.findings] == ["parts_differ"]


@pytest.mark.parametrize("unit", ("万㎡", "㎡", "m²", "km²", "万m3", "MW", "亿kWh"))
def test_units_of_signs(unit: str) -> None:
    assert is_unit(unit)
    reading = _annex(f"指标\t单位\t2020年\t2025年\n示例面积\t{unit}\t8\t23\n")
    assert reading.indicators[0].unit == unit


@pytest.mark.parametrize("text", ("12-15", "3—5家", "5%～8%", "1000－1200"))
def test_a_range_is_a_figure_without_a_value(text: str) -> None:
    assert is_figure(text)
    assert value_of(text) is None


@pytest.mark.parametrize("text", ("“十四五”末达到20", "十四五期间20", "到2025年达到20", "2025年底20"))
def test_a_year_may_stand_before_a_figure(text: str) -> None:
    value = value_of(text)
    assert value is not None
    assert value.number == 20


def test_a_year_alone_is_not_cut_from_itself() -> None:
    value = value_of("2025年")
    assert value is None or value.number == 2025


def test_a_bracketed_growth_is_the_sum_of_years() -> None:
    reading = _annex("指标\t单位\t2020年\t2025年\t年均增速［累计］\n研发投入强度\t%\t2.0\t2.5\t[0.5]\n")
    assert reading.indicators[0].growth_stated == "[0.5]"
    assert reading.findings == ()


@pytest.mark.parametrize("below", (("类别", "内容"), ("大项", "小项")))
def test_a_second_head_row_is_no_task(below: tuple[str, str]) -> None:
    rows = (
        ("序号", "重点任务", "重点任务", "责任单位"),
        ("序号", *below, "责任单位"),
        ("1", "平台", "建设示例平台", "市科技局"),
        ("2", "平台", "建设示例中心", "市财政局"),
    )
    reading = read_grid(Grid(1, rows, merges_known=True), section=None, period=Period(), caption="")
    assert [(task.no, task.title) for task in reading.tasks] == [("1", "建设示例平台"), ("2", "建设示例中心")]
