"""Taking a spreadsheet in: bounded in every size, read into columns of text.

What the bytes are, and that they are no bomb, the one door for uploads has judged. xlsx, ods and xls are read by
calamine, which gives the values of formulas and never the formulas; csv in UTF-8 or GB 18030 (of which GBK is a part).
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

from kechuang.kernel.errors import Refused
from kechuang.kernel.uploads import CSV, WORKBOOKS, XLS, upload_judged
from kechuang.kernel.uploads_packed import ODS, XLSX

if TYPE_CHECKING:
    import polars as pl

BYTES = 20 * 1024 * 1024
ROWS = 100_200
"""Rows with data are bounded by ``DATA_ROWS``; title, heads and notes stand around them."""
DATA_ROWS = 100_000
COLUMNS = 200
CELL = 4_000
"""Characters of one cell; what is longer is no ledger's cell."""
MERGES_UP_TO = 5_000
"""Rows of a sheet up to which merged cells are looked for: a longer one is no page somebody laid out by hand."""
ACCEPTED = ".xlsx,.xls,.ods,.csv"
KINDS = {XLSX: "xlsx", XLS: "xls", ODS: "ods", CSV: "csv"}
HIDDEN = re.compile(rb'<row [^>]*?r="(\d+)"[^>]*? hidden="(?:1|true)"')
OWN = ("标识", "选项")
"""Hidden pages of our own templates."""


@dataclass(frozen=True)
class Sheet:
    """One page: its name, its cells as text column by column, and merged areas as (top, left, bottom, right) from 0."""

    name: str
    frame: pl.DataFrame
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden: list[int] = field(default_factory=list)
    """Numbers (from 1) of rows that the file does not show; they are read all the same."""

    def __len__(self) -> int:
        return int(self.frame.height)

    @property
    def width(self) -> int:
        """How many columns it has."""
        return int(self.frame.width)

    def rows(self, begin: int, end: int) -> list[list[str]]:
        """Return the rows from ``begin`` to before ``end`` (from 0), an empty text for an empty cell."""
        return [[cell or "" for cell in row] for row in self.frame.slice(begin, max(end - begin, 0)).iter_rows()]


@dataclass(frozen=True, slots=True)
class Book:
    """What a file is (``xlsx``, ``xls``, ``ods``, ``csv``), the names of the sheets a person sees, and of others."""

    kind: str
    names: tuple[str, ...]
    hidden: tuple[str, ...] = ()


def kind_of(upload: UploadedFile[bytes]) -> str:
    """Return what an upload is. ``Refused`` (field ``file``) for what the door does not let in as a ledger."""
    return KINDS[upload_judged(upload, accept=WORKBOOKS, field="file", most_bytes=BYTES)]


def sheet_of_rows(rows: list[list[str]], name: str = "csv") -> Sheet:
    """Return rows of texts as a sheet."""
    from kechuang.ui.imports import frames  # noqa: PLC0415 - loads polars, which only a sheet at hand is worth

    return Sheet(name, frames.rows_frame(rows, max((len(row) for row in rows), default=0)))


def book_of(data: bytes, kind: str) -> Book:
    """Return the names of the sheets that can be chosen from: those a person sees when opening the file."""
    if kind == "csv":
        return Book(kind, ("csv",))
    pages = [one for one in _workbook(data).sheets_metadata if one.name not in OWN]
    seen = tuple(one.name for one in pages if one.visible == SheetVisibleEnum.Visible)
    if not seen:
        raise Refused(_("工作簿里没有工作表。"), field="file")
    return Book(kind, seen, tuple(one.name for one in pages if one.name not in seen))


def mark_of(data: bytes, kind: str) -> str:
    """Return the resource whose template the workbook is, empty for any other ledger."""
    if kind != "xlsx":
        return ""
    book = _workbook(data)
    if "标识" not in book.sheet_names:
        return ""
    rows = book.get_sheet_by_name("标识").to_python()
    return str(rows[0][1]) if rows and rows[0][:1] == ["kechuang_import"] and len(rows[0]) > 1 else ""


def sheet_read(data: bytes, kind: str, name: str) -> Sheet:
    """Read one sheet. Raises ``Refused`` (field ``file``) when it is too long, too wide, encrypted or broken."""
    return _csv(data) if kind == "csv" else _sheet(data, name)


def _workbook(data: bytes) -> CalamineWorkbook:
    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(data))
    except PasswordError as fault:
        raise Refused(_("工作簿加了密码，请去掉密码后再上传。"), field="file") from fault
    except (CalamineError, OSError, ValueError) as fault:
        raise Refused(_("这个文件打不开，可能已损坏；请用表格软件另存一次再上传。"), field="file") from fault


def _sheet(data: bytes, name: str) -> Sheet:
    from kechuang.ui.imports import frames  # noqa: PLC0415 - loads polars, which only a sheet at hand is worth

    try:
        frame = frames.sheet_frame(data, name)
        if frame.height > MERGES_UP_TO:
            areas, hidden = [], []
        else:
            areas, hidden = _workbook(data).get_sheet_by_name(name).merged_cell_ranges or [], _hidden_rows(data, name)
    except (*frames.BROKEN, CalamineError) as fault:
        raise Refused(_("工作表“%(name)s”读不出来。") % {"name": name}, field="file") from fault
    _bounded(frame.height, frame.width)
    return Sheet(name, frame, [(top, left, bottom, right) for (top, left), (bottom, right) in areas], hidden)


def _hidden_rows(data: bytes, name: str) -> list[int]:
    """Return the numbers of the rows of an xlsx that are filtered away or folded up; calamine does not tell."""
    with suppress(KeyError, zipfile.BadZipFile), zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheets = archive.read("xl/workbook.xml").decode("utf-8", "replace")
        targets = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
        wanted = re.escape(escape(name, {'"': "&quot;"}))
        key = re.search(rf'<sheet [^>]*name="{wanted}"[^>]*:id="(\w+)"', sheets)
        part = key and re.search(rf'<Relationship (?=[^>]*Id="{key[1]}")[^>]*Target="/?(?:xl/)?([^"]+)"', targets)
        if part:
            return [int(row) for row in HIDDEN.findall(archive.read(f"xl/{part[1]}"))]
    return []


def _bounded(rows: int, columns: int) -> None:
    if rows > ROWS or columns > COLUMNS:
        raise Refused(
            _("表格有 %(rows)d 行 %(columns)d 列，一次最多 100000 行、200 列；请分成几个文件。")
            % {"rows": rows, "columns": columns},
            field="file",
        )


def cells_as_they_came(data: bytes, kind: str, name: str) -> Iterator[list[Any]]:
    """Yield every row of a sheet with its numbers and days as such, for the file that is given back."""
    if kind == "csv":
        yield from _csv_rows(data)
        return
    found = _workbook(data).get_sheet_by_name(name)
    indent = [""] * found.start[1] if found.start else []
    for row in found.iter_rows():
        yield indent + row


def _csv(data: bytes) -> Sheet:
    rows = _csv_rows(data)
    _bounded(len(rows), max((len(row) for row in rows), default=0))
    return sheet_of_rows(rows)


def _csv_rows(data: bytes) -> list[list[str]]:
    for coding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(coding)
        except UnicodeDecodeError:
            continue
        break
    else:
        raise Refused(_("csv 文件的编码认不出来；请另存为 UTF-8 或 GBK 编码。"), field="file")
    head = text.split("\n", 1)[0]
    mark = max((",", "\t", ";", "，"), key=head.count)
    try:
        return list(_lines(text, mark))
    except csv.Error as fault:
        raise Refused(_("csv 文件读不出来：引号或换行有误。"), field="file") from fault


def _lines(text: str, mark: str) -> Iterator[list[str]]:
    for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=mark)):
        yield row
        if number > ROWS:  # one too many is enough to refuse the file
            break


def said(value: Any) -> str:
    """Return a cell as a person would have typed it, without the apostrophe that keeps a formula text."""
    if isinstance(value, str):
        text = value.strip()
        return text[1:] if text[:1] == "'" else text
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return f"{value:.15g}" if abs(value) < 1e15 else f"{value:.0f}"  # noqa: PLR2004 - digits of a float
    if isinstance(value, datetime):
        return value.date().isoformat() if (value.hour, value.minute, value.second) == (0, 0, 0) else str(value)
    return value.isoformat() if isinstance(value, date) else str(value)
