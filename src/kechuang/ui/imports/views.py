"""Pages of imports: the centre, the upload, columns to be named, the dry run's report, what was written, the undo."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kechuang.kernel.errors import Refused
from kechuang.kernel.web import Request
from kechuang.ui.acts import carried_out
from kechuang.ui.formats import moment
from kechuang.ui.imports import jobs, keeping, pages, services
from kechuang.ui.imports.access import RUNS
from kechuang.ui.imports.forms import FileForm, LookForm, MappingForm
from kechuang.ui.imports.models import ImportRun
from kechuang.ui.imports.workbooks import XLSX, template_out
from kechuang.ui.parts import Crumb
from kechuang.ui.resource import Resource, registered

State = ImportRun.State
WORKING = (State.CHECKING, State.WRITING, State.UNDOING)
RECENT = 20


@login_required
def centre(request: Request) -> HttpResponse:
    """Show what the person may bring in, and what was brought in before."""
    offered = services.importable(request.actor)
    runs = RUNS.visible(ImportRun.objects.all(), request.actor).select_related("actor").order_by("-pk")[:RECENT]
    shown = list(runs)
    if not offered and not shown:
        raise Http404
    context = {"heading": _("表格导入"), "offered": offered, "runs": pages.runs_table(shown)}
    return render(request, "ui/imports/centre.html", context)


@login_required
def template(request: Request, name: str) -> HttpResponse:
    """Give the empty workbook of a resource."""
    resource = _resource(request, name)
    title = _("%(title)s导入模板") % {"title": resource.title}
    data = template_out(services.imports_of(resource), name=name, title=title)
    answer = HttpResponse(data, content_type=XLSX)
    answer["Content-Disposition"] = pages.attachment(f"{title}.xlsx")
    return answer


@login_required
def upload(request: Request, name: str) -> HttpResponse:
    """Take a file in."""
    resource = _resource(request, name)
    form = FileForm(request.POST or None, request.FILES or None)
    begun: list[ImportRun] = []

    def begin(values: dict[str, UploadedFile[bytes]]) -> None:
        begun.append(services.run_begin(resource=resource, upload=values["file"], actor=request.actor))

    if request.method == "POST" and carried_out(form, begin):
        return redirect("ui:import_run", begun[0].pk)
    declared = services.imports_of(resource)
    context = {
        "heading": _("导入%(title)s") % {"title": resource.title},
        "lead": _("先检查，后写入：每一处问题都标在对应的格子上；要么全部写入，要么一条也不写。"),
        "crumbs": [Crumb(_("表格导入"), reverse("ui:imports")), Crumb(resource.title)],
        "form": form,
        "submit_label": _("上传并识别"),
        "cancel_url": reverse("ui:imports"),
        "template_url": reverse("ui:import_template", args=[name]),
        "notes": declared.notes,
        "fields": pages.fields_table(declared),
    }
    return render(request, "ui/imports/upload.html", context)


@login_required
def run(request: Request, key: int) -> HttpResponse:
    """Show an import as it stands: columns to be named, at work, report, done, taken back."""
    found = _run(request, key)
    if found.state in WORKING:
        return _at_work(request, found)
    if request.headers.get("HX-Request"):
        answer = HttpResponse()
        answer["HX-Refresh"] = "true"
        return answer
    if found.state in (State.MAPPING, State.FAILED) or (found.state == State.CHECKED and "columns" in request.GET):
        return _columns(request, found)
    return _report(request, found)


@login_required
@require_POST
def look(request: Request, key: int) -> HttpResponse:
    """Look for the table elsewhere in the file."""
    found = _run(request, key, "map")
    form = LookForm(request.POST, sheets=pages.sheets_of(found).names)
    if not form.is_valid():
        messages.error(request, _("请选择工作表，并填写表头所在的行。"))
        return redirect("ui:import_run", key)
    try:
        services.run_look(
            run=found, sheet=form.cleaned_data["sheet"], head=form.cleaned_data["head"] - 1, actor=request.actor
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("ui:import_run", key)


@login_required
@require_POST
def columns(request: Request, key: int) -> HttpResponse:
    """Fix what the columns mean and begin the dry run."""
    found = _run(request, key, "map")
    sheet = keeping.sheet_of(found)
    layout = services.layout_now(found, sheet, request.actor)
    declared = services.imports_of(services.resource_of(found))
    form = MappingForm(request.POST, labels=layout.labels, offered=declared.fields, dated=declared.dated)
    mapped: list[ImportRun] = []

    def act(values: dict[str, Any]) -> None:
        mapped.append(
            services.run_map(
                run=found,
                mapping=form.mapping(),
                on=values.get("on"),
                reason=values.get("reason", ""),
                actor=request.actor,
            )
        )

    if not carried_out(form, act):
        return _columns(request, found, form)
    jobs.start(mapped[0])
    return redirect("ui:import_run", key)


@login_required
@require_POST
def write(request: Request, key: int) -> HttpResponse:
    """Write what was checked."""
    found = _run(request, key, "write")
    try:
        released = services.run_release(run=found, actor=request.actor)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("ui:import_run", key)
    jobs.start(released)
    return redirect("ui:import_run", key)


@login_required
def undo(request: Request, key: int) -> HttpResponse:
    """Ask once more, then take an import back."""
    found = _run(request, key, "undo")
    if services.undo_until(found) is None:
        raise Http404
    if request.method == "POST":
        try:
            begun = services.run_undo_begin(run=found, actor=request.actor)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("ui:import_run", key)
        jobs.start(begun)
        return redirect("ui:import_run", key)
    told = {"create": found.summary.get("create", 0), "change": found.summary.get("change", 0)}
    context = {
        "heading": _("撤销这次导入"),
        "number": found.file_name,
        "crumbs": _crumbs(found, _("撤销")),
        "consequence": _("新增的 %(create)s 条将移除，改动的 %(change)s 条恢复原样。") % told,
        "affected": [_("导入之后又被改动或使用的，整批不撤销，并逐条说明。"), _("撤销本身也记入审计。")],
        "submit_label": _("撤销导入"),
        "cancel_url": reverse("ui:import_run", args=[key]),
    }
    return render(request, "ui/imports/undo.html", context)


@login_required
def marked(request: Request, key: int) -> FileResponse:
    """Give the file back with every fault at its cell."""
    found = _run(request, key)
    if not found.summary.get("faults"):
        raise Http404
    path = services.marked_path(found, request.actor)
    name = _("%(name)s_标注.xlsx") % {"name": found.file_name.rsplit(".", 1)[0]}
    answer = FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type=XLSX)
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _at_work(request: Request, found: ImportRun) -> HttpResponse:
    context = {
        "heading": found.file_name,
        "state": "doing",
        "state_word": found.get_state_display(),
        "crumbs": _crumbs(found),
        "at": keeping.progress_of(found),
    }
    return render(request, "ui/imports/work.html", context)


def _columns(request: Request, found: ImportRun, form: MappingForm | None = None) -> HttpResponse:
    if not keeping.source_of(found).exists():
        raise Http404
    declared = services.imports_of(services.resource_of(found))
    sheet = keeping.sheet_of(found)
    layout = services.layout_now(found, sheet, request.actor)
    if form is None:
        initial: dict[str, Any] = {f"column_{column}": name for column, name in layout.mapping.items()}
        initial |= {"on": found.changed_on, "reason": found.reason}
        form = MappingForm(initial=initial, labels=layout.labels, offered=declared.fields, dated=declared.dated)
    book = pages.sheets_of(found)
    context = {
        "heading": _("核对各列的含义"),
        "number": found.file_name,
        "lead": _("系统按表头作了判断，您的岗位上次的选择也已记住；请核对，不对的改过来。"),
        "crumbs": _crumbs(found, _("核对各列")),
        "form": form,
        "where": LookForm(initial={"sheet": found.sheet, "head": found.head + 1}, sheets=book.names),
        "columns": pages.columns_of(sheet, layout, form),
        "problem": found.problem,
        "unseen": pages.unseen_of(book, sheet),
        "key": found.pk,
        "rest": [form[name] for name in ("on", "reason") if name in form.fields],
    }
    return render(request, "ui/imports/columns.html", context)


def _report(request: Request, found: ImportRun) -> HttpResponse:
    told = keeping.found_of(found)
    number = request.GET.get("page", "1")
    until = services.undo_until(found)
    context = {
        "heading": pages.HEADINGS[State(found.state)],
        "number": found.file_name,
        "state": pages.LIGHTS[State(found.state)],
        "state_word": found.get_state_display(),
        "crumbs": _crumbs(found),
        "run": found,
        "summary": found.summary,
        "faults": pages.faults_of(told["faults"], int(number) if number.isdecimal() and len(number) < 6 else 1),  # noqa: PLR2004
        "changes": pages.changes_table(told["changes"]),
        "change_more": max(0, found.summary.get("change", 0) - len(told["changes"])),
        "skipped": pages.skipped_table(told["skipped"]),
        "ready": found.state == State.CHECKED and not found.summary.get("faults") and _something(found),
        "nothing": found.state == State.CHECKED and not found.summary.get("faults") and not _something(found),
        "own": found.actor_id == request.actor.user_id,
        "undo_until": moment(until) if until else "",
        "again_url": reverse("ui:import_upload", args=[found.resource]),
        "list_label": services.resource_of(found).title,
        "written": pages.written_of(found) if found.state == State.DONE else [],
    }
    return render(request, "ui/imports/report.html", context)


def _something(found: ImportRun) -> bool:
    return bool(found.summary.get("create") or found.summary.get("change"))


def _crumbs(found: ImportRun, *last: str) -> list[Crumb]:
    here = [Crumb(found.file_name, reverse("ui:import_run", args=[found.pk])), *(Crumb(word) for word in last)]
    return [Crumb(_("表格导入"), reverse("ui:imports")), *here]


def _resource(request: Request, name: str) -> Resource:
    found = registered().get(name)
    if found is None or not services.may_import(found, request.actor):
        raise Http404
    return found


def _run(request: Request, key: int, action: str = "view") -> ImportRun:
    found = RUNS.visible(ImportRun.objects.filter(pk=key), request.actor, action).first()
    if found is None or found.resource not in registered():
        raise Http404
    return found
