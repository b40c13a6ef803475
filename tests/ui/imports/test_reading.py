"""What is taken in and what is not; heads found, cells understood, formulas harmless both ways."""

from __future__ import annotations

import io
import zipfile

import polars as pl
import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given, settings
from hypothesis import strategies as st

from kechuang.kernel.errors import Refused
from kechuang.ui.exports import harmless
from kechuang.ui.imports import reading
from kechuang.ui.imports.declaration import Fault, Field, column_letters
from kechuang.ui.imports.pages import unseen_of
from kechuang.ui.imports.recognising import data_rows, layout_of
from kechuang.ui.imports.values import column_values, narrow
from tests.ui.imports.ledgers import text_file, workbook

FIELDS = (
    Field("host", "依托单位", aliases=("依托单位名称",)),
    Field("name", "名称"),
    Field("code", "行业代码", length=5),
)


def cells(*texts: str) -> pl.Series:
    return pl.Series(texts, dtype=pl.String)


def packed(parts: dict[str, bytes]) -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return memory.getvalue()


SHEET = {"[Content_Types].xml": b"", "xl/workbook.xml": b""}


@pytest.mark.parametrize(
    ("data", "why"),
    (
        (b"", "是空的"),
        (b"%PDF-1.7", "只接收"),
        (b"PK\x03\x04broken", "打不开"),
        (packed({**SHEET, "xl/vbaProject.bin": b""}), "有宏"),
        (packed({"[Content_Types].xml": b"", "word/document.xml": b""}), "只接收"),
        (packed({**SHEET, "xl/worksheets/sheet1.xml": b" " * 40_000_000}), "解开后过大"),
        (packed({**SHEET, "xl/worksheets/sheet1.xml": b'<row r="1"><c r="XFD1"/>'}), "200 列"),
        (packed({**SHEET, "xl/worksheets/sheet1.xml": b'<row r="1048576"><c r="A1048576"/>'}), "100000 行"),
    ),
)
def test_what_would_harm_or_is_no_ledger_is_refused_in_words(data, why):
    with pytest.raises(Refused, match=why):
        reading.kind_of(SimpleUploadedFile("台账.xlsx", data))


@pytest.mark.parametrize("coding", ("gbk", "gb18030", "utf-8", "utf-8-sig"))
def test_text_files_say_the_same_in_every_encoding(coding):
    data = text_file([["名称", "地址"], ["示例公司", "贵州, 示例路"]], coding)
    sheet = reading.sheet_read(data, reading.kind_of(SimpleUploadedFile("台账.csv", data)), "csv")
    assert sheet.rows(0, 9) == [["名称", "地址"], ["示例公司", "贵州, 示例路"]]


def test_rows_and_columns_keep_their_places_below_and_beside_an_empty_margin():
    data = workbook([[], ["", "", "甲", 1.5], [], ["", "", "甲", True]])
    assert reading.sheet_read(data, "xlsx", "台账").rows(0, 9) == [
        ["", "", "", ""],
        ["", "", "甲", "1.5"],
        ["", "", "", ""],
        ["", "", "甲", "是"],
    ]


def test_a_head_of_two_rows_is_read_as_one_and_repeated_heads_are_left_out():
    rows = [
        ["", "依托单位", ""],
        ["平台", "名称", "行业代码"],
        ["一", "甲", "C1"],
        ["平台", "名称", "行业代码"],
        ["注：示例", "", ""],
        ["", "", ""],
    ]
    data = workbook(rows, merged=[(0, 1, 0, 2, "依托单位")])
    sheet = reading.sheet_read(data, "xlsx", "台账")
    layout = layout_of(sheet, FIELDS, {})
    assert (layout.head, layout.depth, dict(layout.mapping)) == (0, 2, {1: "host", 2: "code"})


def test_sums_notes_and_examples_are_told_with_their_reason():
    sheet = reading.sheet_of_rows(
        [["名称", "行业代码"], ["示例", "C1"], ["甲", "C2"], ["合 计", "2"], ["备注：略", ""]]
    )
    places, skipped = data_rows(sheet, layout_of(sheet, FIELDS, {}), {0: "示例"})
    assert places == [2]
    assert [(one.row, str(one.why)) for one in skipped] == [(2, "模板的示例行"), (4, "合计行"), (5, "说明或签署")]


def test_the_first_of_repeated_heads_is_the_head_and_rows_above_a_chosen_one_are_told():
    heads = ["依托单位", "名称", "行业代码"]
    upper, lower = ["依托单位", "平台", ""], ["", "名称", "行业代码"]
    sheet = reading.sheet_of_rows([upper, lower, ["甲", "一", "C1"], heads, ["乙", "二", "C2"]])
    layout = layout_of(sheet, FIELDS, {})
    assert (layout.head, layout.depth, len(layout.mapping)) == (0, 2, 3)
    assert data_rows(sheet, layout, {})[0] == [2, 4]
    later = layout_of(sheet, FIELDS, {}, head=3)
    assert [(one.row, one.why) for one in data_rows(sheet, later, {})[1]] == [(3, "在表头以上")]


@settings(deadline=None)
@given(st.text(min_size=1, max_size=30))
def test_a_text_that_left_comes_in_again_as_it_was_or_is_refused(text):
    plain = " ".join(text.split())
    values, faults = column_values(Field("name", "名称"), cells(harmless(plain)))
    assert faults or not plain or list(values) == [narrow(plain)]


@pytest.mark.parametrize("text", ("=1+1", "@SUM(A1)", "+cmd|'/C calc'!A0", "-cmd|x", "\t=1"))
def test_formulas_are_refused_at_their_cell(text):
    values, faults = column_values(Field("name", "名称"), cells("示例", text))
    assert list(values) == ["示例", None]
    assert [place for place, _sentence in faults] == [1]


def test_cells_are_named_as_the_spreadsheet_names_them():
    assert [column_letters(column) for column in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
    assert Fault(12, 2, "", "", "").cell == "C12"


def test_hidden_rows_are_read_and_told_and_hidden_sheets_are_not_read():
    memory = io.BytesIO()
    with xlsxwriter.Workbook(memory) as book:
        page, other = book.add_worksheet("台账 & 表"), book.add_worksheet("旧数据")
        for row in range(4):
            page.write_row(row, 0, ["甲", row])
        page.set_row(2, None, None, {"hidden": True})
        other.hide()
    data = memory.getvalue()
    book_ = reading.book_of(data, "xlsx")
    sheet = reading.sheet_read(data, "xlsx", "台账 & 表")
    assert (book_.names, book_.hidden, sheet.hidden, len(sheet)) == (("台账 & 表",), ("旧数据",), [3], 4)
    assert unseen_of(book_, sheet) == [
        "第 3 行在文件里是隐藏的（共 1 行），也会当作记录；不要的请删去后重新上传。",
        "隐藏的工作表没有读：旧数据。",
    ]
