"""The drawing of a web of relations: a column a kind, the middle marked, a line a tie. Coordinates are SVG units."""

from __future__ import annotations

from dataclasses import dataclass

from kechuang.brain.selectors.relations import Node, Web

WIDTH, HEIGHT, COLUMN, GAP, TOP = 216, 34, 300, 12, 44
LETTERS = 15
"""How many characters of a name fit its box; the whole stands in its title and in the table."""
BEND = 46


@dataclass(frozen=True, slots=True)
class Box:
    """A row as drawn, its upper left corner at ``x``, ``y``."""

    node: Node
    x: int
    y: int
    text: str

    @property
    def text_y(self) -> int:
        """Where the name's base line runs."""
        return self.y + HEIGHT // 2 + 5


@dataclass(frozen=True, slots=True)
class Column:
    """A kind and where its name stands."""

    label: str
    x: int


@dataclass(frozen=True, slots=True)
class Line:
    """A tie as an SVG path, with its words; ``near`` where it ends at the middle."""

    path: str
    title: str
    near: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything the template prints."""

    width: int
    height: int
    columns: tuple[Column, ...]
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]


def draw(web: Web) -> Drawing:
    """Return the drawing of ``web``: boxes of a kind one below the other, the nearest first."""
    boxes: dict[tuple[str, int], Box] = {}
    columns = []
    deepest = 0
    for place, searched in enumerate(web.kinds()):
        x = place * COLUMN + 2
        columns.append(Column(str(searched.label), x))
        mine = sorted((node for node in web.nodes.values() if node.place[0] == searched.kind), key=_nearest)
        for row, node in enumerate(mine):
            boxes[node.place] = Box(node, x, TOP + row * (HEIGHT + GAP), _short(node.label))
        deepest = max(deepest, len(mine))
    lines = tuple(_line(boxes[tie.one], boxes[tie.other], str(tie.word), web.centre) for tie in web.ties)
    width = (len(columns) - 1) * COLUMN + WIDTH + BEND + 4
    return Drawing(width, TOP + deepest * (HEIGHT + GAP), tuple(columns), tuple(boxes.values()), lines)


def _nearest(node: Node) -> tuple[int, str]:
    return node.away, node.label


def _line(one: Box, other: Box, word: str, centre: Node) -> Line:
    """Draw from side to side between columns; within one, a bow at the right."""
    left, right = (one, other) if one.x <= other.x else (other, one)
    y, z = left.y + HEIGHT // 2, right.y + HEIGHT // 2
    start, end = left.x + WIDTH, right.x
    if left.x == right.x:
        path = f"M{start} {y}C{start + BEND} {y} {start + BEND} {z} {start} {z}"
    else:
        path = f"M{start} {y}C{start + BEND} {y} {end - BEND} {z} {end} {z}"
    near = centre in (one.node, other.node)
    return Line(path, f"{one.node.label} — {word} — {other.node.label}", near)


def _short(name: str) -> str:
    return name if len(name) <= LETTERS else f"{name[: LETTERS - 1]}…"
