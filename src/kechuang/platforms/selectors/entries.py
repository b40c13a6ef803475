"""The register as an actor may read it, on any day."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import BooleanField, Case, Func, QuerySet, Value, When
from django.utils.translation import gettext as _

from kechuang.kernel.access import Actor
from kechuang.platforms import access
from kechuang.platforms.models import Platform, RegisterEntry


def _any_row(table: str, column: str) -> Func:
    """Return whether ``table`` names the entry's platform: plain SQL, because it is asked for every page."""
    return Func(
        "platform_id",
        template="EXISTS (SELECT 1 FROM %(table)s AS asked WHERE asked.%(column)s = %(expressions)s)",
        table=table,
        column=column,
        output_field=BooleanField(),
    )


PARTNERS = _any_row("platforms_partner", "platform_id")
AMENDMENTS = _any_row("platforms_amendment", "platform_id")
OFFSHOOTS = _any_row("platforms_platform", "parent_id")


def entries_for(*, actor: Actor, on: date) -> QuerySet[RegisterEntry]:
    """Return the entries of ``on`` that ``actor`` may see, in pinyin order."""
    rows = RegisterEntry.objects.filter(start__lte=on, end__gt=on)
    return access.ENTRIES.visible(rows, actor).order_by("name_key", "platform_id")


def entry_of(*, platform: Platform, on: date) -> RegisterEntry | None:
    """Return what the register says of ``platform`` on ``on``, whoever asks; ``None`` before it was entered."""
    return RegisterEntry.objects.filter(platform=platform, start__lte=on, end__gt=on).first()


def entries_seen(*, actor: Actor, number: str, on: date) -> list[RegisterEntry]:
    """Return the entry of ``number`` on ``on`` and the earlier ones after it, latest first: one query.

    Each is told as well whether its platform has partners, amendments and relatives at all (``has_…``), so that a
    page asks only for what there is.
    Empty when ``actor`` may not see the platform as it was on ``on``; whoever may, reads how it came to be so.
    """
    scope = access.ENTRIES.scope(actor)
    yes, no = Value(value=True), Value(value=False)
    seen = Case(When(scope, then=yes), default=no, output_field=BooleanField()) if scope else yes
    rows: list[Any] = list(
        RegisterEntry.objects.filter(number=number, start__lte=on)
        .annotate(seen=seen, has_partners=PARTNERS, has_amendments=AMENDMENTS, has_offshoots=OFFSHOOTS)
        .select_related("platform", "kind", "county", "department")
        .order_by("-start")
    )
    return rows if rows and rows[0].seen and rows[0].end > on else []


def platform_seen(*, actor: Actor, number: str) -> Platform | None:
    """Return the platform numbered ``number`` if ``actor`` may see it today."""
    return access.PLATFORMS.visible(Platform.objects.filter(number=number), actor).first()


def why_not_visible(*, actor: Actor, number: str) -> list[str]:
    """Say in sentences why ``actor`` sees, or does not see, the platform numbered ``number`` today.

    Outside its circle a hidden platform and one that does not exist are told in the same
    words, so that asking teaches nobody what is hidden.
    """
    wanted = number.strip()
    entry = RegisterEntry.objects.filter(number=wanted, start__lte=actor.today, end__gt=actor.today).first()
    told = access.ENTRIES.explain(actor, "view", entry or RegisterEntry())
    if entry is None or not told.allowed:
        neutral = _("在您岗位可以看到的范围内没有编号为“%(number)s”的平台：可能编号有误，也可能该平台不在范围内。")
        offices = access.ENTRIES.explain(actor, "view", RegisterEntry()).sentences
        return [neutral % {"number": wanted}, *offices]
    said = _("您可以看到“%(name)s”：%(why)s")
    return [said % {"name": entry.name, "why": " ".join(told.sentences)}]
