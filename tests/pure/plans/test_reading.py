"""What must hold for any bytes and any text, and the shape of the JSON."""
# ruff: noqa: E501 - a list of printed words stays on one line

import io
import json
import time
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kechuang.pure.plans import PlanReading, Unreadable, read_bytes, read_text
from tests.pure.plans.gold import load
from tests.pure.plans.printing import FORMATS

KEYS = ["document", "sections", "tasks", "indicators", "milestones", "findings"]
PIECES = st.sampled_from(
    [
        *(
            "一、",
            "二、",
            "（一）",
            "(二)",
            ")",
            "（）",
            "1.",
            "2．",
            "3、",
            "（1）",
            "①",
            "第一章 ",
            "第二条 ",
            "1.1 ",
            "附件",
            "附件：",
            "专栏1",
        ),
        *(
            "重点任务",
            "总体要求",
            "保障措施",
            "工作目标",
            "加强平台建设",
            "。",
            "；",
            "：",
            "，",
            "、",
            "\n",
            "\t",
            " ",
            "　",
            "|",
            "---",
            "/",
        ),
        *(
            "（市科技局牵头，市财政局配合）",
            "（责任单位：市科技局",
            "牵头单位：",
            "责任单位：",
            "各县()人民政府",
            "等部门",
            "按职责分工负责）",
        ),
        *(
            "到2025年，",
            "达到",
            "500家",
            "10%以上",
            "2022年6月底前",
            "序号",
            "指标",
            "单位",
            "2020年",
            "2025年目标",
            "11（国家级4个、省级7个）",
        ),
        *(
            "2021年12月24日",
            "二〇二一年十二月二十四日",
            "关于印发",
            "《",
            "》",
            "的通知",
            "示例市人民政府办公室",
            "扫一扫",
            "<p>",
            "</td>",
            "<table>",
        ),
    ]
)
TEXTS = st.lists(PIECES, max_size=60).map(lambda pieces: "示例\n" + "".join(pieces))


def _said(data: bytes, name: str) -> str:
    """Return the JSON of a reading, or the sentence of its refusal; anything else goes on to the test."""
    try:
        return read_bytes(data, name=name).to_json()
    except Unreadable as refusal:
        return str(refusal)


def _is_json_or_sentence(said: str) -> bool:
    return list(json.loads(said)) == KEYS if said.startswith("{") else said.endswith("。")


@given(st.binary(max_size=2000), st.sampled_from(["", "a.txt", "a.md", "a.html", "a.docx", "a.pdf"]))
@settings(max_examples=300, deadline=None)
def test_no_bytes_raise_anything_but_unreadable(data: bytes, name: str) -> None:
    assert _is_json_or_sentence(_said(data, name))


@pytest.mark.parametrize("shape", tuple(FORMATS))
def test_no_damaged_file_raises_anything_but_unreadable(shape: str) -> None:
    whole = FORMATS[shape](load()[7].text)

    @given(st.integers(0, len(whole)), st.integers(0, len(whole)), st.binary(max_size=8))
    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def damaged(cut: int, place: int, junk: bytes) -> None:
        data = whole[:place] + junk + whole[place + len(junk) :]
        assert _is_json_or_sentence(_said(data[: cut or len(data)], f"plan.{shape}"))

    damaged()


def _names(reading: PlanReading) -> list[str]:
    groups = [group for task in reading.tasks for group in task.responsibilities]
    offices = [name for group in groups for name in group.lead_offices + group.cooperating_offices]
    rows = [name for row in reading.indicators for name in row.departments]
    return [name for group in groups for name in group.names] + offices + rows


def _in_order(letters: str, printed: str) -> bool:
    """Tell whether ``letters`` stand in ``printed`` in this order, other letters between them or not."""
    rest = iter(printed)
    return all(letter in rest for letter in letters)


def _letters(text: str) -> str:
    return "".join(sign for sign in text if sign.isalnum())


@given(TEXTS)
@settings(max_examples=400, deadline=None)
def test_nothing_is_invented(text: str) -> None:
    reading = read_text(text)
    printed = _letters(reading.text)

    for name in _names(reading):
        assert _letters(name) in printed
    for task in reading.tasks:
        assert _in_order(_letters(task.title), printed)  # a bracket may have stood inside


@given(TEXTS)
@settings(max_examples=300, deadline=None)
def test_tasks_keep_the_printed_order(text: str) -> None:
    reading = read_text(text)
    lines = [task.line for task in reading.tasks]

    assert lines == sorted(lines)
    assert all(1 <= line <= reading.text.count("\n") + 1 for line in lines)


@given(TEXTS)
@settings(max_examples=200, deadline=None)
def test_reading_twice_gives_the_same(text: str) -> None:
    assert read_text(text).to_json() == read_text(text).to_json()


@pytest.mark.parametrize(
    "line",
    (
        "（" * 60_000,
        "一、" * 30_000,
        "（市科技局、" * 10_000,
        "市科技局、" * 12_000 + "牵头",
        "到2025年，" + "高新技术企业达到500家、" * 5_000,
        "责任单位：" * 12_000,
        "1.1.1." * 10_000,
        " " * 60_000 + "一",
        "|" * 60_000,
        "\t" * 60_000,
        "<p " * 20_000,
        "各县、" * 20_000 + "人民政府",
        "序号 指标 单位 2020年 " * 4_000,
        "2022年6月底前" * 7_000,
        "本自" * 30_000 + "起",
    ),
    ids=str.__len__,
)
def test_a_hostile_line_is_read_in_time_that_grows_with_its_length(line: str) -> None:
    # Quadratic reading of these lines takes minutes; linear reading stays far below the limit on a busy machine.
    began = time.perf_counter()
    read_text(line + "\n" + line)

    assert time.perf_counter() - began < 6


def _zip(name: str, content: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(name, content)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "sentence"),
    (
        (b"", "文件是空的，没有可读的文字。"),
        (b"\n\n  ", "文件是空的，没有可读的文字。"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, "这是图片，不含文字，请先做文字识别。"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x01" * 50,
            "这是旧版 Word（.doc）或其他 Office 97 文件，请另存为 .docx 后再读。",
        ),
        (b"%PDF-1.4 broken", "PDF 文件已损坏，无法读取。"),
        (b"\x01\x02\x03\x04\x05" * 20, "文件不是可读的文字：既不是 UTF-8、UTF-16，也不是 GB18030 编码。"),
        (_zip("xl/workbook.xml", b"<x/>"), "压缩包里没有 Word 正文；请提供 .docx、.pdf、.html、.md 或 .txt 文件。"),
        (_zip("word/document.xml", b" " * (81 * 1024 * 1024)), "Word 文件解压后过大，拒绝读取。"),
        (
            _zip("word/document.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
            "Word 文件含有不允许的声明，拒绝读取。",
        ),
    ),
)
def test_an_unreadable_file_gets_one_plain_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        read_bytes(data)

    assert str(refusal.value) == sentence


def test_a_pdf_without_text_says_so() -> None:
    from reportlab.pdfgen.canvas import Canvas  # noqa: PLC0415 - only this test draws

    stream = io.BytesIO()
    canvas = Canvas(stream)
    canvas.rect(100, 100, 200, 200)
    canvas.showPage()
    canvas.save()

    with pytest.raises(Unreadable, match="没有文字层"):
        read_bytes(stream.getvalue())


def test_json_has_the_documented_keys_in_order() -> None:
    data = json.loads(read_text(load()[7].text).to_json())

    assert list(data) == KEYS
    assert list(data["document"]) == [
        *("title", "issued_plan", "document_number", "issuers", "signed_on", "published_on", "effective_on", "note"),
    ]
    assert list(data["tasks"][0]) == ["no", "section", "kind", "title", "text", "responsibilities", "line"]
    assert list(data["tasks"][0]["responsibilities"][0]) == [
        *("role", "departments", "lead", "cooperating", "et_al", "by_duty", "with_others", "local", "scope"),
        *("lead_offices", "cooperating_offices"),
    ]
    assert list(data["indicators"][0]) == [
        *("name", "unit", "basis", "base", "targets", "growth_stated", "growth_computed", "attribute", "departments"),
        "line",
    ]
    assert list(data["indicators"][0]["base"]) == ["year", "value", "parts"]
    assert list(data["indicators"][0]["targets"][0]) == ["year", "op", "value", "parts"]


def test_word_numbers_its_lists_itself() -> None:
    numbering = (
        '<w:numbering xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:abstractNum w:abstractNumId="1">'
        '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl>'
        '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="（%2）"/></w:lvl>'
        '</w:abstractNum><w:num w:numId="7"><w:abstractNumId w:val="1"/></w:num></w:numbering>'
    )

    def paragraph(level: int, text: str) -> str:
        place = f'<w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="7"/></w:numPr></w:pPr>'
        return f"<w:p>{place}<w:r><w:t>{text}</w:t></w:r></w:p>"

    body = (
        paragraph(0, "重点任务")
        + paragraph(1, "建设平台。建成示例平台。（市科技局）")
        + paragraph(1, "培养人才。引进人才。")
    )
    document = f'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{body}</w:body></w:document>'
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr("word/document.xml", document)
        package.writestr("word/numbering.xml", numbering)

    reading = read_bytes(stream.getvalue())

    assert [(task.section, task.no, task.title) for task in reading.tasks] == [
        ("一", "（一）", "建设平台"),
        ("一", "（二）", "培养人才"),
    ]
