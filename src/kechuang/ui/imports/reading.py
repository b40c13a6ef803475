"""Taking a spreadsheet in: judged by its content, bounded in every size, read into plain rows.

xlsx, ods and xls are read by calamine, which gives the values of formulas and never the formulas; csv in UTF-8 or
GB 18030 (of which GBK is a part). What a small file would unpack to is counted before anything reads it.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from kechuang.kernel.errors import Refused

BYTES = 20 * 1024 * 1024
UNPACKED = 400 * 1024 * 1024
RATIO = 120
"""How many times its size a file may unpack to; a full ledger of 100,000 rows reaches about 12."""
SMALL = 8 * 1024 * 1024
"""A part up to this size may be as repetitive as it likes."""
PARTS = 2_000
ROWS = 100_200
"""Rows with data are bounded by ``DATA_ROWS``; title, heads and notes stand around them."""
DATA_ROWS = 100_000
COLUMNS = 200
CELL = 4_000
"""Characters of one cell; what is longer is no ledger's cell."""
MERGES_UP_TO = 5_000
CHUNK = 1024 * 1024
WIDE = re.compile(rb' r="(?:[H-Z][A-Z]|G[S-Z]|[A-Z]{3})[0-9]')
FAR = re.compile(rb'<row [^>]{0,80}?r="(?:[2-9][0-9]{5}|1[1-9][0-9]{4}|10[1-9][0-9]{3}|[0-9]{7,})"')
ACCEPTED = ".xlsx,.xls,.ods,.csv"


@dataclass
class Sheet:
    """One page: its name, its rows (lists of equal length), and merged areas as (top, left, bottom, right) from 0."""

    name: str
    rows: list[list[Any]]
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Book:
    """What a file is (``xlsx``, ``xls``, ``ods``, ``csv``) and its sheets' names in order."""

    kind: str
    names: tuple[str, ...]


def kind_of(data: bytes) -> str:
    """Return what the bytes are, whatever the name says. ``Refused`` (field ``file``) for what is not taken in."""
    if not data:
        raise Refused(_("文件是空的，请重新选择。"), field="file")
    if len(data) > BYTES:
        raise Refused(_("文件超过 20 MB，请分成几个文件导入。"), field="file")
    if data.startswith(b"PK"):
        return _packed_kind(data)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        return "xls"
    if b"\0" in data[:CHUNK] or data.startswith((b"%PDF", b"\x89PNG", b"<", b"{\\rtf")):
        raise Refused(_("只接收 xlsx、xls、ods 和 csv 表格；这个文件的内容不是其中之一。"), field="file")
    return "csv"


def _packed_kind(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _bounded(archive)
            names = set(archive.namelist())
    except (zipfile.BadZipFile, zipfile.LargeZipFile, OSError, ValueError, EOFError, NotImplementedError) as fault:
        raise Refused(_("这个文件打不开，可能已损坏；请用表格软件另存一次再上传。"), field="file") from fault
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise Refused(_("文件里有宏，不予接收；请另存为不含宏的 xlsx 后再上传。"), field="file")
    if "xl/workbook.xml" in names or "xl/workbook.bin" in names:
        return "xlsx"
    if "content.xml" in names:
        return "ods"
    raise Refused(_("只接收 xlsx、xls、ods 和 csv 表格；这个文件的内容不是其中之一。"), field="file")


def _bounded(archive: zipfile.ZipFile) -> None:
    """Refuse a bomb: by what it says of itself, then by what it really unpacks to, a piece at a time."""
    parts = archive.infolist()
    told = sum(part.file_size for part in parts)
    if len(parts) > PARTS or told > UNPACKED or any(_too_dense(part.file_size, part.compress_size) for part in parts):
        raise _bomb()
    real = 0
    for part in parts:
        seen = 0
        is_sheet = part.filename.startswith("xl/worksheets/")
        tail = b""
        with archive.open(part) as opened:
            while piece := opened.read(CHUNK):
                seen += len(piece)
                real += len(piece)
                if real > UNPACKED or _too_dense(seen, part.compress_size):
                    raise _bomb()
                if is_sheet:
                    _refuse_wide(tail + piece)
                    tail = piece[-120:]


def _refuse_wide(text: bytes) -> None:
    """Refuse cells far away from the ledger: reading would lay out every cell between."""
    if WIDE.search(text):
        raise Refused(_("表格超过 200 列；请删去右侧的空列或无关内容后再上传。"), field="file")
    if FAR.search(text):
        raise Refused(_("表格超过 100000 行；请删去下方的空行，或分成几个文件导入。"), field="file")


def _too_dense(unpacked: int, packed: int) -> bool:
    return unpacked > SMALL and unpacked > RATIO * max(packed, 1)


def _bomb() -> Refused:
    return Refused(_("文件解开后过大，不予接收；请只保留需要导入的工作表后再上传。"), field="file")


def book_of(data: bytes, kind: str) -> Book:
    """Return the names of the sheets that can be chosen from; hidden marks of our own templates are left out."""
    if kind == "csv":
        return Book(kind, ("csv",))
    names = tuple(name for name in _workbook(data).sheet_names if name not in ("标识", "选项"))
    if not names:
        raise Refused(_("工作簿里没有工作表。"), field="file")
    return Book(kind, names)


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
    book = _workbook(data)
    try:
        found = book.get_sheet_by_name(name)
        if found.total_height > ROWS or found.total_width > COLUMNS:
            raise Refused(
                _("表格有 %(rows)d 行 %(columns)d 列，一次最多 100000 行、200 列；请分成几个文件。")
                % {"rows": found.total_height, "columns": found.total_width},
                field="file",
            )
        merged = found.merged_cell_ranges if found.total_height <= MERGES_UP_TO else None
        rows = list(_rows(found))
    except (CalamineError, OSError, ValueError) as fault:
        raise Refused(_("工作表“%(name)s”读不出来。") % {"name": name}, field="file") from fault
    areas = [(top, left, bottom, right) for (top, left), (bottom, right) in merged or ()]
    return Sheet(name, rows, areas)


def _rows(found: CalamineSheet) -> Iterator[list[Any]]:
    """Yield every row from the first line on; a text that stands in many cells is kept once."""
    kept: dict[str, str] = {}
    indent = [""] * found.start[1] if found.start else []
    for row in found.iter_rows():
        yield indent + [kept.setdefault(cell, cell) if type(cell) is str else cell for cell in row]


def _csv(data: bytes) -> Sheet:
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
        rows: list[list[Any]] = list(_lines(text, mark))
    except csv.Error as fault:
        raise Refused(_("csv 文件读不出来：引号或换行有误。"), field="file") from fault
    width = max((len(row) for row in rows), default=0)
    if len(rows) > ROWS or width > COLUMNS:
        raise Refused(_("表格一次最多 100000 行、200 列；请分成几个文件。"), field="file")
    return Sheet("csv", [row + [""] * (width - len(row)) for row in rows])


def _lines(text: str, mark: str) -> Iterator[list[Any]]:
    for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=mark)):
        if number > ROWS:
            break
        yield row
    yield from ()


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
