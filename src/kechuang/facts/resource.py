"""Lists of facts: the metric dictionary and the yearly sheets, each declared once."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kechuang.facts.access import FACTS, METRICS, SHEETS
from kechuang.facts.importing import FACTS_IN
from kechuang.facts.models import Fact, Metric, Sheet
from kechuang.kernel.processes import state_choices
from kechuang.ui.resource import Column, Resource

KINDS = dict(Metric.Kind.choices)
PERIODS = dict(Metric.Period.choices)
STATES = {"draft": _("填报中"), "submitted": _("待核定"), "verified": _("已核定")}


def _metric_page(code: str) -> str:
    return reverse("facts:metric", args=[code])


def _sheet_page(key: int) -> str:
    return reverse("facts:sheet", args=[key])


def _groups() -> Iterable[tuple[str, str]]:
    rows = Metric.objects.filter(retired=False).order_by("order").values_list("group", flat=True)
    return [(group, group) for group in dict.fromkeys(rows)]


def _forms() -> Iterable[tuple[str, str]]:
    rows = Metric.objects.exclude(form="").order_by("form").values_list("form", flat=True)
    return [(form, form) for form in dict.fromkeys(rows)]


def _years() -> Iterable[tuple[str, str]]:
    years = Sheet.objects.order_by("-year").values_list("year", flat=True).distinct()
    return [(str(year), str(year)) for year in years]


_LABEL = Column("label")
_GROUP = Column("group")
_UNIT = Column("unit")
_KIND = Column("kind", shown=lambda kind: KINDS.get(kind, kind))
_PERIOD = Column("period", shown=lambda period: PERIODS.get(period, period))
_SOURCE = Column("source")
_FORM = Column("form")

DICTIONARY = Resource(
    name="metrics",
    model=Metric,
    access=METRICS,
    label=_("指标字典"),
    columns=(_LABEL, _GROUP, _UNIT, _KIND, _PERIOD, _SOURCE, _FORM),
    exported=(Column("code"), _LABEL, _GROUP, _UNIT, _KIND, _PERIOD, Column("definition"), _SOURCE, _FORM),
    filters=("group", "kind", "period", "form"),
    search=("label", "code", "definition"),
    order=("order", "id"),
    key="code",
    detail=_metric_page,
    narrow=Q(retired=False),
    choices={"group": _groups, "form": _forms},
    empty=_("没有符合条件的指标。"),
    advice=_("放宽条件，或换一个词查找。"),
)

SHEET_LIST = Resource(
    name="fact_sheets",
    model=Sheet,
    access=SHEETS,
    label=_("年度数据申报表"),
    columns=(
        Column("organisation__name", _("单位")),
        Column("year", numeric=True, shown=str),
        Column("state", light=True, shown=lambda state: STATES.get(state, state)),
        Column("organisation__county__short_name", _("县区")),
        Column("filled_at"),
    ),
    filters=("year", "state"),
    search=("organisation__name",),
    order=("-year", "-id"),
    key="pk",
    detail=_sheet_page,
    choices={"state": lambda: state_choices("fact_sheet"), "year": _years},
    empty=_("没有申报表。"),
    advice=_("单位填报人可以从这里开始填报一个年度。"),
)

FACT_LIST = Resource(
    name="facts",
    model=Fact,
    access=FACTS,
    label=_("单位数据"),
    columns=(Column("metric__label", _("指标")), Column("year", numeric=True, shown=str), Column("source")),
    imports=FACTS_IN,
)
