"""Files the program writes itself: kept under their hash like files taken in, handed out under a name."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.utils.translation import gettext as _

from kechuang.kernel.access import Actor
from kechuang.kernel.errors import NotAllowed
from kechuang.kernel.files import attachment_path
from kechuang.kernel.models import Attachment

JSON = "application/json"
PDF = "application/pdf"


def file_keep(data: bytes, *, name: str, media_type: str, user_id: int) -> Attachment:
    """Keep ``data`` and return its record; the same bytes are kept once."""
    made = Attachment(
        name=name,
        media_type=media_type,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        uploaded_by_id=user_id,
    )
    place = attachment_path(made)
    place.parent.mkdir(parents=True, exist_ok=True)
    if not place.exists():
        partial = place.with_suffix(f".{made.sha256[:8]}.part")
        partial.write_bytes(data)
        partial.replace(place)
    made.save()
    return made


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
