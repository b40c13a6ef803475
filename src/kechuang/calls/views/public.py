"""Public pages: what is made public, how to object, whether a certificate is true, how far a case is."""

from __future__ import annotations

from django.core.cache import cache
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.calls import access
from kechuang.calls import forms_public as forms
from kechuang.calls.models import Decision, Objection, Publicity
from kechuang.calls.selectors import public
from kechuang.calls.services.objections import objection_raise
from kechuang.kernel.audit import source_of
from kechuang.kernel.web import Request
from kechuang.ui.acts import carried_out
from kechuang.ui.tables import Cell, Head, Table

TRIES, WINDOW_SECONDS = 10, 15 * 60


def publicities(request: Request) -> HttpResponse:
    """List what is made public now and was in the last months."""
    today = timezone.localdate()
    rows = access.PUBLICITIES.visible(public.publicities_shown(today=today), request.actor)[:200]
    table = Table(
        (Head(_("事项")), Head(_("名称")), Head(_("申报单位")), Head(_("县区")), Head(_("公示期")), Head(_("状态"))),
        tuple(_row(row, today) for row in rows),
        empty=_("目前没有公示。"),
    )
    context = {"heading": _("公示"), "lead": _("对公示内容有异议的，可以在公示期内实名提出。"), "table": table}
    return render(request, "calls/publicities.html", context)


def _row(row: Publicity, today: object) -> tuple[Cell, ...]:
    running = row.opens_on <= today <= row.closes_on  # type: ignore[operator]
    return (
        Cell(row.shown["item"]),
        Cell(row.shown["title"], href=reverse("calls:publicity", args=[row.pk])),
        Cell(row.shown["organisation"]),
        Cell(row.shown["county"]),
        Cell(f"{row.opens_on} — {row.closes_on}"),
        Cell(_("公示中") if running else _("已结束"), light="doing" if running else "done"),
    )


def publicity(request: Request, pk: int) -> HttpResponse:
    """Show one publicity, and take an objection while it runs."""
    today = timezone.localdate()
    row = get_object_or_404(access.PUBLICITIES.visible(public.publicities_open(today=today), request.actor), pk=pk)
    running = row.opens_on <= today <= row.closes_on
    form = forms.ObjectionForm(request.POST or None, request.FILES or None, signed_in=request.actor.user_id is not None)
    raised: list[Objection] = []
    blocked = running and request.method == "POST" and _too_often(request, "objection")
    if (
        running
        and not blocked
        and carried_out(
            form, lambda values: raised.append(objection_raise(publicity=row, actor=request.actor, **values))
        )
    ):
        request.session["objection"] = raised[0].number
        return redirect("calls:objected", pk)
    context = {
        "heading": row.shown["title"],
        "lead": f"{row.shown['item']} · {row.shown['organisation']}",
        "publicity": row,
        "running": running,
        "left": public.days_left(row, today=today),
        "form": form if running else None,
        "blocked": blocked,
    }
    return render(request, "calls/publicity.html", context, status=429 if blocked else 200)


def objected(request: Request, pk: int) -> HttpResponse:
    """Show the number of the objection that was just raised; only to who raised it."""
    number = request.session.get("objection")
    if number is None:
        raise Http404
    return render(request, "calls/objected.html", {"heading": _("异议已收到"), "number_given": number})


def verify(request: Request, token: str) -> HttpResponse:
    """Say whether a certificate is true and whether it still holds."""
    decision = public.decision_by_token(token)
    return _verified(request, decision)


def verify_number(request: Request) -> HttpResponse:
    """Ask for a certificate's number and lead to its page."""
    form = forms.CertificateForm(request.GET or None)
    if form.is_valid():
        decision = public.decision_by_certificate(form.cleaned_data["number"])
        if decision:
            return redirect("calls:verify", decision.token)
        return _verified(request, None)
    return render(request, "calls/verify_number.html", {"heading": _("证书核验"), "form": form})


def _verified(request: Request, decision: Decision | None) -> HttpResponse:
    context = {
        "heading": _("证书核验"),
        "decision": decision,
        "ended": public.ended(decision) if decision else None,
    }
    return render(request, "calls/verify.html", context, status=200 if decision else 404)


def progress(request: Request) -> HttpResponse:
    """Tell how far a case is to whoever knows its number and the last four digits of its telephone."""
    form = forms.ProgressForm(request.POST or None)
    found, blocked = None, False
    if request.method == "POST" and form.is_valid():
        blocked = _too_often(request, "progress")
        if not blocked:
            found = public.progress_of(number=form.cleaned_data["number"], tail=form.cleaned_data["tail"])
            if found is None:
                form.add_error(None, _("没有查到。请核对受理编号和联系电话后四位；两者须与申报书一致。"))
    context = {"heading": _("查进度"), "form": form, "found": found, "blocked": blocked}
    return render(request, "calls/progress.html", context, status=429 if blocked else 200)


def _too_often(request: Request, what: str) -> bool:
    """Count the tries of an address; more than ``TRIES`` in a quarter of an hour wait."""
    key = f"calls:{what}:{source_of(request)}"  # behind a proxy everybody would share the proxy's address
    cache.add(key, 0, WINDOW_SECONDS)
    try:
        return int(cache.incr(key)) > TRIES
    except ValueError:  # the window ended between the two
        return False
