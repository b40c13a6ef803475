"""PDF: tagged and titled, the same bytes for the same values, and text that stays text."""

from __future__ import annotations

import io
from dataclasses import replace

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kechuang.ui.documents import pdf
from kechuang.ui.documents.papers import (
    ApplicationPaper,
    CertificatePaper,
    Coming,
    Grid,
    Line,
    NoticePaper,
    Part,
    ReceiptPaper,
)

URL = "https://kechuang.example.cn/verify/AB12CD34EF"
HOSTILE = '#panic("x") #evil[x] $a$ *b* _c_ @ref <label> `code` // rest \\ = Heading #sys.inputs "quoted"'
GRID = Grid(
    "设备",
    ["序号", "名称", "原值"],
    [[str(n), f"示例设备{n}", f"{n}.00"] for n in range(1, 41)],
    [1, 6, 2],
    [0, 2],
    "注",
)
APPLICATION = ApplicationPaper(
    "市级工程技术研究中心认定申请书",
    "示例装备制造有限公司",
    [
        Part("基本情况", [Line("所属县区", "示例县"), Line("职工人数")], note="请核对。"),
        Part("研发条件", [Line("建设方案", HOSTILE, wide=True), Line("未填方案", wide=True)], [GRID]),
    ],
    number="KC2026-000123",
    version="a1b2c3d4",
    draft=True,
    made_at="2026年11月23日 10:32",
    check_url=URL,
    facts=[Line("批次", "2026年度第一批")],
    declaration="本单位承诺所填内容真实。",
)
RECEIPT = ReceiptPaper(
    "提交回执",
    "KC2026-000123",
    "2026年11月23日 10:32",
    "示例装备制造有限公司",
    [Line("提交人", "示例联系人")],
    [Coming("2026年11月26日前", "依托单位审核")],
    URL,
    "a1b2c3d4",
    "示例市科学技术局",
    "不代表受理。",
)
CERTIFICATE = CertificatePaper(
    "证书",
    "SL-2026-003",
    "示例装备制造有限公司",
    "经审核，认定为市级工程技术研究中心。",
    "示例市科学技术局",
    "2026年11月23日",
    URL,
    [Line("认定文件", "示例科〔2026〕3号")],
    "2029年11月22日",
    sample=True,
)
NOTICE = NoticePaper(
    "补正材料一次性告知书",
    "示例装备制造有限公司",
    ["下列内容需要补正："],
    [GRID],
    ["请于2026年12月1日前补正。"],
    "示例科告〔2026〕12号",
    "示例市科学技术局",
    "2026年11月24日",
    URL,
    [Line("联系人", "示例联系人")],
)
PAPERS = (APPLICATION, RECEIPT, CERTIFICATE, NOTICE)


def opened(content: bytes) -> pypdfium2.PdfDocument:
    return pypdfium2.PdfDocument(io.BytesIO(content))


def text_of(document: pypdfium2.PdfDocument) -> str:
    return "".join(page.get_textpage().get_text_range() for page in document)


def squeezed(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.template)
def test_paper_is_tagged_titled_and_in_chinese(paper):
    document = opened(pdf.printed(paper))
    assert document.get_metadata_value("Title").startswith(paper.title)
    assert pdfium.FPDFCatalog_IsTagged(document) == 1
    assert squeezed(paper.title) in squeezed(text_of(document))


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.template)
def test_paper_that_bears_a_day_can_be_archived(paper):
    content = pdf.printed(paper)
    assert b"<pdfaid:part>2</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>" in content
    assert b"<pdfuaid:part>1</pdfuaid:part>" in content
    assert opened(content).get_metadata_value("CreationDate").startswith("D:202611")


@pytest.mark.parametrize("made_at", ("", "昨天", "2026-13-45", "2026年2月30日"))
def test_paper_without_a_day_claims_no_archive_standard(made_at):
    content = pdf.printed(replace(APPLICATION, made_at=made_at))
    assert b"pdfaid" not in content
    assert b"<pdfuaid:part>1</pdfuaid:part>" in content


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.template)
def test_equal_paper_has_equal_bytes(paper):
    assert pdf.printed(paper) == pdf.printed(replace(paper))


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.template)
def test_paper_uses_no_face_of_the_machine(paper):
    content = pdf.printed(paper)
    assert b"NotoS" in content
    assert b"Libertinus" not in content


def test_application_prints_every_value_and_counts_its_pages():
    document = opened(pdf.printed(APPLICATION))
    text = text_of(document)
    wanted = ("KC2026-000123", "版本 a1b2c3d4", "2026年11月23日 10:32", "示例县", "示例设备40", "2026年度第一批")
    assert [word for word in wanted if squeezed(word) not in squeezed(text)] == []
    count = len(document)
    pages = [squeezed(page.get_textpage().get_text_range()) for page in document]
    assert all(f"第{n}页，共{count}页" in page for n, page in enumerate(pages, 1))


def test_markup_in_data_stays_text():
    assert squeezed(HOSTILE) in squeezed(text_of(opened(pdf.printed(APPLICATION))))


def test_draft_is_marked_on_every_page_and_a_final_form_on_none():
    draft, final = (opened(pdf.printed(replace(APPLICATION, draft=draft))) for draft in (True, False))
    assert len(draft) > 1
    assert all("稿" in page.get_textpage().get_text_range() for page in draft)
    assert "稿" not in text_of(final)


def test_receipt_says_what_happens_next_and_when():
    text = squeezed(text_of(opened(pdf.printed(RECEIPT))))
    assert "2026年11月26日前依托单位审核" in text
    assert squeezed(URL) in text


def test_receipt_whose_steps_have_no_days_numbers_them():
    coming = [Coming("", "依托单位审核"), Coming("", "县区推荐")]
    text = squeezed(text_of(opened(pdf.printed(replace(RECEIPT, coming=coming)))))
    assert "1.依托单位审核2.县区推荐" in text


def test_certificate_names_number_and_where_to_check():
    text = squeezed(text_of(opened(pdf.printed(CERTIFICATE))))
    assert "证书编号：SL-2026-003" in text
    assert squeezed(URL) in text
    assert len(opened(pdf.printed(CERTIFICATE))) == 1


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.template)
def test_paper_without_what_may_be_missing_is_still_set(paper):
    bare = {"facts": ()} | ({"check_url": ""} if paper.template != "certificate" else {})
    assert len(opened(pdf.printed(replace(paper, **bare)))) >= 1


@settings(max_examples=8, deadline=None)
@given(
    value=st.text(max_size=300)
    | st.sampled_from(
        ["\x00\ud800", "שלום \u202eabc مرحبا", "👩‍🔬🏭" * 40, "长" * 10_000, "x" * 10_000, "\ufffe\uffff", "#" * 99]
    )
)
def test_any_text_makes_a_pdf(value):
    paper = replace(
        APPLICATION,
        title=f"申请书{value[:80]}",
        applicant=value[:100],
        parts=[
            Part(
                value[:50],
                [Line(value[:60], value), Line("方案", value, wide=True)],
                [replace(GRID, rows=[[value, "", ""]])],
            )
        ],
    )
    assert len(opened(pdf.printed(paper))) >= 1


def test_sign_without_a_face_leaves_the_rest_as_it_is():
    document = opened(pdf.printed(replace(RECEIPT, applicant="示例ꀀ公司")))
    assert "示例公司" in squeezed(text_of(document)).replace("\ufffe", "").replace("\x00", "")
    assert pdfium.FPDFCatalog_IsTagged(document) == 1


def test_too_much_text_is_refused_before_anything_is_set():
    with pytest.raises(pdf.TooLarge, match="内容过多"):
        pdf.printed(replace(APPLICATION, declaration="长" * 2_000_000))


def test_what_takes_too_long_is_stopped():
    rows = [["示例文字" * 20] * 3 for _ in range(4_000)]
    with pytest.raises(pdf.TooLarge, match="已停止"):
        pdf.printed(replace(APPLICATION, parts=[Part("表", grids=[replace(GRID, rows=rows)])]), seconds=1)


def test_what_needs_too_much_memory_is_stopped(monkeypatch):
    monkeypatch.setattr(pdf, "MEMORY_BYTES", 60_000_000)
    with pytest.raises(pdf.TooLarge, match="内存"):
        pdf.printed(RECEIPT)


def test_long_paper_belongs_into_a_job():
    assert not pdf.is_long(APPLICATION)
    assert pdf.is_long(replace(APPLICATION, declaration="长" * 300_000))


def test_template_that_fails_says_so():
    with pytest.raises(pdf.NotSet, match="title"):
        pdf.render("receipt", {"number": "1"})
