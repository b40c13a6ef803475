"""Recording that a type at a level changed hands."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from kechuang.kernel.web import Request
from kechuang.platforms import access, services
from kechuang.platforms.forms import TransferForm
from kechuang.platforms.models import Competence, Platform
from kechuang.ui.acts import carried_out


@login_required
def transfer(request: Request, key: int) -> HttpResponse:
    """Let another department be competent from a day on; its platforms pass over with it."""
    rows = access.COMPETENCE.visible(Competence.objects.select_related("kind", "department"), request.actor, "transfer")
    competence = get_object_or_404(rows, pk=key)
    form = TransferForm(request.POST or None, initial={"on": request.actor.today})
    moved: list[Platform] = []
    if carried_out(
        form,
        lambda values: moved.extend(services.competence_transfer(competence=competence, actor=request.actor, **values)),
    ):
        messages.success(request, _("归口调整已登记，%(count)s 个平台随之转归。") % {"count": len(moved)})
        return redirect("platforms:matrix")
    context = {
        "heading": _("归口调整"),
        "form": form,
        "consequence": _(
            "“%(kind)s”%(level)s现由%(department)s归口；自生效日期起，该类该级的平台一并转归新的部门，此前的日期不变。"
        )
        % {
            "kind": competence.kind,
            "level": competence.get_level_display(),
            "department": competence.department,
        },
        "submit_label": _("登记归口调整"),
        "cancel_url": reverse("platforms:matrix"),
    }
    return render(request, "ui/confirm.html", context)
