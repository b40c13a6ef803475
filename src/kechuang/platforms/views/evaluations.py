"""Pages of evaluation: rounds with ranking and distribution, one platform's score explained, audit and grade."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import BaseForm
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kechuang.facts.models import Fact as KnownFact
from kechuang.kernel.access import Actor
from kechuang.kernel.web import Request
from kechuang.platforms import life_access as access
from kechuang.platforms import services
from kechuang.platforms.life_forms import AuditForm, GradeForm, RoundForm, SelfReportForm
from kechuang.platforms.life_resources import EVALUATIONS, ROUNDS
from kechuang.platforms.lights import life_word
from kechuang.platforms.models import Evaluation, EvaluationRound, ScoredResult, ScoringRun
from kechuang.platforms.resource import page_of
from kechuang.platforms.selectors.figures import figures_of, labels_of, place_label, places_of, stored
from kechuang.platforms.selectors.life import scheme_of, system_of
from kechuang.platforms.selectors.rounds import movements
from kechuang.platforms.views.cases import CasePage, case_page, form_page, new_page, sheet_response, table_section
from kechuang.pure.process import Step
from kechuang.ui.acts import carried_out
from kechuang.ui.charts import Bullet, bullet_bars
from kechuang.ui.lists import resource_list
from kechuang.ui.parts import Action, Crumb, Fact, Section
from kechuang.ui.tables import Cell

INSIDE = ("county_officer", "department_officer", "department_head", "conference_office", "leader", "auditor")
"""Who sees the points before the grade is decided."""


def _run(row: Evaluation, step: str, actor: Actor, values: dict[str, Any]) -> object:
    reason = values.get("reason", "")
    acts: dict[str, Callable[[], object]] = {
        "report": lambda: services.evaluation_report(evaluation=row, actor=actor, statement=values["statement"]),
        "grade": lambda: services.evaluation_grade(evaluation=row, actor=actor, **values),
        "regrade": lambda: services.evaluation_regrade(evaluation=row, actor=actor, **values),
        "appeal": lambda: services.evaluation_appeal(evaluation=row, actor=actor, text=reason),
        "uphold": lambda: services.evaluation_uphold(evaluation=row, actor=actor, reason=reason),
    }
    act = acts.get(step)
    if act is not None:
        return act()
    return services.evaluation_move(evaluation=row, step=step, actor=actor, reason=reason)


def _self_report(row: Evaluation, step: Step, data: Any, files: Any, initial: dict[str, Any]) -> BaseForm:
    return SelfReportForm(data, initial={"statement": row.statement})


def _grade(row: Evaluation, step: Step, data: Any, files: Any, initial: dict[str, Any]) -> BaseForm:
    scheme = scheme_of(row.round.scheme)
    grades = list(dict.fromkeys([*(band.grade for band in scheme.bands), *filter(None, [scheme.absent_grade])]))
    return GradeForm(data, grades=grades, step=step, initial={**initial, "grade": row.proposed})


PAGE = CasePage(
    model=Evaluation,
    access=access.EVALUATIONS,
    list_name="evaluations",
    name="evaluation",
    list_label=gettext_lazy("平台评价"),
    run=_run,
    related=("platform", "host", "department", "round__scheme", "round__system", "round__kind"),
    forms={"report": _self_report, "grade": _grade, "regrade": _grade},
    primary=frozenset({"report", "score", "grade"}),
)


@login_required
def round_list(request: Request) -> HttpResponse:
    """Show the rounds."""
    actions = [Action(_("平台评价"), reverse("platforms:evaluations"))]
    if access.ROUNDS.may_any(request.actor, "add"):
        actions.insert(0, Action(_("开展评价"), reverse("platforms:round_new"), primary=True))
    return resource_list(request, ROUNDS, extra=lambda _shown: {"actions": actions})


@login_required
def evaluation_list(request: Request) -> HttpResponse:
    """Show the evaluations of platforms over all rounds."""
    return resource_list(request, EVALUATIONS)


@login_required
def round_new(request: Request) -> HttpResponse:
    """Begin a round."""
    if not access.ROUNDS.may_any(request.actor, "add"):
        raise Http404
    held = next((one.department_id for one in request.actor.offices if one.department_id), None)
    initial = {"year": request.actor.today.year - 1, "department": held, "opens_on": request.actor.today}
    form = RoundForm(request.POST or None, initial=initial)
    made: list[EvaluationRound] = []
    if carried_out(form, lambda values: made.append(services.round_begin(actor=request.actor, **values))):
        messages.success(
            request, _("评价已开展，已通知 %(count)s 个平台自评。") % {"count": made[0].evaluations.count()}
        )
        return redirect("platforms:round", made[0].pk)
    words = {
        "heading": _("开展评价"),
        "lead": _("办法和指标体系按今天的版本固定；所列多为外地模板，采用前请核对。"),
        "submit_label": _("开展评价"),
    }
    return new_page(request, "rounds", _("绩效评价"), form, words)


@login_required
def round_page(request: Request, key: int) -> HttpResponse:
    """Show a round: the ranking, how grades and points lie, and who moved since the run before."""
    found = get_object_or_404(
        access.ROUNDS.visible(EvaluationRound.objects.filter(pk=key), request.actor).select_related(
            "kind", "department", "scheme", "system"
        )
    )
    rows = list(access.EVALUATIONS.visible(found.evaluations.all(), request.actor).select_related("host"))
    _veil(rows, request.actor)
    ranked = sorted(rows, key=lambda row: (row.place is None, row.place or 0, row.pk))
    if request.GET.get("format") == "xlsx":
        return _ranking_sheet(found, ranked)
    may = access.ROUNDS.may(request.actor, "compute", found)
    actions = [Action(_("计分"), reverse("platforms:round_compute", args=[key]), primary=True)] if may else []
    actions.append(Action(_("下载排名"), f"{request.path}?format=xlsx"))
    runs = list(found.runs.select_related("actor").order_by("-pk")[:2])
    context = {
        "heading": found.title,
        "lead": f"{found.get_level_display()}{found.kind} · {_('%(n)s 个平台') % {'n': len(ranked)}}",
        "actions": actions,
        "crumbs": [Crumb(_("绩效评价"), reverse("platforms:rounds")), Crumb(found.title)],
        "sections": [
            _ranking_section(ranked),
            _spread_section(ranked, found),
            _moved_section(runs, ranked),
            _round_facts(found),
        ],
    }
    return render(request, "ui/detail.html", context)


@login_required
def round_compute(request: Request, key: int) -> HttpResponse:
    """Score the whole round from what is audited now."""
    found = get_object_or_404(access.ROUNDS.visible(EvaluationRound.objects.filter(pk=key), request.actor, "compute"))
    if request.method == "POST":
        return _computed(request, found)
    context = {
        "heading": _("计分"),
        "consequence": _("按已提交的自评和已核定的数据重新计分、排名；已定的等级不变，前一次的结果保留。"),
        "submit_label": _("计分"),
        "cancel_url": reverse("platforms:round", args=[key]),
        "crumbs": [Crumb(_("绩效评价"), reverse("platforms:rounds")), Crumb(found.title)],
    }
    return render(request, "platforms/press.html", context)


def _computed(request: Request, found: EvaluationRound) -> HttpResponse:
    waiting = found.evaluations.filter(state__in=("under_check", "scored", "graded", "appealed"), is_absent=False)
    if waiting.exists():
        services.round_compute(round_=found, actor=request.actor)
        messages.success(request, _("已计分。"))
    else:
        messages.warning(request, _("还没有平台提交自评，无可计分。"))
    return redirect("platforms:round", found.pk)


@login_required
def evaluation(request: Request, key: int) -> HttpResponse:
    """Show one platform's evaluation with every point explained."""
    row = PAGE.found(request, key)
    last = row.results.order_by("-pk").first() if _veil([row], request.actor) else None
    actions = []
    if row.state == "under_check" and access.EVALUATIONS.may(request.actor, "audit", row):
        actions.append(Action(_("核定"), reverse("platforms:evaluation_audit", args=[key])))
    graded = row.state in ("graded", "appealed")
    facts = (
        Fact(_("平台"), row.platform_name, href=page_of(row.platform.number)),
        Fact(_("依托单位"), row.host.name),
        Fact(_("轮次"), row.round.title, href=reverse("platforms:round", args=[row.round_id])),
        Fact(
            _("得分"),
            _("未公布") if row.total is None else row.total,
            note=_("第 %(place)s 名") % {"place": row.place} if row.place else "",
        ),
        Fact(_("建议等级"), row.proposed or _("未定"), note=row.why),
        Fact(_("等级"), row.grade if graded else _("未定"), source=row.document_number),
        Fact(_("定级日期"), row.graded_on.isoformat() if row.graded_on else _("未定")),
        Fact(_("整改期限"), row.rectify_by.isoformat() if row.rectify_by else _("不需整改")),
        Fact(_("自评说明"), row.statement or _("未提交"), wide=True),
    )
    sections = [Section("facts", _("评价"), facts=facts), *_score_sections(last)]
    if row.appeal:
        sections.append(Section("appeal", _("复核申请"), facts=(Fact(_("申请"), row.appeal, wide=True),)))
    return case_page(
        request,
        PAGE,
        row,
        heading=f"{row.platform_name} · {row.round}",
        number=row.platform.number,
        actions=actions,
        sections=sections,
    )


@login_required
def evaluation_audit(request: Request, key: int) -> HttpResponse:
    """Verify the facts of one evaluation and give the points no fact can answer."""
    row = PAGE.found(request, key)
    if row.state != "under_check" or not access.EVALUATIONS.may(request.actor, "audit", row):
        raise Http404
    system, year = system_of(row.round.system), row.round.year
    asked = places_of(system)
    figures = figures_of([row.host_id], places=asked, year=year)[row.host_id]
    metrics = labels_of(code for code, _back in asked)
    facts = [
        (
            figures.facts[place],
            place_label(place, metrics, year),
            str(stored(figures.reported[place])),
            place not in figures.unverified,
        )
        for place in asked
        if place in figures.facts
    ]
    hand = [(item.id, item.label, float(item.weight)) for item in system.items if item.by_hand]
    mine = KnownFact.objects.filter(pk__in=list(figures.facts.values()), audited_number__isnull=False)
    initial = {f"hand_{item}": row.by_hand.get(item) for item, _label, _weight in hand}
    initial |= {f"audited_{pk}": stored(value) for pk, value in mine.values_list("pk", "audited_number")}
    form = AuditForm(request.POST or None, facts=facts, hand=hand, initial=initial)

    def act(values: dict[str, Any]) -> None:
        services.evaluation_audit(
            evaluation=row,
            actor=request.actor,
            by_hand=form.by_hand(),
            audited=form.audited(),
            reason=values["reason"],
        )

    if carried_out(form, act):
        messages.success(request, _("核定已保存。"))
        return redirect(PAGE.url(row))
    missing = [place_label(place, metrics, year) for place in asked if place not in figures.counting]
    lead = _("申报值与核定值并存，计分用核定值。")
    if missing:
        lead = _("%(lead)s尚缺：%(what)s；请依托单位补报。") % {"lead": lead, "what": "、".join(missing)}
    return form_page(request, PAGE, row, form, {"heading": _("核定"), "lead": lead, "submit_label": _("保存核定")})


def _veil(rows: list[Evaluation], actor: Actor) -> bool:
    """Keep what is not decided yet from the hosts: points, places and proposed grades are the officers' until then.

    Returns whether every row may be shown with its points.
    """
    if actor.holds(*INSIDE):
        return True
    hidden = [row for row in rows if row.state not in ("graded", "appealed")]
    for row in hidden:
        row.total, row.place, row.proposed, row.why = None, None, "", ""
    return not hidden


def _ranking_section(ranked: list[Evaluation]) -> Section:
    labels = (_("平台"), _("依托单位"), _("名次"), _("得分"), _("建议等级"), _("等级"), _("状态"))
    rows = [
        (
            Cell(row.platform_name, href=reverse("platforms:evaluation", args=[row.pk])),
            Cell(row.host.name),
            Cell(row.place or ""),
            Cell(row.total if row.total is not None else ""),
            Cell(row.proposed),
            Cell(row.grade),
            Cell(life_word("evaluation", row.state), light=row.state),
        )
        for row in ranked
    ]
    return table_section("ranking", _("排名"), labels, rows, _("没有您能看到的平台。"), numeric=(2, 3))


def _spread_section(ranked: list[Evaluation], found: EvaluationRound) -> Section:
    """Return how many stand at each grade of the scheme: decided ones, and proposed where none is decided."""
    title = _("等级分布")
    counted = Counter(row.grade or row.proposed for row in ranked)
    grades = [band.grade for band in scheme_of(found.scheme).bands]
    grades += [grade for grade in counted if grade and grade not in grades]
    bars = [Bullet(grade, counted[grade]) for grade in grades]
    if counted[""]:
        bars.append(Bullet(str(_("未定")), counted[""]))
    chart = bullet_bars("spread", title, bars, unit=_("个"), label=_("等级"))
    return Section("spread", title, template="platforms/chart.html", context={"chart": chart})


def _moved_section(runs: list[ScoringRun], ranked: list[Evaluation]) -> Section:
    title = _("与上一次计分相比")
    if len(runs) < 2:  # noqa: PLR2004 - the last run and the one before
        return Section("moved", title, empty=_("只计分一次，没有可比的结果。"))
    names = {row.pk: row.platform_name for row in ranked}
    labels = (_("平台"), _("原名次"), _("现名次"), _("分数变化"))
    rows = [
        (
            Cell(names[one.subject], href=reverse("platforms:evaluation", args=[one.subject])),
            Cell(one.before or ""),
            Cell(one.after or ""),
            Cell(f"{float(one.points):+g}" if one.points else "0"),
        )
        for one in movements(runs[1], runs[0])
        if one.subject in names
    ]
    return table_section("moved", title, labels, rows, _("没有平台的名次或分数变化。"), numeric=(1, 2, 3))


def _round_facts(found: EvaluationRound) -> Section:
    template = _("外地模板，不是本市的规定")
    return Section(
        "facts",
        _("轮次"),
        facts=(
            Fact(_("评价办法"), str(found.scheme), note=template if found.scheme.template else ""),
            Fact(_("指标体系"), str(found.system), note=template if found.system.template else ""),
            Fact(_("基准年度"), found.year),
            Fact(_("自评时间"), f"{found.opens_on.isoformat()} — {found.closes_on.isoformat()}"),
            Fact(_("归口部门"), found.department.name),
        ),
    )


def _score_sections(last: ScoredResult | None) -> list[Section]:
    title = _("得分依据")
    if last is None:
        return [Section("score", title, empty=_("还没有计分，或者等级还没有确定。"))]
    labels = (_("一级指标"), _("指标"), _("申报值"), _("核定值"), _("得分"), _("满分"), _("计分规则"))
    detail = last.detail
    rows = [
        (
            Cell(one["block"]),
            Cell(f"{one['label']}{'（' + one['unit'] + '）' if one['unit'] else ''}"),
            Cell(one["reported"] or ""),
            Cell(one["value"] if one["value"] is not None else _("缺")),
            Cell(_("缺") if one["missing"] else one["points"]),
            Cell(one["weight"]),
            Cell(_("缺：%(what)s") % {"what": "、".join(one["missing"])} if one["missing"] else one["rule"]),
        )
        for one in detail["items"]
    ]
    rows += [
        (
            Cell(_("加减分")),
            Cell(one["label"]),
            Cell(""),
            Cell(""),
            Cell(one["points"]),
            Cell(""),
            Cell("、".join(one["missing"])),
        )
        for one in detail["adjustments"]
    ]
    if detail["cut"] != "0":
        rows.append((Cell(_("封顶")), Cell(_("上下限")), Cell(""), Cell(""), Cell(detail["cut"]), Cell(""), Cell("")))
    rows.append((Cell(_("合计")), Cell(""), Cell(""), Cell(""), Cell(detail["total"]), Cell(""), Cell(detail["why"])))
    found = [table_section("score", title, labels, rows, "", numeric=(2, 3, 4, 5))]
    if detail["thresholds"]:
        checks = [
            (
                Cell(one["text"]),
                Cell(
                    {True: _("符合"), False: _("不符合"), None: _("待补录")}[one["met"]],
                    light={True: "reached", False: "missed", None: "unknown"}[one["met"]],
                ),
            )
            for one in detail["thresholds"]
        ]
        found.append(table_section("thresholds", _("认定门槛复核"), (_("门槛"), _("结论")), checks, ""))
    return found


def _ranking_sheet(found: EvaluationRound, ranked: list[Evaluation]) -> HttpResponse:
    header = (_("名次"), _("平台"), _("依托单位"), _("得分"), _("建议等级"), _("等级"), _("依据"), _("状态"))
    rows = [
        (
            row.place,
            row.platform_name,
            row.host.name,
            None if row.total is None else float(row.total),
            row.proposed,
            row.grade,
            row.why,
            str(life_word("evaluation", row.state)),
        )
        for row in ranked
    ]
    return sheet_response(_("评价排名_%(round)s") % {"round": found.title}, header, rows)
