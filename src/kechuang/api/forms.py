"""The form of a new token."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from kechuang.api.choices import LIFETIMES, Scope


class TokenForm(forms.Form):
    """What the token is for, what it may read, and until when."""

    name = forms.CharField(label=_("用途"), max_length=60, help_text=_("写清给哪个程序用，例如“统计月报脚本”。"))
    scopes = forms.MultipleChoiceField(
        label=_("可读范围"),
        choices=Scope.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("只选用得着的。令牌读到的不会多于您本人登录后看到的。"),
    )
    days = forms.TypedChoiceField(label=_("有效期"), choices=LIFETIMES, coerce=int, initial=90)
