"""The form that rates the service of a finished matter (好差评)."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from kechuang.calls.models import Rating


class RatingForm(forms.Form):
    """One of five grades, and why; a bad one wants a reason, which the service asks for."""

    grade = forms.TypedChoiceField(
        label=_("您对本次办理是否满意"), choices=Rating.Grade.choices, coerce=int, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=_("意见"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("评价为不满意的须写明理由；办理部门须在十五个工作日内核实整改并答复您。"),
    )
