"""Text that may stand in a document."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kechuang.ui.documents.plain import chinese_date, one_line, printable


@pytest.mark.parametrize(
    ("text", "kept"),
    (
        ("a\x00\x08b", "ab"),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("\u202eevil\u2066", "evil"),
        ("\ud800", "\ufffd"),
        ("\ufeff零宽\u200b空格", "零宽空格"),
        ("制表\t符", "制表\t符"),
        ("𠮷野家 שלום 👩‍🔬", "𠮷野家 שלום 👩‍🔬"),
        (12, "12"),
    ),
)
def test_printable_keeps_what_can_be_read(text, kept):
    assert printable(text) == kept


def test_one_line_is_one_line():
    assert one_line(" 一\n二\t三　四 ") == "一 二 三 四"


def test_chinese_date_has_no_leading_zeros():
    assert chinese_date(2026, 1, 2) == "2026年1月2日"


@given(st.text())
def test_printable_text_is_xml_and_stays_as_it_is(text):
    kept = printable(text)
    element = ET.Element("a")
    element.text = kept
    assert ET.fromstring(ET.tostring(element, encoding="unicode")).text == (kept or None)  # noqa: S314 - our own
    assert printable(kept) == kept
