"""Pages of recognitions: the record, its steps, its scan."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import BaseForm
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from kechuang.kernel.files import attachment_response
from kechuang.kernel.moves import moves_of
from kechuang.kernel.processes import process_of
from kechuang.kernel.web import Request
from kechuang.platforms import access, selectors, services
from kechuang.platforms.forms import ConfirmForm, EndForm, ReasonForm, RecognitionForm
from kechuang.platforms.lights import RECORDS
from kechuang.platforms.models import Platform, Recognition, RegisterEntry
from kechuang.pure.process import Step
from kechuang.ui.acts import carried_out
from kechuang.ui.parts import Action, Crumb, Fact, Happening, Section

DANGEROUS = frozenset({"end", "void"})
BESIDE = ("edit", "scan")


@login_required
def record(request: Request, number: str) -> HttpResponse:
    """Begin to put a recognition on record."""
    platform = selectors.platform_seen(actor=request.actor, number=number)
    if platform is None or not access.PLATFORMS.may(request.actor, "record", platform):
        raise Http404
    form = RecognitionForm(request.POST or None, request.FILES or None, initial=_expected(platform, request))
    begun: list[Recognition] = []
    if carried_out(
        form,
        lambda values: begun.append(services.recognition_draft(platform=platform, actor=request.actor, **values)),
    ):
        messages.success(request, _("认定已登记为草稿，核对后请提交复核。"))
        return redirect("platforms:recognition", begun[0].pk)
    back = reverse("platforms:detail", args=[number])
    context = {
        "heading": _("登记认定"),
        "lead": _("按认定文件填写；另一人复核通过后计入各项指标。"),
        "number": number,
        "form": form,
        "submit_label": _("保存草稿"),
        "cancel_url": back,
        "crumbs": [Crumb(_("平台名录"), reverse("platforms:list")), Crumb(number, back), Crumb(_("登记认定"))],
    }
    return render(request, "ui/form_page.html", context)


def page(request: Request, key: int) -> HttpResponse:
    """Show one recognition with what may be done with it."""
    recognition = _seen(request, key)
    actor = request.actor
    steps, beside = selectors.open_steps(recognition, access=access.RECOGNITIONS, actor=actor, beside=BESIDE)
    entry = RegisterEntry.objects.filter(platform=recognition.platform).order_by("-start").first()
    context = {
        "heading": _("%(level)s认定") % {"level": recognition.get_level_display()},
        "number": recognition.document_number,
        "state": recognition.state,
        "state_word": RECORDS[recognition.state].word,
        "crumbs": _crumbs(recognition, ""),
        "actions": _actions(recognition, steps, beside),
        "sections": [_facts(recognition, entry, may_scan="scan" in beside)],
        "timeline": _timeline(recognition) if actor.offices else [],
    }
    return render(request, "ui/detail.html", context)


@login_required
def edit(request: Request, key: int) -> HttpResponse:
    """Change a record that has not been submitted."""
    recognition = _seen(request, key)
    if recognition.state != "draft" or not access.RECOGNITIONS.may(request.actor, "edit", recognition):
        raise Http404
    form = RecognitionForm(
        request.POST or None,
        request.FILES or None,
        initial={name: getattr(recognition, name) for name in RecognitionForm.base_fields if name != "scan"},
    )
    if carried_out(
        form,
        lambda values: services.recognition_edit(recognition=recognition, actor=request.actor, **values),
    ):
        messages.success(request, _("草稿已保存。"))
        return redirect("platforms:recognition", key)
    return _form_page(request, recognition, form, {"heading": _("修改认定"), "submit_label": _("保存草稿")})


@login_required
def move(request: Request, key: int, step: str) -> HttpResponse:
    """Take a step of a recognition's record."""
    recognition = _seen(request, key)
    taken = _step(recognition, step)
    if not access.RECOGNITIONS.may(request.actor, step, recognition):
        raise Http404
    form, write = _form_of(request, recognition, taken)
    if carried_out(form, write):
        messages.success(request, _("已办理：%(step)s。") % {"step": taken.label})
        return redirect("platforms:recognition", key)
    words: dict[str, Any] = {"heading": taken.label, "submit_label": taken.label}
    if step in DANGEROUS:
        words["consequence"] = (
            _("作废后，这条认定在任何一天都不计数；记录本身保留。")
            if step == "void"
            else _("自终止日期起不再计数；此前的日期不受影响。")
        )
        return _form_page(request, recognition, form, words, template="ui/confirm.html")
    return _form_page(request, recognition, form, words)


def scan(request: Request, key: int) -> HttpResponseBase:
    """Give the scanned document to those who may see it."""
    recognition = _seen(request, key)
    if recognition.scan is None or not access.RECOGNITIONS.may(request.actor, "scan", recognition):
        raise Http404
    return attachment_response(recognition.scan)


def _form_of(
    request: Request, recognition: Recognition, step: Step
) -> tuple[BaseForm, Callable[[dict[str, Any]], object]]:
    """Return the form a step asks for and the service that takes it."""
    given: dict[str, Any] = {"recognition": recognition, "actor": request.actor}
    sent = request.POST if request.method == "POST" else None
    if step.name == "confirm":
        return ConfirmForm(sent), lambda values: services.recognition_confirm(**given, **values)
    if step.name == "end":
        form = EndForm(sent, initial={"on": request.actor.today})
        return form, lambda values: services.recognition_end(**given, **values)
    if step.name == "void":
        return ReasonForm(sent, step=step), lambda values: services.recognition_void(**given, **values)
    return (
        ReasonForm(sent, step=step),
        lambda values: services.recognition_move(**given, step=step.name, **values),
    )


def _seen(request: Request, key: int) -> Recognition:
    rows = Recognition.objects.filter(pk=key).select_related("platform", "scan")
    recognition = access.RECOGNITIONS.visible(rows, request.actor).first()
    if recognition is None:
        raise Http404
    return recognition


def _step(recognition: Recognition, name: str) -> Step:
    try:
        return process_of(recognition.process_version_id).step(name, source=recognition.state)
    except LookupError:
        raise Http404 from None


def _expected(platform: Platform, request: Request) -> dict[str, Any]:
    """Return what the matrix lets expect of the platform's next recognition."""
    entry = selectors.entry_of(platform=platform, on=request.actor.today)
    if entry is None:
        return {}
    upward = selectors.next_level(kind=entry.kind, level=entry.level, on=request.actor.today)
    if upward is None or upward.competence is None:
        return {}
    return {"level": upward.level.value, "recognised_by": upward.competence.recognised_by}


def _facts(recognition: Recognition, entry: RegisterEntry | None, *, may_scan: bool) -> Section:
    platform = recognition.platform
    ended = recognition.ended_on
    rows = [
        Fact(
            _("平台"),
            entry.name if entry else platform.number,
            href=reverse("platforms:detail", args=[platform.number]),
            note=platform.number,
        ),
        Fact(_("级别"), recognition.get_level_display()),
        Fact(_("认定日期"), recognition.recognised_on.isoformat()),
        Fact(_("认定文号"), recognition.document_number),
        Fact(_("认定机关"), recognition.recognised_by),
        Fact(_("证书编号"), recognition.certificate or _("无")),
    ]
    if ended:
        rows.append(Fact(_("终止日期"), ended.isoformat(), note=recognition.get_ending_display()))
    if recognition.scan is not None and may_scan:
        href = reverse("platforms:scan", args=[recognition.pk])
        rows.append(Fact(_("认定文件扫描件"), recognition.scan.name, href=href, note=recognition.scan.sha256[:12]))
    elif recognition.scan is None:
        rows.append(Fact(_("认定文件扫描件"), None))
    return Section("facts", _("认定文件"), facts=tuple(rows))


def _timeline(recognition: Recognition) -> list[Happening]:
    return [
        Happening(at=move.taken_at, title=move.label, who=f"{move.actor} {move.office}".strip(), text=move.reason)
        for move in moves_of(recognition).reverse()
    ]


def _actions(recognition: Recognition, steps: list[Step], beside: frozenset[str]) -> list[Action]:
    found = [
        Action(
            step.label,
            reverse("platforms:recognition_move", args=[recognition.pk, step.name]),
            primary=step.name in ("submit", "confirm"),
            danger=step.name in DANGEROUS,
        )
        for step in steps
    ]
    if recognition.state == "draft" and "edit" in beside:
        found.append(Action(_("修改"), reverse("platforms:recognition_edit", args=[recognition.pk])))
    return found


def _crumbs(recognition: Recognition, last: str) -> list[Crumb]:
    number = recognition.platform.number
    way = [
        Crumb(_("平台名录"), reverse("platforms:list")),
        Crumb(number, reverse("platforms:detail", args=[number])),
        Crumb(recognition.document_number, reverse("platforms:recognition", args=[recognition.pk])),
    ]
    return [*way, Crumb(last)] if last else way


def _form_page(
    request: Request,
    recognition: Recognition,
    form: BaseForm,
    words: dict[str, Any],
    *,
    template: str = "ui/form_page.html",
) -> HttpResponse:
    context = {
        "form": form,
        "number": recognition.document_number,
        "cancel_url": reverse("platforms:recognition", args=[recognition.pk]),
        "crumbs": _crumbs(recognition, str(words["heading"])),
        **words,
    }
    return render(request, template, context)
