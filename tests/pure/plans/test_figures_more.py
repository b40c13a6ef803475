"""Figures in rarer prints: a share in brackets, ranges, sums of years, two head rows, goals shared out by year."""
# ruff: noqa: RUF001 - full-width signs are what is read

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


@pytest.mark.parametrize(
    ("sentence", "wanted"),
    (
        (
            "到2023年、2025年，示例企业分别达到300家和500家以上。",
            [("示例企业", "家", [(2023, "=", 300), (2025, "≥", 500)])],
        ),
        (
            "2021年、2022年、2023年全市示例企业分别达到300家、400家、500家。",
            [("全市示例企业", "家", [(2021, "=", 300), (2022, "=", 400), (2023, "=", 500)])],
        ),
        (
            "到2023年、2025年，示例投入分别达到10亿元、12亿元，示例平台分别达到3、5个。",
            [
                ("示例投入", "亿元", [(2023, "=", 10), (2025, "=", 12)]),
                ("示例平台", "个", [(2023, "=", 3), (2025, "=", 5)]),
            ],
        ),
        ("到2025年，示例企业、示例平台分别达到300家、500家。", []),
        ("到2023年、2025年，示例企业分别达到300家、400家、500家。", []),
        (
            "到2024年，全省单台（套）50万元以上仪器入网率达到95%。",
            [("全省单台（套）50万元以上仪器入网率", "%", [(2024, "=", 95)])],
        ),
        (
            "到2025年，示例成交额年均增长20%，突破100亿元。",
            [
                ("示例成交额年均增长", "%", [(2025, "=", 20)]),
                ("示例成交额", "亿元", [(2025, ">", 100)]),
            ],
        ),
        ("到2025年，培育示例企业3—5家，示例园区达到8个。", [("示例园区", "个", [(2025, "=", 8)])]),
        ("到2025年，引进示例人才50至60名。", []),
    ),
)
def test_goals_shared_out_by_year_and_named_with_figures(sentence: str, wanted: list[object]) -> None:
    reading = read_text(f"示例市创新行动方案\n一、主要目标\n{sentence}\n二、任务\n（一）建平台。建设平台。\n")
    got = [(i.name, i.unit, [(t.year, t.op, t.value) for t in i.targets]) for i in reading.indicators]
    assert got == wanted


@pytest.mark.parametrize(
    ("title", "wanted"),
    (("示例市行动方案（2022—2025年）", [(2023, 20)]), ("示例市行动方案（2024—2025年）", []), ("示例市行动方案", [])),
)
def test_a_bare_year_is_a_goal_within_the_plan_only(title: str, wanted: list[object]) -> None:
    reading = read_text(f"{title}\n一、任务\n（一）建平台。2023年，示例平台累计达到20家。\n（二）建网。建网。\n")
    assert [(t.year, t.value) for i in reading.indicators for t in i.targets] == wanted


def _cells(*rows: str) -> str:
    return "\n".join(rows).replace("|", "\n") + "\n"


HEAD = "序号|指标名称|单位|2022年基数|2025年|责任单位"


@pytest.mark.parametrize(
    "rows",
    (
        ("1|示例企业|家|112|200|市科技局", "2|示例投入|%|—|≥12|市统计局|市科技局", "3|示例中心|个|3|5|市工信局"),
        ("1|示例企业|家|112|200|市科技局", "2|示例投入|%|—|≥12|市统计局、|市科技局", "3|示例|中心|个|3|5|市工信局"),
    ),
)
def test_a_cell_of_two_lines_keeps_its_row_and_the_next(rows: tuple[str, ...]) -> None:
    first, second, third = _annex(_cells(HEAD, *rows)).indicators
    assert (first.name, first.departments) == ("示例企业", ("市科技局",))
    assert (second.name, second.base, second.departments) == ("示例投入", None, ("市统计局", "市科技局"))
    assert (third.name, third.unit, third.base) == ("示例中心", "个", Base(2022, 3))
    assert third.targets == (Target(2025, "=", 5),)
    assert third.departments == ("市工信局",)


def test_the_last_row_may_hold_two_lines_and_a_row_a_blank() -> None:
    rows = ("1|示例企业|家|112|200", "2|示例投入|%|3|12|市统计局|市科技局", "注：示例。")
    first, second = _annex(_cells(HEAD, *rows)).indicators
    assert (first.base, first.targets, first.departments) == (Base(2022, 112), (Target(2025, "=", 200),), ())
    assert second.departments == ("市统计局", "市科技局")
