"""Files the program writes itself: kept under their hash like files taken in, handed out under a name."""

from __future__ import annotations

import json
from typing import Any

from django.utils.translation import gettext as _

from kechuang.kernel.access import Actor
from kechuang.kernel.errors import NotAllowed
from kechuang.kernel.files import attachment_path, attachment_write
from kechuang.kernel.models import Attachment

JSON = "application/json"
PDF = "application/pdf"


def file_keep(data: bytes, *, name: str, media_type: str, user_id: int) -> Attachment:
    """Keep ``data`` and return its record; the same bytes are kept once."""
    return attachment_write(data, name=name, media_type=media_type, user_id=user_id)


def person(actor: Actor) -> int:
    """Return who acts; the public never does."""
    if actor.user_id is None:
        raise NotAllowed(_("请先登录。"))
    return actor.user_id


def json_keep(data: dict[str, Any], *, name: str, user_id: int) -> Attachment:
    """Keep ``data`` as a JSON file."""
    text = json.dumps(data, ensure_ascii=False) + "\n"
    return file_keep(text.encode(), name=name, media_type=JSON, user_id=user_id)


def json_read(attachment: Attachment) -> Any:
    """Return what a kept JSON file says."""
    return json.loads(attachment_path(attachment).read_bytes())
