"""One digest a person a working day: what nobody sent at once and the person has not read."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from kechuang.notify.channels import ready
from kechuang.notify.choices import Kind
from kechuang.notify.hours import is_working_time
from kechuang.notify.models import Delivery, Digest, Message
from kechuang.notify.selectors import Wishes, wishes_of

IN_ONE_GO = 500


def digests_write(*, now: datetime | None = None) -> int:
    """Write the digest of everybody whose hour has come and who has none today; return how many digests.

    Only in working hours: who chose 8 o'clock gets it when offices open. What arrives after today's digest waits for
    the next one. Two workers cannot write two: a person and a day make one row.
    """
    moment = now or timezone.now()
    if not is_working_time(moment):
        return 0
    local = timezone.localtime(moment)
    waiting = Message.objects.filter(read_at=None, digest=None, deliveries=None)
    people = list(
        waiting.exclude(recipient__in=Digest.objects.filter(day=local.date()).values("person"))
        .order_by("recipient_id")
        .values_list("recipient_id", flat=True)
        .distinct()
    )
    written = 0
    for start in range(0, len(people), IN_ONE_GO):
        wishes = wishes_of(people[start : start + IN_ONE_GO])
        due = {person: wish for person, wish in wishes.items() if wish.digest_hour <= local.hour}
        written += sum(_digest_write(person, wish, moment) for person, wish in due.items())
    return written


@transaction.atomic
def _digest_write(person: int, wish: Wishes, now: datetime) -> bool:
    day = timezone.localdate(now)
    Digest.objects.bulk_create([Digest(person_id=person, day=day)], ignore_conflicts=True)
    digest = Digest.objects.select_for_update().get(person_id=person, day=day)
    if digest.deliveries.exists() or digest.messages.exists():
        return False  # another worker was faster
    carried = Message.objects.filter(recipient_id=person, read_at=None, digest=None, deliveries=None)
    number = Message.objects.filter(pk__in=list(carried.values_list("pk", flat=True))).update(digest=digest)
    if number:
        Delivery.objects.bulk_create(
            [
                Delivery(digest=digest, recipient_id=person, channel=channel, next_try_at=now)
                for channel in ready()
                if wish.wants(channel, Kind.FOR_INFORMATION)
            ]
        )
    return bool(number)
