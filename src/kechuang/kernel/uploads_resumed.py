"""A file that came in pieces, handed on as any other upload: the one door judges it, and it is used once."""

from __future__ import annotations

import io
from typing import IO, cast
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.kernel.access import Actor
from kechuang.kernel.errors import Refused
from kechuang.kernel.models import RunningUpload
from kechuang.kernel.uploads_running import bytes_dropped, row_drop, upload_place, upload_seen

PREFIX = "resumed:"
"""A form sends ``resumed:<name of the field>`` with the key of the upload instead of the file."""


class ResumedUpload(UploadedFile):  # type: ignore[type-arg]  # no generic while it runs
    """The whole file of a finished upload, read from where it lies."""

    def __init__(self, row: RunningUpload) -> None:
        file = cast("IO[bytes]", upload_place(row.pk).open("rb"))
        super().__init__(file=file, name=row.name, content_type="application/octet-stream", size=row.size)
        self.key: UUID = row.pk

    def temporary_file_path(self) -> str:
        """Return where the bytes lie."""
        return str(upload_place(self.key))


class LostUpload(UploadedFile):  # type: ignore[type-arg]  # no generic while it runs
    """What stands in a field for an upload that cannot be used; ``lost`` says why, and the door repeats it."""

    def __init__(self, sentence: str) -> None:
        super().__init__(file=io.BytesIO(), name="-", content_type="application/octet-stream", size=1)
        self.lost = sentence


def upload_handed(*, key: str, actor: Actor) -> UploadedFile[bytes]:
    """Return the finished upload ``key`` of ``actor``; a ``LostUpload`` where there is none to use."""
    try:
        row = upload_seen(key=UUID(key), actor=actor)
    except ValueError:
        row = None
    if row is None:
        return LostUpload(_("找不到这次上传，请重新选择文件。"))
    if row.used_at is not None:
        return LostUpload(_("这次上传已经使用过，请重新选择文件。"))
    if row.is_over(timezone.now()):
        return LostUpload(_("这次上传已过期，请重新选择文件。"))
    if not row.is_whole:
        return LostUpload(_("文件还没有传完，请再选同一个文件接着传。"))
    try:
        return ResumedUpload(row)
    except FileNotFoundError:
        return LostUpload(_("找不到这次上传，请重新选择文件。"))


def upload_claim(upload: UploadedFile[bytes]) -> None:
    """Note that ``upload`` was used, in the transaction that uses it; files that came in one piece pass.

    Raises ``Refused`` for whoever comes second; a transaction that is rolled back gives the upload back.
    """
    if not isinstance(upload, ResumedUpload):
        return
    won = RunningUpload.objects.filter(pk=upload.key, used_at=None).update(used_at=timezone.now())
    if not won:
        raise Refused(_("这次上传已经使用过，请重新选择文件。"), field="scan")
    bytes_dropped(upload.key)


def upload_discard(upload: UploadedFile[bytes]) -> None:
    """Remove a file the door has refused: it would be refused again."""
    if isinstance(upload, ResumedUpload):
        for row in RunningUpload.objects.filter(pk=upload.key, used_at=None):
            row_drop(row)
