"""Repeated tables: rows typed in the page, pasted from a spreadsheet, read from a workbook, and given back as one.

A row is a mapping of column code → JSON value; an empty row is dropped. A cell that cannot be
read is a sentence with its row and column, and nothing of the table is changed.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from kechuang.calls.form.reading import answer_read, answer_shown
from kechuang.catalogue.items import TableColumn, TableField
from kechuang.kernel.errors import Refused
from kechuang.ui.documents.plain import printable
from kechuang.ui.documents.sheets import Kind as SheetKind
from kechuang.ui.documents.sheets import SheetColumn, SheetRefused, form_sheet, marked, sheet_rows

Row = dict[str, Any]
KINDS: Mapping[str, SheetKind] = {
    "integer": "integer", "number": "number", "money": "number", "percent": "number",
    "date": "date", "year": "year", "boolean": "yes_no", "choice": "choice",
}  # fmt: skip
MOST_ROWS = 2_000
_UNIT = re.compile(r"[（(].*[)）]$")


@dataclass(frozen=True, slots=True)
class CellProblem:
    """A cell that cannot be read: ``row`` from 1, the column's code, its place as people say it, and why."""

    row: int
    column: str
    place: str
    sentence: str


@dataclass(frozen=True, slots=True)
class TableRead:
    """Rows as they were read; ``typed`` keeps every cell as text so that nothing is lost where it is wrong."""

    rows: list[Row]
    problems: tuple[CellProblem, ...]
    typed: list[dict[str, str]]
    told: tuple[str, ...] = ()
    workbook: bytes | None = None
    """The file given back with its wrong cells marked, when it had some."""


def rows_read(field: TableField, typed: Iterable[Mapping[str, Any]]) -> TableRead:
    """Read rows of typed cells (column code → text)."""
    rows: list[Row] = []
    problems: list[CellProblem] = []
    kept: list[dict[str, str]] = []
    for cells in typed:
        texts = {column.code: _written(cells.get(column.code)) for column in field.columns}
        if not any(text.strip() for text in texts.values()):
            continue
        kept.append(texts)
        rows.append(_row(field, cells, len(kept), problems))
    problems += too_many(field, len(rows))
    return TableRead(rows, tuple(problems), kept)


def too_many(field: TableField, count: int) -> list[CellProblem]:
    """Return the complaint about more rows than the table takes, nothing where they fit."""
    if count <= field.max_rows:
        return []
    said = _("“%(label)s”最多 %(most)s 行，现有 %(now)s 行。")
    sentence = said % {"label": field.label, "most": field.max_rows, "now": count}
    return [CellProblem(field.max_rows + 1, "", field.label, sentence)]


def _row(field: TableField, cells: Mapping[str, Any], number: int, problems: list[CellProblem]) -> Row:
    row: Row = {}
    for column in field.columns:
        try:
            value = answer_read(column, cells.get(column.code))
        except Refused as refusal:
            place = _("第 %(row)s 行“%(column)s”") % {"row": number, "column": column.label}
            problems.append(CellProblem(number, column.code, place, str(refusal)))
            continue
        if value is not None:
            row[column.code] = value
    return row


def _written(cell: Any) -> str:
    if isinstance(cell, list | tuple):
        return "、".join(_written(each) for each in cell)
    if isinstance(cell, bool):
        return "是" if cell else "否"
    return "" if cell is None else printable(cell)


def typed_rows(field: TableField, posted: Mapping[str, Any], *, prefix: str = "") -> list[dict[str, Any]]:
    """Return the rows of a posted form: inputs are called ``<table>.<row>.<column>``, rows counted from 0."""
    name = re.compile(rf"{re.escape(prefix + field.code)}\.(\d{{1,6}})\.([a-z][a-z0-9_]*)")
    found: dict[int, dict[str, Any]] = {}
    for key in posted:
        match = name.fullmatch(key)
        if match:
            several = getattr(posted, "getlist", lambda one: [posted[one]])(key)
            found.setdefault(int(match[1]), {})[match[2]] = several if len(several) > 1 else posted[key]
    return [found[number] for number in sorted(found)[:MOST_ROWS]]


def pasted_rows(field: TableField, text: str) -> list[dict[str, str]]:
    """Return the rows of a text copied from a spreadsheet: cells parted by tabs, in the order of the columns.

    Where the first line holds the columns' headings, cells go by them and the line is no row.
    """
    lines = list(_lines(printable(text)))
    order = _headings(field, lines[0]) if lines else None
    codes = order if order is not None else [column.code for column in field.columns]
    body = lines[1:] if order is not None else lines
    rows = [{code: cell for code, cell in zip(codes, cells, strict=False) if code} for cells in body]
    return rows[:MOST_ROWS]


def _lines(text: str) -> Iterator[list[str]]:
    """Part a text into cells; a quoted cell may hold lines, and what is not well quoted is taken as it stands."""
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter="\t", strict=True))
    except csv.Error:
        rows = [line.split("\t") for line in text.split("\n")]
    return (row for row in rows if any(cell.strip() for cell in row))


def _headings(field: TableField, cells: Sequence[str]) -> list[str] | None:
    """Return the column code of each heading, or ``None`` when the line is not one of headings."""
    named = {_heading(column.label): column.code for column in field.columns}
    found = [named.get(_heading(cell), "") for cell in cells]
    return found if len([code for code in found if code]) > len(cells) / 2 else None


def _heading(text: str) -> str:
    return _UNIT.sub("", re.sub(r"[\s*]", "", text))


def sheet_columns(field: TableField) -> list[SheetColumn]:
    """Return the columns of a table as a workbook has them."""
    return [
        SheetColumn(
            label=column.label,
            kind=KINDS.get(column.type, "text"),
            choices=column.choices if column.type == "choice" else (),
            unit=column.unit or ("%" if column.type == "percent" else ""),
            required=column.required,
            example=_example(column),
            key=column.code,
            max_length=max(column.max_chars, 2_000),
        )
        for column in field.columns
    ]


def _example(column: TableColumn) -> str:
    if column.type in ("choice", "choices"):
        return column.choices[0]
    return column.example or ("是" if column.type == "boolean" else "")


def workbook(field: TableField, rows: Sequence[Row] = (), *, title: str = "") -> bytes:
    """Return the table as xlsx: its header, an example, the rows that are there, and room for more."""
    written = [[_cell(column, row.get(column.code)) for column in field.columns] for row in rows]
    return form_sheet(title or field.label, sheet_columns(field), written, note=field.help)


def _cell(column: TableColumn, value: Any) -> str | Decimal | int | date | bool | None:
    if value is None:
        return None
    if column.type in ("integer", "number", "money", "percent"):
        return Decimal(str(value))
    if column.type == "year":
        return int(value)
    if column.type == "date":
        return date.fromisoformat(value)
    if column.type == "boolean":
        return bool(value)
    return answer_shown(value)


def workbook_read(field: TableField, content: bytes) -> TableRead:
    """Read a workbook; every wrong cell is told with its address, and the file comes back with them marked.

    Raises ``Refused`` when the file is no workbook or has no header of this table.
    """
    loose = [SheetColumn(**{**vars(column), "required": False}) for column in sheet_columns(field)]
    try:
        sheet = sheet_rows(content, loose, most_rows=MOST_ROWS)
    except SheetRefused as refusal:
        raise Refused(str(refusal), field=field.code) from None
    read = rows_read(field, [row.values for row in sheet.rows])
    problems = (
        *(CellProblem(0, "", f"{error.cell}", error.sentence) for error in sheet.errors),
        *read.problems,
    )
    back = marked(content, sheet.errors) if sheet.errors else None
    return TableRead(read.rows, problems, read.typed, tuple(sheet.told), back)


def row_shown(field: TableField, row: Row) -> dict[str, str]:
    """Return a row as its inputs hold it."""
    return {column.code: answer_shown(row.get(column.code)) for column in field.columns}
