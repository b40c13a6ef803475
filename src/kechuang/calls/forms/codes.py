"""Under which codes the answers of a field are kept, and which field a code belongs to."""

from __future__ import annotations

from collections.abc import Iterator

from kechuang.catalogue.items import FactField, FormField, FormSection, ServiceItem
from kechuang.facts.models import Metric

_yearly: dict[str, bool] = {}
"""Metric code → whether it has a value a year; a metric never changes that, so it is asked once."""


def is_yearly(metric: str) -> bool:
    """Tell whether a metric has a value a year; an unknown one is taken to have."""
    if metric not in _yearly:
        _yearly.update((row.code, row.yearly) for row in Metric.objects.only("code", "period"))
    return _yearly.get(metric, True)


def codes_of(field: FormField, year: int) -> Iterator[str]:
    """Yield the codes under which the answers of ``field`` are kept: a fact's for each year, newest first."""
    if not isinstance(field, FactField):
        yield field.code
    elif not is_yearly(field.fact):
        yield field.fact
    else:
        for back in range(field.years):
            yield f"{field.fact}@{year - back}"


def field_code(code: str) -> str:
    """Return the code of the field an answer's code belongs to."""
    return code.partition("@")[0]


def fact_key(code: str) -> tuple[str, int | None]:
    """Return metric code and year of a fact's answer, as ``facts`` keys what it knows."""
    metric, _at, year = code.partition("@")
    return metric, int(year) if year else None


def fields_by_code(definition: ServiceItem) -> dict[str, tuple[FormSection, FormField]]:
    """Return field code → its section and field."""
    return {field.code: (section, field) for section, field in definition.fields()}


def metrics_of(definition: ServiceItem) -> dict[str, Metric]:
    """Return the metrics the form asks for, by code: one query."""
    codes = [field.fact for _section, field in definition.fields() if isinstance(field, FactField)]
    return {row.code: row for row in Metric.objects.filter(code__in=codes)}
