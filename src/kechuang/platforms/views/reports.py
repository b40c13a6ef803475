"""Pages of annual reports: the list with what is overdue, one report, its form."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kechuang.kernel.access import Actor
from kechuang.kernel.web import Request
from kechuang.platforms import life_access as access
from kechuang.platforms import services
from kechuang.platforms.life_forms import ReportForm, YearForm
from kechuang.platforms.life_resources import REPORTS
from kechuang.platforms.lights import life_word
from kechuang.platforms.models import AnnualReport
from kechuang.platforms.resource import page_of
from kechuang.platforms.selectors.life import form_of
from kechuang.platforms.views.cases import CasePage, case_page, form_page, new_page
from kechuang.ui.acts import carried_out
from kechuang.ui.lists import Listing, resource_list
from kechuang.ui.parts import Action, Crumb, Fact, Section


def _run(row: AnnualReport, step: str, actor: Actor, values: dict[str, Any]) -> object:
    if step == "file":
        return services.annual_report_file(report=row, actor=actor)
    return services.annual_report_move(report=row, step=step, actor=actor, reason=values.get("reason", ""))


PAGE = CasePage(
    model=AnnualReport,
    access=access.REPORTS,
    list_name="annual_reports",
    name="annual_report",
    list_label=gettext_lazy("年度报告"),
    run=_run,
    related=("platform", "host", "department", "form"),
    primary=frozenset({"file", "check"}),
)


@login_required
def report_list(request: Request) -> HttpResponse:
    """Show the reports and how many stand where."""
    return resource_list(
        request, REPORTS, template="platforms/life_list.html", extra=lambda shown: _tools(request, shown)
    )


def _tools(request: Request, shown: Listing) -> dict[str, Any]:
    counted = shown.rows.order_by().values("state").annotate(n=Count("pk")).values_list("state", "n")
    states = dict(counted)
    overdue = shown.rows.filter(state__in=("open", "reminded"), due_on__lt=request.actor.today).count()
    figures = [
        {"value": states[key], "unit": _("份"), "label": life_word("annual_report", key), "href": f"?state={key}"}
        for key in ("open", "filed", "checked")
        if key in states
    ]
    if overdue:
        figures.append(
            {"value": overdue, "unit": _("份"), "label": _("逾期未报"), "href": "?state=open&state=reminded"}
        )
    actions = []
    if access.REPORTS.may_any(request.actor, "add"):
        actions.append(Action(_("布置年度报告"), reverse("platforms:reports_open"), primary=True))
    if overdue and access.REPORTS.may_any(request.actor, "remind"):
        actions.append(Action(_("催报全部逾期"), reverse("platforms:reports_remind")))
    return {"figures": figures, "actions": actions}


@login_required
def reports_open(request: Request) -> HttpResponse:
    """Open the reports of a year."""
    if not access.REPORTS.may_any(request.actor, "add"):
        raise Http404
    held = next((one.department_id for one in request.actor.offices if one.department_id), None)
    initial = {"year": request.actor.today.year - 1, "department": held}
    form = YearForm(request.POST or None, initial=initial)
    made: list[int] = []
    if carried_out(form, lambda values: made.append(services.reports_open(actor=request.actor, **values))):
        messages.success(request, _("已布置 %(count)s 份年度报告。") % {"count": made[0]})
        return redirect("platforms:annual_reports")
    words = {
        "heading": _("布置年度报告"),
        "lead": _("为本部门今天运行的每个平台开一份；已有的不重复。"),
        "submit_label": _("布置年度报告"),
    }
    return new_page(request, "annual_reports", _("年度报告"), form, words)


@login_required
def reports_remind(request: Request) -> HttpResponse:
    """Remind every host whose report is overdue."""
    if not access.REPORTS.may_any(request.actor, "remind"):
        raise Http404
    if request.method == "POST":
        messages.success(request, _("已催报 %(count)s 份。") % {"count": services.reports_remind(actor=request.actor)})
        return redirect("platforms:annual_reports")
    late = AnnualReport.objects.filter(state="open", due_on__lt=request.actor.today)
    count = access.REPORTS.visible(late, request.actor, "remind").count()
    context = {
        "heading": _("催报全部逾期"),
        "consequence": _("将催报 %(count)s 份逾期未报的年度报告，催报日期记为今天。") % {"count": count},
        "submit_label": _("催报"),
        "cancel_url": reverse("platforms:annual_reports"),
        "crumbs": [Crumb(_("年度报告"), reverse("platforms:annual_reports")), Crumb(_("催报全部逾期"))],
    }
    return render(request, "platforms/press.html", context)


@login_required
def report(request: Request, key: int) -> HttpResponse:
    """Show one report: its figures with where they stand, and the answers."""
    found = PAGE.found(request, key)
    form = form_of(found.form)
    figures = services.report_figures(found)
    filed = found.state in ("filed", "checked")
    shown = tuple(
        Fact(label, found.figures.get(code) if filed else value, source=_("已知数据") if value is not None else "")
        for code, (label, value) in figures.items()
    )
    spared = sum(value is not None for _label, value in figures.values())
    actions = []
    if found.state in services.REPORT_EDITABLE and access.REPORTS.may(request.actor, "edit", found):
        actions.append(Action(_("填写"), reverse("platforms:report_fill", args=[key]), primary=True))
    if found.state == "proposed" and request.actor.holds("department_head", "department_officer"):
        actions.append(Action(_("发起撤销"), reverse("platforms:ending", args=[found.platform.number])))
    return case_page(
        request,
        PAGE,
        found,
        heading=f"{found.platform_name} · {found}",
        number=found.platform.number,
        lead=_("报送期限 %(day)s；%(done)s/%(all)s 项数据已知，不必再填")
        % {"day": found.due_on.isoformat(), "done": spared, "all": len(figures)},
        actions=actions,
        sections=[
            Section(
                "facts",
                _("报告"),
                facts=(
                    Fact(_("平台"), found.platform_name, href=page_of(found.platform.number)),
                    Fact(_("依托单位"), found.host.name),
                    Fact(_("表式"), str(found.form), note=_("外地模板") if found.form.template else ""),
                    Fact(_("报送期限"), found.due_on.isoformat()),
                    Fact(_("报送日期"), found.filed_on.isoformat() if found.filed_on else _("未报送")),
                    Fact(_("催报日期"), found.reminded_on.isoformat() if found.reminded_on else _("未催报")),
                ),
            ),
            Section("figures", _("数据"), facts=shown),
            Section(
                "answers",
                _("文字说明"),
                facts=tuple(Fact(question, found.answers.get(question), wide=True) for question in form.questions),
            ),
        ],
    )


@login_required
def report_fill(request: Request, key: int) -> HttpResponse:
    """Fill a report: only what is not known yet is asked."""
    found = PAGE.found(request, key)
    if found.state not in services.REPORT_EDITABLE or not access.REPORTS.may(request.actor, "edit", found):
        raise Http404
    questions = form_of(found.form).questions
    initial = {f"answer_{place}": found.answers.get(question) for place, question in enumerate(questions)}
    form = ReportForm(
        request.POST or None, questions=questions, figures=services.report_figures(found), initial=initial
    )
    if carried_out(
        form,
        lambda _values: services.annual_report_fill(
            report=found, answers=form.answers(), figures=form.figures(), actor=request.actor
        ),
    ):
        messages.success(request, _("已保存。"))
        return redirect("platforms:annual_report", key)
    words = {
        "heading": _("填写年度报告"),
        "lead": _("已知的数据不再询问；填写的数据记为本单位的申报值，可用于其他事项。"),
        "submit_label": _("保存"),
    }
    return form_page(request, PAGE, found, form, words)
