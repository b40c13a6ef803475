"""Rating a finished matter, what was rated, and answering a bad word."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from kechuang.calls import access
from kechuang.calls.models import Rating, Redress
from kechuang.calls.rating_forms import RatingForm
from kechuang.calls.selectors import cases as reading
from kechuang.calls.selectors.ratings import Rated, rated_by_item, redresses_open
from kechuang.calls.services.ratings import rating_give, redress_move, why_not_rated
from kechuang.calls.step_forms import ReasonForm
from kechuang.kernel.moves import moves_of, steps_open
from kechuang.kernel.processes import process_of
from kechuang.kernel.web import Request
from kechuang.ui.acts import carried_out
from kechuang.ui.formats import moment, percent
from kechuang.ui.parts import Action, Crumb, Fact, Happening, Section
from kechuang.ui.tables import Cell, Head, Table


@login_required
def rate(request: Request, pk: int) -> HttpResponse:
    """Rate the service of a finished matter; once."""
    case = reading.application_seen(actor=request.actor, pk=pk)
    if not access.APPLICATIONS.may(request.actor, "rate", case):
        raise Http404
    if why := why_not_rated(case, actor=request.actor):
        messages.warning(request, why)
        return redirect("calls:application", pk)
    form = RatingForm(request.POST or None)
    if carried_out(form, lambda values: rating_give(application=case, actor=request.actor, **values)):
        messages.success(request, _("谢谢您的评价。"))
        return redirect("calls:application", pk)
    context = {
        "heading": _("评价办理服务"),
        "number": case.number,
        "lead": _("一件一评，提交后任何人都不能更改。"),
        "form": form,
        "submit_label": _("提交评价"),
        "cancel_url": reverse("calls:application", args=[pk]),
        "crumbs": [Crumb(case.number or case.title, reverse("calls:application", args=[pk])), Crumb(_("评价"))],
    }
    return render(request, "ui/form_page.html", context)


@login_required
def ratings(request: Request) -> HttpResponse:
    """Show how finished matters were rated, item by item, and which bad ratings wait for an answer."""
    if not access.RATINGS.may_any(request.actor, "count"):
        raise Http404
    context = {
        "heading": _("好差评"),
        "lead": _("满意率 = 基本满意及以上的件数 ÷ 已评价的件数；参评率 = 已评价的件数 ÷ 已办结的件数。"),
        "sections": [
            Section("items", _("分事项"), table=_items_table(rated_by_item(actor=request.actor))),
            Section("open", _("待答复的差评"), table=_open_table(redresses_open(actor=request.actor))),
        ],
    }
    return render(request, "ui/detail.html", context)


def _items_table(rows: list[Rated]) -> Table:
    grades = list(Rating.Grade)
    heads = (
        Head(_("事项")),
        Head(_("已办结"), numeric=True),
        *(Head(grade.label, numeric=True) for grade in grades),
        Head(_("参评率"), numeric=True),
        Head(_("满意率"), numeric=True),
    )
    return Table(heads, tuple(_item_row(row, grades) for row in rows), empty=_("还没有办结的事项。"))


def _item_row(row: Rated, grades: list[Any]) -> tuple[Cell, ...]:
    shares = (row.rated_share, row.satisfied_share)
    return (
        Cell(row.title),
        Cell(row.finished, numeric=True),
        *(Cell(row.grades.get(grade.value, 0), numeric=True) for grade in grades),
        *(Cell("—" if share is None else percent(share, 1), numeric=True) for share in shares),
    )


def _open_table(rows: list[Redress]) -> Table:
    cells = tuple(
        (
            Cell(row.rating.application.number, href=reverse("calls:redress", args=[row.pk])),
            Cell(row.rating.application.title),
            Cell(row.rating.get_grade_display()),
            Cell(moment(row.rating.at)),
            Cell(process_of(row.process_version_id).state(row.state).label),
        )
        for row in rows
    )
    heads = tuple(Head(title) for title in (_("受理编号"), _("名称"), _("评价"), _("评价时间"), _("状态")))
    return Table(heads, cells, empty=_("没有待答复的差评。"))


def _seen(request: Request, pk: int) -> Redress:
    rows = Redress.objects.select_related("rating__application", "rating__by").filter(pk=pk)
    found = access.REDRESSES.visible(rows, request.actor).first()
    if found is None:
        raise Http404
    return found


@login_required
def redress(request: Request, pk: int) -> HttpResponse:
    """Show a bad rating, what was done about it, and the answer."""
    row = _seen(request, pk)
    case, state = row.rating.application, process_of(row.process_version_id).state(row.state)
    facts = [
        Fact(_("申报"), case.title, href=reverse("calls:application", args=[case.pk])),
        Fact(_("评价"), row.rating.get_grade_display()),
        Fact(_("评价人"), str(row.rating.by)),
        Fact(_("评价时间"), row.rating.at),
        Fact(_("理由"), row.rating.reason, wide=True),
    ]
    if row.answer:
        facts.append(Fact(_("整改答复"), row.answer, wide=True))
    inside = access.RATINGS.may_any(request.actor, "count")
    context = {
        "heading": _("差评整改"),
        "number": case.number,
        "state": "done" if state.final else "doing",
        "state_word": state.label,
        "crumbs": [Crumb(_("我的工作台"), reverse("workbench:desk")), Crumb(_("差评整改"))],
        "actions": [
            Action(step.label, reverse("calls:redress_step", args=[pk, step.name]), primary=place == 0)
            for place, step in enumerate(steps_open(row, access=access.REDRESSES, actor=request.actor))
        ],
        "sections": [Section("rating", _("评价与答复"), facts=tuple(facts))],
        "timeline": [
            Happening(at=move.taken_at, title=move.label, who=f"{move.actor} {move.office}".strip(), text=move.reason)
            for move in moves_of(row).reverse()
        ]
        if inside
        else [],
    }
    return render(request, "ui/detail.html", context)


@login_required
def redress_step(request: Request, pk: int, name: str) -> HttpResponse:
    """Take a step on a bad rating."""
    row = _seen(request, pk)
    try:
        step = process_of(row.process_version_id).step(name, source=row.state)
    except LookupError:
        raise Http404 from None
    if not access.REDRESSES.may_step(request.actor, step, row):
        raise Http404
    form = ReasonForm(request.POST or None, step=step)
    if carried_out(form, lambda values: redress_move(redress=row, step=name, actor=request.actor, **values)):
        messages.success(request, _("已办理：%(step)s。") % {"step": step.label})
        return redirect("calls:redress", pk)
    context = {
        "heading": step.label,
        "number": row.rating.application.number,
        "lead": _("“答复评价人”所写的就是评价人读到的答复。"),
        "form": form,
        "submit_label": step.label,
        "cancel_url": reverse("calls:redress", args=[pk]),
        "crumbs": [Crumb(_("差评整改"), reverse("calls:redress", args=[pk])), Crumb(step.label)],
    }
    return render(request, "ui/form_page.html", context)
