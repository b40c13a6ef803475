"""Letters (专函): a link or a code for one person, read outside the house only.

A letter goes through the same outbox as every message, but its text is a secret: it is kept encrypted until every
way out has been tried, then forgotten. Whoever opens the message in the house reads that there was one, not what.
"""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from kechuang.kernel import events
from kechuang.notify import texts
from kechuang.notify.channels import ready
from kechuang.notify.choices import Channel, DeliveryState
from kechuang.notify.models import Delivery, Message
from kechuang.notify.sealing import sealed
from kechuang.notify.selectors import wishes_of

WAYS = (Channel.MAIL, Channel.SMS)
"""Where one person alone reads along; what is too long for one SMS goes by mail."""
UNDER_WAY = (DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.FAILED)
KEPT = timedelta(days=1)


@transaction.atomic
def letter_send(*, recipient_id: int, subject: str, text: str) -> bool:
    """Set ``text`` on its way to a person at once, whatever the hour and the person's choices; tell whether it is.

    It is not where no channel is set up that reaches the person.
    """
    wishes = wishes_of([recipient_id]).get(recipient_id)
    fits = len(texts.signed(text, settings.KECHUANG_CHANNELS["signature"])) <= texts.SHORT
    reached = wishes.addresses if wishes else {}
    ways = [way for way in WAYS if way in ready() and way in reached and (fits or way != Channel.SMS)]
    if not ways:
        return False
    facts = texts.Facts("letter", title=subject)
    now = timezone.now()
    message = Message(
        recipient_id=recipient_id,
        kind=texts.kind_of("letter"),
        facts={**facts.stored(), texts.SEALED: sealed(text)},
        read_at=now,
    )
    message.key = f"letter:{message.token}"
    message.save()
    Delivery.objects.bulk_create(
        [Delivery(message=message, recipient_id=recipient_id, channel=way, next_try_at=now) for way in ways]
    )
    events.publish("letter.wanted", message)
    return True


def letters_forget() -> int:
    """Forget the text of every letter that has gone all its ways, or is a day old; return how many."""
    secret = Message.objects.filter(facts__has_key=texts.SEALED)
    under_way = Delivery.objects.filter(state__in=UNDER_WAY, message__created_at__gt=timezone.now() - KEPT)
    done = secret.exclude(pk__in=under_way.filter(message__isnull=False).values("message"))
    letters = list(done.only("pk", "facts"))
    for letter in letters:
        del letter.facts[texts.SEALED]
    Message.objects.bulk_update(letters, ["facts"], batch_size=500)
    return len(letters)
