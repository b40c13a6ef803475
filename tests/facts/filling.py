"""Filling in a workbook as a person with a spreadsheet would: cells changed, the rest as it was."""

from __future__ import annotations

import io

import xlsxwriter
from python_calamine import CalamineWorkbook


def filled_in(
    data: bytes | None,
    values: dict[int, object],
    codes: dict[int, str] | None = None,
    marks: list[object] | None = None,
) -> bytes:
    """Return the workbook with ``values`` in the column to be filled, by row (from 1).

    ``codes`` changes the codes of rows, ``marks`` the hidden part.

    ``None`` makes a workbook that this program never gave out.
    """
    memory = io.BytesIO()
    pages = {"Sheet1": [["x"]]}
    if data is not None:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        pages = {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}
        first = next(iter(pages.values()))
        for row, value in values.items():
            first[row - 1][6] = value
        for row, code in (codes or {}).items():
            first[row - 1][0] = code
        if marks:
            pages["标识"] = [marks]
    with xlsxwriter.Workbook(memory, {"in_memory": True}) as book_out:
        for name, rows in pages.items():
            page = book_out.add_worksheet(name)
            for number, row in enumerate(rows):
                for column, value in enumerate(row):
                    page.write(number, column, value)
    return memory.getvalue()
