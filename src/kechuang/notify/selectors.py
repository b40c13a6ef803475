"""Reads of messages: one's own list, the number at the bell, what a person wants, where a person is reached."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.db.models import QuerySet

from kechuang.directory.models import User
from kechuang.kernel.access import Actor
from kechuang.notify import access
from kechuang.notify.choices import Channel, Kind
from kechuang.notify.models import ChannelAddress, ChannelChoice, Delivery, Message, Preference
from kechuang.notify.sealing import opened

BELL_MOST = 99
DEFAULTS: dict[tuple[str, str], bool] = {
    (Channel.MAIL, Kind.URGENT): True,
    (Channel.MAIL, Kind.FOR_INFORMATION): True,
    (Channel.SMS, Kind.URGENT): True,
    (Channel.SMS, Kind.FOR_INFORMATION): False,
    (Channel.WECOM, Kind.URGENT): True,
    (Channel.WECOM, Kind.FOR_INFORMATION): False,
    (Channel.DINGTALK, Kind.URGENT): True,
    (Channel.DINGTALK, Kind.FOR_INFORMATION): False,
}
"""What holds for a person who has chosen nothing: where one must act at once, the daily digest by mail."""


@dataclass(frozen=True)
class Wishes:
    """How and when one person is to be told; ``addresses`` has a channel only when the person is reached there."""

    digest_hour: int = 9
    quiet: bool = True
    chosen: dict[tuple[str, str], bool] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)

    def wants(self, channel: str, kind: str) -> bool:
        """Tell whether the person wants messages of ``kind`` through ``channel`` and is reached there."""
        return channel in self.addresses and self.chosen.get((channel, kind), DEFAULTS[channel, kind])


def messages_for(*, actor: Actor) -> QuerySet[Message]:
    """Return the actor's own messages, unread first, newest first."""
    return access.MESSAGES.visible(Message.objects.all(), actor).order_by("-unread", "-id")


def unread_count(actor: Actor) -> int:
    """Return how many messages (条) wait at the bell, at most ``BELL_MOST`` + 1: one query on an index."""
    if actor.user_id is None:
        return 0
    return Message.objects.filter(recipient_id=actor.user_id, unread=1)[: BELL_MOST + 1].count()


def deliveries_for(*, actor: Actor) -> QuerySet[Delivery]:
    """Return every delivery an administrator looks after."""
    return access.DELIVERIES.visible(Delivery.objects.select_related("recipient"), actor)


def wishes_of(people: Collection[int]) -> dict[int, Wishes]:
    """Return the wishes of ``people`` who may sign in: four queries, however many they are."""
    addresses = _addresses(people)
    chosen: dict[int, dict[tuple[str, str], bool]] = {}
    for choice in ChannelChoice.objects.filter(person__in=people):
        chosen.setdefault(choice.person_id, {})[choice.channel, choice.kind] = choice.wanted
    set_up = {row.person_id: row for row in Preference.objects.filter(person__in=people)}
    return {
        person: Wishes(
            digest_hour=set_up[person].digest_hour if person in set_up else 9,
            quiet=set_up[person].quiet if person in set_up else True,
            chosen=chosen.get(person, {}),
            addresses=addresses[person],
        )
        for person in addresses
    }


def addresses_typed(*, actor: Actor) -> dict[str, tuple[str, bool]]:
    """Return channel → (address, whether it is confirmed) as the actor typed them: one query."""
    rows = ChannelAddress.objects.filter(person=actor.user_id) if actor.user_id else ()
    return {row.channel: (opened(row.sealed), row.confirmed_at is not None) for row in rows}


def _addresses(people: Iterable[int]) -> dict[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = {}
    for key, mail in User.objects.filter(pk__in=people, is_active=True).values_list("pk", "email"):
        found[key] = {Channel.MAIL.value: mail} if mail else {}
    for row in ChannelAddress.objects.filter(person__in=found, confirmed_at__isnull=False):
        if address := opened(row.sealed):
            found[row.person_id][row.channel] = address
    return found
