"""What the auditor asks by: a subject, a span."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from kechuang.ui.resource import DayInput

KIND_WORDS = {
    "person": _("人员（姓名、用户名）"),
    "organisation": _("单位（名称、信用代码）"),
    "application": _("申报（编号、名称）"),
    "platform": _("平台（编号）"),
    "expert": _("专家（编号、姓名）"),
}
WHAT_WORDS = {"": _("全部"), "changed": _("改动"), "seen": _("查看与导出")}


class SubjectForm(forms.Form):
    """Whom or what is asked about."""

    kind = forms.ChoiceField(label=_("类型"), choices=list(KIND_WORDS.items()))
    words = forms.CharField(label=_("名称或编号"), max_length=100)


class SpanForm(forms.Form):
    """Days, both included, and what of them."""

    since = forms.DateField(label=_("从"), required=False, widget=DayInput)
    until = forms.DateField(label=_("到"), required=False, widget=DayInput)


class NarrowForm(SpanForm):
    """A span, and whether changes or looks are asked for."""

    what = forms.ChoiceField(label=_("内容"), required=False, choices=list(WHAT_WORDS.items()))
