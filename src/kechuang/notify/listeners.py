"""What is heard of the other rooms: one call into a service each."""

from __future__ import annotations

from kechuang.kernel.models import Move
from kechuang.kernel.notices import Notice
from kechuang.notify.services import telling


def move_taken(move: Move) -> None:
    """Put a step into the outbox, in its own transaction."""
    telling.announce(move)


def notice_wanted(notice: Notice) -> None:
    """Write a notice to its people, in the transaction of the act it tells of."""
    telling.notice_tell(notice)
