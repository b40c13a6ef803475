"""A large file reaches the vault over a line that breaks: in pieces, once, by its owner alone, past the one door."""

from __future__ import annotations

import base64
import hashlib
import io
import os
import threading
from datetime import timedelta

import pytest
from django.db import DatabaseError, connections, transaction
from django.http import HttpResponse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kechuang.facts.models import Evidence
from kechuang.kernel import files, uploads_running
from kechuang.kernel.access import Actor
from kechuang.kernel.errors import Refused
from kechuang.kernel.models import Attachment, RunningUpload
from kechuang.kernel.uploads_resumed import upload_handed
from kechuang.ui.uploads.middleware import ArrivingPieceMiddleware
from kechuang.ui.uploads.protocol import OFFSET_TYPE
from tests.factories import UserFactory
from tests.facts.conftest import build_ground, signed_in
from tests.papers import pdf, stream

CONTENT = pdf("resumed", more=(stream(b"", bytes(range(256)) * 40),))
TUS = {"Tus-Resumable": "1.0.0"}
WHERE = "/ui/uploads/"
MB = 1024 * 1024


@pytest.fixture
def ground(db):
    return build_ground()  # a vault asks for no process


def begun(client, size=None, name="报告.pdf", **more):
    size = len(CONTENT) if size is None else size
    told = {"filename": name, "modified": "1700000000000", "page": "/somewhere/", "field": "upload", **more}
    coded = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in told.items())
    return client.post(WHERE, headers={**TUS, "Upload-Length": str(size), "Upload-Metadata": coded})


def sent(client, where, offset, piece, **headers):
    headers = {**TUS, "Upload-Offset": str(offset), **headers}
    return client.patch(where, piece, CONTENT_TYPE="application/offset+octet-stream", headers=headers)


def finished(client, content=CONTENT):
    where = begun(client, len(content))["Location"]
    assert sent(client, where, 0, content)["Upload-Offset"] == str(len(content))
    return where


def handed_in(client, organisation, where, title="示例报告"):
    values = {"title": title, "kind": "other", "resumed:upload": where.rstrip("/").rsplit("/", 1)[1]}
    return client.post(f"/facts/units/{organisation.pk}/vault/keep/", values)


def applicant_of(ground, place=0):
    return signed_in("applicant", organisation=ground.organisations[place])


@pytest.mark.capability("C19")
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(breaks=st.lists(st.integers(0, 1000), min_size=3, max_size=3, unique=True))
def test_three_breaks_anywhere_end_in_the_same_file(ground, breaks):
    client, content = applicant_of(ground), pdf(str(breaks), more=(stream(b"", bytes(range(256)) * 40),))
    where = begun(client, len(content))["Location"]
    for place in [*sorted(breaks), 1000]:
        end = len(content) * place // 1000
        offset = int(client.head(where, headers=TUS)["Upload-Offset"])  # what a client asks after a break
        assert sent(client, where, offset, content[offset:end])["Upload-Offset"] == str(end)
    answer = handed_in(client, ground.organisations[0], where)
    kept = Evidence.objects.get(pk=int(answer["Location"].rstrip("/").rsplit("/", 1)[1]))
    stored = files.attachment_path(kept.attachment).read_bytes()
    assert (stored, kept.attachment.name) == (content, "报告.pdf")
    assert {kept.digest, kept.attachment.sha256} == {hashlib.sha256(content).hexdigest()}


def test_the_protocol_tells_what_it_speaks_and_refuses_the_rest(ground):
    client = applicant_of(ground)
    told = client.options(WHERE)
    assert (told.status_code, told["Tus-Version"], told["Tus-Extension"], told["Tus-Max-Size"]) == (
        204,
        "1.0.0",
        "creation,termination,expiration",
        str(100 * MB),
    )
    where = begun(client)["Location"]
    head = client.head(where, headers=TUS)
    assert (head["Upload-Offset"], head["Upload-Length"], head["Cache-Control"]) == ("0", str(len(CONTENT)), "no-store")
    wrong = (
        client.head(where),
        client.patch(where, b"x", content_type="text/plain", headers={**TUS, "Upload-Offset": "0"}),
        client.patch(where, b"x", content_type="application/offset+octet-stream", headers=TUS),
        sent(client, where, 1, b"x"),
        sent(client, where, 0, CONTENT + b"x"),
        client.put(where, headers=TUS),
        client.post(WHERE, headers={**TUS, "Upload-Length": "many"}),
    )
    assert [answer.status_code for answer in wrong] == [412, 415, 400, 409, 413, 405, 400]
    by_post = client.post(
        where,
        CONTENT[:9],
        content_type="application/offset+octet-stream",
        headers={**TUS, "Upload-Offset": "0", "X-HTTP-Method-Override": "PATCH"},
    )
    assert by_post["Upload-Offset"] == "9"


def test_101_mb_are_refused_before_a_byte_is_sent(ground):
    answer = begun(applicant_of(ground), 101 * MB)
    assert (answer.status_code, answer.content.decode(), RunningUpload.objects.count()) == (
        413,
        "文件超过 100 MB，请压缩或分开上传。",
        0,
    )
    assert begun(applicant_of(ground), 0).content.decode() == "文件是空的，请重新选择。"


def test_a_stranger_finds_nothing_and_nobody_unknown_is_answered(ground, client):
    owner, stranger = applicant_of(ground), applicant_of(ground, 1)
    where = finished(owner)
    answers = (stranger.head(where, headers=TUS), sent(stranger, where, 0, b"x"), stranger.delete(where, headers=TUS))
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert (stranger.get(WHERE).json(), client.get(WHERE).status_code) == ({"uploads": []}, 401)
    assert begun(client).status_code == 401
    assert "找不到这次上传，请重新选择文件。" in handed_in(stranger, ground.organisations[1], where).content.decode()
    assert handed_in(owner, ground.organisations[0], where).status_code == 302


def test_the_owner_finds_what_may_be_continued_and_gives_it_up(ground):
    client = applicant_of(ground)
    where = begun(client)["Location"]
    sent(client, where, 0, CONTENT[:100])
    (shown,) = client.get(WHERE, {"page": "/somewhere/"}).json()["uploads"]
    assert [shown[name] for name in ("url", "name", "size", "received", "modified", "field")] == [
        where,
        "报告.pdf",
        len(CONTENT),
        100,
        1_700_000_000_000,
        "upload",
    ]
    assert client.get(WHERE, {"page": "/elsewhere/"}).json() == {"uploads": []}
    place = uploads_running.upload_place(RunningUpload.objects.get().pk)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(transaction, "on_commit", lambda act: act())
        assert (client.delete(where, headers=TUS).status_code, place.exists()) == (204, False)
    assert client.head(where, headers=TUS).status_code == 404


def test_time_passed_is_said_and_swept(ground, django_capture_on_commit_callbacks):
    client = applicant_of(ground)
    where = begun(client)["Location"]
    place = uploads_running.upload_place(RunningUpload.objects.get().pk)
    RunningUpload.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert (client.head(where, headers=TUS).status_code, sent(client, where, 0, b"x").status_code) == (410, 410)
    assert "这次上传已过期，请重新选择文件。" in handed_in(client, ground.organisations[0], where).content.decode()
    orphan, young = place.with_name("a" * 32), place.with_name("b" * 32)
    for one in (orphan, young):
        one.write_bytes(b"x")
    os.utime(orphan, (0, 0))
    with django_capture_on_commit_callbacks(execute=True):
        assert (uploads_running.uploads_sweep(), RunningUpload.objects.count()) == (2, 0)
    assert (orphan.exists(), young.exists()) == (False, True)
    assert (place.exists(), client.head(where, headers=TUS).status_code) == (False, 404)


def test_bytes_that_are_gone_are_said_to_be_gone(ground):
    client = applicant_of(ground)
    where = begun(client)["Location"]
    sent(client, where, 0, CONTENT[:100])
    place = uploads_running.upload_place(RunningUpload.objects.get().pk)
    place.write_bytes(b"")
    assert sent(client, where, 100, b"x").content.decode() == "这次上传已有的内容不见了，请重新选择文件。"
    place.unlink()
    assert sent(client, where, 100, b"x").status_code == 410


def test_an_upload_is_used_once_and_an_error_elsewhere_does_not_lose_it(ground, django_capture_on_commit_callbacks):
    client = applicant_of(ground)
    where = finished(client)
    missing = handed_in(client, ground.organisations[0], where, title="")
    assert (missing.status_code, len(client.get(WHERE).json()["uploads"])) == (200, 1)
    place = uploads_running.upload_place(RunningUpload.objects.get().pk)
    with django_capture_on_commit_callbacks(execute=True):
        assert handed_in(client, ground.organisations[0], where).status_code == 302
    again = handed_in(client, ground.organisations[0], where)
    assert "这次上传已经使用过，请重新选择文件。" in again.content.decode()
    assert (place.exists(), client.head(where, headers=TUS).status_code, Evidence.objects.count()) == (False, 410, 1)


@pytest.mark.parametrize("content", (b"MZ\x90\x00 program" * 900, CONTENT[:-400]))
def test_the_one_door_judges_what_came_in_pieces(ground, content, django_capture_on_commit_callbacks):
    client = applicant_of(ground)
    with django_capture_on_commit_callbacks(execute=True):
        answer = handed_in(client, ground.organisations[0], finished(client, content))
    assert ("k-error" in answer.content.decode(), Attachment.objects.count()) == (True, 0)
    assert RunningUpload.objects.count() == 0  # nothing of it is kept for another try


def test_unfinished_is_not_taken_as_a_file(ground):
    client = applicant_of(ground)
    answer = handed_in(client, ground.organisations[0], begun(client)["Location"])
    assert "文件还没有传完，请再选同一个文件接着传。" in answer.content.decode()
    assert RunningUpload.objects.count() == 1


def test_a_person_holds_few_open_and_the_idle_one_gives_way(ground):
    client = applicant_of(ground)
    first, *_others = [begun(client)["Location"] for _place in range(uploads_running.OPEN_AT_ONCE)]
    refused = begun(client)
    assert (refused.status_code, refused.content.decode()) == (
        400,
        "同时最多上传 8 个文件，请等其中一个传完并提交后再传。",
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(uploads_running, "SPARE_BYTES", 2**60)
        assert "存储空间不足" in begun(applicant_of(ground, 1)).content.decode()
    RunningUpload.objects.filter(pk=first.split("/")[3]).update(touched_at=timezone.now() - timedelta(hours=2))
    assert (begun(client).status_code, client.head(first, headers=TUS).status_code) == (201, 404)


def test_a_scanner_that_is_down_leaves_the_file_queued_and_never_served(ground, settings):
    settings.UPLOADS = {**settings.UPLOADS, "clamd": "127.0.0.1:1"}
    client = applicant_of(ground)
    answer = handed_in(client, ground.organisations[0], finished(client))
    kept = Evidence.objects.get().attachment
    got = client.get(f"{answer['Location']}file/")
    assert (kept.check_state, got.status_code) == (Attachment.Check.WAITING, 409)
    assert b"%PDF" not in b"".join(got.streaming_content)
    settings.UPLOADS = {**settings.UPLOADS, "clamd": ""}
    files.waiting_scanned()
    assert b"".join(client.get(f"{answer['Location']}file/").streaming_content) == CONTENT


def test_the_database_keeps_an_upload_within_its_size(ground):
    client = applicant_of(ground)
    begun(client)
    for change in ({"received": len(CONTENT) + 1}, {"used_at": timezone.now()}, {"size": 0}):
        with pytest.raises(DatabaseError, match="kernel_running_upload"), transaction.atomic():
            RunningUpload.objects.update(**change)


def test_bytes_on_a_slow_line_are_awaited_before_a_lane_is_taken_and_a_break_is_no_fault(rf):
    class Line(io.BytesIO):
        def read(self, *size):
            told.append("read")
            if not self.getbuffer()[-1]:
                raise OSError("broken")
            return super().read(*size)

    told = []
    lanes = ArrivingPieceMiddleware(lambda request: told.append("lane") or HttpResponse(request.read()))

    def answered(piece):
        told.clear()
        line = {"wsgi.input": Line(piece)}
        return lanes(rf.patch("/ui/uploads/x/", piece, content_type=OFFSET_TYPE, **line))

    assert (answered(b"piece").content, told[0], told[-1]) == (b"piece", "read", "lane")
    assert (answered(b"piec\0").status_code, "lane" in told) == (408, False)


def at_once(**acts):
    """Run ``acts`` in threads that start together; return what each gave, or the kind of its refusal."""
    gate, told = threading.Barrier(len(acts)), {}

    def run(name, act):
        gate.wait(timeout=20)
        try:
            told[name] = act()
        except Refused as refusal:
            told[name] = type(refusal).__name__
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=one) for one in acts.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return told


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_continues_and_one_uses(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    actor = Actor(user_id=UserFactory().pk)
    content = pdf("race", more=(stream(b"", bytes(range(256)) * 900),))
    row = uploads_running.upload_begin(name="a.pdf", size=len(content), actor=actor)
    place = uploads_running.upload_place(row.pk)

    def tab(piece):
        return lambda: uploads_running.upload_append(key=row.pk, offset=0, piece=piece, actor=actor)

    told = at_once(right=tab(content[:900]), wrong=tab(bytes(700)))
    assert sorted(told.values(), key=str) in ([700, "Stale"], [900, "Stale"])
    assert place.read_bytes() == (content[:900] if told["wrong"] == "Stale" else bytes(700))  # no byte is mixed

    RunningUpload.objects.update(received=len(content))
    place.write_bytes(content)
    handed = [upload_handed(key=str(row.pk), actor=actor) for _tab in range(2)]
    told = at_once(one=lambda: str(store(handed[0], actor)), other=lambda: str(store(handed[1], actor)))
    for upload in handed:
        upload.close()
    assert (sorted(told.values()), Attachment.objects.count(), place.exists()) == (["Refused", "a.pdf"], 1, False)


def store(upload, actor):
    return files.attachment_store(upload, actor=actor)
