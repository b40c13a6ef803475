"""Pages that show where the plan stands on a day."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from kechuang.kernel.moves import moves_of
from kechuang.kernel.processes import state_label
from kechuang.kernel.web import Request
from kechuang.plan import access
from kechuang.plan.choices import ClauseKind
from kechuang.plan.counters import counted_for_the_asker
from kechuang.plan.forms.work import RestateForm, SinceForm, UnitTargetForm
from kechuang.plan.models import Clause, Indicator, Plan
from kechuang.plan.resource import CLAUSE_LIST, PLAN_LIST
from kechuang.plan.selectors import documents, readings, work
from kechuang.plan.selectors.formulas import formulas
from kechuang.plan.serving import serving
from kechuang.plan.views import charts, tables
from kechuang.plan.views.asking import day_asked, on_query
from kechuang.ui.formats import day
from kechuang.ui.lists import resource_list
from kechuang.ui.parts import Action, Crumb, Fact, Happening, light_of

# A version in force is done, a draft is being worked on, the others are past.
PLAN_LIGHTS = {"draft": "doing", "published": "done"}


@counted_for_the_asker
def overview(request: Request) -> HttpResponse:
    """Show the plan in force; say so when there is none."""
    on = day_asked(request)
    seen = documents.versions_for(actor=request.actor)
    plan = documents.running(seen, on=on)
    if plan is None:
        actions = _import_action(request)
        return render(request, "plan/none.html", {"heading": _("行动方案"), "actions": actions})
    return _shown(request, plan, [row for row in seen if row.code == plan.code], on)


@counted_for_the_asker
def plan_page(request: Request, pk: int) -> HttpResponse:
    """Show one version of a plan."""
    versions = documents.versions_for(actor=request.actor, pk=pk)
    plan = next((row for row in versions if row.pk == pk), None)
    if plan is None:
        raise Http404
    return _shown(request, plan, versions, day_asked(request))


def plan_list(request: Request) -> HttpResponse:
    """List every version of every plan the person may see."""
    return resource_list(request, PLAN_LIST, extra=lambda shown: {"actions": _import_action(request)})


def clause_list(request: Request) -> HttpResponse:
    """List the clauses of the published plans, with filters and exports."""
    return resource_list(request, CLAUSE_LIST)


def _import_action(request: Request) -> list[Action]:
    if not access.PLANS.may_any(request.actor, "add"):
        return []
    return [Action(_("导入方案"), reverse("plan:import"), primary=True)]


def _shown(request: Request, plan: Plan, versions: list[Any], on: date) -> HttpResponse:
    rows = readings.figures_only(plan=plan, on=on)
    clauses = documents.works(documents.clauses_with_names(plan=plan))
    standings = work.clause_standings(clauses=clauses, on=on)
    query = on_query(request, on)
    context = {
        "heading": plan.title,
        "number": plan.document_number,
        "state": PLAN_LIGHTS.get(plan.state, "unknown"),
        "state_word": state_label(plan.process_version_id, plan.state),
        "plan": plan,
        "on": on,
        "query": query,
        "readings": rows,
        "lights": tables.lights_counted(rows),
        "total": tables.total_of(rows, plan),
        "indicator_table": tables.readings_table(rows, query=query),
        "clause_table": tables.standings_table(standings, query=query),
        "clause_states": list(work.counted_states(standings).items()),
        "milestones": plan.milestones.all(),
        "versions": sorted(versions, key=lambda row: -row.version),
        "facts": _document_facts(plan),
        "actions": _plan_actions(request, plan),
        "chart": charts.total_chart(rows, plan),
    }
    return render(request, "plan/plan.html", context)


def _document_facts(plan: Any) -> list[Fact]:
    years = f"{plan.year_from}—{plan.year_to}" if plan.year_from and plan.year_to else None
    return [
        Fact(_("印发机关"), "、".join(plan.issuers)),
        Fact(_("文号"), plan.document_number),
        Fact(_("成文日期"), day(plan.signed_on)),
        Fact(_("公布日期"), day(plan.document_published_on)),
        Fact(_("实施年度"), years),
        Fact(_("正文"), _("已附") if plan.has_text else _("未附，页面所示为要点"), source=plan.source_name),
    ]


def _plan_actions(request: Request, plan: Any) -> list[Action]:
    handed_out = plan.state == "published" and access.concerned(request.actor)
    papers = [Action(_("导出报告"), reverse("plan:papers"))] if handed_out else []
    if not plan.may_change:
        return papers
    if plan.state == "draft":
        return [
            Action(_("核对草稿"), reverse("plan:check", args=[plan.pk]), primary=True),
            Action(_("与现行版对照"), reverse("plan:difference", args=[plan.pk])),
        ]
    return [
        *papers,
        Action(_("重新读入文本"), reverse("plan:import")),
        Action(_("新建修订稿"), reverse("plan:revise", args=[plan.pk])),
    ]


@counted_for_the_asker
def clause(request: Request, pk: int) -> HttpResponse:
    """Show one clause: text, who answers for it, sub-tasks, what serves it, reports."""
    row = get_object_or_404(documents.clauses_for(actor=request.actor), pk=pk)
    on = day_asked(request)
    actor = request.actor
    [standing] = work.clause_standings(clauses=[row], on=on)
    reports = work.reports_for(actor=actor).filter(clause_id=row.root_id, month__lte=on)
    context = {
        "heading": f"{row.no}{row.title}",
        "state": standing.state,
        "lead": standing.reason,
        "clause": row,
        "plan": row.plan,
        "on": on,
        "query": on_query(request, on),
        "crumbs": [
            Crumb(row.plan.title, reverse("plan:plan", args=[row.plan_id])),
            Crumb(f"{row.get_kind_display()}{row.no}"),
        ],
        "brackets": row.responsibilities.prefetch_related(documents.bodies_prefetch("bodies")),
        "duties": tables.duty_rows(actor=actor, clause=row, on=on),
        "duties_shown": work.concerned_here(actor),
        "served": serving(clause=row, on=on, actor=actor),
        "reports": tables.reports_table(list(reports[:50])),
        "actions": _clause_actions(request, row),
    }
    return render(request, "plan/clause.html", context)


def _clause_actions(request: Request, row: Clause) -> list[Action]:
    actions = []
    if row.plan.state == "published" and work.reporting_units(actor=request.actor, clause=row):
        actions.append(Action(_("填报进展"), reverse("plan:report_new", args=[row.pk]), primary=True))
    if access.DUTIES.may_any(request.actor, "add"):
        actions.append(Action(_("分解任务"), reverse("plan:duty_new", args=[row.pk]), primary=not actions))
    if row.kind == ClauseKind.GUARANTEE and access.GUARANTEES.may_any(request.actor, "add"):
        actions.append(Action(_("登记保障落实"), reverse("plan:guarantee_new", args=[row.pk]), primary=not actions))
    if row.plan.state == "draft" and access.CLAUSES.may(request.actor, "change", row):
        address = f"{reverse('plan:check', args=[row.plan_id])}?edit=clause-{row.pk}#clause-{row.pk}"
        actions.append(Action(_("修改"), address))
    return actions


@counted_for_the_asker
def indicator(request: Request, pk: int) -> HttpResponse:
    """Show one indicator: path, table by year, reason, formulas, restatements, targets of units."""
    row = get_object_or_404(documents.indicators_for(actor=request.actor), pk=pk)
    return render(request, "plan/indicator.html", indicator_context(request, row, day_asked(request)))


def indicator_context(request: Request, row: Indicator, on: date, **forms: Any) -> dict[str, Any]:
    """Return what the indicator's page prints; ``forms`` replaces one that was refused."""
    reading = readings.indicator_reading(indicator=row, on=on)
    keeps = access.INDICATORS.may(request.actor, "restate", row)
    since, until = SinceForm(request.GET or None).days(since=date(on.year - 1, 12, 31), on=on)
    return {
        "heading": row.name,
        "state": reading.light,
        "state_word": light_of(reading.light).word if reading.verdict else "",
        "lead": reading.reason,
        "indicator": row,
        "plan": row.plan,
        "on": on,
        "query": on_query(request, on),
        "crumbs": [Crumb(row.plan.title, reverse("plan:plan", args=[row.plan_id])), Crumb(row.name)],
        "reading": reading,
        "chart": charts.path_of_reading(reading),
        "years": tables.years_table(reading),
        "parts": tables.parts_table(reading),
        "formulas": formulas(reading),
        "restatements": reading.restatements,
        "change": readings.decomposition(
            indicator=row, since=min(since, until), until=until, restatements=reading.restatements
        ),
        "units": tables.units_table(readings.unit_readings(indicator=reading.indicator, on=on), reading),
        "unit_targets": [t for t in reading.indicator.targets.all() if t.department_id or t.county_id],
        "bodies": row.bodies.all(),
        "keeps": keeps,
        "restate_form": forms.get("restate_form") or RestateForm(),
        "unit_form": forms.get("unit_form") or UnitTargetForm(),
    }


def history(plan: Plan) -> list[Happening]:
    """Return the steps taken on a plan, newest first, for its margin."""
    return [
        Happening(at=move.taken_at, title=move.label, who=str(move.actor), text=move.reason)
        for move in reversed(list(moves_of(plan)))
    ]
