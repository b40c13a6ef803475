"""The page of a case, of a call behind the counter, of an objection."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render

from kechuang.calls import access
from kechuang.calls.models import Application, Call, Objection
from kechuang.kernel.web import Request


@login_required
def application(request: Request, pk: int) -> HttpResponse:
    """Show one application to whoever may see it."""
    rows = access.APPLICATIONS.visible(Application.objects.all(), request.actor)
    return render(request, "calls/application.html", {"application": get_object_or_404(rows, pk=pk)})


@login_required
def call_desk(request: Request, pk: int) -> HttpResponse:
    """Show a call to those who prepare it."""
    rows = access.CALLS.visible(Call.objects.all(), request.actor)
    return render(request, "calls/call_desk.html", {"call": get_object_or_404(rows, pk=pk)})


@login_required
def objection(request: Request, pk: int) -> HttpResponse:
    """Show an objection to those who deal with it."""
    found = access.OBJECTIONS.visible(Objection.objects.all(), request.actor).filter(pk=pk).first()
    if found is None:
        raise Http404
    return render(request, "calls/objection.html", {"objection": found})
