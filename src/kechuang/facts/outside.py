"""What another body sends about many organisations, as a workbook: its template, its reading, each fault at its cell.

One line says one value: of which organisation (by credit code, else by its whole name), which metric, which year.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from kechuang.directory.models import Organisation
from kechuang.facts.models import Metric
from kechuang.facts.services.importing import Line
from kechuang.facts.values import value_read
from kechuang.facts.workbooks import LIMIT, UNPACKED, Fault, cell_text, unpacked
from kechuang.kernel.errors import Refused

NAME, LISTS = "外部数据", "指标"
HEADS = (
    gettext_lazy("统一社会信用代码"),
    gettext_lazy("单位名称"),
    gettext_lazy("指标"),
    gettext_lazy("年度"),
    gettext_lazy("数据"),
)
WIDTHS = (24, 34, 30, 10, 20)
FIRST_ROW = 2
MOST_ROWS = 2_000
CODE, UNIT, METRIC, YEAR, VALUE = range(5)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a workbook says: lines that can be declared, and what cannot be understood."""

    lines: list[Line]
    faults: list[Fault]


def template_out(metrics: Sequence[Metric]) -> bytes:
    """Return the empty workbook, with the metrics as a drop-down."""
    memory = io.BytesIO()
    with xlsxwriter.Workbook(memory, {"in_memory": True}) as book:
        page, lists = book.add_worksheet(NAME), book.add_worksheet(LISTS)
        head, text = book.add_format({"bold": True, "bg_color": "#EEF1F5"}), book.add_format({"num_format": "@"})
        for column, (label, width) in enumerate(zip(HEADS, WIDTHS, strict=True)):
            page.set_column(column, column, width, text if column in (CODE, UNIT) else None)
            page.write_string(0, column, str(label), head)
        for row, metric in enumerate(metrics):
            lists.write_row(row, 0, [metric.label, metric.code, metric.unit, metric.definition])
        source = f"='{LISTS}'!$A$1:$A${max(1, len(metrics))}"
        page.data_validation(FIRST_ROW - 1, METRIC, MOST_ROWS, METRIC, {"validate": "list", "source": source})
        page.freeze_panes(1, 0)
    return memory.getvalue()


def outside_read(data: bytes, *, metrics: Iterable[Metric]) -> Reading:
    """Read a filled-in workbook. Raises ``Refused`` (field ``workbook``) for what is none, or is too long."""
    rows = [(number, [cell_text(value) for value in row]) for number, row in enumerate(_rows(data), start=FIRST_ROW)]
    rows = [(number, [*row, *[""] * (VALUE + 1 - len(row))]) for number, row in rows if any(row)]
    named = {name: metric for metric in metrics for name in (metric.code, metric.label)}
    organisations = _organisations([row for _number, row in rows])
    reading = Reading([], [])
    for number, row in rows:
        line = _line(number, row, named, organisations, reading.faults)
        if line is not None:
            reading.lines.append(line)
    return reading


def _line(
    number: int,
    row: list[str],
    named: Mapping[str, Metric],
    organisations: Mapping[str, int],
    faults: list[Fault],
) -> Line | None:
    """Return what a row says; what is wrong with it goes to ``faults``."""
    before = len(faults)
    organisation = organisations.get(row[CODE].upper()) if row[CODE] else organisations.get(row[UNIT])
    metric = named.get(row[METRIC])
    label = f"{row[UNIT] or row[CODE]} {row[METRIC]}".strip()
    if organisation is None:
        faults.append(
            Fault(f"{'A' if row[CODE] else 'B'}{number}", label, _("单位名录里没有这个单位，或有几个同名单位。"))
        )
    if metric is None:
        faults.append(Fault(f"C{number}", label, _("指标字典中没有“%(name)s”。") % {"name": row[METRIC][:60]}))
        return None
    if metric.yearly != (row[YEAR].isascii() and row[YEAR].isdigit() and len(row[YEAR]) == 4):  # noqa: PLR2004 - a year
        sentence = _("这一项须写明年度，例如 2024。") if metric.yearly else _("这一项不分年度，年度须留空。")
        if metric.yearly or row[YEAR]:
            faults.append(Fault(f"D{number}", label, sentence))
    try:
        if value_read(metric, row[VALUE]) is None:
            faults.append(Fault(f"E{number}", label, _("没有填写数据。")))
    except Refused as refusal:
        faults.append(Fault(f"E{number}", label, str(refusal)))
    if len(faults) > before or organisation is None:
        return None
    return Line(organisation, metric.code, int(row[YEAR]) if metric.yearly else None, row[VALUE], f"E{number}")


def _organisations(rows: list[list[str]]) -> dict[str, int]:
    """Return credit code or whole name → organisation; a name that several bear is nobody's."""
    living = Organisation.objects.filter(merged_into=None)
    codes = {row[CODE].upper() for row in rows if row[CODE]}
    names = {row[UNIT] for row in rows if not row[CODE] and row[UNIT]}
    found = dict(living.filter(credit_code__in=codes).values_list("credit_code", "pk"))
    several: set[str] = set()
    for name, key in living.filter(name__in=names).values_list("name", "pk"):
        if name in found:
            several.add(name)
        found[name] = key
    return {name: key for name, key in found.items() if name not in several}


def _rows(data: bytes) -> list[list[Any]]:
    if len(data) > LIMIT or unpacked(data) > UNPACKED:
        raise Refused(_("文件过大，请分几次导入。"), field="workbook")
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        rows = book.get_sheet_by_name(NAME).to_python(skip_empty_area=False) if NAME in book.sheet_names else []
    except (CalamineError, PasswordError, OSError, ValueError) as fault:
        raise Refused(_("这个文件不是能读的 Excel 工作簿（xlsx），或加了密码。"), field="workbook") from fault
    if not rows or [str(cell) for cell in rows[0][: len(HEADS)]] != [str(head) for head in HEADS]:
        raise Refused(_("表头与模板不同，请先下载模板再填写。"), field="workbook")
    if len(rows) - 1 > MOST_ROWS:
        raise Refused(_("一次最多导入 2000 行，请分几次导入。"), field="workbook")
    return rows[1:]
