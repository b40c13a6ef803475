"""Taking a step on a case: what it asks, what stands against it, and one service call."""

from __future__ import annotations

import contextlib
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from kechuang.calls.models import Submission
from kechuang.calls.proceeding import Proceeding
from kechuang.calls.selectors import cases as reading
from kechuang.calls.services.stepping import application_move, submission_known
from kechuang.calls.step_forms import StepForm
from kechuang.calls.views.cases import DANGEROUS
from kechuang.kernel.web import Request
from kechuang.ui.acts import carried_out
from kechuang.ui.parts import Crumb


@login_required
def step(request: Request, pk: int, name: str) -> HttpResponse:
    """Show the form of a step and take it; a refusal is shown at its field and nothing typed is lost."""
    sent = request.method == "POST"
    case = reading.application_seen(actor=request.actor, pk=pk, related=() if sent else reading.RELATED)
    if (key := _key(request)) and submission_known(case, key=key, actor=request.actor):
        return redirect("calls:receipt", pk)  # pressed twice, or sent again after a broken line
    taken = reading.step_open(case, name, actor=request.actor)
    proceeding = Proceeding(case, taken, request.actor)
    form = StepForm(request.POST if sent else None, request.FILES if sent else None, proceeding=proceeding)
    done: list[Any] = []
    if carried_out(
        form,
        lambda values: done.append(
            application_move(
                application=case,
                step=name,
                actor=request.actor,
                reason=values.get("reason", ""),
                typed=form.typed(),
                key=key,
            )
        ),
    ):
        if getattr(done[0], "partial", False):
            messages.success(request, _("您已签署“%(step)s”，等待其他人会签。") % {"step": taken.label})
        else:
            messages.success(request, _("已办理：%(step)s。") % {"step": taken.label})
        if isinstance(done[0], Submission) or "number" in taken.does:
            return redirect("calls:receipt", pk)
        return redirect("calls:application", pk)
    context = {
        "heading": taken.label,
        "number": case.number,
        "lead": case.title,
        "form": form,
        "submit_label": taken.label,
        "cancel_url": reverse("calls:application", args=[pk]),
        "crumbs": [Crumb(case.number or case.title, reverse("calls:application", args=[pk])), Crumb(taken.label)],
        "foreseen": reading.foreseen(case, taken, actor=request.actor),
        "key": request.POST.get("key") or uuid4(),
        "is_dangerous": name in DANGEROUS,
    }
    return render(request, "calls/step.html", context)


def _key(request: Request) -> UUID | None:
    """Return the key that came with the form; what is no key is no harm."""
    with contextlib.suppress(ValueError):
        return UUID(str(request.POST.get("key")))
    return None
