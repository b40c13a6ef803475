"""The form that asks which report, as of which day, of which unit."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kechuang.directory.models import County, Department
from kechuang.plan.forms.fields import day_field, pick
from kechuang.plan.reports.kinds import FORMATS, KINDS, ReportKind


class PaperForm(forms.Form):
    """Kind, day and unit of a report, and the form it is wanted in."""

    kind = pick(_("报告"), [(kind.key, kind.label) for kind in KINDS.values()])
    on = day_field(_("截至日期"), required=True)
    department = forms.ModelChoiceField(
        Department.objects.all(),
        label=_("部门"),
        required=False,
        empty_label=_("不限部门"),
        help_text=_("部门进展表须选择。"),
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    county = forms.ModelChoiceField(
        County.objects.all(),
        label=_("县区"),
        required=False,
        empty_label=_("不限县区"),
        help_text=_("县区进展表须选择。"),
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    number = forms.CharField(
        label=_("发文字号"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"class": "form-control"}),
        help_text=_("填写后 Word 带红色发文机关标志和版记；不填的随函报送。例：示例联办〔2026〕3号"),
    )
    copies_to = forms.CharField(
        label=_("抄送机关"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"class": "form-control"}),
        help_text=_("印在版记里，只在有发文字号时用。"),
    )
    format = forms.ChoiceField(choices=[(name, name) for name in FORMATS], widget=forms.HiddenInput, required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for the unit a unit's sheet is of."""
        given: dict[str, Any] = super().clean() or {}
        asked = self.asked_kind
        if asked and asked.unit and not given.get(asked.unit) and asked.unit not in self.errors:
            self.add_error(asked.unit, _("请选择这份进展表是哪个单位的。"))
        return given

    @property
    def asked_kind(self) -> ReportKind | None:
        """Return the kind asked for, ``None`` when it is none of ours."""
        return KINDS.get(self.cleaned_data.get("kind", ""))

    @property
    def unit(self) -> Department | County | None:
        """Return the unit asked for where the kind is of one."""
        found: Department | County | None = self.cleaned_data.get(self.asked_kind.unit) if self.asked_kind else None
        return found
