"""Checking an application, handing it in, and the receipt."""

from __future__ import annotations

import contextlib
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kechuang.calls import access
from kechuang.calls.form.completeness import Missing
from kechuang.calls.form.inputs import SectionForm
from kechuang.calls.papers import site_address
from kechuang.calls.selectors import cases as reading
from kechuang.calls.selectors import offers
from kechuang.calls.selectors.conditions import judged
from kechuang.calls.selectors.sheets import FormSheet
from kechuang.calls.services.answers import correction_answer
from kechuang.calls.services.saving import section_save
from kechuang.calls.services.stepping import application_move, submission_known
from kechuang.calls.views.cases import rule_said
from kechuang.calls.views.filling import crumbs_of, facts_said, files_said, sheet_of
from kechuang.kernel.errors import Refused
from kechuang.kernel.moves import steps_open
from kechuang.kernel.processes import process_of
from kechuang.kernel.web import Request
from kechuang.pure.process import Step
from kechuang.ui.documents import qr
from kechuang.ui.parts import Action, Crumb


@login_required
def check(request: Request, pk: int) -> HttpResponse:
    """Show every answer with its way back, what is missing, the declarations; and hand it in."""
    sheet = sheet_of(request, pk)
    key = _key(request)
    if key and submission_known(sheet.application, key=key, actor=request.actor):
        return redirect("calls:receipt", pk)  # pressed twice, or sent again after a broken line
    step = _step(sheet)
    ticks = [box for box in sheet.boxes if box.widget == "declaration" and box.code in sheet.open_codes]
    form = SectionForm(ticks, sheet.answers, request.POST if request.method == "POST" else None)
    refusal = ""
    if request.method == "POST" and step is not None:
        refusal = _handed_in(sheet, step, form, key)
        if not refusal:
            return redirect("calls:receipt" if "number" in step.does else "calls:application", pk)
        sheet = FormSheet(sheet.application, request.actor)
    context = {
        "heading": _("检查并提交"),
        "lead": sheet.application.title,
        "crumbs": crumbs_of(sheet, Crumb(_("检查并提交"))),
        "sections": [_section(sheet, each) for each in sheet.definition.form if each.by in sheet.parts],
        "gaps": _gaps(sheet),
        "form": form,
        "step": step,
        "submit_label": _("提交申报书") if step and step.name == "submit" else step.label if step else "",
        "refusal": refusal,
        "key": request.POST.get("key") or uuid4(),
        "versions": [(f"v:{box.code}", _version(sheet, box.code)) for box in ticks],
        "application": sheet.application,
        "rule": rule_said(found) if (found := judged(sheet.application)) else None,
        "fill_url": reverse("calls:fill", args=[pk]),
    }
    return render(request, "calls/filling_check.html", context, status=409 if refusal else 200)


def _version(sheet: FormSheet, code: str) -> int:
    row = sheet.rows.get(code)
    return row.version if row else 0


def _step(sheet: FormSheet) -> Step | None:
    """Return the step that hands the form in, when it is open to the person."""
    steps = steps_open(sheet.application, access=access.APPLICATIONS, actor=sheet.actor)
    return next((step for step in steps if "complete" in step.needs), None)


def _key(request: Request) -> UUID | None:
    """Return the key that came with the form; what is no key is no harm."""
    with contextlib.suppress(ValueError):
        return UUID(str(request.POST.get("key")))
    return None


def _handed_in(sheet: FormSheet, step: Step, form: SectionForm, key: UUID | None) -> str:
    """Save the ticks and take the step; return why not, "" when it is done."""
    try:
        section_save(sheet=sheet, form=form)
        application_move(application=sheet.application, step=step.name, actor=sheet.actor, key=key)
    except Refused as refusal:
        return str(refusal)
    return ""


def _gaps(sheet: FormSheet) -> list[dict[str, Any]]:
    """Return what is missing, each with the page that mends it; a declaration is ticked on this very page."""
    return [{"said": gap.said, "url": _mend(sheet, gap)} for gap in sheet.missing()]


def _mend(sheet: FormSheet, gap: Missing) -> str:
    box = sheet.box(gap.code)
    if box is not None and box.widget == "declaration":
        return f"#id_{gap.code}"
    return reverse("calls:section", args=[sheet.application.pk, gap.section]) + f"#field-{gap.code.partition('@')[0]}"


def _section(sheet: FormSheet, section: Any) -> dict[str, Any]:
    boxes = [box for box in sheet.boxes_in(section.section) if box.field.code in sheet.asked]
    return {
        "section": section,
        "facts": facts_said(sheet, section.section),
        "tables": [(box, box.said(sheet.answers.get(box.code))) for box in boxes if box.widget == "table"],
        "files": [(box, files_said(sheet, sheet.answers.get(box.code))) for box in boxes if box.widget == "files"],
        "url": reverse("calls:section", args=[sheet.application.pk, section.section]),
        "is_open": any(box.code in sheet.open_codes for box in boxes),
        "is_asked": any(box.widget != "declaration" for box in boxes),
    }


@login_required
@require_POST
def explain(request: Request, pk: int) -> HttpResponse:
    """Keep the applicant's words beside points of the correction list, where nothing is to be changed."""
    sheet = sheet_of(request, pk)
    words = {code: request.POST[f"explain:{code}"] for code in sheet.points if f"explain:{code}" in request.POST}
    try:
        correction_answer(application=sheet.application, answers=words, actor=request.actor)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("说明已保存。"))
    return redirect("calls:fill", pk)


@login_required
def receipt(request: Request, pk: int) -> HttpResponse:
    """Show that the form was handed in: its number, the database's time, and what happens next."""
    case = reading.application_seen(actor=request.actor, pk=pk)
    first = case.submissions.select_related("by").first()
    if first is None:
        raise Http404
    process = process_of(case.process_version_id)
    context = {
        "heading": _("已经提交"),
        "application": case,
        "submission": first,
        "at": f"{timezone.localtime(first.at):%Y-%m-%d %H:%M:%S}",
        "code": qr.svg(site_address(reverse("calls:progress")), label=_("查询进度的二维码")),
        "ahead": offers.due_days(offers.way_ahead(process, process.state(case.state)), today=request.actor.today),
        "actions": [
            Action(_("下载回执（PDF）"), reverse("calls:paper", args=[pk, "receipt"]), primary=True),
            Action(_("下载申报书（PDF）"), reverse("calls:paper", args=[pk, "application"])),
            Action(_("查看办件"), reverse("calls:application", args=[pk])),
        ],
        "crumbs": [Crumb(_("我的工作台"), reverse("workbench:desk")), Crumb(_("提交回执"))],
    }
    return render(request, "calls/receipt.html", context)
