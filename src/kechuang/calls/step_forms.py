"""The form of a step, built from what its process asks: the reason, the inputs, the correction list."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kechuang.calls.proceeding import Proceeding
from kechuang.calls.stating import FIELDS
from kechuang.directory.forms import DayField
from kechuang.kernel.files import ACCEPTED
from kechuang.kernel.uploads import UploadField
from kechuang.pure.process import Step

NOTE = "note__"
OPTIONAL = frozenset({"number", "why_again", "outside_scan"})
PHRASES: dict[str, tuple[Any, ...]] = {
    "return": (gettext_lazy("材料不完整，请补充后重新提交。"), gettext_lazy("内容前后不一致，请核对后重新提交。")),
    "correct": (gettext_lazy("经形式审查，下列内容需要一次性补正。"),),
    "pass": (gettext_lazy("经核对，内容属实，同意申报。"),),
    "recommend": (gettext_lazy("符合推荐条件，同意推荐。"),),
    "accept": (gettext_lazy("材料齐全，符合法定形式，予以受理。"),),
}
"""Common phrases (常用语) offered beside the reason, by step."""


class StepForm(forms.Form):
    """The inputs of one step. Nothing is judged here: the service reads and refuses, at the field."""

    def __init__(self, data: Any = None, files: Any = None, *, proceeding: Proceeding) -> None:
        super().__init__(data, files)
        step = proceeding.step
        for word in proceeding.asks:
            for name, label, kind in FIELDS[word]:
                if kind != "corrections":
                    required = name not in OPTIONAL
                    self.fields[name] = _input(kind, label, initial=_initial(name, proceeding), required=required)
        self.listed = list(_correction_inputs(self, proceeding)) if "corrections" in proceeding.asks else []
        if step.reason != "none" or step.asks:
            self.fields["reason"] = forms.CharField(
                label=_("理由") if step.reason_required else _("意见"),
                required=step.reason_required,
                max_length=2000,
                widget=forms.Textarea(attrs={"rows": 4}),
            )
        self.phrases = PHRASES.get(step.name, ())

    def typed(self) -> dict[str, Any]:
        """Return what was typed, as ``application_move`` reads it."""
        values = {name: value for name, value in self.cleaned_data.items() if not name.startswith(NOTE)}
        values.pop("reason", None)
        if self.listed:
            values["corrections"] = {
                name.removeprefix(NOTE): text
                for name, text in self.cleaned_data.items()
                if name.startswith(NOTE) and text.strip()
            }
        return values

    @property
    def inputs_asked(self) -> Iterator[forms.BoundField]:
        """The inputs that are no point of the correction list."""
        return (field for field in self if not field.name.startswith(NOTE))

    @property
    def correction_points(self) -> list[forms.BoundField]:
        """The points of the correction list, one for each field of the application's form."""
        return [self[name] for name in self.listed]


def _input(kind: str, label: Any, *, initial: Any, required: bool) -> forms.Field:
    given: dict[str, Any] = {"label": label, "required": required and kind != "boolean", "initial": initial}
    made: Callable[..., forms.Field] = INPUTS.get(kind, _line)
    return made(**given)


def _line(**given: Any) -> forms.Field:
    return forms.CharField(max_length=300, **given)


def _area(**given: Any) -> forms.Field:
    return forms.CharField(widget=forms.Textarea(attrs={"rows": 4}), max_length=4000, **given)


def _number(**given: Any) -> forms.Field:
    return forms.CharField(widget=forms.TextInput(attrs={"inputmode": "decimal"}), max_length=20, **given)


def _file(**given: Any) -> forms.Field:
    return UploadField(widget=forms.ClearableFileInput(attrs={"accept": ACCEPTED}), **given)


def _outcome(**given: Any) -> forms.Field:
    return forms.ChoiceField(choices=[("", _("请选择")), ("approved", _("通过")), ("refused", _("未通过"))], **given)


INPUTS: dict[str, Any] = {
    "date": DayField,
    "boolean": forms.BooleanField,
    "file": _file,
    "outcome": _outcome,
    "long_text": _area,
    "number": _number,
    "integer": _number,
}


def _initial(name: str, proceeding: Proceeding) -> Any:
    """Return what is usual: the day of today, or the last day of the time a correction gets."""
    if name == "due_on":
        return proceeding.due_after_state("correcting")
    if name in ("met_on", "opens_on", "decided_on"):
        return proceeding.today
    return proceeding.stated_before("minutes") if name == "minutes" else None


def _correction_inputs(form: StepForm, proceeding: Proceeding) -> Iterator[str]:
    for code, label in proceeding.field_labels().items():
        name = f"{NOTE}{code}"
        form.fields[name] = forms.CharField(
            label=label, required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
        )
        yield name


class ReasonForm(forms.Form):
    """The reason of a step, required where its process says so."""

    def __init__(self, data: Any = None, *, step: Step) -> None:
        super().__init__(data)
        self.fields["reason"] = forms.CharField(
            label=_("理由") if step.reason_required else _("意见"),
            required=step.reason_required,
            max_length=2000,
            widget=forms.Textarea(attrs={"rows": 5}),
        )
