"""The auditor's desk: the seals, the file to take away, and who saw or changed what about somebody."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kechuang.kernel import seals
from kechuang.kernel.audit_reads import EVERY_ROW, OPERATIONS, reads_record
from kechuang.kernel.audit_seals import batches, counted, pending, proof
from kechuang.kernel.errors import Refused
from kechuang.kernel.models import AuditEvent, AuditSeal
from kechuang.kernel.web import Request
from kechuang.oversight import selectors, services
from kechuang.oversight.access import AUDIT, require_desk
from kechuang.oversight.forms import NarrowForm, SpanForm, SubjectForm
from kechuang.ui.exports import harmless
from kechuang.ui.formats import moment
from kechuang.ui.parts import Action, Crumb, Fact
from kechuang.ui.tables import Cell, Head, Table

SEALS_SHOWN = 10
EVENTS_SHOWN = 100
FIELDS_SHOWN = 6
MOST_PROVED = 20_000
TRAIL = "kernel_auditevent"


@login_required
@require_safe
def desk(request: Request) -> HttpResponse:
    """Show how far the trail is sealed, and the ways into it."""
    require_desk(request, AUDIT)
    waiting, oldest = pending()
    last = AuditSeal.objects.defer("entries").order_by("number").last()
    context = {
        "heading": _("审计台"),
        "lead": _("审计记录只能增加，逐批封存；谁看过、改过什么，都能查到。"),
        "crumbs": [Crumb(_("审计台"))],
        "actions": [
            Action(_("查一个人或一件事"), reverse("oversight:subject"), primary=True),
            Action(_("审计记录"), reverse("workbench:audit")),
            Action(_("公布的根值"), reverse("oversight:roots")),
        ],
        "facts_of_chain": [
            Fact(_("封存"), _("%(n)s 次") % {"n": last.number} if last else _("还没有")),
            Fact(_("最近封存"), moment(last.at) if last else ""),
            Fact(_("等待封存"), _("%(n)s 条") % {"n": waiting}),
            Fact(_("最早一条等待自"), moment(oldest) if oldest else _("无")),
            Fact(_("末尾根值"), last.root if last else _("无"), wide=True),
        ],
        "span": SpanForm(),
        "seals": _seals(),
    }
    return render(request, "oversight/auditor.html", context)


def _seals() -> Table:
    heads = (
        Head(_("封存号")),
        Head(_("封存时间")),
        Head(_("记录数"), numeric=True),
        Head(_("根值")),
        Head(_("记录")),
    )
    rows = AuditSeal.objects.defer("entries").select_related("dropped").order_by("-number")[:SEALS_SHOWN]
    return Table(
        heads,
        tuple(
            (
                Cell(seal.number, label=_("封存号")),
                Cell(moment(seal.at), label=_("封存时间")),
                Cell(seal.rows, numeric=True, label=_("记录数")),
                Cell(f"{seal.root[:16]}…", label=_("根值")),
                Cell(_("已到期清理") if hasattr(seal, "dropped") else _("在"), label=_("记录")),
            )
            for seal in rows
        ),
        caption=_("最近的封存"),
        empty=_("还没有封存过。"),
    )


@login_required
@require_POST
def seal(request: Request) -> HttpResponse:
    """Seal what waits now."""
    require_desk(request, AUDIT)
    try:
        number = services.seal_at_once(actor=request.actor)
        messages.success(request, _("已封存 %(n)s 条记录。") % {"n": number})
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("oversight:auditor")


@login_required
@require_safe
def file(request: Request) -> HttpResponseBase:
    """Give the sealed events of a span as a file anybody can check."""
    require_desk(request, AUDIT)
    form = SpanForm(request.GET)
    if not form.is_valid():
        messages.error(request, _("日期读不懂，请写成 2026-01-31。"))
        return redirect("oversight:auditor")
    since, until = form.cleaned_data["since"], form.cleaned_data["until"]
    span = {
        "since": selectors.midnight(since) if since else None,
        "until": selectors.midnight(until + timedelta(days=1)) if until else None,
    }
    number, events = counted(**span)
    if not number:
        messages.warning(request, _("这段时间没有已封存的记录。"))
        return redirect("oversight:auditor")
    _taken(request, TRAIL, EVERY_ROW)
    about = _about(request, since=since, until=until, seals=number, events=events)
    return _download(seals.file_lines(about, batches(**span)), f"audit-{since or 'start'}-{until or 'today'}.jsonl")


def _about(request: Request, **said: Any) -> dict[str, Any]:
    told = {name: value.isoformat() if isinstance(value, date) else value for name, value in said.items()}
    return {**told, "taken": timezone.now().isoformat(), "by": request.actor.name, "site": request.get_host()}


def _taken(request: Request, table: str, row: str) -> None:
    reads_record(actor=request.actor, subjects=[(table, row)], address=request.get_full_path(), taken=True)


def _download(lines: Iterator[bytes], name: str) -> StreamingHttpResponse:
    answer = StreamingHttpResponse((line + b"\n" for line in lines), content_type="application/jsonl")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer


@login_required
@require_safe
def subject(request: Request) -> HttpResponseBase:
    """Ask about somebody or something: first who is meant, then everything about it."""
    require_desk(request, AUDIT)
    table, row = request.GET.get("table", ""), request.GET.get("row", "")
    if table:
        found = selectors.subject_at(table=table, row=row.replace("\0", "")[:64])
        if found is None:
            raise Http404
        return _answer(request, found)
    form = SubjectForm(request.GET if "words" in request.GET else None)
    context: dict[str, Any] = {
        "heading": _("查一个人或一件事"),
        "lead": _("谁看过、改过、导出过与它有关的什么。"),
        "crumbs": [Crumb(_("审计台"), reverse("oversight:auditor")), Crumb(_("查询"))],
        "form": form,
    }
    if form.is_bound and form.is_valid():
        words = form.cleaned_data["words"].strip()
        subjects = selectors.subjects_named(kind=form.cleaned_data["kind"], words=words)
        if len(subjects) == 1:
            return redirect(_address(subjects[0]))
        context["candidates"] = [(one, _address(one)) for one in subjects]
        context["asked"] = True
    return render(request, "oversight/subject.html", context)


def _address(found: selectors.Subject) -> str:
    return f"{reverse('oversight:subject')}?table={found.table}&row={found.row}"


def _answer(request: Request, found: selectors.Subject) -> HttpResponseBase:
    form = NarrowForm(request.GET)
    values = form.cleaned_data if form.is_valid() else {}
    reading = {"seen": True, "changed": False}.get(values.get("what", ""))
    events = selectors.events_about(
        actor=request.actor, subject=found, since=values.get("since"), until=values.get("until"), reading=reading
    )
    wanted = request.GET.get("format", "")
    given = {"csv": _csv, "proof": _proof}.get(wanted)
    reads_record(
        actor=request.actor,
        subjects=[(found.table, found.row)],
        address=request.get_full_path(),
        taken=given is not None,
    )
    if given:
        return given(request, found, events)
    rows = list(events[: EVENTS_SHOWN + 1])
    context = {
        "heading": found.label,
        "number": f"{found.table} #{found.row}",
        "crumbs": [
            Crumb(_("审计台"), reverse("oversight:auditor")),
            Crumb(_("查询"), reverse("oversight:subject")),
            Crumb(found.label),
        ],
        "narrow": form,
        "subject": found,
        "table": _events_table(rows[:EVENTS_SHOWN]),
        "more": len(rows) > EVENTS_SHOWN,
        "shown": EVENTS_SHOWN,
        "query": request.GET.urlencode(),
    }
    return render(request, "oversight/answer.html", context)


def _events_table(events: list[AuditEvent]) -> Table:
    heads = (Head(_("时间")), Head(_("谁")), Head(_("做了什么")), Head(_("哪里")), Head(_("内容")))
    models = selectors.models_by_table()
    names = {table: str(model._meta.verbose_name) for table, model in models.items()}
    rows = tuple(
        (
            Cell(moment(event.at), href=reverse("workbench:event", args=[event.pk]), label=_("时间")),
            Cell(_who(event), label=_("谁")),
            Cell(OPERATIONS.get(event.operation, event.operation), label=_("做了什么")),
            Cell(f"{names.get(event.table, event.table)} #{event.row}", label=_("哪里")),
            Cell(_what(event, models.get(event.table)), label=_("内容")),
        )
        for event in events
    )
    return Table(heads, rows, caption=_("经过"), empty=_("没有记录。"), advice=_("放宽时间，或改查全部内容。"))


def _what(event: AuditEvent, model: type[Any] | None) -> str:
    """Return what a line says of an event: the address looked at, or the changed fields under their names."""
    if event.operation in {"INSERT", "DELETE"}:
        return _("整条记录")
    fields = {field.column: str(field.verbose_name) for field in model._meta.concrete_fields} if model else {}
    changed = [fields.get(name, name) for name in selectors.changed_fields(event)]
    more = _("等 %(n)s 项") % {"n": len(changed)} if len(changed) > FIELDS_SHOWN else ""
    return "、".join(changed[:FIELDS_SHOWN]) + more


def _who(event: AuditEvent) -> str:
    if event.actor_id is None:
        return _("系统")
    return str(event.actor) if event.actor else f"#{event.actor_id}"


class _Echo:
    """Gives the csv module somewhere to write."""

    def write(self, line: str) -> bytes:
        return line.encode()


def _csv(request: Request, found: selectors.Subject, events: Any) -> StreamingHttpResponse:
    writer = csv.writer(_Echo())

    def lines() -> Iterator[bytes]:
        yield "\ufeff".encode()
        yield writer.writerow(["id", "at", "actor", "operation", "table", "row", "what", "request"])
        for event in events.iterator(chunk_size=500):
            values = [event.pk, event.at.isoformat(), _who(event), event.operation, event.table, event.row]
            what = "、".join(selectors.changed_fields(event))
            yield writer.writerow([harmless(value) for value in (*values, what, event.request)])

    answer = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{found.table}-{found.row}.csv"'
    return answer


def _proof(request: Request, found: selectors.Subject, events: Any) -> StreamingHttpResponse:
    keys = list(events.values_list("pk", flat=True)[:MOST_PROVED])
    about = _about(request, table=found.table, row=found.row, events=len(keys))
    lines = seals.file_lines(about, proof(keys), whole=False)
    return _download(lines, f"proof-{found.table}-{found.row}.jsonl")
