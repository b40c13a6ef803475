"""The blank form holds every section, field and table, with room to write."""

from __future__ import annotations

import io

import docx
from docx.shared import Pt

from kechuang.ui.documents import blank
from kechuang.ui.documents.papers import Grid, Line, Part

PARTS = [
    Part("基本情况", [Line("单位名称"), Line("事项", "示例事项")], note="与营业执照一致。"),
    Part(
        "条件",
        [Line("建设方案", wide=True)],
        [Grid("设备", ["序号", "名称"], [["1", "示例设备"]], [1, 4], note="可另附页")],
    ),
]


def test_form_holds_every_section_field_and_table():
    made = blank.form("示例申请书", PARTS, note="仅供打印准备。", closing=["申报单位（盖章）："])
    document = docx.Document(io.BytesIO(made))
    assert "|".join(line.text for line in document.paragraphs if line.text) == (
        "示例申请书|仅供打印准备。|一、基本情况|与营业执照一致。|二、条件|设备|可另附页|申报单位（盖章）："
    )
    fields, plan, devices = ([[cell.text for cell in row.cells] for row in table.rows] for table in document.tables)
    assert fields == [["单位名称", ""], ["事项", "示例事项"]]
    assert plan == [["建设方案"], [""]]
    assert devices == [["序号", "名称"], ["1", "示例设备"], *([["", ""]] * 5)]


def test_a_long_answer_has_a_box_and_its_head_has_none():
    document = docx.Document(io.BytesIO(blank.form("示例申请书", PARTS)))
    head, box = document.tables[1].rows
    assert (head.height, box.height) == (None, Pt(190))


def test_equal_forms_have_equal_bytes():
    assert blank.form("示例申请书", PARTS) == blank.form("示例申请书", PARTS)
