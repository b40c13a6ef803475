"""Outside data: a department takes over what another body sends about many organisations, after a trial."""

from __future__ import annotations

from dataclasses import astuple
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from kechuang.facts import access, services, sources
from kechuang.facts.forms import OutsideForm
from kechuang.facts.models import Metric
from kechuang.facts.outside import Reading, outside_read, template_out
from kechuang.facts.selectors.knowing import metrics_for
from kechuang.facts.services import Line
from kechuang.facts.views.reach import in_matters, workbook_answer
from kechuang.facts.views.workbooks import fault_table
from kechuang.kernel.errors import Refused
from kechuang.kernel.web import Request

SALT = "facts.outside"
KEPT_SECONDS = 3600


@login_required
def take(request: Request) -> HttpResponse:
    """Read a workbook as a trial; say what it would bring; write it once that is confirmed."""
    if not access.KEEPING.may_any(request.actor, "import"):
        raise Http404
    in_matters(request)
    if "confirmed" in request.POST:
        return _confirmed(request)
    form = OutsideForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        try:
            reading = outside_read(form.cleaned_data["workbook"].read(), metrics=_metrics())
            return _trial(request, reading, form.cleaned_data["source"])
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    return render(request, "facts/outside.html", {**_words(), "form": form, "submit_label": _("检查文件")})


@login_required
def template(request: Request) -> HttpResponse:
    """Give the empty workbook."""
    if not access.KEEPING.may_any(request.actor, "import"):
        raise Http404
    return workbook_answer(template_out(_metrics()), _("外部数据导入模板.xlsx"))


def _trial(request: Request, reading: Reading, source: str) -> HttpResponse:
    faults = reading.faults
    context: dict[str, Any] = {
        **_words(),
        "faults": fault_table(faults) if faults else None,
        "fault_count": len(faults),
    }
    if not faults:
        context["brought"] = services.facts_import_try(lines=reading.lines, source=source, actor=request.actor)
        context["count"] = len(reading.lines)
        taken = {"source": source, "lines": [astuple(line) for line in reading.lines]}
        context["token"] = signing.dumps(taken, salt=SALT, compress=True) if reading.lines else ""
    return render(request, "facts/outside_trial.html", context)


def _confirmed(request: Request) -> HttpResponse:
    try:
        taken = signing.loads(request.POST["confirmed"], salt=SALT, max_age=KEPT_SECONDS)
        lines = [Line(*line) for line in taken["lines"]]
        done = services.facts_import(lines=lines, source=taken["source"], actor=request.actor)
    except signing.BadSignature:
        messages.error(request, _("检查结果已过期，请重新上传文件。"))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request,
            _("已导入：新数据 %(new)s 项，与已有相同 %(same)s 项，待核对 %(questions)s 项。")
            % {"new": done.new, "same": done.same, "questions": done.questions},
        )
    return redirect("facts:outside")


def _metrics() -> list[Metric]:
    return [one for one in metrics_for(kind="organisation") if sources.owner_of("organisation", one.code) is None]


def _words() -> dict[str, Any]:
    return {
        "heading": _("导入外部数据"),
        "lead": _("由归口部门导入其他部门提供的数据，例如信用、统计、知识产权；与单位申报不同的，自动转为待核对。"),
        "cancel_url": reverse("facts:units_to_verify"),
    }
