"""Pages of change requests and of recommendations upwards."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import BaseForm
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kechuang.kernel.access import Actor
from kechuang.kernel.files import attachment_response
from kechuang.kernel.web import Request
from kechuang.platforms import access as register_access
from kechuang.platforms import life_access as access
from kechuang.platforms import selectors, services
from kechuang.platforms.life_forms import ChangeForm, OutsideForm, OutsideRefusalForm, RecommendForm
from kechuang.platforms.life_resources import CHANGES, RECOMMENDATIONS
from kechuang.platforms.models import ChangeRequest, Platform, Recommendation
from kechuang.platforms.resource import level_word, page_of
from kechuang.platforms.selectors.life import change_kind, life_of, life_rule
from kechuang.platforms.views.cases import CasePage, case_page, new_page
from kechuang.pure.process import Step
from kechuang.ui.acts import carried_out
from kechuang.ui.lists import resource_list
from kechuang.ui.parts import Action, Crumb, Fact, Section

MODES = {"filed": gettext_lazy("报备"), "approved": gettext_lazy("核准")}


def _change(row: ChangeRequest, step: str, actor: Actor, values: dict[str, Any]) -> object:
    return services.change_move(request=row, step=step, actor=actor, reason=values.get("reason", ""))


CHANGE = CasePage(
    model=ChangeRequest,
    access=access.CHANGES,
    list_name="change_requests",
    name="change_request",
    list_label=gettext_lazy("变更申请"),
    run=_change,
    related=("platform", "host", "department", "scan"),
    primary=frozenset({"verify", "file", "approve", "resubmit"}),
    dangerous=frozenset({"refuse"}),
)


def _recommend(row: Recommendation, step: str, actor: Actor, values: dict[str, Any]) -> object:
    if step == "withdraw":
        return services.recommendation_withdraw(recommendation=row, actor=actor, reason=values["reason"])
    return services.recommendation_record(recommendation=row, recognised=step == "recognise", actor=actor, **values)


def _outside(row: Recommendation, step: Step, data: Any, files: Any, initial: dict[str, Any]) -> BaseForm:
    return OutsideForm(data, files, initial=initial)


def _outside_refusal(row: Recommendation, step: Step, data: Any, files: Any, initial: dict[str, Any]) -> BaseForm:
    return OutsideRefusalForm(data, initial=initial)


RECOMMENDATION = CasePage(
    model=Recommendation,
    access=access.RECOMMENDATIONS,
    list_name="recommendations",
    name="recommendation",
    list_label=gettext_lazy("向上推荐"),
    run=_recommend,
    related=("organisation", "platform", "kind", "department", "scan"),
    forms={"recognise": _outside, "refuse": _outside_refusal},
    primary=frozenset({"recognise"}),
)


@login_required
def change_list(request: Request) -> HttpResponse:
    """Show what hosts have asked to be changed."""
    return resource_list(request, CHANGES)


@login_required
def change_request(request: Request, key: int) -> HttpResponse:
    """Show one request: what becomes of what, and why."""
    row = CHANGE.found(request, key)
    changed = tuple(Fact(name, value) for name, value in row.shown.items())
    facts = (
        Fact(_("平台"), row.platform_name, href=page_of(row.platform.number)),
        Fact(_("依托单位"), row.host.name),
        Fact(_("变更事项"), row.kind_label),
        Fact(_("办理方式"), MODES[row.mode]),
        Fact(_("生效日期"), row.on.isoformat()),
        Fact(_("证明材料"), row.scan.name if row.scan else _("无")),
        Fact(_("理由"), row.reason, wide=True),
    )
    return case_page(
        request,
        CHANGE,
        row,
        heading=f"{row.kind_label}：{row.platform_name}",
        number=row.platform.number,
        sections=[Section("facts", _("申请"), facts=facts), Section("changed", _("变更后"), facts=changed)],
    )


@login_required
def change_ask(request: Request, number: str, kind: str) -> HttpResponse:
    """Ask for a change of one kind."""
    platform = _own(request, number)
    found = next((one for one in life_of(life_rule()).changes if one.code == kind), None)
    if found is None:
        raise Http404
    form = ChangeForm(request.POST or None, request.FILES or None, asked=found.fields)
    made: list[ChangeRequest] = []

    def act(values: dict[str, Any]) -> None:
        told = {name: values[name] for name in ("on", "reason", "scan")}
        made.append(
            services.change_ask(platform=platform, kind=kind, actor=request.actor, values=form.values(), **told)
        )

    if carried_out(form, act):
        messages.success(request, _("变更申请已提交，由县区核实。"))
        return redirect(CHANGE.url(made[0]))
    words = {
        "heading": found.label,
        "lead": _("办结后自生效日期起写入登记库。%(proof)s")
        % {"proof": _("须附：%(what)s。") % {"what": found.proof} if found.proof else ""},
        "submit_label": _("提交变更申请"),
        "number": number,
        "cancel_url": page_of(number),
    }
    return new_page(request, "change_requests", _("变更申请"), form, words)


@login_required
def change_kinds(request: Request, number: str) -> HttpResponse:
    """Offer the kinds of change, each with how it is dealt with."""
    platform = _own(request, number)
    rule = life_rule()
    kinds = [
        {
            "label": one.label,
            "hint": MODES[one.mode],
            "url": reverse("platforms:change_ask", args=[platform.number, change_kind(rule, one.code).code]),
        }
        for one in life_of(rule).changes
    ]
    context = {
        "heading": _("申请变更"),
        "number": number,
        "lead": _("选择变更事项；报备的由部门登记，核准的由部门负责人决定。"),
        "kinds": kinds,
        "template_note": rule.template,
        "crumbs": [
            Crumb(_("平台名录"), reverse("platforms:list")),
            Crumb(number, page_of(number)),
            Crumb(_("申请变更")),
        ],
    }
    return render(request, "platforms/change_kinds.html", context)


@login_required
def recommendation_list(request: Request) -> HttpResponse:
    """Show what was recommended upwards and what came back."""
    may = access.RECOMMENDATIONS.may_any(request.actor, "add")
    actions = [Action(_("登记推荐"), reverse("platforms:recommendation_new"), primary=True)] if may else []
    return resource_list(request, RECOMMENDATIONS, extra=lambda _shown: {"actions": actions})


@login_required
def recommendation_new(request: Request) -> HttpResponse:
    """Put a recommendation on record."""
    if not access.RECOMMENDATIONS.may_any(request.actor, "add"):
        raise Http404
    form = RecommendForm(request.POST or None, initial={"recommended_on": request.actor.today})
    made: list[Recommendation] = []
    if carried_out(form, lambda values: made.append(services.recommendation_make(actor=request.actor, **values))):
        messages.success(request, _("推荐已登记，编号 %(number)s。") % {"number": made[0].number})
        return redirect(RECOMMENDATION.url(made[0]))
    words = {"heading": _("登记推荐"), "submit_label": _("登记推荐")}
    return new_page(request, "recommendations", _("向上推荐"), form, words)


@login_required
def recommendation(request: Request, key: int) -> HttpResponse:
    """Show one recommendation with the decision that came back."""
    row = RECOMMENDATION.found(request, key)
    may_scan = row.scan is not None and access.RECOMMENDATIONS.may(request.actor, "scan", row)
    scan = Fact(_("决定扫描件"), _("无"))
    if row.scan is not None:
        href = reverse("platforms:recommendation_scan", args=[row.pk]) if may_scan else ""
        scan = Fact(_("决定扫描件"), row.scan.name, href=href)
    platform = row.platform
    return case_page(
        request,
        RECOMMENDATION,
        row,
        heading=_("推荐：%(who)s") % {"who": row.organisation},
        number=row.number,
        sections=[
            Section(
                "facts",
                _("推荐"),
                facts=(
                    Fact(_("推荐对象"), row.organisation.name),
                    Fact(
                        _("平台"),
                        platform.number if platform else _("无"),
                        href=page_of(platform.number) if platform else "",
                    ),
                    Fact(_("推荐到"), f"{level_word(row.level)} {row.kind}" if row.kind else row.programme),
                    Fact(_("推荐部门"), row.department.name),
                    Fact(_("推荐日期"), row.recommended_on.isoformat()),
                    Fact(_("推荐文号"), row.document_number or _("无")),
                    Fact(_("推荐排序"), row.place or _("无")),
                ),
            ),
            Section(
                "decision",
                _("上级决定"),
                facts=(
                    Fact(_("决定机关"), row.decided_by or _("未登记")),
                    Fact(_("决定文号"), row.decision_number or _("未登记")),
                    Fact(_("决定日期"), row.decided_on.isoformat() if row.decided_on else _("未登记")),
                    scan,
                ),
            ),
        ],
    )


@login_required
def recommendation_scan(request: Request, key: int) -> HttpResponseBase:
    """Hand out the scan of the decision."""
    row = RECOMMENDATION.found(request, key)
    if row.scan is None or not access.RECOMMENDATIONS.may(request.actor, "scan", row):
        raise Http404
    return attachment_response(row.scan)


def _own(request: Request, number: str) -> Platform:
    platform = selectors.platform_seen(actor=request.actor, number=number)
    if platform is None or not register_access.PLATFORMS.may(request.actor, "request", platform):
        raise Http404
    return platform
