"""What the pages of an import print: tables of faults, differences, columns, earlier imports."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.forms import BoundField
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kechuang.ui.formats import moment
from kechuang.ui.imports import keeping, reading, services, undoing
from kechuang.ui.imports.declaration import Fault, Field, Imports, column_letters
from kechuang.ui.imports.forms import MappingForm
from kechuang.ui.imports.models import ImportRun
from kechuang.ui.imports.recognising import Layout
from kechuang.ui.imports.workbooks import KINDS
from kechuang.ui.parts import Pages
from kechuang.ui.resource import registered
from kechuang.ui.tables import Cell, Head, Table

A_PAGE = 50
SAMPLES = 3
LISTED = 50
LONGEST = 40
ROWS_NAMED = 10
OFFERED = 8
State = ImportRun.State
LIGHTS = {State.CHECKED: "due_soon", State.DONE: "done", State.UNDONE: "todo"}
HEADINGS = {
    State.CHECKED: gettext_lazy("检查结果"),
    State.DONE: gettext_lazy("导入完成"),
    State.UNDONE: gettext_lazy("导入已撤销"),
}


@dataclass(frozen=True)
class ColumnLine:
    """One column of the ledger: its letter, its head, what stands in it, and the choice of its field."""

    letters: str
    label: str
    samples: tuple[str, ...]
    choice: BoundField


@dataclass(frozen=True)
class FaultsPage:
    """A page of faults and its neighbours."""

    table: Table
    count: int
    pages: Pages


def attachment(name: str) -> str:
    """Return the header by which a browser keeps a download under a Chinese name."""
    return f"attachment; filename*=UTF-8''{quote(name)}"


def runs_table(runs: Sequence[ImportRun]) -> Table:
    """Return earlier imports, the latest first."""
    titles = {name: str(one.title) for name, one in registered().items()}
    heads = (_("文件"), _("类别"), _("状态"), _("新增"), _("改动"), _("问题"), _("上传时间"), _("经办人"))
    rows = []
    for run in runs:
        light = LIGHTS.get(State(run.state), "doing")
        told = run.summary
        rows.append(
            _row(
                heads,
                Cell(run.file_name, href=reverse("ui:import_run", args=[run.pk])),
                Cell(titles.get(run.resource, run.resource)),
                Cell(run.get_state_display(), light=light),
                Cell(told.get("create", ""), numeric=True),
                Cell(told.get("change", ""), numeric=True),
                Cell(told.get("faults", ""), numeric=True),
                Cell(moment(run.uploaded_at)),
                Cell(str(run.actor)),
            )
        )
    return Table(
        _heads(heads, {3, 4, 5}),
        tuple(rows),
        caption=_("导入记录"),
        empty=_("还没有导入过文件。"),
        advice=_("选择一类记录，下载模板或直接上传台账。"),
    )


def fields_table(imports: Imports) -> Table:
    """Return what a sheet of this kind holds, as the template's notes say it."""
    heads = (_("列名"), _("必填"), _("填什么"), _("示例"), _("说明"))
    rows = (
        _row(
            heads,
            Cell(one.label),
            Cell(_("必填") if one.required else ""),
            Cell(str(KINDS[one.kind]) % {"length": one.length}),
            Cell(one.example),
            Cell(one.hint or _offered(one)),
        )
        for one in imports.fields
    )
    return Table(_heads(heads, set()), tuple(rows), caption=_("可以导入的列"))


def _offered(field: Field) -> str:
    """Return the first words a field offers."""
    words = list(field.choices()) if field.choices else []
    return "、".join(words[:OFFERED]) + (_("等") if words[OFFERED:] else "")


def sheets_of(run: ImportRun) -> reading.Book:
    """Return the names of the file's sheets."""
    return reading.book_of(keeping.source_of(run).read_bytes(), run.kind)


def unseen_of(book: reading.Book, sheet: reading.Sheet) -> list[str]:
    """Return what to say of hidden rows, which are read, and of hidden sheets, which are not."""
    told = []
    if sheet.hidden:
        rows = "、".join(str(row) for row in sheet.hidden[:ROWS_NAMED]) + (_("等") if sheet.hidden[ROWS_NAMED:] else "")
        told.append(
            _("第 %(rows)s 行在文件里是隐藏的（共 %(count)d 行），也会当作记录；不要的请删去后重新上传。")
            % {"rows": rows, "count": len(sheet.hidden)}
        )
    if book.hidden:
        told.append(_("隐藏的工作表没有读：%(names)s。") % {"names": "、".join(book.hidden)})
    return told


def columns_of(sheet: reading.Sheet, layout: Layout, form: MappingForm) -> list[ColumnLine]:
    """Return the ledger's columns with what stands in the first rows below the heads."""
    begin = layout.head + layout.depth
    below = sheet.rows(begin, begin + SAMPLES * 4)
    lines = []
    for column, label in enumerate(layout.labels):
        told = [reading.said(row[column])[:LONGEST] for row in below if row[column]]
        if not label and not told:
            continue
        lines.append(ColumnLine(column_letters(column), label, tuple(told[:SAMPLES]), form[f"column_{column}"]))
    return lines


def faults_of(found: Sequence[Sequence[Any]], number: int) -> FaultsPage:
    """Return page ``number`` (from 1) of the faults."""
    last = max(1, -(-len(found) // A_PAGE))
    number = min(max(1, number), last)
    shown = [Fault(*one) for one in found[(number - 1) * A_PAGE : number * A_PAGE]]
    heads = (_("单元格"), _("列"), _("填写的内容"), _("问题"))
    rows = tuple(
        _row(
            heads,
            Cell(fault.cell if fault.column >= 0 else _row_name(fault.row)),
            Cell(fault.label),
            Cell(fault.value[:80]),
            Cell(fault.sentence),
        )
        for fault in shown
    )
    pages = Pages(
        count=len(found),
        shown=len(shown),
        previous_url=f"?page={number - 1}" if number > 1 else "",
        next_url=f"?page={number + 1}" if number < last else "",
    )
    return FaultsPage(Table(_heads(heads, set()), rows, caption=_("需要改正的单元格")), len(found), pages)


def changes_table(changes: Iterable[Sequence[Any]]) -> Table:
    """Return what would change, one line a field: what stands and what the file says."""
    heads = (_("行"), _("记录"), _("列"), _("已登记"), _("表格中"))
    rows = tuple(
        _row(heads, Cell(_row_name(row)), Cell(label), Cell(field), Cell(before or _("（空）")), Cell(after))
        for row, label, fields in changes
        for field, before, after in fields
    )
    return Table(_heads(heads, set()), rows, caption=_("将要改动的内容"))


def skipped_table(skipped: Iterable[Sequence[Any]]) -> Table:
    """Return the rows that were not read as records, and why."""
    heads = (_("行"), _("为什么"), _("内容"))
    rows = tuple(_row(heads, Cell(_row_name(row)), Cell(why), Cell(text)) for row, why, text in skipped)
    return Table(_heads(heads, set()), rows, caption=_("没有当作记录的行"))


def written_of(run: ImportRun) -> list[tuple[str, str]]:
    """Return (name, address) of the first rows an import wrote."""
    resource = services.resource_of(run)
    imports = services.imports_of(resource)
    rows = undoing.rows_written(
        imports, request=undoing.request_of(run.pk), first=run.audit_first or 0, last=run.audit_last or 0, most=LISTED
    )
    key = resource.key if resource.key != "pk" else "pk"
    return [(str(row), resource.detail(getattr(row, key)) if resource.detail else "") for row in rows]


def _row_name(row: int) -> str:
    return _("第 %(row)d 行") % {"row": row}


def _heads(labels: Sequence[str], numeric: set[int]) -> tuple[Head, ...]:
    return tuple(Head(label, numeric=place in numeric) for place, label in enumerate(labels))


def _row(labels: Sequence[str], *cells: Cell) -> tuple[Cell, ...]:
    return tuple(
        Cell(cell.text, cell.href, cell.numeric, cell.light, label) for cell, label in zip(cells, labels, strict=True)
    )
