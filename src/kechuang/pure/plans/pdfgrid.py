"""Geometry of a printed page: lines of glyphs, and the cells between ruled lines.

Coordinates are PDF points, y upwards.
"""
# ruff: noqa: PLR2004 - small numbers count printed characters, rows or cells

from typing import NamedTuple

_GAP = 0.6  # of the size of the type
_SEEN = 0.15
_JOIN = 3.5  # points within which two ruled lines touch


class Glyph(NamedTuple):
    """One printed character with its box."""

    sign: str
    left: float
    bottom: float
    right: float
    top: float


class Rule(NamedTuple):
    """A ruled line: at ``at`` on its own axis, from ``start`` to ``end`` on the other."""

    upright: bool
    at: float
    start: float
    end: float


class PrintedLine(NamedTuple):
    """A line of text as printed."""

    text: str
    left: float
    right: float
    top: float
    size: float


class Table(NamedTuple):
    """A ruled table: its column and row edges (rows from the top) and its rules."""

    columns: tuple[float, ...]
    rows: tuple[float, ...]
    rules: tuple[Rule, ...]

    @property
    def top(self) -> float:
        return self.rows[0]

    def holds(self, glyph: Glyph) -> bool:
        x, y = (glyph.left + glyph.right) / 2, (glyph.bottom + glyph.top) / 2
        return self.columns[0] <= x <= self.columns[-1] and self.rows[-1] <= y <= self.rows[0]


def lines_of(glyphs: list[Glyph]) -> list[PrintedLine]:
    """Return the printed lines of ``glyphs`` from the top of the page down."""
    lines: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda g: -(g.bottom + g.top)):
        middle = (glyph.bottom + glyph.top) / 2
        if lines and lines[-1][0].bottom <= middle <= lines[-1][0].top:
            lines[-1].append(glyph)
        else:
            lines.append([glyph])
    return [line for line in (_line(row) for row in lines) if line.text]


def _line(row: list[Glyph]) -> PrintedLine:
    row = sorted(row, key=lambda g: g.left)
    solid = [g for g in row if not g.sign.isspace()]
    if not solid:
        return PrintedLine("", 0, 0, 0, 0)
    size = max(g.top - g.bottom for g in solid)
    text = ""
    spaced = False
    before: Glyph | None = None
    for glyph in row:
        if glyph.sign.isspace():
            spaced = True
            continue
        gap = 0.0 if before is None else (glyph.left - before.right) / size
        # A typed space counts where it is seen; without one only a wide gap does.
        text += " " if gap > _GAP or (spaced and gap > _SEEN) else ""
        text += glyph.sign
        before, spaced = glyph, False
    return PrintedLine(text, solid[0].left, solid[-1].right, max(g.top for g in solid), size)


def tables_of(rules: list[Rule]) -> list[Table]:
    """Return the ruled tables among ``rules``: groups of touching lines with inner edges."""
    tables = []
    for group in _touching(rules):
        columns = _edges([rule.at for rule in group if rule.upright])
        rows = _edges([rule.at for rule in group if not rule.upright])
        if len(columns) > 1 and len(rows) > 1:
            tables.append(Table(columns, tuple(reversed(rows)), tuple(group)))
    return tables


def _touching(rules: list[Rule]) -> list[list[Rule]]:
    parent = list(range(len(rules)))

    def root(number: int) -> int:
        while parent[number] != number:
            parent[number] = parent[parent[number]]
            number = parent[number]
        return number

    uprights = [n for n, rule in enumerate(rules) if rule.upright]
    levels = [n for n, rule in enumerate(rules) if not rule.upright]
    if len(uprights) * len(levels) > 4_000_000:
        return []  # a drawing, not a table
    for a in uprights:
        for b in levels:
            if _meet(rules[a], rules[b]):
                parent[root(a)] = root(b)
    groups: dict[int, list[Rule]] = {}
    for number, rule in enumerate(rules):
        groups.setdefault(root(number), []).append(rule)
    return list(groups.values())


def _meet(upright: Rule, level: Rule) -> bool:
    across = level.start - _JOIN <= upright.at <= level.end + _JOIN
    return across and upright.start - _JOIN <= level.at <= upright.end + _JOIN


def _edges(values: list[float]) -> tuple[float, ...]:
    edges: list[float] = []
    for value in sorted(values):
        if not edges or value - edges[-1] > _JOIN:
            edges.append(value)
    return tuple(edges)


def cell_texts(table: Table, glyphs: list[Glyph]) -> tuple[tuple[str, ...], ...]:
    """Return the texts of the cells; a merged cell's text stands in every place it covers."""
    height, width = len(table.rows) - 1, len(table.columns) - 1
    home = _merged(table, height, width)
    held: dict[tuple[int, int], list[Glyph]] = {}
    for glyph in glyphs:
        row = _place(tuple(-edge for edge in table.rows), -(glyph.bottom + glyph.top) / 2)
        column = _place(table.columns, (glyph.left + glyph.right) / 2)
        held.setdefault(home[row, column], []).append(glyph)
    texts = {place: "\n".join(line.text for line in lines_of(row)) for place, row in held.items()}
    rows = [tuple(texts.get(home[r, c], "") for c in range(width)) for r in range(height)]
    return tuple(row for row in rows if any(row))


def _place(edges: tuple[float, ...], value: float) -> int:
    for number in range(1, len(edges) - 1):
        if value < edges[number]:
            return number - 1
    return len(edges) - 2


def _merged(table: Table, height: int, width: int) -> dict[tuple[int, int], tuple[int, int]]:
    home: dict[tuple[int, int], tuple[int, int]] = {}
    for row in range(height):
        for column in range(width):
            middle_x = (table.columns[column] + table.columns[column + 1]) / 2
            middle_y = (table.rows[row] + table.rows[row + 1]) / 2
            place = (row, column)
            if column and not _ruled(table, upright=True, at=table.columns[column], along=middle_y):
                place = home[row, column - 1]
            elif row and not _ruled(table, upright=False, at=table.rows[row], along=middle_x):
                place = home[row - 1, column]
            home[row, column] = place
    return home


def _ruled(table: Table, *, upright: bool, at: float, along: float) -> bool:
    return any(
        rule.upright is upright and abs(rule.at - at) <= _JOIN and rule.start - 1 <= along <= rule.end + 1
        for rule in table.rules
    )
