"""The page of reports, and a report as a file: Word in official form, PDF, Excel."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from kechuang.kernel.errors import Refused
from kechuang.kernel.web import Request
from kechuang.plan.access import concerned
from kechuang.plan.counters import counted_for_the_asker
from kechuang.plan.forms.papers import PaperForm
from kechuang.plan.models import Plan
from kechuang.plan.reports.kinds import FORMATS, KINDS, report_paper
from kechuang.plan.selectors import documents
from kechuang.ui.documents import reports


@login_required
def papers(request: Request) -> HttpResponse:
    """Ask which report is wanted; every choice is a link that can be kept."""
    form = PaperForm(initial={"on": request.actor.today, "kind": next(iter(KINDS))})
    return _page(request, form, _plan(request))


@login_required
@counted_for_the_asker
def paper(request: Request) -> HttpResponse:
    """Hand a report out as a file; a choice that makes none is told at its field."""
    plan = _plan(request)
    form = PaperForm(request.GET)
    if plan is None or not form.is_valid() or form.asked_kind is None:
        return _page(request, form, plan, status=422)
    wanted = form.cleaned_data["format"] or FORMATS[0]
    on = form.cleaned_data["on"]
    drawn_up = report_paper(form.asked_kind, plan=plan, on=on, actor=request.actor, unit=form.unit)
    made = replace(drawn_up, number=form.cleaned_data["number"], copies_to=form.cleaned_data["copies_to"])
    try:
        content = reports.made(made, wanted, on=on)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return _page(request, form, plan, status=422)
    answer = HttpResponse(content, content_type=reports.MEDIA_TYPES[wanted])
    name = f"{made.title}_{on.isoformat()}.{wanted}"
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return answer


def _plan(request: Request) -> Plan | None:
    """Return the plan in force for those whose business it is; others find no page."""
    if not concerned(request.actor):
        raise Http404
    return documents.plan_current(actor=request.actor, on=request.actor.today)


def _page(request: Request, form: PaperForm, plan: Plan | None, *, status: int = 200) -> HttpResponse:
    context = {
        "heading": _("报告"),
        "lead": _("按所选日期从登记库和审定的进展生成，同一天的报告两次生成内容相同。"),
        "form": form,
        "plan": plan,
        "kinds": KINDS.values(),
        "formats": [("docx", _("下载 Word")), ("pdf", _("下载 PDF")), ("xlsx", _("下载 Excel"))],
    }
    return render(request, "plan/papers.html", context, status=status)
