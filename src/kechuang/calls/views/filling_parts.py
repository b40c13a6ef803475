"""The parts of a form that have pages of their own: tables, files, and the people who fill it."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from kechuang.calls import access
from kechuang.calls.form import tables
from kechuang.calls.form.boxes import Box
from kechuang.calls.models import Participant
from kechuang.calls.people_forms import PersonForm
from kechuang.calls.selectors.sheets import FormSheet, evidence_offered
from kechuang.calls.services.applications import participant_invite, participant_remove
from kechuang.calls.services.attaching import file_attach, files_set
from kechuang.calls.services.saving import answer_save
from kechuang.calls.views.filling import crumbs_of, files_said, sheet_of
from kechuang.catalogue.items import FileField, TableField
from kechuang.kernel.errors import Refused
from kechuang.kernel.web import Request
from kechuang.ui.acts import carried_out
from kechuang.ui.documents.sheets import MEDIA_TYPE
from kechuang.ui.parts import Crumb

EMPTY_ROWS, MORE_ROWS = 3, 10
NO_TYPED: list[dict[str, str]] = []


def _box(sheet: FormSheet, code: str, widget: str) -> Box:
    box = sheet.box(code)
    if box is None or box.widget != widget:
        raise Http404
    return box


def _section_crumbs(sheet: FormSheet, box: Box) -> list[Crumb]:
    label = next(each.label for each in sheet.definition.form if each.section == box.section)
    url = reverse("calls:section", args=[sheet.application.pk, box.section])
    return crumbs_of(sheet, Crumb(label, url), Crumb(box.label))


@login_required
def table(request: Request, pk: int, code: str) -> HttpResponse:
    """Edit a repeated table: typed, pasted, or from a workbook; a wrong cell changes nothing and is told."""
    sheet = sheet_of(request, pk)
    box = _box(sheet, code, "table")
    field = cast("TableField", box.field)
    if request.method != "POST":
        return _table_page(request, sheet, box, tables.TableRead(sheet.answers.get(code) or [], (), NO_TYPED))
    if code not in sheet.open_codes:
        raise Http404
    more = MORE_ROWS if "more" in request.POST else 0
    try:
        read = _table_typed(request, sheet, field)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(request.path)
    if read.problems or more:
        return _table_page(request, sheet, box, read, more=more, status=200 if more else 422)
    saved = answer_save(sheet=sheet, code=code, value=read.rows or None, seen=_seen(request))
    if not saved.kept:
        conflict = _("%(who)s 在您填写时保存了这张表（%(rows)s 行）。您填写的仍在下面，再次保存将以您的为准。") % {
            "who": saved.by,
            "rows": len(saved.standing or ()),
        }
        return _table_page(request, sheet, box, read, version=saved.version, conflict=conflict, status=409)
    for told in read.told:
        messages.info(request, told)
    messages.success(request, _("已保存“%(table)s”，共 %(rows)s 行。") % {"table": box.label, "rows": len(read.rows)})
    return redirect(request.path if "stay" in request.POST else _section_url(sheet, box))


def _section_url(sheet: FormSheet, box: Box) -> str:
    return reverse("calls:section", args=[sheet.application.pk, box.section]) + f"#field-{box.field.code}"


def _seen(request: Request) -> int:
    told = request.POST.get("seen", "0")
    return int(told) if told.isdecimal() and len(told) < 10 else 0  # noqa: PLR2004 - digits of a database integer


def _table_typed(request: Request, sheet: FormSheet, field: TableField) -> tables.TableRead:
    """Return what was handed in: a workbook in place of the rows, a pasted text below the typed ones."""
    upload = request.FILES.get("workbook")
    if upload is not None:
        return tables.workbook_read(field, cast("UploadedFile[bytes]", upload).read())
    typed: list[dict[str, Any]] = tables.typed_rows(field, request.POST)
    pasted = tables.pasted_rows(field, request.POST.get("pasted", ""))
    return tables.rows_read(field, [*typed, *pasted])


def _table_page(
    request: Request,
    sheet: FormSheet,
    box: Box,
    read: tables.TableRead,
    *,
    more: int = 0,
    version: int | None = None,
    conflict: str = "",
    status: int = 200,
) -> HttpResponse:
    field = cast("TableField", box.field)
    row = sheet.rows.get(box.code)
    typed = read.typed or [tables.row_shown(field, one) for one in read.rows]
    wrong = {(each.row, each.column): each.sentence for each in read.problems}
    blank = max(more, EMPTY_ROWS if len(typed) < field.max_rows else 0)
    context = {
        "heading": box.label,
        "lead": box.help,
        "crumbs": _section_crumbs(sheet, box),
        "box": box,
        "columns": field.columns,
        "rows": [
            [_cell(column, number, cells.get(column.code, ""), wrong) for column in field.columns]
            for number, cells in enumerate([*typed, *({} for _each in range(blank))])
        ],
        "count": len(typed),
        "problems": read.problems,
        "version": version if version is not None else (row.version if row else 0),
        "conflict": conflict,
        "is_open": box.code in sheet.open_codes,
        "point": sheet.points.get(box.field.code, ""),
        "application": sheet.application,
        "back_url": _section_url(sheet, box),
        "workbook_url": reverse("calls:table_file", args=[sheet.application.pk, box.code]),
    }
    return render(request, "calls/filling_table.html", context, status=status)


def _cell(column: Any, number: int, text: str, wrong: dict[tuple[int, str], str]) -> dict[str, Any]:
    choices = ("是", "否") if column.type == "boolean" else column.choices
    return {
        "column": column,
        "number": number,
        "text": text,
        "choices": choices if column.type != "choices" else (),
        "wrong": wrong.get((number + 1, column.code), ""),
    }


@login_required
def table_file(request: Request, pk: int, code: str) -> HttpResponse:
    """Give a table as a workbook, with the rows it has and room for more."""
    sheet = sheet_of(request, pk)
    box = _box(sheet, code, "table")
    field = cast("TableField", box.field)
    return workbook_answer(tables.workbook(field, sheet.answers.get(code) or []), box.label)


def workbook_answer(content: bytes, title: str) -> HttpResponse:
    """Return a workbook to be saved under ``title``."""
    answer = HttpResponse(content, content_type=MEDIA_TYPE)
    answer.headers["Content-Disposition"] = (
        content_disposition_header(as_attachment=True, filename=f"{title}.xlsx") or ""
    )
    return answer


@login_required
def files(request: Request, pk: int, code: str) -> HttpResponse:
    """Attach files: new ones go into the vault of evidence, those that lie there are chosen."""
    sheet = sheet_of(request, pk)
    box = _box(sheet, code, "files")
    if request.method == "POST":
        if code not in sheet.open_codes:
            raise Http404
        try:
            _attached(request, sheet, box)
        except Refused as refusal:
            messages.error(request, str(refusal))
        return redirect(request.path if "upload" in request.FILES else _section_url(sheet, box))
    chosen = [int(one) for one in sheet.answers.get(code) or ()]
    row = sheet.rows.get(code)
    context = {
        "heading": box.label,
        "lead": box.help,
        "crumbs": _section_crumbs(sheet, box),
        "box": box,
        "files": files_said(sheet, chosen),
        "offered": [each for key, each in evidence_offered(sheet).items() if key not in chosen],
        "accept": ",".join(f".{kind}" for kind in cast("FileField", box.field).accept),
        "version": row.version if row else 0,
        "is_open": code in sheet.open_codes,
        "point": sheet.points.get(box.field.code, ""),
        "application": sheet.application,
        "back_url": _section_url(sheet, box),
    }
    return render(request, "calls/filling_files.html", context)


def _attached(request: Request, sheet: FormSheet, box: Box) -> None:
    seen = _seen(request)
    upload = request.FILES.get("upload")
    if upload is not None:
        kept = file_attach(sheet=sheet, box=box, upload=cast("UploadedFile[bytes]", upload), seen=seen)
        messages.success(request, _("已上传“%(title)s”。") % {"title": kept.title})
        return
    chosen = [int(one) for one in request.POST.getlist("chosen") if one.isdecimal() and len(one) < 19]  # noqa: PLR2004
    files_set(sheet=sheet, box=box, chosen=chosen, seen=seen)
    messages.success(request, _("已保存。"))


@login_required
def people(request: Request, pk: int) -> HttpResponse:
    """Show who fills this application and invite a colleague."""
    sheet = sheet_of(request, pk)
    if not access.APPLICATIONS.may(request.actor, "invite", sheet.application):
        raise Http404
    form = PersonForm(request.POST or None, sheet=sheet)

    def invited(values: dict[str, Any]) -> None:
        participant_invite(
            application=sheet.application,
            user=values["user"],
            fills=values["fills"] == "edit",
            sections=tuple(values["sections"]),
            actor=request.actor,
        )

    if carried_out(form, invited):
        messages.success(request, _("已邀请 %(who)s。") % {"who": form.cleaned_data["user"]})
        return redirect(request.path)
    labels = {each.section: each.label for each in sheet.definition.form}
    rows = [
        {"person": each, "sections": "、".join(labels.get(one, one) for one in each.sections) or _("全部")}
        for each in sheet.application.participants.select_related("user").order_by("pk")
    ]
    context = {
        "heading": _("协作人"),
        "lead": sheet.application.title,
        "crumbs": crumbs_of(sheet, Crumb(_("协作人"))),
        "form": form,
        "submit_label": _("邀请"),
        "cancel_url": reverse("calls:fill", args=[pk]),
        "rows": rows,
        "application": sheet.application,
    }
    return render(request, "calls/filling_people.html", context)


@login_required
def person_remove(request: Request, pk: int, key: int) -> HttpResponse:
    """Take an invitation back."""
    sheet = sheet_of(request, pk)
    found = get_object_or_404(Participant.objects.select_related("application"), pk=key, application_id=pk)
    if request.method == "POST" and access.APPLICATIONS.may(request.actor, "invite", sheet.application):
        participant_remove(participant=found, actor=request.actor)
        messages.success(request, _("已取消邀请，已填写的内容保留。"))
    return redirect("calls:people", pk)
