"""Forms of the public pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kechuang.kernel.files import ACCEPTED
from kechuang.kernel.uploads import UploadField


class ObjectionForm(forms.Form):
    """An objection under one's real name."""

    name = forms.CharField(
        label=_("姓名或单位名称"), max_length=100, help_text=_("须真实；只有办理部门能看到，不会告诉申报单位。")
    )
    contact = forms.CharField(label=_("联系电话或邮箱"), max_length=100, help_text=_("用于核实和答复。"))
    grounds = forms.CharField(
        label=_("异议事实和理由"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("写明对哪一点有异议、事实是什么。"),
    )
    evidence = UploadField(
        label=_("证据材料"), required=False, widget=forms.ClearableFileInput(attrs={"accept": ACCEPTED})
    )

    def __init__(self, *args: Any, signed_in: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not signed_in:
            del self.fields["evidence"]


class CertificateForm(forms.Form):
    """The number printed on a certificate."""

    number = forms.CharField(label=_("证书编号"), max_length=60)


class ProgressForm(forms.Form):
    """A case's number and the last digits of its contact's telephone."""

    number = forms.CharField(label=_("受理编号"), max_length=40, help_text=_("见提交回执，如 SL-2026-0001。"))
    tail = forms.RegexField(
        r"^\d{4}$",
        label=_("联系电话后四位"),
        max_length=4,
        error_messages={"invalid": _("请填写 4 位数字。")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
