"""What people do with messages: read them, say how they want to be told, try a failed delivery again."""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.kernel.access import Actor
from kechuang.kernel.errors import NotAllowed, Refused, Stale
from kechuang.notify import access
from kechuang.notify.choices import Channel, DeliveryState
from kechuang.notify.models import ChannelAddress, ChannelChoice, Delivery, Message, Preference
from kechuang.notify.sealing import opened, sealed

MOBILE = re.compile(r"1[3-9]\d{9}")
ACCOUNT = re.compile(r"[\w.@-]{1,64}")
PARTS = re.compile(r"[ -]|^(\+?86)")


def message_read(*, message: Message, actor: Actor) -> None:
    """Note that ``actor`` has read the message; the first reading counts."""
    access.MESSAGES.require(actor, "read", message)
    Message.objects.filter(pk=message.pk, read_at=None).update(read_at=timezone.now())


def messages_read_all(*, actor: Actor) -> int:
    """Note that ``actor`` has read everything; return how many messages that were."""
    if actor.user_id is None:
        raise NotAllowed(_("请先登录。"))
    mine = access.MESSAGES.visible(Message.objects.filter(read_at=None), actor, "read")
    return mine.update(read_at=timezone.now())


@transaction.atomic
def preference_set(
    *,
    actor: Actor,
    digest_hour: int,
    quiet: bool,
    wanted: Mapping[tuple[str, str], bool],
    addresses: Mapping[str, str],
) -> None:
    """Store when and through which channels ``actor`` wants to be told.

    ``wanted`` is by (channel, kind); ``addresses`` by channel, "" removes one. Mail goes to the account's address.
    """
    if actor.user_id is None:
        raise NotAllowed(_("请先登录。"))
    sound = {channel: _sound(channel, address) for channel, address in addresses.items()}
    Preference.objects.update_or_create(person_id=actor.user_id, defaults={"digest_hour": digest_hour, "quiet": quiet})
    ChannelChoice.objects.bulk_create(
        [
            ChannelChoice(person_id=actor.user_id, channel=channel, kind=kind, wanted=yes)
            for (channel, kind), yes in wanted.items()
        ],
        update_conflicts=True,
        unique_fields=["person", "channel", "kind"],
        update_fields=["wanted"],
    )
    for channel, address in sound.items():
        _address_set(actor.user_id, channel, address)


def delivery_retry(*, delivery: Delivery, actor: Actor) -> None:
    """Send once more what was given up or is uncertain, because a person who knows better says so."""
    access.DELIVERIES.require(actor, "retry", delivery)
    done = Delivery.objects.filter(
        pk=delivery.pk, state__in=(DeliveryState.GIVEN_UP, DeliveryState.UNCERTAIN, DeliveryState.FAILED)
    ).update(state=DeliveryState.QUEUED, attempts=0, next_try_at=timezone.now())
    if not done:
        raise Stale(_("这次投递已在发送或已经发出，不需要再试。请刷新页面。"))


def _address_set(person: int, channel: str, address: str) -> None:
    kept = ChannelAddress.objects.filter(person_id=person, channel=channel).first()
    if kept is not None and opened(kept.sealed) == address:
        return
    if kept is not None:
        kept.delete()
    if address:
        ChannelAddress.objects.create(person_id=person, channel=channel, sealed=sealed(address))


def _sound(channel: str, typed: str) -> str:
    """Return the address as the provider wants it, or refuse it at its field."""
    address = typed.strip()
    if not address:
        return ""
    if channel == Channel.SMS:
        address = PARTS.sub("", address)
        if not MOBILE.fullmatch(address):
            raise Refused(_("手机号码应为 11 位，例如 138 0000 0000；只支持中国大陆号码。"), field=f"address_{channel}")
    elif not ACCOUNT.fullmatch(address):
        raise Refused(_("账号只能含字母、数字和 . _ - @，不超过 64 个字符。"), field=f"address_{channel}")
    return address
