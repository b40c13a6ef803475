"""Under which codes the answers of a field are kept, and which field a code belongs to."""

from __future__ import annotations

from collections.abc import Iterator

from kechuang.catalogue.items import FactField, FormField, FormSection, ServiceItem
from kechuang.catalogue.measures import Metric as Written
from kechuang.facts.models import Metric


def codes_of(field: FormField, year: int) -> Iterator[str]:
    """Yield the codes under which the answers of ``field`` are kept: a fact's for each year, newest first."""
    if not isinstance(field, FactField):
        yield field.code
    elif field.metric is not None and field.metric.period != "year":
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
    """Return the metrics the form asks for, by code, as the item's version keeps them: no query."""
    facts = (field for _section, field in definition.fields() if isinstance(field, FactField))
    return {field.fact: _as_row(field.metric) for field in facts if field.metric is not None}


def _as_row(metric: Written) -> Metric:
    """Return the dictionary's entry as ``facts`` reads values by; it is never saved."""
    return Metric(
        code=metric.code,
        label=metric.label,
        group=metric.group,
        unit=metric.unit or "",
        kind=metric.kind,
        period=metric.period,
        definition=metric.definition,
        source=metric.source or "",
        whole=metric.whole,
        signed=metric.signed,
        part_of=metric.part_of or "",
        choices=metric.choices,
    )
