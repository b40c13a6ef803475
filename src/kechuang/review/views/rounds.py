"""Pages of rounds: the list, one round with its stages, what it judges, its steps."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from kechuang.kernel.moves import steps_open
from kechuang.kernel.processes import state_label
from kechuang.kernel.web import Request
from kechuang.review import access, subjects
from kechuang.review.forms import ReasonForm, RoundForm
from kechuang.review.forms_proposals import BlindFileForm, PlaceForm, ProposalForm, TakeForm
from kechuang.review.loading import rules_of
from kechuang.review.models import BlindCopy, Pair, Proposal, ProposalIdentity, Round, ScoreSheet
from kechuang.review.resource import ROUND_LIST
from kechuang.review.services import intake, placing
from kechuang.review.services import rounds as services
from kechuang.review.stages import next_step, stage_marks, step_told
from kechuang.review.views.asking import form_answer, may_step, round_seen, seen, sent, timeline_of, told
from kechuang.ui.acts import carried_out
from kechuang.ui.formats import yuan
from kechuang.ui.lists import resource_list
from kechuang.ui.parts import Action, Crumb, Fact, Section
from kechuang.ui.tables import Cell, Head, Table

OWN_PAGE = {"commit": "review:commit", "draw": "review:draw", "reset": "review:set_aside", "redraw": "review:set_aside"}


@login_required
def round_list(request: Request) -> HttpResponse:
    """List the rounds the person may see."""

    def extra(_listing: object) -> dict[str, Any]:
        may = access.ROUNDS.may_any(request.actor, "add")
        return {"actions": [Action(_("新建评审"), reverse("review:round_add"), primary=True)] if may else []}

    return resource_list(request, ROUND_LIST, extra=extra)


@login_required
def round_add(request: Request) -> HttpResponse:
    """Plan a round."""
    if not access.ROUNDS.may_any(request.actor, "add"):
        raise Http404
    begun: list[Round] = []
    answer = form_answer(
        request,
        RoundForm(sent(request), actor=request.actor),
        lambda values: begun.append(services.round_plan(actor=request.actor, **values)),
        done=_("已新建；请列入被评对象。"),
        back=reverse("review:rounds"),
        heading=_("新建评审"),
        submit_label=_("新建"),
        crumbs=[Crumb(_("评审轮次"), reverse("review:rounds")), Crumb(_("新建评审"))],
    )
    return redirect("review:round", begun[0].number) if begun else answer


@login_required
def round_page(request: Request, number: str) -> HttpResponse:
    """Show one round: where it stands, what is next, and the ways to its parts."""
    round_ = round_seen(request, number)
    steps = steps_open(round_, access=access.ROUNDS, actor=request.actor)
    context = {
        "heading": round_.title,
        "number": round_.number,
        "state": "done" if round_.state == "decided" else "doing",
        "state_word": state_label(round_.process_version_id, round_.state),
        "next_step": next_step(round_),
        "steps": stage_marks(round_),
        "crumbs": [Crumb(_("评审轮次"), reverse("review:rounds")), Crumb(round_.title)],
        "actions": _actions(request, round_, [(step.name, step.label) for step in steps]),
        "sections": _sections(request, round_),
        "timeline": timeline_of(round_),
    }
    return render(request, "ui/detail.html", context)


@login_required
def round_step(request: Request, number: str, step: str) -> HttpResponse:
    """Take a step that asks for no more than a reason."""
    round_ = round_seen(request, number)
    taken = may_step(request, access.ROUNDS, round_, step)
    if step in OWN_PAGE:
        return redirect(OWN_PAGE[step], number)
    return form_answer(
        request,
        ReasonForm(sent(request), step=taken),
        lambda values: services.round_move(round_=round_, step=step, actor=request.actor, **values),
        done=told(taken.label),
        back=page_of(round_),
        heading=taken.label,
        number=number,
        submit_label=taken.label,
        lead=step_told(step),
        consequence=_("取消后本轮不再进行，已有记录保留。") if step == "cancel" else "",
        crumbs=crumbs_of(round_, str(taken.label)),
    )


@login_required
def proposals(request: Request, number: str) -> HttpResponse:
    """List what a round judges, with whose it is: only for those who organise it."""
    round_ = round_seen(request, number)
    rows = access.PROPOSALS.visible(Proposal.objects.filter(round=round_), request.actor)
    whose = {
        one.proposal_id: one
        for one in access.IDENTITIES.visible(
            ProposalIdentity.objects.filter(proposal__round=round_), request.actor
        ).select_related("organisation", "county")
    }
    may_add = round_.state == "planned" and access.ROUNDS.may(request.actor, "prepare", round_)
    copies = {copy.proposal_id: copy for copy in BlindCopy.objects.filter(proposal__round=round_)}
    lines = tuple(
        _proposal_cells(proposal, whose.get(proposal.pk), copies.get(proposal.pk), number, may_change=may_add)
        for proposal in rows.order_by("code")
    )
    heads = (
        Head(_("代号")), Head(_("名称")), Head(_("申报单位")), Head(_("县区")), Head(_("学科")),
        Head(_("申请金额"), numeric=True), Head(_("匿名材料")),
    )  # fmt: skip
    context = {
        "heading": _("被评对象"),
        "number": number,
        "crumbs": crumbs_of(round_, _("被评对象")),
        "table": Table(heads, lines, empty=_("还没有列入被评对象。")),
        "actions": _adding(number) if may_add else [],
    }
    return render(request, "review/table.html", context)


@login_required
def proposal_add(request: Request, number: str) -> HttpResponse:
    """List one more proposal."""
    round_ = round_seen(request, number, "prepare")
    return form_answer(
        request,
        ProposalForm(sent(request)),
        lambda values: services.proposal_add(round_=round_, actor=request.actor, **values),
        done=_("已列入。"),
        back=reverse("review:proposals", args=[number]),
        heading=_("列入被评对象"),
        number=number,
        submit_label=_("列入"),
        crumbs=crumbs_of(round_, _("列入被评对象")),
    )


@login_required
def proposals_take(request: Request, number: str) -> HttpResponse:
    """List applications of the intake."""
    round_ = round_seen(request, number, "prepare")
    if round_.state != "planned":
        raise Http404
    awaiting = intake.applications_awaiting(round_)
    words = {"heading": _("从申报列入"), "number": number, "crumbs": crumbs_of(round_, _("从申报列入"))}
    if not awaiting.exists():
        nothing = Table((), (), empty=_("现在没有处在评审环节的申报；“组织评审”之后会出现在这里。"))
        return render(request, "review/table.html", {**words, "table": nothing})
    return form_answer(
        request,
        TakeForm(sent(request), awaiting=awaiting),
        lambda values: intake.applications_take(round_=round_, actor=request.actor, **values),
        done=_("已列入。"),
        back=reverse("review:proposals", args=[number]),
        lead=_("处在评审环节、尚未列入其他轮次的申报。"),
        submit_label=_("列入"),
        **words,
    )


@login_required
def proposal_place(request: Request, number: str, code: str) -> HttpResponse:
    """Say where a proposal belongs: its field, its amount, what ties are broken by."""
    proposal = _planned(request, number, code)
    given = {
        "discipline_code": proposal.discipline_code,
        "industry_code": proposal.industry_code,
        "amount": Decimal(proposal.amount_fen) / 100,
        **{f"figure_{key}": n for key, n in proposal.figures.items()},
    }
    return form_answer(
        request,
        PlaceForm(sent(request), ties=rules_of(proposal.round.scheme).tie_breaks, initial=given),
        lambda values: placing.proposal_place(proposal=proposal, actor=request.actor, **values),
        done=_("已保存。"),
        back=reverse("review:proposals", args=[number]),
        heading=_("%(code)s 归类") % {"code": code},
        lead=_("学科决定从哪一门类抽取专家、由谁评审。"),
        actions=[Action(_("移出"), reverse("review:proposal_take_off", args=[number, code]), danger=True)],
        number=number,
        submit_label=_("保存"),
        crumbs=crumbs_of(proposal.round, code),
    )


@login_required
def proposal_take_off(request: Request, number: str, code: str) -> HttpResponse:
    """Take a proposal off the list again."""
    proposal = _planned(request, number, code)
    form = ReasonForm(sent(request))
    del form.fields["reason"]
    return form_answer(
        request,
        form,
        lambda _values: placing.proposal_take_off(proposal=proposal, actor=request.actor),
        done=_("已移出。"),
        back=reverse("review:proposals", args=[number]),
        heading=_("移出 %(code)s") % {"code": code},
        consequence=_("移出后不在本轮评审；来自申报的，可以再列入本轮或其他轮次。"),
        number=number,
        submit_label=_("移出"),
        crumbs=crumbs_of(proposal.round, code),
    )


@login_required
def copy_page(request: Request, number: str, code: str) -> HttpResponse:
    """Show what reviewers will read of a proposal, and take in files for them."""
    round_ = round_seen(request, number, "prepare")
    rows = BlindCopy.objects.filter(proposal__round=round_, proposal__code=code).select_related("proposal__round")
    copy: BlindCopy = seen(request, access.BLIND_COPIES, rows, "change")
    form = BlindFileForm(sent(request), request.FILES or None)

    def act(values: dict[str, Any]) -> None:
        services.copy_file_add(
            copy=copy, upload=values["scan"], actor=request.actor, scans_checked=values["scans_checked"]
        )

    if carried_out(form, act):
        messages.success(request, _("文件已去除全部附带信息并加入。"))
        return redirect("review:copy", number, code)
    context = {
        "heading": copy.title,
        "number": code,
        "copy": copy,
        "files": copy.files.order_by("pk"),
        "form": form,
        "crumbs": crumbs_of(round_, code),
    }
    return render(request, "review/copy.html", context)


def _planned(request: Request, number: str, code: str) -> Proposal:
    """Return a proposal of a round that is being planned, else there is no page."""
    round_ = round_seen(request, number, "prepare")
    if round_.state != "planned":
        raise Http404
    rows = Proposal.objects.filter(round=round_, code=code).select_related("round__scheme")
    found: Proposal = seen(request, access.PROPOSALS, rows, "change")
    return found


def page_of(round_: Round) -> str:
    """Return a round's address."""
    return reverse("review:round", args=[round_.number])


def crumbs_of(round_: Round, last: str) -> list[Crumb]:
    """Return the way to a page of a round."""
    return [Crumb(_("评审轮次"), reverse("review:rounds")), Crumb(round_.title, page_of(round_)), Crumb(last)]


def _adding(number: str) -> list[Action]:
    return [
        Action(_("从申报列入"), reverse("review:proposals_take", args=[number]), primary=True),
        Action(_("手工列入"), reverse("review:proposal_add", args=[number])),
    ]


def _proposal_cells(proposal: Proposal, identity: Any, copy: Any, number: str, *, may_change: bool) -> tuple[Cell, ...]:
    place = reverse("review:proposal_place", args=[number, proposal.code]) if may_change else ""
    state = _("没有") if copy is None else "；".join(copy.problems) or _("可以送审")
    return (
        Cell(proposal.code),
        Cell(identity.title if identity else _("不对您开放")),
        Cell(identity.organisation.name if identity else ""),
        Cell(identity.county.short_name if identity else ""),
        Cell(subjects.said(proposal.discipline_code) or _("未填"), href=place),
        Cell(yuan(proposal.amount_fen), numeric=True),
        Cell(state, href=reverse("review:copy", args=[number, proposal.code])),
    )


def _actions(request: Request, round_: Round, steps: list[tuple[str, Any]]) -> list[Action]:
    """Return the one thing to do now first, then the steps of the process."""
    now = _now(round_) if access.ROUNDS.may(request.actor, "prepare", round_) else None
    forward = {"commit", "draw", "open", "close", "decide"}
    taken = [
        Action(
            label,
            reverse("review:round_step", args=[round_.number, name]),
            primary=now is None and name in forward,
            danger=name == "cancel",
        )
        for name, label in steps
    ]
    return [*([now] if now else []), *taken]


def _now(round_: Round) -> Action | None:
    """Return what must be done before the next step can be, if anything."""
    number = round_.number
    if round_.state == "planned" and not round_.proposals.exists():
        return Action(_("列入被评对象"), reverse("review:proposals", args=[number]), primary=True)
    if round_.state == "drawn":
        if round_.seats.filter(part="member", state="drawn").exists():
            return Action(_("邀请专家"), reverse("review:invite", args=[number]), primary=True)
        if not Pair.objects.filter(proposal__round=round_).exists():
            return Action(_("分派"), reverse("review:assignment", args=[number]), primary=True)
    if round_.state == "summing" and not round_.rankings.exists():
        return Action(_("汇总排序"), reverse("review:compute", args=[number]), primary=True)
    return None


def _sections(request: Request, round_: Round) -> list[Section]:
    rules = rules_of(round_.scheme)
    number = round_.number
    count = round_.proposals.count()
    seats = dict(round_.seats.values_list("state").annotate(n=Count("pk")).order_by())
    sheets = ScoreSheet.objects.filter(pair__proposal__round=round_)
    done = sheets.aggregate(all=Count("pk", filter=~Q(state="abstained")), signed=Count("pk", filter=Q(state="signed")))
    draw = round_.draws.filter(void_reason="").first()
    facts = (
        Fact(_("方式"), round_.get_kind_display()),
        Fact(_("评审办法"), round_.scheme.title, note=_("模板") if rules.template else ""),
        Fact(_("匿名评审"), _("是") if round_.blind else _("否")),
        Fact(_("评分截止"), round_.deadline_at),
        Fact(_("每份评审专家"), _("%(n)s 名") % {"n": rules.limits.reviews_each}),
        Fact(_("主管部门"), round_.department.name),
    )
    ways = (
        Fact(_("被评对象"), _("%(n)s 份") % {"n": count}, href=reverse("review:proposals", args=[number])),
        Fact(
            _("抽取"),
            (_("已抽取") if draw.drawn_at else _("已公布摘要")) if draw else _("未公布摘要"),
            href=reverse("review:draw_public", args=[draw.pk]) if draw else "",
        ),
        Fact(
            _("专家席位"),
            _("已接受 %(yes)s，已邀请 %(asked)s，谢绝 %(no)s")
            % {"yes": seats.get("accepted", 0), "asked": seats.get("invited", 0), "no": seats.get("declined", 0)},
            href=reverse("review:seats", args=[number]),
        ),
        Fact(_("分派"), _("%(n)s 份评分表") % {"n": done["all"]}, href=reverse("review:assignment", args=[number])),
        Fact(
            _("评分进度"),
            _("已签名 %(signed)s，共 %(all)s") % done,
            href=reverse("review:results", args=[number]),
        ),
    )
    return [Section("ways", _("进展"), facts=ways), Section("facts", _("安排"), facts=facts)]
