"""The check of official form finds each departure, and says which."""

# ruff: noqa: SLF001 - the XML of a Word file is looked at, which python-docx keeps behind an underscore
from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace

import docx
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from kechuang.ui.documents.official import TableRows, form_check, letter


def changed(content: bytes, change: Callable[[docx.document.Document], None]) -> bytes:
    document = docx.Document(io.BytesIO(content))
    change(document)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def style(document, name):
    return document.styles[name]


def line(document, text):
    return next(found for found in document.paragraphs if text in found.text)


def put(owner, name, attribute, value):
    next(owner.element.iter(qn(name))).set(qn(attribute), value)


DEPARTURES = [
    (lambda d: setattr(d.sections[0], "page_width", Mm(216)), "纸张应为 A4（210×297 毫米），现为 216×297 毫米。"),
    (lambda d: setattr(d.sections[0], "top_margin", Mm(25.4)), "上白边（天头）应为 37 毫米，现为 25.4 毫米。"),
    (lambda d: setattr(d.sections[0], "left_margin", Mm(32)), "左白边（订口）应为 28 毫米，现为 32.0 毫米。"),
    (lambda d: setattr(d.sections[0], "right_margin", Mm(30)), "右白边应为 26 毫米，现为 30.0 毫米。"),
    (lambda d: setattr(d.sections[0], "bottom_margin", Mm(30)), "下白边应为 35 毫米，现为 30.0 毫米。"),
    (lambda d: put(d, "w:docGrid", "w:linePitch", "312"), "文档网格每页应为 22 行，现为 41 行。"),
    (
        lambda d: d.element.body.sectPr.remove(d.element.body.sectPr.find(qn("w:docGrid"))),
        "没有设定文档网格；每页应为 22 行。",
    ),
    (lambda d: setattr(style(d, "公文标题").font, "size", Pt(18)), "没有找到 2 号小标宋体的标题。"),
    (lambda d: setattr(style(d, "公文标题").paragraph_format, "alignment", ALIGN.LEFT), "标题应居中。"),
    (
        lambda d: put(style(d, "公文一级标题"), "w:rFonts", "w:eastAsia", "宋体"),
        "一级标题“一、认定名单”应为黑体，现为16 磅宋体。",
    ),
    (
        lambda d: put(style(d, "公文二级标题"), "w:rFonts", "w:eastAsia", "宋体"),
        "二级标题“（一）加强管理”应为楷体，现为16 磅宋体。",
    ),
    (lambda d: setattr(style(d, "公文三级标题").font, "size", Pt(14)), "正文“1.时间”应为 3 号（16 磅），现为14 磅。"),
    (
        lambda d: setattr(line(d, "根据").paragraph_format, "line_spacing", Pt(20)),
        "正文“根据有关规定，经申报、推”的行距应为固定值 28 磅（每页 22 行），现为 20 磅。",
    ),
    (
        lambda d: setattr(line(d, "根据").paragraph_format, "line_spacing", 1.5),
        "正文“根据有关规定，经申报、推”的行距应为固定值 28 磅（每页 22 行），没有设为固定值。",
    ),
    (
        lambda d: setattr(line(d, "根据"), "style", style(d, "公文顶格")),
        "正文“根据有关规定，经申报、推”首行应空二字。",
    ),
    (
        lambda d: setattr(line(d, "〔2026〕").runs[0], "text", "示例科[2026]3号"),
        "发文字号“示例科[2026]3号”的年份应为四位，用六角括号〔〕括起。",
    ),
    (
        lambda d: setattr(line(d, "〔2026〕").runs[0], "text", "示例科〔2026〕第3号"),
        "发文字号“示例科〔2026〕第3号”的序号不加“第”字，不编虚位。",
    ),
    (
        lambda d: setattr(line(d, "〔2026〕").runs[0].font, "size", Pt(14)),
        "发文字号应为 3 号仿宋体，现为14 磅仿宋_GB2312。",
    ),
    (
        lambda d: line(d, "〔2026〕")._p.pPr.remove(line(d, "〔2026〕")._p.pPr.find(qn("w:pBdr"))),
        "有红色的发文机关标志，但没有红色分隔线。",
    ),
    (
        lambda d: setattr(line(d, "2026年11月3日").runs[0], "text", "2026年11月03日"),
        "成文日期“2026年11月03日”的月、日不编虚位。",
    ),
    (lambda d: setattr(line(d, "2026年11月3日").runs[0], "text", "二〇二六年十一月三日"), "成文日期应使用阿拉伯数字。"),
    (lambda d: setattr(line(d, "2026年11月3日").runs[0], "text", "某日"), "没有找到成文日期（如 2026年11月23日）。"),
    (lambda d: setattr(line(d, "2026年11月3日"), "alignment", ALIGN.LEFT), "成文日期应居右。"),
    (
        lambda d: setattr(d.settings, "odd_and_even_pages_header_footer", False),
        "页码应单页居右、双页居左，文件没有区分单双页。",
    ),
    (lambda d: setattr(d.sections[0].footer.paragraphs[0], "alignment", ALIGN.CENTER), "单页的页码应居右。"),
    (lambda d: d.sections[0].even_page_footer.paragraphs[0].clear(), "双页没有页码。"),
    (
        lambda d: setattr(d.sections[0].footer.paragraphs[0].runs[0], "text", ""),
        "单页的页码左右应各有一条一字线（— 1 —）。",
    ),
    (lambda d: setattr(style(d, "公文页码").font, "size", Pt(9)), "单页的页码应为 4 号（14 磅），现为9 磅。"),
    (lambda d: setattr(style(d, "公文版记").font, "size", Pt(16)), "版记应为 4 号仿宋体，现为16 磅仿宋_GB2312。"),
    (
        lambda d: setattr(d.tables[-1].rows[0].cells[0].paragraphs[0].runs[0], "text", "抄送：示例市财政局"),
        "抄送机关之后应标句号。",
    ),
    (lambda d: setattr(line(d, "附件").runs[0], "text", "附件：1.名单。"), "附件名称后不加标点符号。"),
]


@pytest.mark.parametrize(("change", "sentence"), DEPARTURES, ids=range(len(DEPARTURES)))
def test_each_departure_is_told(paper, change, sentence):
    assert sentence in form_check(changed(letter(paper), change))


def test_saving_again_departs_from_nothing(paper):
    assert form_check(changed(letter(paper), lambda document: None)) == []


def test_faces_by_another_name_are_the_same_faces(paper):
    def renamed(document):
        for name, face in (("公文正文", "FangSong"), ("公文一级标题", "SimHei"), ("公文二级标题", "楷体")):
            put(style(document, name), "w:rFonts", "w:eastAsia", face)

    assert form_check(changed(letter(paper), renamed)) == []


@pytest.mark.parametrize("content", (b"", b"PK\x03\x04", b"not a file" * 100))
def test_what_is_no_word_file_gets_one_sentence(content):
    assert form_check(content) == ["这不是能打开的 Word 文件（.docx）。"]


def test_too_large_a_file_is_not_opened():
    assert form_check(b"0" * 20_000_001) == ["文件超过 20 MB，未检查。"]


def test_heading_with_its_text_behind_it_may_have_two_faces(paper):
    def run_in(document):
        heading = line(document, "（一）加强管理")
        heading.style = style(document, "公文正文")
        heading.runs[0].text = "（一）加强管理。"
        next(heading.runs[0]._r.iter(qn("w:rFonts"))).set(qn("w:eastAsia"), "楷体_GB2312")
        heading.add_run("依托单位要落实主体责任。")

    assert form_check(changed(letter(paper), run_in)) == []


def test_margins_of_turned_pages_are_checked_turned(paper):
    wide = [TableRows(["甲"], [["1"]], wide=True)]
    made = letter(replace(paper, body=wide))
    wrong = changed(made, lambda document: setattr(document.sections[1], "top_margin", Mm(37)))
    assert form_check(wrong) == ["横排页的左白边（订口）应为 28 毫米，现为 37.0 毫米。"]


def test_entities_of_a_hostile_file_are_not_unfolded(paper):
    laughs = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    document = f'<!DOCTYPE w:document [<!ENTITY e0 "ha">{laughs}]><w:document xmlns:w="{W}"><w:body><w:p><w:r>'
    document += "<w:t>&e11;</w:t></w:r></w:p></w:body></w:document>"
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(letter(paper))) as source, zipfile.ZipFile(buffer, "w") as target:
        for name in source.namelist():
            target.writestr(name, document.encode() if name == "word/document.xml" else source.read(name))
    told = form_check(buffer.getvalue())
    assert told
    assert not any("haha" in sentence for sentence in told)


W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
