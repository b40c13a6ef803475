"""Files are judged by their bytes, kept under their hash, and refused in a sentence."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

import kechuang
from kechuang.kernel import files
from kechuang.kernel.access import ANONYMOUS, Actor
from kechuang.kernel.errors import NotAllowed, Refused
from kechuang.kernel.models import Attachment
from tests.factories import UserFactory
from tests.papers import BOOK, packed, pdf, picture, word

pytestmark = pytest.mark.django_db
PDF = pdf()


@pytest.fixture
def actor(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return Actor(user_id=UserFactory().pk)


@pytest.mark.parametrize(
    ("content", "media_type", "ending"),
    (
        (PDF, "application/pdf", "pdf"),
        (picture(), "image/png", "png"),
        (picture("JPEG"), "image/jpeg", "jpg"),
        (word(), files.DOCX, "docx"),
    ),
)
def test_store_keeps_what_the_bytes_say_it_is(actor, content, media_type, ending):
    kept = files.attachment_store(SimpleUploadedFile("../../认定.exe", content), actor=actor)
    assert (kept.name, kept.media_type, kept.size) == (f"认定.exe.{ending}", media_type, len(content))
    assert kept.sha256 == hashlib.sha256(content).hexdigest()
    assert files.attachment_path(kept).read_bytes() == content


@pytest.mark.parametrize(
    "content", (b"", b"MZ\x90\x00 program", b"<script>alert(1)</script>", packed(BOOK), b"PK\x03\x04")
)
def test_store_refuses_what_it_does_not_take_in(actor, tmp_path, content):
    with pytest.raises(Refused) as refusal:
        files.attachment_store(SimpleUploadedFile("认定.pdf", content), actor=actor)
    assert (refusal.value.field, Attachment.objects.count(), list(tmp_path.rglob("*"))) == ("scan", 0, [])


def test_store_refuses_what_is_too_large(actor, settings):
    settings.UPLOADS = {**settings.UPLOADS, "bytes": len(PDF) - 1}
    with pytest.raises(Refused, match="文件超过"):
        files.attachment_store(SimpleUploadedFile("认定.pdf", PDF), actor=actor)


def test_the_same_bytes_are_kept_once(actor, tmp_path):
    for name in ("一.pdf", "二.pdf"):
        files.attachment_store(SimpleUploadedFile(name, PDF), actor=actor)
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


def test_nobody_uploads_without_signing_in(actor):
    with pytest.raises(NotAllowed):
        files.attachment_store(SimpleUploadedFile("认定.pdf", PDF), actor=ANONYMOUS)


@pytest.mark.capability("C19")
def test_the_bytes_of_what_people_sent_leave_by_one_way_only():
    """Whoever opens an attachment's place could serve it unchecked: only the response may, and what the house made."""
    source = Path(kechuang.__file__).parent
    opening = {
        str(path.relative_to(source))
        for path in source.rglob("*.py")
        if re.search(r"attachment_path\(|upload_place\(|MEDIA_URL", path.read_text(encoding="utf-8"))
    }
    assert opening == {
        "kernel/files.py",  # the response, the scan, the removal
        "kernel/uploads_running.py",  # writes and removes pieces
        "kernel/uploads_resumed.py",  # hands a whole file to the door
        "review/keeping.py",  # reads a matching run the program wrote itself
    }


@pytest.mark.parametrize(
    ("state", "shown"), (("clean", "示例"), ("waiting", "示例（待查毒）"), ("refused", "示例（未通过）"))
)
def test_a_list_says_of_a_file_that_it_is_not_given_out(state, shown):
    file = Attachment(name="示例.pdf", check_state=state)
    assert files.named(file, "示例") == shown
    assert files.named(file) == shown.replace("示例", "示例.pdf")
