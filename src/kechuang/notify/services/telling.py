"""From a step that was taken to messages: first one row in the step's own transaction, then a job says who is told.

The row (``Announcement``) is all that a step pays for. Who is told is found out afterwards, one announcement a
transaction, so that a worker killed half-way leaves the announcement as it was and no message of it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from kechuang.kernel.case_acts import UNDO
from kechuang.kernel.models import CaseAct, CaseCopy, CaseWatch, Move
from kechuang.kernel.notices import Notice
from kechuang.notify import case_audience
from kechuang.notify.audience import Told, audience
from kechuang.notify.channels import ready
from kechuang.notify.choices import Kind
from kechuang.notify.hours import next_working_time
from kechuang.notify.models import Announcement, Delivery, Message
from kechuang.notify.selectors import Wishes, wishes_of
from kechuang.notify.texts import Facts, kind_of

logger = logging.getLogger(__name__)

FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)
IN_ONE_GO = 500


def act_announce(act: CaseAct) -> None:
    """Note, inside its transaction, that a hand-over or a reminder is to be told once it cannot be taken back."""
    Announcement.objects.create(act=act, next_try_at=timezone.now() + UNDO)


def copy_tell(copy: CaseCopy) -> None:
    """Tell the person to whom a case was copied, in the transaction of the copy."""
    _write([_message(one, f"copy:{copy.pk}") for one in case_audience.of_copy(copy)])


def watch_tell(watch: CaseWatch) -> None:
    """Tell those who have a case that it is under supervision, in the same transaction."""
    told = case_audience.of_watch(watch, on=timezone.localdate())
    _write([_message(one, f"watch:{watch.pk}") for one in told])


def announce(move: Move) -> None:
    """Note, inside the transaction of ``move``, that it is to be told; a signature that moves nothing is not."""
    if not move.partial:
        Announcement.objects.create(move=move)


@transaction.atomic
def notice_tell(notice: Notice) -> list[Message]:
    """Tell the people of ``notice``, inside the transaction of the act; return the messages that are new."""
    facts = Facts(
        situation="demand" if notice.urgent else "notice",
        title=notice.text,
        held=notice.because,
        due=notice.due_on.isoformat() if notice.due_on else "",
    )
    return _write([_message(Told(person, facts, notice.url), f"notice:{notice.key}") for person in notice.people])


def spread(*, now: datetime | None = None, most: int = IN_ONE_GO) -> int:
    """Turn what is to be told into messages, oldest first; return how many announcements were told.

    Several workers may do this at once: a row is taken by one of them.
    """
    told = 0
    for _ in range(most):
        if not _spread_next(now or timezone.now()):
            break
        told += 1
    return told


@transaction.atomic
def _spread_next(now: datetime) -> bool:
    waiting = Announcement.objects.filter(spread_at=None, next_try_at__lte=now).order_by("next_try_at", "id")
    announcement = waiting.select_for_update(skip_locked=True, of=("self",)).first()
    if announcement is None:
        return False
    try:
        with transaction.atomic():
            _tell(announcement, now)
    except Exception as error:
        logger.exception("%s could not be told", announcement)
        announcement.attempts = min(announcement.attempts + 1, 1000)
        announcement.next_try_at = now + min(FIRST_PAUSE * 2 ** min(announcement.attempts, 12), LONGEST_PAUSE)
        announcement.last_error = f"{type(error).__name__}: {error}"[:500]
    else:
        announcement.spread_at = now
        announcement.last_error = ""
    announcement.save()
    return True


def _tell(announcement: Announcement, now: datetime) -> None:
    on = timezone.localdate(now)
    if announcement.act is not None:
        told = case_audience.of_act(announcement.act, on=on)
        _write([_message(one, f"act:{announcement.act_id}") for one in told])
    elif announcement.move is not None:
        told = audience(announcement.move, on=on)
        _write([_message(one, f"move:{announcement.move_id}", announcement.move) for one in told])


def _message(told: Told, key: str, move: Move | None = None) -> Message:
    return Message(
        recipient_id=told.user_id,
        key=key[:120],
        move=move,
        kind=kind_of(told.facts.situation),
        facts=told.facts.stored(),
        url=told.url,
    )


def _write(drafts: Sequence[Message]) -> list[Message]:
    """Store ``drafts`` and set those on their way that ask for an act; what was said before stays said once."""
    wishes = wishes_of([draft.recipient_id for draft in drafts])
    drafts = [draft for draft in drafts if draft.recipient_id in wishes]
    Message.objects.bulk_create(drafts, ignore_conflicts=True)
    written = list(Message.objects.filter(token__in=[draft.token for draft in drafts]))
    Delivery.objects.bulk_create(_deliveries(written, wishes, timezone.now()))
    return written


def _deliveries(messages: Iterable[Message], wishes: dict[int, Wishes], now: datetime) -> list[Delivery]:
    open_channels = ready()
    opens = next_working_time(now)
    return [
        Delivery(
            message=message,
            recipient_id=message.recipient_id,
            channel=channel,
            next_try_at=opens if wishes[message.recipient_id].quiet else now,
        )
        for message in messages
        if message.kind == Kind.URGENT
        for channel in open_channels
        if wishes[message.recipient_id].wants(channel, message.kind)
    ]
