"""The inputs of a form: each with its label, unit, help, limits, and how it reads and shows its answer.

A fact is one box for each year; everything else is one box. Boxes know nothing of the answers:
``filled`` puts them together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.translation import gettext as _

from kechuang.calls import registries
from kechuang.calls.form import reading
from kechuang.calls.form.codes import codes_of, fact_key, metrics_of
from kechuang.catalogue.items import (
    Declaration,
    FactField,
    FileField,
    FormField,
    FormSection,
    Question,
    ServiceItem,
    TableField,
)
from kechuang.facts.models import Metric
from kechuang.facts.sources import owner_of
from kechuang.facts.subjects import Kind

Widget = Literal["text", "area", "number", "date", "boolean", "choice", "choices", "table", "files", "declaration"]
WIDGETS: Mapping[str, Widget] = {
    "long_text": "area", "integer": "number", "number": "number", "money": "number", "percent": "number",
    "year": "number", "date": "date", "boolean": "boolean", "choice": "choice", "choices": "choices",
}  # fmt: skip
FACT_WIDGETS: Mapping[str, Widget] = {"number": "number", "date": "date", "boolean": "boolean", "set": "text"}
UNITS: Mapping[str, str] = {"percent": "%", "year": "年"}
YES_NO = (("是", "是"), ("否", "否"))


@dataclass(frozen=True, slots=True)
class Box:
    """One input. ``code`` is the answer's, ``field`` what the form asks, ``metric`` the fact behind it.

    ``kept_by_register`` says that a register answers it: it is read here, and changed there.
    """

    code: str
    section: str
    field: FormField
    label: str
    widget: Widget
    help: str = ""
    unit: str = ""
    example: str = ""
    demand: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    max_chars: int | None = None
    metric: Metric | None = None
    year: int | None = None
    kept_by_register: bool = False

    @property
    def required(self) -> bool:
        """Whether the form cannot be handed in without it."""
        return self.field.required

    def read(self, typed: Any) -> Any:
        """Return what was typed as the answer's JSON value; raises ``Refused`` at this box."""
        if self.metric is not None:
            return reading.fact_read(self.metric, typed)
        if isinstance(self.field, Question):
            return reading.answer_read(self.field, typed)
        if isinstance(self.field, Declaration):
            return reading.answer_read(_TICK, typed) is True or None
        raise TypeError(f"{self.code} is no single input")

    def shown(self, value: Any) -> str:
        """Return an answer as the input holds it."""
        return reading.answer_shown(value)

    def said(self, value: Any) -> str:
        """Return an answer as it is read; a table as its number of rows, files as their number."""
        if self.metric is not None:
            return reading.fact_said(self.metric, value)
        if isinstance(self.field, Question):
            return reading.answer_said(self.field, value)
        if isinstance(self.field, Declaration):
            return str(_("已承诺")) if value is True else ""
        if not isinstance(value, list) or not value:
            return ""
        counted = _("%(count)s 行") if isinstance(self.field, TableField) else _("%(count)s 个文件")
        return counted % {"count": len(value)}


_TICK = Question(question="tick", label="承诺", type="boolean")


def boxes_of(definition: ServiceItem, *, year: int) -> list[Box]:
    """Return every input of the form in its order, for the reference year ``year``."""
    metrics, kind = metrics_of(definition), registries.subject_kind(definition.subject)
    subject = kind.facts_kind if kind else "organisation"
    return [
        box
        for section in definition.form
        for field in section.fields
        for box in _boxes(section, field, year=year, metrics=metrics, subject=subject)
    ]


def _boxes(
    section: FormSection, field: FormField, *, year: int, metrics: Mapping[str, Metric], subject: Kind
) -> Iterator[Box]:
    if isinstance(field, FactField):
        metric = metrics.get(field.fact)
        for code in codes_of(field, year) if metric is not None else ():
            yield _fact(section, field, code, metric, subject)  # type: ignore[arg-type]
    elif isinstance(field, Question):
        yield _question(section, field)
    elif isinstance(field, TableField):
        yield Box(field.code, section.section, field, field.label, "table", help=field.help, demand=_rows_said(field))
    elif isinstance(field, FileField):
        yield Box(field.code, section.section, field, field.label, "files", help=field.help, demand=_files_said(field))
    else:
        yield Box(field.code, section.section, field, field.text, "declaration", help=field.help)


def _fact(section: FormSection, field: FactField, code: str, metric: Metric, subject: Kind) -> Box:
    _metric, year = fact_key(code)
    widget = FACT_WIDGETS.get(metric.kind, "text")
    choices = tuple((label, label) for label in metric.choices.values())
    if metric.kind == Metric.Kind.BOOLEAN:
        choices = YES_NO
    elif choices:
        widget = "choices" if metric.kind == Metric.Kind.SET else "choice"
    return Box(
        code,
        section.section,
        field,
        str(_("%(label)s（%(year)s 年）") % {"label": metric.label, "year": year}) if year else metric.label,
        widget,
        help=field.help or ("" if metric.choices else metric.definition),
        unit=metric.unit,
        example="1280.5" if metric.kind == Metric.Kind.NUMBER and not metric.whole else "",
        choices=choices,
        metric=metric,
        year=year,
        kept_by_register=owner_of(subject, metric.code) is not None,
    )


def _question(section: FormSection, field: Question) -> Box:
    return Box(
        field.code,
        section.section,
        field,
        field.label,
        WIDGETS.get(field.type, "text"),
        help=field.help,
        unit=field.unit or UNITS.get(field.type, ""),
        example=field.example,
        demand=_bounds_said(field),
        choices=YES_NO if field.type == "boolean" else tuple((label, label) for label in field.choices),
        max_chars=field.max_chars if field.type in ("text", "long_text") else None,
    )


def _bounds_said(field: Question) -> str:
    if field.least is not None and field.most is not None:
        return str(_("%(least)s 至 %(most)s") % {"least": f"{field.least:g}", "most": f"{field.most:g}"})
    if field.least is not None:
        return str(_("不小于 %(least)s") % {"least": f"{field.least:g}"})
    if field.most is not None:
        return str(_("不大于 %(most)s") % {"most": f"{field.most:g}"})
    return ""


def _rows_said(field: TableField) -> str:
    if field.min_rows:
        return str(_("%(least)s 至 %(most)s 行") % {"least": field.min_rows, "most": field.max_rows})
    return str(_("最多 %(most)s 行") % {"most": field.max_rows})


def _files_said(field: FileField) -> str:
    kinds = "、".join(kind.upper() for kind in field.accept)
    return str(_("%(kinds)s，最多 %(most)s 个") % {"kinds": kinds, "most": field.most})
