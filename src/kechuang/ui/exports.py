"""Taking a list away: every row and every exported column, as CSV or as an Excel workbook.

A cell that a spreadsheet would run as a formula is written as text with a leading
apostrophe, in both formats.
"""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import rustpy_xlsxwriter
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse

from kechuang.ui.resource import Column, Resource

EXPORTS = ("xlsx", "csv")
RISKY = ("=", "+", "-", "@", "\t", "\r")
QUOTE = "'"
CHUNK = 2_000


def exported_columns(resource: Resource) -> tuple[Column, ...]:
    """Return the columns an export carries: the declared ones, else those of the page."""
    return resource.exported or resource.columns


def export_rows(resource: Resource, rows: QuerySet[Any]) -> Iterator[list[Any]]:
    """Yield the header and then every row in the list's order, values as they are read."""
    columns = exported_columns(resource)
    yield [str(resource.column_label(column)) for column in columns]
    paths = [column.path for column in columns]
    for row in rows.order_by(*resource.order).values_list(*paths).iterator(chunk_size=CHUNK):
        yield [_shown(column, value) for column, value in zip(columns, row, strict=True)]


def harmless(value: Any) -> Any:
    """Return ``value`` so that no spreadsheet runs it: text that begins like a formula is quoted.

    A text that begins with the quote itself is quoted as well, so that an import finds what stood there.
    """
    if isinstance(value, str) and value.startswith((*RISKY, QUOTE)):
        return f"{QUOTE}{value}"
    return value


def export_response(resource: Resource, rows: QuerySet[Any], kind: str, *, day: date | None) -> HttpResponseBase:
    """Return the download; its name says what it holds and as of which day."""
    name = f"{resource.title}{f'_{day.isoformat()}' if day else ''}.{kind}"
    if kind == "csv":
        answer: HttpResponseBase = StreamingHttpResponse(
            _csv_lines(resource, rows), content_type="text/csv; charset=utf-8"
        )
    else:
        answer = HttpResponse(
            _workbook(resource, rows),
            content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        )
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return answer


def _shown(column: Column, value: Any) -> Any:
    text = column.shown(value) if column.shown else value
    if text is None or isinstance(text, int | float):
        return text
    if isinstance(text, datetime | date):
        return text.isoformat()
    return harmless(str(text))


def _csv_lines(resource: Resource, rows: QuerySet[Any]) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    yield "\ufeff"  # without it Excel and WPS read the Chinese as another encoding
    for row in export_rows(resource, rows):
        writer.writerow("" if value is None else value for value in row)
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def _workbook(resource: Resource, rows: QuerySet[Any]) -> bytes:
    table = export_rows(resource, rows)
    header = next(table)
    records = [dict(zip(header, ("" if v is None else v for v in row), strict=True)) for row in table]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.xlsx"
        rustpy_xlsxwriter.write_worksheet(records or [dict.fromkeys(header, "")], str(path), str(resource.title)[:31])
        return path.read_bytes()
