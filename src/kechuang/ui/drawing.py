"""Geometry of the path chart: days and values become places on a drawing.

Pure: no request, no template, no clock. A drawing's ``y`` grows downwards as SVG's does.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from kechuang.ui.formats import day_long, thousands

Point = tuple[date, float]
Ahead = tuple[date, float, float, float]

LABEL_ABOVE, LABEL_BELOW = -9, 19
MOST_LABELS = 8
LABEL_HEIGHT = 17
WORD_WIDTH, DIGIT = 54, 8
"""How wide the word beside the last target and a digit of its number are drawn at most."""


@dataclass(frozen=True)
class Wall:
    """The size of a drawing and the room around its plot."""

    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int


@dataclass(frozen=True)
class Spot:
    """A place with its text; ``label_y`` is where the text's baseline stands."""

    x: float
    y: float
    text: str
    label_y: float
    title: str = ""


@dataclass(frozen=True)
class Tick:
    """A mark on an axis."""

    at: float
    text: str


@dataclass(frozen=True)
class PathDrawing:
    """A path chart as SVG prints it."""

    wall: Wall
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    target_line: str
    targets: tuple[Spot, ...]
    actual_line: str
    actual: tuple[Spot, ...]
    last: Spot | None
    band: str
    forecast_line: str
    forecast: Spot | None
    end: Spot | None

    @property
    def plot_end(self) -> int:
        """Return where the plot ends at the right."""
        return self.wall.width - self.wall.right

    @property
    def tick_x(self) -> int:
        """Return where the value axis writes its numbers, flush right."""
        return self.wall.left - 8


@dataclass(frozen=True)
class Scale:
    """How days and values become places."""

    wall: Wall
    first: date
    last: date
    low: float
    high: float

    def x(self, on: date) -> float:
        """Return the place of a day."""
        room = self.wall.width - self.wall.left - self.wall.right
        return round(self.wall.left + (on - self.first).days / max(1, (self.last - self.first).days) * room, 1)

    def y(self, value: float) -> float:
        """Return the place of a value."""
        room = self.wall.height - self.wall.top - self.wall.bottom
        return round(self.wall.top + (self.high - value) / ((self.high - self.low) or 1) * room, 1)

    def line(self, points: Sequence[Point]) -> str:
        """Return the points of a line."""
        return " ".join(f"{self.x(on):g},{self.y(value):g}" for on, value in points)


def nice_step(span: float, pieces: int = 4) -> float:
    """Return a round step (1, 2, 5 × 10ⁿ) that cuts ``span`` into about ``pieces``."""
    if span <= 0:
        return 1.0
    rough = span / pieces
    unit = 10.0 ** math.floor(math.log10(rough))
    return next(unit * factor for factor in (1, 2, 5, 10) if unit * factor >= rough * 0.999)


def nice_ceiling(value: float) -> float:
    """Return the first round number at or above ``value``."""
    step = nice_step(value)
    return math.ceil(value / step - 1e-9) * step if value > 0 else 0.0


def value_range(values: Sequence[float]) -> tuple[float, float, float]:
    """Return (low, high, step). The axis starts at zero unless the values are far above it."""
    low, high = min(values), max(values)
    floor = low if low > high / 2 or low < 0 else 0.0
    step = nice_step((high - floor) or abs(high) or 1.0)
    if step < 1 and all(float(value).is_integer() for value in values):
        step = 1.0
    return math.floor(floor / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step, step


def draw_path(wall: Wall, targets: Sequence[Point], actual: Sequence[Point], ahead: Ahead | None) -> PathDrawing:
    """Return the drawing of targets, readings and forecast on one wall."""
    days = [on for on, _value in (*targets, *actual)] + ([ahead[0]] if ahead else [])
    values = [value for _on, value in (*targets, *actual)] + (list(ahead[1:]) if ahead else [])
    low, high, step = value_range(values)
    scale = Scale(wall, min(days), max(days), low, high)
    last = actual[-1] if actual else None
    from_last = (last, ahead) if last and ahead else None
    return PathDrawing(
        wall=wall,
        x_ticks=_year_ticks(scale),
        y_ticks=tuple(_value_ticks(scale, step)),
        target_line=scale.line(targets),
        targets=tuple(_spots(scale, targets, actual)),
        actual_line=scale.line(actual),
        actual=tuple(Spot(scale.x(on), scale.y(v), "", 0, f"{day_long(on)} {thousands(v)}") for on, v in actual),
        last=_last_spot(scale, last, targets) if last else None,
        band=_band(scale, *from_last) if from_last else "",
        forecast_line=scale.line([from_last[0], (from_last[1][0], from_last[1][2])]) if from_last else "",
        forecast=_forecast_spot(scale, ahead, targets) if ahead else None,
        end=_end_spot(scale, targets, actual) if targets else None,
    )


def _year_ticks(scale: Scale) -> tuple[Tick, ...]:
    ends = [date(year, 12, 31) for year in range(scale.first.year, scale.last.year + 1)]
    inside = [on for on in ends if scale.first <= on <= scale.last]
    every = math.ceil(len(inside) / MOST_LABELS) or 1
    return tuple(Tick(scale.x(on), str(on.year)) for on in inside[::every])


def _value_ticks(scale: Scale, step: float) -> list[Tick]:
    count = round((scale.high - scale.low) / step)
    numbers = [scale.low + place * step for place in range(count + 1)]
    return [
        Tick(scale.y(number), thousands(int(number) if number == int(number) else round(number, 6)))
        for number in numbers
    ]


def value_on(points: Sequence[Point], on: date) -> float | None:
    """Return the value of a line on a day, between its neighbours; outside it, nothing."""
    for (a, low), (b, high) in itertools.pairwise(points):
        if a <= on <= b:
            return low + (high - low) * ((on - a).days / max(1, (b - a).days))
    return next((value for day, value in points if day == on), None)


def _spots(scale: Scale, targets: Sequence[Point], actual: Sequence[Point]) -> list[Spot]:
    """Label each target on the side of the line where the readings are not."""
    spots = []
    for on, value in targets:
        x, y = scale.x(on), scale.y(value)
        reached = value_on(actual, on)
        above = reached is None or reached <= value
        spots.append(Spot(x, y, thousands(value), y + (LABEL_ABOVE if above else LABEL_BELOW), day_long(on)))
    return spots


def _last_spot(scale: Scale, last: Point, targets: Sequence[Point]) -> Spot:
    x, y = scale.x(last[0]), scale.y(last[1])
    wanted = value_on(targets, last[0])
    above = wanted is not None and last[1] > wanted
    return Spot(x, y, thousands(last[1]), y + (LABEL_ABOVE - 2 if above else LABEL_BELOW + 3), day_long(last[0]))


def _band(scale: Scale, last: Point, ahead: Ahead) -> str:
    on, low, _middle, high = ahead
    return scale.line([last, (on, high), (on, low)])


def _forecast_spot(scale: Scale, ahead: Ahead, targets: Sequence[Point]) -> Spot:
    """Write the forecast beside its end, clear of the target's word at the same place."""
    on, low, middle, high = ahead
    text = thousands(low) if low == high else f"{thousands(low)}–{thousands(high)}"
    at = label = scale.y(middle)
    if targets and targets[-1][0] == on:
        word = scale.y(targets[-1][1])
        if abs(word - label) < LABEL_HEIGHT:
            label = word + (LABEL_HEIGHT if at >= word else -LABEL_HEIGHT)
    return Spot(scale.x(on), at, text, label + 4, day_long(on))


def _end_spot(scale: Scale, targets: Sequence[Point], actual: Sequence[Point]) -> Spot:
    """Write the word beside the last target, or above or below it where the readings run on through that place."""
    on, value = targets[-1]
    x, y = scale.x(on), scale.y(value)
    taken = _heights_beside(scale, on, targets, actual)
    beside = (y + 4, y + LABEL_ABOVE, y + LABEL_BELOW, y + LABEL_ABOVE - LABEL_HEIGHT, y + LABEL_BELOW + LABEL_HEIGHT)
    free = [at for at in beside if not any(at - LABEL_HEIGHT < height < at + 4 for height in taken)]
    label = free[0] if free else beside[0]
    # Above and below stands the target's own number, centred: the word begins behind it.
    clear = 0.0 if label == beside[0] else len(thousands(value)) * DIGIT / 2
    return Spot(x + clear, y, _("目标"), label)


def _heights_beside(scale: Scale, on: date, targets: Sequence[Point], actual: Sequence[Point]) -> list[float]:
    """Return the heights at which readings, or the last one's number, are drawn where the word would stand."""
    begin, end = scale.x(on) + 6, scale.x(on) + WORD_WIDTH
    heights = []
    for (early, low), (late, high) in itertools.pairwise(actual):
        left, right = scale.x(early), scale.x(late)
        for at in range(math.ceil(max(left, begin)), math.floor(min(right, end)) + 1, 2):
            heights.append(scale.y(low + (high - low) * ((at - left) / ((right - left) or 1))))  # noqa: PERF401 - a path
    if actual and actual[-1][0] > on and scale.x(actual[-1][0]) - WORD_WIDTH / 2 < end:
        heights.append(_last_spot(scale, actual[-1], targets).label_y - LABEL_HEIGHT / 3)
    return heights


def path_summary(targets: Sequence[Point], actual: Sequence[Point], ahead: Ahead | None, unit: str) -> str:
    """Say in a sentence what a path chart shows, for those who do not see it."""
    told = []
    if actual:
        on, value = actual[-1]
        told.append(_("截至%(day)s %(value)s%(unit)s") % {"day": day_long(on), "value": thousands(value), "unit": unit})
    if targets:
        on, value = targets[-1]
        told.append(_("%(day)s目标 %(value)s%(unit)s") % {"day": day_long(on), "value": thousands(value), "unit": unit})
    if ahead:
        on, low, _middle, high = ahead
        span = f"{thousands(low)}–{thousands(high)}"
        told.append(_("预计%(day)s %(span)s%(unit)s") % {"day": day_long(on), "span": span, "unit": unit})
    return _("，").join(told)
