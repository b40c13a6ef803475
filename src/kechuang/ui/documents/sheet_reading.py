"""What came back in a workbook: rows as values, and every wrong cell with its address and a sentence.

The header is found by its words, also below title rows, across two rows and under merged cells;
empty rows and the example row are skipped, rows of sums and notes are told. The file itself is
opened by a process of its own (``sheet_opening``).
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from kechuang.kernel.errors import Refused
from kechuang.ui.documents import bounded
from kechuang.ui.documents.plain import one_line
from kechuang.ui.documents.sheet_values import (
    EXAMPLE_MARK,
    SheetColumn,
    Value,
    WrongCell,
    cell_value,
    column_letters,
    folded,
)

PROGRAM = Path(__file__).parent / "sheet_opening.py"
LARGEST_FILE = 20_000_000  # bytes
MOST_ROWS, MOST_COLUMNS = 20_000, 200
SECONDS, MEMORY_BYTES = 30, 1_500_000_000
HEADER_WITHIN = 30  # rows from the top
MOST_ERRORS = 1_000
SUMS = ("合计", "小计", "总计", "共计")
NOTES = ("注：", "备注：", "说明：", "填表说明", "填报说明", "填表人", "填报人", "单位负责人", "制表人", "审核人")
REASONS = {
    "old": "这是旧版（.xls）或带密码的工作簿。请在 Excel 或 WPS 中去掉密码，另存为 .xlsx 后再上传。",
    "not_a_workbook": "这不是 Excel 工作簿（.xlsx）。请下载模板填写后再上传。",
    "bomb": "文件展开后过大，已停止读取。请删去多余的工作表和格式后再上传。",
}


class SheetRefused(Refused):
    """The file cannot be read as a sheet; the sentence says why and what to do."""


@dataclass(frozen=True)
class CellError:
    """A wrong cell: its address (``B7``), the column's label, a sentence, and the sheet it is on."""

    cell: str
    label: str
    sentence: str
    sheet: str = ""


@dataclass(frozen=True)
class SheetRow:
    """One row: its number in the file, and values by column name; a wrong cell is ``None``."""

    number: int
    values: Mapping[str, Value]


@dataclass(frozen=True)
class ReadSheet:
    """What was found. ``told`` are sentences about rows that were left out; ``headings`` say which
    heading of the file became which column."""

    sheet: str
    header_row: int
    rows: Sequence[SheetRow]
    errors: Sequence[CellError]
    told: Sequence[str] = ()
    headings: Mapping[str, str] | None = None

    @property
    def is_clean(self) -> bool:
        """Say whether every cell could be read."""
        return not self.errors


def sheet_rows(content: bytes, columns: Sequence[SheetColumn], *, most_rows: int = MOST_ROWS) -> ReadSheet:
    """Read the sheet of ``content`` whose header fits ``columns`` best.

    Raises ``SheetRefused`` when the file is no workbook, is larger than 20 MB or ``most_rows``
    rows or 200 columns, or none of its sheets has the header.
    """
    pages = _opened(content, most_rows)
    found = max(((_header(page, columns), page) for page in pages), key=lambda pair: pair[0].score, default=None)
    if found is None or not found[0].places:
        wanted = "、".join(column.label for column in columns[:8])
        raise SheetRefused(f"没有找到表头。请使用下载的模板，表头应有：{wanted}。")
    header, page = found
    if len(page["rows"]) > most_rows:
        raise SheetRefused(f"“{page['name']}”超过 {most_rows} 行。请分成几个文件上传。")
    errors = [
        CellError(
            f"A{header.last + page['row'] + 1}", column.label, f"没有找到“{column.heading}”这一列。", page["name"]
        )
        for column in columns
        if column.required and column.name not in header.places
    ]
    rows, told = [], []
    for place, cells in enumerate(page["rows"][header.last + 1 :], header.last + 1):
        number = place + page["row"] + 1
        if sentence := _left_out(cells, number):
            told.append(sentence)
        elif any(not _empty(cell) for cell in cells) and not _is_example(cells):
            row, wrong = _row(
                page, number, cells, [(c, header.places[c.name]) for c in columns if c.name in header.places]
            )
            rows.append(row)
            errors += wrong
    return ReadSheet(page["name"], header.last + page["row"] + 1, rows, errors[:MOST_ERRORS], told, header.words)


def marked(content: bytes, errors: Sequence[CellError]) -> bytes:
    """Return ``content`` with every cell of ``errors`` on red ground and its sentences as a comment.

    Drawings in the file are lost, cells, formats, rules and merged cells stay. Raises ``SheetRefused``.
    """
    texts: dict[tuple[str, str], list[str]] = {}
    for error in errors:
        texts.setdefault((error.sheet, error.cell), []).append(error.sentence)
    marks = [{"sheet": sheet, "cell": cell, "text": "\n".join(told)} for (sheet, cell), told in texts.items()]
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        json.dump(marks, file)
        file.flush()
        return _run(content, "mark", MOST_ROWS, file.name)


@dataclass(frozen=True)
class _Header:
    last: int  # index of its last row
    places: Mapping[str, int]
    words: Mapping[str, str]

    @property
    def score(self) -> int:
        return len(self.places)


def _header(page: Mapping[str, Any], columns: Sequence[SheetColumn]) -> _Header:
    """Return the rows whose words fit most columns; of equal ones the upper, a single before a double."""
    rows = _spread(page)
    best = _Header(-1, {}, {})
    for place in range(min(len(rows), HEADER_WITHIN)):
        for depth in (1, 2):
            if place + depth > len(rows):
                continue
            found = _fitted(rows[place : place + depth], columns, place + depth - 1)
            if found.score > best.score:
                best = found
    return best


def _fitted(rows: Sequence[Sequence[Any]], columns: Sequence[SheetColumn], last: int) -> _Header:
    names: dict[str, SheetColumn] = {}
    for column in columns:
        for word in (column.heading, column.label, *column.aliases):
            names.setdefault(folded(word), column)
    places: dict[str, int] = {}
    words: dict[str, str] = {}
    for place in range(max(len(row) for row in rows)):
        stack = [str(row[place]) for row in rows if place < len(row) and not _empty(row[place])]
        for word in (*(["".join(stack)] if len(set(stack)) > 1 else []), *reversed(stack)):
            found = names.get(folded(word)) or names.get(_without_unit(word))
            if found and found.name not in places:
                places[found.name], words[found.name] = place, one_line(word)
                break
    return _Header(last, places, words)


def _without_unit(word: str) -> str:
    plain = folded(word)
    return plain[: plain.rindex("(")] if plain.endswith(")") and "(" in plain else plain


def _spread(page: Mapping[str, Any]) -> list[list[Any]]:
    """Return the first rows with the value of a merged area in each of its cells."""
    rows = [list(row) for row in page["rows"][: HEADER_WITHIN + 1]]
    for (top, left), (bottom, right) in page["merged"]:
        top, bottom = top - page["row"], bottom - page["row"]  # noqa: PLW2901 - to the page's own count
        left, right = left - page["column"], right - page["column"]  # noqa: PLW2901
        if not (0 <= top < len(rows) and 0 <= left < len(rows[top])):
            continue
        for row in rows[top : bottom + 1]:
            row[left : right + 1] = [rows[top][left]] * (min(right + 1, len(row)) - left)
    return rows


def _row(
    page: Mapping[str, Any], number: int, cells: Sequence[Any], placed: Sequence[tuple[SheetColumn, int]]
) -> tuple[SheetRow, list[CellError]]:
    values: dict[str, Value] = {}
    errors = []
    for column, place in placed:
        values[column.name] = None
        try:
            values[column.name] = cell_value(column, cells[place] if place < len(cells) else None)
        except WrongCell as wrong:
            address = f"{column_letters(place + page['column'])}{number}"
            errors.append(CellError(address, column.label, str(wrong), page["name"]))
    return SheetRow(number, values), errors


def _left_out(cells: Sequence[Any], number: int) -> str:
    """Return the sentence for a row of sums or notes, nothing for a row of data."""
    filled = [str(cell).strip() for cell in cells if not _empty(cell)]
    if not filled:
        return ""
    first = "".join(filled[0].split())
    if first.startswith(SUMS):
        return f"第 {number} 行是“{first[:10]}”，未作为数据读取。"
    if len(filled) <= 2 and first.startswith(NOTES):  # noqa: PLR2004 - a note and its signature
        return f"第 {number} 行是说明，未作为数据读取。"
    return ""


def _is_example(cells: Sequence[Any]) -> bool:
    first = next((str(cell) for cell in cells if not _empty(cell)), "")
    return first.startswith(EXAMPLE_MARK)


def _empty(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _opened(content: bytes, most_rows: int) -> list[dict[str, Any]]:
    pages: list[dict[str, Any]] = json.loads(_run(content, "read", most_rows))
    for page in pages:
        page["rows"] = [[_dated(cell) for cell in row] for row in page["rows"]]
        if any(len(row) > MOST_COLUMNS for row in page["rows"][:1]):
            raise SheetRefused(f"“{page['name']}”超过 {MOST_COLUMNS} 列。请删去多余的列后再上传。")
    return pages


def _dated(cell: Any) -> Any:
    if isinstance(cell, dict):
        return datetime.fromisoformat(cell["moment"]) if "moment" in cell else date.fromisoformat(cell["day"])
    return cell


def _run(content: bytes, act: str, most_rows: int, *more: str) -> bytes:
    if len(content) > LARGEST_FILE:
        raise SheetRefused(f"文件超过 {LARGEST_FILE // 1_000_000} MB。请删去图片和多余的工作表，或分成几个文件上传。")
    bounds = {
        "memory_bytes": MEMORY_BYTES,
        "seconds": SECONDS,
        "rows": most_rows + HEADER_WITHIN,
        "columns": MOST_COLUMNS,
    }
    try:
        done = bounded.run(PROGRAM, act, json.dumps(bounds), *more, content=content, seconds=SECONDS)
    except subprocess.TimeoutExpired:
        raise SheetRefused(REASONS["bomb"]) from None
    if done.returncode == bounded.REFUSED:
        word = done.stderr.decode("utf-8", "replace")
        raise SheetRefused(REASONS.get(word, "文件已损坏，无法读取。请在 Excel 或 WPS 中打开并另存后再上传。"))
    if done.returncode:
        raise SheetRefused(REASONS["bomb"])
    return done.stdout
