"""Small printed forms: numbers, kinds of headings, cells, column headers, goals and dates."""
# ruff: noqa: E501, RUF001 - a case stays on one line; full-width signs are what is read

import pytest

from kechuang.pure.plans import Base, Target
from kechuang.pure.plans.bodies import split_names
from kechuang.pure.plans.columns import column_of
from kechuang.pure.plans.dates import date_in, is_date_line
from kechuang.pure.plans.folding import chinese_number, fold, to_chinese
from kechuang.pure.plans.goals import goals_in
from kechuang.pure.plans.headings import mark_of
from kechuang.pure.plans.indicators import Period, growth_of, period_of, rounded
from kechuang.pure.plans.milestones import milestones_in
from kechuang.pure.plans.titles import kind_of, split_title
from kechuang.pure.plans.values import value_of


@pytest.mark.parametrize(
    ("text", "style", "no"),
    (
        ("一、总体要求", "chinese", "一"),
        ("十二 、其他", "chinese", "十二"),
        ("（一）指导思想", "bracketed", "（一）"),
        ("( 三 )目标", "bracketed", "（三）"),
        ("㈡任务", "bracketed", "（二）"),
        ("二）任务", "bracketed", "（二）"),
        ("1.任务", "arabic", "1"),
        ("１２．任务", "arabic", "12"),
        ("3、任务", "arabic", "3"),
        ("⒈任务", "arabic", "1"),
        ("2.1 任务", "decimal2", "2.1"),
        ("（4）任务", "arabic_bracketed", "（4）"),
        ("⑵任务", "arabic_bracketed", "（2）"),
        ("5）任务", "arabic_bracketed", "（5）"),
        ("③任务", "round", "③"),
        ("第二章　总体要求", "chapter", "第二章"),
        ("第 十 条 支持", "article", "第十条"),
        ("第三部分 任务", "part", "第三部分"),
        ("任务一：建设平台", "action", "任务一"),
    ),
)
def test_number_is_recognised(text: str, style: str, no: str) -> None:
    mark = mark_of(text)

    assert mark is not None
    assert (mark.style, mark.no) == (style, no)


@pytest.mark.parametrize(
    "text", ("2021年，全市", "1.5亿元资金", "一是加强领导", "三季度完成", "5G基站建设", "第一，加强", "全文")
)
def test_running_text_is_no_number(text: str) -> None:
    assert mark_of(text) is None


@pytest.mark.parametrize("text", (")开展服务", "（)开展服务", "( )开展服务", "、开展服务"))
def test_lost_number_is_a_mark_without_value(text: str) -> None:
    mark = mark_of(text)

    assert mark is not None
    assert (mark.value, mark.no, mark.rest) == (None, None, "开展服务")


@pytest.mark.parametrize(
    ("kind", "titles"),
    (
        (
            "general",
            "总体要求 指导思想 基本原则 主要目标 工作目标 适用范围 明确目标要求 充分认识平台建设的重要意义 总体思路和目标 总则",
        ),
        ("background", "发展基础 发展环境 面临形势 发展基础与形势 规划背景 基本情况 战略态势"),
        ("timetable", "进度安排 实施步骤 时间安排 工作步骤 实施步骤及时间"),
        (
            "guarantee",
            "保障措施 工作保障 组织保障 组织实施 实施保障 保障机制 加强组织领导 强化保障措施 工作要求 规划实施",
        ),
        ("task", "重点任务 主要任务 工作任务 主要任务及分工 政策措施 主要举措 工作重点任务"),
        (None, "夯实发展基础 优化发展环境 建设创新平台 加强党的领导 强化要素保障 平台能级提升行动"),
    ),
)
def test_heading_says_its_kind(kind: str | None, titles: str) -> None:
    assert {title: kind_of(title) for title in titles.split()} == dict.fromkeys(titles.split(), kind)


@pytest.mark.parametrize(
    ("rest", "form", "title", "text"),
    (
        ("加强领导", "own", "加强领导", ""),
        ("加强领导。建立机制。", "run_in", "加强领导", "建立机制。"),
        ("加强领导：建立机制。", "run_in", "加强领导", "建立机制。"),
        ("加强领导。", "sentence", "加强领导", ""),
        ("加强领导；", "item", "加强领导", ""),
        ("【信息公示】许可证应当公示。", "run_in", "信息公示", "许可证应当公示。"),
    ),
)
def test_title_is_parted_from_its_text(rest: str, form: str, title: str, text: str) -> None:
    assert split_title(rest) == (form, title, text)


@pytest.mark.parametrize(
    ("cell", "op", "number", "unit", "parts"),
    (
        ("11(国家级4个,省级7个)", "=", 11, None, {"国家级": 4, "省级": 7}),
        ("16家（国家级5家、\n省级11家）", "=", 16, "家", {"国家级": 5, "省级": 11}),
        ("1,200", "=", 1200, None, None),
        ("１５", "=", 15, None, None),
        ("≥ 2.5%", "≥", 2.5, "%", None),
        (">99", ">", 99, None, None),
        ("500家以上", "≥", 500, "家", None),
        ("8左右", "≈", 8, None, None),
        ("14以内", "≤", 14, None, None),
        ("不低于3", "≥", 3, None, None),
        ("突破1000亿元", ">", 1000, "亿元", None),
        ("〔15.8%〕", "=", 15.8, "%", None),
        ("18万元/人", "=", 18, "万元/人", None),
    ),
)
def test_cell_gives_its_figure(
    cell: str, op: str, number: float, unit: str | None, parts: dict[str, int] | None
) -> None:
    value = value_of(cell)

    assert value is not None
    assert (value.op, value.number, value.unit, value.parts) == (op, number, unit, parts)


@pytest.mark.parametrize("cell", ("完成国家下达任务", "3—5家", "5 6", "—", "/", "", "2021年12月", "第3名和第4名"))
def test_cell_without_one_figure_gives_none(cell: str) -> None:
    assert value_of(cell) is None


@pytest.mark.parametrize(
    ("header", "role", "year", "goal"),
    (
        ("2020年基期值(累计达到)", "value", 2020, False),
        ("2021年目标值（累计达到）", "value", 2021, True),
        ("“十四五”目标", "value", 2025, True),
        ("“十三五”末", "value", 2020, None),
        ("２０２５年", "value", 2025, None),
        ("2022年（预计）", "value", 2022, False),
        ("年均增速(%)", "growth", None, None),
        ("计量单位", "unit", None, None),
        ("牵头（责任）单位", "lead", None, None),
        ("参加单位", "cooperating", None, None),
        ("责任科室", "duty", None, None),
        ("时间进度", "deadline", None, None),
        ("责任领导", "person", None, None),
        ("指标名称（单位）", "indicator", None, None),
        ("工作任务", "item", None, None),
        ("县（市、区）", "place", None, None),
    ),
)
def test_header_says_what_a_column_is(header: str, role: str, year: int | None, goal: bool | None) -> None:  # noqa: FBT001
    column = column_of(header)

    assert (column.role, column.year, column.goal) == (role, year, goal)


@pytest.mark.parametrize(
    ("text", "goals"),
    (
        (
            "到2025年，研发经费投入年均增长10%以上、高新技术企业达到500家。",
            [("研发经费投入年均增长", "≥", 10, "%"), ("高新技术企业", "=", 500, "家")],
        ),
        (
            "力争到2027年，培育100家以上科技型企业，新增平台30家。",
            [("科技型企业", "≥", 100, "家"), ("新增平台", "=", 30, "家")],
        ),
        ("到2025年，打造3个产业集群、5个示范园区。", [("产业集群", "=", 3, "个"), ("示范园区", "=", 5, "个")]),
        ("到2025年，创新平台达100家，其中国家级5家、省级30家。", [("创新平台", "=", 100, "家")]),
        ("到2025年，两类企业分别达到500家、1000家。", []),
        ("截至2020年底，高新技术企业达到300家。", []),
        ("2023年，新增高新技术企业50家。", []),
        ("对到2025年仍未达标的企业，给予每家10万元奖励。", []),
        ("到2030年，建成创新型城市。", []),
    ),
)
def test_goal_needs_number_unit_and_year_together(text: str, goals: list[tuple[str, str, float, str]]) -> None:
    found = [goal.indicator for goal in goals_in(text, 1, Period())]

    assert [(i.name, i.targets[0].op, i.targets[0].value, i.unit) for i in found] == goals


def test_goal_that_rises_from_a_year_has_a_base() -> None:
    (goal,) = goals_in("到2025年，研发投入比重由2020年的1.5%提高到2.2%。", 1, Period())

    assert (goal.indicator.base, goal.indicator.targets) == (Base(2020, 1.5), (Target(2025, "=", 2.2),))


@pytest.mark.parametrize(
    ("text", "dated"),
    (
        ("请于2019年2月底前将方案报送。", [("2019-02", "将方案报送")]),
        ("2022年底前，完成入网。9月15日前报送总结。", [("2022", "完成入网"), ("2022-09-15", "报送总结")]),
        ("编制目录。（市科技局牵头，2018年底前完成）", [("2018", "建设平台")]),
        ("完成时限：2023年12月", [("2023-12", "建设平台")]),
        ("支撑2030年前实现目标的行动。", []),
        ("完成时限：持续推进", []),
    ),
)
def test_dated_duty_is_a_milestone(text: str, dated: list[tuple[str, str]]) -> None:
    assert [(found.when, found.what) for found in milestones_in(text, 1, "建设平台")] == dated


@pytest.mark.parametrize(
    ("text", "day"),
    (
        ("2021年12月24日", "2021-12-24"),
        ("二〇二一年十二月二十四日", "2021-12-24"),
        ("二○一二年一月二十九日", "2012-01-29"),
        ("2022-06-17", "2022-06-17"),
        ("２０２２年１月５日", "2022-01-05"),
        ("2022年13月1日", None),
    ),
)
def test_date_is_read(text: str, day: str | None) -> None:
    assert date_in(text) == day
    assert is_date_line(f"  （{text}）") is (day is not None)


@pytest.mark.parametrize(
    ("base", "last", "rate"),
    ((5, 6, 6.3), (8, 10, 7.7), (11, 16, 13.3), (2, 3, 14.5), (4, 7, 20.5), (30, 42, 11.9)),
)
def test_growth_is_compound_and_rounded_half_up(base: int, last: int, rate: float) -> None:
    assert rounded(growth_of(Base(2020, base), (Target(2023, "=", last),))) == rate


def test_growth_needs_a_base_and_a_later_year() -> None:
    assert growth_of(None, (Target(2023, "=", 1),)) is None
    assert growth_of(Base(2020, 0), (Target(2023, "=", 1),)) is None
    assert growth_of(Base(2023, 1), (Target(2023, "=", 1),)) is None


def test_plan_period_is_read_from_the_title() -> None:
    assert period_of("示例行动方案（2021—2023年）") == Period(2021, 2023)
    assert period_of("示例“十四五”规划") == Period(2021, 2025)
    assert period_of("示例方案") == Period()


def test_names_broken_over_lines_are_mended() -> None:
    assert split_names("市发展改\n革委\n市工业和信\n息化局") == ["市发展改革委", "市工业和信息化局"]
    assert split_names("市委\n组织部、市科技局") == ["市委组织部", "市科技局"]
    assert split_names("市科技局\n示例大学") == ["市科技局", "示例大学"]


def test_folding_keeps_a_lost_bracket_as_printed() -> None:
    assert fold("各县()人民政府( 管委会 )") == "各县()人民政府（管委会）"
    assert fold("甲:乙, 丙") == "甲：乙，丙"


def test_chinese_numerals_go_both_ways() -> None:
    assert [chinese_number(to_chinese(number)) for number in range(1, 100)] == list(range(1, 100))
    assert chinese_number("二〇二一") == 2021
