"""Taking out of texts and files everything that tells whose they are."""

from __future__ import annotations

import io

import pypdfium2 as pdfium
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st
from reportlab.pdfgen import canvas

from kechuang.kernel.errors import NotAllowed, Refused
from kechuang.kernel.files import attachment_path
from kechuang.review.blind import Identifier, left_over, redact
from kechuang.review.blind_pdf import clean_pdf
from kechuang.review.services import rounds
from tests.factories import OrganisationFactory
from tests.review.conftest import Bench

NAMES = (
    Identifier("示例秘密企业", "〔申报单位〕"),
    Identifier("示例沈", "〔申报人员〕"),
    Identifier("SQ-2026-7", "〔编号〕"),
)


def paper(*lines: str, author: str = "Secret Corp") -> bytes:
    buffer = io.BytesIO()
    page = canvas.Canvas(buffer)
    page.setAuthor(author)
    page.setTitle(f"{author} proposal")
    for place, line in enumerate(lines):
        page.drawString(72, 720 - 20 * place, line)
    page.line(72, 700, 200, 700)
    page.save()
    return buffer.getvalue()


@pytest.mark.capability("C54")
@pytest.mark.parametrize(
    "text",
    (
        "示例秘密企业承担",
        "示 例秘\n密 企业承担",
        "示例·沈 与 示例秘密企业",
        "编号ｓｑ－２０２６－７",  # noqa: RUF001 - widened on purpose
        "电话13911112222，邮箱a.b@example.com，网址www.example.com/x",
        "座机0851-33221100，证件520402197501010011",
        "信用代码91520402MA6DL1234X",
    ),
)
def test_names_numbers_and_contacts_are_taken_out_however_they_are_written(text):
    clean = redact(text, NAMES)
    assert left_over([clean], NAMES) == []
    for secret in ("13911112222", "example.com", "33221100", "520402197501010011", "91520402MA6DL1234X"):
        assert secret not in clean


def test_what_names_nobody_stays_as_it_is():
    text = "研制单人可携行的采摘机具，坡度 25° 以上，损伤率低于 3%。"
    assert redact(text, NAMES) == text


@given(st.text(alphabet="示例秘密企业沈 　。x1", max_size=60))
def test_nothing_known_is_ever_left(text):
    assert left_over([redact(text, NAMES)], NAMES) == []


@pytest.mark.capability("C54")
def test_a_pdf_is_written_anew_without_its_data():
    cleaned = clean_pdf(paper("A method of picking fruit on slopes"), NAMES, scans_checked=False)
    assert b"Secret" not in cleaned
    assert pdfium.PdfDocument(cleaned).get_metadata_dict(skip_empty=True).get("Author") is None
    assert len(pdfium.PdfDocument(cleaned)) == 1


def test_a_pdf_that_tells_whose_it_is_is_refused_and_a_scan_asks_for_eyes():
    with pytest.raises(Refused, match="SQ-2026-7"):
        clean_pdf(paper("Our number is SQ-2026-7 indeed"), NAMES, scans_checked=False)
    with pytest.raises(Refused, match="第 1 页"):
        clean_pdf(paper(), NAMES, scans_checked=False)
    assert clean_pdf(paper(), NAMES, scans_checked=True).startswith(b"%PDF")
    with pytest.raises(Refused, match="PDF"):
        clean_pdf(b"no pdf", NAMES, scans_checked=True)


def test_a_blind_copy_leaves_identifying_fields_out_and_files_carry_the_code(bench: Bench):
    host = OrganisationFactory(name="示例秘密企业", credit_code="")
    round_ = bench.round()
    proposal = bench.proposal(
        round_,
        organisation=host,
        title="示例秘密企业的课题",
        sections=[("背景", "示例秘密企业长期研究。", False), ("单位简介", "示例秘密企业", True)],
    )
    assert proposal.copy.title == "〔申报单位〕的课题"
    assert proposal.copy.sections == [{"label": "背景", "text": "〔申报单位〕长期研究。"}]
    assert proposal.copy.problems == []
    upload = SimpleUploadedFile("示例秘密企业.pdf", paper("A method of picking fruit"))
    kept = rounds.copy_file_add(copy=proposal.copy, upload=upload, actor=bench.secretary)
    assert kept.name == "P-001-1.pdf"
    assert b"Secret" not in attachment_path(kept.attachment).read_bytes()
    with pytest.raises(NotAllowed):
        stranger = bench.actor("review_secretary", department=bench.other_department)
        rounds.copy_file_add(copy=proposal.copy, upload=upload, actor=stranger)
