"""Pages of the guarantees: what was put in, carried out and published, one record, recording and confirming."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kechuang.kernel.moves import steps_open
from kechuang.kernel.processes import state_label
from kechuang.kernel.web import Request
from kechuang.plan import access, services
from kechuang.plan.choices import ClauseKind, GuaranteeKind
from kechuang.plan.forms.guarantees import GuaranteeForm
from kechuang.plan.models import Clause, GuaranteeRecord
from kechuang.plan.resource import GUARANTEE_LIGHTS, GUARANTEE_LIST
from kechuang.plan.selectors import documents, guarantees, work
from kechuang.plan.selectors.guarantees import Carried, Money
from kechuang.plan.views.asking import day_asked, done, on_query, typed
from kechuang.plan.views.tables import cells_of
from kechuang.ui.case_panel import panel_of
from kechuang.ui.charts import Bullet, bullet_bars
from kechuang.ui.formats import FEN_PER_WAN, day, thousands, wan, wan_figure
from kechuang.ui.lists import resource_list
from kechuang.ui.parts import Action, Crumb, Fact
from kechuang.ui.tables import Cell, Head, Table

NEWEST = 5


@login_required
def overview(request: Request) -> HttpResponse:
    """Show for each guarantee of the plan in force what was confirmed by the day asked."""
    if not access.GUARANTEES.may_any(request.actor, "view"):
        raise Http404
    on = day_asked(request)
    plan = documents.plan_current(actor=request.actor, on=on)
    carried = guarantees.guarantees_carried(plan=plan, on=on, actor=request.actor) if plan else []
    money = guarantees.money_of(record for row in carried for record in row.records)
    context = {
        "heading": _("保障落实"),
        "lead": _("各单位登记、联席会议办公室核定的经费投入、政策落实和宣传引导；只计已核定的。"),
        "plan": plan,
        "on": on,
        "query": on_query(request, on),
        "money": money,
        "shares": _shares(money),
        "chart": _money_chart(money) if money.cells else None,
        "money_table": money_table(money),
        "guarantees": [_shown(row) for row in carried],
        "actions": [
            Action(_("全部记录"), reverse("plan:guarantee_list")),
            *_waiting(request),
        ],
    }
    return render(request, "plan/guarantees.html", context)


def _waiting(request: Request) -> list[Action]:
    rows = guarantees.guarantees_for(actor=request.actor).filter(state="recorded")
    count = access.GUARANTEES.visible(rows, request.actor, "confirm").count()
    address = f"{reverse('plan:guarantee_list')}?state=recorded"
    return [Action(_("待核定 %(count)d 条") % {"count": count}, address, primary=True)] if count else []


def _shares(money: Money) -> str:
    """Return how public money led in other money, in a sentence; empty without money."""
    if not money.total:
        return ""
    led = money.total - money.public
    if not money.public:
        return _("合计 %(total)s，没有登记财政投入。") % {"total": wan(money.total)}
    each = thousands(round(led / money.public, 2))
    said = _("合计 %(total)s，其中财政 %(public)s；财政每投入 1 元，带动其他投入 %(each)s 元。")
    return said % {"total": wan(money.total), "public": wan(money.public), "each": each}


def _money_chart(money: Money) -> Any:
    rows = [
        Bullet(_("%(year)d 年") % {"year": year}, round(money.of_year(year) / FEN_PER_WAN, 2)) for year in money.years
    ]
    return bullet_bars("guarantee-money", _("各年投入"), rows, unit=_("万元"), label=_("年度"))


def money_table(money: Money) -> Table:
    """Return year by source in 万元, with sums at the end of rows and columns."""
    sources = money.sources
    heads = (Head(_("年度")), *(Head(one.label, numeric=True) for one in sources), Head(_("合计"), numeric=True))

    def line(name: str, amounts: list[int | None]) -> tuple[Cell, ...]:
        figures = ["" if amount is None else wan_figure(amount) for amount in amounts]
        return cells_of([{"text": text} for text in (name, *figures)], heads)

    body = tuple(
        line(str(year), [*(money.cells.get((year, one.value)) for one in sources), money.of_year(year)])
        for year in money.years
    )
    foot = line(_("合计"), [*(money.of_source(one.value) for one in sources), money.total]) if body else ()
    return Table(
        heads=heads,
        rows=body,
        foot=foot,
        caption=_("按年度和来源的投入（万元）"),
        empty=_("还没有核定的经费投入。"),
        advice=_("单位在保障条款下登记，联席会议办公室核定后计入。"),
    )


def _shown(row: Carried) -> dict[str, Any]:
    counts = "，".join(f"{kind.label} {number}" for kind, number in row.counts)
    money = row.money.total
    return {
        "clause": row.clause,
        "said": counts or _("还没有核定的落实记录。"),
        "money": wan(money) if money else "",
        "newest": row.records[:NEWEST],
    }


@login_required
def record_list(request: Request) -> HttpResponse:
    """List every record the person may see, with filters and exports."""
    if not access.GUARANTEES.may_any(request.actor, "view"):
        raise Http404
    return resource_list(request, GUARANTEE_LIST)


@login_required
def record_new(request: Request, pk: int) -> HttpResponse:
    """Record what was done for one guarantee."""
    rows = documents.clauses_for(actor=request.actor).filter(kind=ClauseKind.GUARANTEE)
    clause = get_object_or_404(rows, pk=pk)
    units = _units(request)
    if not units:
        raise Http404
    initial = {"kind": GuaranteeKind.MONEY, "unit": units[0].key}
    form = GuaranteeForm(request.POST or None, units=units, initial=initial)
    made: list[GuaranteeRecord] = []

    def record() -> None:
        unit = form.chosen
        made.append(
            services.guarantee_record(
                clause=clause,
                actor=request.actor,
                department_id=unit.department.pk if unit.department else None,
                county_id=unit.county.pk if unit.county else None,
                **form.values,
            )
        )

    if form.is_valid() and done(request, record, said=_("已登记，等待核定。"), form=form):
        return redirect("plan:guarantee", pk=made[0].pk)
    return render(request, "ui/form_page.html", _form_context(form, clause, _("登记保障落实"), _("登记")))


def _units(request: Request) -> list[work.Unit]:
    units = work.units_of(actor=request.actor)
    if request.actor.holds("conference_office"):
        units.append(work.Unit("office", _("联席会议办公室")))
    return units


def _form_context(form: GuaranteeForm, clause: Clause, heading: str, submit: str) -> dict[str, Any]:
    address = reverse("plan:clause", args=[clause.pk])
    title = f"{clause.no}{clause.title}"
    return {
        "heading": heading,
        "lead": title,
        "form": form,
        "submit_label": submit,
        "cancel_url": address,
        "crumbs": [Crumb(_("保障落实"), reverse("plan:guarantees")), Crumb(title, address), Crumb(heading)],
    }


@login_required
def record(request: Request, pk: int) -> HttpResponse:
    """Show one record; its unit corrects it here, the office confirms it here."""
    row = get_object_or_404(guarantees.guarantees_for(actor=request.actor), pk=pk)
    panel = panel_of(row, access=access.GUARANTEES, actor=request.actor)
    open_now = row.state in ("recorded", "returned")
    may_change = open_now and access.GUARANTEES.may(request.actor, "change", row)
    clause = f"{row.clause.no}{row.clause.title}"
    context = {
        "heading": row.title,
        "state": GUARANTEE_LIGHTS[row.state],
        "state_word": state_label(row.process_version_id, row.state),
        "lead": clause,
        "crumbs": [
            Crumb(_("保障落实"), reverse("plan:guarantees")),
            Crumb(clause, reverse("plan:clause", args=[row.clause_id])),
        ],
        "record": row,
        "facts": _facts(row),
        "steps_open": steps_open(row, access=access.GUARANTEES, actor=request.actor),
        "actions": [Action(_("修改"), reverse("plan:guarantee_change", args=[pk]))] if may_change else [],
        "panel": panel,
        "timeline": panel.timeline,
    }
    return render(request, "plan/guarantee.html", context)


def _facts(row: GuaranteeRecord) -> list[Fact]:
    money = [Fact(_("金额"), wan(row.amount)), Fact(_("资金来源"), row.get_source_display())] if row.amount else []
    return [
        Fact(_("类别"), row.get_kind_display()),
        Fact(_("日期"), day(row.day)),
        *money,
        Fact(_("文号或刊发载体"), row.reference),
        Fact(_("登记单位"), str(row.department or row.county or _("联席会议办公室"))),
        Fact(_("登记人"), str(row.author)),
    ]


@login_required
def record_change(request: Request, pk: int) -> HttpResponse:
    """Correct a record that is not confirmed."""
    rows = GuaranteeRecord.objects.select_related("clause")
    row = get_object_or_404(access.GUARANTEES.visible(rows, request.actor, "change"), pk=pk)
    form = GuaranteeForm(request.POST or None, fixed=True, initial=GuaranteeForm.kept(row))
    if form.is_valid() and done(
        request,
        lambda: services.guarantee_change(record=row, actor=request.actor, **form.values),
        said=_("已保存。"),
        form=form,
    ):
        return redirect("plan:guarantee", pk=pk)
    context = _form_context(form, row.clause, _("修改保障落实"), _("保存"))
    return render(request, "ui/form_page.html", {**context, "cancel_url": reverse("plan:guarantee", args=[pk])})


@login_required
@require_POST
def record_step(request: Request, pk: int) -> HttpResponse:
    """Take a step of a record: confirm, return, hand in again, drop."""
    row = get_object_or_404(guarantees.guarantees_for(actor=request.actor), pk=pk)
    step, reason = typed(request, "step"), typed(request, "reason")
    done(
        request,
        lambda: services.guarantee_step(record=row, step=step, actor=request.actor, reason=reason),
        said=_("已办理。"),
    )
    return redirect("plan:guarantee", pk=pk)
