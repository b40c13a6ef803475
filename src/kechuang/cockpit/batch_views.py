"""The pages of reports in batches: ask, watch, take away, make again."""

from __future__ import annotations

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from kechuang.cockpit.access import BATCHES
from kechuang.cockpit.batches import archive_path, batch_again, batch_ask, differing
from kechuang.cockpit.jobs import enqueue
from kechuang.cockpit.models import ReportBatch
from kechuang.kernel.errors import Refused
from kechuang.kernel.web import Request
from kechuang.plan.forms.fields import day_field
from kechuang.plan.reports.kinds import FORMATS, KINDS
from kechuang.ui.parts import Crumb

SHOWN = 50
FORM_WORDS = {"docx": "Word", "pdf": "PDF", "xlsx": "Excel"}
State = ReportBatch.State


class BatchForm(forms.Form):
    """What is wanted: day, kinds, forms, a name to find it by."""

    name = forms.CharField(
        label=gettext_lazy("名称"),
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"class": "form-control"}),
        help_text=gettext_lazy("留空即用截至日期。"),
    )
    on = day_field(gettext_lazy("截至日期"), required=True)
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("报告"),
        choices=[(kind.key, kind.label) for kind in KINDS.values()],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("请至少选择一种报告。")},
        help_text=gettext_lazy("部门、县区进展表每个单位一份。"),
    )
    forms_wanted = forms.MultipleChoiceField(
        label=gettext_lazy("格式"),
        choices=[(name, FORM_WORDS[name]) for name in FORMATS],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("请至少选择一种格式。")},
    )


@login_required
def batches(request: Request) -> HttpResponse:
    """List the batches asked for and ask for a new one."""
    _reader(request)
    may_ask = BATCHES.may_any(request.actor, "add")
    form = BatchForm(
        request.POST or None,
        initial={"on": request.actor.today, "kinds": ["half_year", "evaluation"], "forms_wanted": ["docx", "pdf"]},
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = batch_ask(
                actor=request.actor,
                on=given["on"],
                kinds=given["kinds"],
                forms=given["forms_wanted"],
                name=given["name"],
            )
        except Refused as refusal:
            form.add_error({"kinds": "kinds", "forms": "forms_wanted"}.get(refusal.field or ""), str(refusal))
        else:
            enqueue(made)
            return redirect("cockpit:batch", key=made.pk)
    rows = BATCHES.visible(ReportBatch.objects.select_related("asked_by"), request.actor)[:SHOWN]
    return render(
        request,
        "cockpit/batches.html",
        {"heading": _("成批报告"), "form": form if may_ask else None, "rows": rows},
        status=422 if form.errors else 200,
    )


@require_safe
@login_required
def batch(request: Request, key: int) -> HttpResponse:
    """Show how far a batch is and what came of it."""
    row = _seen(request, key)
    context = {
        "heading": row.name,
        "crumbs": [Crumb(_("成批报告"), reverse("cockpit:batches")), Crumb(row.name)],
        "batch": row,
        "running": row.state in (State.WAITING, State.MAKING),
        "differing": differing(row),
        "kinds": [KINDS[name].label for name in row.kinds if name in KINDS],
        "forms": [FORM_WORDS.get(name, name) for name in row.forms],
        "may_ask": BATCHES.may_any(request.actor, "add"),
    }
    page = "cockpit/parts/batch.html" if request.headers.get("HX-Request") else "cockpit/batch.html"
    answer = render(request, page, context)
    answer["Vary"] = "HX-Request, Cookie"
    return answer


@require_POST
@login_required
def again(request: Request, key: int) -> HttpResponse:
    """Make the same reports of the same day once more."""
    made = batch_again(batch=_seen(request, key), actor=request.actor)
    enqueue(made)
    return redirect("cockpit:batch", key=made.pk)


@require_safe
@login_required
def archive(request: Request, key: int) -> FileResponse:
    """Hand out the archive."""
    row = _seen(request, key)
    place = archive_path(row)
    if row.state != State.MADE or not place.exists():
        raise Http404
    return FileResponse(place.open("rb"), as_attachment=True, filename=f"{row.name}_{row.on.isoformat()}.zip")


def _reader(request: Request) -> None:
    if not BATCHES.may_any(request.actor, "view"):
        raise Http404


def _seen(request: Request, key: int) -> ReportBatch:
    rows = ReportBatch.objects.select_related("asked_by", "again_of", "plan")
    return get_object_or_404(BATCHES.visible(rows, request.actor), pk=key)
