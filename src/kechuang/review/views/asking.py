"""What every page of review begins with: the row the person may see, or no page at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from kechuang.kernel.access import AccessTable
from kechuang.kernel.models import Stateful
from kechuang.kernel.moves import moves_of
from kechuang.kernel.processes import process_of
from kechuang.kernel.web import Request
from kechuang.pure.process import Step
from kechuang.review import access
from kechuang.review.models import Round
from kechuang.ui.acts import carried_out
from kechuang.ui.parts import Happening


def seen(request: Request, table: AccessTable, rows: QuerySet[Any], action: str = "view") -> Any:
    """Return the one row of ``rows`` on which the person may do ``action``, else there is no page."""
    found = table.visible(rows, request.actor, action).first()
    if found is None:
        raise Http404
    return found


def round_seen(request: Request, number: str, action: str = "view") -> Round:
    """Return the round of an address."""
    rows = Round.objects.filter(number=number).select_related("scheme", "department")
    found: Round = seen(request, access.ROUNDS, rows, action)
    return found


def step_of(obj: Stateful, name: str) -> Step:
    """Return the step that leaves the object's state under ``name``."""
    try:
        return process_of(obj.process_version_id).step(name, source=obj.state)
    except LookupError:
        raise Http404 from None


def may_step(request: Request, table: AccessTable, obj: Stateful, name: str) -> Step:
    """Return the step, or no page where it is not the person's."""
    step = step_of(obj, name)
    if not table.may_step(request.actor, step, obj):
        raise Http404
    return step


def form_answer(
    request: Request,
    form: BaseForm,
    act: Callable[[dict[str, Any]], object],
    *,
    done: str,
    back: str,
    **words: Any,
) -> HttpResponse:
    """Show a form, or carry it out and go ``back`` with the sentence ``done``."""
    if carried_out(form, act):
        messages.success(request, done)
        return redirect(back)
    template = "ui/confirm.html" if words.get("consequence") else "ui/form_page.html"
    return render(request, template, {"form": form, "cancel_url": back, **words})


def timeline_of(obj: Stateful) -> list[Happening]:
    """Return the steps taken, newest first."""
    return [
        Happening(at=move.taken_at, title=move.label, who=f"{move.actor} {move.office}".strip(), text=move.reason)
        for move in moves_of(obj).reverse()
    ]


def sent(request: Request) -> Any:
    """Return what was posted, ``None`` for a page that is only looked at."""
    return request.POST if request.method == "POST" else None


def told(text: Any) -> str:
    """Return a sentence about a step that was taken."""
    return _("已办理：%(step)s。") % {"step": text}
