"""Calls behind the counter: drafting, publishing, amending, places, and the applications that came."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from kechuang.calls import access, services
from kechuang.calls.call_forms import AmendForm, CallForm, QuotaForm
from kechuang.calls.models import Call, ServiceItem
from kechuang.calls.resource import APPLICATIONS
from kechuang.calls.step_forms import ReasonForm
from kechuang.kernel.moves import moves_of, steps_open
from kechuang.kernel.processes import process_of
from kechuang.kernel.web import Request
from kechuang.ui.acts import carried_out
from kechuang.ui.formats import moment
from kechuang.ui.lists import resource_list
from kechuang.ui.parts import Action, Crumb, Fact, Happening, Section
from kechuang.ui.tables import Cell, Head, Table

FORWARD = ("submit", "publish")


@login_required
def calls(request: Request) -> HttpResponse:
    """List the calls the actor prepares or watches over, newest first."""
    if not access.CALLS.may_any(request.actor, "watch"):
        raise Http404
    rows = access.CALLS.visible(Call.objects.select_related("item", "department"), request.actor, "watch")[:200]
    table = Table(
        (Head(_("标题")), Head(_("事项")), Head(_("办理部门")), Head(_("申报截止")), Head(_("状态"))),
        tuple(
            (
                Cell(row.title, href=reverse("calls:call_desk", args=[row.pk])),
                Cell(row.item.title),
                Cell(str(row.department)),
                Cell(moment(row.closes_at)),
                Cell(process_of(row.process_version_id).state(row.state).label),
            )
            for row in rows
        ),
        empty=_("还没有申报通知。"),
    )
    actions = []
    if access.ITEMS.may_any(request.actor, "call"):
        actions.append(Action(_("起草申报通知"), reverse("calls:call_draft"), primary=True))
    context = {"heading": _("申报通知管理"), "table": table, "actions": actions}
    return render(request, "calls/calls.html", context)


@login_required
def applications(request: Request) -> HttpResponse:
    """List the applications the actor may see, with filters and export."""
    return resource_list(request, APPLICATIONS)


@login_required
def call_draft(request: Request) -> HttpResponse:
    """Draft a call for an item of the actor's department."""
    items = access.ITEMS.visible(ServiceItem.objects.filter(offered=True, always_open=False), request.actor, "call")
    if not access.ITEMS.may_any(request.actor, "call"):
        raise Http404
    form = CallForm(request.POST or None, items=items)
    made: list[Call] = []
    if carried_out(form, lambda values: made.append(services.call_draft(actor=request.actor, **values))):
        messages.success(request, _("通知已保存为草稿，核对后请送审。"))
        return redirect("calls:call_desk", made[0].pk)
    context = {
        "heading": _("起草申报通知"),
        "form": form,
        "submit_label": _("保存草稿"),
        "cancel_url": reverse("calls:calls"),
        "crumbs": [Crumb(_("申报通知管理"), reverse("calls:calls")), Crumb(_("起草"))],
    }
    return render(request, "ui/form_page.html", context)


@login_required
def call_desk(request: Request, pk: int) -> HttpResponse:
    """Show a call to those who prepare it: windows, places, versions of the notice, what came in.

    How many applied and who prepared it is theirs to know; everybody else reads the notice.
    """
    call = _seen(request, pk)
    steps = steps_open(call, access=access.CALLS, actor=request.actor)
    first = next((name for name in FORWARD if name in {step.name for step in steps}), None)
    actions = [
        Action(step.label, reverse("calls:call_step", args=[pk, step.name]), primary=step.name == first)
        for step in steps
    ]
    actions += _beside(request, call)
    process = process_of(call.process_version_id)
    context = {
        "heading": call.title,
        "state": "done" if process.state(call.state).final else "doing",
        "state_word": process.state(call.state).label,
        "crumbs": [Crumb(_("申报通知管理"), reverse("calls:calls")), Crumb(call.title)],
        "actions": actions,
        "sections": list(_sections(call)),
        "timeline": [
            Happening(at=move.taken_at, title=move.label, who=f"{move.actor} {move.office}".strip(), text=move.reason)
            for move in moves_of(call).reverse()
        ],
    }
    return render(request, "ui/detail.html", context)


def _beside(request: Request, call: Call) -> list[Action]:
    found = []
    if call.state == "draft" and access.CALLS.may(request.actor, "edit", call):
        found.append(Action(_("修改"), reverse("calls:call_edit", args=[call.pk])))
    if call.state in ("open", "closed") and access.CALLS.may(request.actor, "amend", call):
        found.append(Action(_("变更通知"), reverse("calls:call_amend", args=[call.pk])))
    if call.state in ("draft", "open") and access.CALLS.may(request.actor, "amend", call):
        found.append(Action(_("推荐名额"), reverse("calls:call_quotas", args=[call.pk])))
    return found


def _sections(call: Call) -> list[Section]:
    facts = [
        Fact(_("事项"), call.item.title),
        Fact(_("事项版本"), str(call.item_version) if call.item_version else _("发布时确定")),
        Fact(_("数据年度"), call.year),
        Fact(_("申报开始"), call.opens_at),
        Fact(_("申报截止"), call.closes_at),
        Fact(_("依托单位审核截止"), call.host_closes_at or _("不另设")),
        Fact(_("推荐截止"), call.recommend_closes_at or _("不另设")),
        Fact(_("咨询方式"), call.contact),
    ]
    came = call.applications.count()
    listed = f"{reverse('calls:applications')}?call={call.pk}"
    facts.append(Fact(_("申报"), _("%(count)d 项") % {"count": came}, href=listed))
    sections = [Section("facts", _("时间与范围"), facts=tuple(facts))]
    if quotas := list(call.quotas.filter(county__isnull=False).select_related("county")):
        used = _recommended(call)
        rows = tuple(
            (Cell(str(row.county)), Cell(row.most, numeric=True), Cell(used.get(row.county_id, 0), numeric=True))
            for row in quotas
        )
        heads = (Head(_("县区")), Head(_("名额"), numeric=True), Head(_("已推荐"), numeric=True))
        sections.append(Section("quotas", _("推荐名额"), table=Table(heads, rows)))
    notices = list(call.notices.order_by("-number"))
    sections.append(Section("notices", _("通知文本"), template="calls/notices.html", context={"notices": notices}))
    return sections


def _recommended(call: Call) -> dict[int | None, int]:
    used: dict[int | None, int] = {}
    for county in call.applications.filter(rank__isnull=False).values_list("county_id", flat=True):
        used[county] = used.get(county, 0) + 1
    return used


@login_required
def call_edit(request: Request, pk: int) -> HttpResponse:
    """Change a draft."""
    call = _seen(request, pk)
    if call.state != "draft" or not access.CALLS.may(request.actor, "edit", call):
        raise Http404
    notice = call.notices.latest("number")
    initial = {name: getattr(call, name) for name in CallForm.base_fields if name not in ("item", "body")}
    form = CallForm(request.POST or None, items=None, call=call, initial={**initial, "body": notice.body})
    if carried_out(form, lambda values: services.call_edit(call=call, actor=request.actor, **values)):
        messages.success(request, _("草稿已保存。"))
        return redirect("calls:call_desk", pk)
    return _form_page(request, call, form, _("修改申报通知"), _("保存草稿"))


@login_required
def call_amend(request: Request, pk: int) -> HttpResponse:
    """Publish a new version of the notice, with what changed and why."""
    call = _seen(request, pk)
    if call.state not in ("open", "closed") or not access.CALLS.may(request.actor, "amend", call):
        raise Http404
    initial = {name: getattr(call, name) for name in ("closes_at", "host_closes_at", "recommend_closes_at")}
    initial["body"] = call.notices.latest("number").body
    form = AmendForm(request.POST or None, initial=initial)
    if carried_out(form, lambda values: services.call_amend(call=call, actor=request.actor, **values)):
        messages.success(request, _("变更已发布。"))
        return redirect("calls:call_desk", pk)
    return _form_page(request, call, form, _("变更通知"), _("发布变更"))


@login_required
def call_quotas(request: Request, pk: int) -> HttpResponse:
    """Set how many applications each county may recommend."""
    call = _seen(request, pk)
    if call.state not in ("draft", "open") or not access.CALLS.may(request.actor, "amend", call):
        raise Http404
    form = QuotaForm(request.POST or None, call=call)
    if carried_out(
        form, lambda _values: services.quotas_set(call=call, actor=request.actor, by_county=form.by_county())
    ):
        messages.success(request, _("名额已保存。"))
        return redirect("calls:call_desk", pk)
    return _form_page(request, call, form, _("推荐名额"), _("保存"))


@login_required
def call_step(request: Request, pk: int, name: str) -> HttpResponse:
    """Take a step of a call."""
    call = _seen(request, pk)
    try:
        step = process_of(call.process_version_id).step(name, source=call.state)
    except LookupError:
        raise Http404 from None
    if not access.CALLS.may_step(request.actor, step, call):
        raise Http404
    form = ReasonForm(request.POST or None, step=step)
    if carried_out(form, lambda values: services.call_move(call=call, step=name, actor=request.actor, **values)):
        messages.success(request, _("已办理：%(step)s。") % {"step": step.label})
        return redirect("calls:call_desk", pk)
    return _form_page(request, call, form, step.label, step.label)


def _form_page(request: Request, call: Call, form: Any, heading: str, submit_label: str) -> HttpResponse:
    context = {
        "heading": heading,
        "lead": call.title,
        "form": form,
        "submit_label": submit_label,
        "cancel_url": reverse("calls:call_desk", args=[call.pk]),
        "crumbs": [
            Crumb(_("申报通知管理"), reverse("calls:calls")),
            Crumb(call.title, reverse("calls:call_desk", args=[call.pk])),
            Crumb(heading),
        ],
    }
    return render(request, "ui/form_page.html", context)


def _seen(request: Request, pk: int) -> Call:
    rows = Call.objects.select_related("item", "item_version__item", "department").filter(pk=pk)
    found = access.CALLS.visible(rows, request.actor, "watch").first()
    if found is None:
        raise Http404
    return found
