"""Workbooks given out: the template to fill in, and the file returned with its faults marked.

Both are written anew, value by value: a formula that came in, or a text that looks like one, leaves as plain text.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kechuang.ui.exports import harmless
from kechuang.ui.imports.declaration import Fault, Field, Imports, column_letters
from kechuang.ui.imports.reading import Sheet, said
from kechuang.ui.imports.recognising import FAULT_HEADS, Layout

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PAGE, NOTES, WORDS, MARK = "填报", "填写说明", "选项", "标识"
OPEN_ROWS = 2_000
"""Rows of the template that are formatted and unlocked; more may be typed after copying one of them."""
WIDTH = 30
COMMENTS = 20_000
LATIN = 0x2E7F
"""Signs beyond it are twice as wide."""
A4 = 9
NOTE_CELLS = 2
"""A row with no more filled cells is a title or a note, and may run over its column."""
KINDS = {
    "text": gettext_lazy("文字，最多 %(length)d 字"),
    "choice": gettext_lazy("从下拉列表选择"),
    "day": gettext_lazy("日期，例如 2024-03-15"),
    "usci": gettext_lazy("18 位统一社会信用代码"),
    "number": gettext_lazy("数字"),
    "whole": gettext_lazy("整数"),
}
INK = {"title": "#1F2A37", "head": "#EEF1F5", "line": "#C9CED6", "wrong": "#F9D6D5", "quiet": "#6B7280"}


def template_out(imports: Imports, *, name: str, title: str) -> bytes:
    """Return the empty workbook of a resource: locked heads, an example row, drop-downs, a page of notes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "template.xlsx"
        with xlsxwriter.Workbook(str(path), {"in_memory": True}) as book:
            book.set_properties({"title": title})
            looks = _looks(book)
            page = book.add_worksheet(PAGE)
            notes = book.add_worksheet(NOTES)
            words = book.add_worksheet(WORDS)
            mark = book.add_worksheet(MARK)
            _fill_in(page, words, imports.fields, looks)
            _notes(notes, imports, title, looks)
            mark.write_row(0, 0, ["kechuang_import", name])
            for hidden in (words, mark):
                hidden.protect()
                hidden.very_hidden()
        return path.read_bytes()


def _looks(book: Any) -> dict[str, Any]:
    line = {"border": 1, "border_color": INK["line"], "valign": "vcenter"}
    return {
        "title": book.add_format({"bold": True, "font_size": 14, "font_color": INK["title"]}),
        "head": book.add_format({**line, "bold": True, "bg_color": INK["head"], "text_wrap": True}),
        "needed": book.add_format(
            {**line, "bold": True, "bg_color": INK["head"], "font_color": "#B42318", "text_wrap": True}
        ),
        "example": book.add_format({**line, "font_color": INK["quiet"], "italic": True, "num_format": "@"}),
        "text": book.add_format({"locked": False, "num_format": "@"}),
        "number": book.add_format({"locked": False}),
        "plain": book.add_format({**line, "text_wrap": True, "valign": "top"}),
        "wrong": book.add_format({**line, "bg_color": INK["wrong"]}),
        "told": book.add_format({"font_color": "#B42318", "text_wrap": False}),
    }


def _fill_in(page: Any, words: Any, fields: Sequence[Field], looks: Mapping[str, Any]) -> None:
    last = OPEN_ROWS + 1
    for column, one in enumerate(fields):
        example = one.example or next(iter(one.choices() if one.choices else ()), "")
        page.set_column(column, column, min(WIDTH, max(12, _wide(str(one.label)) + 4, _wide(example) + 2)))
        page.write_string(
            0, column, f"{one.label}{'*' if one.required else ''}", looks["needed" if one.required else "head"]
        )
        page.write_string(1, column, str(harmless(example)), looks["example"])
        look = looks["number" if one.kind in ("number", "whole") else "text"]
        for row in range(2, last + 1):
            page.write_blank(row, column, None, look)
        if rule := _validation(one, words, column):
            page.data_validation(2, column, last, column, rule)
    page.set_row(0, 28)
    page.freeze_panes(1, 0)
    _printed(page)
    allowed = {"format_columns": True, "format_rows": True, "insert_rows": True, "delete_rows": True, "sort": True}
    page.protect("", {**allowed, "autofilter": True})


def _validation(one: Field, words: Any, column: int) -> dict[str, Any] | None:
    """Return what the cell takes; the words of a drop-down stand on a hidden page, for a rule holds few of them."""
    told = {"ignore_blank": True, "error_title": str(one.label)[:32]}
    if one.kind == "choice" and one.choices:
        offered = list(one.choices())
        words.write_column(0, column, [str(harmless(word)) for word in offered])
        letters = column_letters(column)
        source = f"={WORDS}!${letters}$1:${letters}${max(len(offered), 1)}"
        return {"validate": "list", "source": source, "error_message": str(_("请从下拉列表中选择。")), **told}
    if one.kind in ("number", "whole"):
        kind = "integer" if one.kind == "whole" else "decimal"
        bounds = {"criteria": "between", "minimum": -(10**12), "maximum": 10**12}
        return {"validate": kind, **bounds, "error_message": str(_("请填写数字。")), **told}
    if one.kind == "text":
        return {
            "validate": "length",
            "criteria": "<=",
            "value": one.length,
            "error_message": str(_("最多 %(length)d 个字。") % {"length": one.length}),
            **told,
        }
    return None


def _notes(page: Any, imports: Imports, title: str, looks: Mapping[str, Any]) -> None:
    page.set_column(0, 0, 24)
    page.set_column(1, 2, 12)
    page.set_column(3, 3, 34)
    page.set_column(4, 4, 60)
    page.write_string(0, 0, str(title), looks["title"])
    general = (
        _("只在“填报”页填写，一行一条；表头已锁定。第 2 行是示例，可以保留，导入时不会读入。"),
        _("红字带 * 的列必填。空着的格不改动已登记的内容。"),
        _("上传后先检查：每一处问题都标在对应的格子上；全部改正后才写入，要么全部写入，要么一条也不写。"),
        _("写入后 24 小时内可以整批撤销。"),
        *(str(note) for note in imports.notes),
    )
    row = 1
    for sentence in general:
        page.write_string(row, 0, str(sentence))
        row += 1
    row += 1
    for column, head in enumerate((_("列名"), _("必填"), _("用于识别"), _("填什么"), _("说明"))):
        page.write_string(row, column, str(head), looks["head"])
    for number, one in enumerate(imports.fields, start=row + 1):
        what = str(KINDS[one.kind]) % {"length": one.length}
        cells = (str(one.label), _("是") if one.required else "", _("是") if one.key else "", what, str(one.hint))
        for column, text in enumerate(cells):
            page.write_string(number, column, str(text), looks["plain"])
    page.protect()


def marked_out(
    rows: Iterable[Sequence[Any]], sheet: Sheet, layout: Layout, faults: Iterable[Fault], path: Path
) -> None:
    """Write the ``rows`` of a sheet as they came, with every fault at its cell, to ``path``.

    Wrong cells are coloured and carry a comment; a last column says it all. The rows of a long sheet are written one
    after another and let go, so that a ledger of any length needs little memory; a short one keeps its merged cells.
    """
    by_row: dict[int, list[Fault]] = defaultdict(list)
    for fault in faults:
        by_row[fault.row].append(fault)
    begin = layout.head + layout.depth
    told_at = next((column for column, label in enumerate(layout.labels) if label in FAULT_HEADS), sheet.width)
    with xlsxwriter.Workbook(str(path), {"constant_memory": not sheet.merged}) as book:
        looks = _looks(book)
        page = book.add_worksheet(PAGE)
        _laid_out(page, sheet, begin, told_at)
        comments = COMMENTS
        for row, cells in enumerate(rows):
            wrong = {fault.column: fault for fault in by_row.get(row + 1, ())}
            for column, cell in enumerate(cells[:told_at]):
                look = "wrong" if column in wrong else "head" if layout.head <= row < begin else None
                _copied(page, row, column, cell, looks[look] if look else None)
            if row == begin - 1:
                page.write_string(row, told_at, FAULT_HEADS[0], looks["head"])
            if wrong:
                page.write_string(row, told_at, _sentences(by_row[row + 1]), looks["told"])
                comments -= _commented(page, row, wrong, comments)
        _merged(page, sheet, begin, looks)


def _laid_out(page: Any, sheet: Sheet, begin: int, told_at: int) -> None:
    """Make columns as wide as what stands in them, heads stay in sight, and a printed page as wide as the table."""
    rows = [row for row in sheet.rows(begin - 1, begin + 100) if sum(map(bool, row)) > NOTE_CELLS]
    for column, cells in enumerate(zip(*rows, strict=True)):
        page.set_column(column, column, min(max(8, *(_wide(cell) + 2 for cell in cells)), WIDTH + 10))
    page.set_column(told_at, told_at, 2 * WIDTH)
    page.freeze_panes(begin, 0)
    _printed(page)


def _wide(text: str) -> int:
    """Return how wide a text is in Latin letters."""
    return sum(2 if ord(sign) > LATIN else 1 for sign in text)


def _printed(page: Any) -> None:
    page.set_landscape()
    page.set_paper(A4)
    page.fit_to_pages(1, 0)


def _commented(page: Any, row: int, wrong: Mapping[int, Fault], most: int) -> int:
    """Write a comment at each wrong cell, at most so many; return how many."""
    at_cells = [fault for column, fault in wrong.items() if column >= 0][:most]
    for fault in at_cells:
        page.write_comment(row, fault.column, fault.sentence, {"x_scale": 2})
    return len(at_cells)


def _merged(page: Any, sheet: Sheet, begin: int, looks: Mapping[str, Any]) -> None:
    """Merge again what was merged above the rows; below, every row says for itself what it says."""
    for top, left, bottom, right in sheet.merged:
        if bottom < begin and left < sheet.width:
            text = str(harmless(sheet.rows(top, top + 1)[0][left]))
            look = looks["title" if right - left > sheet.width // 2 else "head"]
            page.merge_range(top, left, bottom, right, text, look)


def _sentences(faults: Sequence[Fault]) -> str:
    return "；".join(f"{fault.cell} {fault.label} {fault.sentence}".replace("  ", " ") for fault in faults)[:32_000]


def _copied(page: Any, row: int, column: int, cell: Any, look: Any) -> None:
    if cell in ("", None):
        if look is not None:
            page.write_blank(row, column, None, look)
    elif isinstance(cell, bool) or not isinstance(cell, int | float):
        text = (
            said(cell)
            if isinstance(cell, date | datetime)
            else ("是" if cell else "否")
            if isinstance(cell, bool)
            else cell
        )
        page.write_string(row, column, str(harmless(text))[:32_000], look)
    else:
        page.write_number(row, column, cell, look)
