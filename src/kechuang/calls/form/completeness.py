"""What is still missing before a form can go on: one sentence a field, with its section."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.translation import gettext as _

from kechuang.calls.form.asking import asked_codes
from kechuang.calls.form.boxes import Box, boxes_of
from kechuang.calls.form.codes import codes_of
from kechuang.catalogue.items import Declaration, FileField, FormSection, Question, ServiceItem, TableField
from kechuang.kernel.errors import Refused

__all__ = ["Missing", "Progress", "codes_of", "missing", "problem", "progress"]

EMPTY: tuple[Any, ...] = (None, "", [], False)
State = Literal["not_started", "filling", "complete", "locked"]


@dataclass(frozen=True, slots=True)
class Missing:
    """A field that is not answered as it must be: where it stands, and what is to be done."""

    section: str
    code: str
    label: str
    sentence: str

    @property
    def said(self) -> str:
        """The sentence, with the label before it where it does not name the field itself."""
        return self.sentence if self.label in self.sentence else f"{self.label}：{self.sentence}"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a section is: ``done`` of ``total`` required inputs; ``locked`` when its turn has not come."""

    section: FormSection
    state: State
    done: int
    total: int


def missing(
    definition: ServiceItem,
    answers: Mapping[str, Any],
    *,
    year: int,
    parts: tuple[str, ...],
) -> list[Missing]:
    """Return what is missing in the sections filled by ``parts`` ("applicant", "host_admin"), in the form's order.

    Fields that are not asked are passed over, and so is what a register answers by itself.
    """
    boxes = boxes_of(definition, year=year)
    asked = asked_codes(definition, answers, year=year)
    mine = {section.section for section in definition.form if section.by in parts}
    return [
        Missing(box.section, box.code, box.label, sentence)
        for box in boxes
        if box.section in mine and box.field.code in asked and (sentence := problem(box, answers.get(box.code)))
    ]


def problem(box: Box, value: Any) -> str:
    """Return what is wrong with the answer standing in a box, "" when nothing is."""
    if box.kept_by_register:
        return ""
    if value in EMPTY and not (value is False and box.widget == "boolean"):
        return str(_empty(box)) if box.required else ""
    if isinstance(box.field, TableField):
        return next(_table(box.field, value), "")
    if isinstance(box.field, FileField):
        too_many = len(value) > box.field.most
        return str(_("最多 %(most)s 个文件，请去掉多余的。") % {"most": box.field.most}) if too_many else ""
    try:
        box.read(value)
    except Refused as refusal:
        return str(refusal)
    return ""


def _empty(box: Box) -> str:
    if isinstance(box.field, FileField):
        return _("请上传“%(label)s”。") % {"label": box.label}
    if isinstance(box.field, Declaration):
        return _("请阅读并勾选。")
    if isinstance(box.field, TableField):
        return _("请填写“%(label)s”，至少 %(least)s 行。") % {"label": box.label, "least": max(box.field.min_rows, 1)}
    if box.widget in ("choice", "choices", "boolean"):
        return _("请选择“%(label)s”。") % {"label": box.label}
    return _("请填写“%(label)s”。") % {"label": box.label}


def _table(field: TableField, rows: list[dict[str, Any]]) -> Iterator[str]:
    if len(rows) < field.min_rows:
        yield _("至少 %(least)s 行，现有 %(now)s 行。") % {"least": field.min_rows, "now": len(rows)}
    if len(rows) > field.max_rows:
        yield _("最多 %(most)s 行，现有 %(now)s 行。") % {"most": field.max_rows, "now": len(rows)}
    for number, row in enumerate(rows, 1):
        for column in field.columns:
            if column.required and row.get(column.code) in (None, "", []):
                yield _("第 %(row)s 行缺少“%(column)s”。") % {"row": number, "column": column.label}


def progress(
    definition: ServiceItem,
    answers: Mapping[str, Any],
    *,
    year: int,
    open_parts: tuple[str, ...] = ("applicant",),
) -> list[Progress]:
    """Return how far each section is that is asked at all, in the form's order."""
    boxes = boxes_of(definition, year=year)
    asked = asked_codes(definition, answers, year=year)
    found = []
    for section in definition.form:
        own = [box for box in boxes if box.section == section.section and box.field.code in asked]
        if own:
            found.append(_progress(section, own, answers, open_parts))
    return found


def _progress(section: FormSection, boxes: list[Box], answers: Mapping[str, Any], parts: tuple[str, ...]) -> Progress:
    counted = [box for box in boxes if box.required or answers.get(box.code) not in EMPTY]
    done = sum(not problem(box, answers.get(box.code)) for box in counted)
    touched = any(answers.get(box.code) not in EMPTY or _ticked(box, answers) for box in boxes)
    if section.by not in parts:
        state: State = "locked"
    elif done == len(counted) and (touched or not counted):
        state = "complete"
    else:
        state = "filling" if touched else "not_started"
    return Progress(section, state, done, len(counted))


def _ticked(box: Box, answers: Mapping[str, Any]) -> bool:
    return isinstance(box.field, Question) and box.widget == "boolean" and answers.get(box.code) is False
