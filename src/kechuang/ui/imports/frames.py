"""Whole columns at once: a sheet as polars reads it, each distinct text found once, and columns as COPY takes them.

polars takes half a second to load: the modules of this package import this one only where a sheet is at hand.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import fastexcel
import polars as pl

BROKEN = (fastexcel.FastExcelError, pl.exceptions.PolarsError, OSError, ValueError)
PIECE = 10_000
MIDNIGHT = " 00:00:00"
WORDS = {"true": "是", "false": "否"}
SPECIAL = r"[\\\t\n\r]"
ESCAPES = (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r"))


def sheet_frame(data: bytes, name: str) -> pl.DataFrame:
    """Return every cell of a workbook's sheet as text, from its first row and column on; empty ones are null.

    A day is written 2024-03-15, a moment with its time after it, a number without anything an officer would not type.
    Raises one of ``BROKEN`` for what cannot be read.
    """
    sheet = fastexcel.read_excel(data).load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
    read = sheet.to_polars()
    margin = sheet.selected_columns[0].absolute_index if read.width else 0
    columns = [pl.repeat(None, read.height, dtype=pl.String, eager=True)] * margin + read.get_columns()
    return pl.DataFrame([_as_typed(column).alias(str(place)) for place, column in enumerate(columns)])


def _as_typed(column: pl.Series) -> pl.Series:
    if column.dtype != pl.String:
        column = column.cast(pl.String)
    if column.str.ends_with(MIDNIGHT).any():
        column = column.str.replace(f"^(\\d{{4}}-\\d\\d-\\d\\d){MIDNIGHT}$", "$1")
    return column.replace(WORDS) if column.is_in(list(WORDS)).any() else column


def rows_frame(rows: Sequence[Sequence[str]], width: int) -> pl.DataFrame:
    """Return rows of texts as a frame of ``width`` columns; an empty text is null, a short row is filled up."""
    columns = [[row[place] or None if place < len(row) else None for row in rows] for place in range(width)]
    return pl.DataFrame({str(place): pl.Series(column, dtype=pl.String) for place, column in enumerate(columns)})


def frame_kept(path: Path) -> pl.DataFrame:
    """Read what ``frame_keep`` wrote."""
    return pl.read_ipc(path)


def frame_keep(frame: pl.DataFrame, path: Path) -> None:
    """Write a frame so that it is read again in a moment."""
    fresh = path.with_suffix(".new")
    frame.write_ipc(fresh, compression="lz4")
    fresh.replace(path)


def rows_of(frame: pl.DataFrame, column: int, places: Sequence[int]) -> pl.Series:
    """Return one column's cells in the rows at ``places`` (rising)."""
    cells = frame.to_series(column)
    if places[-1] - places[0] == len(places) - 1:
        return cells.slice(places[0], len(places))
    return cells.gather(list(places))


def written_over(frame: pl.DataFrame, column: int, cells: Sequence[str | None]) -> pl.DataFrame:
    """Return the frame with one column's cells replaced."""
    return frame.with_columns(pl.Series(str(column), cells, dtype=pl.String))


def coded(cells: pl.Series) -> tuple[pl.Series, list[str]]:
    """Return for each cell the place of its text among the distinct ones; an empty cell's lies after them all."""
    distinct = cells.unique().drop_nulls()
    if distinct.is_empty():
        return pl.repeat(0, len(cells), dtype=pl.UInt32, eager=True), []
    codes = cells.cast(pl.Enum(distinct)).to_physical().cast(pl.UInt32)
    return codes.fill_null(len(distinct)), distinct.to_list()


def among(codes: pl.Series, wanted: Iterable[int]) -> list[tuple[int, int]]:
    """Return (row, code) of the rows whose code is one of ``wanted``."""
    rows = codes.is_in(list(wanted)).arg_true()
    return list(zip(rows.to_list(), codes.gather(rows).to_list(), strict=True))


def plainly(texts: Sequence[str], pattern: str, most: int) -> list[bool]:
    """Tell of each text whether it is nothing but ``pattern`` and has at most ``most`` characters."""
    column = pl.Series(texts, dtype=pl.String)
    return (column.str.contains(pattern) & (column.str.len_chars() <= most)).to_list()


def filled_rows(
    frame: pl.DataFrame, begin: int, signs: Iterable[str], words: Iterable[str]
) -> tuple[list[int], set[int]]:
    """Return the rows from ``begin`` on that hold anything, and those of them that may be no records.

    These are the ones whose first filled cell is blank, begins with one of ``signs``, or is one of ``words``.
    """
    body = frame.slice(begin)
    if not body.width:
        return [], set()
    first = body.select(pl.coalesce(pl.all()).str.strip_chars()).to_series()
    filled = first.is_not_null().arg_true() + begin
    odd = (first == "") | first.str.slice(0, 1).is_in(list(signs)) | first.is_in(list(words))
    return filled.to_list(), set((odd.fill_null(value=False).arg_true() + begin).to_list())


def rows_saying(frame: pl.DataFrame, begin: int, column: int, text: str) -> set[int]:
    """Return the rows from ``begin`` on in which ``column`` says ``text``."""
    if column >= frame.width:
        return set()
    return set(((frame.to_series(column).slice(begin).str.strip_chars() == text).arg_true() + begin).to_list())


def copy_texts(columns: Sequence[tuple[Sequence[Any], pl.Series | None]], places: Sequence[int]) -> Iterator[bytes]:
    """Yield the rows at ``places`` as the text that COPY reads, a piece at a time.

    Each column is its distinct values and for every row which of them it has; without that, the values row by row.
    """
    rows = pl.Series(places, dtype=pl.UInt32)
    texts = [
        (_escaped(pl.Series([_copied(value) for value in values], dtype=pl.String)), codes) for values, codes in columns
    ]
    for begin in range(0, len(rows), PIECE):
        some = rows.slice(begin, PIECE)
        frame = pl.DataFrame(
            [
                column.gather(some if codes is None else codes.gather(some)).alias(str(place))
                for place, (column, codes) in enumerate(texts)
            ]
        )
        memory = io.BytesIO()
        frame.write_csv(memory, separator="\t", include_header=False, quote_style="never", null_value="\\N")
        yield memory.getvalue()


def _copied(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value if type(value) is str else str(value)


def _escaped(texts: pl.Series) -> pl.Series:
    """Return texts as COPY wants them; hardly a column needs more than the look."""
    if texts.str.contains(SPECIAL).any():
        for sign, told in ESCAPES:
            texts = texts.str.replace_all(sign, told, literal=True)
    return texts
