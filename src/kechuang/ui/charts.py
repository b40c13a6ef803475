"""Charts as values: what is drawn is computed here, templates only print it.

A chart is server-drawn SVG (it prints, works without JavaScript and reads aloud); the
large path chart can also be drawn interactively. Every chart carries the table of its
figures. Coordinates are in the units of the drawing's own ``viewBox``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from kechuang.ui.drawing import PathDrawing, Wall, draw_path, nice_ceiling, path_summary
from kechuang.ui.formats import day, thousands

WIDE = Wall(width=760, height=280, left=48, right=72, top=28, bottom=32)
NARROW = Wall(width=340, height=210, left=32, right=40, top=26, bottom=28)
TILE, GAP = 100, 8
SHADES = 5


@dataclass(frozen=True)
class Figures:
    """The table behind a chart: heads and rows as they are printed."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, kw_only=True)
class Chart:
    """What every chart has: a name on the page, a title, a sentence saying what it shows."""

    key: str
    title: str
    summary: str = ""
    figures: Figures = field(default_factory=lambda: Figures((), ()))
    template: str = ""
    interactive: bool = False
    picture: tuple[str, float, float] | None = None  # template, width, height of a drawing made elsewhere


@dataclass(frozen=True)
class Reading:
    """A value (in the chart's unit) on a day."""

    on: date
    value: float


@dataclass(frozen=True)
class Forecast:
    """Where a path is expected to be on a day, between ``low`` and ``high``."""

    on: date
    low: float
    middle: float
    high: float


@dataclass(frozen=True, kw_only=True)
class PathChart(Chart):
    """Targets against what was reached and what is expected; two sizes of the same."""

    template: str = "ui/charts/path.html"
    unit: str
    wide: PathDrawing
    narrow: PathDrawing
    data: dict[str, Any]
    small: bool = False

    @property
    def data_key(self) -> str:
        """Return the id of the data block that the interactive drawing reads."""
        return f"{self.key}-data"


def path_chart(
    key: str,
    title: str,
    *,
    targets: Sequence[Reading],
    actual: Sequence[Reading],
    forecast: Forecast | None = None,
    unit: str = "",
    interactive: bool = False,
    small: bool = False,
) -> PathChart:
    """Return the chart of an indicator's path.

    ``targets`` are the plan's stocks at year ends (the base included), ``actual`` the
    readings in order of days. ``small`` draws only the small version. Raises
    ``ValueError`` when there is nothing to draw.
    """
    if not targets and not actual:
        raise ValueError("a path chart needs a target or a reading")
    goals = [(point.on, point.value) for point in targets]
    reached = [(point.on, point.value) for point in actual]
    ahead = (forecast.on, forecast.low, forecast.middle, forecast.high) if forecast else None
    unit = unit or _("个")
    wide = draw_path(WIDE, goals, reached, ahead)
    rows = [(day(on), _("目标"), thousands(value)) for on, value in goals]
    rows += [(day(on), _("实际"), thousands(value)) for on, value in reached]
    if forecast:
        rows.append((day(forecast.on), _("预测"), f"{thousands(forecast.low)}–{thousands(forecast.high)}"))
    return PathChart(
        key=key,
        title=title,
        summary=path_summary(goals, reached, ahead, unit),
        figures=Figures((_("日期"), _("类别"), _in_unit(_("数值"), unit)), tuple(sorted(rows))),
        interactive=interactive,
        unit=unit,
        wide=wide,
        narrow=draw_path(NARROW, goals, reached, ahead),
        data={
            "unit": unit,
            "words": {"target": _("目标"), "actual": _("实际"), "forecast": _("预测")},
            "targets": [
                {"value": [on.isoformat(), value], "above": spot.label_y < spot.y}
                for (on, value), spot in zip(goals, wide.targets, strict=True)
            ],
            "actual": [[on.isoformat(), value] for on, value in reached],
            "forecast": [ahead[0].isoformat(), *ahead[1:]] if ahead else None,
        },
        small=small,
    )


@dataclass(frozen=True)
class Tier:
    """One level of the pyramid; ``target`` is the plan's number for the same day."""

    label: str
    value: int | None
    href: str = ""
    target: int | None = None


@dataclass(frozen=True)
class Bar:
    """A tier as drawn: centred, as wide as its value; ticks where the target would end."""

    tier: Tier
    text: str
    x: float
    y: float
    width: float
    ticks: tuple[float, ...]
    inside: bool

    @property
    def middle(self) -> float:
        """Return the height of the bar's middle line."""
        return self.y + BAR / 2

    @property
    def centre(self) -> float:
        """Return the bar's centre line."""
        return self.x + self.width / 2

    @property
    def end(self) -> float:
        """Return where a number beside the bar begins."""
        return max([self.x + self.width, *self.ticks]) + 10


BAR, BAR_STEP, PYRAMID_LEFT, PYRAMID_WIDTH, LETTER = 40, 52, 64, 360, 11


@dataclass(frozen=True, kw_only=True)
class Pyramid(Chart):
    """The pyramid 国家—省—市, top level first; widths are counts, ticks are targets."""

    template: str = "ui/charts/pyramid.html"
    unit: str
    bars: tuple[Bar, ...]
    width: int = PYRAMID_LEFT + PYRAMID_WIDTH + 56
    height: int

    @property
    def has_targets(self) -> bool:
        """Return whether ticks are drawn, which then need a word of explanation."""
        return any(bar.ticks for bar in self.bars)


def pyramid(key: str, title: str, tiers: Sequence[Tier], *, unit: str = "") -> Pyramid:
    """Return the pyramid of counts by level; a missing count is drawn as an empty frame."""
    known = [number for tier in tiers for number in (tier.value, tier.target) if number is not None]
    scale = PYRAMID_WIDTH / max([*known, 1])
    # English names of levels are longer than the three characters the drawing is made for.
    left = max([PYRAMID_LEFT, *(LETTER * len(tier.label) for tier in tiers)])
    centre = left + PYRAMID_WIDTH / 2
    bars = []
    for place, tier in enumerate(tiers):
        width = round(max(2.0, (tier.value or 0) * scale), 1)
        half = None if tier.target is None else tier.target * scale / 2
        ticks = () if half is None else (round(centre - half, 1), round(centre + half, 1))
        text = thousands(tier.value)
        bars.append(Bar(tier, text, round(centre - width / 2, 1), place * BAR_STEP + 4, width, ticks, width >= 48))  # noqa: PLR2004 - room for four digits
    unit = unit or _("个")
    told = _("，").join(_told(tier.label, tier.value, unit) for tier in tiers)
    rows = tuple((tier.label, thousands(tier.value), thousands(tier.target)) for tier in tiers)
    return Pyramid(
        key=key,
        title=title,
        summary=told,
        figures=Figures((_("级别"), _in_unit(_("数量"), unit), _in_unit(_("目标"), unit)), rows),
        unit=unit,
        bars=tuple(bars),
        width=left + PYRAMID_WIDTH + 56,
        height=len(bars) * BAR_STEP + 4,
    )


@dataclass(frozen=True)
class Tile:
    """A county on the tile map: a square at ``row`` and ``col`` (from 0), no boundary."""

    name: str
    row: int
    col: int
    value: int | None
    href: str = ""


@dataclass(frozen=True)
class PlacedTile:
    """A tile as drawn; ``shade`` 0 to 4 grows with the value, ``None`` is not known."""

    tile: Tile
    x: int
    y: int
    shade: int | None
    text: str
    lines: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class TileMap(Chart):
    """Counties as squares in their rough places; never an outline of an area."""

    template: str = "ui/charts/tiles.html"
    unit: str
    tiles: tuple[PlacedTile, ...]
    width: int
    height: int


def tile_map(key: str, title: str, tiles: Iterable[Tile], *, unit: str = "") -> TileMap:
    """Return the tile map; shades are equal steps between zero and the largest value."""
    found = list(tiles)
    largest = max((tile.value for tile in found if tile.value is not None), default=0)
    placed = tuple(
        PlacedTile(
            tile,
            tile.col * (TILE + GAP),
            tile.row * (TILE + GAP),
            None if tile.value is None else min(SHADES - 1, math.floor(tile.value / (largest or 1) * SHADES)),
            thousands(tile.value),
            _two_lines(tile.name),
        )
        for tile in found
    )
    unit = unit or _("个")
    told = _("，").join(_told(tile.name, tile.value, "" if tile.value is None else unit) for tile in found)
    return TileMap(
        key=key,
        title=title,
        summary=told,
        figures=Figures(
            (_("县区"), _in_unit(_("数量"), unit)), tuple((tile.name, thousands(tile.value)) for tile in found)
        ),
        unit=unit,
        tiles=placed,
        width=max((tile.x + TILE for tile in placed), default=TILE),
        height=max((tile.y + TILE for tile in placed), default=TILE),
    )


def _two_lines(name: str, room: int = 5) -> tuple[str, ...]:
    """Break a long name in the middle so that it stands inside its square."""
    if len(name) <= room:
        return (name,)
    middle = math.ceil(len(name) / 2)
    return (name[:middle], name[middle:])


@dataclass(frozen=True)
class Bullet:
    """One row: a value against its target, in the chart's unit."""

    label: str
    value: float | None
    target: float | None = None
    href: str = ""
    light: str = ""


@dataclass(frozen=True)
class BulletBar:
    """A row as drawn on 0–100."""

    bullet: Bullet
    width: float
    tick: float | None
    value: str
    target: str


@dataclass(frozen=True, kw_only=True)
class BulletChart(Chart):
    """Rows of values with a tick where the target stands; a table by itself."""

    template: str = "ui/charts/bullets.html"
    unit: str
    bars: tuple[BulletBar, ...]


def bullet_bars(key: str, title: str, rows: Sequence[Bullet], *, unit: str = "", label: str = "") -> BulletChart:
    """Return rows drawn to one scale. ``label`` heads the first column."""
    unit = unit or _("个")
    known = [number for row in rows for number in (row.value, row.target) if number is not None]
    top = nice_ceiling(max([*known, 0])) or 1
    bars = tuple(
        BulletBar(
            row,
            round((row.value or 0) / top * 100, 2),
            None if row.target is None else round(row.target / top * 100, 2),
            thousands(row.value),
            "" if row.target is None else thousands(row.target),
        )
        for row in rows
    )
    return BulletChart(
        key=key,
        title=title,
        figures=Figures((label or _("名称"), _in_unit(_("实际"), unit), _in_unit(_("目标"), unit)), ()),
        unit=unit,
        bars=bars,
    )


@dataclass(frozen=True, kw_only=True)
class Sparkline(Chart):
    """A line without axes, as high as the text around it."""

    template: str = "ui/charts/sparkline.html"
    points: str
    last: tuple[float, float]
    width: int = 96
    height: int = 24


def sparkline(values: Sequence[float], *, title: str) -> Sparkline:
    """Return the course of ``values``; ``title`` says of what. Raises ``ValueError`` for none."""
    if not values:
        raise ValueError("a sparkline needs a value")
    low, high = min(values), max(values)
    step = 88 / max(1, len(values) - 1)
    span = (high - low) or 1
    places = [
        (round(4 + place * step, 1), round(20 - (value - low) / span * 16, 1)) for place, value in enumerate(values)
    ]
    told = f"{title}：{thousands(values[0])} → {thousands(values[-1])}"
    return Sparkline(key="", title=told, points=_points(places), last=places[-1])


@dataclass(frozen=True, kw_only=True)
class SmallMultiples(Chart):
    """Many small path charts side by side, for comparing shapes."""

    template: str = "ui/charts/multiples.html"
    charts: tuple[PathChart, ...]


def small_multiples(key: str, title: str, charts: Iterable[PathChart]) -> SmallMultiples:
    """Return small path charts in one figure."""
    return SmallMultiples(key=key, title=title, charts=tuple(charts))


def _points(places: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in places)


def _in_unit(what: str, unit: str) -> str:
    return _("%(what)s（%(unit)s）") % {"what": what, "unit": unit}


def _told(name: str, value: float | None, unit: str) -> str:
    told = _("%(name)s%(value)s%(unit)s") % {"name": name, "value": thousands(value), "unit": unit}
    return told.strip()
