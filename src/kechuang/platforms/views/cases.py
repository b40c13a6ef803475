"""What every page of a case of a platform's life is made of: the page, its steps, its forms."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import rustpy_xlsxwriter
from django.contrib import messages
from django.forms import BaseForm
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from kechuang.directory.selectors import ROLE_LABELS
from kechuang.kernel.access import AccessTable, Actor
from kechuang.kernel.models import Stateful
from kechuang.kernel.moves import moves_of
from kechuang.kernel.processes import process_of, state_label
from kechuang.kernel.web import Request
from kechuang.platforms.life_forms import NothingForm, StepForm
from kechuang.platforms.selectors.steps import open_steps
from kechuang.pure.process import Step
from kechuang.ui.acts import carried_out
from kechuang.ui.exports import harmless
from kechuang.ui.parts import Action, Crumb, Happening, Section
from kechuang.ui.tables import Cell, Head, Table

Run = Callable[[Any, str, Actor, dict[str, Any]], object]
"""``run(row, step, actor, values)``: one call into a service."""


@dataclass(frozen=True)
class CasePage:
    """How cases of one model are shown: where their list and page are, and which step asks for what.

    ``forms``: step → what builds its form from (row, step, data, files, initial); a step without an entry asks
    for a reason where the process wants one, and for nothing where it does not.
    """

    model: type[Stateful]
    access: AccessTable
    list_name: str
    name: str
    list_label: Any
    run: Run
    related: tuple[str, ...] = ()
    forms: Mapping[str, Callable[..., BaseForm]] = field(default_factory=dict)
    dangerous: frozenset[str] = frozenset()
    primary: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()
    """Steps whose button the page puts up itself, or that other acts take."""

    def url(self, row: Stateful) -> str:
        """Return the page of a case."""
        return reverse(f"platforms:{self.name}", args=[row.pk])

    def found(self, request: Request, key: int) -> Any:
        """Return the case if the actor sees it; otherwise there is no such page."""
        rows = self.access.visible(self.model._default_manager.filter(pk=key), request.actor)
        row = rows.select_related(*self.related).first()
        if row is None:
            raise Http404
        return row


def case_page(
    request: Request,
    page: CasePage,
    row: Any,
    *,
    heading: str,
    sections: Iterable[Section],
    number: str = "",
    lead: str = "",
    actions: Iterable[Action] = (),
    template: str = "ui/detail.html",
    **more: Any,
) -> HttpResponse:
    """Answer the page of one case with its steps and its timeline."""
    steps, _beside = open_steps(row, access=page.access, actor=request.actor)
    buttons = [
        Action(
            step.label,
            reverse("platforms:life_step", args=[page.name, row.pk, step.name]),
            primary=step.name in page.primary,
            danger=step.name in page.dangerous,
        )
        for step in steps
        if step.name not in page.hidden
    ]
    context = {
        "heading": heading,
        "number": number,
        "state": row.state,
        "state_word": state_label(row.process_version_id, row.state),
        "lead": lead,
        "next_step": waits_for(row) if request.actor.offices else "",
        "actions": [*buttons, *actions],
        "crumbs": [Crumb(page.list_label, reverse(f"platforms:{page.list_name}")), Crumb(heading)],
        "sections": list(sections),
        "timeline": happenings(row),
        **more,
    }
    return render(request, template, context)


def case_step(request: Request, page: CasePage, key: int, step_name: str) -> HttpResponse:
    """Ask for what a step needs and take it."""
    row = page.found(request, key)
    step = _step(row, step_name)
    if request.actor.user_id is None or not page.access.may_step(request.actor, step, row):
        raise Http404
    form = _form(request, page, row, step)
    if carried_out(form, lambda values: page.run(row, step.name, request.actor, values)):
        messages.success(request, _("已办理：%(step)s。") % {"step": step.label})
        return redirect(page.url(row))
    words = {"heading": step.label, "submit_label": step.label}
    if step.name in page.dangerous:
        words["consequence"] = str(_("办理后不能撤回，请核对。"))
        return form_page(request, page, row, form, words, template="ui/confirm.html")
    return form_page(request, page, row, form, words)


def form_page(
    request: Request,
    page: CasePage,
    row: Any,
    form: BaseForm,
    words: Mapping[str, Any],
    *,
    template: str = "ui/form_page.html",
) -> HttpResponse:
    """Answer a page that is one form about a case."""
    back = page.url(row)
    context = {
        "form": form,
        "cancel_url": back,
        "crumbs": [
            Crumb(page.list_label, reverse(f"platforms:{page.list_name}")),
            Crumb(str(row), back),
            Crumb(words["heading"]),
        ],
        **words,
    }
    return render(request, template, context)


def new_page(
    request: Request, list_name: str, list_label: Any, form: BaseForm, words: Mapping[str, Any]
) -> HttpResponse:
    """Answer a page that is one form by which a case begins."""
    back = reverse(f"platforms:{list_name}")
    context = {
        "form": form,
        "cancel_url": back,
        "crumbs": [Crumb(list_label, back), Crumb(words["heading"])],
        **words,
    }
    return render(request, "ui/form_page.html", context)


def waits_for(row: Any) -> str:
    """Say who has to do what next, from the process; nothing where nobody has to."""
    process = process_of(row.process_version_id)
    state = process.state(row.state)
    steps = "、".join(str(step.label) for step in process.leaving(state.name) if state.waits_for in step.by)
    if not state.waits_for or not steps:
        return ""
    told = {"who": ROLE_LABELS.get(state.waits_for, state.waits_for), "steps": steps, "days": state.working_days}
    if state.working_days:
        return _("由%(who)s在 %(days)s 个工作日内办理：%(steps)s") % told
    return _("由%(who)s办理：%(steps)s") % told


def happenings(row: Stateful) -> list[Happening]:
    """Return the steps taken on a case, newest first."""
    return [
        Happening(at=move.taken_at, title=move.label, who=f"{move.actor} {move.office}".strip(), text=move.reason)
        for move in moves_of(row).reverse()
    ]


def table_section(
    key: str,
    title: Any,
    labels: Iterable[Any],
    rows: Iterable[tuple[Cell, ...]],
    empty: Any,
    *,
    numeric: Iterable[int] = (),
) -> Section:
    """Return a section that prints a table; ``numeric`` are the places of the columns of figures."""
    heads, right = tuple(labels), set(numeric)
    told = tuple(
        tuple(
            Cell(cell.text, cell.href, place in right or cell.numeric, cell.light, heads[place])
            for place, cell in enumerate(row)
        )
        for row in rows
    )
    if not told:
        return Section(key, title, empty=empty)
    table = Table(
        heads=tuple(Head(label, place in right) for place, label in enumerate(heads)), rows=told, caption=title
    )
    return Section(key, title, template="platforms/table.html", context={"table": table})


def sheet_response(name: str, header: Iterable[Any], rows: Iterable[Iterable[Any]]) -> HttpResponse:
    """Return a table as an Excel workbook; nothing in it is run as a formula."""
    heads = [str(one) for one in header]
    records = [
        dict(zip(heads, ("" if value is None else harmless(value) for value in row), strict=True)) for row in rows
    ]
    answer = HttpResponse(
        _workbook(records or [dict.fromkeys(heads, "")], name),
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}.xlsx"
    return answer


def _workbook(records: list[dict[str, Any]], name: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sheet.xlsx"
        rustpy_xlsxwriter.write_worksheet(records, str(path), name[:31])
        return path.read_bytes()


def _step(row: Any, name: str) -> Step:
    try:
        return process_of(row.process_version_id).step(name, source=row.state)
    except LookupError:
        raise Http404 from None


def _form(request: Request, page: CasePage, row: Any, step: Step) -> BaseForm:
    data = request.POST if request.method == "POST" else None
    build = page.forms.get(step.name)
    if build is not None:
        today = request.actor.today
        return build(row, step, data, request.FILES or None, {"on": today, "decided_on": today})
    return StepForm(data, step=step) if step.reason != "none" else NothingForm(data)
