"""Sheets: what is written is read back, wrong cells are named, and traps are refused."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kechuang.ui.documents import sheet_reading
from kechuang.ui.documents.plain import printable
from kechuang.ui.documents.sheets import CellError, SheetColumn, SheetRefused, form_sheet, marked, sheet_rows

pytestmark = pytest.mark.capability("C25")

COLUMNS = (
    SheetColumn("名称", required=True, example="示例公司", key="name"),
    SheetColumn("研发费用", "money", unit="万元", aliases=("研发投入",)),
    SheetColumn("类型", "choice", choices=("企业", "高校")),
    SheetColumn("成立日期", "date"),
    SheetColumn("高企", "yes_no"),
    SheetColumn("人数", "integer", unit="人"),
    SheetColumn("占比", "percent"),
    SheetColumn("年度", "year"),
)
ROW = ["=1+1", Decimal("12.5"), "企业", date(2020, 1, 2), True, 12, 0.125, 2026]
VALUES = {
    "name": "=1+1",
    "研发费用": Decimal("12.50"),
    "类型": "企业",
    "成立日期": date(2020, 1, 2),
    "高企": True,
    "人数": 12,
    "占比": Decimal("0.125"),
    "年度": 2026,
}


def workbook(*rows: list[object], merged: tuple[str, ...] = (), title: str = "台账") -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for number, row in enumerate(rows, 1):
        for place, value in enumerate(row, 1):
            sheet.cell(number, place, value)
    for area in merged:
        sheet.merge_cells(area)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_what_is_written_is_read_back():
    read = sheet_rows(form_sheet("填报表", COLUMNS, [ROW, ROW], "请如实填写。"), COLUMNS)
    assert [dict(row.values) for row in read.rows] == [VALUES, VALUES]
    assert (read.errors, read.header_row, read.rows[0].number) == ([], 3, 5)


def test_rows_may_be_given_by_key():
    read = sheet_rows(form_sheet("填报表", COLUMNS, [{"name": "示例", "人数": 3}]), COLUMNS)
    assert (read.rows[0].values["name"], read.rows[0].values["人数"]) == ("示例", 3)


def test_equal_sheets_have_equal_bytes():
    assert form_sheet("填报表", COLUMNS, [ROW]) == form_sheet("填报表", COLUMNS, [ROW])


def test_sheet_carries_its_rules_inside():
    sheet = openpyxl.load_workbook(io.BytesIO(form_sheet("填报表", COLUMNS, [ROW])))["填报表"]
    rules = {str(rule.sqref): (rule.type, rule.formula1) for rule in sheet.data_validations.dataValidation}
    assert rules["C5:C505"] == ("list", '"企业,高校"')
    assert rules["E5:E505"] == ("list", '"是,否"')
    assert {address[0]: kind for address, (kind, _) in rules.items()} == {
        "B": "decimal", "C": "list", "D": "date", "E": "list", "F": "whole", "G": "decimal", "H": "whole",
    }  # fmt: skip
    assert sheet.protection.sheet
    assert sheet["A3"].protection.locked
    assert not sheet["A5"].protection.locked
    assert sheet["A4"].value == "例：示例公司"
    assert sheet.freeze_panes == "A4"


def test_long_choices_stand_on_a_hidden_sheet():
    column = SheetColumn("县区", "choice", choices=[f"示例县区名称{n}" for n in range(80)])
    book = openpyxl.load_workbook(io.BytesIO(form_sheet("填报表", [column])))
    assert book["选项"].sheet_state == "hidden"
    assert [cell.value for cell in book["选项"]["A"]] == list(column.choices)
    assert book["填报表"].data_validations.dataValidation[0].formula1 == "选项!$A$1:$A$80"


def test_text_that_looks_like_a_formula_stays_text():
    sheet = openpyxl.load_workbook(io.BytesIO(form_sheet("填报表", COLUMNS, [["=HYPERLINK(1)"]])))["填报表"]
    assert (sheet["A5"].data_type, sheet["A5"].quotePrefix) == ("s", True)


@pytest.mark.parametrize(
    ("column", "cell", "value"),
    (
        (COLUMNS[0], "'=1+1", "=1+1"),
        (COLUMNS[0], 12.0, "12"),
        (COLUMNS[1], "\uff11\uff0c234.5 万元", Decimal("1234.5")),
        (COLUMNS[2], " 高 校 ", "高校"),
        (COLUMNS[3], "2026年3月1日", date(2026, 3, 1)),
        (COLUMNS[4], "√", True),
        (COLUMNS[4], "无", False),
        (COLUMNS[5], "12人", 12),
        (COLUMNS[6], "12.5%", Decimal("0.125")),
        (COLUMNS[7], "2026年", 2026),
    ),
)
def test_cell_as_people_type_it_is_understood(column, cell, value):
    read = sheet_rows(workbook(["名称", column.heading], ["示例", cell]), (SheetColumn("名称"), column))
    if column is COLUMNS[0]:
        read = sheet_rows(workbook(["名称"], [cell]), (column,))
    assert (read.rows[0].values[column.name], read.errors) == (value, [])


@pytest.mark.parametrize(
    ("column", "cell", "sentence"),
    (
        (COLUMNS[1], "很多", "“研发费用”请填写金额数字，例如 1234.56，不要带单位。"),
        (COLUMNS[2], "公司", "“公司”不在可选范围内。“类型”请从下拉列表中选择：企业、高校。"),
        (COLUMNS[3], "去年", "“成立日期”请填写日期，例如 2026-11-23。"),
        (COLUMNS[3], "2026-02-30", "“成立日期”请填写日期，例如 2026-11-23。"),
        (COLUMNS[4], "也许", "“高企”请从下拉列表中选择：是、否。"),
        (COLUMNS[5], 1.5, "“人数”请填写整数，例如 12。"),
        (COLUMNS[6], "一半", "“占比”请填写百分数，例如 12.5%。"),
        (COLUMNS[7], 26, "“年度”请填写四位年份，例如 2026。"),
        (COLUMNS[1], "1e400", "“研发费用”请填写金额数字，例如 1234.56，不要带单位。"),
        (COLUMNS[1], "NaN", "“研发费用”请填写金额数字，例如 1234.56，不要带单位。"),
        (SheetColumn("备注", max_length=3), "超过三字", "“备注”最多 3 个字，现有 4 个字。"),
    ),
)
def test_wrong_cell_is_named_with_its_address(column, cell, sentence):
    read = sheet_rows(workbook(["名称", column.heading], ["示例", cell]), (SheetColumn("名称"), column))
    assert read.errors == [CellError("B2", column.label, sentence, "台账")]
    assert read.rows[0].values == {"名称": "示例", column.name: None}


def test_missing_required_cell_and_column_are_told():
    read = sheet_rows(workbook(["研发费用"], [1]), (*COLUMNS[:2],))
    assert read.errors == [CellError("A1", "名称", "没有找到“名称”这一列。", "台账")]
    read = sheet_rows(workbook(["名称", "人数"], ["", 3]), COLUMNS)
    assert read.errors == [CellError("A2", "名称", "“名称”必填。", "台账")]


def test_ledger_with_titles_double_header_sums_and_notes_is_read():
    content = workbook(
        ["示例市2026年创新平台统计台账"],
        ["填报单位：示例局", None, None, "单位：万元"],
        ["序号", "单位", None, "投入"],
        [None, "名称", "类型", "研发投入"],
        [1, "示例甲", "企业", 12.5],
        [],
        [2, "示例乙", "高校", 3],
        ["合计", None, None, 15.5],
        ["注：数据截至年末"],
        merged=("A1:D1", "A3:A4", "B3:C3"),
    )
    read = sheet_rows(content, COLUMNS)
    assert [(row.number, row.values["name"], row.values["研发费用"]) for row in read.rows] == [
        (5, "示例甲", Decimal("12.50")),
        (7, "示例乙", Decimal(3)),
    ]
    assert read.told == ["第 8 行是“合计”，未作为数据读取。", "第 9 行是说明，未作为数据读取。"]
    assert read.headings == {"name": "名称", "类型": "类型", "研发费用": "研发投入"}
    assert (read.header_row, read.errors) == (4, [])


def test_table_that_does_not_begin_in_a1_keeps_its_addresses():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "台账"
    for address, value in {"C4": "名称", "D4": "人数（人）", "C5": "示例", "D5": "几个"}.items():
        sheet[address] = value
    buffer = io.BytesIO()
    book.save(buffer)
    assert [error.cell for error in sheet_rows(buffer.getvalue(), COLUMNS).errors] == ["D5"]


def test_sheet_whose_header_fits_best_is_taken():
    book = openpyxl.load_workbook(io.BytesIO(workbook(["说明"], ["请填第二张表"])))
    other = book.create_sheet("数据")
    other.append(["名称", "类型"])
    other.append(["示例", "企业"])
    buffer = io.BytesIO()
    book.save(buffer)
    assert sheet_rows(buffer.getvalue(), COLUMNS).sheet == "数据"


def test_marked_file_is_the_same_with_its_wrong_cells_explained():
    content = workbook(["名称", "人数", "其他"], ["示例", "几个", "保留"])
    found = openpyxl.load_workbook(io.BytesIO(marked(content, sheet_rows(content, COLUMNS).errors)))["台账"]
    assert found["B2"].comment.text == "“人数”请填写整数，例如 12。"
    assert found["B2"].fill.start_color.rgb == "00F8C9C4"
    assert found["C2"].value == "保留"
    assert found["A2"].comment is None


def test_marked_file_can_be_corrected_and_read_again():
    content = workbook(["名称", "人数"], ["示例", "几个"])
    book = openpyxl.load_workbook(io.BytesIO(marked(content, sheet_rows(content, COLUMNS).errors)))
    book["台账"]["B2"] = 5
    buffer = io.BytesIO()
    book.save(buffer)
    assert sheet_rows(buffer.getvalue(), COLUMNS).is_clean


@pytest.mark.parametrize(
    ("content", "sentence"),
    (
        (b"", "这不是 Excel 工作簿"),
        (b"name,value\n1,2", "这不是 Excel 工作簿"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "另存为 .xlsx"),
        (b"PK\x03\x04" + b"\0" * 100, "这不是 Excel 工作簿"),
        (b"0" * 20_000_001, "超过 20 MB"),
    ),
)
def test_what_is_no_workbook_is_refused_with_a_sentence(content, sentence):
    with pytest.raises(SheetRefused, match=sentence):
        sheet_rows(content, COLUMNS)


def test_sheet_without_the_header_is_refused():
    with pytest.raises(SheetRefused, match="没有找到表头"):
        sheet_rows(workbook(["甲", "乙"], [1, 2]), COLUMNS)


def test_too_many_rows_are_refused():
    with pytest.raises(SheetRefused, match="超过 3 行"):
        sheet_rows(workbook(["名称"], *(["示例"] for _ in range(5))), COLUMNS, most_rows=3)


def repacked(content: bytes, name: str, member: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for known in source.namelist():
            target.writestr(known, member if known == name else source.read(known))
    return buffer.getvalue()


def test_file_that_unpacks_to_gigabytes_is_refused():
    bomb = repacked(workbook(["名称"], ["示例"]), "xl/theme/theme1.xml", b" " * 200_000_001)
    assert len(bomb) < 1_000_000
    with pytest.raises(SheetRefused, match="展开后过大"):
        sheet_rows(bomb, COLUMNS)


def test_two_cells_a_million_rows_apart_are_refused():
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
        b"</sheetData></worksheet>"
    )
    with pytest.raises(SheetRefused, match=r"过大|无法读取"):
        sheet_rows(repacked(workbook(["名称"]), "xl/worksheets/sheet1.xml", sheet), COLUMNS)


def test_damaged_sheet_is_refused_with_a_sentence():
    damaged = repacked(workbook(["名称"]), "xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row")
    with pytest.raises(SheetRefused, match=r"没有找到表头|无法读取"):
        sheet_rows(damaged, COLUMNS)


ENTITIES = b"".join(b'<!ENTITY e%d "%s">' % (n, b"&e%d;" % (n - 1) * 10) for n in range(1, 12))
LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE sst [<!ENTITY e0 "ha">' + ENTITIES + b"]>"
    b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>&e11;</t></si></sst>'
)
OUTSIDE = LAUGHS.replace(b'"ha"', b'SYSTEM "file://SECRET"').replace(b"&e11;", b"&e0;")


@pytest.mark.parametrize("strings", (LAUGHS, OUTSIDE), ids=("laughs", "outside"))
def test_entities_are_neither_unfolded_nor_fetched(strings, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("geheim", encoding="utf-8")
    columns = (SheetColumn("名称"),)
    hostile = repacked(
        form_sheet("表", columns, [["示例"]]), "xl/sharedStrings.xml", strings.replace(b"SECRET", bytes(secret))
    )
    for act in (lambda: sheet_rows(hostile, columns), lambda: marked(hostile, [CellError("A1", "", "错", "表")])):
        try:
            told = str(act())
        except SheetRefused as refusal:
            told = str(refusal)
        assert "geheim" not in told
        assert "ha" * 20 not in told


def test_reading_that_takes_too_long_is_stopped(monkeypatch):
    monkeypatch.setattr(sheet_reading, "SECONDS", 0.01)
    with pytest.raises(SheetRefused, match="过大"):
        sheet_rows(workbook(["名称"]), COLUMNS)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.text(max_size=60), min_size=1, max_size=4))
def test_any_text_is_written_and_read_back(texts):
    columns = [SheetColumn("序号", "integer", required=True), SheetColumn("内容")]
    read = sheet_rows(form_sheet("表", columns, [[n, text] for n, text in enumerate(texts)]), columns)
    assert [row.values["内容"] or "" for row in read.rows] == [
        printable(text).strip().removeprefix("'" if printable(text).strip()[1:2] in "=+-@" else "\0") for text in texts
    ]
