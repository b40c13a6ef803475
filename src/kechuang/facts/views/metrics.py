"""The metric dictionary (指标字典), open to everybody."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from kechuang.facts.models import Metric
from kechuang.facts.resource import DICTIONARY
from kechuang.facts.views.subjects import metric_facts
from kechuang.ui.lists import resource_list
from kechuang.ui.parts import Crumb, Section


def dictionary(request: HttpRequest) -> HttpResponse:
    """List the metrics that conditions, forms and statistics share."""
    return resource_list(request, DICTIONARY)


def metric(request: HttpRequest, code: str) -> HttpResponse:
    """Show one metric: what it means, in which unit, of which period, and what usually proves it."""
    found = get_object_or_404(Metric, code=code)
    context = {
        "heading": found.label,
        "number": found.code,
        "lead": found.definition,
        "crumbs": [Crumb(_("指标字典"), reverse("facts:metrics")), Crumb(found.label)],
        "sections": [Section("metric", _("定义"), facts=metric_facts(found))],
    }
    return render(request, "ui/detail.html", context)
