"""A file waits until the scanner has answered, is given out when it is clean, and loses its bytes when it is not."""

from __future__ import annotations

import contextlib
import socketserver
import struct
import threading
from dataclasses import dataclass, field

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kechuang.kernel import files
from kechuang.kernel.access import Actor
from kechuang.kernel.errors import Refused
from kechuang.kernel.models import Attachment
from tests.factories import UserFactory
from tests.papers import pdf

pytestmark = pytest.mark.django_db
NOBODY = "127.0.0.1:1"


@dataclass
class Scanner:
    """A scanner that speaks INSTREAM and remembers what it was sent."""

    address: str = ""
    answer: bytes = b"stream: OK\0"
    seen: list[bytes] = field(default_factory=list)


@pytest.fixture
def scanner(settings, tmp_path):
    """Run a scanner on a socket of its own."""
    told = Scanner(str(tmp_path / "clamd"))

    class Talk(socketserver.StreamRequestHandler):
        def handle(self):
            assert self.rfile.read(10) == b"zINSTREAM\0"
            content = b""
            while size := struct.unpack("!L", self.rfile.read(4))[0]:
                content += self.rfile.read(size)
            told.seen.append(content)
            self.wfile.write(told.answer)

    with socketserver.ThreadingUnixStreamServer(told.address, Talk) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        settings.UPLOADS = {**settings.UPLOADS, "clamd": told.address}
        yield told
        server.shutdown()


@pytest.fixture
def actor(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return Actor(user_id=UserFactory().pk)


def stored(actor, text="x"):
    return files.attachment_store(SimpleUploadedFile("认定.pdf", pdf(text)), actor=actor)


def given(attachment):
    answer = files.attachment_response(Attachment.objects.get(pk=attachment.pk))
    with contextlib.closing(answer.file_to_stream):
        return answer.status_code, b"".join(answer.streaming_content)


def test_a_clean_file_is_given_out_as_a_download_that_runs_nothing(scanner, actor):
    kept = stored(actor)
    answer = files.attachment_response(kept)
    answer.file_to_stream.close()
    assert (scanner.seen, given(kept)) == ([pdf("x")], (200, pdf("x")))
    assert answer["Content-Disposition"].startswith("attachment;")
    assert (answer["X-Content-Type-Options"], answer["Content-Security-Policy"]) == (
        "nosniff",
        "default-src 'none'; sandbox",
    )


def test_what_the_scanner_finds_is_refused_and_leaves_nothing(scanner, actor, tmp_path):
    scanner.answer = b"stream: Example-Test FOUND\0"
    with pytest.raises(Refused, match="Example-Test"):
        stored(actor)
    assert (Attachment.objects.count(), (tmp_path / "media").exists()) == (0, False)


@pytest.mark.parametrize("answer", (b"INSTREAM size limit exceeded. ERROR\0", b"", b"stream: maybe\0"))
def test_an_answer_that_is_no_verdict_leaves_the_file_waiting(scanner, actor, answer):
    scanner.answer = answer
    assert stored(actor).check_state == "waiting"


def test_a_file_waits_while_nobody_answers_and_is_released_later(scanner, actor, settings):
    settings.UPLOADS = {**settings.UPLOADS, "clamd": NOBODY}
    kept = stored(actor)
    status, said = given(kept)
    assert (kept.check_state, status, "还在等候查毒" in said.decode()) == ("waiting", 409, True)
    assert files.waiting_scanned() == 0
    settings.UPLOADS = {**settings.UPLOADS, "clamd": scanner.address}
    assert (files.waiting_scanned(), given(kept)) == (1, (200, pdf("x")))


def test_a_waiting_file_in_which_something_is_found_keeps_its_reason_and_no_bytes(scanner, actor, settings):
    settings.UPLOADS = {**settings.UPLOADS, "clamd": NOBODY}
    kept = stored(actor)
    settings.UPLOADS = {**settings.UPLOADS, "clamd": scanner.address}
    scanner.answer = b"stream: Example-Test FOUND\0"
    assert files.waiting_scanned() == 1
    status, said = given(kept)
    assert (status, "没有通过查验" in said.decode(), "Example-Test" in said.decode()) == (409, True, True)
    assert not files.attachment_path(kept).exists()


def test_files_are_released_when_the_scanner_is_taken_away(actor, settings):
    settings.UPLOADS = {**settings.UPLOADS, "clamd": NOBODY}
    kept = stored(actor)
    settings.UPLOADS = {**settings.UPLOADS, "clamd": ""}
    assert (files.waiting_scanned(), given(kept)[0]) == (1, 200)
