"""The yearly sheet: the list, the page with its fields, saving one field, the steps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kechuang.directory.models import Organisation
from kechuang.facts import access, selectors, services
from kechuang.facts.forms import ReasonForm, YearForm
from kechuang.facts.models import Sheet
from kechuang.facts.origins import department_of
from kechuang.facts.resource import SHEET_LIST, STATES
from kechuang.facts.selectors.sheets import Line
from kechuang.facts.values import value_said, value_text
from kechuang.facts.views.reach import LARGEST, in_matters, own_units, unit_crumbs
from kechuang.kernel.errors import NotAllowed, Refused
from kechuang.kernel.moves import moves_of, steps_open
from kechuang.kernel.processes import process_of
from kechuang.kernel.web import Request
from kechuang.pure.process import Step
from kechuang.ui.acts import carried_out
from kechuang.ui.formats import moment
from kechuang.ui.lists import Listing, resource_list
from kechuang.ui.parts import Action, Crumb, Happening

DIGITS = 16
"""More than any key has; a longer number is no key."""
LIGHTS = {"draft": "doing", "submitted": "due_soon", "verified": "done"}


@login_required
def sheet_list(request: Request) -> HttpResponse:
    """List the sheets the person may see."""
    return resource_list(request, SHEET_LIST, extra=lambda shown: _tools(request, shown))


def _tools(request: Request, shown: Listing) -> dict[str, object]:
    if not access.KEEPING.may_any(request.actor, "fill"):
        return {}
    return {"actions": [Action(_("填报一个年度"), reverse("facts:sheet_open"), primary=True)]}


@login_required
def sheet_open(request: Request) -> HttpResponse:
    """Begin or resume the sheet of a year."""
    units = own_units(request.actor)
    if not units:
        raise Http404
    initial = {
        "organisation": request.GET.get("organisation") or units[0].pk,
        "year": request.GET.get("year") or request.actor.today.year - 1,
        "department": department_of(units[0]),
    }
    offered = Organisation.objects.filter(pk__in=[one.pk for one in units]).order_by("name_key", "pk")
    form = YearForm(request.POST or None, initial=initial, organisations=offered)
    opened: list[Sheet] = []
    if carried_out(form, lambda values: opened.append(services.sheet_open(actor=request.actor, **values))):
        return redirect("facts:sheet", opened[0].pk)
    context = {
        "heading": _("填报年度数据"),
        "lead": _("同一年度只有一张表，本单位的人可以同时填；已经知道的不必再填。"),
        "form": form,
        "submit_label": _("开始填报"),
        "cancel_url": reverse("facts:sheets"),
    }
    return render(request, "ui/form_page.html", context)


@login_required
def sheet(request: Request, key: int) -> HttpResponse:
    """Show a sheet: a draft with its fields, a submitted one as it stands."""
    found = sheet_seen(request, key)
    editable = found.state == "draft" and access.SHEETS.may(request.actor, "fill", found)
    if request.method == "POST" and editable:
        return _save(request, found)
    return _page(request, found, editable=editable)


def _save(request: Request, found: Sheet) -> HttpResponse:
    """Keep the fields that the person changed, and submit where that was pressed."""
    values, evidence = changed_fields(request.POST)
    try:
        kept = services.sheet_fill(sheet=found, values=values, evidence=evidence, actor=request.actor)
        if "submit" not in request.POST:
            messages.success(request, _("已保存 %(at)s。") % {"at": moment(kept.at)})
            return redirect("facts:sheet", found.pk)
        done = services.sheet_submit(sheet=found, actor=request.actor)
    except NotAllowed:
        raise
    except Refused as refusal:
        messages.error(request, str(refusal))
        return _page(request, Sheet.objects.select_related("organisation").get(pk=found.pk), editable=True)
    messages.success(
        request, _("申报表已提交：新数据 %(new)s 项，与已有相同 %(same)s 项。") % {"new": done.new, "same": done.same}
    )
    if done.questions:
        messages.warning(
            request, _("有 %(count)s 项与已核定的数据不同，已转归口部门核对。") % {"count": done.questions}
        )
    return redirect("facts:sheet", found.pk)


@login_required
@require_POST
def field(request: Request, key: int) -> HttpResponse:
    """Keep one field as it is left, and answer with the receipt printed beside it."""
    found = sheet_seen(request, key)
    values, evidence = changed_fields(request.POST)
    try:
        kept = services.sheet_fill(sheet=found, values=values, evidence=evidence, actor=request.actor)
    except Refused as refusal:
        return render(request, "facts/saved.html", {"problem": str(refusal)})
    problem = next((kept.problems[code] for code in values if code in kept.problems), "")
    return render(request, "facts/saved.html", {"at": kept.at, "problem": problem})


@login_required
def step(request: Request, key: int, name: str) -> HttpResponse:
    """Take a step of a sheet other than its submission."""
    found = sheet_seen(request, key)
    taken = _step(found, name)
    if name == "submit" or not access.SHEETS.may(request.actor, name, found):
        raise Http404
    form = ReasonForm(request.POST or None, required=taken.reason == "required")
    if request.method == "POST" and carried_out(
        form, lambda values: services.sheet_move(sheet=found, step=name, actor=request.actor, **values)
    ):
        messages.success(request, _("已办理：%(step)s。") % {"step": taken.label})
        return redirect("facts:sheet", key)
    context = {
        "heading": taken.label,
        "number": str(found),
        "form": form,
        "submit_label": taken.label,
        "cancel_url": reverse("facts:sheet", args=[key]),
        "crumbs": unit_crumbs(found.organisation, Crumb(str(found), reverse("facts:sheet", args=[key]))),
    }
    return render(request, "ui/form_page.html", context)


def sheet_seen(request: Request, key: int, action: str = "view") -> Sheet:
    """Return a sheet the actor may see; else the page does not exist."""
    if key > LARGEST:
        raise Http404
    rows = Sheet.objects.select_related("organisation").filter(pk=key)
    found = access.SHEETS.visible(rows, request.actor, action).first()
    if found is None:
        raise Http404
    in_matters(request)
    return found


def changed_fields(sent: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, int | None]]:
    """Return what was changed: a field whose value differs from what its page showed.

    What the page showed is sent along, so that a page left open does not write back what a colleague has changed
    in the meantime.
    """
    values: dict[str, str] = {}
    evidence: dict[str, int | None] = {}
    for name in sent:
        kind, _mark, code = name.partition("-")
        given = str(sent[name])
        if kind == "value" and given.strip() != str(sent.get(f"was-{code}", "")).strip():
            values[code] = given
        elif kind == "evidence" and given != str(sent.get(f"had-{code}", "")):
            evidence[code] = int(given) if given.isascii() and given.isdigit() and len(given) < DIGITS else None
    return values, evidence


def _page(request: Request, found: Sheet, *, editable: bool) -> HttpResponse:
    filled = selectors.sheet_filled(sheet=found)
    on = request.actor.today
    offered = list(selectors.evidence_usable(organisation=found.organisation, on=on)) if editable else []
    fresh = not any(_touched(line) for line in filled.lines if line.metric.yearly)
    groups = [
        (group, [_row(line, offered) for line in lines], fresh or any(_touched(line) for line in lines))
        for group, lines in filled.groups
    ]
    waiting = sum(1 for line in filled.lines if not line.typed and line.known is None)
    context = {
        "heading": str(found),
        "number": found.organisation.name,
        "state": LIGHTS.get(found.state, "todo"),
        "state_word": STATES.get(found.state, found.state),
        "sheet": found,
        "groups": groups,
        "editable": editable,
        "spared": filled.spared,
        "total": filled.total,
        "waiting": waiting,
        "problems": [line for line in filled.lines if line.problem] if editable else [],
        "offered": offered,
        "actions": _actions(request, found),
        "crumbs": unit_crumbs(found.organisation, Crumb(str(found))),
        "timeline": [
            Happening(move.taken_at, move.label, who=f"{move.actor} {move.office}".strip(), text=move.reason)
            for move in moves_of(found).reverse()
        ],
    }
    return render(request, "facts/sheet.html", context)


def _touched(line: Line) -> bool:
    """Tell whether anything was ever said in a field; groups in which nothing was are folded."""
    return bool(line.typed or line.known or line.last)


def _row(line: Line, offered: list[Any]) -> dict[str, Any]:
    """Return one field as the page prints it."""
    metric = line.metric
    known = line.known
    choices = (
        ["是", "否"] if metric.kind == "boolean" else list(metric.choices.values()) if metric.kind == "text" else []
    )
    return {
        "code": metric.code,
        "metric": metric,
        "typed": line.typed or "",
        "choices": choices,
        "listed": "、".join(metric.choices.values()) if metric.kind == "set" else "",
        "numeric": metric.kind == "number",
        "known": value_said(metric, known.value) if known else "",
        "known_as": value_text(metric, known.value) if known else "",
        "status": known.status if known else "",
        "stale": known.evidence_state in ("expired", "withdrawn") if known else False,
        "last": value_said(metric, line.last.value) if line.last else "",
        "evidence_id": line.evidence_id,
        "evidence_gone": line.evidence_id is not None and line.evidence_id not in {one.pk for one in offered},
        "problem": line.problem,
    }


def _actions(request: Request, found: Sheet) -> list[Action]:
    base = [found.pk]
    steps = [one for one in steps_open(found, access=access.SHEETS, actor=request.actor) if one.name != "submit"]
    actions = [
        Action(one.label, reverse("facts:sheet_step", args=[found.pk, one.name]), danger=one.name == "reopen")
        for one in steps
    ]
    if found.state == "submitted" and access.may_keep(request.actor, "verify", found.organisation):
        url = f"{reverse('facts:verify', args=[found.organisation_id])}?year={found.year}"
        actions.insert(0, Action(_("逐项核定"), url, primary=True))
    actions.append(Action(_("下载 Excel"), reverse("facts:workbook", args=base)))
    if found.state == "draft" and access.SHEETS.may(request.actor, "fill", found):
        actions.append(Action(_("从 Excel 导入"), reverse("facts:workbook_in", args=base)))
    return actions


def _step(found: Sheet, name: str) -> Step:
    try:
        return process_of(found.process_version_id).step(name, source=found.state)
    except LookupError:
        raise Http404 from None
