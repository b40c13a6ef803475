"""The forms that invite to an application: a colleague, or another unit."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kechuang.calls.selectors.sheets import FormSheet
from kechuang.catalogue.items import ServiceItem
from kechuang.directory.forms import OrganisationField
from kechuang.directory.models import User


class PersonForm(forms.Form):
    """Who is invited, to write or to read, in which sections."""

    user = forms.ModelChoiceField(User.objects.none(), label=_("人员"), empty_label=_("请选择"))
    fills = forms.ChoiceField(
        label=_("可以做什么"),
        choices=(("edit", _("填写")), ("view", _("查看"))),
        initial="edit",
        widget=forms.RadioSelect,
    )
    sections = forms.MultipleChoiceField(
        label=_("哪些部分"), required=False, widget=forms.CheckboxSelectMultiple, help_text=_("都不选就是全部。")
    )

    def __init__(self, *args: Any, sheet: FormSheet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today, case = sheet.actor.today, sheet.application
        in_force = Q(offices__start__lte=today) & (Q(offices__end=None) | Q(offices__end__gt=today))
        colleagues = User.objects.filter(in_force, offices__organisation=case.organisation_id, is_active=True)
        self.fields["user"].queryset = colleagues.exclude(pk=sheet.actor.user_id or 0).distinct().order_by("pk")  # type: ignore[attr-defined]
        parts = [(each.section, each.label) for each in sheet.definition.form if each.by == "applicant"]
        self.fields["sections"].choices = parts  # type: ignore[attr-defined]


class PartnerForm(forms.Form):
    """Which unit is invited, what it does, and which sections are shared with it."""

    organisation = OrganisationField(label=_("单位"))
    duty = forms.CharField(label=_("承担内容"), max_length=200, help_text=_("该单位在本项申报中做什么，列入申报书。"))
    sections = forms.MultipleChoiceField(
        label=_("共同填写的部分"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("对方只能看到和填写这里选的部分；不选就不填写。附件由申报单位上传。"),
    )

    def __init__(self, *args: Any, definition: ServiceItem, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parts = [(each.section, each.label) for each in definition.form if each.by == "applicant"]
        self.fields["sections"].choices = parts  # type: ignore[attr-defined]
