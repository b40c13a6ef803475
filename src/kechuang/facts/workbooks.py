"""Excel out and in: the yearly sheet as a workbook to fill in, its reading back, and the statistical forms.

The workbook's columns are locked except those to be filled; choices are drop-downs. It names its sheet in a hidden
part, so that one organisation's file is not read into another's. Reading writes nothing: it returns what was typed,
each fault with the address of its cell.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from kechuang.facts.known import Known
from kechuang.facts.models import Metric, Sheet
from kechuang.facts.selectors.sheets import Filled, Line
from kechuang.facts.values import value_said, value_text
from kechuang.kernel.errors import Refused
from kechuang.ui.exports import harmless

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LIMIT = 5 * 1024 * 1024
UNPACKED = 40 * 1024 * 1024
FIRST_ROW = 5
"""Row (from 1) of the first metric; above stand title, advice and heads."""
CODE, VALUE = 0, 6
HEADS = (
    gettext_lazy("代码"),
    gettext_lazy("指标"),
    gettext_lazy("计量单位"),
    gettext_lazy("含义"),
    gettext_lazy("上年值"),
    gettext_lazy("已有值"),
    gettext_lazy("本年填报"),
    gettext_lazy("佐证说明"),
)
WIDTHS = (22, 26, 10, 48, 14, 14, 18, 22)
MARK = "标识"
NAME = "年度数据"


def workbook_out(filled: Filled) -> bytes:
    """Return a sheet as a workbook to be filled in, with last year's values and drop-downs."""
    memory = io.BytesIO()
    with xlsxwriter.Workbook(memory, {"in_memory": True}) as book:
        page = book.add_worksheet(NAME)
        looks = _looks(book)
        _head(page, filled.sheet, looks)
        row = FIRST_ROW - 1
        for line in filled.lines:
            _line(page, row, line, looks)
            row += 1
        page.freeze_panes(FIRST_ROW - 1, 2)
        page.protect("", {"format_columns": True, "format_rows": True})
        mark = book.add_worksheet(MARK)
        mark.write_row(0, 0, ["fact_sheet", filled.sheet.pk, filled.sheet.year])
        mark.protect()
        mark.very_hidden()
    return memory.getvalue()


def _looks(book: Any) -> dict[str, Any]:
    line = {"border": 1, "border_color": "#C9CED6", "valign": "top", "text_wrap": True}
    return {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "advice": book.add_format({"font_color": "#555555"}),
        "head": book.add_format({**line, "bold": True, "bg_color": "#EEF1F5"}),
        "locked": book.add_format({**line, "bg_color": "#F7F8FA"}),
        "open": book.add_format({**line, "locked": False, "num_format": "0.####"}),
        "text": book.add_format({**line, "locked": False, "num_format": "@"}),
    }


def _head(page: Any, sheet: Sheet, looks: dict[str, Any]) -> None:
    page.write_string(0, 1, f"{sheet.organisation} {sheet}", looks["title"])
    page.write_string(1, 1, _("只填“本年填报”一栏；已有值不必再填，不同时填写新的值。"), looks["advice"])
    page.write_string(2, 1, _("金额以万元计；是非、选项请从下拉列表选择；多项之间用顿号分开。"), looks["advice"])
    for column, (head, width) in enumerate(zip(HEADS, WIDTHS, strict=True)):
        page.set_column(column, column, width, None, {"hidden": column == CODE})
        page.write_string(FIRST_ROW - 2, column, str(head), looks["head"])


def _line(page: Any, row: int, line: Line, looks: dict[str, Any]) -> None:
    metric = line.metric
    locked = (
        metric.code,
        f"{line.metric.group} · {metric.label}",
        metric.unit,
        metric.definition,
    )
    for column, text in enumerate(locked):
        page.write_string(row, column, str(harmless(text)), looks["locked"])
    for column, known in enumerate((line.last, line.known), start=len(locked)):
        page.write(row, column, _said(metric, known), looks["locked"])
    look = looks["open"] if metric.kind == Metric.Kind.NUMBER else looks["text"]
    page.write(row, VALUE, _cell_value(metric, line.typed), look)
    page.write_blank(row, VALUE + 1, None, looks["text"])
    if rule := _validation(metric):
        page.data_validation(row, VALUE, row, VALUE, rule)


def _cell_value(metric: Metric, typed: str | None) -> Any:
    if not typed:
        return ""
    try:
        return float(typed) if metric.kind == Metric.Kind.NUMBER else harmless(typed)
    except ValueError:
        return harmless(typed)


def _said(metric: Metric, known: Known | None) -> Any:
    """Return a known value as its cell holds it: a number as a number, anything else as it is read."""
    if known is None:
        return ""
    if metric.kind == Metric.Kind.NUMBER:
        return float(value_text(metric, known.value))
    return harmless(value_said(metric, known.value))


def _validation(metric: Metric) -> dict[str, Any] | None:
    """Return what the cell takes; sets are typed, a spreadsheet has no list of several."""
    refusal = {"error_title": metric.label, "ignore_blank": True}
    if metric.kind == Metric.Kind.BOOLEAN:
        return {"validate": "list", "source": ["是", "否"], "error_message": _("请选择“是”或“否”。"), **refusal}
    if metric.kind == Metric.Kind.TEXT and metric.choices:
        return {"validate": "list", "source": list(metric.choices.values()), **refusal}
    if metric.kind == Metric.Kind.NUMBER:
        return {
            "validate": "integer" if metric.whole else "decimal",
            "criteria": ">=" if not metric.signed else "between",
            **({"value": 0} if not metric.signed else {"minimum": -1e10, "maximum": 1e10}),
            "error_message": _("请填写数字。"),
            **refusal,
        }
    return None


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one cell, by its address; empty for the workbook as a whole."""

    cell: str
    label: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a workbook says: text by metric code, the cell it stands in, and what cannot be understood."""

    entries: dict[str, str]
    cells: dict[str, str]
    faults: list[Fault]


def workbook_read(data: bytes, *, sheet: Sheet, metrics: Iterable[Metric]) -> Reading:
    """Read a filled-in workbook of ``sheet``. Raises ``Refused`` (field ``workbook``) for what is no such workbook."""
    rows = _rows(data, sheet)
    known = {metric.code: metric for metric in metrics}
    reading = Reading({}, {}, [])
    for number, row in enumerate(rows[FIRST_ROW - 1 :], start=FIRST_ROW):
        cells = [*row, *[""] * (VALUE + 1 - len(row))]
        _read_row(reading, known, number, str(cells[CODE]).strip(), cells[VALUE])
    return reading


def _read_row(reading: Reading, known: Mapping[str, Metric], number: int, code: str, value: Any) -> None:
    cell = f"{chr(ord('A') + VALUE)}{number}"
    text = cell_text(value)
    if not code and not text:
        return
    if code not in known:
        place = f"A{number}"
        reading.faults.append(
            Fault(place, code, _("代码“%(code)s”不在申报表中，请不要增删或改动各行。") % {"code": code})
        )
    elif code in reading.cells:
        first = reading.cells[code]
        reading.faults.append(Fault(f"A{number}", code, _("这一项已在 %(cell)s 填写，不能重复。") % {"cell": first}))
    else:
        reading.cells[code] = cell
        if text:
            reading.entries[code] = text


def cell_text(value: Any) -> str:
    """Return a cell's value as a person would have typed it."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return format(value, ".15g") if abs(value) < 1e15 else format(value, "f")  # noqa: PLR2004 - digits of a float
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    text = str(value).strip()
    return text.removeprefix("'")


def _rows(data: bytes, sheet: Sheet) -> list[list[Any]]:
    if len(data) > LIMIT:
        raise Refused(_("文件超过 5 MB，不像是本表。"), field="workbook")
    if unpacked(data) > UNPACKED:
        raise Refused(_("文件解开后过大，不像是本表。"), field="workbook")
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        names = book.sheet_names
        mark = book.get_sheet_by_name(MARK).to_python() if MARK in names else []
        rows = book.get_sheet_by_name(NAME).to_python(skip_empty_area=False) if NAME in names else []
    except (CalamineError, PasswordError, OSError, ValueError) as fault:
        raise Refused(_("这个文件不是能读的 Excel 工作簿（xlsx），或加了密码。"), field="workbook") from fault
    if not mark or not rows or mark[0][:1] != ["fact_sheet"]:
        raise Refused(_("这不是从本系统下载的申报表，请先下载再填写。"), field="workbook")
    if mark[0][1:3] != [sheet.pk, sheet.year]:
        raise Refused(_("这是另一个单位或另一年度的申报表，请核对后再上传。"), field="workbook")
    return rows


def unpacked(data: bytes) -> int:
    """Return how many bytes a workbook says it holds: a small file may unpack to fill the memory."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return sum(part.file_size for part in archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError):
        return 0  # no workbook at all; reading it says so


def statistics_out(
    *, title: str, form: str, years: Sequence[int], rows: Iterable[tuple[Metric, Sequence[Any]]]
) -> bytes:
    """Return a statistical form (107-1, 107-2): a metric a row, a year a column; values in force."""
    memory = io.BytesIO()
    with xlsxwriter.Workbook(memory, {"in_memory": True}) as book:
        page = book.add_worksheet(form)
        looks = _looks(book)
        page.write_string(0, 0, f"{title} {form}", looks["title"])
        heads = [_("指标"), _("计量单位"), *[str(year) for year in years]]
        for column, head in enumerate(heads):
            page.set_column(column, column, 30 if column == 0 else 14)
            page.write_string(2, column, head, looks["head"])
        for number, (metric, values) in enumerate(rows, start=3):
            page.write_string(number, 0, metric.label, looks["locked"])
            page.write_string(number, 1, metric.unit, looks["locked"])
            for column, value in enumerate(values, start=2):
                text = value_text(metric, value)
                number_like = metric.kind == Metric.Kind.NUMBER and text
                page.write(number, column, float(text) if number_like else harmless(text), looks["locked"])
    return memory.getvalue()
