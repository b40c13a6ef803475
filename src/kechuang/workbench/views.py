"""The desk itself and one's own offices."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from kechuang.directory import services
from kechuang.directory.models import Office
from kechuang.directory.selectors import office_name, offices_in_force
from kechuang.kernel.access import Actor
from kechuang.kernel.inbox import waiting_for
from kechuang.kernel.web import Request
from kechuang.ui.acts import carried_out
from kechuang.ui.formats import day, moment
from kechuang.ui.parts import Action, Crumb
from kechuang.ui.tables import Cell, Head, Table
from kechuang.workbench.forms import DelegateForm, EndForm


@login_required
def desk(request: Request) -> HttpResponse:
    """Show what waits for the person, the longest waiting first."""
    waiting = waiting_for(request.actor)
    heads = (
        Head(_("事项")),
        Head(_("类型")),
        Head(_("当前状态")),
        Head(_("到达时间")),
        Head(_("承诺时限"), numeric=True),
    )
    rows = tuple(
        (
            Cell(item.title, href=item.url, label=_("事项")),
            Cell(item.kind, label=_("类型")),
            Cell(item.state, label=_("当前状态")),
            Cell(moment(item.since), label=_("到达时间")),
            Cell(
                _("%(days)s 个工作日") % {"days": item.working_days} if item.working_days else _("未规定"),
                numeric=True,
                label=_("承诺时限"),
            ),
        )
        for item in waiting
    )
    context = {
        "heading": _("待办"),
        "lead": _("%(name)s，有 %(number)s 件事在等您办理。") % {"name": request.actor.name, "number": len(waiting)},
        "table": Table(
            heads,
            rows,
            caption=_("待办"),
            empty=_("没有等您办理的事项。"),
            advice=_("新事项到达时会出现在这里；可从左侧进入规划或平台查看进展。"),
        ),
        "offices": request.actor.offices,
        "doors": _doors(request.actor),
    }
    return render(request, "workbench/desk.html", context)


@login_required
def offices(request: Request) -> HttpResponse:
    """Show the offices one holds and those one has lent to others."""
    held = list(offices_in_force(user=request.user, on=request.actor.today))  # type: ignore[arg-type]
    lent = (
        Office.objects.filter(delegated_from__user=request.user.pk)
        .select_related("user", "department", "county", "organisation")
        .order_by("-start", "pk")
    )
    return render(
        request,
        "workbench/offices.html",
        {
            "heading": _("我的岗位"),
            "held": [_row(office) for office in held],
            "lent": [_row(office) for office in lent],
        },
    )


@login_required
def delegate(request: Request, pk: int) -> HttpResponse:
    """Let a colleague act in one of one's own offices for some days."""
    office = get_object_or_404(Office, pk=pk, user_id=request.actor.user_id, delegated_from=None)
    form = DelegateForm(request.POST or None, initial={"start": request.actor.today})
    if carried_out(form, lambda values: services.office_delegate(office=office, actor=request.actor, **values)):
        messages.success(request, _("已委托代办。"))
        return redirect("workbench:offices")
    return _form(request, form, _("委托代办：%(office)s") % {"office": office_name(office)}, _("委托"))


@login_required
def end_office(request: Request, pk: int) -> HttpResponse:
    """End a delegation of one's own; others' offices are ended on the person's page."""
    office = get_object_or_404(Office, pk=pk, delegated_from__user_id=request.actor.user_id)
    form = EndForm(request.POST or None, initial={"on": request.actor.today})
    if carried_out(form, lambda values: services.office_end(office=office, actor=request.actor, **values)):
        messages.success(request, _("委托已终止。"))
        return redirect("workbench:offices")
    return _form(request, form, _("终止委托：%(office)s") % {"office": office_name(office)}, _("终止委托"))


def _doors(actor: Actor) -> list[Action]:
    """Return what the person's offices most often begin, so that it is one click away."""
    known = (
        (_("登记平台"), "platforms:register", ("department_officer",)),
        (_("填报任务进展"), "plan:clauses", ("department_officer", "county_officer")),
        (_("审定任务进展"), "plan:reports", ("conference_office",)),
        (_("导入方案文本"), "plan:import", ("conference_office",)),
        (_("查看方案进展"), "cockpit:cockpit", ("leader", "conference_office", "department_head")),
        (_("本单位的平台"), "platforms:list", ("applicant", "host_admin")),
        (_("为什么看不到某个平台"), "platforms:why", ("county_officer", "department_officer")),
        (_("开设账号"), "workbench:add_person", ("system_admin",)),
        (_("授予岗位"), "workbench:people", ("security_admin",)),
        (_("查阅审计记录"), "workbench:audit", ("auditor",)),
    )
    return [Action(label, reverse(name)) for label, name, roles in known if actor.holds(*roles)]


def form_page(request: Request, form: object, heading: str, submit: str, *, back: str, room: Crumb) -> HttpResponse:
    """Show a page that is one form, below ``room`` and with ``back`` as the way out of it."""
    context = {
        "heading": heading,
        "form": form,
        "submit_label": submit,
        "cancel_url": back,
        "crumbs": [room, Crumb(heading)],
    }
    return render(request, "ui/form_page.html", context)


def _form(request: Request, form: object, heading: str, submit: str) -> HttpResponse:
    back = reverse("workbench:offices")
    return form_page(request, form, heading, submit, back=back, room=Crumb(_("我的岗位"), back))


def _row(office: Office) -> dict[str, object]:
    return {
        "pk": office.pk,
        "name": office_name(office),
        "holder": str(office.user),
        "from": day(office.start),
        "until": day(office.end) if office.end else _("未定"),
        "owner": str(office.delegated_from.user) if office.delegated_from else "",
    }
