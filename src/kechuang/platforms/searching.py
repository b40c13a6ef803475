"""What of the register is found: platforms by every name they had, their numbers and documents; who is brought up to
what; yearly reports. A case is found by the names on its own page, so by nobody who may not open that."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kechuang.directory.models import Organisation
from kechuang.kernel.search import Document, Follow, Searched
from kechuang.platforms import access, life_access
from kechuang.platforms.models import AnnualReport, Platform, PoolEntry, RegisterEntry
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


def pool_entries(keys: list[int]) -> Iterator[Document]:
    """Return members of the cultivation pool by unit, target and number: one query."""
    rows = PoolEntry.objects.filter(pk__in=keys).select_related("organisation", "kind", "department")
    for row in rows:
        yield Document(
            key=row.pk,
            title=row.organisation.name,
            url=reverse("platforms:pool_entry", args=[row.pk]),
            note=" · ".join((_level(row.level) + row.kind.name, row.department.short_name, row.number)),
            numbers=(row.number,),
            county_id=row.organisation.county_id,
            department_id=row.department_id,
            year=row.proposed_on.year,
            level=row.level,
        )


def annual_reports(keys: list[int]) -> Iterator[Document]:
    """Return yearly reports by platform, host, year and the platform's number: one query."""
    rows = AnnualReport.objects.filter(pk__in=keys).select_related("platform", "host")
    for row in rows:
        yield Document(
            key=row.pk,
            title=f"{row.platform_name} {row}",
            url=reverse("platforms:annual_report", args=[row.pk]),
            note=f"{row.host.name} · {row.platform.number}",
            numbers=(row.platform.number,),
            county_id=row.host.county_id,
            department_id=row.department_id,
            year=row.year,
        )


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
POOL_ENTRY = Searched(
    "pool_entry",
    _("培育库"),
    PoolEntry,
    life_access.POOL,
    pool_entries,
    follows=(Follow(Organisation, by="organisation_id"),),
    order=12,
    levels=levels,
)
ANNUAL_REPORT = Searched(
    "annual_report",
    _("年度报告"),
    AnnualReport,
    life_access.REPORTS,
    annual_reports,
    # Who may see a report is read off the register of today, so a platform that changes hands takes its reports along.
    follows=(Follow(RegisterEntry, "platform_id", by="platform_id"), Follow(Organisation, by="host_id")),
    order=14,
)
SEARCHED = (PLATFORM, POOL_ENTRY, ANNUAL_REPORT)
