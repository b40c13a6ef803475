"""Deliveries: claimed by one worker, sent, noted; and what becomes of those whose worker died in between.

Sending and noting cannot be one act: the provider is not in our database. So a delivery is claimed in a transaction
of its own (``SKIP LOCKED``, its state says it is being sent), sent outside any transaction, and noted in another.
When a worker dies between sending and noting, nobody here knows whether it arrived. It is then tried again only if
the provider takes our token as an idempotency key and has not forgotten it; otherwise it stays ``UNCERTAIN`` for a
person to decide. So nothing is sent twice, and what may be missing is named.
"""

from __future__ import annotations

import logging
import time
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone, translation

from kechuang.notify import texts
from kechuang.notify.channels import NEVER, Hopeless, OutcomeUnknown, Parcel, TryAgain, channel_named, ready
from kechuang.notify.choices import DeliveryState
from kechuang.notify.models import ChannelHealth, Delivery, Message
from kechuang.notify.sealing import opened
from kechuang.notify.selectors import wishes_of

logger = logging.getLogger(__name__)

PAUSES = (1, 5, 15, 60, 240, 720)
"""Minutes before the second, third, … try; after the last one it is given up, about 17 hours after the first."""
LEASE = timedelta(minutes=5)
"""A delivery claimed longer ago is nobody's: every try ends within a fraction of this, by its timeouts."""
FAILURES_BEFORE_REST = 5
REST, LONGEST_REST = timedelta(minutes=1), timedelta(minutes=15)
SECONDS = 45.0
MOST_LINES = 20


def deliver(*, now: datetime | None = None, seconds: float = SECONDS) -> int:
    """Send what is due until nothing is or ``seconds`` are over; return how many deliveries were tried."""
    tried, until = 0, time.monotonic() + seconds
    while time.monotonic() < until:
        delivery = claim(now=now or timezone.now())
        if delivery is None:
            break
        send(delivery, now=now)
        tried += 1
    return tried


@transaction.atomic
def claim(*, now: datetime) -> Delivery | None:
    """Take the delivery that has been due longest and that no other worker holds; ``None`` when there is none.

    Deliveries of channels that rest, or are not set up any more, stay where they are.
    """
    resting = ChannelHealth.objects.filter(resting_until__gt=now).values("channel")
    due = Delivery.objects.filter(
        state__in=(DeliveryState.QUEUED, DeliveryState.FAILED), next_try_at__lte=now, channel__in=ready()
    ).exclude(channel__in=resting)
    delivery = due.order_by("next_try_at", "id").select_for_update(skip_locked=True, of=("self",)).first()
    if delivery is not None:
        delivery.state, delivery.claim, delivery.claimed_at = DeliveryState.SENDING, uuid.uuid4(), now
        delivery.attempts += 1
        delivery.first_sent_at = delivery.first_sent_at or now
        delivery.save(update_fields=["state", "claim", "claimed_at", "attempts", "first_sent_at"])
    return delivery


def abandoned_settle(*, now: datetime | None = None) -> int:
    """Settle deliveries whose worker died while it sent them; return how many.

    They are queued again where the provider would not deliver them twice, and uncertain elsewhere.
    """
    moment = now or timezone.now()
    left = Delivery.objects.filter(state=DeliveryState.SENDING, claimed_at__lt=moment - LEASE)
    return sum(_settle(delivery, moment) for delivery in left)


def _settle(delivery: Delivery, now: datetime) -> int:
    if _may_repeat(delivery, now):
        return _note(delivery, DeliveryState.FAILED, now, next_try_at=now, last_error="发送途中中断，重新发送。")
    return _note(
        delivery, DeliveryState.UNCERTAIN, now, last_error="发送途中中断，无法确认是否已发出；为免重复没有再发。"
    )


def _may_repeat(delivery: Delivery, now: datetime) -> bool:
    remembered = channel_named(delivery.channel).repeatable_for
    # Clocks of two machines differ: "not at all" must not depend on which of them is ahead.
    return remembered > NEVER and now - (delivery.first_sent_at or now) < remembered


def send(delivery: Delivery, *, now: datetime | None = None) -> None:
    """Hand a claimed delivery to its channel and note how it ended."""
    outcome: dict[str, Any] = {}
    try:
        parcel = _parcel(delivery)
        reference = channel_named(delivery.channel).send(parcel)
    except Hopeless as reason:
        state, outcome = DeliveryState.GIVEN_UP, {"last_error": str(reason)[:500]}
    except OutcomeUnknown as reason:
        state, outcome = _after_silence(delivery, str(reason), now or timezone.now())
    except TryAgain as reason:
        state, outcome = _after_failure(delivery, reason, now or timezone.now())
    except Exception as error:
        logger.exception("delivery %s could not be sent", delivery.pk)
        state, outcome = _after_failure(delivery, TryAgain(f"{type(error).__name__}: {error}"), now or timezone.now())
    else:
        moment = now or timezone.now()
        state, outcome = DeliveryState.SENT, {"reference": reference[:120], "sent_at": moment, "last_error": ""}
        _healthy(delivery.channel, moment)
    _note(delivery, state, now or timezone.now(), **outcome)


def _after_silence(delivery: Delivery, reason: str, now: datetime) -> tuple[DeliveryState, dict[str, Any]]:
    if _may_repeat(delivery, now):
        return _after_failure(delivery, TryAgain(reason), now)
    _ailing(delivery.channel, reason, now)
    return DeliveryState.UNCERTAIN, {"last_error": f"{reason} 无法确认是否已发出；为免重复没有再发。"[:500]}


def _after_failure(delivery: Delivery, reason: TryAgain, now: datetime) -> tuple[DeliveryState, dict[str, Any]]:
    _ailing(delivery.channel, str(reason), now)
    if delivery.attempts > len(PAUSES):
        return DeliveryState.GIVEN_UP, {"last_error": str(reason)[:500]}
    pause = max(timedelta(minutes=PAUSES[delivery.attempts - 1]), reason.after)
    return DeliveryState.FAILED, {"last_error": str(reason)[:500], "next_try_at": now + pause}


def _note(delivery: Delivery, state: DeliveryState, now: datetime, **outcome: Any) -> int:
    """Write down how a try ended, unless the delivery has meanwhile been taken from this worker."""
    mine = Delivery.objects.filter(pk=delivery.pk, claim=delivery.claim, state=DeliveryState.SENDING)
    return mine.update(state=state, claim=None, **outcome)


def _healthy(channel: str, now: datetime) -> None:
    ChannelHealth.objects.bulk_create(
        [ChannelHealth(channel=channel, last_sent_at=now)],
        update_conflicts=True,
        unique_fields=["channel"],
        update_fields=["failures", "resting_until", "last_error", "last_sent_at"],
    )


@transaction.atomic
def _ailing(channel: str, reason: str, now: datetime) -> None:
    """Count a failure of the provider; from the fifth in a row on the channel rests, each time twice as long."""
    ChannelHealth.objects.bulk_create([ChannelHealth(channel=channel)], ignore_conflicts=True)
    health = ChannelHealth.objects.select_for_update().get(channel=channel)
    health.failures = F("failures") + 1
    health.last_error = reason[:500]
    health.save()
    health.refresh_from_db()
    if health.failures >= FAILURES_BEFORE_REST:
        rest = min(REST * 2 ** min(health.failures - FAILURES_BEFORE_REST, 8), LONGEST_REST)
        health.resting_until = now + rest
        health.save(update_fields=["resting_until"])


@dataclass(frozen=True, slots=True)
class _Frame:
    """What stands around every text: the site's name and address."""

    site: str
    address: str

    def link(self, path: str) -> str:
        return f"{self.address}{path}"


def _parcel(delivery: Delivery) -> Parcel:
    """Put a delivery into words for its channel; ``Hopeless`` when there is nobody to give it to any more."""
    address = wishes_of([delivery.recipient_id]).get(delivery.recipient_id)
    reached = address.addresses.get(delivery.channel) if address else None
    if not reached:
        raise Hopeless("收件人已停用，或没有这一通道的地址。")
    frame = _Frame(settings.KECHUANG_SITE_NAME, settings.KECHUANG_ADDRESS)
    with translation.override(settings.LANGUAGE_CODE):
        if delivery.message is not None and delivery.message.facts.get("situation") == "letter":
            return _of_letter(delivery, delivery.message, reached, frame)
        if delivery.message is not None:
            return _of_message(delivery, delivery.message, reached, frame)
        return _of_digest(delivery, reached, frame)


def _of_message(delivery: Delivery, message: Message, address: str, frame: _Frame) -> Parcel:
    link = frame.link(reverse("notify:message", args=[message.pk]))
    words = texts.printed(message.facts)
    return Parcel(
        token=str(delivery.token),
        address=address,
        subject=f"【{frame.site}】{words.heading}",
        body="\n\n".join([words.heading, *words.lines(), link, _footing(frame)]),
        card="\n".join([line for line in (words.said, words.act) if line] or [words.heading]),
        short=texts.short(message.facts, site=frame.site, link=link, signature=settings.KECHUANG_CHANNELS["signature"]),
        group=f"{texts.for_a_group(site=frame.site)}{link}",
        link=link,
    )


def _of_letter(delivery: Delivery, message: Message, address: str, frame: _Frame) -> Parcel:
    """Put a letter into words: its text alone, which stands nowhere else."""
    text = opened(message.facts.get(texts.SEALED, ""))
    if not text:
        raise Hopeless("专函的内容已不再保存，请重新发送。")
    subject = texts.heading(message.facts)
    return Parcel(
        token=str(delivery.token),
        address=address,
        subject=f"【{frame.site}】{subject}",
        body="\n\n".join([text, _footing(frame)]),
        card=subject,
        short=texts.signed(text, settings.KECHUANG_CHANNELS["signature"]),
        group=texts.for_a_group(site=frame.site),
        link=frame.address,
    )


def _of_digest(delivery: Delivery, address: str, frame: _Frame) -> Parcel:
    carried = list(Message.objects.filter(digest=delivery.digest).order_by("-id"))
    unread = [message for message in carried if message.read_at is None] or carried
    link = frame.link(reverse("notify:inbox"))
    heading = texts.digest_heading(len(unread))
    lines = [
        f"{number}. {texts.heading(message.facts)}\n   {frame.link(reverse('notify:message', args=[message.pk]))}"
        for number, message in enumerate(unread[:MOST_LINES], start=1)
    ]
    return Parcel(
        token=str(delivery.token),
        address=address,
        subject=f"【{frame.site}】{heading}",
        body="\n\n".join([heading, *lines, link, _footing(frame)]),
        card=heading,
        short=texts.digest_short(
            len(unread), site=frame.site, link=link, signature=settings.KECHUANG_CHANNELS["signature"]
        ),
        group=f"{texts.for_a_group(site=frame.site)}{link}",
        link=link,
    )


def _footing(frame: _Frame) -> str:
    return texts.footing(site=frame.site, link=frame.link(reverse("notify:preferences")))
