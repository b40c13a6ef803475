"""Pages of the work: sub-tasks, reports with approval, closed months, restated bases."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
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
from kechuang.plan.forms.work import DutyForm, MonthForm, ReasonForm, ReportForm, RestateForm, UnitTargetForm
from kechuang.plan.models import Clause, Duty, Indicator, PeriodLock, ProgressReport, Target
from kechuang.plan.selectors import documents, work
from kechuang.plan.selectors.checking import figures_rows
from kechuang.plan.views import tables
from kechuang.plan.views.asking import done, typed
from kechuang.plan.views.reading import indicator_context
from kechuang.ui.case_panel import panel_of
from kechuang.ui.parts import Crumb, Fact

SHOWN = 200


@login_required
def duty_new(request: Request, pk: int) -> HttpResponse:
    """Give a unit its part of a clause."""
    clause = get_object_or_404(documents.clauses_for(actor=request.actor), pk=pk)
    if not access.DUTIES.may_any(request.actor, "add"):
        raise Http404
    form = DutyForm(request.POST or None)
    if form.is_valid() and done(
        request,
        lambda: services.duty_add(clause=clause, actor=request.actor, **form.cleaned_data),
        said=_("已分解。"),
        form=form,
    ):
        return redirect(f"{reverse('plan:clause', args=[pk])}#duties")
    return _form_page(request, form, _("分解任务"), _("分解到单位"), clause)


@login_required
def duty_edit(request: Request, pk: int) -> HttpResponse:
    """Correct a sub-task."""
    duty = get_object_or_404(access.DUTIES.visible(Duty.objects.all(), request.actor, "change"), pk=pk)
    kept = {name: getattr(duty, name) for name in DutyForm.base_fields}
    form = DutyForm(request.POST or None, initial=kept)
    clause = _clause_now(request, duty.clause)
    if form.is_valid() and done(
        request,
        lambda: services.duty_change(duty=duty, actor=request.actor, **form.cleaned_data),
        said=_("已保存。"),
        form=form,
    ):
        return redirect(f"{reverse('plan:clause', args=[clause.pk])}#duties")
    return _form_page(request, form, _("修改分工"), _("保存"), clause)


@login_required
@require_POST
def duty_remove(request: Request, pk: int) -> HttpResponse:
    """Remove a sub-task nobody has begun."""
    duty = get_object_or_404(access.DUTIES.visible(Duty.objects.all(), request.actor, "change"), pk=pk)
    clause = _clause_now(request, duty.clause)
    done(request, lambda: services.duty_remove(duty=duty, actor=request.actor), said=_("已删除。"))
    return redirect(f"{reverse('plan:clause', args=[clause.pk])}#duties")


@login_required
@require_POST
def duty_step(request: Request, pk: int) -> HttpResponse:
    """Start, finish or reopen a sub-task."""
    duty = get_object_or_404(work.duties_for(actor=request.actor), pk=pk)
    clause = _clause_now(request, duty.clause)
    step, reason = typed(request, "step"), typed(request, "reason")
    done(
        request,
        lambda: services.duty_step(duty=duty, step=step, actor=request.actor, reason=reason),
        said=_("已办理。"),
    )
    return redirect(f"{reverse('plan:clause', args=[clause.pk])}#duties")


def _clause_now(request: Request, root: Clause) -> Clause:
    """Return the clause of the newest version the person sees that continues ``root``."""
    family = documents.clauses_for(actor=request.actor).filter(origin=root).order_by("-plan__version", "-pk")
    return family.filter(plan__state="published").first() or root


def _form_page(request: Request, form: Any, heading: str, submit: str, clause: Clause) -> HttpResponse:
    address = reverse("plan:clause", args=[clause.pk])
    context = {
        "heading": heading,
        "lead": f"{clause.no}{clause.title}",
        "form": form,
        "submit_label": submit,
        "cancel_url": address,
        "crumbs": [Crumb(f"{clause.no}{clause.title}", address), Crumb(heading)],
    }
    return render(request, "ui/form_page.html", context)


@login_required
def report_new(request: Request, pk: int) -> HttpResponse:
    """Begin a report of a clause, with the register's numbers already written."""
    clause = get_object_or_404(documents.clauses_for(actor=request.actor), pk=pk)
    units = work.reporting_units(actor=request.actor, clause=clause)
    if not units:
        raise Http404
    form = ReportForm(request.POST or None, units=units, initial=_prefilled(request, clause, units[0]))
    made: list[ProgressReport] = []
    if form.is_valid() and done(
        request,
        lambda: made.append(
            services.report_write(
                clause=clause,
                month=form.cleaned_data["month"],
                department=form.chosen.department,
                county=form.chosen.county,
                actor=request.actor,
                **form.texts,
            )
        ),
        said=_("已存为草稿，写完后请提交。"),
        form=form,
    ):
        return redirect("plan:report", pk=made[0].pk)
    return _form_page(request, form, _("填报进展"), _("保存草稿"), clause)


def _prefilled(request: Request, clause: Clause, unit: work.Unit) -> dict[str, Any]:
    today = request.actor.today
    figures = work.register_figures(plan=clause.plan, on=today, department=unit.department)
    return {"unit": unit.key, "month": work.first_of_month(today), "done": work.figures_sentence(figures)}


@login_required
def reports(request: Request) -> HttpResponse:
    """List reports; those that wait for the person's approval first."""
    if not access.concerned(request.actor):
        raise Http404
    rows = work.reports_for(actor=request.actor)
    waiting = list(access.REPORTS.visible(rows.filter(state="submitted"), request.actor, "approve")[:SHOWN])
    context = {
        "heading": _("任务进展"),
        "approves": access.REPORTS.may_any(request.actor, "approve"),
        "waiting": tables.reports_table(waiting, with_clause=True),
        "reports": tables.reports_table(list(rows[:SHOWN]), with_clause=True),
        "shown": SHOWN,
    }
    return render(request, "plan/reports.html", context)


@login_required
def report(request: Request, pk: int) -> HttpResponse:
    """Show one report; its own unit edits the draft here, the office approves it here."""
    row = get_object_or_404(work.reports_for(actor=request.actor), pk=pk)
    writes = row.state == "draft" and access.REPORTS.may(request.actor, "change", row)
    kept = {name: getattr(row, name) for name in ("measure", "done", "problem", "next_step")}
    form = ReportForm(request.POST or None, fixed=True, initial=kept) if writes else None
    if form is not None and form.is_valid():
        texts = form.texts
        act = lambda: services.report_change(report=row, actor=request.actor, **texts)  # noqa: E731 - said once, done once
        if done(request, act, said=_("草稿已保存。"), form=form):
            return redirect("plan:report", pk=pk)
    return render(request, "plan/report.html", _report_context(request, row, form))


def _report_context(request: Request, row: ProgressReport, form: ReportForm | None) -> dict[str, Any]:
    clause = _clause_now(request, row.clause)
    closed = work.month_locked(code=row.clause.plan.code, month=row.month)
    panel = panel_of(row, access=access.REPORTS, actor=request.actor)
    return {
        "heading": f"{row.month:%Y-%m} · {row.department or row.county}",
        "state": tables.REPORT_LIGHTS[row.state],
        "state_word": state_label(row.process_version_id, row.state),
        "lead": f"{clause.no}{clause.title}",
        "crumbs": [
            Crumb(f"{clause.no}{clause.title}", reverse("plan:clause", args=[clause.pk])),
            Crumb(_("任务进展")),
        ],
        "report": row,
        "form": form,
        "closed": closed,
        "steps_open": [] if closed else _steps(request, row),
        "figures": figures_rows(row.figures),
        "facts": [
            Fact(_("填报单位"), str(row.department or row.county)),
            Fact(_("填报人"), str(row.author)),
            Fact(_("分工"), row.duty.what if row.duty else _("整条任务")),
            Fact(_("期次"), f"{row.month:%Y-%m}", note=_("已锁定") if closed else ""),
        ],
        "panel": panel,
        "timeline": panel.timeline,
    }


def _steps(request: Request, row: ProgressReport) -> list[Any]:
    """Return the steps the person may take; the closing of months locks, nobody by hand."""
    return [step for step in steps_open(row, access=access.REPORTS, actor=request.actor) if step.name != "lock"]


@login_required
@require_POST
def report_step(request: Request, pk: int) -> HttpResponse:
    """Take a step of a report: submit, withdraw, return, approve, reopen, drop."""
    row = get_object_or_404(work.reports_for(actor=request.actor), pk=pk)
    step, reason = typed(request, "step"), typed(request, "reason")
    if step == "lock":
        messages.error(request, _("进展随期次一起锁定，请到“期次锁定”办理。"))
    else:
        done(
            request,
            lambda: services.report_step(report=row, step=step, actor=request.actor, reason=reason),
            said=_("已办理。"),
        )
    return redirect("plan:report", pk=pk)


@login_required
def periods(request: Request) -> HttpResponse:
    """Show which months are closed; the office closes one here."""
    if not access.LOCKS.may_any(request.actor, "view"):
        raise Http404
    on = request.actor.today
    plan = documents.plan_current(actor=request.actor, on=on)
    form = MonthForm(request.POST or None)
    if (
        plan
        and form.is_valid()
        and done(
            request,
            lambda: services.period_lock(code=plan.code, month=form.cleaned_data["month"], actor=request.actor),
            said=_("%(month)s 已锁定。") % {"month": f"{form.cleaned_data['month']:%Y-%m}"},
            form=form,
        )
    ):
        return redirect("plan:periods")
    context = {
        "heading": _("期次锁定"),
        "lead": _("锁定后该月的进展不能新增、修改和删除；确需更正的，写明理由后解锁。"),
        "plan": plan,
        "locks": work.locks_for(actor=request.actor, code=plan.code if plan else ""),
        "form": form if access.LOCKS.may_any(request.actor, "add") else None,
        "ends": access.LOCKS.may_any(request.actor, "end"),
    }
    return render(request, "plan/periods.html", context)


@login_required
def unlock(request: Request, pk: int) -> HttpResponse:
    """Open a closed month again, with the reason."""
    lock = get_object_or_404(access.LOCKS.visible(PeriodLock.objects.all(), request.actor, "end"), pk=pk)
    form = ReasonForm(request.POST or None)
    if form.is_valid() and done(
        request,
        lambda: services.period_unlock(lock=lock, actor=request.actor, reason=form.cleaned_data["reason"]),
        said=_("已解锁。"),
        form=form,
    ):
        return redirect("plan:periods")
    context = {
        "heading": _("解锁 %(month)s") % {"month": f"{lock.month:%Y-%m}"},
        "form": form,
        "consequence": _("解锁后该月的进展可以重新打开修改；谁、何时、为什么解锁会一直留在记录里。"),
        "submit_label": _("解锁"),
        "cancel_url": reverse("plan:periods"),
    }
    return render(request, "ui/confirm.html", context)


def _indicator_kept(request: Request, pk: int, action: str) -> Indicator:
    rows = access.INDICATORS.visible(Indicator.objects.select_related("plan"), request.actor, action)
    return get_object_or_404(rows, pk=pk)


@login_required
@require_POST
def restate(request: Request, pk: int) -> HttpResponse:
    """Count the base value anew from a day on."""
    row = _indicator_kept(request, pk, "restate")
    form = RestateForm(request.POST)
    if form.is_valid() and done(
        request,
        lambda: services.base_restate(indicator=row, actor=request.actor, **form.cleaned_data),
        said=_("基期调整已登记。"),
        form=form,
    ):
        return redirect(f"{reverse('plan:indicator', args=[pk])}#restatements")
    context = indicator_context(request, row, request.actor.today, restate_form=form)
    return render(request, "plan/indicator.html", context, status=422)


@login_required
@require_POST
def unit_target(request: Request, pk: int) -> HttpResponse:
    """Set what a department or county is to reach."""
    row = _indicator_kept(request, pk, "set_target")
    form = UnitTargetForm(request.POST)
    if form.is_valid() and done(
        request,
        lambda: services.unit_target_set(indicator=row, actor=request.actor, **form.cleaned_data),
        said=_("目标已分到单位。"),
        form=form,
    ):
        return redirect(f"{reverse('plan:indicator', args=[pk])}#units")
    context = indicator_context(request, row, request.actor.today, unit_form=form)
    return render(request, "plan/indicator.html", context, status=422)


@login_required
@require_POST
def unit_target_remove(request: Request, pk: int) -> HttpResponse:
    """Take a unit's target back."""
    target = get_object_or_404(Target.objects.select_related("indicator"), pk=pk)
    row = _indicator_kept(request, target.indicator_id, "set_target")
    done(request, lambda: services.unit_target_remove(target=target, actor=request.actor), said=_("已删除。"))
    return redirect(f"{reverse('plan:indicator', args=[row.pk])}#units")
