"""Files of a form, and the people who fill it."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from kechuang.calls import access
from kechuang.calls.form.boxes import Box
from kechuang.calls.models import Participant
from kechuang.calls.people_forms import PersonForm
from kechuang.calls.selectors.sheets import FormSheet, evidence_offered
from kechuang.calls.services.applications import participant_invite, participant_remove
from kechuang.calls.services.attaching import file_attach, files_set
from kechuang.calls.views.filling import crumbs_of, files_said, sheet_of
from kechuang.catalogue.items import FileField
from kechuang.kernel.errors import Refused
from kechuang.kernel.web import Request
from kechuang.ui.acts import carried_out
from kechuang.ui.parts import Crumb


def box_of(sheet: FormSheet, code: str, widget: str) -> Box:
    """Return the input ``code`` of a kind; ``Http404`` where the form has none."""
    box = sheet.box(code)
    if box is None or box.widget != widget:
        raise Http404
    return box


def section_crumbs(sheet: FormSheet, box: Box) -> list[Crumb]:
    """Return the way from the desk to the page of one field."""
    label = next(each.label for each in sheet.definition.form if each.section == box.section)
    url = reverse("calls:section", args=[sheet.application.pk, box.section])
    return crumbs_of(sheet, Crumb(label, url), Crumb(box.label))


def section_url(sheet: FormSheet, box: Box) -> str:
    """Return the place of a field on the page of its section."""
    return reverse("calls:section", args=[sheet.application.pk, box.section]) + f"#field-{box.field.code}"


def seen_of(request: Request) -> int:
    """Return the version of the answer that was on the screen; 0 when none was told."""
    told = request.POST.get("seen", "0")
    return int(told) if told.isdecimal() and len(told) < 10 else 0  # noqa: PLR2004 - digits of a database integer


@login_required
def files(request: Request, pk: int, code: str) -> HttpResponse:
    """Attach files: new ones go into the vault of evidence, those that lie there are chosen."""
    sheet = sheet_of(request, pk)
    box = box_of(sheet, code, "files")
    if request.method == "POST":
        if code not in sheet.open_codes:
            raise Http404
        try:
            _attached(request, sheet, box)
        except Refused as refusal:
            messages.error(request, str(refusal))
        return redirect(request.path if "upload" in request.FILES else section_url(sheet, box))
    chosen = [int(one) for one in sheet.answers.get(code) or ()]
    row = sheet.rows.get(code)
    context = {
        "heading": box.label,
        "lead": box.help,
        "crumbs": section_crumbs(sheet, box),
        "box": box,
        "files": files_said(sheet, chosen),
        "offered": [each for key, each in evidence_offered(sheet).items() if key not in chosen],
        "accept": ",".join(f".{kind}" for kind in cast("FileField", box.field).accept),
        "version": row.version if row else 0,
        "is_open": code in sheet.open_codes,
        "point": sheet.points.get(box.field.code, ""),
        "application": sheet.application,
        "back_url": section_url(sheet, box),
    }
    return render(request, "calls/filling_files.html", context)


def _attached(request: Request, sheet: FormSheet, box: Box) -> None:
    seen = seen_of(request)
    upload = request.FILES.get("upload")
    if upload is not None:
        kept = file_attach(sheet=sheet, box=box, upload=cast("UploadedFile[bytes]", upload), seen=seen)
        messages.success(request, _("已上传“%(title)s”。") % {"title": kept.title})
        return
    chosen = [int(one) for one in request.POST.getlist("chosen") if one.isdecimal() and len(one) < 19]  # noqa: PLR2004
    files_set(sheet=sheet, box=box, chosen=chosen, seen=seen)
    messages.success(request, _("已保存。"))


@login_required
def people(request: Request, pk: int) -> HttpResponse:
    """Show who fills this application and invite a colleague."""
    sheet = sheet_of(request, pk)
    if not access.APPLICATIONS.may(request.actor, "invite", sheet.application):
        raise Http404
    form = PersonForm(request.POST or None, sheet=sheet)

    def invited(values: dict[str, Any]) -> None:
        participant_invite(
            application=sheet.application,
            user=values["user"],
            fills=values["fills"] == "edit",
            sections=tuple(values["sections"]),
            actor=request.actor,
        )

    if carried_out(form, invited):
        messages.success(request, _("已邀请 %(who)s。") % {"who": form.cleaned_data["user"]})
        return redirect(request.path)
    labels = {each.section: each.label for each in sheet.definition.form}
    rows = [
        {"person": each, "sections": "、".join(labels.get(one, one) for one in each.sections) or _("全部")}
        for each in sheet.application.participants.select_related("user").order_by("pk")
    ]
    context = {
        "heading": _("协作人"),
        "lead": sheet.application.title,
        "crumbs": crumbs_of(sheet, Crumb(_("协作人"))),
        "form": form,
        "submit_label": _("邀请"),
        "cancel_url": reverse("calls:fill", args=[pk]),
        "rows": rows,
        "application": sheet.application,
    }
    return render(request, "calls/filling_people.html", context)


@login_required
def person_remove(request: Request, pk: int, key: int) -> HttpResponse:
    """Take an invitation back."""
    sheet = sheet_of(request, pk)
    found = get_object_or_404(Participant.objects.select_related("application"), pk=key, application_id=pk)
    if request.method == "POST" and access.APPLICATIONS.may(request.actor, "invite", sheet.application):
        participant_remove(participant=found, actor=request.actor)
        messages.success(request, _("已取消邀请，已填写的内容保留。"))
    return redirect("calls:people", pk)
