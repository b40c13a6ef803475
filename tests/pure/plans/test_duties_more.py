"""Responsibilities in the rarer prints: short labels, marks, lost brackets, lists inside a sentence, broken lines."""

import pytest

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


def test_cell_of_short_labels_keeps_the_sides_apart() -> None:
    record = read_phrase("牵头：市科技局\n配合：市财政局", side="plain").record()

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
