"""Pages of revocation and deregistration with the hearing of views, and of bans."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import BaseForm
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kechuang.kernel.access import Actor
from kechuang.kernel.files import attachment_response
from kechuang.kernel.web import Request
from kechuang.platforms import access as register_access
from kechuang.platforms import life_access as access
from kechuang.platforms import selectors, services
from kechuang.platforms.life_forms import DecideForm, EndingForm, LiftForm, NoticeForm, PaperForm, ViewsForm
from kechuang.platforms.life_resources import BANS, HEARINGS
from kechuang.platforms.models import Ban, Hearing
from kechuang.platforms.resource import page_of
from kechuang.platforms.selectors.life import life_of, life_rule
from kechuang.platforms.views.cases import CasePage, case_page, new_page
from kechuang.pure.process import Step
from kechuang.ui.acts import carried_out
from kechuang.ui.lists import resource_list
from kechuang.ui.parts import Action, Crumb, Fact, Section


def _run(row: Hearing, step: str, actor: Actor, values: dict[str, Any]) -> object:
    acts: dict[str, Callable[[], object]] = {
        "notify": lambda: services.hearing_notify(hearing=row, actor=actor, on=values["on"]),
        "state": lambda: services.hearing_state(hearing=row, actor=actor, views=values["views"]),
        "waive": lambda: services.hearing_waive(hearing=row, actor=actor),
        "lapse": lambda: services.hearing_lapse(hearing=row, actor=actor),
        "own_request": lambda: services.hearing_accept(hearing=row, actor=actor),
        "on_paper": lambda: services.hearing_on_paper(hearing=row, actor=actor, **values),
        "return": lambda: services.hearing_drop(hearing=row, actor=actor, reason=values["reason"]),
        "drop": lambda: services.hearing_drop(hearing=row, actor=actor, reason=values["reason"]),
        "decide": lambda: services.hearing_decide(hearing=row, actor=actor, **values),
    }
    return acts[step]()


def _notice(row: Hearing, step: Step, data: Any, files: Any, initial: dict[str, Any]) -> BaseForm:
    return NoticeForm(data, initial=initial)


def _views(row: Hearing, step: Step, data: Any, files: Any, initial: dict[str, Any]) -> BaseForm:
    return ViewsForm(data)


def _decide(row: Hearing, step: Step, data: Any, files: Any, initial: dict[str, Any]) -> BaseForm:
    form = DecideForm(data, initial=initial)
    form.fields["answer"].help_text = _("依托单位的意见：%(views)s") % {"views": row.views}
    form.fields["document_number"].required = row.act == Hearing.Act.REVOKE
    return form


def _paper(row: Hearing, step: Step, data: Any, files: Any, initial: dict[str, Any]) -> BaseForm:
    return PaperForm(data)


PAGE = CasePage(
    model=Hearing,
    access=access.HEARINGS,
    list_name="hearings",
    name="hearing",
    list_label=gettext_lazy("撤销与注销"),
    run=_run,
    related=("platform", "host", "department", "scan", "rules"),
    forms={"notify": _notice, "state": _views, "decide": _decide, "on_paper": _paper},
    dangerous=frozenset({"decide"}),
    primary=frozenset({"notify", "state"}),
)


@login_required
def hearing_list(request: Request) -> HttpResponse:
    """Show what is on the way to an ending, and what has ended."""
    return resource_list(request, HEARINGS)


@login_required
def hearing(request: Request, key: int) -> HttpResponse:
    """Show one proceeding: notice, views, decision, and how long the host still has."""
    row = PAGE.found(request, key)
    days = life_of(row.rules).hearing.days
    left = (row.due_on - request.actor.today).days if row.state == "noticed" and row.due_on else None
    lead = _("%(ground)s；告知后 %(days)s 个工作日内可以陈述申辩") % {"ground": row.ground_label, "days": days}
    if left is not None:
        lead = _("%(lead)s，还有 %(left)s 天") % {"lead": lead, "left": max(left, 0)}
    scan = row.scan
    return case_page(
        request,
        PAGE,
        row,
        heading=_("%(act)s：%(name)s") % {"act": row.get_act_display(), "name": row.platform_name},
        number=row.number,
        lead=lead,
        sections=[
            Section(
                "notice",
                _("告知"),
                facts=(
                    Fact(_("平台"), row.platform_name, href=page_of(row.platform.number)),
                    Fact(_("依托单位"), row.host.name),
                    Fact(_("情形"), row.ground_label),
                    Fact(_("限制申报"), _("%(n)s 个月") % {"n": row.ban_months} if row.ban_months else _("不限制")),
                    Fact(_("告知送达日期"), row.noticed_on.isoformat() if row.noticed_on else _("未送达")),
                    Fact(_("陈述申辩期限"), row.due_on.isoformat() if row.due_on else _("未起算")),
                    Fact(_("事实与理由"), row.facts, wide=True),
                    Fact(
                        _("佐证材料"),
                        scan.name if scan else _("无"),
                        href=reverse("platforms:hearing_scan", args=[row.pk]) if scan else "",
                    ),
                ),
            ),
            Section(
                "views",
                _("陈述申辩"),
                facts=(
                    Fact(_("意见日期"), row.views_on.isoformat() if row.views_on else _("未陈述")),
                    Fact(_("陈述申辩意见"), row.views or _("未陈述"), wide=True),
                ),
            ),
            Section(
                "decision",
                _("决定"),
                facts=(
                    Fact(_("决定文号"), row.document_number or (_("无") if row.on else _("未决定"))),
                    Fact(_("生效日期"), row.on.isoformat() if row.on else _("未决定")),
                    Fact(_("对意见的答复"), row.answer or _("未决定"), wide=True),
                ),
            ),
        ],
    )


@login_required
def hearing_scan(request: Request, key: int) -> HttpResponseBase:
    """Hand out the paper that goes with a proceeding."""
    row = PAGE.found(request, key)
    if row.scan is None:
        raise Http404
    return attachment_response(row.scan)


@login_required
def ending(request: Request, number: str) -> HttpResponse:
    """Propose to revoke or deregister a platform; its host may ask for deregistration itself."""
    platform = selectors.platform_seen(actor=request.actor, number=number)
    if platform is None:
        raise Http404
    table = register_access.PLATFORMS
    officer, host = (table.may(request.actor, one, platform) for one in ("end_propose", "request"))
    if not (officer or host):
        raise Http404
    acts = dict(Hearing.Act.choices)
    grounds = [
        (f"{one.act}:{one.code}", f"{acts[one.act]}：{one.label}")
        for one in life_of(life_rule()).grounds
        if officer or one.own_request
    ]
    form = EndingForm(request.POST or None, request.FILES or None, grounds=grounds)
    made: list[Hearing] = []
    if carried_out(
        form,
        lambda _values: made.append(services.hearing_begin(platform=platform, actor=request.actor, **form.told())),
    ):
        messages.success(
            request, _("已提出，编号 %(number)s；决定前须听取依托单位的意见。") % {"number": made[0].number}
        )
        seen = access.HEARINGS.may(request.actor, "view", made[0])
        return redirect(PAGE.url(made[0])) if seen else redirect("platforms:detail", number)
    words = {
        "heading": _("撤销或注销平台") if officer else _("申请注销平台"),
        "lead": _("先告知依托单位并听取陈述申辩，再作出决定。") if officer else _("提交后由归口部门办理。"),
        "submit_label": _("提出"),
        "number": number,
        "cancel_url": page_of(number),
    }
    return new_page(request, "hearings", _("撤销与注销"), form, words)


@login_required
def ban_list(request: Request) -> HttpResponse:
    """Show who may not apply, until when, and why."""
    return resource_list(request, BANS)


@login_required
def ban(request: Request, key: int) -> HttpResponse:
    """Show one ban; who decided may lift it."""
    row = get_object_or_404(
        access.BANS.visible(Ban.objects.filter(pk=key), request.actor).select_related("organisation", "hearing")
    )
    may = row.lifted_on is None and row.end > request.actor.today and access.BANS.may(request.actor, "lift", row)
    facts = (
        Fact(_("单位"), row.organisation.name if row.organisation else _("无")),
        Fact(_("人员"), row.person_name or _("无")),
        Fact(_("起"), row.start.isoformat()),
        Fact(_("止（不含）"), row.end.isoformat()),
        Fact(_("依据文号"), row.document_number),
        Fact(_("依据事项"), str(row.hearing) if row.hearing else _("无")),
        Fact(_("提前解除"), row.lifted_on.isoformat() if row.lifted_on else _("未解除"), note=row.lifted_because),
        Fact(_("情形"), row.reason, wide=True),
    )
    context = {
        "heading": str(row.organisation or row.person_name),
        "crumbs": [Crumb(_("限制申报"), reverse("platforms:bans")), Crumb(str(row.organisation or row.person_name))],
        "actions": [Action(_("提前解除"), reverse("platforms:ban_lift", args=[key]))] if may else [],
        "sections": [Section("facts", _("限制申报"), facts=facts)],
    }
    return render(request, "ui/detail.html", context)


@login_required
def ban_lift(request: Request, key: int) -> HttpResponse:
    """End a ban before its day."""
    row = get_object_or_404(access.BANS.visible(Ban.objects.filter(pk=key), request.actor, "lift"))
    form = LiftForm(request.POST or None, initial={"on": request.actor.today})
    if carried_out(form, lambda values: services.ban_lift(ban=row, actor=request.actor, **values)):
        messages.success(request, _("限制已解除。"))
        return redirect("platforms:ban", key)
    return new_page(request, "bans", _("限制申报"), form, {"heading": _("提前解除"), "submit_label": _("提前解除")})
