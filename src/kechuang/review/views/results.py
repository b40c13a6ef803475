"""Pages of results: the ranked table with spread and flips, outliers, what the line would do, the funded set."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from kechuang.kernel.web import Request
from kechuang.pure.scoring.calibration import flips
from kechuang.pure.scoring.selection import Limit
from kechuang.review import access
from kechuang.review.forms import BudgetForm, CutForm, ReasonForm, whole_number
from kechuang.review.models import Feedback, ProposalIdentity, Ranking, RankingLine, Round, ScoreSheet
from kechuang.review.papers import trimmed
from kechuang.review.selectors import results as selectors
from kechuang.review.services import results as services
from kechuang.review.views.asking import form_answer, round_seen, seen, sent
from kechuang.review.views.rounds import crumbs_of, page_of
from kechuang.ui.formats import yuan
from kechuang.ui.parts import Action, Crumb, Fact
from kechuang.ui.tables import Cell, Head, Table

PACK = ("minutes", "notice", "table", "statistics")


@login_required
def results(request: Request, number: str) -> HttpResponse:
    """Show a round's ranking as it was computed last; ``?cut=`` asks what another line would do."""
    round_ = round_seen(request, number)
    rows = access.RANKINGS.visible(Ranking.objects.filter(round=round_), request.actor)
    ranking = rows.order_by("-pk").first()
    may = access.ROUNDS.may(request.actor, "rank", round_)
    cut = whole_number(request.GET.get("cut", ""))
    context: dict[str, Any] = {
        "heading": _("汇总"),
        "number": number,
        "crumbs": crumbs_of(round_, _("汇总")),
        "ranking": ranking,
        "flags": _flags(request, round_),
        "may": may and round_.state == "summing",
        "cut_form": CutForm(initial={"cut": ranking.cut if ranking else 0}),
        "budget_form": BudgetForm(initial=_terms_of(ranking)),
        "actions": _actions(request, round_, ranking),
    }
    if ranking is not None:
        context |= _ranking_words(request, ranking, ranking.cut if cut is None else cut)
    return render(request, "review/results.html", context)


@login_required
def compute(request: Request, number: str) -> HttpResponse:
    """Sum up and rank now."""
    round_ = round_seen(request, number, "rank")
    form = CutForm(sent(request))
    return form_answer(
        request,
        form,
        lambda values: services.ranking_compute(round_=round_, actor=request.actor, **values),
        done=_("已汇总排序。"),
        back=reverse("review:results", args=[number]),
        heading=_("汇总排序"),
        number=number,
        submit_label=_("汇总排序"),
        crumbs=crumbs_of(round_, _("汇总排序")),
    )


@login_required
def choose(request: Request, number: str) -> HttpResponse:
    """Choose the best set under a budget and limits."""
    round_ = round_seen(request, number, "rank")
    back = reverse("review:results", args=[number])
    ranking = selectors.latest_ranking(round_)
    form = BudgetForm(sent(request), initial=_terms_of(ranking))

    def act(values: dict[str, Any]) -> None:
        services.selection_compute(
            round_=round_,
            actor=request.actor,
            budget_fen=int(values["budget"] * 100),
            count_most=values["count_most"],
            limits=_limits(round_, values),
        )

    return form_answer(
        request,
        form,
        act,
        done=_("已择优。"),
        back=back,
        heading=_("择优立项"),
        lead=_("在预算和名额之内，使入选项目总分最高；并说明再多一点预算会怎样。"),
        number=number,
        submit_label=_("择优"),
        crumbs=crumbs_of(round_, _("择优立项")),
    )


@login_required
def release(request: Request, number: str) -> HttpResponse:
    """Release feedback to applicants."""
    round_ = round_seen(request, number, "release")
    form = ReasonForm(sent(request))
    del form.fields["reason"]
    return form_answer(
        request,
        form,
        lambda _values: services.feedback_release(round_=round_, actor=request.actor),
        done=_("反馈已向申报单位公布。"),
        back=page_of(round_),
        heading=_("公布反馈"),
        lead=_("申报单位会看到本单位材料的得分、等级和专家意见；专家是谁保持密封。"),
        number=number,
        submit_label=_("公布"),
        crumbs=crumbs_of(round_, _("公布反馈")),
    )


@login_required
def feedback_list(request: Request) -> HttpResponse:
    """List the feedback released to one's own organisation."""
    rows = access.FEEDBACK.visible(
        Feedback.objects.select_related("proposal__identity", "proposal__round"), request.actor
    )
    lines = tuple(
        (
            Cell(row.proposal.identity.title, href=reverse("review:feedback", args=[row.pk])),
            Cell(row.proposal.round.title),
            Cell(trimmed(row.score), numeric=True),
            Cell(row.grade),
            Cell(row.released_at),
        )
        for row in rows.order_by("-pk")[:500]
    )
    heads = (Head(_("项目")), Head(_("评审")), Head(_("得分"), numeric=True), Head(_("等级")), Head(_("公布时间")))
    context = {"heading": _("评审反馈"), "table": Table(heads, lines, empty=_("还没有公布给本单位的反馈。"))}
    return render(request, "review/table.html", context)


@login_required
def feedback_page(request: Request, key: int) -> HttpResponse:
    """Show one proposal's feedback."""
    rows = Feedback.objects.filter(pk=key).select_related("proposal__identity", "proposal__round")
    row: Feedback = seen(request, access.FEEDBACK, rows)
    facts = [
        Fact(_("评审"), row.proposal.round.title),
        Fact(_("得分"), trimmed(row.score)),
        Fact(_("等级"), row.grade or _("未定等级")),
    ]
    facts += [
        Fact(_("意见 %(n)s") % {"n": n}, f"{one['recommendation']}　{one['opinion']}", wide=True)
        for n, one in enumerate(row.opinions, start=1)
    ]
    context = {
        "heading": row.proposal.identity.title,
        "facts": facts,
        "crumbs": [Crumb(_("评审反馈"), reverse("review:feedback_list")), Crumb(row.proposal.identity.title)],
    }
    return render(request, "review/facts.html", context)


def _flags(request: Request, round_: Round) -> list[dict[str, Any]]:
    """Return outliers for those who may read the sheets."""
    found = selectors.flagged(round_)
    readable = set(
        access.SHEETS.visible(
            ScoreSheet.objects.filter(pk__in=[one.sheet.pk for one in found]), request.actor
        ).values_list("pk", flat=True)
    )
    return [
        {"sentence": one.sentence(), "reason": one.reason, "url": reverse("review:sheet_read", args=[one.sheet.pk])}
        for one in found
        if one.sheet.pk in readable
    ]


def _ranking_words(request: Request, ranking: Ranking, cut: int) -> dict[str, Any]:
    lines = selectors.lines_of(ranking)
    whose = access.IDENTITIES.visible(
        ProposalIdentity.objects.filter(proposal__in=[line.proposal_id for line in lines]), request.actor
    )
    names = {row.proposal_id: row for row in whose.select_related("organisation", "county")}
    adjusted = {line.proposal.code: line.adjusted for line in lines if line.adjusted is not None}
    raw = {line.proposal.code: line.score for line in lines}
    moved = flips(raw, adjusted, cut=cut) if adjusted.keys() == raw.keys() else []
    return {
        "rows": [_line(line, names.get(line.proposal_id), cut) for line in lines],
        "cut": cut,
        "over": (over := sum(line.place <= cut for line in lines)),
        "tied": max(0, over - cut) if cut else 0,
        "flips": moved,
        "decisions": [one for one in moved if one.decision],
        "selection": _selection_facts(ranking),
        "statistics": ranking.statistics,
        "components": ranking.components,
    }


def _line(line: RankingLine, identity: ProposalIdentity | None, cut: int) -> dict[str, Any]:
    low, high = int(line.lowest), int(Decimal(line.highest).to_integral_value())
    return {
        "place": line.place,
        "code": line.proposal.code,
        "title": identity.title if identity else "",
        "unit": identity.organisation.name if identity else "",
        "score": trimmed(line.score),
        "adjusted": "" if line.adjusted is None else trimmed(line.adjusted),
        "lowest": trimmed(line.lowest),
        "highest": trimmed(line.highest),
        "low": low,
        "wide": max(high - low, 1),
        "mean_at": int(line.score),
        "grade": line.grade,
        "moves": line.moves,
        "funded": line.funded,
        "inside": line.place <= cut,
        "amount": yuan(line.proposal.amount_fen),
    }


def _selection_facts(ranking: Ranking) -> list[Fact]:
    chosen = ranking.selection
    if not chosen:
        return []
    facts = [
        Fact(_("入选"), _("%(n)s 项") % {"n": len(chosen["funded"])}),
        Fact(_("总分"), trimmed(chosen["score"])),
        Fact(_("使用预算"), yuan(chosen["cost_fen"])),
        Fact(_("结余"), yuan(chosen["left_fen"])),
    ]
    if more := chosen.get("next_money"):
        facts.append(
            Fact(
                _("再多一点预算"),
                _("再有 %(extra)s，总分可再高 %(gain)s：增加 %(into)s%(out)s")
                % {
                    "extra": yuan(more["extra_fen"]),
                    "gain": trimmed(more["gain"]),
                    "into": "、".join(more["comes_in"]),
                    "out": _("，换下 %(out)s") % {"out": "、".join(more["goes_out"])} if more["goes_out"] else "",
                },
                wide=True,
            )
        )
    facts += [
        Fact(
            _("%(what)s多一个名额") % {"what": one["what"]},
            _("总分可再高 %(gain)s：增加 %(into)s")
            % {"gain": trimmed(one["gain"]), "into": "、".join(one["comes_in"])},
            wide=True,
        )
        for one in chosen.get("next_places", [])[:5]
    ]
    return facts


def _terms_of(ranking: Ranking | None) -> dict[str, Any]:
    if ranking is None or not ranking.selection:
        return {}
    chosen = ranking.selection
    most = {limit["kind"]: limit["most"] for limit in chosen["limits"]}
    return {
        "budget": Decimal(chosen["budget_fen"]) / 100,
        "count_most": chosen["count_most"],
        "county_most": most.get("county"),
        "field_most": most.get("field"),
    }


def _limits(round_: Round, values: dict[str, Any]) -> list[Limit]:
    found = []
    if values["county_most"] is not None:
        counties = ProposalIdentity.objects.filter(proposal__round=round_).values_list("county__short_name", flat=True)
        found += [Limit("county", name, most=values["county_most"]) for name in sorted(set(counties))]
    if values["field_most"] is not None:
        fields = {code[:3] for code in round_.proposals.values_list("discipline_code", flat=True)}
        found += [Limit("field", name, most=values["field_most"]) for name in sorted(fields)]
    return found


def _actions(request: Request, round_: Round, ranking: Ranking | None) -> list[Action]:
    number, found = round_.number, []
    if access.ROUNDS.may(request.actor, "rank", round_) and round_.state == "summing":
        found.append(Action(_("汇总排序"), reverse("review:compute", args=[number]), primary=ranking is None))
        if ranking is not None:
            found.append(Action(_("择优立项"), reverse("review:choose", args=[number]), primary=True))
    if access.ROUNDS.may(request.actor, "release", round_) and round_.state == "decided":
        found.append(Action(_("公布反馈"), reverse("review:release", args=[number]), primary=True))
    words = {"minutes": _("会议纪要"), "notice": _("公示稿"), "table": _("排序表"), "statistics": _("统计")}
    if ranking is not None:
        found += [Action(words[name], reverse("review:pack", args=[number, name])) for name in PACK]
    return found
