"""Editing a repeated table: typed, pasted or from a workbook, a stretch of rows at a time.

A browser sends so many fields and no more, so a long table is shown in stretches; what is saved
replaces the stretch that was shown and leaves the rest as it is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from kechuang.calls.form import tables
from kechuang.calls.form.boxes import Box
from kechuang.calls.selectors.sheets import FormSheet
from kechuang.calls.services.saving import answer_save
from kechuang.calls.views.filling import sheet_with
from kechuang.calls.views.filling_parts import box_of, section_crumbs, section_url, seen_of
from kechuang.catalogue.items import TableField
from kechuang.kernel.errors import Refused
from kechuang.kernel.uploads import upload_judged
from kechuang.kernel.uploads_packed import XLSX
from kechuang.kernel.web import Request
from kechuang.ui.documents.sheets import MEDIA_TYPE

EMPTY_ROWS, MORE_ROWS = 3, 10
MOST_FIELDS = 800
"""Inputs on one page, well below what Django takes in one request (1,000)."""


@dataclass
class Stretch:
    """A stretch of a table on the screen: which rows, what was typed in them, and what is wrong."""

    start: int
    cells: list[dict[str, str]]
    total: int
    problems: list[tables.CellProblem] = field(default_factory=list)
    pasted: str = ""
    version: int | None = None
    conflict: str = ""
    blank: int = EMPTY_ROWS


@dataclass
class Handed:
    """What was handed in: every row of the table as it would be, or what is wrong with it."""

    rows: list[tables.Row]
    problems: list[tables.CellProblem]
    typed: list[dict[str, str]]
    told: tuple[str, ...] = ()
    workbook: bytes | None = None


def _per_page(table_field: TableField) -> int:
    return max(10, MOST_FIELDS // len(table_field.columns) - MORE_ROWS)


@login_required
def table(request: Request, pk: int, code: str) -> HttpResponse:
    """Edit a table; a wrong cell changes nothing, is told, and stays as it was typed."""
    sheet = sheet_with(request, pk, code=code)
    box = box_of(sheet, code, "table")
    table_field = cast("TableField", box.field)
    standing: list[tables.Row] = sheet.answers.get(code) or []
    if request.method != "POST":
        start = _number(request.GET.get("from", "0"))
        shown = standing[start : start + _per_page(table_field)]
        return _page(
            request, sheet, box, Stretch(start, [tables.row_shown(table_field, row) for row in shown], len(standing))
        )
    if code not in sheet.open_codes:
        raise Http404
    try:
        handed = _handed(request, table_field, standing)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(request.path)
    if handed.workbook is not None and "mark" in request.POST:
        return workbook_answer(handed.workbook, _("%(table)s（有错的单元格已标出）") % {"table": box.label})
    return _kept_or_shown(request, sheet, box, handed)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 7 else 0  # noqa: PLR2004 - digits of a row's number


def _handed(request: Request, table_field: TableField, standing: list[tables.Row]) -> Handed:
    """Read what was handed in: a workbook in place of all rows, else the stretch typed anew and a paste below all."""
    upload = request.FILES.get("workbook")
    if upload is not None:
        workbook = cast("UploadedFile[bytes]", upload)
        upload_judged(workbook, accept=(XLSX,), field="workbook")
        read = tables.workbook_read(table_field, workbook.read())
        return Handed(read.rows, list(read.problems), [], read.told, read.workbook)
    start = _number(request.POST.get("start", "0"))
    after = standing[start + _number(request.POST.get("shown", "0")) :]
    typed = tables.rows_read(table_field, tables.typed_rows(table_field, request.POST))
    pasted = tables.rows_read(table_field, tables.pasted_rows(table_field, request.POST.get("pasted", "")))
    wrong = [
        tables.CellProblem(0, "", _("粘贴的%(place)s") % {"place": each.place}, each.sentence)
        for each in pasted.problems
    ]
    rows = [*standing[:start], *typed.rows, *after, *pasted.rows]
    too_many = tables.too_many(table_field, len(rows))
    return Handed(rows, [*typed.problems, *wrong, *too_many], typed.typed)


def _kept_or_shown(request: Request, sheet: FormSheet, box: Box, handed: Handed) -> HttpResponse:
    stretch = Stretch(
        _number(request.POST.get("start", "0")),
        handed.typed,
        len(handed.rows),
        problems=handed.problems,
        pasted=request.POST.get("pasted", ""),
    )
    if "more" in request.POST:
        stretch.blank = MORE_ROWS
        return _page(request, sheet, box, stretch)
    if handed.problems:
        return _page(request, sheet, box, stretch, status=422)
    saved = answer_save(sheet=sheet, code=box.code, value=handed.rows or None, seen=seen_of(request))
    if not saved.kept:
        stretch.version = saved.version
        stretch.conflict = _(
            "%(who)s 在您填写时保存了这张表（%(rows)s 行）。您填写的仍在下面，再次保存将以您的为准。"
        ) % {"who": saved.by, "rows": len(saved.standing or ())}
        return _page(request, sheet, box, stretch, status=409)
    for told in handed.told:
        messages.info(request, told)
    messages.success(request, _("已保存“%(table)s”，共 %(rows)s 行。") % {"table": box.label, "rows": len(handed.rows)})
    return redirect(request.get_full_path() if "stay" in request.POST else section_url(sheet, box))


def _page(request: Request, sheet: FormSheet, box: Box, stretch: Stretch, *, status: int = 200) -> HttpResponse:
    table_field = cast("TableField", box.field)
    row = sheet.rows.get(box.code)
    standing = len(sheet.answers.get(box.code) or [])
    per_page = _per_page(table_field)
    wrong = {(each.row, each.column): each.sentence for each in stretch.problems}
    is_last = stretch.start + per_page >= standing
    empty = stretch.blank if is_last and stretch.total < table_field.max_rows else 0
    context = {
        "heading": box.label,
        "lead": box.help,
        "crumbs": section_crumbs(sheet, box),
        "box": box,
        "columns": table_field.columns,
        "rows": [
            {
                "number": stretch.start + place + 1,
                "cells": [_cell(column, place, cells.get(column.code, ""), wrong) for column in table_field.columns],
            }
            for place, cells in enumerate([*stretch.cells, *({} for _each in range(empty))])
        ],
        "count": standing,
        "stretch": stretch,
        "shown": min(per_page, max(standing - stretch.start, 0)),
        "stretches": [
            {"from": start, "first": start + 1, "last": min(start + per_page, standing), "here": start == stretch.start}
            for start in range(0, standing, per_page)
        ],
        "version": stretch.version if stretch.version is not None else (row.version if row else 0),
        "is_open": box.code in sheet.open_codes,
        "point": sheet.points.get(box.field.code, ""),
        "application": sheet.application,
        "back_url": section_url(sheet, box),
        "workbook_url": reverse("calls:table_file", args=[sheet.application.pk, box.code]),
    }
    return render(request, "calls/filling_table.html", context, status=status)


def _cell(column: Any, place: int, text: str, wrong: dict[tuple[int, str], str]) -> dict[str, Any]:
    choices = ("是", "否") if column.type == "boolean" else column.choices
    return {
        "column": column,
        "place": place,
        "text": text,
        "choices": choices if column.type != "choices" else (),
        "wrong": wrong.get((place + 1, column.code), ""),
    }


@login_required
def table_file(request: Request, pk: int, code: str) -> HttpResponse:
    """Give a table as a workbook, with the rows it has and room for more."""
    sheet = sheet_with(request, pk, code=code)
    box = box_of(sheet, code, "table")
    table_field = cast("TableField", box.field)
    return workbook_answer(tables.workbook(table_field, sheet.answers.get(code) or []), box.label)


def workbook_answer(content: bytes, title: str) -> HttpResponse:
    """Return a workbook to be saved under ``title``."""
    answer = HttpResponse(content, content_type=MEDIA_TYPE)
    named = content_disposition_header(as_attachment=True, filename=f"{title}.xlsx")
    answer.headers["Content-Disposition"] = named or "attachment"
    return answer
