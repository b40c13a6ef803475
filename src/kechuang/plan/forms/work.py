"""Forms of the work: sub-tasks, reports, closed months, restated bases, targets of units."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kechuang.directory.models import County, Department
from kechuang.plan.choices import Share
from kechuang.plan.forms.fields import day_field, figure, line, pick, prose, year
from kechuang.plan.selectors.work import Unit
from kechuang.ui.formats import DAY_INPUT_FORMATS


class ReasonForm(forms.Form):
    """Why something is done."""

    reason = prose(_("理由"), required=True)


class DutyForm(forms.Form):
    """A sub-task for a department or a county."""

    department = forms.ModelChoiceField(
        Department.objects.all(),
        label=_("部门"),
        required=False,
        empty_label=_("不限部门"),
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    county = forms.ModelChoiceField(
        County.objects.all(),
        label=_("县区"),
        required=False,
        empty_label=_("不限县区"),
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    share = pick(_("职责"), Share.choices)
    what = line(_("分工内容"), required=True)
    due_on = day_field(_("完成期限"))

    def clean(self) -> dict[str, Any]:
        """Ask for a unit."""
        given: dict[str, Any] = super().clean() or {}
        if not self.errors and not given.get("department") and not given.get("county"):
            self.add_error("department", _("分工须落到部门或县区。"))
        return given


class ReportForm(forms.Form):
    """A unit's report of a month: measure, done, problem, next step."""

    unit = pick(_("填报单位"), [])
    month = forms.DateField(
        label=_("期次"),
        input_formats=("%Y-%m", "%Y%m", "%Y年%m月", *DAY_INPUT_FORMATS),
        help_text=_("按月填报，如 2022-06"),
        error_messages={"invalid": _("请写成 2022-06。")},
        widget=forms.DateInput(attrs={"class": "form-control"}, format="%Y-%m"),
    )
    measure = prose(_("措施"))
    done = prose(_("完成情况"), help_text=_("开头已按登记库写好数字，可以接着写"))
    problem = prose(_("存在问题"))
    next_step = prose(_("下一步"))

    def __init__(self, *args: Any, units: Sequence[Unit] = (), fixed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units = {unit.key: unit for unit in units}
        if fixed:
            del self.fields["unit"], self.fields["month"]
        else:
            self.fields["unit"].choices = [(unit.key, unit.label) for unit in units]  # type: ignore[attr-defined]

    @property
    def texts(self) -> dict[str, Any]:
        """Return the four texts."""
        return {name: self.cleaned_data[name] for name in ("measure", "done", "problem", "next_step")}

    @property
    def chosen(self) -> Unit:
        """Return the unit reported for."""
        return self.units[self.cleaned_data["unit"]]


class MonthForm(forms.Form):
    """The month to close."""

    month = forms.DateField(
        label=_("期次"),
        input_formats=("%Y-%m", "%Y%m", "%Y年%m月"),
        error_messages={"invalid": _("请写成 2022-06。"), "required": _("请写明要锁定的月份。")},
        widget=forms.DateInput(attrs={"class": "form-control"}, format="%Y-%m"),
    )


class RestateForm(forms.Form):
    """A base value counted anew."""

    on = day_field(_("生效日期"), required=True)
    to_value = figure(_("调整后基期值"), required=True, least=0)
    document_number = line(_("依据文号"), most=80)
    reason = prose(_("理由"), required=True)


class UnitTargetForm(forms.Form):
    """What a department or county is to reach."""

    year = year(_("年度"), required=True)
    value = figure(_("目标值"), required=True, least=0)
    department = forms.ModelChoiceField(
        Department.objects.all(),
        label=_("部门"),
        required=False,
        empty_label=_("——"),
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    county = forms.ModelChoiceField(
        County.objects.all(),
        label=_("县区"),
        required=False,
        empty_label=_("——"),
        widget=forms.Select(attrs={"class": "form-select"}),
    )


class SinceForm(forms.Form):
    """The two days a change is split between."""

    since = day_field(_("自"))
    on = day_field(_("至"))

    def days(self, *, since: date, on: date) -> tuple[date, date]:
        """Return the two days, the given ones where none was typed or one cannot be read."""
        if not self.is_valid():
            return since, on
        return self.cleaned_data["since"] or since, self.cleaned_data["on"] or on
