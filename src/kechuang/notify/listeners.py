"""What is heard of the other rooms: one call into a service each."""

from __future__ import annotations

from kechuang.kernel.models import CaseAct, CaseCopy, CaseWatch, Move
from kechuang.kernel.notices import Notice
from kechuang.notify.services import lettering, telling
from kechuang.review.models import Expert


def move_taken(move: Move) -> None:
    """Put a step into the outbox, in its own transaction."""
    telling.announce(move)


def case_acted(act: CaseAct) -> None:
    """Put a hand-over or a reminder into the outbox, in its own transaction."""
    telling.act_announce(act)


def case_copied(copy: CaseCopy) -> None:
    """Tell the person it was copied to."""
    telling.copy_tell(copy)


def case_supervised(watch: CaseWatch) -> None:
    """Tell those who have the case."""
    telling.watch_tell(watch)


def notice_wanted(notice: Notice) -> None:
    """Write a notice to its people, in the transaction of the act it tells of."""
    telling.notice_tell(notice)


def expert_reached(expert: Expert, subject: str, text: str) -> bool:
    """Send an expert a link or a code; tell whether any channel reaches the expert's account."""
    if expert.user_id is None:
        return False
    return lettering.letter_send(recipient_id=expert.user_id, subject=subject, text=text)
