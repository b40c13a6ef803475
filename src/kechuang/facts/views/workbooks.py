"""The yearly sheet as Excel: given out, read in as a trial, taken over as a whole."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from kechuang.facts import selectors, services
from kechuang.facts.forms import WorkbookForm
from kechuang.facts.models import Sheet
from kechuang.facts.selectors.sheets import Filled, sheet_metrics
from kechuang.facts.values import value_said
from kechuang.facts.views.reach import unit_crumbs, workbook_answer
from kechuang.facts.views.sheets import sheet_seen
from kechuang.facts.workbooks import Fault, Reading, workbook_out, workbook_read
from kechuang.kernel.errors import Refused
from kechuang.kernel.web import Request
from kechuang.ui.parts import Crumb
from kechuang.ui.tables import Cell, Head, Table

SALT = "facts.workbook"
KEPT_SECONDS = 3600


@login_required
def give(request: Request, key: int) -> HttpResponse:
    """Give the sheet as a workbook to fill in."""
    sheet = sheet_seen(request, key)
    data = workbook_out(selectors.sheet_filled(sheet=sheet))
    return workbook_answer(data, f"{sheet.organisation}_{sheet}.xlsx")


@login_required
def take(request: Request, key: int) -> HttpResponse:
    """Read a filled-in workbook as a trial; what it would change is shown and nothing is written until confirmed."""
    sheet = sheet_seen(request, key, "fill")
    if sheet.state != "draft":
        raise Http404
    if "confirmed" in request.POST:
        return _confirmed(request, sheet)
    form = WorkbookForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        try:
            reading = workbook_read(form.cleaned_data["workbook"].read(), sheet=sheet, metrics=sheet_metrics())
        except Refused as refusal:
            form.add_error("workbook", str(refusal))
        else:
            return _trial(request, sheet, reading)
    return render(request, "ui/form_page.html", {**_words(sheet), "form": form, "submit_label": _("检查文件")})


def _trial(request: Request, sheet: Sheet, reading: Reading) -> HttpResponse:
    """Show each fault at its cell, or what taking the workbook over would change."""
    filled = selectors.sheet_filled(sheet=sheet, entries={**sheet.entries, **reading.entries})
    faults = [*reading.faults, *_faults(filled, reading)]
    changes = _changes(sheet, filled, reading)
    taken = {"sheet": sheet.pk, "entries": {code: reading.entries[code] for code, *_rest in changes}}
    context = {
        **_words(sheet),
        "faults": fault_table(faults) if faults else None,
        "fault_count": len(faults),
        "changes": _change_table(changes, reading),
        "change_count": len(changes),
        "token": "" if faults or not changes else signing.dumps(taken, salt=SALT, compress=True),
    }
    return render(request, "facts/import.html", context)


def _confirmed(request: Request, sheet: Sheet) -> HttpResponse:
    """Write what the trial showed, all of it or nothing."""
    try:
        taken = signing.loads(request.POST["confirmed"], salt=SALT, max_age=KEPT_SECONDS)
    except signing.BadSignature:
        messages.error(request, _("检查结果已过期，请重新上传文件。"))
        return redirect("facts:workbook_in", sheet.pk)
    if taken["sheet"] != sheet.pk:
        raise Http404
    try:
        services.sheet_fill(sheet=sheet, values=taken["entries"], actor=request.actor)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已导入 %(count)s 项，核对后请提交。") % {"count": len(taken["entries"])})
    return redirect("facts:sheet", sheet.pk)


def _words(sheet: Sheet) -> dict[str, Any]:
    back = reverse("facts:sheet", args=[sheet.pk])
    return {
        "heading": _("从 Excel 导入"),
        "number": f"{sheet.organisation} {sheet}",
        "lead": _("先检查，逐格指出问题；全部无误才可写入，写入后仍是草稿。"),
        "cancel_url": back,
        "crumbs": unit_crumbs(sheet.organisation, Crumb(str(sheet), back), Crumb(_("从 Excel 导入"))),
    }


def _faults(filled: Filled, reading: Reading) -> list[Fault]:
    """Return what is wrong with the values read, each at its cell."""
    return [
        Fault(reading.cells[line.metric.code], line.metric.label, line.problem)
        for line in filled.lines
        if line.problem and line.metric.code in reading.entries
    ]


def _changes(sheet: Sheet, filled: Filled, reading: Reading) -> list[tuple[str, str, str, str]]:
    """Return (code, label, before, after) of what the workbook changes in the draft."""
    found = []
    for line in filled.lines:
        code = line.metric.code
        typed = reading.entries.get(code)
        if typed is None or typed == sheet.entries.get(code):
            continue
        before = sheet.entries.get(code) or (value_said(line.metric, line.known.value) if line.known else "")
        found.append((code, line.metric.titled, before, typed))
    return found


def fault_table(faults: list[Fault]) -> Table:
    """Return what must be put right, a line a cell."""
    labels = (_("单元格"), _("指标"), _("问题"))
    rows = tuple(
        (Cell(one.cell, label=labels[0]), Cell(one.label, label=labels[1]), Cell(one.sentence, label=labels[2]))
        for one in faults
    )
    return Table(tuple(Head(label) for label in labels), rows, caption=_("需要改正的单元格"))


def _change_table(changes: list[tuple[str, str, str, str]], reading: Reading) -> Table:
    labels = (_("指标"), _("单元格"), _("现在"), _("导入后"))
    rows = tuple(
        (
            Cell(label, label=labels[0]),
            Cell(reading.cells[code], label=labels[1]),
            Cell(before, numeric=True, label=labels[2]),
            Cell(after, numeric=True, label=labels[3]),
        )
        for code, label, before, after in changes
    )
    heads = tuple(Head(label, numeric=place > 1) for place, label in enumerate(labels))
    return Table(heads, rows, caption=_("将要改动的内容"), empty=_("文件里没有新的内容。"))
