"""Beginning an application: what would refuse it is said before anything is typed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kechuang.calls import access, registries
from kechuang.calls.definitions import definition_of
from kechuang.calls.models import Application, Call
from kechuang.calls.models import ServiceItem as ItemRow
from kechuang.calls.selectors import offers
from kechuang.calls.services.applications import application_start, why_not
from kechuang.calls.services.prefilling import answers_prefill
from kechuang.calls.services.saving import TITLE
from kechuang.catalogue.items import ServiceItem
from kechuang.directory.models import Organisation
from kechuang.kernel.web import Request
from kechuang.ui.acts import carried_out
from kechuang.ui.parts import Crumb


class StartForm(forms.Form):
    """For which organisation, about what, under which name; a form that asks for the name itself gives it."""

    organisation = forms.ModelChoiceField(Organisation.objects.none(), label=gettext_lazy("申报单位"), empty_label=None)
    subject = forms.ChoiceField(label=gettext_lazy("办理对象"))
    title = forms.CharField(
        label=gettext_lazy("申报名称"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("在列表中区分各项申报；可以不填，以后再改。"),
    )

    def __init__(
        self, *args: Any, own: list[Organisation], subjects: dict[str, Any] | None, is_named: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if is_named:
            del self.fields["title"]
        self.subjects = subjects
        self.fields["organisation"].queryset = Organisation.objects.filter(pk__in=[each.pk for each in own])  # type: ignore[attr-defined]
        self.fields["organisation"].initial = own[0].pk if own else None
        if subjects is None:
            del self.fields["subject"]
        else:
            self.fields["subject"].choices = [(key, label) for key, (_row, label) in subjects.items()]  # type: ignore[attr-defined]

    @property
    def subject_chosen(self) -> Any:
        """The row the application is about, ``None`` for the organisation itself."""
        return self.subjects[self.cleaned_data["subject"]][0] if self.subjects else None


@login_required
def start(request: Request, pk: int) -> HttpResponse:
    """Begin an application under a call."""
    rows = access.CALLS.visible(Call.objects.select_related("item", "item__department"), request.actor)
    call = rows.filter(pk=pk, item_version__isnull=False).first()
    if call is None:
        raise Http404
    return _start(request, call.item, definition_of(call.item_version_id or 0), call)


@login_required
def start_item(request: Request, code: str) -> HttpResponse:
    """Begin an application for an item that is always open."""
    row = offers.item_offered(code)
    if not row.always_open:
        raise Http404
    return _start(request, row, offers.definition_now(row), None)


def _start(request: Request, row: ItemRow, definition: ServiceItem, call: Call | None) -> HttpResponse:
    own = offers.own_organisations(request.actor)
    subjects = _subjects(definition, own)
    is_named = any(field.code == TITLE for _section, field in definition.fields())
    form = StartForm(request.POST or None, own=own, subjects=subjects, is_named=is_named)
    begun: list[Application] = []

    def begin(values: dict[str, Any]) -> None:
        with transaction.atomic():
            application = application_start(
                item=row,
                call=call,
                organisation=values["organisation"],
                subject=form.subject_chosen,
                title=values.get("title", ""),
                actor=request.actor,
            )
            answers_prefill(application=application, actor=request.actor)
            begun.append(application)

    if own and carried_out(form, begin):
        messages.success(request, _("已开始申报，已知的内容已经带出，请核对。"))
        return redirect("calls:fill", begun[0].pk)
    back = reverse("calls:notice", args=[call.pk]) if call else reverse("calls:item", args=[row.code])
    context = {
        "heading": _("开始：%(item)s") % {"item": row.title},
        "lead": call.title if call else definition.summary,
        "crumbs": [Crumb(_("办事"), reverse("calls:items")), Crumb(row.title, back), Crumb(_("开始"))],
        "form": form,
        "submit_label": _("开始填写"),
        "cancel_url": back,
        "limits": [*(limit.text for limit in definition.limits), *(clash.text for clash in definition.clashes)],
        "refusals": _refusals(request, row, definition, call, own),
        "has_own": bool(own),
        "no_subject": subjects is not None and not subjects,
    }
    return render(request, "calls/browse_start.html", context)


def _subjects(definition: ServiceItem, own: list[Organisation]) -> dict[str, Any] | None:
    """Return what an application may be about: key → row and name; ``None`` where it is the organisation."""
    kind = registries.subject_kind(definition.subject)
    if definition.subject == "organisation" or kind is None:
        return None if definition.subject == "organisation" else {}
    return {str(row.pk): (row, kind.label(row)) for each in own for row in kind.choices(each)}


def _refusals(
    request: Request, row: ItemRow, definition: ServiceItem, call: Call | None, own: list[Organisation]
) -> list[tuple[Organisation, str]]:
    if definition.subject != "organisation":
        return []
    asked = [(each, why_not(item=row, organisation=each, actor=request.actor, call=call)) for each in own]
    return [(each, said) for each, said in asked if said]
