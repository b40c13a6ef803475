"""Spreadsheets people fill in: a sheet with its rules inside, and what came back read cell by cell.

``form_sheet`` makes the file, ``sheet_rows`` reads it (also a ledger with title rows above a
merged header, sums and notes), ``marked`` gives the same file back with every wrong cell marked.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

import xlsxwriter

from kechuang.ui.documents.plain import one_line, printable
from kechuang.ui.documents.sheet_reading import CellError, ReadSheet, SheetRefused, SheetRow, marked, sheet_rows
from kechuang.ui.documents.sheet_values import CHOICES_SHEET, EXAMPLE_MARK, Kind, SheetColumn, column_letters

__all__ = [
    "MEDIA_TYPE",
    "CellError",
    "Kind",
    "ReadSheet",
    "SheetColumn",
    "SheetRefused",
    "SheetRow",
    "form_sheet",
    "marked",
    "sheet_rows",
]

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_CELL = 32_767
ROOM = 500  # empty rows with rules below the given ones
INLINE_CHOICES = 250  # characters Excel takes inside a rule; longer lists stand on a sheet of their own
FORMATS: Mapping[Kind, str] = {
    "text": "@", "choice": "@", "yes_no": "@", "number": "#,##0.00####", "integer": "#,##0",
    "money": "#,##0.00", "percent": "0.00%", "date": "yyyy-mm-dd", "year": "0",
}  # fmt: skip
Cell = str | int | float | Decimal | date | bool | None
Side = Literal["head", "required", "example", "title", "note"]


def form_sheet(
    title: str,
    columns: Sequence[SheetColumn],
    rows: Sequence[Sequence[Cell] | Mapping[str, Cell]] = (),
    note: str = "",
) -> bytes:
    """Return a workbook to be filled in: title, note, locked header, example row, ``rows`` and room for more.

    ``rows`` are values in the order of ``columns``, or by a column's ``key``. Texts are stored as
    texts, so that nothing in them is ever calculated. Equal input gives equal bytes.
    """
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(buffer, options)
    book.set_properties({"title": one_line(title)[:200], "created": FIXED_MOMENT})
    sheet = book.add_worksheet(sheet_name(title))
    side = _side_formats(book)
    top = _head(sheet, side, title, columns, note)
    for place, column in enumerate(columns):
        cells = book.add_format(_cell_format(column))
        sheet.set_column(place, place, column.width or _fitting(column), cells)
        for number, row in enumerate(rows, top):
            value = row.get(column.key or column.label) if isinstance(row, Mapping) else _at(row, place)
            _write(sheet, number, place, value, cells)
        _rule(book, sheet, column, (place, top, top + len(rows) + ROOM - 1))
    sheet.freeze_panes(top - 1 if any(column.example for column in columns) else top, 0)
    sheet.protect("", _ALLOWED)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(top - 2 if any(column.example for column in columns) else top - 1)
    book.close()
    return buffer.getvalue()


FIXED_MOMENT = datetime(2000, 1, 1)  # noqa: DTZ001 - a property without a zone, the same in every file
_ALLOWED = {
    "sort": True, "autofilter": True, "format_cells": True, "format_columns": True, "format_rows": True,
    "insert_rows": True, "delete_rows": True, "select_locked_cells": True, "select_unlocked_cells": True,
}  # fmt: skip


def _side_formats(book: Any) -> dict[Side, Any]:
    ruled = {"border": 1, "border_color": "#BFC3C9", "text_wrap": True, "valign": "vcenter"}
    return {
        "title": book.add_format({"bold": True, "font_size": 16, "align": "center", "valign": "vcenter"}),
        "note": book.add_format({"text_wrap": True, "valign": "top", "font_color": "#5C6066"}),
        "head": book.add_format({**ruled, "bold": True, "align": "center", "bg_color": "#E8EBF0"}),
        "required": book.add_format({**ruled, "bold": True, "align": "center", "bg_color": "#FBE3E1"}),
        "example": book.add_format({**ruled, "italic": True, "font_color": "#7A7F87", "num_format": "@"}),
    }


def _head(sheet: Any, side: Mapping[Side, Any], title: str, columns: Sequence[SheetColumn], note: str) -> int:
    """Write what stands above the rows; return the first row that is filled in, from 0."""
    last = max(len(columns) - 1, 1)
    sheet.merge_range(0, 0, 0, last, one_line(title), side["title"])
    sheet.set_row(0, 30)
    told = [printable(note)] if note else []
    told.append("红底的列必填。请不要改动表头；可以增加行，空行会略过。")
    sheet.merge_range(1, 0, 1, last, "\n".join(told), side["note"])
    sheet.set_row(1, 16 * sum(part.count("\n") + 1 for part in told) + 4)
    for place, column in enumerate(columns):
        sheet.write_string(2, place, column.heading, side["required" if column.required else "head"])
        if column.help:
            sheet.write_comment(2, place, printable(column.help), {"author": "", "x_scale": 1.6})
    sheet.set_row(2, 32)
    if not any(column.example for column in columns):
        return 3
    for place, column in enumerate(columns):
        text = f"{EXAMPLE_MARK}{one_line(column.example)}" if column.example or place == 0 else ""
        sheet.write_string(3, place, text, side["example"])
    return 4


def _cell_format(column: SheetColumn) -> dict[str, Any]:
    form: dict[str, Any] = {"num_format": FORMATS[column.kind], "locked": False, "valign": "vcenter"}
    if column.kind == "text":
        form.update(text_wrap=True, quote_prefix=True)
    return form


def _fitting(column: SheetColumn) -> float:
    widest = max(
        [len(column.heading) * 2, len(column.example) * 2 + 4, *(len(name) * 2 + 2 for name in column.choices)]
    )
    return float(min(max(widest + 2, 12), 48))


def _at(row: Sequence[Cell], place: int) -> Cell:
    return row[place] if place < len(row) else None


def _write(sheet: Any, row: int, place: int, value: Cell, form: Any) -> None:
    if value is None or value == "":
        sheet.write_blank(row, place, None, form)
    elif isinstance(value, bool):
        sheet.write_string(row, place, "是" if value else "否", form)
    elif isinstance(value, int | float | Decimal):
        sheet.write_number(row, place, value, form)
    elif isinstance(value, date):
        sheet.write_datetime(row, place, value, form)
    else:
        sheet.write_string(row, place, printable(value)[:LONGEST_CELL], form)


def _rule(book: Any, sheet: Any, column: SheetColumn, area: tuple[int, int, int]) -> None:
    place, first, last = area
    rule = _validation(book, column, place)
    if rule:
        told = {"error_title": column.label[:31], "error_message": column.demand[:250], "ignore_blank": True}
        sheet.data_validation(first, place, last, place, {**rule, **told})


def _validation(book: Any, column: SheetColumn, place: int) -> dict[str, Any]:
    choices = ["是", "否"] if column.kind == "yes_no" else [one_line(name) for name in column.choices]
    if choices:
        if len(",".join(choices)) <= INLINE_CHOICES and not any("," in name for name in choices):
            return {"validate": "list", "source": choices}
        return {"validate": "list", "source": _listed(book, choices, place)}
    return dict(_BOUNDS.get(column.kind, {}))


_DECIMAL = {"validate": "decimal", "criteria": "between", "minimum": -1e15, "maximum": 1e15}
_BOUNDS: Mapping[Kind, Mapping[str, Any]] = {
    "number": _DECIMAL,
    "money": _DECIMAL,
    "percent": _DECIMAL,
    "integer": {"validate": "integer", "criteria": "between", "minimum": -(10**12), "maximum": 10**12},
    "year": {"validate": "integer", "criteria": "between", "minimum": 1900, "maximum": 2200},
    "date": {"validate": "date", "criteria": "between", "minimum": date(1900, 1, 1), "maximum": date(2200, 12, 31)},
}


def _listed(book: Any, choices: Sequence[str], place: int) -> str:
    """Write a long list of choices to a hidden sheet; return its address."""
    listed = book.get_worksheet_by_name(CHOICES_SHEET)
    if listed is None:
        listed = book.add_worksheet(CHOICES_SHEET)
        listed.hide()
    for row, name in enumerate(choices):
        listed.write_string(row, place, name)
    letter = column_letters(place)
    return f"={CHOICES_SHEET}!${letter}$1:${letter}${len(choices)}"


def sheet_name(title: str) -> str:
    """Return ``title`` as a sheet may be named: 31 characters, none of those Excel forbids."""
    kept = "".join(character for character in one_line(title) if character not in "[]:*?/\\'")
    return kept.strip()[:31] or "表"
