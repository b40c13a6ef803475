"""A section of a form as a Django form: it may be saved incomplete, and what cannot be read is refused at its field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from kechuang.calls.form.boxes import Box
from kechuang.kernel.errors import Refused

SINGLE = frozenset({"text", "area", "number", "date", "boolean", "choice", "choices", "declaration"})
"""Widgets answered in one input; tables and files have pages of their own."""
FEW = 5
SHORT = 500
VERSION = "v:"


class BoxField(forms.Field):
    """One input of a form. Empty is allowed while it is being filled; what is typed must be readable."""

    def __init__(self, box: Box, value: Any) -> None:
        self.box = box
        shown = value is True if box.widget == "declaration" else _initial(box, value)
        super().__init__(
            required=box.required, label=box.label, widget=_widget(box), initial=shown, help_text=hint_of(box)
        )
        self.max_length = box.max_chars

    def clean(self, value: Any) -> Any:
        """Read the answer; the sentence of a refusal stands at the field."""
        try:
            return self.box.read(value)
        except Refused as refusal:
            raise ValidationError(str(refusal)) from None


def hint_of(box: Box) -> str:
    """Return the help below a label: what is meant, the bounds, an example."""
    example = _("例：%(example)s") % {"example": box.example} if box.example else ""
    return "　".join(str(part) for part in (box.help, box.demand, example) if part)


def _initial(box: Box, value: Any) -> Any:
    if box.widget == "choices":
        return [box.metric.choices.get(one, one) for one in value or ()] if box.metric else value or []
    if box.metric is not None and value in box.metric.choices:
        return box.metric.choices[value]
    return box.shown(value)


def _widget(box: Box) -> forms.Widget:
    if box.widget == "area":
        rows = 4 if (box.max_chars or 0) <= SHORT else 10
        return forms.Textarea(attrs={"rows": rows})
    if box.widget == "declaration":
        return forms.CheckboxInput()
    if box.widget == "choices":
        return forms.CheckboxSelectMultiple(choices=box.choices)
    if box.widget in ("choice", "boolean"):
        if len(box.choices) <= FEW:
            return forms.RadioSelect(choices=box.choices)
        return forms.Select(choices=(("", _("请选择")), *box.choices))
    attrs = {"autocomplete": "off"}
    if box.widget == "number":
        attrs["inputmode"] = "decimal"
    return forms.TextInput(attrs=attrs)


class SectionForm(forms.Form):
    """The single inputs of a section, each with the version of the answer that is on the screen."""

    use_required_attribute = False

    def __init__(self, boxes: Iterable[Box], answers: Mapping[str, Any], data: Any = None) -> None:
        super().__init__(data)
        for box in boxes:
            self.fields[box.code] = BoxField(box, answers.get(box.code))

    def seen(self, code: str) -> int:
        """Return the version of an answer that was on the screen; 0 when none was told."""
        told = str(self.data.get(f"{VERSION}{code}", "0"))
        return int(told) if told.isdecimal() and len(told) < 10 else 0  # noqa: PLR2004 - digits of a database integer
