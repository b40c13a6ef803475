"""Which platform grew out of which (平台谱系): lives as lines over the years, each line begun at its parent's.

A platform counts as its register shows it: from its first entry until its last, by level. Only families are drawn; a
parent or offshoot the actor may not see is left out as if it were not there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from kechuang.kernel.access import Actor
from kechuang.platforms.access import ENTRIES
from kechuang.platforms.models import Platform, RegisterEntry
from kechuang.platforms.resource import level_word, page_of
from kechuang.ui.charts import Chart, Figures

MOST = 120
"""The lives drawn at most; the table has all of them."""
ROW, TOP, NAMES, WIDE, END = 44, 34, 24, 1100, 300
TICKS = 12
LEVEL_CLASS = {"cultivated": "0", "municipal": "1", "provincial": "2", "national": "3"}


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a life at one level, from ``start`` until before ``end``."""

    start: date
    end: date
    level: str


@dataclass(frozen=True, slots=True)
class Life:
    """A platform's life as the register knows it on a day; ``depth`` is 0 for who grew out of nobody."""

    platform_id: int
    parent_id: int | None
    name: str
    number: str
    kind: str
    stretches: tuple[Stretch, ...]
    depth: int = 0
    parent: str = ""

    @property
    def since(self) -> date:
        return self.stretches[0].start

    @property
    def level(self) -> str:
        """Return its level on the day, in words."""
        return str(level_word(self.stretches[-1].level))

    @property
    def url(self) -> str:
        return page_of(self.number)


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch as drawn."""

    x: float
    width: float
    level: str
    title: str


@dataclass(frozen=True, slots=True)
class Line:
    """A life as drawn: its segments, where it branches off, and where its name begins above them."""

    life: Life
    y: float
    segments: tuple[Segment, ...]
    branch: str
    text_x: float


@dataclass(frozen=True, slots=True)
class Tree:
    """The drawing, with the lives in its order."""

    width: int
    height: int
    ticks: tuple[tuple[float, int], ...]
    lines: tuple[Line, ...]
    lives: tuple[Life, ...]


def lives(*, actor: Actor, on: date) -> list[Life]:
    """Return the families of ``on``, parents before what grew out of them: one query."""
    children = Platform.objects.filter(parent=OuterRef("platform_id"))
    family = Q(platform__parent__isnull=False) | Q(Exists(children))
    seen = ENTRIES.visible(RegisterEntry.objects.filter(family, start__lte=on), actor)
    entries: dict[int, list[RegisterEntry]] = defaultdict(list)
    parents: dict[int, int | None] = {}
    for row in seen.select_related("platform", "kind").order_by("start", "pk"):
        entries[row.platform_id].append(row)
        parents[row.platform_id] = row.platform.parent_id
    found = {
        key: Life(
            key,
            parents[key] if parents[key] in entries else None,
            mine[-1].name,
            mine[-1].number,
            mine[-1].kind.name,
            tuple(_stretches(mine, on)),
        )
        for key, mine in entries.items()
    }
    return list(_ordered(found))


def _stretches(rows: Sequence[RegisterEntry], on: date) -> Iterator[Stretch]:
    """Yield the parts of a life by level, one after the other; neighbours of one level are one."""
    begun = rows[0]
    for before, row in pairwise(rows):
        if row.level != before.level:
            yield Stretch(begun.start, row.start, begun.level)
            begun = row
    yield Stretch(begun.start, min(rows[-1].end, on), begun.level)


def _ordered(found: dict[int, Life]) -> Iterator[Life]:
    """Yield each family as a tree, the oldest first; who has neither parent nor offshoot in sight is no family."""
    offshoots: dict[int | None, list[Life]] = defaultdict(list)
    for life in sorted(found.values(), key=lambda one: (one.since, one.platform_id)):
        offshoots[life.parent_id].append(life)

    def down(life: Life, depth: int, parent: str) -> Iterator[Life]:
        yield Life(life.platform_id, life.parent_id, life.name, life.number, life.kind, life.stretches, depth, parent)
        for child in offshoots[life.platform_id]:
            yield from down(child, depth + 1, life.name)

    for root in offshoots[None]:
        if offshoots[root.platform_id]:
            yield from down(root, 0, "")


def tree(rows: Sequence[Life], on: date) -> Tree:
    """Return the drawing of ``rows`` up to ``on``."""
    drawn = _whole_families(rows)
    first = min((life.since.year for life in drawn), default=on.year)
    begin, end = date(first, 1, 1), max(on, date(first, 12, 31))
    days = (end - begin).days or 1

    def x(day: date) -> float:
        return round(NAMES + (min(max(day, begin), end) - begin).days / days * (WIDE - NAMES - END), 1)

    places = {life.platform_id: TOP + place * ROW + ROW / 2 for place, life in enumerate(drawn)}
    years = range(first, end.year + 1)
    every = -(-len(years) // TICKS)
    lines = []
    for life in drawn:
        y = places[life.platform_id]
        branch = ""
        if life.parent_id in places:
            at = x(life.since)
            branch = f"M{at:g} {places[life.parent_id]:g}V{y - 10:g}Q{at:g} {y:g} {at + 10:g} {y:g}"
        segments = tuple(
            Segment(
                x(part.start),
                max(round(x(part.end) - x(part.start), 1), 3.0),
                LEVEL_CLASS.get(part.level, "none"),
                f"{part.start.isoformat()}—{part.end.isoformat()} {level_word(part.level)}",
            )
            for part in life.stretches
        )
        lines.append(Line(life, y, segments, branch, segments[0].x + (14 if branch else 0)))
    height = TOP + len(drawn) * ROW + 8
    return Tree(WIDE, height, tuple((x(date(year, 1, 1)), year) for year in years[::every]), tuple(lines), tuple(rows))


@dataclass(frozen=True, kw_only=True)
class FamilyChart(Chart):
    """The families as a chart: its drawing, and behind it the table of all lives."""

    template: str = "cockpit/charts/family.html"
    tree: Tree
    day: date


def family_chart(rows: Sequence[Life], on: date) -> FamilyChart:
    """Return the families of ``on`` as a chart."""
    drawn = tree(rows, on)
    heads = (_("平台"), _("孵化自"), _("类别"), _("级别"), _("自"))
    told = tuple((life.name, life.parent or _("无"), life.kind, life.level, life.since.isoformat()) for life in rows)
    return FamilyChart(
        key="genealogy",
        title=_("平台谱系"),
        figures=Figures(heads, told),
        picture=("cockpit/charts/family_drawing.html", drawn.width, drawn.height),
        tree=drawn,
        day=on,
    )


def _whole_families(rows: Sequence[Life]) -> list[Life]:
    """Return as many families as there is room for, none cut in two."""
    drawn: list[Life] = []
    family: list[Life] = []
    for life in rows:
        if life.depth == 0:
            drawn, family = [*drawn, *family], []
            if len(drawn) >= MOST:
                return drawn
        family.append(life)
    return [*drawn, *family]
