"""Official paper as Word: what stands where, in which face, and that any text makes a file Word can open."""

# ruff: noqa: SLF001 - the XML of a Word file is looked at, which python-docx keeps behind an underscore
from __future__ import annotations

import io
import zipfile
from copy import deepcopy
from dataclasses import replace
from datetime import date

import docx
import pytest
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from kechuang.ui.documents.official import Heading, OfficialPaper, Paragraph, TableRows, form_check, letter
from kechuang.ui.documents.plain import one_line, printable
from kechuang.ui.documents.standard import counted, ordinal, title_lines, width


def opened(content: bytes) -> docx.document.Document:
    return docx.Document(io.BytesIO(content))


def lines(content: bytes) -> list[str]:
    return [line.text for line in opened(content).paragraphs if line.text]


def test_letter_stands_in_the_order_of_the_standard(paper):
    assert lines(letter(paper)) == [
        "示例市科学技术局文件",
        "示例科〔2026〕3号",
        "示例市科学技术局关于认定2026年度",
        "市级工程技术研究中心的通知",
        "各县（区）科技主管部门，各有关单位：",
        paper.body[0].text,
        "一、认定名单",
        "名单",
        "二、工作要求",
        "（一）加强管理",
        paper.body[5].text,
        "（二）按时报送",
        "1.时间",
        "每年1月31日前。",
        "（1）方式",
        "在线报送。",
        "附件：1.2026年度名单",
        "2.任务书格式",
        "示例市科学技术局",
        "2026年11月3日",
        "（此件公开发布）",
    ]


def test_letter_keeps_to_the_standard_it_is_checked_by(paper):
    assert form_check(letter(paper)) == []


@pytest.mark.parametrize(
    "bare",
    (
        {"number": ""},
        {"addressees": ()},
        {"attachments": ()},
        {"note": ""},
        {"red_head": False, "number": ""},
        {"body": ()},
    ),
)
def test_letter_without_what_may_be_missing_keeps_to_the_standard(paper, bare):
    assert form_check(letter(replace(paper, **bare))) == []


def test_letter_with_very_many_headings_keeps_to_the_standard(paper):
    body = [Heading("标题"), Paragraph("内容示例" * 9)] * 120
    assert form_check(letter(replace(paper, body=body))) == []


def test_letter_of_equal_paper_has_equal_bytes(paper):
    assert letter(paper) == letter(replace(paper))


def test_letter_has_the_imprint_between_its_rules(paper):
    table = opened(letter(paper)).tables[-1]
    assert [row.cells[0].text for row in table.rows] == [
        "抄送：示例市人民政府办公室，示例市财政局。",
        "示例市科学技术局办公室\t2026年11月4日印发",
    ]
    sizes = [
        {edge.tag.split("}")[1]: edge.get(qn("w:sz")) for edge in row.cells[0]._tc.tcPr.find(qn("w:tcBorders"))}
        for row in table.rows
    ]
    assert sizes == [{"top": "8"}, {"top": "6", "bottom": "8"}]


def test_letter_without_copies_has_no_imprint(paper):
    bare = letter(replace(paper, copies_to=(), printed_by="", body=[Paragraph("内容")]))
    assert opened(bare).tables == []


def test_letter_without_red_head_begins_with_its_marks(paper):
    made = letter(replace(paper, red_head=False, secrecy="内部", urgency="加急"))
    assert lines(made)[:3] == ["内部", "加急", "示例科〔2026〕3号"]
    assert b"FF0000" not in zipfile.ZipFile(io.BytesIO(made)).read("word/document.xml")
    assert form_check(made) == []


def test_letter_makes_the_sign_small_enough_for_one_line(paper):
    long = replace(paper, agency="示例市科技创新平台量质双提升行动联席会议办公室")
    sign = next(line for line in opened(letter(long)).paragraphs if line.text)
    assert sign.text == "示例市科技创新平台量质双提升行动联席会议办公室文件"
    assert sign.runs[0].font.size.pt * len(sign.text) <= 156 / 25.4 * 72


def test_letter_numbers_one_attachment_not_at_all(paper):
    assert "附件：任务书" in lines(letter(replace(paper, attachments=["任务书"])))


@pytest.mark.parametrize(("agency", "on"), (("示例局", date(2026, 1, 2)), ("示例市" * 8, date(2026, 12, 31))))
def test_signature_is_centred_on_the_date(paper, agency, on):
    found = opened(letter(replace(paper, signed_by=agency, signed_on=on, note=""))).paragraphs
    name, day = [line for line in found if line.text][-2:]

    def centre(line):
        right = line._p.pPr.ind.get(qn("w:rightChars"))
        return int(right or 0) / 100 + width(line.text) / 2

    assert centre(name) == pytest.approx(centre(day), abs=0.02)


def test_table_repeats_its_head_and_keeps_rows_whole(paper):
    table = opened(letter(paper)).tables[0]
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)
    assert [cell.text for cell in table.rows[1].cells] == ["1", "示例智能制造工程技术研究中心", "示例装备有限公司"]


def test_wide_table_turns_the_pages_with_its_heading_and_back_again(paper):
    wide = TableRows(["甲", "乙"], [["1", "2"]], wide=True)
    made = letter(replace(paper, body=[Paragraph("前"), Heading("宽表"), wide, wide, Heading("后"), Paragraph("后")]))
    document = opened(made)
    turned = [section.page_width > section.page_height for section in document.sections]
    assert turned == [False, True, False]
    first, second, _last = ("".join(part.itertext()) for part in parts_of(document))
    assert first.endswith("前")
    assert second == "一、宽表甲乙12甲乙12"
    assert sum(column.width.mm for column in document.tables[0].columns) == pytest.approx(225, abs=0.1)
    assert form_check(made) == []


def parts_of(document):
    """Return the body's blocks by section; a section's break stands in its last paragraph."""
    root = etree.Element("root")
    sections = [etree.SubElement(root, "section")]
    for block in list(document.element.body):
        sections[-1].append(deepcopy(block))
        if block.find(f"{qn('w:pPr')}/{qn('w:sectPr')}") is not None:
            sections.append(etree.SubElement(root, "section"))
    return sections


def test_every_run_asks_for_the_chinese_face_of_its_punctuation(paper):
    root = opened(letter(paper)).element
    hints = {
        run.rPr.rFonts.get(qn("w:hint")) for run in root.iter(qn("w:r")) if run.text.strip() and run.rPr is not None
    }
    assert hints == {"eastAsia"}


@pytest.mark.parametrize(
    ("number", "words"),
    (
        (1, "一"),
        (10, "十"),
        (11, "十一"),
        (20, "二十"),
        (99, "九十九"),
        (0, "零"),
        (100, "一百"),
        (103, "一百零三"),
        (110, "一百一十"),
        (1000, "1000"),
    ),
)
def test_counted_writes_chinese_numerals(number, words):
    assert counted(number) == words


def test_ordinals_of_the_four_levels():
    assert [ordinal(level, 2) for level in (1, 2, 3, 4)] == ["二、", "（二）", "2.", "（2）"]


def test_short_title_is_one_line():
    assert title_lines("关于召开会议的通知") == ["关于召开会议的通知"]


@pytest.mark.parametrize(
    ("title", "lines"),
    (
        (
            "《示例市提升行动方案（2021—2023年）》2022年下半年进展情况",
            "《示例市提升行动方案（2021—2023年）》|2022年下半年进展情况",
        ),
        ("关于开展2026年度市级工程技术研究中心申报工作的通知", "关于开展2026年度|市级工程技术研究中心申报工作的通知"),
    ),
)
def test_long_title_is_broken_between_phrases(title, lines):
    assert "|".join(title_lines(title)) == lines


@given(st.text(alphabet="关于的市科技创新2026年度（）《》，a ", min_size=1, max_size=80))
def test_title_lines_lose_nothing_but_white_space(title):
    assert "".join("".join(title_lines(title)).split()) == "".join(title.split())


WILD = st.text(max_size=300) | st.sampled_from(
    [
        "\x00\x08\ud800",
        "שלום \u202eabc",
        "👩‍🔬🏭" * 50,
        "长" * 10_000,
        "x" * 10_000,
        "a\u2028b\r\nc",
        "]]>&<w:p/>",
        "\ufffe",
    ]
)


@settings(max_examples=25, deadline=None)
@given(title=WILD, agency=WILD, text=WILD, cell=WILD, name=WILD)
def test_any_text_makes_a_file_that_says_what_was_written(title, agency, text, cell, name):
    made = letter(
        OfficialPaper(
            agency=agency,
            title=title,
            body=[Paragraph(text), Heading(name), TableRows([name], [[cell]], title=name)],
            signed_on=date(2026, 11, 23),
            attachments=[name],
            copies_to=agency,
            printed_by=agency,
        )
    )
    document = opened(made)
    written = "".join(line.text for line in document.paragraphs)
    assert "".join(printable(text).split("\n")) in written.replace("\t", "\t")
    assert document.tables[0].rows[1].cells[0].text == printable(cell)
    assert "".join(one_line(title).split()) in "".join(written.split())
