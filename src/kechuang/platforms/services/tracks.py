"""A platform's periods seen field by field, so that one field changes and the others stay.

Each field is a track of its own. A change or a correction rewrites one track on some days;
the periods are then composed again, and rows that say the same as before are left alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from kechuang.kernel.errors import Refused
from kechuang.platforms.models import Platform, PlatformPeriod
from kechuang.pure.timelines import Span, at, between, compose, merged, replace

FIELDS = (
    "name",
    "kind",
    "host",
    "county",
    "department",
    "industry_code",
    "direction",
    "director",
    "governance",
    "team",
)
"""What of a platform is dated, beside its levels and its standing."""

Held = tuple[Any]
"""A field's value in a tuple of one, because an absent county is a value as well."""
FieldTracks = dict[str, list[tuple[Span, Held]]]


def tracks_of(platform: Platform) -> FieldTracks:
    """Return each dated field of ``platform`` as its own track."""
    periods = list(platform.periods.select_related("kind", "host", "county", "department"))
    return {
        field: merged([(Span(period.start, period.end), (getattr(period, field),)) for period in periods])
        for field in FIELDS
    }


def value_on(tracks: FieldTracks, field: str, day: date) -> Any:
    """Return what ``field`` held on ``day``; ``Refused`` before the register knows the platform."""
    held = at(tracks[field], day)
    if held is None:
        first = min(span.start for span, _held in tracks[field])
        raise Refused(
            _("平台自 %(day)s 起登记，此前没有可办理的内容。") % {"day": first.isoformat()},
            field="on",
        )
    return held[0]


def put_from(tracks: FieldTracks, field: str, day: date, value: Any) -> None:
    """Let ``field`` hold ``value`` from ``day`` until the next day on which it changed anyhow."""
    span = next(span for span, _held in tracks[field] if day in span)
    if later := between(day, span.reach):
        tracks[field] = replace(tracks[field], later, (value,))


def put_instead(tracks: FieldTracks, field: str, day: date, value: Any) -> Span:
    """Let ``field`` have held ``value`` all the while it wrongly held what stands there on ``day``."""
    span = next(span for span, _held in tracks[field] if day in span)
    tracks[field] = replace(tracks[field], span, (value,))
    return span


def put_within(tracks: FieldTracks, field: str, spans: Iterable[Span], value: Any) -> None:
    """Let ``field`` hold ``value`` on the days of ``spans``."""
    for span in spans:
        tracks[field] = replace(tracks[field], span, (value,))


def store(platform: Platform, tracks: FieldTracks) -> None:
    """Write the periods that ``tracks`` amount to; rows that stay the same keep their place."""
    wanted = {
        (span.start, span.end): {field: _only(values[field]) for field in FIELDS} for span, values in compose(tracks)
    }
    for period in platform.periods.all():
        values = {field: getattr(period, field) for field in FIELDS}
        if wanted.get((period.start, period.end)) == values:
            del wanted[(period.start, period.end)]
        else:
            period.delete()
    PlatformPeriod.objects.bulk_create(
        PlatformPeriod(platform=platform, start=start, end=end, **values) for (start, end), values in wanted.items()
    )


def _only(held: Held | None) -> Any:
    """Unwrap a value; every field of a platform has one on every day of its life."""
    if held is None:
        raise ValueError("a platform's fields must cover the same days")
    return held[0]


def in_words(values: Mapping[str, Any]) -> dict[str, str]:
    """Return values as they are kept in an amendment: the words of the day, not keys."""
    return {field: "" if value is None else str(value) for field, value in values.items()}
