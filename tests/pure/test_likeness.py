"""Prints of texts: the same text is wholly alike, a copied half about half, strangers not at all."""

from hypothesis import given
from hypothesis import strategies as st

from kechuang.pure.likeness import PIECE, SIZE, likeness, prints

ONE = "".join(chr(0x4E00 + (n * 37) % 3000) for n in range(1200))
OTHER = "".join(chr(0x4E00 + (n * 101 + 7) % 3000) for n in range(1200))


@given(st.text())
def test_any_text_has_sixty_four_prints_or_none_and_is_like_itself(text):
    found = prints(text)
    assert len(found) in (0, SIZE)
    assert likeness(found, prints(text)) == (1.0 if found else 0.0)
    assert all(0 <= one < 1 << 63 for one in found)


def test_spaces_width_and_punctuation_do_not_count():
    assert prints("示例 技术，研发\uff11\uff12ABC方案") == prints("示例技术研发12abc方案")


def test_a_copied_half_is_found_and_strangers_are_not():
    half = ONE[:600] + OTHER[:600]
    assert likeness(prints(ONE), prints(OTHER)) < 0.05
    assert 0.15 < likeness(prints(ONE), prints(half)) < 0.55
    assert prints("短") == []
    assert len("短") < PIECE
