"""What need not be typed: what is known of the subject, and what was answered in an earlier form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kechuang.calls.form.codes import codes_of, fact_key
from kechuang.calls.form.reading import fact_stored
from kechuang.catalogue.items import FactField, FileField, Question, ServiceItem, TableField
from kechuang.facts.known import Known
from kechuang.facts.sources import Key


def fact_codes(definition: ServiceItem, year: int) -> list[str]:
    """Return the answer codes of every fact the form asks for."""
    facts = (field for _section, field in definition.fields() if isinstance(field, FactField))
    return [code for field in facts for code in codes_of(field, year)]


def known_answers(definition: ServiceItem, known: Mapping[Key, Known], *, year: int) -> dict[str, Any]:
    """Return the facts that are known as answers, by code."""
    return {
        code: fact_stored(known[key].value) for code in fact_codes(definition, year) if (key := fact_key(code)) in known
    }


def earlier_answers(
    definition: ServiceItem, earlier: Iterable[tuple[ServiceItem, Mapping[str, Any]]]
) -> dict[str, Any]:
    """Return what earlier forms answered to the same questions, tables and files; the first of them wins.

    Of another item's form only short answers under the same code, label and type are taken:
    what was written about one plan is no answer for another. What the host stated and what was
    declared is never carried over.
    """
    found: dict[str, Any] = {}
    for form, answers in earlier:
        same_item = form.item == definition.item
        before = {field.code: (section, field) for section, field in form.fields()}
        for section, field in definition.fields():
            there = before.get(field.code)
            if there is None or section.by != "applicant" or field.code in found or field.code not in answers:
                continue
            if _alike(field, there[1], same_item=same_item):
                found[field.code] = answers[field.code]
    return found


def _alike(field: Any, before: Any, *, same_item: bool) -> bool:
    if isinstance(field, Question):
        alike = isinstance(before, Question) and (before.type, before.label, before.choices) == (
            field.type,
            field.label,
            field.choices,
        )
        return alike and (same_item or field.type != "long_text") and field.code != "title"
    if isinstance(field, TableField):
        return isinstance(before, TableField) and before.columns == field.columns
    return isinstance(field, FileField) and isinstance(before, FileField) and before.label == field.label
