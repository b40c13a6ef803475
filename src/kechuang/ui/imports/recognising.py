"""Finding the table inside a ledger: heads below titles, merged heads, sums and notes that are no rows.

Officers' ledgers begin with a title and a unit, carry heads of several rows, repeat them on every printed page and end
in sums and signatures. What is left out is told, row by row, with its reason; nothing is dropped in silence.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from kechuang.ui.imports.declaration import Field
from kechuang.ui.imports.reading import Sheet, said

DEEPEST = 3
HEADS_WITHIN = 30
SHORTEST = 3
SUM = re.compile(r"^(本页)?(合|小|总|共|累)\s*计")
NOTE = re.compile(
    r"^(备?注\s*\d*[：:]|附?注\s*\d*[：:]|说明[：:]|填(表|报)|制表|审核|复核|报送|单位负责人|联系(人|电话)|经办人)"
)
BEGINNINGS = frozenset("本合小总共累备附注说填制审复报单联经")
"""With which characters sums and notes begin: most rows are told by one look."""
FAULT_HEADS = ("导入问题",)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row that is no row of the table: its number in the sheet, why, and how it begins."""

    row: int
    why: str
    text: str


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the table stands: first head row (from 0), how many of them, one label a column, guessed field names.

    ``joined`` counts the heads understood only by all their rows together; ``words`` are the heads cell by cell.
    """

    head: int
    depth: int
    labels: tuple[str, ...]
    mapping: Mapping[int, str]
    joined: int = 0
    words: frozenset[str] = frozenset()

    @property
    def score(self) -> tuple[int, int, int, int]:
        """How well the heads are understood: fields, of them by all rows of a merged head; then the first, the fewest.

        Heads are repeated on every page: what stands between the first and a later one must not be lost.
        """
        return len(self.mapping), self.joined, -(self.head + self.depth), -self.depth


def plain(label: Any) -> str:
    """Return a head without spaces, marks and units, so that 名称*、“名 称” and 名称（全称） are one."""
    text = unicodedata.normalize("NFKC", said(label) if label is not None else "")
    return re.sub(r"[\s*:：、/]|\([^)]*\)|〔[^〕]*〕", "", text).lower()


def layout_of(
    sheet: Sheet,
    fields: Sequence[Field],
    remembered: Mapping[str, str],
    *,
    head: int | None = None,
    depth: int | None = None,
) -> Layout:
    """Find the heads: the rows under which most fields are recognised.

    ``head`` (from 0) says where they begin and ``depth`` how many rows they are, where that is known.
    """
    names = _names(fields)
    tops = range(min(len(sheet), HEADS_WITHIN)) if head is None else [min(head, max(len(sheet) - 1, 0))]
    best = Layout(tops[0] if tops else 0, 1, (), {})
    for top in tops:
        for rows in [depth] if depth else range(1, DEEPEST + 1):
            if top + rows > len(sheet):
                break
            found = _layout(sheet, top, rows, names, remembered)
            if found.score > best.score or not best.labels:
                best = found
    if not best.mapping:
        return _layout(sheet, _fullest(sheet) if head is None else best.head, 1, names, remembered)
    return best


def _fullest(sheet: Sheet) -> int:
    """Return the row with most words among the first, where no head is known."""
    counts = [sum(1 for cell in row if cell.strip()) for row in sheet.rows(0, HEADS_WITHIN)]
    return counts.index(max(counts)) if counts else 0


def _names(fields: Sequence[Field]) -> dict[str, str]:
    names: dict[str, str] = {}
    for one in fields:
        for label in (str(one.label), *one.aliases):
            names.setdefault(plain(label), one.name)
    return names


def _layout(sheet: Sheet, top: int, depth: int, names: Mapping[str, str], remembered: Mapping[str, str]) -> Layout:
    heads = _filled(sheet, top, depth)
    joined = 0
    width = max((len(row) for row in heads), default=0)
    labels, mapping, taken = [], {}, set()
    loose: list[tuple[int, str]] = []
    for column in range(width):
        parts = list(dict.fromkeys(said(row[column]) for row in heads if column < len(row) and said(row[column])))
        labels.append("".join(parts))
        exact = next((names[key] for key in _ways(parts) if key in names), "")
        name = remembered.get(plain(labels[-1]), exact)
        if name and name not in taken:
            mapping[column] = name
            taken.add(name)
            joined += len(parts) > 1 and any(plain("".join(some)) in names for some in (parts, parts[-2:]))
        elif parts and plain(labels[-1]) not in remembered:
            loose.append((column, plain(parts[-1])))
    for column, label in loose:
        near = [key for key in names if len(key) >= SHORTEST and (key in label) and names[key] not in taken]
        if near:
            mapping[column] = names[max(near, key=len)]
            taken.add(mapping[column])
    words = frozenset(said(cell) for row in heads for cell in row if said(cell))
    return Layout(top, depth, tuple(labels), mapping, joined, words)


def _ways(parts: Sequence[str]) -> Iterator[str]:
    """Yield the spellings of a head of several rows: all of it, its last two rows, its last."""
    yield plain("".join(parts))
    if len(parts) > 1:
        yield plain("".join(parts[-2:]))
        yield plain(parts[-1])


def _filled(sheet: Sheet, top: int, depth: int) -> list[list[Any]]:
    """Return the head rows with merged cells written out; upper rows are filled to the right where nothing says so."""
    rows = sheet.rows(top, top + depth)
    for first, left, last, right in sheet.merged:
        for row in range(max(first, top), min(last, top + len(rows) - 1) + 1):
            for column in range(left, min(right, sheet.width - 1) + 1):
                rows[row - top][column] = sheet.rows(first, first + 1)[0][left]
    if not sheet.merged:
        for upper, lower in pairwise(rows):
            last_said: Any = ""
            for column, cell in enumerate(upper):
                last_said = cell if said(cell) else last_said
                if not said(cell) and column < len(lower) and said(lower[column]):
                    upper[column] = last_said
    return rows


def data_rows(sheet: Sheet, layout: Layout, examples: Mapping[int, str]) -> tuple[list[int], list[Skipped]]:
    """Return the places (from 0) of the rows of the table, and what was left out with its reason.

    Empty rows are not told. ``examples``: column → the template's example, so that its row is left out.
    """
    from kechuang.ui.imports import frames  # noqa: PLC0415 - loads polars, which only a sheet at hand is worth

    begin = layout.head + layout.depth
    head = {label for label in (*layout.labels, *layout.words) if label}
    filled, odd = frames.filled_rows(sheet.frame, begin, BEGINNINGS, head)
    for column, example in list(examples.items())[:1]:
        odd |= frames.rows_saying(sheet.frame, begin, column, example)
    skipped = [one for place in sorted(odd) if (one := _left_out(sheet, place, head, examples))]
    gone = {one.row - 1 for one in skipped}
    return [place for place in filled if place not in gone] if gone else filled, [
        *_above(sheet, layout, head),
        *skipped,
    ]


def _above(sheet: Sheet, layout: Layout, head: set[str]) -> list[Skipped]:
    """Tell of rows above the heads that look like rows of the table."""
    told = []
    for place, row in enumerate(sheet.rows(0, layout.head)):
        cells = [cell.strip() for cell in row if cell.strip()]
        if len(cells) >= SHORTEST and 2 * sum(cell in head for cell in cells) < len(cells):
            told.append(Skipped(place + 1, _("在表头以上"), " ".join(map(said, cells))[:60]))
    return told


def _left_out(sheet: Sheet, place: int, head: set[str], examples: Mapping[int, str]) -> Skipped | None:
    """Return why a row is no record, nothing for one that is."""
    (row,) = sheet.rows(place, place + 1)
    text = next(cell for cell in row if cell).strip()
    first = re.sub(r"\s", "", text)
    words = ""
    if not any(cell.strip() for cell in row):
        words = _("空行")
    elif SUM.match(first):
        words = _("合计行")
    elif NOTE.match(first):
        words = _("说明或签署")
    elif text in head and sum(1 for cell in row if cell.strip() in head) >= SHORTEST:
        words = _("重复的表头")
    elif examples and all(column < len(row) and said(row[column]) == example for column, example in examples.items()):
        words = _("模板的示例行")
    return Skipped(place + 1, words, " ".join(said(cell) for cell in row if cell)[:60]) if words else None


def filled_down(sheet: Sheet, layout: Layout) -> Sheet:
    """Return the sheet with what a cell merged over several rows says written into each of them."""
    from kechuang.ui.imports import frames  # noqa: PLC0415 - loads polars, which only a sheet at hand is worth

    begin = layout.head + layout.depth
    columns: dict[int, list[str | None]] = {}
    for top, left, bottom, right in sheet.merged:
        if top < begin or bottom == top or left != right or left >= sheet.width:
            continue
        cells = columns.setdefault(left, sheet.frame.to_series(left).to_list())
        last = min(bottom, len(sheet) - 1)
        cells[top : last + 1] = [cells[top]] * (last + 1 - top)
    frame = sheet.frame
    for column, cells in columns.items():
        frame = frames.written_over(frame, column, cells)
    return replace(sheet, frame=frame)
