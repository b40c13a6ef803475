"""Forms of the desk: delegation, accounts, offices."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kechuang.directory.models import County, Department, Organisation, User
from kechuang.directory.selectors import ROLE_LABELS
from kechuang.ui.resource import DayInput


class DelegateForm(forms.Form):
    """Who acts for me, and until when."""

    to = forms.ModelChoiceField(User.objects.none(), label=_("受托人"), help_text=_("受托人办理的事项会注明“代办”。"))
    start = forms.DateField(label=_("开始日期"), widget=DayInput)
    end = forms.DateField(label=_("结束日期"), widget=DayInput, help_text=_("这一天起不再代办。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = User.objects.filter(is_active=True).order_by("full_name")  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    """An act that takes something away asks for its reason."""

    reason = forms.CharField(label=_("理由"), widget=forms.Textarea(attrs={"rows": 3}), max_length=500)


class EndForm(forms.Form):
    """The first day without the office."""

    on = forms.DateField(label=_("终止日期"), widget=DayInput, help_text=_("这一天起不再担任。"))


class PersonForm(forms.Form):
    """A new account."""

    username = forms.CharField(label=_("用户名"), max_length=150, help_text=_("登录用，可用拼音，例如 zhangsan。"))
    full_name = forms.CharField(label=_("姓名"), max_length=60)
    email = forms.EmailField(label=_("电子邮箱"), help_text=_("也可用它登录；忘记密码时由它找回。"))


class OfficeForm(forms.Form):
    """A role with its bound, from a day on."""

    role = forms.ChoiceField(label=_("岗位"), choices=lambda: list(ROLE_LABELS.items()))
    department = forms.ModelChoiceField(
        Department.objects.all(), label=_("部门"), required=False, help_text=_("部门岗位填写。")
    )
    county = forms.ModelChoiceField(
        County.objects.all(), label=_("县区"), required=False, help_text=_("县区岗位填写。")
    )
    organisation = forms.CharField(
        label=_("单位名称"), required=False, max_length=200, help_text=_("申报人、依托单位管理员填写单位登记全称。")
    )
    start = forms.DateField(label=_("开始日期"), widget=DayInput)

    def clean_organisation(self) -> Organisation | None:
        """Find the living organisation by its exact name."""
        name = self.cleaned_data["organisation"].strip()
        if not name:
            return None
        found = Organisation.objects.filter(name=name, merged_into=None).first()
        if found is None:
            raise forms.ValidationError(_("没有登记名为“%(name)s”的单位；请先在单位名录中核对全称。") % {"name": name})
        return found
