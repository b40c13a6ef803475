"""From a document to a published version: import, the officer's page, differences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kechuang.kernel.errors import Refused
from kechuang.kernel.web import Request
from kechuang.plan import access, services
from kechuang.plan.forms.checking import (
    AddClauseForm,
    AddIndicatorForm,
    ClauseForm,
    ImportForm,
    IndicatorForm,
    MilestoneForm,
    NameForm,
    PlanFactsForm,
)
from kechuang.plan.forms.work import ReasonForm
from kechuang.plan.intake import document_read
from kechuang.plan.models import Clause, Finding, Indicator, Milestone, Plan
from kechuang.plan.selectors import checking, documents
from kechuang.plan.views.asking import done
from kechuang.pure.plans import PlanReading, Unreadable

Saved = Callable[[Any], Any]


@login_required
def import_text(request: Request) -> HttpResponse:
    """Take a document in and lead to the page where it is checked."""
    if not access.PLANS.may_any(request.actor, "add"):
        return _refused(request, _("方案由联席会议办公室导入；您的岗位可以查看已发布的方案。"))
    known = documents.plans_for(actor=request.actor).filter(state="published")
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ImportForm(*given, plans=known)
    if form.is_valid():
        plan = _imported(request, form)
        if plan is not None:
            messages.success(request, _("已读入为草稿，请对照正文核对后发布。"))
            return redirect("plan:check", pk=plan.pk)
    context = {"heading": _("导入方案"), "form": form, "submit_label": _("读入"), "cancel_url": reverse("plan:list")}
    return render(request, "plan/import.html", context)


def _imported(request: Request, form: ImportForm) -> Plan | None:
    file = form.cleaned_data["file"]
    try:
        reading, source = _read(form, file)
        return services.plan_import(reading=reading, actor=request.actor, source=source, code=form.cleaned_data["code"])
    except Unreadable as error:
        form.add_error("file" if file else "text", str(error))
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    return None


def _read(form: ImportForm, file: Any) -> tuple[PlanReading, services.Source]:
    if file is None:
        pasted = form.cleaned_data["text"].encode()
        return document_read(pasted), services.Source(data=pasted)
    data = file.read()
    return document_read(data, name=file.name), services.Source(name=file.name[:200], data=data)


def _refused(request: Request, sentence: str) -> HttpResponse:
    context = {"heading": _("不能办理"), "why": sentence}
    return render(request, "plan/refused.html", context, status=403)


@login_required
def check(request: Request, pk: int) -> HttpResponse:
    """Show the text at the left and what was read at the right; one item at a time is open for editing."""
    plan = _kept(request, pk)
    return _check_page(request, plan, request.GET.get("edit", ""), None)


def _kept(request: Request, pk: int) -> Plan:
    """Return a plan the person keeps, or answer that there is none."""
    return get_object_or_404(access.PLANS.visible(Plan.objects.all(), request.actor, "change"), pk=pk)


def _check_page(request: Request, plan: Plan, edit: str, form: forms.Form | None) -> HttpResponse:
    draft = checking.draft_whole(plan=plan)
    context = {
        "heading": _("核对：%(title)s") % {"title": plan.title},
        "title": _("核对草稿"),
        "plan": plan,
        "draft": draft,
        "edit": edit,
        "form": form or _form_for(draft, edit),
        "add_clause": form if edit == "new-clause" and form else AddClauseForm(),
        "add_indicator": form if edit == "new-indicator" and form else AddIndicatorForm(),
        "departments": checking.department_choices(),
        "compared": documents.plan_compared_with(plan=plan),
        "open": plan.state == "draft",
    }
    return render(request, "plan/check.html", context, status=422 if form is not None and form.errors else 200)


def _form_for(draft: checking.Draft, edit: str) -> forms.Form | None:
    """Return the form of the item named by ``edit`` (``clause-7``), ``None`` where there is no such item."""
    noun, _dash, key = edit.partition("-")
    if noun == "plan":
        return PlanFactsForm.of(draft.plan)
    sought: dict[str, tuple[Any, Any]] = {
        "clause": (draft.clauses, ClauseForm),
        "indicator": (draft.indicators, IndicatorForm),
        "milestone": (draft.milestones, MilestoneForm),
    }
    rows, kind = sought.get(noun, ((), None))
    found = next((row for row in rows if str(row.pk) == key), None)
    return kind.of(found) if found is not None and kind is not None else None


def _saved(request: Request, plan: Plan, form: forms.Form, edit: str, act: Callable[[], Any]) -> HttpResponse:
    """Store one item and go back to it, or show the page with what was typed and why it was refused."""
    if form.is_valid() and done(request, act, said=_("已保存。"), form=form):
        return _back(plan, edit)
    return _check_page(request, plan, edit, form)


def _back(plan: Plan, anchor: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"{reverse('plan:check', args=[plan.pk])}#{anchor}")


@login_required
@require_POST
def change_plan(request: Request, pk: int) -> HttpResponse:
    """Correct the facts of the document."""
    plan = _kept(request, pk)
    form = PlanFactsForm.of(plan, request.POST)
    act = lambda: services.plan_change(plan=plan, actor=request.actor, **form.values)  # noqa: E731 - said once, done once
    return _saved(request, plan, form, "plan", act)


@login_required
@require_POST
def change_clause(request: Request, pk: int) -> HttpResponse:
    """Correct a clause and its responsible units."""
    clause = _item(request, Clause, pk)
    form = ClauseForm.of(clause, request.POST)

    def act() -> None:
        services.clause_change(clause=clause, actor=request.actor, brackets=form.words, **form.values)

    return _saved(request, clause.plan, form, f"clause-{pk}", act)


@login_required
@require_POST
def change_indicator(request: Request, pk: int) -> HttpResponse:
    """Correct an indicator and its figures."""
    indicator = _item(request, Indicator, pk)
    form = IndicatorForm.of(indicator, request.POST)

    def act() -> None:
        services.indicator_change(indicator=indicator, actor=request.actor, **form.values)

    return _saved(request, indicator.plan, form, f"indicator-{pk}", act)


@login_required
@require_POST
def change_milestone(request: Request, pk: int) -> HttpResponse:
    """Correct a dated duty."""
    milestone = _item(request, Milestone, pk)
    form = MilestoneForm.of(milestone, request.POST)

    def act() -> None:
        services.milestone_change(milestone=milestone, actor=request.actor, **form.values)

    return _saved(request, milestone.plan, form, f"milestone-{pk}", act)


def _item(request: Request, model: Any, pk: int) -> Any:
    """Return an item of a plan the person keeps."""
    plans = access.PLANS.visible(Plan.objects.all(), request.actor, "change")
    return get_object_or_404(model.objects.select_related("plan").filter(plan__in=plans), pk=pk)


@login_required
@require_POST
def remove(request: Request, noun: str, pk: int) -> HttpResponse:
    """Remove what was read wrongly: a clause, an indicator or a dated duty."""
    model, act = REMOVED[noun]
    row = _item(request, model, pk)
    done(request, lambda: act(**{noun: row}, actor=request.actor), said=_("已删除。"))
    return _back(row.plan, {"clause": "clauses", "indicator": "indicators", "milestone": "milestones"}[noun])


REMOVED: dict[str, tuple[Any, Any]] = {
    "clause": (Clause, services.clause_remove),
    "indicator": (Indicator, services.indicator_remove),
    "milestone": (Milestone, services.milestone_remove),
}


@login_required
@require_POST
def add_clause(request: Request, pk: int) -> HttpResponse:
    """Add a clause the reading missed."""
    plan = _kept(request, pk)
    form = AddClauseForm(request.POST)
    return _saved(
        request,
        plan,
        form,
        "new-clause",
        lambda: services.clause_add(plan=plan, actor=request.actor, **form.cleaned_data),
    )


@login_required
@require_POST
def add_indicator(request: Request, pk: int) -> HttpResponse:
    """Add an indicator the reading missed."""
    plan = _kept(request, pk)
    form = AddIndicatorForm(request.POST)
    return _saved(
        request,
        plan,
        form,
        "new-indicator",
        lambda: services.indicator_add(plan=plan, actor=request.actor, **form.cleaned_data),
    )


@login_required
@require_POST
def match_name(request: Request, pk: int) -> HttpResponse:
    """Say for which department a printed name stands, everywhere in the draft."""
    plan = _kept(request, pk)
    form = NameForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        done(
            request,
            lambda: services.name_match(
                plan=plan, printed=given["printed"], department=given["department"], actor=request.actor
            ),
            said=_("“%(name)s”已更新。") % {"name": given["printed"]},
        )
    else:
        messages.error(request, _("没有这个部门，请从列表里选择。"))
    return _back(plan, "names")


@login_required
@require_POST
def settle(request: Request, pk: int) -> HttpResponse:
    """Note that one finding, or all of them, were looked at."""
    plan = _kept(request, pk)
    chosen = request.POST.get("finding", "")
    if chosen == "all":
        done(request, lambda: services.findings_settle(plan=plan, actor=request.actor), said=_("已全部确认。"))
        return _back(plan, "findings")
    if not chosen.isdecimal():
        return _back(plan, "findings")
    finding = get_object_or_404(Finding, plan=plan, pk=int(chosen[:18]))
    settled = request.POST.get("settled", "1") == "1"
    done(
        request,
        lambda: services.finding_settle(finding=finding, actor=request.actor, settled=settled),
        said=_("已确认。") if settled else _("已重新列为待核对。"),
    )
    return _back(plan, "findings")


@login_required
@require_POST
def publish(request: Request, pk: int) -> HttpResponse:
    """Put the draft into force."""
    plan = _kept(request, pk)
    said = _("第 %(version)d 版已发布。") % {"version": plan.version}
    if done(request, lambda: services.plan_publish(plan=plan, actor=request.actor), said=said):
        return redirect("plan:plan", pk=plan.pk)
    return _back(plan, "findings")


@login_required
def discard(request: Request, pk: int) -> HttpResponse:
    """Put a draft aside, after saying what follows and why it is done."""
    plan = _kept(request, pk)
    form = ReasonForm(request.POST or None)
    if form.is_valid() and done(
        request,
        lambda: services.plan_discard(plan=plan, actor=request.actor, reason=form.cleaned_data["reason"]),
        said=_("草稿已弃用。"),
        form=form,
    ):
        return redirect("plan:list")
    context = {
        "heading": _("弃用草稿"),
        "form": form,
        "consequence": _("“%(title)s”第 %(version)d 版草稿将不再可以修改和发布，现行版本不受影响。")
        % {"title": plan.title, "version": plan.version},
        "submit_label": _("弃用草稿"),
        "cancel_url": reverse("plan:check", args=[plan.pk]),
    }
    return render(request, "ui/confirm.html", context)


@login_required
def revise(request: Request, pk: int) -> HttpResponse:
    """Open a draft that says the same as this version."""
    plan = _kept(request, pk)
    if request.method == "POST":
        try:
            draft = services.plan_revise(plan=plan, actor=request.actor)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("plan:plan", pk=pk)
        messages.success(request, _("已新建修订稿，改好后发布即替代现行版本。"))
        return redirect("plan:check", pk=draft.pk)
    return render(request, "plan/revise.html", {"heading": _("新建修订稿"), "plan": plan})


@login_required
def difference(request: Request, pk: int) -> HttpResponse:
    """Show what the draft changes of the version in force, before it is taken over."""
    plan = _kept(request, pk)
    before = documents.plan_compared_with(plan=plan)
    found = documents.plan_differences(plan=plan, before=before) if before else []
    context = {
        "heading": _("与现行版对照"),
        "plan": plan,
        "before": before,
        "groups": checking.grouped(found),
        "count": len(found),
        "open": plan.state == "draft",
    }
    return render(request, "plan/difference.html", context)
