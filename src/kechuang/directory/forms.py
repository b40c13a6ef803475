"""Forms of the directory, and the field by which every form names an organisation."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kechuang.directory.models import County, Organisation
from kechuang.ui.formats import DAY_INPUT_FORMATS
from kechuang.ui.resource import DayInput


class DayField(forms.DateField):
    """A day, written in any of the ways officials write one."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"input_formats": DAY_INPUT_FORMATS, "widget": DayInput(format="%Y-%m-%d"), **kwargs})


class OrganisationField(forms.CharField):
    """A living organisation, named by its credit code or by its whole name.

    A list of thousands of units cannot be chosen from; an officer has the code at hand.
    """

    def __init__(self, **kwargs: Any) -> None:
        hint = gettext_lazy("填写统一社会信用代码，或与单位名录完全一致的名称。")
        super().__init__(**{"max_length": 200, "help_text": hint, **kwargs})

    def prepare_value(self, value: Any) -> Any:
        """Show the organisation of today's record by its code, else by its name."""
        return (value.credit_code or value.name) if isinstance(value, Organisation) else value

    def clean(self, value: Any) -> Any:
        """Return the organisation, or ``None`` for an empty optional field."""
        text = super().clean(value)
        if not text:
            return None
        found = list(Organisation.objects.filter(merged_into=None, credit_code=text.upper())[:2])
        found = found or list(Organisation.objects.filter(merged_into=None, name=text)[:2])
        if not found:
            raise ValidationError(_("单位名录里没有“%(text)s”；请先登记单位，或核对代码与名称。") % {"text": text})
        if len(found) > 1:
            raise ValidationError(_("有几个单位都叫“%(text)s”，请填写统一社会信用代码。") % {"text": text})
        return found[0]

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare what was shown with what was sent back."""
        return str(self.prepare_value(initial) or "") != str(data or "").strip()


class OrganisationForm(forms.Form):
    """A new organisation as it has existed since a day."""

    name = forms.CharField(label=gettext_lazy("名称"), max_length=200)
    kind = forms.ChoiceField(label=gettext_lazy("单位类型"), choices=Organisation.Kind.choices)
    credit_code = forms.CharField(
        label=gettext_lazy("统一社会信用代码"),
        max_length=18,
        required=False,
        help_text=gettext_lazy("18 位；未取得的留空。"),
    )
    county = forms.ModelChoiceField(label=gettext_lazy("县区"), queryset=County.objects.all())
    since = DayField(label=gettext_lazy("起"), help_text=gettext_lazy("自哪一天起以此名称存在，例如成立日期。"))
    industry_code = forms.CharField(label=gettext_lazy("行业代码"), max_length=5, required=False)
    address = forms.CharField(label=gettext_lazy("地址"), max_length=200, required=False)


class OrganisationChangeForm(forms.Form):
    """What is different from a day on."""

    name = forms.CharField(label=gettext_lazy("名称"), max_length=200)
    credit_code = forms.CharField(label=gettext_lazy("统一社会信用代码"), max_length=18, required=False)
    county = forms.ModelChoiceField(label=gettext_lazy("县区"), queryset=County.objects.all())
    on = DayField(label=gettext_lazy("生效日期"), help_text=gettext_lazy("这一天起按新的内容；此前保持不变。"))


class OrganisationCorrectionForm(forms.Form):
    """What was wrong in one period of an organisation's history."""

    name = forms.CharField(label=gettext_lazy("名称"), max_length=200)
    credit_code = forms.CharField(label=gettext_lazy("统一社会信用代码"), max_length=18, required=False)
    county = forms.ModelChoiceField(label=gettext_lazy("县区"), queryset=County.objects.all())


class MergeForm(forms.Form):
    """Into which organisation one ceases, and from which day on."""

    into = OrganisationField(label=gettext_lazy("并入单位"))
    on = DayField(label=gettext_lazy("合并生效日期"))
