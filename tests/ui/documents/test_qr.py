"""QR codes carry exactly their text, in plain attributes a strict policy allows."""

from __future__ import annotations

import re
import struct
import xml.etree.ElementTree as ET

import pytest
import segno

from kechuang.ui.documents import qr

URL = "https://kechuang.example.cn/verify/AB12CD34EF"
NAMESPACE = "{http://www.w3.org/2000/svg}"


def dark_modules(svg: str) -> set[tuple[int, int]]:
    path = ET.fromstring(svg).find(f"{NAMESPACE}path").get("d")  # noqa: S314 - written by us
    found = set()
    for x, y, run, back in re.findall(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z", path):
        assert run == back
        found |= {(int(x) + step, int(y)) for step in range(int(run))}
    return found


@pytest.mark.parametrize("text", (URL, "示例编号 KC2026-000123", "a", "x" * 1_000))
def test_svg_draws_the_modules_of_the_code(text):
    matrix = segno.make_qr(text, error="m", encoding="utf-8", boost_error=False).matrix
    expected = {(x + 4, y + 4) for y, row in enumerate(matrix) for x, bit in enumerate(row) if bit}
    assert dark_modules(qr.svg(text)) == expected


def test_svg_has_no_style_and_a_quiet_zone():
    drawn = qr.svg(URL, label='核验"<码>')
    root = ET.fromstring(drawn)  # noqa: S314 - written by us
    assert not {name for element in root.iter() for name in element.keys() if name == "style" or name.startswith("on")}  # noqa: SIM118
    assert root.get("aria-label") == '核验"<码>'
    side = int(root.get("viewBox").split()[2])
    assert {edge for point in dark_modules(drawn) for edge in point} <= set(range(4, side - 4))


def test_svg_without_label_is_hidden_from_readers():
    assert 'aria-hidden="true"' in qr.svg(URL)


def test_png_is_as_large_as_asked():
    picture = qr.png(URL, scale=5)
    side = segno.make_qr(URL, error="m", encoding="utf-8", boost_error=False).symbol_size(scale=5, border=4)
    assert picture.startswith(b"\x89PNG")
    assert struct.unpack(">II", picture[16:24]) == side


@pytest.mark.parametrize("text", ("", "x" * 1_001))
@pytest.mark.parametrize("draw", (qr.svg, qr.png))
def test_text_that_no_phone_reads_is_refused(draw, text):
    with pytest.raises(ValueError, match="1 to 1000"):
        draw(text)
