"""Dealing with objections: the grounds, who raised it for those who answer, and the steps."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from kechuang.calls import access
from kechuang.calls.models import Objection, ObjectionIdentity
from kechuang.calls.services.objections import objection_move
from kechuang.calls.step_forms import ReasonForm
from kechuang.kernel.files import attachment_response
from kechuang.kernel.moves import moves_of, steps_open
from kechuang.kernel.processes import process_of
from kechuang.kernel.web import Request
from kechuang.ui.acts import carried_out
from kechuang.ui.parts import Action, Crumb, Fact, Happening, Section


@login_required
def objection(request: Request, pk: int) -> HttpResponse:
    """Show an objection; its raiser's name only to those who answer it."""
    row = _seen(request, pk)
    process = process_of(row.process_version_id)
    steps = steps_open(row, access=access.OBJECTIONS, actor=request.actor)
    identities = access.IDENTITIES.visible(ObjectionIdentity.objects.filter(objection=row), request.actor)
    who = identities.first()
    application = row.publicity.application
    facts = [
        Fact(_("公示"), row.publicity.shown["title"], href=reverse("calls:publicity", args=[row.publicity_id])),
        Fact(_("申报"), application.title, href=reverse("calls:application", args=[application.pk])),
        Fact(_("提出时间"), row.raised_at),
        Fact(_("异议事实和理由"), row.grounds, wide=True),
    ]
    if who:
        facts += [Fact(_("异议人"), who.name, note=_("须保密")), Fact(_("联系方式"), who.contact, note=_("须保密"))]
        if row.evidence:
            facts.append(
                Fact(_("证据材料"), row.evidence.name, href=reverse("calls:objection_evidence", args=[row.pk]))
            )
    if row.answer:
        facts.append(Fact(_("答复"), row.answer, wide=True))
    context = {
        "heading": _("异议 %(number)s") % {"number": row.number},
        "number": row.number,
        "state": "done" if process.state(row.state).final else "doing",
        "state_word": process.state(row.state).label,
        "crumbs": [Crumb(_("我的工作台"), reverse("workbench:desk")), Crumb(row.number)],
        "actions": [
            Action(step.label, reverse("calls:objection_step", args=[row.pk, step.name]), primary=place == 0)
            for place, step in enumerate(steps)
        ],
        "sections": [Section("facts", _("异议内容"), facts=tuple(facts))],
        "timeline": [
            Happening(at=move.taken_at, title=move.label, who=f"{move.actor} {move.office}".strip(), text=move.reason)
            for move in moves_of(row).reverse()
        ]
        if who
        else [],
    }
    return render(request, "ui/detail.html", context)


@login_required
def objection_step(request: Request, pk: int, name: str) -> HttpResponse:
    """Take a step on an objection."""
    row = _seen(request, pk)
    try:
        step = process_of(row.process_version_id).step(name, source=row.state)
    except LookupError:
        raise Http404 from None
    if not access.OBJECTIONS.may_step(request.actor, step, row):
        raise Http404
    form = ReasonForm(request.POST or None, step=step)
    if carried_out(form, lambda values: objection_move(objection=row, step=name, actor=request.actor, **values)):
        messages.success(request, _("已办理：%(step)s。") % {"step": step.label})
        return redirect("calls:objection", pk)
    context = {
        "heading": step.label,
        "number": row.number,
        "lead": _("理由将作为答复告知申报单位和异议人，不要写异议人的姓名和联系方式。"),
        "form": form,
        "submit_label": step.label,
        "cancel_url": reverse("calls:objection", args=[pk]),
        "crumbs": [Crumb(row.number, reverse("calls:objection", args=[pk])), Crumb(step.label)],
    }
    return render(request, "ui/form_page.html", context)


@login_required
def objection_evidence(request: Request, pk: int) -> HttpResponseBase:
    """Give the evidence of an objection to those who answer it; a file may tell who sent it."""
    row = _seen(request, pk)
    allowed = access.IDENTITIES.visible(ObjectionIdentity.objects.filter(objection=row), request.actor).exists()
    if row.evidence is None or not allowed:
        raise Http404
    return attachment_response(row.evidence)


def _seen(request: Request, pk: int) -> Objection:
    rows = Objection.objects.select_related("publicity__application", "evidence").filter(pk=pk)
    found = access.OBJECTIONS.visible(rows, request.actor).first()
    if found is None:
        raise Http404
    return found
