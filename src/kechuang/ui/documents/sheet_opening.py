"""The program that opens one foreign workbook and ends, so that no file can harm who waits for it.

    python sheet_opening.py read  < workbook > cells (JSON)
    python sheet_opening.py mark MARKS < workbook > workbook

A workbook can be a trap: a small file that unpacks to gigabytes, two cells a million rows apart.
Here memory and time are bounded. A refusal is exit code 3 with one word of reason on standard error.
"""

from __future__ import annotations

import io
import json
import sys
import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

REFUSED = 3  # as bounded.REFUSED, which an isolated program cannot import
UNPACKED_BYTES = 200_000_000
MEMBERS = 2_000


def main(arguments: list[str]) -> int:
    """Do what is asked for; ``bounds`` come first as JSON."""
    act, bounds = arguments[0], json.loads(arguments[1])
    _bound(bounds["memory_bytes"], bounds["seconds"])
    content = sys.stdin.buffer.read()
    reason = _not_a_workbook(content)
    if reason:
        sys.stderr.write(reason)
        return REFUSED
    try:
        if act == "mark":
            marks = json.loads(Path(arguments[2]).read_text(encoding="utf-8"))
            sys.stdout.buffer.write(_marked(content, marks))
        else:
            json.dump(_read(content, bounds["rows"], bounds["columns"]), sys.stdout, ensure_ascii=True)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever a foreign file brings a parser to
        sys.stderr.write(f"unreadable {type(error).__name__}")
        return REFUSED
    return 0


def _bound(memory_bytes: int, seconds: int) -> None:
    try:
        import resource  # noqa: PLC0415 - not on Windows, where only the waiting process bounds
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _not_a_workbook(content: bytes) -> str:
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        return "old"  # .xls, or a workbook with a password
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            members = packed.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return "not_a_workbook"
    if len(members) > MEMBERS or sum(member.file_size for member in members) > UNPACKED_BYTES:
        return "bomb"
    names = {member.filename for member in members}
    return "" if "xl/workbook.xml" in names else "not_a_workbook"


def _read(content: bytes, most_rows: int, most_columns: int) -> list[dict[str, Any]]:
    from python_calamine import CalamineWorkbook, SheetVisibleEnum  # noqa: PLC0415 - after the bounds

    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    sheets = []
    for about in book.sheets_metadata:
        if about.visible != SheetVisibleEnum.Visible:
            continue
        sheet = book.get_sheet_by_name(about.name)
        start = sheet.start or (0, 0)
        rows = sheet.to_python(skip_empty_area=True, nrows=most_rows + 1)
        sheets.append({
            "name": about.name,
            "row": start[0],
            "column": start[1],
            "rows": [[_plain(cell) for cell in row[: most_columns + 1]] for row in rows],
            "merged": [list(corner) for corner in sheet.merged_cell_ranges or []],
        })  # fmt: skip
    return sheets


def _plain(cell: Any) -> Any:
    """Return a cell as JSON; a date as ``{"day": …}``, because JSON has none."""
    if isinstance(cell, datetime):
        return {"moment": cell.isoformat()}
    if isinstance(cell, date):
        return {"day": cell.isoformat()}
    if isinstance(cell, time | timedelta):
        return str(cell)
    return cell


def _marked(content: bytes, marks: list[dict[str, str]]) -> bytes:
    from openpyxl import load_workbook  # noqa: PLC0415 - after the bounds
    from openpyxl.comments import Comment  # noqa: PLC0415
    from openpyxl.styles import PatternFill  # noqa: PLC0415

    book = load_workbook(io.BytesIO(content))
    red = PatternFill("solid", start_color="F8C9C4")
    for mark in marks:
        sheet = book[mark["sheet"]]
        cell = sheet[mark["cell"]]
        for area in sheet.merged_cells.ranges:
            if mark["cell"] in area:
                cell = sheet.cell(area.min_row, area.min_col)
        cell.fill = red
        note = Comment(mark["text"], "")
        note.width, note.height = 280, 110
        cell.comment = note
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
