"""Partner units of an application: inviting them, and the page on which they answer and fill their part."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from kechuang.calls import access
from kechuang.calls.definitions import form_of
from kechuang.calls.models import Application, Partner
from kechuang.calls.people_forms import PartnerForm
from kechuang.calls.selectors.partners import partners_of
from kechuang.calls.services.partners import partner_invite, partner_move
from kechuang.calls.step_forms import ReasonForm
from kechuang.calls.views.filling import crumbs_of, sheet_of
from kechuang.kernel.moves import moves_of, steps_open
from kechuang.kernel.processes import process_of
from kechuang.kernel.web import Request
from kechuang.ui.acts import carried_out
from kechuang.ui.parts import Action, Crumb, Fact, Happening, Section
from kechuang.ui.tables import Cell, Head, Table


@login_required
def partners(request: Request, pk: int) -> HttpResponse:
    """Show which units take part and invite another."""
    sheet = sheet_of(request, pk)
    if not access.APPLICATIONS.may(request.actor, "invite", sheet.application):
        raise Http404
    form = PartnerForm(request.POST or None, definition=sheet.definition)

    def invited(values: dict[str, Any]) -> None:
        partner_invite(
            application=sheet.application,
            organisation=values["organisation"],
            duty=values["duty"],
            sections=tuple(values["sections"]),
            actor=request.actor,
        )

    if carried_out(form, invited):
        messages.success(request, _("已邀请 %(who)s，等待其管理员确认。") % {"who": form.cleaned_data["organisation"]})
        return redirect(request.path)
    context = {
        "heading": _("联合申报单位"),
        "lead": sheet.application.title,
        "crumbs": crumbs_of(sheet, Crumb(_("联合申报单位"))),
        "form": form,
        "submit_label": _("邀请"),
        "cancel_url": reverse("calls:fill", args=[pk]),
        "table": partners_table(sheet.application),
    }
    return render(request, "calls/partners.html", context)


def partners_table(case: Application, *, linked: bool = True) -> Table:
    """Return the units of an application with what they do and where their answer stands."""
    rows = []
    for row in partners_of(case):
        state = process_of(row.process_version_id).state(row.state)
        href = reverse("calls:partner", args=[row.pk]) if linked else ""
        light = "done" if row.state == "confirmed" else "doing"
        rows.append(
            (
                Cell(str(row.organisation), href=href),
                Cell(row.duty),
                Cell(sections_said(row)),
                Cell(state.label, light=light),
            )
        )
    heads = tuple(Head(title) for title in (_("联合申报单位"), _("承担内容"), _("共同填写的部分"), _("状态")))
    return Table(heads, tuple(rows), empty=_("没有联合申报单位。"))


def sections_said(partner: Partner) -> str:
    """Return the sections shared with a unit by their names."""
    labels = {each.section: each.label for each in form_of(partner.application).form}
    return "、".join(labels[code] for code in partner.sections if code in labels) or _("不填写")


def _seen(request: Request, pk: int) -> Partner:
    rows = Partner.objects.select_related("application__item", "application__organisation", "organisation")
    found = access.PARTNERS.visible(rows.filter(pk=pk), request.actor).first()
    if found is None:
        raise Http404
    return found


@login_required
def partner(request: Request, pk: int) -> HttpResponse:
    """Show an invitation to those it concerns: what is asked of the unit, its sections, and the answer."""
    row = _seen(request, pk)
    case = row.application
    steps = steps_open(row, access=access.PARTNERS, actor=request.actor)
    state = process_of(row.process_version_id).state(row.state)
    facts = [
        Fact(_("事项"), case.item.title),
        Fact(_("申报名称"), case.title),
        Fact(_("申报单位"), case.organisation.name),
        Fact(_("联合申报单位"), row.organisation.name),
        Fact(_("承担内容"), row.duty, wide=True),
        Fact(_("共同填写的部分"), sections_said(row), wide=True),
    ]
    sections = [Section("seat", _("邀请内容"), facts=tuple(facts))]
    if row.state == "confirmed" and access.PARTNERS.may(request.actor, "fill", row):
        sections.append(Section("parts", _("由本单位填写"), table=_own_sections(row)))
    context = {
        "heading": _("联合申报：%(title)s") % {"title": case.title},
        "state": "done" if row.state == "confirmed" else "doing",
        "state_word": state.label,
        "lead": _("参加单位只能看到和填写与其共享的部分；确认后列入申报书，评审时本单位人员须回避。"),
        "crumbs": [Crumb(_("我的工作台"), reverse("workbench:desk")), Crumb(_("联合申报"))],
        "actions": [
            Action(
                step.label,
                reverse("calls:partner_step", args=[row.pk, step.name]),
                primary=step.name == "confirm",
                danger=step.name in ("remove", "leave"),
            )
            for step in steps
        ],
        "sections": sections,
        "timeline": [
            Happening(at=move.taken_at, title=move.label, who=f"{move.actor} {move.office}".strip(), text=move.reason)
            for move in moves_of(row).reverse()
        ],
    }
    return render(request, "ui/detail.html", context)


def _own_sections(row: Partner) -> Table:
    labels = {each.section: each.label for each in form_of(row.application).form}
    rows = tuple(
        (Cell(labels[code], href=reverse("calls:section", args=[row.application_id, code])),)
        for code in row.sections
        if code in labels
    )
    return Table((Head(_("部分")),), rows, empty=_("没有需要本单位填写的部分。"))


@login_required
def partner_step(request: Request, pk: int, name: str) -> HttpResponse:
    """Confirm, decline, leave, or take a unit off."""
    row = _seen(request, pk)
    try:
        step = process_of(row.process_version_id).step(name, source=row.state)
    except LookupError:
        raise Http404 from None
    if not access.PARTNERS.may_step(request.actor, step, row):
        raise Http404
    form = ReasonForm(request.POST or None, step=step)
    if request.method == "POST" and carried_out(
        form, lambda values: partner_move(partner=row, step=name, actor=request.actor, **values)
    ):
        messages.success(request, _("已办理：%(step)s。") % {"step": step.label})
        return redirect("calls:partner", pk)
    context = {
        "heading": step.label,
        "lead": f"{row.organisation} · {row.application.title}",
        "form": form,
        "submit_label": step.label,
        "cancel_url": reverse("calls:partner", args=[pk]),
        "crumbs": [Crumb(_("联合申报"), reverse("calls:partner", args=[pk])), Crumb(step.label)],
    }
    return render(request, "ui/form_page.html", context)
