"""Responsibilities in the rarer prints: short labels, marks, lost brackets, lists inside a sentence, broken lines."""

import time

import pytest

from kechuang.pure.plans import read_text
from kechuang.pure.plans.brackets import strip_duties
from kechuang.pure.plans.duties import read_phrase


def _records(text: str) -> list[dict[str, object]]:
    records = [found.record() for found in strip_duties(text).phrases]
    return [{name: getattr(r, name) for name in r.__slots__ if getattr(r, name)} for r in records]


@pytest.mark.parametrize(
    ("words", "expected"),
    (
        ("牵头：示例市科技局；配合：示例市财政局", {"lead": ("示例市科技局",), "cooperating": ("示例市财政局",)}),
        ("责任：市科技局", {"role": "责任", "departments": ("市科技局",)}),
        ("主办：市科技局；协办：市财政局", {"lead": ("市科技局",), "cooperating": ("市财政局",)}),
        ("市科技局为牵头单位，市财政局为责任单位", {"lead": ("市科技局",), "cooperating": ("市财政局",)}),
        ("市科技局商市商务局负责", {"role": "负责", "departments": ("市科技局", "市商务局")}),
        (
            "市科技局负责指导，各县区负责落实",
            {"role": "负责", "departments": ("市科技局",), "local": ("各县区",)},
        ),
        ("市科技局指导，市财政局实施", {"role": "指导", "departments": ("市科技局", "市财政局")}),
        ("★市科技局、市财政局*", {"departments": ("市科技局", "市财政局")}),
        (
            "市科技局、各县（市、区人民政府",
            {"departments": ("市科技局",), "local": ("各县（市、区人民政府",)},
        ),
        (
            "财政部、科技部等国务院相关部门按职责分工负责",
            {"role": "负责", "departments": ("财政部", "科技部"), "et_al": True, "by_duty": True},
        ),
        ("国务院各部门分别负责，年内持续推进", {"role": "负责", "with_others": True}),
    ),
)
def test_rare_print_is_read(words: str, expected: dict[str, object]) -> None:
    assert _records(f"推进平台建设。（{words}）") == [expected]
    assert strip_duties(f"推进平台建设。（{words}）").text == "推进平台建设。"


@pytest.mark.parametrize("cell", ("牵头：市科技局\n配合：市财政局", "（牵头：市科技局；配合：市财政局）"))
def test_cell_of_short_labels_keeps_the_sides_apart(cell: str) -> None:
    record = read_phrase(cell, side="plain").record()

    assert (record.lead, record.cooperating, record.departments) == (("市科技局",), ("市财政局",), ())


def test_closing_bracket_never_opened_is_no_part_of_a_name() -> None:
    assert _records("推进建设。责任单位：市科技局、市财政局）") == [
        {"role": "责任单位", "departments": ("市科技局", "市财政局")}
    ]


def test_bodies_inside_a_sentence_are_read_one_entry_a_bracket() -> None:
    stripped = strip_duties("实施示例计划（市科技局），推进示例行动（市教育局、市财政局）。")

    assert [phrase.names() for phrase in stripped.phrases] == [["市科技局"], ["市教育局", "市财政局"]]
    assert stripped.text == "实施示例计划，推进示例行动。"


@pytest.mark.parametrize(
    "text",
    (
        "由有关部门（市科技局、市财政局），联合推进。",
        "报送主管部门（市科技局），再行公示。",
        "示例平台（市科技局认定），推进共享。",
        "示例平台（国家级、省级），推进共享。",
        "年内组织实施（全面实施），推进共享。",
    ),
)
def test_explanation_inside_a_sentence_is_no_responsibility(text: str) -> None:
    assert _records(text) == []


def test_lost_closing_bracket_does_not_swallow_sentences() -> None:
    assert [phrase.names() for phrase in strip_duties("推进（见说明。建平台。（责任单位：市科技局）").phrases] == [
        ["市科技局"]
    ]


_HEAD = "示例市行动方案\n一、重点任务\n"


def _groups(text: str) -> list[list[tuple[str, ...]]]:
    return [
        [(*group.departments, *group.lead, *group.cooperating, *group.local) for group in task.responsibilities]
        for task in read_text(_HEAD + text).tasks
    ]


@pytest.mark.parametrize(
    ("bracket", "names"),
    (
        ("（责任单位：市科技局、市发展和改革\n委员会、市财政局）", ("市科技局", "市发展和改革委员会", "市财政局")),
        ("（责任单位：市科技局\n市财政局）", ("市科技局", "市财政局")),
        ("（市科技局、市教育局、各县\n（区）人民政府）", ("市科技局", "市教育局", "各县（区）人民政府")),
        ("（市科技局、市\n财政局按职责分工\n负责）", ("市科技局", "市财政局")),
        ("（责任单\n位：市科技局、市委\n宣传部、市发展改革委\n员会）", ("市科技局", "市委宣传部", "市发展改革委员会")),
        ("（市科技局、市人力资源和社会\n保障局负责）", ("市科技局", "市人力资源和社会保障局")),
        ("（牵头单位：市科技局\n配合单位：市财政局）", ("市科技局", "市财政局")),
    ),
)
def test_bracket_broken_over_lines_is_whole_again(bracket: str, names: tuple[str, ...]) -> None:
    text = f"（一）建设平台。建平台。{bracket}\n（二）汇聚人才。引人才。（市人社局）\n"

    assert _groups(text) == [[names], [("市人社局",)]]
    assert [task.text for task in read_text(_HEAD + text).tasks] == ["建平台。", "引人才。"]


@pytest.mark.parametrize(
    ("line", "names"),
    (
        ("责任单位：市科技局、市财政局、\n市教育局", ("市科技局", "市财政局", "市教育局")),
        ("责任单位：市科技局、市发展和改革\n委员会、市财政局", ("市科技局", "市发展和改革委员会", "市财政局")),
        ("责任单位：市科技局、各县（市、\n区）人民政府", ("市科技局", "各县（市、区）人民政府")),
        ("责任单位：\n市科技局、市财政局", ("市科技局", "市财政局")),
    ),
)
def test_labelled_line_goes_on_in_the_next(line: str, names: tuple[str, ...]) -> None:
    assert _groups(f"（一）建设平台。建平台。\n{line}\n（二）汇聚人才。引人才。（市人社局）\n") == [
        [names],
        [("市人社局",)],
    ]


def test_text_below_a_whole_list_is_not_joined() -> None:
    below = "市科技局要加强统筹。"
    tasks = read_text(f"{_HEAD}（一）建设平台。建平台。\n责任单位：市财政局\n{below}\n（二）引才。引。\n").tasks

    assert [phrase.departments for phrase in tasks[0].responsibilities] == [("市财政局",)]
    assert tasks[0].text == f"建平台。{below}"


def test_signature_below_a_list_is_no_department() -> None:
    text = "（一）建设平台。建平台。\n责任单位：市科技局\n示例市人民政府办公室\n2022年3月1日\n"

    assert _groups(text) == [[("市科技局",)]]


@pytest.mark.parametrize(
    "line", ("（责任单位：市科技局\n", "）（责任单位：市科技局、\n", "责任单位：" * 60 + "\n", "推进（市科技局），")
)
def test_hostile_lists_take_linear_time(line: str) -> None:
    start = time.perf_counter()
    read_text(_HEAD + "（一）建设平台。建。" + line * (60_000 // len(line)))

    assert time.perf_counter() - start < 5
