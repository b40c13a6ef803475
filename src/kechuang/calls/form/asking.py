"""Which fields a form asks for, by its ``when`` conditions over the answers given so far.

A condition may be unknown: then the field is shown, for nothing is hidden by guess. What hangs
on a field that is itself not asked is not asked either.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Any

from kechuang.calls.form.codes import codes_of, fields_by_code
from kechuang.catalogue.form_conditions import form_dictionary
from kechuang.catalogue.items import FactField, FormField, FormSection, ServiceItem, TableField
from kechuang.catalogue.rules import dictionary
from kechuang.pure.conditions.grammar import condition_read
from kechuang.pure.conditions.metrics import Metric as Measured
from kechuang.pure.conditions.nodes import Facts, Node, references, truth
from kechuang.pure.conditions.values import Kind, Unreadable, Value, date_read, number_read


def asked_codes(definition: ServiceItem, answers: Mapping[str, Any], *, year: int) -> frozenset[str]:
    """Return the codes of the fields that are asked, given the answers."""
    if not any(section.when for section in definition.form) and not any(f.when for _s, f in definition.fields()):
        return frozenset(field.code for _section, field in definition.fields())
    form = _Form(definition, answers, year)
    return frozenset(code for code in form.fields if form.is_asked(code))


def asked_answers(definition: ServiceItem, answers: Mapping[str, Any], *, year: int) -> dict[str, Any]:
    """Return the answers to the fields that are asked: what is handed in."""
    codes = asked_codes(definition, answers, year=year)
    kept = {code for _s, field in definition.fields() if field.code in codes for code in codes_of(field, year)}
    return {code: value for code, value in answers.items() if code in kept}


class _Form:
    """The fields of one form with what is known of each; every field is judged once."""

    def __init__(self, definition: ServiceItem, answers: Mapping[str, Any], year: int) -> None:
        self.fields = fields_by_code(definition)
        self.measured = _measured(definition)
        self.facts = Facts(year, date(year, 12, 31), _values(definition, answers, self.measured, year))
        self.found: dict[str, bool] = {}

    def is_asked(self, code: str) -> bool:
        """Tell whether a field is asked; one that hangs on itself in a circle is."""
        if code not in self.found:
            self.found[code] = True
            section, field = self.fields[code]
            self.found[code] = self._holds(section.when) and self._holds(field.when)
        return self.found[code]

    def _holds(self, text: str | None) -> bool:
        node = _condition(text, self.measured) if text else None
        if node is None:
            return True
        named = {fact.code for fact in references((node,))} & self.fields.keys()
        if not all(self.is_asked(code) for code in sorted(named)):
            return False
        return truth(node, self.facts) is not False


def _measured(definition: ServiceItem) -> dict[str, Measured]:
    facts = (field.metric for _section, field in definition.fields() if isinstance(field, FactField))
    return form_dictionary(definition, dictionary(metric for metric in facts if metric is not None))


def _condition(text: str, measured: Mapping[str, Measured]) -> Node | None:
    """Return the condition, ``None`` where it cannot be read any more: a field is then asked."""
    try:
        return _read(text, frozenset(measured.items()))
    except Unreadable:
        return None


@lru_cache(maxsize=512)
def _read(text: str, measured: frozenset[tuple[str, Measured]]) -> Node:
    return condition_read(text, dict(measured))


def _values(
    definition: ServiceItem, answers: Mapping[str, Any], measured: Mapping[str, Measured], year: int
) -> dict[tuple[str, int], Value]:
    found: dict[tuple[str, int], Value] = {}
    for _section, field in definition.fields():
        metric = measured.get(field.code)
        if metric is None:
            continue
        for back, code in enumerate(codes_of(field, year)):
            value = _value(field, answers.get(code), metric.kind)
            if value is not None:
                found[field.code, -back] = value
    return found


def _value(field: FormField, stored: Any, kind: Kind) -> Value | None:
    """Return an answer as the condition language has it; ``None`` for what is not known or cannot be read."""
    if stored is None or stored == "":
        return None
    if isinstance(field, TableField):
        return Fraction(len(stored)) if isinstance(stored, list) else None
    try:
        return _AS[kind](stored)
    except (Unreadable, TypeError, ValueError):
        return None


_AS: dict[Kind, Callable[[Any], Value]] = {
    Kind.NUMBER: lambda stored: number_read(str(stored)),
    Kind.TEXT: str,
    Kind.BOOLEAN: bool,
    Kind.DATE: lambda stored: date_read(str(stored)),
    Kind.SET: lambda stored: frozenset(map(str, stored)),
}


def section_asked(section: FormSection, codes: frozenset[str]) -> bool:
    """Tell whether any field of a section is asked."""
    return any(field.code in codes for field in section.fields)
