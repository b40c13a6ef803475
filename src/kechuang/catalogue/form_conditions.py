"""What a condition of a form may name: the codes of the same form, each of the kind its answers have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kechuang.catalogue.items import AnswerKind, Declaration, FactField, FileField, Question, ServiceItem, TableField
from kechuang.pure.conditions.metrics import Dictionary, Metric
from kechuang.pure.conditions.values import Kind

ANSWER_KINDS: Mapping[AnswerKind, Kind] = {
    "text": Kind.TEXT,
    "long_text": Kind.TEXT,
    "integer": Kind.NUMBER,
    "number": Kind.NUMBER,
    "money": Kind.NUMBER,
    "percent": Kind.NUMBER,
    "year": Kind.NUMBER,
    "date": Kind.DATE,
    "boolean": Kind.BOOLEAN,
    "choice": Kind.TEXT,
    "choices": Kind.SET,
    "email": Kind.TEXT,
    "phone": Kind.TEXT,
    "credit_code": Kind.TEXT,
}


def form_dictionary(item: ServiceItem, metrics: Dictionary) -> dict[str, Metric]:
    """Return what the form's conditions may name.

    A fact is its metric, a question of the kind of its answer, a table the number of its rows,
    a file and a declaration whether they are there. A metric nobody knows is left out.
    """
    return {code: metric for code, metric in _named(item, metrics) if metric is not None}


def _named(item: ServiceItem, metrics: Dictionary) -> Iterator[tuple[str, Metric | None]]:
    for _section, field in item.fields():
        if isinstance(field, FactField):
            yield field.code, metrics.get(field.fact)
        elif isinstance(field, Question):
            kind = ANSWER_KINDS[field.type]
            yield field.code, Metric(field.code, kind, yearly=False, unit=field.unit or "", label=field.label)
        elif isinstance(field, TableField):
            yield field.code, Metric(field.code, Kind.NUMBER, yearly=False, unit="行", label=field.label)
        elif isinstance(field, FileField | Declaration):
            label = field.label if isinstance(field, FileField) else field.text
            yield field.code, Metric(field.code, Kind.BOOLEAN, yearly=False, label=label)
