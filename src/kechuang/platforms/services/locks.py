"""What is locked before anything about a platform is written, and in which order.

Organisations first, platforms after them, each in the order of their keys: a merger or a
rename locks the organisation before it reaches the platforms, so nobody waits in a circle.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.utils.translation import gettext as _

from kechuang.directory.models import Organisation
from kechuang.kernel.access import Actor
from kechuang.kernel.errors import NotAllowed, Refused
from kechuang.platforms.models import Platform, PlatformPeriod


def locked(platform: Platform, *organisations: Organisation) -> Platform:
    """Return ``platform`` as it stands now, locked with its hosts and ``organisations``."""
    hosts = set(PlatformPeriod.objects.filter(platform=platform).values_list("host_id", flat=True))
    hold_organisations(hosts | {organisation.pk for organisation in organisations})
    return Platform.objects.select_for_update(of=("self",)).get(pk=platform.pk)


def hold_organisations(keys: Collection[int]) -> None:
    """Keep organisations from being renamed or merged until the transaction ends."""
    list(
        Organisation.objects.select_for_update(of=("self",), no_key=True)
        .filter(pk__in=keys)
        .order_by("pk")
        .values_list("pk", flat=True)
    )


def hold_platforms(keys: Collection[int]) -> list[int]:
    """Lock platforms whose hosts the caller holds already; return their keys."""
    rows = Platform.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")
    return list(rows.values_list("pk", flat=True))


def person(actor: Actor) -> int:
    """Return the key of the person acting; ``NotAllowed`` for the public, who writes nothing."""
    if actor.user_id is None:
        raise NotAllowed(_("请先登录。"))
    return actor.user_id


def refuse_future(on: date, *, field: str = "on") -> None:
    """Raise ``Refused`` for a day that has not come: the register says nothing of tomorrow."""
    if on > date.today():
        raise Refused(_("日期不能晚于今天；将来的事项请在生效当日登记。"), field=field)
