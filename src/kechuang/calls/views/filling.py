"""Filling an application: the task list, one section at a time, one answer at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import BoundField
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kechuang.calls import access
from kechuang.calls.form.asking import asked_codes
from kechuang.calls.form.boxes import Box
from kechuang.calls.form.codes import codes_of
from kechuang.calls.form.completeness import Progress, problem
from kechuang.calls.form.inputs import SINGLE, VERSION, SectionForm
from kechuang.calls.models import Answer, Application
from kechuang.calls.proceeding import window_end
from kechuang.calls.selectors import cases as reading
from kechuang.calls.selectors.partners import application_shared, partner_seat, sections_shared
from kechuang.calls.selectors.sheets import FormSheet
from kechuang.calls.services.answers import Saved
from kechuang.calls.services.saving import answer_save, section_save
from kechuang.catalogue.items import FormSection
from kechuang.kernel.calendar_days import calendar
from kechuang.kernel.errors import Refused
from kechuang.kernel.files import named
from kechuang.kernel.processes import process_of
from kechuang.kernel.web import Request
from kechuang.ui.parts import Action, Crumb, Fact

PAGES = {"table": "calls:table", "files": "calls:files"}
STATES = {"not_started": "todo", "filling": "doing", "complete": "done", "locked": "locked"}


FILLED = ("item", "call", "organisation", "started_by")
"""What the pages of filling read along with an application."""


def sheet_of(request: Request, pk: int) -> FormSheet:
    """Return the form of an application of the person's own organisation; ``Http404`` for everybody else."""
    return _own(request, reading.applications_for(actor=request.actor, related=FILLED).filter(pk=pk).first())


def _own(request: Request, case: Application | None) -> FormSheet:
    if case is None or not any(office.organisation_id == case.organisation_id for office in request.actor.offices):
        raise Http404
    return FormSheet(case, request.actor)


def sheet_with(
    request: Request, pk: int, *, section: str = "", code: str = "", related: tuple[str, ...] = FILLED
) -> FormSheet:
    """Return the form to whoever may see ``section``, or the one that holds the field ``code``.

    Beside the organisation's own people these are a partner unit's, where the section is shared with it.
    """
    case = reading.applications_for(actor=request.actor, related=related).filter(pk=pk).first()
    if case is not None:
        return _own(request, case)
    shared = application_shared(actor=request.actor, pk=pk)
    if shared is None:
        raise Http404
    sheet = FormSheet(shared, request.actor, is_shared=True)
    box = sheet.box(code) if code else None
    if (box.section if box else section) not in sections_shared(shared, request.actor):
        raise Http404
    return sheet


def home_of(sheet: FormSheet) -> str:
    """Return where the sections are listed for the person who fills: the task list, or a partner's own page."""
    if not sheet.is_shared:
        return reverse("calls:fill", args=[sheet.application.pk])
    return reverse("calls:partner", args=[partner_seat(sheet.application, sheet.actor).pk])


def crumbs_of(sheet: FormSheet, *more: Crumb) -> list[Crumb]:
    """Return the way from the desk to a page of this form."""
    return [
        Crumb(_("我的工作台"), reverse("workbench:desk")),
        Crumb(sheet.application.title, home_of(sheet)),
        *more,
    ]


@login_required
def fill(request: Request, pk: int) -> HttpResponse:
    """Show the task list: how far each section is, what is to be corrected, who works on it."""
    sheet = sheet_of(request, pk)
    case = sheet.application
    state = process_of(case.process_version_id).state(case.state)
    spared = sheet.spared()
    context = {
        "heading": case.title,
        "number": case.number,
        "state": "doing",
        "state_word": state.label,
        "lead": f"{case.item} · {case.organisation}",
        "next_step": _deadline(sheet),
        "crumbs": [*crumbs_of(sheet)[:1], Crumb(case.title)],
        "actions": list(_actions(sheet)),
        "tasks": [_task(sheet, each) for each in sheet.progress()],
        "points": _points(sheet),
        "correction": sheet.correction,
        "spared": len(spared),
        "total": len(sheet.boxes),
        "people": case.participants.select_related("user").order_by("pk"),
        "may_invite": access.APPLICATIONS.may(request.actor, "invite", case),
        "last": max((row.changed_at for row in sheet.rows.values()), default=None),
        "sheet": sheet,
    }
    return render(request, "calls/filling.html", context)


def _deadline(sheet: FormSheet) -> str:
    case = sheet.application
    if sheet.correction:
        return _("请在 %(day)s 前补正，并提交补正。") % {"day": sheet.correction_due}
    if not sheet.open_codes:
        return _("现在没有由您填写的内容。")
    if case.call is None or case.submitted_at is not None:
        return _("填好各部分后检查并提交。")
    end = timezone.localtime(case.call.closes_at)
    if timezone.now() >= window_end(case.call.closes_at):
        return _("申报已于 %(end)s 截止，草稿仍然保留。") % {"end": f"{end:%Y-%m-%d %H:%M}"}
    days = calendar().between(sheet.actor.today, end.date())
    return _("%(end)s 截止（还有 %(days)d 个工作日）。") % {"end": f"{end:%Y-%m-%d %H:%M}", "days": days}


def _actions(sheet: FormSheet) -> Iterator[Action]:
    pk = sheet.application.pk
    if sheet.open_codes:
        label = _("检查并提交补正") if sheet.correction else _("检查并提交")
        yield Action(label, reverse("calls:check", args=[pk]), primary=True)
    if access.APPLICATIONS.may(sheet.actor, "invite", sheet.application):
        yield Action(_("联合申报单位"), reverse("calls:partners", args=[pk]))
    yield Action(_("预览申报书（PDF）"), reverse("calls:paper", args=[pk, "application"]))
    yield Action(_("办件页"), reverse("calls:application", args=[pk]))


def _task(sheet: FormSheet, each: Progress) -> dict[str, Any]:
    section = each.section
    listed = [code for code in sheet.points if any(code == field.code for field in section.fields)]
    word = _("%(done)d/%(total)d") % {"done": each.done, "total": each.total} if each.state == "filling" else ""
    return {
        "label": section.label,
        "url": reverse("calls:section", args=[sheet.application.pk, section.section]),
        "state": "wrong" if listed else STATES[each.state],
        "hint": _hint(sheet, each, len(listed)),
        "word": _("待补正") if listed else (_("填写中 %(counts)s") % {"counts": word} if word else ""),
    }


def _hint(sheet: FormSheet, each: Progress, listed: int) -> str:
    if listed:
        return _("有 %(count)d 项需要补正") % {"count": listed}
    if each.state == "locked":
        return _("提交后由依托单位管理员填写")
    codes = {box.code for box in sheet.boxes_in(each.section.section)}
    rows = [row for code, row in sheet.rows.items() if code in codes]
    last: Answer | None = max(rows, key=lambda row: row.changed_at, default=None)
    if last is None:
        return each.section.help
    at = f"{timezone.localtime(last.changed_at):%m-%d %H:%M}"
    return _("%(who)s 最后修改于 %(at)s") % {"who": last.changed_by, "at": at}


def _points(sheet: FormSheet) -> list[dict[str, Any]]:
    """Return the correction list with links to the fields it reopens."""
    if sheet.correction is None:
        return []
    first = {box.field.code: box for box in reversed(sheet.boxes)}
    found = []
    for item in sheet.correction.items.all():
        box = first.get(item.code)
        url = reverse("calls:section", args=[sheet.application.pk, box.section]) if box else ""
        found.append({"item": item, "label": box.label if box else item.code, "url": f"{url}#field-{item.code}"})
    return found


@dataclass(frozen=True, slots=True)
class Line:
    """One input on the page of a section, with all that stands around it."""

    box: Box
    bound: BoundField | None
    value: Any
    version: int
    receipt: str
    source: str
    point: str
    conflict: Saved | None
    is_asked: bool
    is_open: bool
    register: str
    said: str
    rows: list[dict[str, Any]]
    url: str
    problem: str
    is_first: bool
    """Whether it is the first input of its field: a fact has one for each year."""

    @property
    def standing(self) -> str:
        """What somebody else wrote meanwhile, as it is read."""
        return self.box.said(self.conflict.standing) if self.conflict else ""


@login_required
def section(request: Request, pk: int, name: str) -> HttpResponse:
    """Show one section and save it; what can be read is kept, the rest stays as it was typed."""
    sheet = sheet_with(request, pk, section=name)
    wanted = next((each for each in sheet.definition.form if each.section == name), None)
    if wanted is None:
        raise Http404
    boxes = sheet.boxes_in(name)
    single = [
        box for box in boxes if box.widget in SINGLE and box.code in sheet.open_codes and not box.kept_by_register
    ]
    if request.method != "POST":
        return _page(request, sheet, wanted, SectionForm(single, sheet.answers))
    form = SectionForm(single, sheet.answers, request.POST)
    try:
        saved = section_save(sheet=sheet, form=form)
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return _page(request, sheet, wanted, form)
    conflicts = [each for each in saved if not each.kept]
    unsaved = _unsaved(request, sheet, [box for box in boxes if box.code not in form.fields])
    if form.errors or conflicts or unsaved:
        return _page(
            request,
            FormSheet(sheet.application, request.actor, sheet.is_shared),
            wanted,
            form,
            conflicts=conflicts,
            unsaved=unsaved,
        )
    messages.success(request, _("已保存 %(at)s") % {"at": f"{timezone.localtime():%H:%M:%S}"})
    return redirect(_after(sheet, wanted) if "next" in request.POST else request.path)


def _unsaved(request: Request, sheet: FormSheet, closed: list[Box]) -> list[tuple[str, str]]:
    """Return what was typed in fields that have been closed meanwhile: it is shown again, never passed over."""
    sent = ((box, "、".join(request.POST.getlist(box.code)).strip()) for box in closed if box.code in request.POST)
    return [(box.label, typed) for box, typed in sent if typed != box.shown(sheet.answers.get(box.code))]


def _after(sheet: FormSheet, wanted: FormSection) -> str:
    """Return the next section that may be filled, else the task list."""
    if sheet.is_shared:
        return home_of(sheet)
    names = [each.section.section for each in sheet.progress() if each.state != "locked"]
    place = names.index(wanted.section) + 1 if wanted.section in names else len(names)
    if place < len(names):
        return reverse("calls:section", args=[sheet.application.pk, names[place]])
    return reverse("calls:fill", args=[sheet.application.pk])


def _page(
    request: Request,
    sheet: FormSheet,
    wanted: FormSection,
    form: SectionForm,
    *,
    conflicts: Sequence[Saved] = (),
    unsaved: Sequence[tuple[str, str]] = (),
) -> HttpResponse:
    by_code = {each.code: each for each in conflicts}
    lines = [_line(sheet, form, box, by_code) for box in sheet.boxes_in(wanted.section)]
    done = next((each for each in sheet.progress() if each.section.section == wanted.section), None)
    context = {
        "heading": wanted.label,
        "lead": wanted.help,
        "crumbs": crumbs_of(sheet, Crumb(wanted.label)),
        "section": wanted,
        "sheet": sheet,
        "application": sheet.application,
        "form": form,
        "lines": lines,
        "done": done,
        "spared": len({*sheet.spared()} & {box.code for box in sheet.boxes_in(wanted.section)}),
        "conflicts": conflicts,
        "unsaved": unsaved,
        "is_open": any(line.is_open for line in lines),
        "fill_url": home_of(sheet),
        "save_url": reverse("calls:autosave", args=[sheet.application.pk, wanted.section]),
        "version_prefix": VERSION,
    }
    return render(request, "calls/filling_section.html", context, status=409 if unsaved else 200)


def _line(sheet: FormSheet, form: SectionForm, box: Box, conflicts: dict[str, Saved]) -> Line:
    row = sheet.rows.get(box.code)
    value = sheet.answers.get(box.code)
    is_open = box.code in sheet.open_codes and not box.kept_by_register
    return Line(
        box=box,
        bound=form[box.code] if box.code in form.fields else None,
        value=value,
        version=row.version if row else 0,
        receipt=_receipt(row),
        source=sheet.source_of(box.code) if box.metric else "",
        point=sheet.points.get(box.field.code, ""),
        conflict=conflicts.get(box.code),
        is_asked=box.field.code in sheet.asked,
        is_open=is_open,
        register=sheet.register_said(box) if box.kept_by_register else "",
        said=box.said(value),
        rows=files_said(sheet, value) if box.widget == "files" else [],
        url=_page_of(sheet, box),
        problem=problem(box, value) if box.widget in PAGES and value else "",
        is_first=box.code == next(codes_of(box.field, sheet.application.year)),
    )


def _page_of(sheet: FormSheet, box: Box) -> str:
    """Return where a table or files are edited; files lie in a vault that is not a partner's."""
    if box.widget not in PAGES or (sheet.is_shared and box.widget == "files"):
        return ""
    return reverse(PAGES[box.widget], args=[sheet.application.pk, box.code])


def _receipt(row: Answer | None) -> str:
    """Return when and by whom an answer was saved, for the receipt beside its field."""
    if row is None:
        return ""
    return f"{timezone.localtime(row.changed_at):%H:%M:%S} {row.changed_by}"


def files_said(sheet: FormSheet, value: Any) -> list[dict[str, Any]]:
    """Return the files of a field by name, with where each is read."""
    found = []
    for pk in value or ():
        kept = sheet.evidence.get(int(pk))
        is_open = kept is not None and not sheet.is_shared
        url = reverse("calls:evidence", args=[sheet.application.pk, int(pk)]) if is_open else ""
        title = named(kept.attachment, kept.title) if kept else _("已不存在的文件")
        found.append({"pk": int(pk), "title": title, "url": url})
    return found


@login_required
@require_POST
def autosave(request: Request, pk: int, name: str) -> JsonResponse:
    """Save one answer as it is left; tell what became of it and which fields are asked now."""
    sheet = sheet_with(request, pk, section=name, related=())
    box = sheet.box(request.POST.get("code", ""))
    if box is None or box.section != name or box.widget not in SINGLE:
        raise Http404
    form = SectionForm([box], {}, request.POST)
    if not form.is_valid():
        sentence = " ".join(str(each) for each in form.errors[box.code])
        return JsonResponse({"code": box.code, "kept": False, "sentence": sentence}, status=422)
    value = form.cleaned_data[box.code]
    try:
        saved = answer_save(sheet=sheet, code=box.code, value=value, seen=form.seen(box.code))
    except Refused as refusal:
        return JsonResponse({"code": box.code, "kept": False, "sentence": str(refusal)}, status=409)
    return JsonResponse(_autosaved(sheet, box, saved, value))


def _autosaved(sheet: FormSheet, box: Box, saved: Saved, value: Any) -> dict[str, Any]:
    """Return what became of one answer, and which fields of its section are asked with it."""
    answer: dict[str, Any] = {
        "code": box.code,
        "kept": saved.kept,
        "version": saved.version,
        "at": f"{timezone.localtime(saved.at):%H:%M:%S}",
    }
    if not saved.kept:
        return answer | {"standing": box.said(saved.standing) or _("（空）"), "by": saved.by}
    asked = asked_codes(sheet.definition, sheet.answers | {box.code: value}, year=sheet.application.year)
    return answer | {"asked": [each.code for each in sheet.boxes_in(box.section) if each.field.code in asked]}


def facts_said(sheet: FormSheet, section: str) -> list[Fact]:
    """Return the answers of a section as they are read, for pages that only show them."""
    return [
        Fact(box.label, sheet.register_said(box) if box.kept_by_register else box.said(sheet.answers.get(box.code)))
        for box in sheet.boxes_in(section)
        if box.field.code in sheet.asked and box.widget not in ("table", "files", "declaration")
    ]
