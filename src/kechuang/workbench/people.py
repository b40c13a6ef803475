"""Pages of the three administrators: accounts, offices, the audit trail."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from kechuang.directory import access, services
from kechuang.directory.models import Office, User
from kechuang.directory.selectors import office_name
from kechuang.kernel.audit_reads import OPERATIONS
from kechuang.kernel.errors import Refused
from kechuang.kernel.models import AuditEvent
from kechuang.kernel.web import Request
from kechuang.ui.acts import carried_out
from kechuang.ui.formats import day, moment
from kechuang.ui.lists import resource_list
from kechuang.ui.parts import Action, Crumb, Fact
from kechuang.ui.tables import Cell, Head, Table
from kechuang.workbench.access import TRAIL
from kechuang.workbench.forms import EndForm, OfficeForm, PersonForm, ReasonForm
from kechuang.workbench.resource import EVENTS, PEOPLE
from kechuang.workbench.views import form_page


@login_required
def people(request: Request) -> HttpResponse:
    """List the accounts; only the three administrators see any."""
    _require(request, "view")
    actions = []
    if access.USERS.may_any(request.actor, "add"):
        actions.append(Action(_("开设账号"), reverse("workbench:add_person"), primary=True))
    return resource_list(request, PEOPLE, extra=lambda shown: {"actions": actions})


@login_required
def add_person(request: Request) -> HttpResponse:
    """Open an account and show its first password once."""
    _require(request, "add")
    form = PersonForm(request.POST or None)
    opened: list[tuple[User, str]] = []
    if carried_out(form, lambda values: opened.append(services.user_create(actor=request.actor, **values))):
        user, password = opened[0]
        context = {"heading": _("账号已开设"), "person": user, "password": password}
        answer = render(request, "workbench/opened.html", context)
        answer["Cache-Control"] = "no-store"
        return answer
    return _form(request, form, _("开设账号"), _("开设账号"), reverse("workbench:people"))


@login_required
def person(request: Request, pk: int) -> HttpResponse:
    """Show one account with every office it held."""
    user = _person(request, pk)
    may_close = access.USERS.may(request.actor, "disable", user)
    actions = []
    if access.OFFICES.may_any(request.actor, "add"):
        actions.append(Action(_("授予岗位"), reverse("workbench:grant_office", args=[pk]), primary=True))
    if may_close and user.is_active:
        actions.append(Action(_("停用账号"), reverse("workbench:disable_person", args=[pk]), danger=True))
    context = {
        "heading": user.full_name,
        "number": user.username,
        "actions": actions,
        "crumbs": [Crumb(_("账号"), reverse("workbench:people")), Crumb(user.full_name)],
        "facts_of_person": [
            Fact(_("用户名"), user.username),
            Fact(_("电子邮箱"), user.email),
            Fact(_("状态"), _("可登录") if user.is_active else _("已停用")),
            Fact(_("最近登录"), moment(user.last_login)),
        ],
        "table": _office_table(user, request),
        "may_enable": may_close and not user.is_active,
        "person": user,
    }
    return render(request, "workbench/person.html", context)


@login_required
def disable_person(request: Request, pk: int) -> HttpResponse:
    """Close an account for a reason."""
    user = _person(request, pk)
    _require(request, "disable")
    form = ReasonForm(request.POST or None)
    if carried_out(form, lambda values: services.user_disable(user=user, actor=request.actor, **values)):
        messages.success(request, _("账号已停用，其登录状态立即失效。"))
        return redirect("workbench:person", pk=pk)
    back = reverse("workbench:person", args=[pk])
    return _form(request, form, _("停用账号：%(name)s") % {"name": user}, _("停用账号"), back)


@login_required
def enable_person(request: Request, pk: int) -> HttpResponse:
    """Open a closed account again."""
    user = _person(request, pk)
    if request.method == "POST":
        try:
            services.user_enable(user=user, actor=request.actor)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("账号已恢复。"))
    return redirect("workbench:person", pk=pk)


@login_required
def grant_office(request: Request, pk: int) -> HttpResponse:
    """Give an office; what it reaches is bound by department, county or organisation."""
    user = _person(request, pk)
    if not access.OFFICES.may_any(request.actor, "add"):
        raise Http404
    form = OfficeForm(request.POST or None, initial={"start": request.actor.today})
    if carried_out(form, lambda values: services.office_grant(user=user, actor=request.actor, **values)):
        messages.success(request, _("岗位已授予。"))
        return redirect("workbench:person", pk=pk)
    back = reverse("workbench:person", args=[pk])
    return _form(request, form, _("授予岗位：%(name)s") % {"name": user}, _("授予岗位"), back)


@login_required
def audit(request: Request) -> HttpResponse:
    """List the audit trail, newest first."""
    if not TRAIL.may_any(request.actor, "view"):
        raise Http404
    return resource_list(request, EVENTS)


@login_required
def event(request: Request, pk: int) -> HttpResponse:
    """Show one change: the row before and after."""
    found = get_object_or_404(TRAIL.visible(AuditEvent.objects.all(), request.actor), pk=pk)
    # The account may be gone, the record stays.
    who = User.objects.filter(pk=found.actor_id).first() if found.actor_id is not None else None
    context = {
        "heading": f"{found.table} #{found.row}",
        "crumbs": [Crumb(_("审计记录"), reverse("workbench:audit")), Crumb(str(found.pk))],
        "facts_of_event": [
            Fact(_("时间"), moment(found.at)),
            Fact(_("操作"), OPERATIONS.get(found.operation, found.operation)),
            Fact(_("经办人"), str(who) if who else _("系统")),
            Fact(_("请求"), found.request),
        ],
        "before": _lines(found.before),
        "after": _lines(found.after),
    }
    return render(request, "workbench/event.html", context)


def _lines(row: dict[str, Any] | None) -> str:
    return "\n".join(f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in sorted((row or {}).items()))


def _require(request: Request, action: str) -> None:
    if not access.USERS.may_any(request.actor, action):
        raise Http404


def _person(request: Request, pk: int) -> User:
    return get_object_or_404(access.USERS.visible(User.objects.all(), request.actor), pk=pk)


@login_required
def end_office(request: Request, pk: int) -> HttpResponse:
    """End an office somebody holds; its delegations end with it."""
    offices = access.OFFICES.visible(Office.objects.select_related("user"), request.actor, "end")
    office = get_object_or_404(offices, pk=pk)
    form = EndForm(request.POST or None, initial={"on": request.actor.today})
    if carried_out(form, lambda values: services.office_end(office=office, actor=request.actor, **values)):
        messages.success(request, _("岗位已终止。"))
        return redirect("workbench:person", pk=office.user_id)
    back = reverse("workbench:person", args=[office.user_id])
    return _form(request, form, _("终止岗位：%(office)s") % {"office": office_name(office)}, _("终止岗位"), back)


def _office_table(user: User, request: Request) -> Table:
    may_end = access.OFFICES.may_any(request.actor, "end")
    heads = (Head(_("岗位")), Head(_("起")), Head(_("止")), Head(_("受托自")), Head(_("办理")))
    rows = tuple(
        (
            Cell(office_name(office), label=_("岗位")),
            Cell(day(office.start), label=_("起")),
            Cell(day(office.end) if office.end else _("未定"), label=_("止")),
            Cell(str(office.delegated_from.user) if office.delegated_from else "", label=_("受托自")),
            Cell(
                _("终止岗位") if may_end and not office.end else "",
                href=reverse("workbench:end_office_of", args=[office.pk]) if may_end and not office.end else "",
                label=_("办理"),
            ),
        )
        for office in user.offices.select_related(
            "department", "county", "organisation", "delegated_from__user"
        ).order_by("start", "pk")
    )
    return Table(
        heads, rows, caption=_("岗位"), empty=_("尚无岗位。"), advice=_("由安全管理员授予岗位后，账号才能办事。")
    )


def _form(request: Request, form: object, heading: str, submit: str, back: str) -> HttpResponse:
    return form_page(request, form, heading, submit, back=back, room=Crumb(_("账号"), reverse("workbench:people")))
