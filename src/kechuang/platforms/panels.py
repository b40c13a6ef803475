"""What the register shows in other rooms: on an organisation's page, before a merger, on a desk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from kechuang.directory.models import Organisation
from kechuang.kernel.access import Actor
from kechuang.kernel.inbox import Bounds, changed
from kechuang.platforms import access, services
from kechuang.platforms.models import Partner, Platform, Recognition, RegisterEntry
from kechuang.platforms.resource import level_word, standing_word
from kechuang.ui.parts import Section
from kechuang.ui.tables import Cell, Head, Table


def platforms_of(organisation: Organisation, actor: Actor, on: date) -> Section:
    """Return the platforms ``organisation`` hosts on ``on``, as ``actor`` may see them."""
    labels = (_("平台"), _("类别"), _("级别"), _("状态"), _("归口部门"))
    rows = RegisterEntry.objects.filter(host=organisation, start__lte=on, end__gt=on)
    found = access.ENTRIES.visible(rows, actor).select_related("kind", "department").order_by("name_key", "pk")
    cells = tuple(
        (
            Cell(entry.name, href=reverse("platforms:detail", args=[entry.number]), label=labels[0]),
            Cell(entry.kind.name, label=labels[1]),
            Cell(level_word(entry.level), label=labels[2]),
            Cell(standing_word(entry.standing), light=entry.standing, label=labels[3]),
            Cell(entry.department.short_name, label=labels[4]),
        )
        for entry in found
    )
    title = _("依托的平台")
    if not cells:
        return Section("platforms", title, empty=_("没有依托的平台。"))
    table = Table(heads=tuple(Head(label) for label in labels), rows=cells, caption=title)
    return Section("platforms", title, template="platforms/table.html", context={"table": table})


def merger_of(absorbed: Organisation, into: Organisation) -> Iterator[str]:
    """Say what merging ``absorbed`` into ``into`` does to platforms."""
    hosted = RegisterEntry.objects.filter(host=absorbed, end=date.max).order_by("name_key", "pk")
    for entry in hosted:
        yield _("平台“%(name)s”（%(number)s）改由“%(into)s”依托") % {
            "name": entry.name,
            "number": entry.number,
            "into": into,
        }
    partners = Partner.objects.filter(organisation=absorbed, end=None).count()
    if partners:
        yield _("%(count)s 个平台的共建关系由“%(into)s”承接") % {"count": partners, "into": into}


def names_of_recognised(rows: list[Recognition]) -> None:
    """Hang today's entry of its platform on each recognition: one query for a whole desk."""
    entries = _entries_today({row.platform_id for row in rows})
    for row in rows:
        row.entry_today = entries.get(row.platform_id)  # type: ignore[attr-defined]


def names_of_platforms(rows: list[Platform]) -> None:
    """Hang today's entry on each platform: one query for a whole desk."""
    entries = _entries_today({row.pk for row in rows})
    for row in rows:
        row.entry_today = entries.get(row.pk)  # type: ignore[attr-defined]


def units_today(row: Platform | Recognition) -> Bounds:
    """Return host, county and department of today's entry, once ``names_of_…`` has seen the row."""
    entry = row.entry_today  # type: ignore[union-attr]
    return Bounds((entry.host_id,), (entry.county_id,), (entry.department_id,)) if entry else Bounds()


def followed(platform: Platform) -> None:
    """Bring the cases of a platform and of its recognitions in step with its new entry of today."""
    changed(platform, *Recognition.objects.filter(platform=platform))


def followed_host(organisation: Organisation) -> None:
    """Bring the cases of what ``organisation`` hosts today in step with its name and county."""
    for entry in RegisterEntry.objects.filter(host=organisation, end=date.max).select_related("platform"):
        followed(entry.platform)


def followed_merger(fact: tuple[Organisation, Organisation, date, Actor]) -> None:
    """Bring the cases of what passed over to another host in step."""
    followed_host(fact[1])


FOLLOWED: dict[str, Callable[[Any], None]] = {
    "platform.registered": followed,
    "platform.changed": followed,
    "platform.corrected": followed,
    "organisation.changed": followed_host,
    "organisation.merged": followed_merger,
}
"""What changes whose desk a platform's cases lie on, or how they are called there."""


def _entries_today(keys: set[int]) -> dict[int, RegisterEntry]:
    return {row.platform_id: row for row in RegisterEntry.objects.filter(platform__in=keys, end=date.max)}


def recognition_title(recognition: Recognition) -> str:
    """Name a recognition on a desk, once ``names_of_recognised`` has seen it."""
    entry = recognition.entry_today  # type: ignore[attr-defined]
    return f"{entry.name if entry else recognition.platform.number} · {recognition}"


def recognition_number(recognition: Recognition) -> str:
    """Return the number of the document it rests on."""
    return recognition.document_number


def recognition_confirm(recognition: Recognition, actor: Actor) -> None:
    """Confirm a record that was submitted, from the desk."""
    services.recognition_confirm(recognition=recognition, actor=actor)


def recognition_url(recognition: Recognition) -> str:
    """Return where a recognition is dealt with."""
    return reverse("platforms:recognition", args=[recognition.pk])


def platform_title(platform: Platform) -> str:
    """Name a platform on a desk, once ``names_of_platforms`` has seen it."""
    entry = platform.entry_today  # type: ignore[attr-defined]
    return entry.name if entry else platform.number


def platform_url(platform: Platform) -> str:
    """Return a platform's page."""
    return reverse("platforms:detail", args=[platform.number])
