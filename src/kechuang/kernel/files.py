"""Files taken in: judged by their content at the one door, stored under their hash, given back as they came.

Bytes live at ``MEDIA_ROOT/ab/cd/<sha256>``; the same scan sent twice is kept once. A file's
name is only ever text shown to people, never part of a path. Where a virus scanner is set, a file is
given out only after it has answered.
"""

from __future__ import annotations

import hashlib
import io
import logging
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import IO, cast

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import FileResponse
from django.utils.translation import gettext as _

from kechuang.kernel.access import Actor
from kechuang.kernel.errors import NotAllowed, Refused
from kechuang.kernel.models import Attachment
from kechuang.kernel.uploads import PAPERS, endings, mark_refused, shown_name, upload_judged
from kechuang.kernel.uploads_packed import DOCX
from kechuang.kernel.uploads_resumed import upload_claim
from kechuang.kernel.uploads_virus import PATIENT_SECONDS, Unreachable, scanner_address, virus_scan

__all__ = [
    "ACCEPTED",
    "DOCX",
    "attachment_path",
    "attachment_response",
    "attachment_store",
    "attachment_write",
    "waiting_scanned",
]
ACCEPTED = ",".join(endings(PAPERS))
MOST_WAITING = 100
"""How many waiting files one run of the job asks about; the next run takes the others."""

log = logging.getLogger(__name__)


def attachment_store(upload: UploadedFile[bytes], *, actor: Actor) -> Attachment:
    """Keep ``upload`` and return its record. Raises ``Refused`` (field ``scan``) for what is not taken in."""
    if actor.user_id is None:
        raise NotAllowed(_("请先登录。"))
    media_type = upload_judged(upload, accept=PAPERS, field="scan")
    state = _scanned(upload)
    with transaction.atomic():
        upload_claim(upload)
        return Attachment.objects.create(
            name=shown_name(upload.name or "", media_type),
            media_type=media_type,
            size=upload.size or 0,
            sha256=_keep(upload.chunks()),
            uploaded_by_id=actor.user_id,
            check_state=state,
        )


def attachment_write(data: bytes, *, name: str, media_type: str, user_id: int) -> Attachment:
    """Keep a file the program made itself, in the name of ``user_id``, and return its record."""
    return Attachment.objects.create(
        name=name,
        media_type=media_type,
        size=len(data),
        sha256=_keep([data]),
        uploaded_by_id=user_id,
        check_state=Attachment.Check.CLEAN,
    )


def attachment_path(attachment: Attachment) -> Path:
    """Return where the bytes of ``attachment`` lie."""
    return _place(attachment.sha256)


def attachment_response(attachment: Attachment) -> FileResponse:
    """Return the download, a sentence with status 409 while it is not clean.

    Never shown inside the site, whatever the file says it is.
    """
    if attachment.check_state != Attachment.Check.CLEAN:
        said = io.BytesIO(f"{_withheld(attachment)}\n".encode())
        answer = FileResponse(said, content_type="text/plain; charset=utf-8", status=409)
    else:
        answer = FileResponse(
            attachment_path(attachment).open("rb"),
            as_attachment=True,
            filename=attachment.name,
            content_type=attachment.media_type,
        )
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


def named(attachment: Attachment, title: str = "") -> str:
    """Return a file's name as lists show it: one that is not given out yet, or never will be, says so."""
    name = title or attachment.name
    if attachment.check_state == Attachment.Check.CLEAN:
        return name
    return _("%(name)s（%(state)s）") % {"name": name, "state": attachment.get_check_state_display()}


def waiting_scanned() -> int:
    """Ask the scanner about the files that wait, oldest first; return how many are no longer waiting.

    Where no scanner is set any more, their content was judged at the door and they are released. A file in which
    something is found loses its bytes and keeps the reason.
    """
    done = 0
    for one in Attachment.objects.filter(check_state=Attachment.Check.WAITING).order_by("pk")[:MOST_WAITING]:
        try:
            found = _found(one)
        except Unreachable as fault:
            log.warning("virus scanner did not answer: %s", fault)
            break
        _settled(one, found)
        done += 1
    return done


def _found(attachment: Attachment) -> str:
    if not scanner_address():
        return ""
    try:
        with attachment_path(attachment).open("rb") as file:
            return virus_scan(file, seconds=PATIENT_SECONDS).found
    except FileNotFoundError:
        return "missing"


def _settled(attachment: Attachment, found: str) -> None:
    """Write the verdict on every record of the same bytes: they are kept once for all."""
    same = Attachment.objects.filter(sha256=attachment.sha256)
    if not found:
        same.filter(check_state=Attachment.Check.WAITING).update(check_state=Attachment.Check.CLEAN)
        return
    reason = (_("查毒发现：%(found)s") % {"found": found})[:200]
    same.update(check_state=Attachment.Check.REFUSED, check_reason=reason)
    attachment_path(attachment).unlink(missing_ok=True)
    log.warning("attachment %s refused: %s", attachment.pk, found)


def _withheld(attachment: Attachment) -> str:
    if attachment.check_state == Attachment.Check.REFUSED:
        return _("这个文件没有通过查验，已删除：%(reason)s。") % {"reason": attachment.check_reason}
    return _("这个文件还在等候查毒，查完之前不能下载；请过几分钟再试。")


def _scanned(upload: UploadedFile[bytes]) -> str:
    """Return the state the scanner gives a file: waiting where it does not answer. Raises ``Refused`` for a find."""
    if not scanner_address():
        return Attachment.Check.CLEAN
    try:
        verdict = virus_scan(cast("IO[bytes]", upload.file))
    except Unreachable as fault:
        log.warning("virus scanner did not answer: %s", fault)
        return Attachment.Check.WAITING
    if verdict.found:
        mark_refused(upload)
        log.warning("upload refused: %s", verdict.found)
        raise Refused(_("查毒发现文件带有病毒（%(found)s），不予接收。") % {"found": verdict.found}, field="scan")
    return Attachment.Check.CLEAN


def _keep(pieces: Iterable[bytes]) -> str:
    """Write the bytes beside their place and move them there in one act; return their hash."""
    root = Path(settings.MEDIA_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    handle, written = tempfile.mkstemp(dir=root)
    try:
        with os.fdopen(handle, "wb") as target:
            for piece in pieces:
                digest.update(piece)
                target.write(piece)
        place = _place(digest.hexdigest())
        place.parent.mkdir(parents=True, exist_ok=True)
        Path(written).replace(place)
    except BaseException:
        Path(written).unlink(missing_ok=True)
        raise
    return digest.hexdigest()


def _place(digest: str) -> Path:
    return Path(settings.MEDIA_ROOT) / digest[:2] / digest[2:4] / digest
