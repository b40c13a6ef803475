"""A form as paper: its parts as plain values for PDF and for the blank Word form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kechuang.calls.form.asking import asked_codes
from kechuang.calls.form.boxes import Box, boxes_of
from kechuang.calls.form.reading import answer_said
from kechuang.catalogue.items import Declaration, FileField, FormSection, ServiceItem, TableColumn, TableField
from kechuang.ui.documents.papers import Grid, Line, Part

NUMERIC = ("integer", "number", "money", "percent", "year")
LONG = 60


def parts_of(
    definition: ServiceItem,
    answers: Mapping[str, Any],
    *,
    year: int,
    files: Mapping[int, str] | None = None,
    parts: tuple[str, ...] = ("applicant", "host_admin"),
    blank: bool = False,
) -> list[Part]:
    """Return the form's sections as parts of a paper; ``files`` names evidence by its id.

    ``blank`` prints every field as an empty one, also those a condition would leave out.
    """
    boxes = boxes_of(definition, year=year)
    asked = asked_codes(definition, {} if blank else answers, year=year)
    return [
        part
        for section in definition.form
        if section.by in parts and (part := _part(section, boxes, answers, asked, files or {})) is not None
    ]


def _part(
    section: FormSection, boxes: list[Box], answers: Mapping[str, Any], asked: frozenset[str], files: Mapping[int, str]
) -> Part | None:
    own = [box for box in boxes if box.section == section.section and box.field.code in asked]
    if not own:
        return None
    lines = [_line(box, answers.get(box.code), files) for box in own if not isinstance(box.field, TableField)]
    grids = [_grid(box.field, answers.get(box.code)) for box in own if isinstance(box.field, TableField)]
    return Part(section.label, lines, grids, note=section.help)


def _line(box: Box, value: Any, files: Mapping[int, str]) -> Line:
    if isinstance(box.field, FileField):
        named = [files.get(int(pk), f"#{pk}") for pk in value] if isinstance(value, list) else []
        return Line(box.label, "；".join(named))
    if isinstance(box.field, Declaration):
        return Line(box.label, box.said(value))
    text = box.said(value)
    return Line(box.label, text, wide=box.widget == "area" or len(text) > LONG)


def _grid(field: TableField, rows: Any) -> Grid:
    written = [
        [_cell(column, row.get(column.code)) for column in field.columns]
        for row in (rows if isinstance(rows, list) else ())
    ]
    head = [f"{column.label}（{column.unit}）" if column.unit else column.label for column in field.columns]
    numeric = [place for place, column in enumerate(field.columns) if column.type in NUMERIC]
    return Grid(field.label, head, written, numeric=numeric)


def _cell(column: TableColumn, value: Any) -> str:
    """Return a cell as it is printed: its unit stands in the head."""
    said = answer_said(column, value)
    return said.removesuffix(column.unit) if column.unit and column.type in NUMERIC else said
