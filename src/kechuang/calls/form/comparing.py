"""Two texts of one form side by side: what was there before, what is there now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kechuang.calls.form.boxes import Box, boxes_of
from kechuang.calls.form.reading import answer_said
from kechuang.catalogue.items import ServiceItem, TableField


@dataclass(frozen=True, slots=True)
class Difference:
    """An answer that changed, as texts; files are told by how many there are."""

    section: str
    code: str
    label: str
    before: str
    after: str


def compared(
    definition: ServiceItem,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    *,
    year: int,
) -> list[Difference]:
    """Return every answer that differs, in the form's order."""
    boxes = boxes_of(definition, year=year)
    return [
        Difference(box.section, box.code, box.label, as_text(box, before.get(box.code)), as_text(box, now))
        for box in boxes
        if (now := after.get(box.code)) != before.get(box.code)
    ]


def as_text(box: Box, value: Any) -> str:
    """Return an answer as text, a table line by line."""
    if isinstance(box.field, TableField):
        return "\n".join(_lines(box.field, value))
    return box.said(value)


def _lines(field: TableField, rows: Any) -> Iterator[str]:
    for row in rows if isinstance(rows, list) else ():
        said = (answer_said(column, row.get(column.code)) for column in field.columns)
        yield "，".join(text for text in said if text)


def for_reviewers(definition: ServiceItem, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers without what tells who the applicant is (盲审): withheld fields and columns."""
    withheld = {field.code for _section, field in definition.fields() if field.withheld}
    hidden = {
        field.code: {column.code for column in field.columns if column.withheld}
        for _section, field in definition.fields()
        if isinstance(field, TableField)
    }
    return {
        code: _rows_without(value, hidden.get(code, set()))
        for code, value in answers.items()
        if code.partition("@")[0] not in withheld
    }


def _rows_without(value: Any, hidden: set[str]) -> Any:
    if not hidden or not isinstance(value, list):
        return value
    return [{code: cell for code, cell in row.items() if code not in hidden} for row in value]
