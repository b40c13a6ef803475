"""Files taken in: judged by their content, stored under their hash, given back as they came.

Bytes live at ``MEDIA_ROOT/ab/cd/<sha256>``; the same scan sent twice is kept once. A file's
name is only ever text shown to people, never part of a path.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import zipfile
from pathlib import Path

import puremagic
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse
from django.utils.translation import gettext as _

from kechuang.kernel.access import Actor
from kechuang.kernel.errors import NotAllowed, Refused
from kechuang.kernel.models import Attachment

LIMIT = 20 * 1024 * 1024
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TYPES = {
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".docx": DOCX,
}
ACCEPTED = ",".join([*TYPES, ".jpeg"])
HEAD = 8_192


def attachment_store(upload: UploadedFile[bytes], *, actor: Actor) -> Attachment:
    """Keep ``upload`` and return its record. Raises ``Refused`` (field ``scan``) for what is not taken in."""
    if actor.user_id is None:
        raise NotAllowed(_("请先登录。"))
    size = upload.size or 0
    if size > LIMIT:
        raise Refused(_("文件超过 20 MB，请压缩或分开上传。"), field="scan")
    if size == 0:
        raise Refused(_("文件是空的，请重新选择。"), field="scan")
    media_type = _media_type(upload)
    digest = _keep(upload)
    return Attachment.objects.create(
        name=Path(upload.name or _("附件")).name[:200],
        media_type=media_type,
        size=size,
        sha256=digest,
        uploaded_by_id=actor.user_id,
    )


def attachment_path(attachment: Attachment) -> Path:
    """Return where the bytes of ``attachment`` lie."""
    return _place(attachment.sha256)


def attachment_response(attachment: Attachment) -> FileResponse:
    """Return the download; never shown inside the site, whatever the file says it is."""
    answer = FileResponse(
        attachment_path(attachment).open("rb"),
        as_attachment=True,
        filename=attachment.name,
        content_type=attachment.media_type,
    )
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


def _media_type(upload: UploadedFile[bytes]) -> str:
    """Return the type that the bytes say, whatever the name says."""
    upload.seek(0)
    head = upload.read(HEAD)
    try:
        guesses = {guess.extension for guess in puremagic.magic_string(head)}
    except (puremagic.PureError, ValueError):
        guesses = set()
    if ".jpeg" in guesses or ".jfif" in guesses:
        guesses.add(".jpg")
    for extension in (".pdf", ".png", ".jpg"):
        if extension in guesses:
            return TYPES[extension]
    if head.startswith(b"PK") and _is_word(upload):
        return DOCX
    raise Refused(_("只接收 PDF、PNG、JPG 和 Word（docx）文件；这个文件的内容不是其中之一。"), field="scan")


def _is_word(upload: UploadedFile[bytes]) -> bool:
    upload.seek(0)
    try:
        with zipfile.ZipFile(upload) as archive:
            return "word/document.xml" in archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError):
        return False


def _keep(upload: UploadedFile[bytes]) -> str:
    """Write the bytes beside their place and move them there in one act; return their hash."""
    root = Path(settings.MEDIA_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    upload.seek(0)
    handle, written = tempfile.mkstemp(dir=root)
    try:
        with os.fdopen(handle, "wb") as target:
            for piece in upload.chunks():
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
