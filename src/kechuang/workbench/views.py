"""One's own offices, and lending them."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from kechuang.directory import services
from kechuang.directory.models import Office
from kechuang.directory.selectors import office_name, offices_in_force
from kechuang.kernel.web import Request
from kechuang.ui.acts import carried_out
from kechuang.ui.formats import day
from kechuang.ui.parts import Crumb
from kechuang.workbench.forms import DelegateForm, EndForm


@login_required
def offices(request: Request) -> HttpResponse:
    """Show the offices one holds and those one has lent to others."""
    held = list(offices_in_force(user=request.user, on=request.actor.today))  # type: ignore[arg-type]
    lent = (
        Office.objects.filter(delegated_from__user=request.user.pk)
        .select_related("user", "department", "county", "organisation")
        .order_by("-start", "pk")
    )
    return render(
        request,
        "workbench/offices.html",
        {
            "heading": _("我的岗位"),
            "held": [_row(office) for office in held],
            "lent": [_row(office) for office in lent],
        },
    )


@login_required
def delegate(request: Request, pk: int) -> HttpResponse:
    """Let a colleague act in one of one's own offices for some days."""
    office = get_object_or_404(Office, pk=pk, user_id=request.actor.user_id, delegated_from=None)
    form = DelegateForm(request.POST or None, initial={"start": request.actor.today})
    if carried_out(form, lambda values: services.office_delegate(office=office, actor=request.actor, **values)):
        messages.success(request, _("已委托代办。"))
        return redirect("workbench:offices")
    return _form(request, form, _("委托代办：%(office)s") % {"office": office_name(office)}, _("委托"))


@login_required
def end_office(request: Request, pk: int) -> HttpResponse:
    """End a delegation of one's own; others' offices are ended on the person's page."""
    office = get_object_or_404(Office, pk=pk, delegated_from__user_id=request.actor.user_id)
    form = EndForm(request.POST or None, initial={"on": request.actor.today})
    if carried_out(form, lambda values: services.office_end(office=office, actor=request.actor, **values)):
        messages.success(request, _("委托已终止。"))
        return redirect("workbench:offices")
    return _form(request, form, _("终止委托：%(office)s") % {"office": office_name(office)}, _("终止委托"))


def form_page(request: Request, form: object, heading: str, submit: str, *, back: str, room: Crumb) -> HttpResponse:
    """Show a page that is one form, below ``room`` and with ``back`` as the way out of it."""
    context = {
        "heading": heading,
        "form": form,
        "submit_label": submit,
        "cancel_url": back,
        "crumbs": [room, Crumb(heading)],
    }
    return render(request, "ui/form_page.html", context)


def _form(request: Request, form: object, heading: str, submit: str) -> HttpResponse:
    back = reverse("workbench:offices")
    return form_page(request, form, heading, submit, back=back, room=Crumb(_("我的岗位"), back))


def _row(office: Office) -> dict[str, object]:
    return {
        "pk": office.pk,
        "name": office_name(office),
        "holder": str(office.user),
        "from": day(office.start),
        "until": day(office.end) if office.end else _("未定"),
        "owner": str(office.delegated_from.user) if office.delegated_from else "",
    }
