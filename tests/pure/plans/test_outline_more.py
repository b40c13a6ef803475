"""Numbers before figures, articles under 一、, headings 01 02, lists that are made known, goals with a body."""
# ruff: noqa: E501 - a case stays on one line; full-width signs are what is read

import pytest

from kechuang.pure.plans import PlanReading, read_text


def _sections(reading: PlanReading) -> list[tuple[str, str]]:
    return [(section.path, section.title) for section in reading.sections]


def _tasks(reading: PlanReading) -> list[tuple[str | None, str | None, str, str]]:
    return [(task.no, task.section, task.kind, task.title) for task in reading.tasks]


def _departments(reading: PlanReading) -> list[list[str]]:
    return [[name for group in task.responsibilities for name in group.departments] for task in reading.tasks]


def test_heading_beginning_with_year() -> None:
    reading = read_text(
        "示例市方案\n一、2023年工作总结\n（一）育主体。已建。\n二、2024年重点工作\n（一）引团队。引进团队。\n"
    )
    assert reading.document.title == "示例市方案"
    assert _sections(reading) == [("一", "2023年工作总结"), ("一/（一）", "育主体"), ("二", "2024年重点工作")]
    assert _tasks(reading) == [("（一）", "二", "task", "引团队")]


@pytest.mark.parametrize(
    ("line", "title", "text"),
    (
        ("3.2022年底前出台示例办法，落实政策。", "", "2022年底前出台示例办法，落实政策。"),
        ("3.5G网络建设。建设示例基站。", "5G网络建设", "建设示例基站。"),
        ("3.12月底前完成示例清查。", "12月底前完成示例清查", ""),
        ("3、30家示例园区提质。改造园区。", "30家示例园区提质", "改造园区。"),
    ),
)
def test_figure_after_number_keeps_departments_apart(line: str, title: str, text: str) -> None:
    reading = read_text(
        f"示例市方案\n一、重点任务\n1.建平台。建设甲。（示例市科技局负责）\n2.引人才。引进乙。（示例市财政局负责）\n{line}（示例市教育局负责）\n"
    )
    last = reading.tasks[-1]
    assert (last.no, last.title, last.text) == ("3", title, text)
    assert _departments(reading) == [["示例市科技局"], ["示例市财政局"], ["示例市教育局"]]


def test_decimal_out_of_sequence_stays_text() -> None:
    reading = read_text(
        "示例市方案\n一、重点任务\n1.建设示例网络。频段选用\n5.5G和其他。（示例市科技局负责）\n2.引人才。引进。\n"
    )
    assert [task.no for task in reading.tasks] == ["1", "2"]
    assert _departments(reading)[0] == ["示例市科技局"]


def test_articles_under_chinese_numbers() -> None:
    reading = read_text(
        "示例市人民政府办公室关于印发示例市创新若干措施的通知\n示政办规〔2022〕8号\n各县：\n现印发给你们。\n"
        "示例市人民政府办公室\n2022年4月25日\n示例市创新若干措施\n一、支持建平台\n"
        "第一条 支持建实验室。给予支持。（责任单位：示例市科技局）\n第二条 支持建中心。\n（一）建设甲。建设。\n（二）建设乙。建设。\n"
        "二、支持引人才\n第三条 支持引团队。给予支持。（责任单位：示例市财政局）\n三、附则\n第四条 本措施自2022年6月1日起施行。\n"
    )
    assert _sections(reading) == [
        ("一", "支持建平台"),
        ("一/第二条", "支持建中心"),
        ("二", "支持引人才"),
        ("三", "附则"),
    ]
    assert _tasks(reading) == [
        ("第一条", "一", "task", "支持建实验室"),
        ("（一）", "一/第二条", "task", "建设甲"),
        ("（二）", "一/第二条", "task", "建设乙"),
        ("第三条", "二", "task", "支持引团队"),
    ]
    assert _departments(reading) == [["示例市科技局"], [], [], ["示例市财政局"]]


def test_articles_under_bracketed_numbers() -> None:
    reading = read_text(
        "示例市若干措施\n一、支持建平台。\n（一）支持实验室\n第一条 建实验室。补助。（责任单位：示例市科技局）\n（二）支持中心\n第二条 建中心。补助。\n"
        "二、支持引人才。\n第三条 引团队。补助。（责任单位：示例市财政局）\n"
    )
    assert [(task.no, task.section) for task in reading.tasks] == [
        ("第一条", "一/（一）"),
        ("第二条", "一/（二）"),
        ("第三条", "二"),
    ]


def test_provisions_under_a_heading_that_only_opens_them() -> None:
    reading = read_text(
        "示例市支持创新若干政策\n一、适用范围\n第一条 本政策适用于示例市企业。\n二、支持内容\n第二条 对建设平台的企业，给予奖励。（责任单位：示例市科技局）\n"
        "第三条 对引进人才的企业，给予奖励。（责任单位：示例市财政局）\n"
    )
    assert [(task.no, task.section, task.title) for task in reading.tasks] == [
        ("第二条", "二", ""),
        ("第三条", "二", ""),
    ]
    assert _departments(reading) == [["示例市科技局"], ["示例市财政局"]]


def test_articles_over_chinese_numbers_stay_above() -> None:
    reading = read_text(
        "示例市若干措施\n第一条 支持建平台\n一、建实验室。支持。\n二、建中心。支持。\n第二条 支持引人才\n一、引团队。支持。\n"
    )
    assert [(task.no, task.section) for task in reading.tasks] == [
        ("一", "第一条"),
        ("二", "第一条"),
        ("一", "第二条"),
    ]


_CHAPTERS = (
    "{title}\n第一章 总则\n第一条 为支持创新，制定本文。\n第二章 支持\n第二条 建实验室。补助。（责任单位：示例市科技局）\n"
    "第三条 引人才。补助。（责任单位：示例市人社局）\n第四条 促转化。补助。（责任单位：示例市财政局）\n第三章 附则\n第五条 本文自2022年6月1日起施行。\n"
)


def test_measures_in_chapters_are_no_regulation() -> None:
    reading = read_text(_CHAPTERS.format(title="示例市创新若干措施"))
    assert [(task.no, task.section) for task in reading.tasks] == [
        ("第二条", "第二章"),
        ("第三条", "第二章"),
        ("第四条", "第二章"),
    ]


def test_regulation_in_chapters_gives_nothing() -> None:
    assert read_text(_CHAPTERS.format(title="示例市创新平台管理办法")).tasks == ()


def test_headings_of_two_figures() -> None:
    reading = read_text(
        "示例市方案\n01 总体思路\n聚焦主业。\n02 重点任务\n（一）建平台。建设。\n1.建甲。建设甲。\n2.建乙。建设乙。\n（二）引人才。引进。\n"
        "03 保障机制\n（一）组织机制。加强领导。\n"
    )
    assert _sections(reading) == [
        ("01", "总体思路"),
        ("02", "重点任务"),
        ("02/（一）", "建平台"),
        ("03", "保障机制"),
    ]
    assert _tasks(reading) == [
        ("1", "02/（一）", "task", "建甲"),
        ("2", "02/（一）", "task", "建乙"),
        ("（二）", "02", "task", "引人才"),
        ("（一）", "03", "guarantee", "组织机制"),
    ]
    assert reading.findings == ()


@pytest.mark.parametrize("gap", ("", " ", "\n"))
def test_headings_of_two_figures_however_parted(gap: str) -> None:
    reading = read_text(
        f"示例市方案\n制定本方案。\n01{gap}总体思路\n聚焦主业。\n02{gap}重点任务\n（一）建平台。建设。\n03{gap}保障机制\n（一）组织机制。加强领导。\n"
    )
    assert [(task.section, task.kind) for task in reading.tasks] == [("02", "task"), ("03", "guarantee")]


def test_two_figures_under_another_number_stay_text() -> None:
    reading = read_text("示例市方案\n一、重点任务\n（一）建平台。建设。\n01 示例平台\n（二）引人才。引进。\n")
    assert [(task.no, task.section) for task in reading.tasks] == [("（一）", "一"), ("（二）", "一")]


@pytest.mark.parametrize("annex", ("附件：项目清单", "附件\n2022年拟立项项目清单"))
def test_list_made_known_gives_no_tasks(annex: str) -> None:
    reading = read_text(
        f"示例市科技局关于公示2022年拟立项项目的公告\n现予公示。\n{annex}\n序号\t项目名称\t承担单位\n1\t示例研究\t示例大学\n2\t示例开发\t示例公司\n"
    )
    assert (reading.tasks, reading.sections, reading.indicators) == ((), (), ())


def test_task_list_made_known_gives_tasks() -> None:
    reading = read_text(
        "示例市科技局关于公布2022年重点任务清单的公告\n现予公告。\n附件：重点任务清单\n序号\t重点任务\t责任单位\n1\t建平台\t示例市科技局\n"
    )
    assert _departments(reading) == [["示例市科技局"]]


def test_goals_with_a_body_are_no_tasks() -> None:
    text = "示例市方案\n一、{title}\n1.稳步提高示例产值。\n牵头单位：示例市发展改革委\n二、重点任务\n2.建平台。建设。\n牵头单位：示例市科技局\n"
    goals, duties = (read_text(text.format(title=title)) for title in ("主要预期目标", "目标任务"))
    assert [(task.no, task.section) for task in goals.tasks] == [("2", "二")]
    assert [task.responsibilities[0].lead for task in duties.tasks] == [("示例市发展改革委",), ("示例市科技局",)]


def test_heading_that_leads_to_a_table_is_a_section() -> None:
    reading = read_text(
        "示例市方案\n一、总体要求\n加快发展。\n二、重点任务分工\n重点任务分工见下表。\n序号\t重点任务\t责任单位\n1\t建平台\t示例市科技局\n2\t引人才\t示例市财政局\n"
    )
    assert _sections(reading) == [("一", "总体要求"), ("二", "重点任务分工")]
    assert [(task.no, task.section) for task in reading.tasks] == [("1", "二"), ("2", "二")]


def test_year_before_a_general_heading_and_a_gap() -> None:
    reading = read_text(
        "示例市方案\n一、2023年以来工作开展情况\n（一）育主体。已建。\n二、2024年目标\n产值增长。\n四、2024年重点任务\n1.建平台。建设。\n"
        "2.6G研究。研究。\n3.3D打印。打印。\n4.10个示例园区提质。改造。增长\n4.5个百分点。\n"
    )
    assert [(task.no, task.section, task.title) for task in reading.tasks] == [
        ("1", "四", "建平台"),
        ("2", "四", "6G研究"),
        ("3", "四", "3D打印"),
        ("4", "四", "10个示例园区提质"),
    ]
    assert [finding.kind for finding in reading.findings] == ["number_missing"]
