"""The register computed afresh from its sources: what ``RegisterEntry`` must say.

Sources are a platform's periods, its counted recognitions, its standings, and the periods of
its hosts. ``services.register_compose`` stores what this returns, ``register_check``
compares it with what is stored.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from kechuang.directory.models import OrganisationPeriod
from kechuang.kernel.errors import Refused
from kechuang.platforms.models import (
    LEVEL_ORDER,
    Level,
    Platform,
    PlatformPeriod,
    Recognition,
    RegisterEntry,
    Standing,
)
from kechuang.pure.names import sort_key
from kechuang.pure.timelines import Span, Track, compose, merged

FOREVER = date.max
"""The end of the entry of today; one comparison answers every day."""

NAME_KEY_LENGTH = 600
COUNTED_STATES = ("in_force", "ended")
CLOSED_STANDINGS = frozenset({"revoked", "deregistered"})
COPIED = (
    "number",
    "name",
    "name_key",
    "kind_id",
    "level",
    "level_since",
    "document_number",
    "standing",
    "host_id",
    "host_name",
    "host_credit_code",
    "county_id",
    "department_id",
    "industry_code",
    "direction",
    "director",
    "governance",
    "team",
    "extras",
    "sensitive",
)
"""What an entry says beside its days; two neighbours never agree in all of it."""


class Sources(NamedTuple):
    """The rows one platform's entries are composed from."""

    platform: Platform
    periods: list[PlatformPeriod]
    recognitions: list[Recognition]
    standings: list[Standing]
    hosts: dict[int, list[OrganisationPeriod]]


def composed(platforms: Collection[int]) -> dict[int, list[RegisterEntry]]:
    """Return platform → its entries by date, not saved; five queries for any number of platforms.

    Raises ``Refused`` when a platform has a host on a day on which that host does not exist.
    """
    periods = _grouped(PlatformPeriod.objects.filter(platform__in=platforms).order_by("start"))
    recognitions = _grouped(
        Recognition.objects.filter(platform__in=platforms, state__in=COUNTED_STATES).order_by("recognised_on", "pk")
    )
    standings = _grouped(Standing.objects.filter(platform__in=platforms).order_by("start"))
    wanted = {period.host_id for rows in periods.values() for period in rows}
    hosts: dict[int, list[OrganisationPeriod]] = defaultdict(list)
    for host in OrganisationPeriod.objects.filter(organisation__in=wanted).order_by("start"):
        hosts[host.organisation_id].append(host)
    return {
        platform.pk: entries_of(
            Sources(platform, periods[platform.pk], recognitions[platform.pk], standings[platform.pk], hosts)
        )
        for platform in Platform.objects.filter(pk__in=platforms)
    }


def entries_of(sources: Sources) -> list[RegisterEntry]:
    """Return the entries of one platform: one for each span of days in which nothing it says changed."""
    tracks: dict[str, Track[Any]] = {
        "period": [(Span(row.start, row.end), row) for row in sources.periods],
        "standing": [(Span(row.start, row.end), row.state) for row in sources.standings],
        "host": _hosts(sources),
    }
    for row in sources.recognitions:
        tracks.setdefault(row.level, [])
        tracks[row.level] = [*tracks[row.level], (Span(row.recognised_on, row.ended_on), row)]
    said = [
        (span, _said(sources, span.start, values)) for span, values in compose(tracks) if values["period"] is not None
    ]
    return [
        RegisterEntry(
            platform=sources.platform,
            start=span.start,
            end=span.reach,
            **dict(zip(COPIED, values, strict=True)),
        )
        for span, values in merged(said)
    ]


def _hosts(sources: Sources) -> list[tuple[Span, OrganisationPeriod]]:
    """Return what the host of each day was called and where it sat."""
    return [
        (both, host)
        for period in sources.periods
        for host in sources.hosts.get(period.host_id, ())
        if (both := Span(period.start, period.end).meet(Span(host.start, host.end)))
    ]


def _said(sources: Sources, day: date, values: dict[str, Any]) -> tuple[Any, ...]:
    period: PlatformPeriod = values["period"]
    host: OrganisationPeriod | None = values["host"]
    if host is None:
        raise Refused(
            _("依托单位在 %(day)s 尚未设立或已并入其他单位，不能依托平台；请先核对单位沿革。")
            % {"day": day.isoformat()},
            field="host",
        )
    standing: str = values["standing"] or ""
    held = [values[level] for level in Level.values if values.get(level) is not None]
    top: Recognition | None = max(held, key=lambda row: LEVEL_ORDER[row.level], default=None)
    return (
        sources.platform.number,
        period.name,
        sort_key(period.name)[0][:NAME_KEY_LENGTH],
        period.kind_id,
        top.level if top else _unrecognised(sources, day, standing),
        top.recognised_on if top else None,
        top.document_number if top else "",
        standing,
        period.host_id,
        host.name,
        host.credit_code,
        period.county_id or host.county_id,
        period.department_id,
        period.industry_code,
        period.direction,
        period.director,
        period.governance,
        period.team,
        period.extras,
        sources.platform.sensitive,
    )


def _unrecognised(sources: Sources, day: date, standing: str) -> str:
    """Cultivated (培育) before the first recognition; no level at all after the last one or once closed."""
    if standing in CLOSED_STANDINGS or any(row.recognised_on <= day for row in sources.recognitions):
        return ""
    return Level.CULTIVATED.value


def _grouped(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.platform_id].append(row)
    return found
