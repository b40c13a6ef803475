"""One report in three forms says the same in each."""

from __future__ import annotations

import io
from datetime import date

import docx
import openpyxl
import pypdfium2
import pytest

from kechuang.ui.documents import reports
from kechuang.ui.documents.official import form_check
from kechuang.ui.documents.papers import Grid, Picture, ReportPaper, ReportPart

ON = date(2026, 11, 23)
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 10"><rect width="30" height="10"/></svg>'
GRID = Grid(
    "进展", ("指标", "现有", "说明"), [("示例中心", "13", "=1+1"), ("示例实验室", "92.9%", "")], (3, 1, 4), (1,), "注"
)
PAPER = ReportPaper(
    "示例方案评估报告",
    "示例办公室",
    "2026年11月23日",
    ["第一段。"],
    [
        ReportPart("指标", ("第二段。",), (Picture(SVG, "示例中心现有13个。", "图注"),), (GRID, GRID)),
        ReportPart("说明", ("第三段。",)),
    ],
    as_of="数据截至2026年11月23日",
)


def test_word_is_official_and_says_drawings_in_words():
    content = reports.made(PAPER, "docx", on=ON)
    assert form_check(content) == []
    document = docx.Document(io.BytesIO(content))
    told = [line.text for line in document.paragraphs if line.text]
    assert "|".join(told) == (
        "示例方案评估报告|第一段。|一、指标|第二段。|示例中心现有13个。|进展|注|进展|注|二、说明|第三段。|示例办公室|2026年11月23日"
    )
    assert [cell.text for cell in document.tables[0].rows[1].cells] == ["示例中心", "13", "=1+1"]


@pytest.mark.parametrize(("wide", "size"), ((False, (595, 842)), (True, (842, 595))))
def test_pdf_prints_words_tables_and_drawing_on_pages_of_its_shape(wide, size):
    paper = ReportPaper(**{**{name: getattr(PAPER, name) for name in FIELDS}, "wide": wide})
    document = pypdfium2.PdfDocument(io.BytesIO(reports.made(paper, "pdf", on=ON)))
    text = "".join("".join(page.get_textpage().get_text_range() for page in document).split())
    wanted = ("示例方案评估报告", "一、指标", "图注", "示例中心", "数据截至2026年11月23日", "第三段。")
    assert [word for word in wanted if word not in text] == []
    assert tuple(round(side) for side in document[0].get_size()) == size


FIELDS = ("title", "issuer", "issued_on", "paragraphs", "parts", "number", "as_of")


def test_excel_has_a_sheet_a_table_with_figures_as_numbers():
    book = openpyxl.load_workbook(io.BytesIO(reports.made(PAPER, "xlsx", on=ON)))
    assert book.sheetnames == ["进展", "进展(2)"]
    rows = [[cell.value for cell in row] for row in book["进展"].iter_rows(min_row=3)]
    assert rows == [["指标", "现有", "说明"], ["示例中心", 13, "=1+1"], ["示例实验室", 0.929, ""]]
    assert book["进展"]["C4"].data_type == "s"
    assert book["进展"]["B5"].number_format == "0.0%"


def test_excel_rows_are_as_high_as_their_longest_text():
    rows = [("甲", "1", "短"), ("乙", "2", "长" * 200), ("丙", "3", "行\n" * 400)]
    paper = ReportPaper(
        "题目", "", "", [], [ReportPart("表", grids=[Grid("表", ("名", "数", "文"), rows, (1, 1, 1), (1,))])]
    )
    sheet = openpyxl.load_workbook(io.BytesIO(reports.made(paper, "xlsx", on=ON)))["表"]
    assert [sheet.row_dimensions[number].height for number in (4, 5, 6)] == [None, 150, 375]


def test_report_without_tables_has_its_paragraphs_in_excel():
    book = openpyxl.load_workbook(io.BytesIO(reports.made(ReportPaper("题目", "", "", ["一段。"], []), "xlsx", on=ON)))
    assert [[cell.value for cell in row] for row in book["题目"].iter_rows(min_row=3)] == [["内容"], ["一段。"]]


@pytest.mark.parametrize("form", ("docx", "pdf", "xlsx"))
def test_equal_reports_have_equal_bytes(form):
    assert reports.made(PAPER, form, on=ON) == reports.made(PAPER, form, on=ON)
