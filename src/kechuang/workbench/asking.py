"""What is asked of the desk: the filters in the address, read once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib.contenttypes.models import ContentType
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from kechuang.directory.models import County, Department, Organisation
from kechuang.kernel.desks import desks
from kechuang.kernel.inbox import Asked
from kechuang.kernel.models import ProcessVersion
from kechuang.kernel.processes import process_of
from kechuang.ui.parts import LIGHTS

MOST_ORGANISATIONS = 200
SUNDAY = 6
LIGHT_CHOICES = [("", _("全部")), *((key, LIGHTS[key].word) for key in ("overdue", "due_soon", "normal"))]
DUE_CHOICES = (("", _("不限")), ("today", _("今日到期")), ("week", _("本周到期")), ("next", _("下周末前到期")))
WHOSE_CHOICES = (("", _("我的和未分办的")), ("mine", _("只看我的")), ("all", _("连同他人承办的")))


class PlainSelect(forms.Select):
    """A select printed without a template for every option: a desk has hundreds of them."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Return the control as Django would print it."""
        chosen = {str(one) for one in self.format_value(value)}
        pairs = ((key, " selected" if str(key) in chosen else "", label) for key, label in self.choices)
        options = format_html_join("", '<option value="{}"{}>{}</option>', pairs)
        return format_html('<select name="{}" id="{}">{}</select>', name, (attrs or {}).get("id", ""), options)


class DeskForm(forms.Form):
    """The filters of a tab; unknown values are told and left out."""

    tab = forms.CharField(label="", required=False, widget=forms.HiddenInput)
    light = forms.ChoiceField(label=_("状态"), required=False, widget=PlainSelect, choices=LIGHT_CHOICES)
    kind = forms.ChoiceField(label=_("类型"), required=False, widget=PlainSelect)
    step = forms.ChoiceField(label=_("环节"), required=False, widget=PlainSelect)
    due = forms.ChoiceField(label=_("到期"), required=False, widget=PlainSelect, choices=DUE_CHOICES)
    unit = forms.ChoiceField(label=_("部门县区"), required=False, widget=PlainSelect)
    org = forms.CharField(label=_("单位"), required=False, max_length=60)
    q = forms.CharField(label=_("查找"), required=False, max_length=80)
    whose = forms.ChoiceField(label=_("承办"), required=False, widget=PlainSelect, choices=WHOSE_CHOICES)

    def __init__(self, data: Mapping[str, Any], *, tab: str) -> None:
        super().__init__(data)
        kinds = {str(ContentType.objects.get_for_model(model).pk): model for model in desks()}
        every = [("", _("全部"))]
        self._choose("kind", [*every, *((key, model._meta.verbose_name) for key, model in kinds.items())])
        chosen = kinds.get(str(data.get("kind", "")))
        self._choose("step", [*every, *step_choices(chosen.process if chosen else "")])
        units = [(f"department:{row.pk}", str(row)) for row in Department.objects.all()]
        units += [(f"county:{row.pk}", str(row)) for row in County.objects.all()]
        self._choose("unit", [*every, *units])
        self.units = {(name, int(key)): label for name, _colon, key, label in _unit_keys(units)}
        if tab != "todo":
            del self.fields["whose"]

    def _choose(self, name: str, choices: list[Any]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def asked(self, today: date) -> Asked:
        """Return what the tab is narrowed to; fields that cannot be read ask for everything."""
        self.is_valid()
        told = self.cleaned_data
        org = told.get("org", "").strip()
        return Asked(
            kind=int(told["kind"]) if told.get("kind") else None,
            step=told.get("step", ""),
            light=told.get("light", ""),
            due_by=_until(told.get("due", ""), today),
            whose=told.get("whose") or "open",
            unit=told.get("unit", ""),
            organisations=_organisations(org) if org else None,
            text=told.get("q", "").replace("\0", ""),
        )


def _unit_keys(units: list[tuple[str, str]]) -> Iterator[tuple[str, str, str, str]]:
    for value, label in units:
        yield (*value.partition(":"), label)


def step_choices(process: str) -> list[tuple[str, str]]:
    """Return (process:state, label) of the states that wait for somebody, of one process or of all: one query."""
    names = {model.process for model in desks()} if not process else {process}
    newest = ProcessVersion.objects.order_by("name", "-number").distinct("name")
    versions = newest.filter(name__in=names) if "" not in names else newest
    return [
        (f"{version.name}:{state.name}", f"{version.label} · {state.label}")
        for version in versions
        for state in process_of(version.pk).states
        if state.waits_for
    ]


def _until(due: str, today: date) -> date | None:
    sunday = today + timedelta(days=SUNDAY - today.weekday())
    return {"today": today, "week": sunday, "next": sunday + timedelta(days=7)}.get(due)


def _organisations(words: str) -> tuple[int, ...]:
    found = Organisation.objects.filter(name__contains=words).order_by("pk")
    return tuple(found.values_list("pk", flat=True)[:MOST_ORGANISATIONS])
