"""Spreading merged cells: every place a cell covers carries its text."""

from typing import NamedTuple

_MAX_COLUMNS = 200
_MAX_CELLS = 400_000


class Cell(NamedTuple):
    """A cell with the number of rows (down) and columns (across) it covers."""

    text: str
    down: int = 1
    across: int = 1


def spread(rows: list[list[Cell]]) -> tuple[tuple[str, ...], ...]:
    """Return the rectangle of texts; rows without any text are dropped."""
    places: dict[tuple[int, int], str] = {}
    width = 0
    for number, row in enumerate(rows):
        column = 0
        for cell in row:
            while (number, column) in places:
                column += 1
            if column >= _MAX_COLUMNS or len(places) > _MAX_CELLS:
                break
            _fill(places, number, column, cell, len(rows))
            column += min(cell.across, _MAX_COLUMNS)
            width = max(width, column)
    width = min(width, _MAX_COLUMNS)
    table = [tuple(places.get((number, column), "") for column in range(width)) for number in range(len(rows))]
    return tuple(row for row in table if any(cell.strip() for cell in row))


def _fill(places: dict[tuple[int, int], str], number: int, column: int, cell: Cell, height: int) -> None:
    for down in range(min(cell.down, height - number)):
        for across in range(min(cell.across, _MAX_COLUMNS - column)):
            places.setdefault((number + down, column + across), cell.text)
