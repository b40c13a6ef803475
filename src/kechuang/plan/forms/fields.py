"""Fields as every form of the plan shows them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kechuang.ui.formats import DAY_INPUT_FORMATS

SEPARATORS = re.compile("[、，,；;\n]+")
LONG = 3000


def day_field(label: Any, *, required: bool = False, help_text: Any = "") -> forms.DateField:
    """Return a date field that takes every way dates are written."""
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        input_formats=DAY_INPUT_FORMATS,
        widget=forms.DateInput(attrs={"class": "form-control", "placeholder": "2022-06-30"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("请写成 2022-06-30、20220630 或 2022年6月30日。")},
    )


def line(label: Any, *, most: int = 300, required: bool = False, help_text: Any = "") -> forms.CharField:
    """Return a one-line text field."""
    return forms.CharField(
        label=label,
        max_length=most,
        required=required,
        help_text=help_text,
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )


def prose(
    label: Any, *, rows: int = 4, most: int | None = LONG, required: bool = False, help_text: Any = ""
) -> forms.CharField:
    """Return a long text field that counts its characters."""
    return forms.CharField(
        label=label,
        max_length=most,
        required=required,
        help_text=help_text,
        widget=forms.Textarea(attrs={"class": "form-control", "rows": rows}),
    )


def pick(label: Any, choices: Sequence[tuple[str, Any]], *, required: bool = True) -> forms.ChoiceField:
    """Return a choice from a closed list."""
    return forms.ChoiceField(
        label=label, choices=choices, required=required, widget=forms.Select(attrs={"class": "form-select"})
    )


def figure(label: Any, *, required: bool = False, least: int | None = None) -> forms.DecimalField:
    """Return a figure in an indicator's unit."""
    return forms.DecimalField(
        label=label,
        required=required,
        max_digits=18,
        decimal_places=4,
        min_value=least,
        widget=forms.TextInput(attrs={"class": "form-control", "inputmode": "decimal"}),
    )


def year(label: Any, *, required: bool = False) -> forms.IntegerField:
    """Return a calendar year."""
    return forms.IntegerField(
        label=label,
        required=required,
        min_value=1949,
        max_value=2199,
        widget=forms.TextInput(attrs={"class": "form-control", "inputmode": "numeric"}),
    )


def tick(label: Any) -> forms.BooleanField:
    """Return a yes or no."""
    return forms.BooleanField(
        label=label, required=False, widget=forms.CheckboxInput(attrs={"class": "form-check-input"})
    )


def names_of(text: str) -> tuple[str, ...]:
    """Return the names in a text separated by 、 or a comma, in order, each once."""
    return tuple(dict.fromkeys(name.strip() for name in SEPARATORS.split(text) if name.strip()))
