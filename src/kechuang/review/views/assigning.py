"""Pages of the assignment: asking for it, its proof, every pair's reason, a change by hand and its price."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from kechuang.kernel.files import attachment_response
from kechuang.kernel.web import Request
from kechuang.review import access
from kechuang.review.forms import PairForm, ReasonForm, RunForm
from kechuang.review.models import AssignmentRun, Pair, Proposal, Round, Seat
from kechuang.review.services import assignments as services
from kechuang.review.views.asking import form_answer, round_seen, seen, sent
from kechuang.review.views.rounds import crumbs_of
from kechuang.ui.acts import carried_out
from kechuang.ui.parts import Action, Crumb, Fact
from kechuang.ui.tables import Cell, Head, Table

FILES = ("instance", "result")
PART_WORDS = {
    "discipline": gettext_noop("学科"),
    "industry": gettext_noop("行业"),
    "quality": gettext_noop("履职"),
    "wish": gettext_noop("意愿"),
}


@login_required
def assignment(request: Request, number: str) -> HttpResponse:
    """Show the assignment and ask for a new one."""
    round_ = round_seen(request, number)
    may = access.ROUNDS.may(request.actor, "assign", round_)
    form = RunForm(sent(request))
    if request.method == "POST":
        if not may:
            raise Http404
        return _asked(request, round_, form)
    run = access.RUNS.visible(AssignmentRun.objects.filter(round=round_), request.actor).order_by("-pk").first()
    context = {
        "heading": _("分派"),
        "number": number,
        "crumbs": crumbs_of(round_, _("分派")),
        "run": run,
        "running": run is not None and run.state in ("waiting", "running"),
        "facts": _run_facts(run) if run else None,
        "form": RunForm(initial={"objective": "fair"}) if may and round_.state in services.OPEN_TO_ASSIGN else None,
        "remote": round_.kind == Round.Kind.REMOTE,
        "table": _pairs(request, round_),
        "files": [(name, reverse("review:run_file", args=[run.pk, name])) for name in FILES]
        if run and run.state == "done"
        else [],
    }
    return render(request, "review/assignment.html", context)


@login_required
def run_file(request: Request, key: int, name: str) -> HttpResponseBase:
    """Hand out one of the two files that prove a run."""
    run: AssignmentRun = seen(request, access.RUNS, AssignmentRun.objects.filter(pk=key))
    if name not in FILES or getattr(run, name) is None:
        raise Http404
    return attachment_response(getattr(run, name))


@login_required
def run_progress(request: Request, key: int) -> HttpResponse:
    """Answer the progress line of a waiting page."""
    run: AssignmentRun = seen(request, access.RUNS, AssignmentRun.objects.filter(pk=key))
    running = run.state in ("waiting", "running")
    context = {"run": run, "running": running}
    answer = render(request, "review/run_progress.html", context)
    if not running:
        answer["HX-Refresh"] = "true"
    return answer


@login_required
def pair_page(request: Request, key: int) -> HttpResponse:
    """Say why a seat reads a proposal."""
    pair: Pair = seen(
        request, access.PAIRS, Pair.objects.filter(pk=key).select_related("proposal__round", "seat"), "change"
    )
    round_ = pair.proposal.round
    price = services.pair_worth(round_, pair)
    facts = [
        Fact(_("材料"), pair.proposal.code),
        Fact(_("席位"), pair.seat.code),
        Fact(_("来源"), pair.get_source_display()),
        Fact(_("匹配分"), f"{pair.match} / 1000", note=parts_said(pair.parts)),
        Fact(_("锁定"), _("是") if pair.locked else _("否")),
        Fact(_("为什么是这一对"), price.sentence(chosen=True) if price else _("本对不是计算得出的。"), wide=True),
    ]
    if pair.reason:
        facts.append(Fact(_("人工调整理由"), pair.reason, wide=True))
        facts.append(Fact(_("调整使总分下降"), pair.cost))
    number = round_.number
    context = {
        "heading": f"{pair.proposal.code} × {pair.seat.code}",
        "number": number,
        "crumbs": [
            *crumbs_of(round_, "")[:2],
            Crumb(_("分派"), reverse("review:assignment", args=[number])),
            Crumb(pair.proposal.code),
        ],
        "facts": facts,
        "actions": [
            Action(_("解除锁定") if pair.locked else _("锁定"), reverse("review:pair_lock", args=[pair.pk])),
            Action(
                _("换人"), reverse("review:pair_change", args=[number, pair.proposal.code]) + f"?out={pair.seat_id}"
            ),
        ],
    }
    return render(request, "review/facts.html", context)


@login_required
def pair_lock(request: Request, key: int) -> HttpResponse:
    """Lock a pair for later runs, or let it go."""
    pair: Pair = seen(request, access.PAIRS, Pair.objects.filter(pk=key).select_related("proposal", "seat"), "change")
    form = ReasonForm(sent(request))
    del form.fields["reason"]
    label = _("解除锁定") if pair.locked else _("锁定")
    return form_answer(
        request,
        form,
        lambda _values: services.pair_lock(pair=pair, locked=not pair.locked, actor=request.actor),
        done=_("已%(label)s。") % {"label": label},
        back=reverse("review:pair", args=[key]),
        heading=label,
        lead=_("锁定的分派在以后每次计算中都保留。"),
        submit_label=label,
    )


@login_required
def pair_change(request: Request, number: str, code: str) -> HttpResponse:
    """Exchange a reader by hand: first the price, then the reason."""
    round_ = round_seen(request, number, "assign")
    proposal: Proposal = seen(request, access.PROPOSALS, Proposal.objects.filter(round=round_, code=code), "change")
    pairs = Pair.objects.filter(proposal=proposal)
    readers = Seat.objects.filter(pk__in=pairs.filter(sheet__state="draft").values("seat"))
    others = Seat.objects.filter(round=round_, state="accepted").exclude(pk__in=pairs.values("seat")).order_by("code")
    form = PairForm(sent(request), readers=readers, others=others, initial={"seat_out": request.GET.get("out")})
    back = reverse("review:assignment", args=[number])
    if request.method == "POST" and "price" in request.POST:
        del form.fields["reason"]
        if form.is_valid():
            _tell_price(request, round_, proposal, form.cleaned_data)
        shown = PairForm(
            readers=readers, others=others, initial={k: request.POST.get(k) for k in ("seat_out", "seat_in", "reason")}
        )
        return render(request, "review/pair_change.html", _change_words(round_, proposal, shown, back))
    if request.method == "POST" and carried_out(
        form,
        lambda values: services.pair_change(round_=round_, proposal=proposal, actor=request.actor, **values),
    ):
        messages.success(request, _("已调整并锁定。"))
        return redirect(back)
    return render(request, "review/pair_change.html", _change_words(round_, proposal, form, back))


def parts_said(parts: dict[str, int]) -> str:
    """Return a score's parts as they are read: 学科 600，行业 120."""
    return "，".join(f"{_(word)} {parts[name]}" for name, word in PART_WORDS.items() if name in parts)


def _asked(request: Request, round_: Round, form: RunForm) -> HttpResponse:
    def ask(values: dict[str, Any]) -> None:
        if round_.kind == Round.Kind.REMOTE:
            services.assignment_ask(round_=round_, actor=request.actor, **values)
        else:
            services.panel_pairs_write(round_=round_, actor=request.actor)

    if round_.kind != Round.Kind.REMOTE:
        del form.fields["objective"]
    if not carried_out(form, ask):
        for sentences in form.errors.values():
            messages.error(request, str(sentences[0]))
    return redirect("review:assignment", round_.number)


def _tell_price(request: Request, round_: Round, proposal: Proposal, values: dict[str, Any]) -> None:
    seat_out, seat_in = values.get("seat_out"), values["seat_in"]
    if blocking := services.obstacles_of_pair(round_, proposal, seat_in, request.actor):
        messages.error(request, " ".join(blocking))
        return
    cost = services.pair_cost(round_, proposal, seat_out, seat_in)
    if cost is None:
        messages.info(request, _("这一对不在最近一次计算之内，没有代价可算。"))
    elif cost.loss is None:
        messages.error(request, _("这样调整后其余材料无法分派。"))
    else:
        moved = len(cost.comes_in) - 1
        messages.info(
            request,
            _("这样调整，全部材料的匹配总分下降 %(loss)s；若随之重新计算，另有 %(moved)s 对会变动。")
            % {"loss": cost.loss, "moved": max(moved, 0)},
        )


def _change_words(round_: Round, proposal: Proposal, form: PairForm, back: str) -> dict[str, Any]:
    return {
        "heading": _("%(code)s 换人") % {"code": proposal.code},
        "number": round_.number,
        "form": form,
        "cancel_url": back,
        "crumbs": crumbs_of(round_, _("换人")),
    }


def _run_facts(run: AssignmentRun) -> list[Fact]:
    facts = [Fact(_("目标"), run.get_objective_display()), Fact(_("状态"), run.get_state_display(), note=run.progress)]
    if run.state == "done":
        facts += [
            Fact(_("目标值"), run.objective_value),
            Fact(_("最低一对"), run.worst_pair),
            Fact(_("最低一份合计"), run.worst_proposal),
            Fact(_("完成于"), run.finished_at),
        ]
    return facts


def _pairs(request: Request, round_: Round) -> Table:
    rows = access.PAIRS.visible(Pair.objects.filter(proposal__round=round_), request.actor, "change")
    found: dict[str, list[Pair]] = {}
    for pair in rows.select_related("proposal", "seat", "sheet").order_by("proposal__code", "seat__code"):
        found.setdefault(pair.proposal.code, []).append(pair)
    lines = []
    for code, pairs in found.items():
        for place, pair in enumerate(pairs):
            state = {"draft": _("评分中"), "signed": _("已签名"), "abstained": _("已回避")}[pair.sheet.state]
            lines.append(
                (
                    Cell(code if place == 0 else ""),
                    Cell(pair.seat.code, href=reverse("review:pair", args=[pair.pk])),
                    Cell(pair.match, numeric=True),
                    Cell(parts_said(pair.parts)),
                    Cell(pair.get_source_display() + (_("，已锁定") if pair.locked else "")),
                    Cell(state),
                )
            )
    heads = (
        Head(_("材料")),
        Head(_("席位")),
        Head(_("匹配分"), numeric=True),
        Head(_("分项")),
        Head(_("来源")),
        Head(_("评分")),
    )
    return Table(heads, tuple(lines), empty=_("还没有分派。"))
