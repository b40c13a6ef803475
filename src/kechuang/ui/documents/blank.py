"""A form on paper (空白表): every section, field and table of a form as Word, to be filled in by hand.

It is for printing and preparing only; what is handed in is typed into the system.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from kechuang.ui.documents import wordml
from kechuang.ui.documents.official import MEDIA_TYPE
from kechuang.ui.documents.papers import Grid, Line, Part
from kechuang.ui.documents.plain import one_line, printable
from kechuang.ui.documents.standard import ordinal

__all__ = ["MEDIA_TYPE", "form"]

EMPTY_ROWS = 5
ROW_PT, BOX_PT = 26.0, 190.0
NO_DAY = date(2000, 1, 1)  # a blank form has no day of its own; the file's properties need one


def form(title: str, parts: Sequence[Part], *, note: str = "", closing: Sequence[str] = ()) -> bytes:
    """Return the blank form as a Word file.

    The values of ``parts`` are printed where there are any (an item's name, a year); a line that is
    ``wide`` gets a box, a table five empty rows more than it has. ``closing`` are lines for
    signatures and seals. Equal input gives equal bytes.
    """
    made = wordml.OfficialFile(title=one_line(title), author="", on=NO_DAY)
    made.title(printable(title))
    for line in printable(note).split("\n") if note else ():
        made.body(line)
    for place, part in enumerate(parts, 1):
        made.heading(f"{ordinal(1, place)}{one_line(part.title)}", 1)
        if part.note:
            made.body(printable(part.note))
        _fields(made, part.lines)
        for grid in part.grids:
            _grid(made, grid)
    for line in closing:
        made.body(printable(line))
    return made.saved()


def _fields(made: wordml.OfficialFile, lines: Sequence[Line]) -> None:
    short = [(line.label, line.value) for line in lines if not line.wide]
    if short:
        made.table((), short, widths=(3, 7), row_height_pt=ROW_PT)
    for line in lines:
        if line.wide:
            made.table((line.label,), [(line.value,)], row_height_pt=BOX_PT if not line.value else 0)


def _grid(made: wordml.OfficialFile, grid: Grid) -> None:
    rows = [*grid.rows, *([""] * len(grid.head) for _ in range(EMPTY_ROWS))]
    made.table(grid.head, rows, widths=grid.widths, title=grid.title, numeric=grid.numeric, row_height_pt=ROW_PT)
    if grid.note:
        made.body(printable(grid.note))
