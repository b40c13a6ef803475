"""Proving that an address is the person's own: a code goes there, and comes back typed in."""

from __future__ import annotations

import secrets
import uuid
from datetime import timedelta

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from kechuang.kernel.access import Actor
from kechuang.kernel.errors import NotAllowed, Refused, Stale
from kechuang.notify import texts
from kechuang.notify.channels import Hopeless, OutcomeUnknown, Parcel, TryAgain, channel_named, ready
from kechuang.notify.models import ChannelAddress
from kechuang.notify.sealing import opened

VALID = timedelta(minutes=10)
GAP = timedelta(minutes=1)
MOST_TRIES = 5
MOST_A_DAY = 5
DAY_SECONDS = 24 * 3600


def code_send(*, channel: str, actor: Actor) -> None:
    """Send a fresh code to the actor's address of ``channel``; at most one a minute and five a day.

    The one message that does not go through the outbox: the person waits for it, and it is worthless afterwards.
    """
    code = f"{secrets.randbelow(1_000_000):06d}"
    with transaction.atomic():
        address = _own(channel, actor)
        if channel not in ready():
            raise Refused(_("这一通道没有开通。"))
        if address.code_sent_at and timezone.now() - address.code_sent_at < GAP:
            raise Refused(_("刚刚发过验证码，请一分钟后再试。"))
        if not _within_the_day(channel, actor):
            raise Refused(_("今天发送验证码的次数已用完，请明天再试。"))
        address.code, address.code_sent_at, address.code_tries = _digest(address, code), timezone.now(), 0
        address.save()
    text = texts.code_text(code, site=settings.KECHUANG_SITE_NAME, signature=settings.KECHUANG_CHANNELS["signature"])
    link = settings.KECHUANG_ADDRESS
    to = opened(address.sealed)
    parcel = Parcel(str(uuid.uuid4()), to, text, text, card=text, short=text, group=text, link=link)
    try:
        channel_named(channel).send(parcel)
    except (Hopeless, TryAgain, OutcomeUnknown) as reason:
        raise Refused(_("验证码没有发出去：%(reason)s") % {"reason": reason}) from None


@transaction.atomic
def _tried(channel: str, code: str, actor: Actor) -> ChannelAddress | None:
    """Count a try and return the address if it was the right one; the count stays whatever comes of it."""
    address = _own(channel, actor)
    address.code_tries += 1
    address.save(update_fields=["code_tries"])
    late = address.code_sent_at is None or timezone.now() - address.code_sent_at > VALID
    if late or not address.code or address.code_tries > MOST_TRIES:
        raise Stale(_("验证码已失效，请重新发送。"))
    return address if constant_time_compare(address.code, _digest(address, code)) else None


def address_confirm(*, channel: str, code: str, actor: Actor) -> None:
    """Accept the address of ``channel`` when ``code`` is the one that was sent there within ten minutes."""
    address = _tried(channel, code.strip().replace(" ", ""), actor)
    if address is None:
        raise Refused(_("验证码不对，请核对后重新输入。"), field="code")
    address.confirmed_at, address.code = timezone.now(), ""
    address.save(update_fields=["confirmed_at", "code"])


def _own(channel: str, actor: Actor) -> ChannelAddress:
    rows = ChannelAddress.objects.select_for_update().filter(person=actor.user_id, channel=channel, confirmed_at=None)
    address = rows.first() if actor.user_id is not None else None
    if address is None:
        raise NotAllowed(_("没有待核验的地址；请先在接收方式里填写。"))
    return address


def _digest(address: ChannelAddress, code: str) -> str:
    """Return what is kept of a code: useless for another address, and without the site's key."""
    return salted_hmac(f"kechuang.notify.code:{address.sealed}", code, algorithm="sha256").hexdigest()


def _within_the_day(channel: str, actor: Actor) -> bool:
    key = f"notify.codes.{channel}.{actor.user_id}"
    cache.add(key, 0, DAY_SECONDS)
    return cache.incr(key) <= MOST_A_DAY
