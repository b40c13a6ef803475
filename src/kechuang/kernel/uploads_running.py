"""Files that come in pieces and survive a break (断点续传): begun, continued where they stopped, ended, swept.

A row says how much has come; its bytes lie at ``MEDIA_ROOT/running/<key>``, where nothing is served from. A piece is
written and flushed before the row counts it, both under the row's lock: what is counted is there, and of two who
continue the same upload at once one is told to look again. Nothing here judges content; that is the door's work,
once the file is whole (``kernel.uploads_resumed``).
"""

from __future__ import annotations

import os
import shutil
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kechuang.kernel.access import NOTHING, PUBLIC, AccessTable, Actor, Allow, Office
from kechuang.kernel.errors import NotAllowed, Refused, Stale
from kechuang.kernel.models import RunningUpload
from kechuang.kernel.uploads import TooLarge, size_check

FOLDER = "running"
KEPT = timedelta(days=3)
"""How long a broken upload may be continued after its last piece."""
OPEN_AT_ONCE = 8
IDLE = timedelta(hours=1)
"""An upload untouched for so long gives way when its owner begins one too many."""
SPARE_BYTES = 256 * 1024 * 1024
"""What an upload leaves free on the disk."""
LONGEST_NAME = 255


class Expired(Refused):
    """The upload is over: its time has passed, it was used, or its bytes are lost."""


def _own(actor: Actor, _office: Office) -> Q:
    return NOTHING if actor.user_id is None else Q(owner_id=actor.user_id)


RUNNING = AccessTable(
    RunningUpload, (Allow(("view", "continue", "end"), PUBLIC, _own, gettext_lazy("本人正在上传的文件")),)
)


def uploads_open(*, actor: Actor) -> QuerySet[RunningUpload]:
    """Return what ``actor`` may still continue or use, oldest first."""
    rows = RunningUpload.objects.filter(used_at=None, expires_at__gt=timezone.now())
    return RUNNING.visible(rows, actor).order_by("touched_at")


def upload_seen(*, key: UUID, actor: Actor) -> RunningUpload | None:
    """Return the upload ``key`` of ``actor``, over or not; ``None`` for a stranger's."""
    return RUNNING.visible(RunningUpload.objects.filter(pk=key), actor).first()


def upload_place(key: UUID) -> Path:
    """Return where the bytes of the upload ``key`` lie."""
    return Path(settings.MEDIA_ROOT) / FOLDER / key.hex


@transaction.atomic
def upload_begin(
    *, name: str, size: int, actor: Actor, modified: int = 0, page: str = "", field: str = ""
) -> RunningUpload:
    """Make room for a file of ``size`` bytes and return its row.

    Raises ``NotAllowed``, ``TooLarge``, and ``Refused`` for an empty file, a full disk or too many open uploads.
    """
    if actor.user_id is None:
        raise NotAllowed(_("请先登录。"))
    size_check(size, most=settings.UPLOADS["bytes"])
    _quota(actor.user_id)
    folder = upload_place(UUID(int=0)).parent
    folder.mkdir(parents=True, exist_ok=True, mode=0o750)
    if shutil.disk_usage(folder).free < size + SPARE_BYTES:
        raise Refused(_("服务器存储空间不足，暂时不能接收这个文件，请联系系统管理员。"))
    now = timezone.now()
    row = RunningUpload.objects.create(
        owner_id=actor.user_id,
        name=name[-LONGEST_NAME:] or _("附件"),
        size=size,
        modified=modified,
        page=page,
        field=field,
        touched_at=now,
        expires_at=now + KEPT,
    )
    upload_place(row.pk).touch(mode=0o640)
    return row


@transaction.atomic
def upload_append(*, key: UUID, offset: int, piece: bytes, actor: Actor) -> int:
    """Write ``piece`` at ``offset`` and return how many bytes are there now.

    Raises ``Stale`` where the upload stands elsewhere, ``Expired``, ``TooLarge``, ``RunningUpload.DoesNotExist``.
    """
    row = RUNNING.visible(RunningUpload.objects.select_for_update(), actor, "continue").get(pk=key)
    now = timezone.now()
    if row.used_at is not None or row.is_over(now):
        raise _over(row)
    if offset != row.received:
        raise Stale(_("这个文件已收到 %(received)d 字节，请从那里接着传。") % {"received": row.received})
    if offset + len(piece) > row.size:
        raise TooLarge(_("收到的内容比文件本身还长，请重新选择文件。"))
    _written(upload_place(row.pk), offset, piece)
    row.received, row.touched_at, row.expires_at = offset + len(piece), now, now + KEPT
    row.save(update_fields=["received", "touched_at", "expires_at"])
    return row.received


@transaction.atomic
def upload_end(*, key: UUID, actor: Actor) -> None:
    """Give an upload up: its row and its bytes go. Raises ``RunningUpload.DoesNotExist``."""
    row_drop(RUNNING.visible(RunningUpload.objects.select_for_update(), actor, "end").get(pk=key))


def uploads_sweep() -> int:
    """Remove uploads whose time has passed and bytes that belong to none; return how many of both."""
    now, swept = timezone.now(), 0
    with transaction.atomic():
        for row in RunningUpload.objects.select_for_update(skip_locked=True).filter(expires_at__lte=now):
            row_drop(row)
            swept += 1
    folder = upload_place(UUID(int=0)).parent
    old = [one for one in folder.glob("*") if one.stat().st_mtime < (now - KEPT).timestamp()] if folder.exists() else []
    known = (
        {key.hex for key in RunningUpload.objects.filter(used_at=None).values_list("pk", flat=True)} if old else set()
    )
    for place in old:
        if place.name not in known:
            place.unlink(missing_ok=True)
            swept += 1
    return swept


def bytes_dropped(key: UUID) -> None:
    """Remove the bytes of ``key`` once this transaction stands."""
    transaction.on_commit(lambda: upload_place(key).unlink(missing_ok=True))


def _over(row: RunningUpload) -> Expired:
    if row.used_at is not None:
        return Expired(_("这次上传已经使用过，请重新选择文件。"))
    return Expired(_("这次上传已过期，请重新选择文件。"))


def _quota(owner: int) -> None:
    """Leave room for one more of ``owner``'s uploads; the lock on the person keeps two beginnings apart."""
    get_user_model().objects.select_for_update(no_key=True).get(pk=owner)
    now = timezone.now()
    standing = RunningUpload.objects.filter(owner_id=owner, used_at=None, expires_at__gt=now).order_by("touched_at")
    rows = list(standing.select_for_update()[:OPEN_AT_ONCE])
    if len(rows) < OPEN_AT_ONCE:
        return
    if rows[0].touched_at > now - IDLE:
        most = OPEN_AT_ONCE
        raise Refused(_("同时最多上传 %(most)d 个文件，请等其中一个传完并提交后再传。") % {"most": most})
    row_drop(rows[0])


def row_drop(row: RunningUpload) -> None:
    """Remove a row, and its bytes once this transaction stands."""
    key = row.pk
    row.delete()
    bytes_dropped(key)


def _written(place: Path, offset: int, piece: bytes) -> None:
    """Write ``piece`` and see it on the disk; what stands behind it is of a piece that was never counted."""
    try:
        with place.open("r+b") as file:
            if file.seek(0, os.SEEK_END) < offset:
                raise Expired(_("这次上传已有的内容不见了，请重新选择文件。"))
            file.seek(offset)
            file.write(piece)
            file.truncate()
            file.flush()
            os.fdatasync(file.fileno())
    except FileNotFoundError as fault:
        raise Expired(_("这次上传已有的内容不见了，请重新选择文件。")) from fault
