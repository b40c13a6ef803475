"""Questions between two values: the list, one page each, the answer, taking an offer back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kechuang.facts import access, selectors, services
from kechuang.facts.forms import AnswerForm, ReasonForm
from kechuang.facts.models import Fact, Question
from kechuang.facts.selectors.subjects import Origins
from kechuang.facts.values import value_said
from kechuang.facts.views.reach import LARGEST, in_matters
from kechuang.facts.views.subjects import evidence_cell
from kechuang.kernel.moves import moves_of
from kechuang.kernel.web import Request
from kechuang.ui.acts import carried_out
from kechuang.ui.formats import moment
from kechuang.ui.pages import keyset_page
from kechuang.ui.parts import Action, Crumb, Happening, Pages, Section
from kechuang.ui.tables import Cell, Head, Table

LIGHTS = {"open": "behind", "answered": "done", "retracted": "todo"}
WORDS = {"open": gettext_lazy("待核对"), "answered": gettext_lazy("已核对"), "retracted": gettext_lazy("已撤回")}


@login_required
def question_list(request: Request) -> HttpResponse:
    """List the questions the person may see, the open ones unless all are asked for."""
    everything = request.GET.get("all") == "1"
    rows = selectors.questions_for(actor=request.actor, state=None if everything else "open")
    page = keyset_page(rows, order=("-pk",), paths=("pk",), cursor=request.GET.get("at", ""))
    keys = [row["pk"] for row in page.rows]
    shown = sorted(selectors.questions_for(actor=request.actor).filter(pk__in=keys), key=lambda one: -one.pk)
    base = "?all=1&" if everything else "?"
    context = {
        "heading": _("数据核对"),
        "lead": _("两个来源给出的值不同，两个都保留，由归口部门核对后采用其一。"),
        "table": _table(shown),
        "sentence": _("全部") if everything else _("只看待核对"),
        "pages": Pages(
            previous_url=f"{base}at={page.before}" if page.before else "",
            next_url=f"{base}at={page.after}" if page.after else "",
        ),
        "actions": [Action(_("只看待核对"), "?") if everything else Action(_("查看全部"), "?all=1")],
    }
    return render(request, "facts/questions.html", context)


@login_required
def question(request: Request, key: int) -> HttpResponse:
    """Show both values with where they come from, and let the department choose."""
    found = _seen(request, key)
    metric, actor = found.held.metric, request.actor
    may = found.state == "open" and access.QUESTIONS.may(actor, "answer", found)
    form = AnswerForm(
        request.POST or None,
        held=value_said(metric, found.held.value),
        offered=value_said(metric, found.offered.value),
    )
    if (
        may
        and request.method == "POST"
        and carried_out(form, lambda values: services.question_answer(question=found, actor=actor, **values))
    ):
        messages.success(request, _("已核对，采用的值已核定。"))
        return redirect("facts:question", key)
    context = {
        "heading": _title(found),
        "number": _subject_name(found),
        "state": LIGHTS[found.state],
        "state_word": WORDS[found.state],
        "lead": metric.definition,
        "crumbs": [Crumb(_("数据核对"), reverse("facts:questions")), Crumb(_title(found))],
        "actions": _actions(request, found),
        "sections": [Section("values", _("两个值"), table=_values(found, request))],
        "form": form if may else None,
        "timeline": _timeline(found),
    }
    return render(request, "facts/question.html", context)


@login_required
def retract(request: Request, key: int) -> HttpResponse:
    """Take the offered value back."""
    found = _seen(request, key)
    if found.state != "open" or not access.QUESTIONS.may(request.actor, "retract", found):
        raise Http404
    form = ReasonForm(request.POST or None, required=False)
    if request.method == "POST" and carried_out(
        form, lambda values: services.question_retract(question=found, actor=request.actor, **values)
    ):
        messages.success(request, _("另一值已撤回，现值不变。"))
        return redirect("facts:question", key)
    context = {
        "heading": _("撤回另一值"),
        "number": _title(found),
        "lead": _("撤回后现值不变；另一值作为历史保留。"),
        "form": form,
        "submit_label": _("撤回"),
        "cancel_url": reverse("facts:question", args=[key]),
    }
    return render(request, "ui/form_page.html", context)


def _seen(request: Request, key: int) -> Question:
    found = selectors.questions_for(actor=request.actor).filter(pk=key).first() if key <= LARGEST else None
    if found is None:
        raise Http404
    in_matters(request)
    return found


def _title(found: Question) -> str:
    year = f"{found.held.year} " if found.held.year else ""
    return f"{year}{found.held.metric.titled}"


def _subject_name(found: Question) -> str:
    key = (found.held.subject_kind, found.held.subject_id)
    return selectors.names_of([key]).get(key, "")


def _actions(request: Request, found: Question) -> list[Action]:
    may = found.state == "open" and access.QUESTIONS.may(request.actor, "retract", found)
    if not may or not services.offered_by(question=found, actor=request.actor):
        return []
    return [Action(_("撤回另一值"), reverse("facts:question_retract", args=[found.pk]))]


def _table(rows: list[Question]) -> Table:
    labels = (_("数据"), _("对象"), _("现值"), _("另一值"), _("状态"), _("提出时间"))
    names = selectors.names_of([(row.held.subject_kind, row.held.subject_id) for row in rows])
    cells = tuple(
        (
            Cell(_title(row), href=reverse("facts:question", args=[row.pk]), label=labels[0]),
            Cell(names.get((row.held.subject_kind, row.held.subject_id), ""), label=labels[1]),
            Cell(value_said(row.held.metric, row.held.value), numeric=True, label=labels[2]),
            Cell(value_said(row.held.metric, row.offered.value), numeric=True, label=labels[3]),
            Cell(WORDS[row.state], light=LIGHTS[row.state], label=labels[4]),
            Cell(moment(row.asked_at), label=labels[5]),
        )
        for row in rows
    )
    heads = tuple(Head(label, numeric=place in (2, 3)) for place, label in enumerate(labels))
    return Table(
        heads, cells, caption=_("数据核对"), empty=_("没有待核对的数据。"), advice=_("两个来源的值不同时，会列在这里。")
    )


def _values(found: Question, request: Request) -> Table:
    labels = (_("值"), _("数据"), _("状态"), _("申报方"), _("申报人"), _("申报时间"), _("来源"), _("佐证"))
    origins = Origins()
    rows = tuple(
        _value_row(word, fact, origins, request, labels)
        for word, fact in ((_("现值"), found.held), (_("另一值"), found.offered))
    )
    heads = tuple(Head(label, numeric=place == 1) for place, label in enumerate(labels))
    return Table(heads, rows, caption=_("两个值"))


def _value_row(word: Any, fact: Fact, origins: Origins, request: Request, labels: tuple[str, ...]) -> tuple[Cell, ...]:
    return (
        Cell(word, label=labels[0]),
        Cell(value_said(fact.metric, fact.value), numeric=True, label=labels[1]),
        Cell(fact.get_status_display(), label=labels[2]),
        Cell(origins.said(fact.origin), label=labels[3]),
        Cell(str(fact.declared_by), label=labels[4]),
        Cell(moment(fact.declared_at), label=labels[5]),
        Cell(fact.source, label=labels[6]),
        evidence_cell(fact, request.actor.today, labels[7]),
    )


def _timeline(found: Question) -> list[Happening]:
    return [
        Happening(move.taken_at, move.label, who=f"{move.actor} {move.office}".strip(), text=move.reason)
        for move in moves_of(found).reverse()
    ]
