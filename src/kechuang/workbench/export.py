"""Taking a tab of the desk away: the chosen columns of its rows, as CSV or as an Excel workbook."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import rustpy_xlsxwriter
from django.http import HttpResponse

from kechuang.kernel import inbox
from kechuang.kernel.inbox import Asked
from kechuang.kernel.web import Request
from kechuang.ui.exports import harmless
from kechuang.workbench.rows import Column, sheet_of

MOST_ROWS = 5_000
PART = 500
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def desk_export(request: Request, tab: str, asked: Asked, order: str, columns: list[Column]) -> HttpResponse:
    """Answer the rows of ``tab``, at most ``MOST_ROWS``, in the order of the page."""
    kind = request.GET["format"]
    rows = list(_rows(request, tab, asked, order, columns))
    body = _csv(rows) if kind == "csv" else _workbook(rows)
    answer = HttpResponse(body, content_type="text/csv; charset=utf-8" if kind == "csv" else WORKBOOK)
    name = f"{inbox_word(tab)}_{request.actor.today.isoformat()}.{kind}"
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return answer


def inbox_word(tab: str) -> str:
    """Return the Chinese word of a tab, for the file's name."""
    return {"todo": "待办", "done": "已办", "started": "我发起", "copied": "抄送", "supervised": "督办"}[tab]


def _rows(request: Request, tab: str, asked: Asked, order: str, columns: list[Column]) -> Iterator[list[Any]]:
    yield [str(column.label) for column in columns]
    cursor, left = "", MOST_ROWS
    while left > 0:
        page = inbox.page(tab, request.actor, asked, order=order, cursor=cursor, size=min(PART, left))
        sheet = sheet_of(tab, page.items, request.actor.today)
        for item in page.items:
            yield [_plain(column.said(sheet, item)) for column in columns]
        cursor, left = page.after, left - PART
        if not cursor:
            return


def _plain(value: Any) -> Any:
    return value if isinstance(value, int) else harmless(str(value))


def _csv(rows: list[list[Any]]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerows(rows)
    return "\ufeff" + buffer.getvalue()  # without it Excel and WPS read the Chinese as another encoding


def _workbook(rows: list[list[Any]]) -> bytes:
    header, *table = rows
    records = [dict(zip(header, row, strict=True)) for row in table]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "desk.xlsx"
        rustpy_xlsxwriter.write_worksheet(records or [dict.fromkeys(header, "")], str(path), "办件")
        return path.read_bytes()
