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
from kechuang.platforms.own import OwnField, own_fields
from kechuang.platforms.own import said as own_said
from kechuang.pure.timelines import Span, at, compose, merged, replace

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
OWN = "own."
"""What the track of one of a type's own fields is called, before its code; ``None`` where nothing was said."""
FieldTracks = dict[str, list[tuple[Span, Held]]]


def tracks_of(platform: Platform) -> FieldTracks:
    """Return each dated field of ``platform`` as its own track."""
    periods = list(platform.periods.select_related("kind", "host", "county", "department"))
    tracks: FieldTracks = {
        field: merged([(Span(period.start, period.end), (getattr(period, field),)) for period in periods])
        for field in FIELDS
    }
    for code in sorted({code for period in periods for code in period.extras}):
        said = [(Span(period.start, period.end), (period.extras.get(code),)) for period in periods]
        tracks[f"{OWN}{code}"] = merged(said)
    return tracks


def own_opened(tracks: FieldTracks, codes: Iterable[str]) -> None:
    """Give each of a type's own fields a track, empty on every day where nothing was ever said."""
    for code in codes:
        tracks.setdefault(f"{OWN}{code}", merged([(span, (None,)) for span, _held in tracks["name"]]))


def own_emptied(tracks: FieldTracks, spans: Mapping[str, Span]) -> None:
    """Empty own fields on days whose type does not have them, after ``spans`` (field → days) were rewritten.

    Where the type itself was rewritten all of them are looked at, elsewhere only those rewritten.
    """
    for rewritten, span in spans.items():
        for days, (kind,) in tracks["kind"]:
            both = days.meet(span)
            if both is None:
                continue
            kept = {f"{OWN}{field.code}" for field in own_fields(kind)}
            for field in [one for one in tracks if one.startswith(OWN) and one not in kept]:
                if rewritten in ("kind", field):
                    tracks[field] = replace(tracks[field], both, (None,))


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


def put_from(tracks: FieldTracks, field: str, day: date, value: Any) -> Span:
    """Let ``field`` hold ``value`` from ``day`` until the next day on which it changed anyhow; return these days."""
    reach = next(span.end for span, _held in tracks[field] if day in span)
    later = Span(day, reach)
    tracks[field] = replace(tracks[field], later, (value,))
    return later


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
    wanted = {(span.start, span.end): _period(values) for span, values in compose(tracks)}
    for period in platform.periods.all():
        values = {field: getattr(period, field) for field in (*FIELDS, "extras")}
        if wanted.get((period.start, period.end)) == values:
            del wanted[(period.start, period.end)]
        else:
            period.delete()
    PlatformPeriod.objects.bulk_create(
        PlatformPeriod(platform=platform, start=start, end=end, **values) for (start, end), values in wanted.items()
    )


def _period(values: Mapping[str, Held | None]) -> dict[str, Any]:
    """Return a period's columns from what every track held in it."""
    own = {field.removeprefix(OWN): _only(held) for field, held in values.items() if field.startswith(OWN)}
    return {
        **{field: _only(values[field]) for field in FIELDS},
        "extras": {code: value for code, value in own.items() if value is not None},
    }


def _only(held: Held | None) -> Any:
    """Unwrap a value; every field of a platform has one on every day of its life."""
    if held is None:
        raise ValueError("a platform's fields must cover the same days")
    return held[0]


def in_words(values: Mapping[str, Any], own: Iterable[OwnField] = ()) -> dict[str, str]:
    """Return values as they are kept in an amendment: the words of the day, not keys.

    A type's own field stands under its label of that day: the catalogue may name it otherwise later.
    """
    known = {f"{OWN}{field.code}": field for field in own}
    words = {}
    for field, value in values.items():
        if named := known.get(field):
            words[named.label] = own_said(named, value)
        else:
            words[field] = "" if value is None else str(value)
    return words
