"""Forms by which calls are kept."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kechuang.calls.models import Call, ServiceItem
from kechuang.directory.models import County

MOMENTS = ("%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y年%m月%d日 %H:%M", "%Y%m%d %H:%M", "%Y-%m-%d")


class MomentField(forms.DateTimeField):
    """A day and a minute of the city's time; a day alone is its last usual minute, 17:00."""

    def __init__(self, **kwargs: Any) -> None:
        box = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
        super().__init__(**{"input_formats": MOMENTS, "widget": box, **kwargs})

    def to_python(self, value: Any) -> datetime | None:
        """Read the moment; midnight typed as a day alone becomes 17:00."""
        found = super().to_python(value)
        if found and isinstance(value, str) and len(value.strip()) <= len("2026-12-15"):
            return found.replace(hour=17)
        return found


class CallForm(forms.Form):
    """A call: for what, when, by whom to be asked, and its text."""

    item = forms.ModelChoiceField(label=_("事项"), queryset=ServiceItem.objects.none())
    title = forms.CharField(label=_("标题"), max_length=200)
    year = forms.IntegerField(
        label=_("数据年度"), min_value=2000, max_value=2100, help_text=_("申报表按这一年及此前的数据填写。")
    )
    opens_at = MomentField(label=_("申报开始"))
    closes_at = MomentField(label=_("申报截止"), help_text=_("所填的这一分钟仍可提交。"))
    host_closes_at = MomentField(label=_("依托单位审核截止"), required=False)
    recommend_closes_at = MomentField(label=_("推荐截止"), required=False)
    contact = forms.CharField(label=_("咨询方式"), max_length=200, required=False)
    body = forms.CharField(label=_("通知正文"), widget=forms.Textarea(attrs={"rows": 14}), max_length=20_000)

    def __init__(self, *args: Any, items: Any, call: Call | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item"].queryset = items  # type: ignore[attr-defined]
        if call is not None:
            del self.fields["item"]
        self.initial.setdefault("year", timezone.localdate().year - 1)


class AmendForm(forms.Form):
    """A change of a published call, with its reason."""

    change = forms.CharField(label=_("变更说明"), max_length=300, help_text=_("变更了什么、为什么；与正文一起公开。"))
    closes_at = MomentField(label=_("申报截止"))
    host_closes_at = MomentField(label=_("依托单位审核截止"), required=False)
    recommend_closes_at = MomentField(label=_("推荐截止"), required=False)
    body = forms.CharField(label=_("通知正文"), widget=forms.Textarea(attrs={"rows": 14}), max_length=20_000)


class QuotaForm(forms.Form):
    """How many applications each county may recommend."""

    def __init__(self, *args: Any, call: Call, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        standing = dict(call.quotas.filter(county__isnull=False).values_list("county_id", "most"))
        for county in County.objects.all():
            self.fields[f"county_{county.pk}"] = forms.IntegerField(
                label=county.name, min_value=0, max_value=999, required=False, initial=standing.get(county.pk)
            )

    def by_county(self) -> dict[int, int]:
        """Return county id → places, 0 for none set."""
        return {int(name.removeprefix("county_")): value or 0 for name, value in self.cleaned_data.items()}
