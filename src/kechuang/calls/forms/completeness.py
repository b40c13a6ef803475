"""What is still missing before a form can go on: one sentence a field, with its section."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from kechuang.catalogue.items import FactField, FormField, ServiceItem


@dataclass(frozen=True, slots=True)
class Missing:
    """A field that is not answered as it must be: where it stands, and what is to be done."""

    section: str
    code: str
    label: str
    sentence: str


def missing(definition: ServiceItem, answers: Mapping[str, Any], *, year: int, parts: tuple[str, ...]) -> list[Missing]:
    """Return what is missing in the sections filled by ``parts`` ("applicant", "host_admin"), in the form's order."""
    found = []
    for section, field in definition.fields():
        if section.by in parts and field.required:
            for code in codes_of(field, year):
                if answers.get(code) in (None, "", [], False):
                    found.append(Missing(section.section, code, code, _("请填写这一栏。")))
    return found


def codes_of(field: FormField, year: int) -> Iterator[str]:
    """Yield the codes under which the answers of ``field`` are kept."""
    if isinstance(field, FactField):
        for back in range(field.years):
            yield f"{field.fact}@{year - back}"
    else:
        yield field.code
