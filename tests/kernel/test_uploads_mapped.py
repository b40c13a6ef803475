"""A large file is looked through a window at a time: nothing hides at a window's edge."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import TemporaryUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from kechuang.kernel.errors import Refused
from kechuang.kernel.uploads import JPG, PDF, PNG, upload_judged
from kechuang.kernel.uploads_mapped import WINDOW, found, texts
from tests.papers import pdf, picture, stream

ACTIVE = b"<< /S /JavaScript /JS (app.alert) >>"


def on_disk(content: bytes) -> TemporaryUploadedFile:
    upload = TemporaryUploadedFile("a.pdf", "application/pdf", len(content), None)
    upload.file.write(content)
    upload.file.flush()
    return upload


@pytest.mark.parametrize(("content", "kind"), ((pdf(), PDF), (picture(), PNG), (picture("JPEG"), JPG)))
def test_what_lies_on_disk_is_judged_as_what_is_in_memory(content, kind):
    assert upload_judged(on_disk(content)) == kind


@pytest.mark.parametrize(
    "more",
    (
        (b"<< /Length %d >>\nstream\n%s\nendstream" % (WINDOW * 2, bytes(WINDOW * 2)), ACTIVE),  # behind a long stream
        (b"<< /A [%s] >>" % (b"(text) " * (WINDOW // 7 - 20)), *[ACTIVE] * 8),  # about a window's edge
        (b"<< /A (an endstream\nand a stream) >>", ACTIVE),
        # a word in the dictionary does not hide what the stream is
        (stream(b"/Type /ObjStm /Note (stream) /N 1 /First 4", b"5 0 " + ACTIVE),),
        (b"<< /Note (%s) /Length 1 >>\nstream\nx\nendstream" % (b" " * 1_200_000),),  # nor a very long one
    ),
)
def test_nothing_hides_at_the_edge_of_a_window(more):
    with pytest.raises(Refused):
        upload_judged(on_disk(pdf(more=more)))


def test_a_picture_cut_within_a_window_is_refused():
    with pytest.raises(Refused, match="打不开"):
        upload_judged(on_disk(picture("PNG", (400, 400))[:-20]))


@given(cuts=st.lists(st.integers(0, 60), max_size=6), place=st.integers(0, 70))
def test_a_word_is_found_and_a_text_is_whole_wherever_windows_end(cuts, place):
    content = bytearray(b"." * 64)
    for cut in cuts:
        content[cut : cut + 6] = b" obj. "
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kechuang.kernel.uploads_mapped.WINDOW", 8)
        assert found(bytes(content), b"obj", place) == bytes(content).find(b"obj", place)
        assert b"".join(texts(bytes(content), 3, 61)) == content[3:61]
