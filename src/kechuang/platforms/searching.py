"""What of the register is found: platforms by every name they had, their numbers and the documents that made them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kechuang.kernel.search import Document, Follow, Searched
from kechuang.platforms import access
from kechuang.platforms.models import Platform, RegisterEntry
from kechuang.platforms.models.kinds import Level


def platforms(keys: list[int]) -> Iterator[Document]:
    """Return platforms as they stand in the register today, with their former names: one query."""
    entries: dict[int, list[RegisterEntry]] = defaultdict(list)
    rows = RegisterEntry.objects.filter(platform__in=keys).select_related("kind", "county")
    for entry in rows.order_by("platform_id", "-end"):
        entries[entry.platform_id].append(entry)
    for key, known in entries.items():
        if known[0].end == date.max:
            yield _document(key, known[0], known[1:])


def _document(key: int, today: RegisterEntry, former: list[RegisterEntry]) -> Document:
    names = dict.fromkeys(entry.name for entry in former if entry.name != today.name)
    documents = {entry.document_number for entry in (today, *former)}
    return Document(
        key=key,
        title=today.name,
        url=reverse("platforms:detail", args=[today.number]),
        note=" · ".join(part for part in (str(today.kind.name), _level(today.level), today.host_name) if part),
        aliases=tuple(names),
        numbers=(today.number, *sorted(number for number in documents if number)),
        county_id=today.county_id,
        department_id=today.department_id,
        year=today.level_since.year if today.level_since else None,
        level=today.level,
    )


def _level(code: str) -> str:
    return str(Level(code).label) if code else ""


def levels() -> dict[str, Any]:
    """Return the levels a platform can have."""
    return {level.value: level.label for level in Level}


PLATFORM = Searched(
    "platform",
    _("平台"),
    Platform,
    access.PLATFORMS,
    platforms,
    follows=(Follow(RegisterEntry, "platform_id"),),
    order=10,
    levels=levels,
)
