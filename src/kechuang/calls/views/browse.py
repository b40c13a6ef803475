"""What may be applied for: items, calls with their notices, and everything one takes along before starting."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from kechuang.calls import access
from kechuang.calls.definitions import definition_of
from kechuang.calls.form import tables
from kechuang.calls.form.boxes import boxes_of
from kechuang.calls.form.printing import parts_of
from kechuang.calls.models import Call, CallNotice
from kechuang.calls.models import ServiceItem as ItemRow
from kechuang.calls.papers import site_address
from kechuang.calls.proceeding import window_end
from kechuang.calls.selectors import offers
from kechuang.calls.views.cases import rule_said
from kechuang.calls.views.filling_tables import workbook_answer
from kechuang.catalogue.items import FileField, ServiceItem, TableField
from kechuang.directory.models import Organisation
from kechuang.kernel.calendar_days import calendar, estimate_note
from kechuang.kernel.processes import process_of
from kechuang.kernel.web import Request
from kechuang.ui.documents import blank, ics
from kechuang.ui.formats import moment
from kechuang.ui.parts import Action, Crumb, Fact
from kechuang.ui.tables import Cell, Head, Table

KINDS = dict(Organisation._meta.get_field("kind").choices or ())
SHOWN_CLOSED = 20


def frame(request: Request) -> str:
    """Return the frame of a page that anybody may read: the rooms' for who has signed in, else the portal's."""
    return "ui/portal.html" if request.actor.user_id is None else "ui/base.html"


def items(request: Request) -> HttpResponse:
    """List what is open for application now, what will be, and what may be applied for at any time."""
    now = timezone.now()
    shown = offers.calls_shown(actor=request.actor)
    running = [call for call in shown if call.state == "open" and now < window_end(call.closes_at)]
    past = [call for call in shown if call not in running][:SHOWN_CLOSED]
    context = {
        "frame": frame(request),
        "heading": _("办事"),
        "lead": _("可以申报的事项、时间和条件。申报须登录；没有账号的请联系本单位管理员。"),
        "running": Table(CALL_HEADS, tuple(_call_row(call) for call in running), empty=_("目前没有开放的申报通知。")),
        "standing": Table(
            ITEM_HEADS,
            tuple(_item_row(item) for item in offers.items_shown(always_open=True)),
            empty=_("没有常年受理的事项。"),
        ),
        "past": Table(CALL_HEADS, tuple(_call_row(call) for call in past)),
        "others": Table(ITEM_HEADS, tuple(_item_row(item) for item in offers.items_shown(always_open=False))),
    }
    return render(request, "calls/browse.html", context)


CALL_HEADS = tuple(Head(each) for each in (_("申报通知"), _("事项"), _("谁可以申报"), _("申报时间"), _("办理部门")))
ITEM_HEADS = tuple(Head(each) for each in (_("事项"), _("谁可以申报"), _("说明"), _("办理部门")))


def _call_row(call: Call) -> tuple[Cell, ...]:
    definition = definition_of(cast("int", call.item_version_id))
    return (
        Cell(call.title, href=reverse("calls:notice", args=[call.pk])),
        Cell(call.item.title),
        Cell(applicants_said(definition)),
        Cell(f"{moment(call.opens_at)} — {moment(call.closes_at)}"),
        Cell(str(call.department)),
    )


def _item_row(item: ItemRow) -> tuple[Cell, ...]:
    definition = offers.definition_now(item)
    return (
        Cell(item.title, href=reverse("calls:item", args=[item.code])),
        Cell(applicants_said(definition)),
        Cell(definition.summary),
        Cell(str(item.department)),
    )


def applicants_said(definition: ServiceItem) -> str:
    """Return the kinds of bodies that may apply, in one line."""
    return "、".join(str(KINDS.get(kind, kind)) for kind in definition.applicants)


def item(request: Request, code: str) -> HttpResponse:
    """Show an item: who may apply, what is asked, which limits hold, and how it goes on."""
    row = offers.item_offered(code)
    definition = offers.definition_now(row)
    context = _about(request, row, definition, None) | {
        "heading": row.title,
        "lead": definition.summary,
        "calls": [call for call in offers.calls_shown(actor=request.actor) if call.item_id == row.pk][:SHOWN_CLOSED],
        "crumbs": [Crumb(_("办事"), reverse("calls:items")), Crumb(row.title)],
        "actions": list(_item_actions(request, row)),
        "is_call": False,
    }
    return render(request, "calls/browse_item.html", context)


def _item_actions(request: Request, row: ItemRow) -> Iterator[Action]:
    if row.always_open:
        yield Action(_("开始办理"), reverse("calls:start_item", args=[row.code]), primary=True)
    yield Action(_("空白表（Word）"), reverse("calls:item_blank", args=[row.code]))
    if access.ITEMS.may(request.actor, "preview", row):
        yield Action(_("试走流程"), reverse("calls:preview", args=[row.code]))


def notice(request: Request, pk: int) -> HttpResponse:
    """Show a call: its notice with every version, its windows, and whether one fits."""
    call = _call(request, pk)
    definition = definition_of(cast("int", call.item_version_id))
    is_open = call.state == "open" and call.opens_at <= timezone.now() < window_end(call.closes_at)
    actions = [Action(_("开始申报"), reverse("calls:start", args=[pk]), primary=True)] if is_open else []
    context = _about(request, call.item, definition, call) | {
        "heading": call.title,
        "lead": definition.summary,
        "state": "doing" if is_open else "done",
        "state_word": _("开放中") if is_open else process_of(call.process_version_id).state(call.state).label,
        "next_step": _countdown(call),
        "crumbs": [Crumb(_("办事"), reverse("calls:items")), Crumb(call.title)],
        "actions": [
            *actions,
            Action(_("加入日历"), reverse("calls:notice_ics", args=[pk])),
            Action(_("空白表（Word）"), reverse("calls:item_blank", args=[call.item.code])),
        ],
        "call": call,
        "notices": _notices(call),
        "is_call": True,
    }
    return render(request, "calls/browse_item.html", context)


def _call(request: Request, pk: int) -> Call:
    rows = access.CALLS.visible(Call.objects.select_related("item", "department"), request.actor)
    found = rows.filter(pk=pk, item_version__isnull=False).first()
    if found is None:
        raise Http404
    return found


def _countdown(call: Call) -> str:
    today = timezone.localdate()
    if timezone.now() < call.opens_at:
        return _("%(at)s 开始申报。") % {"at": moment(call.opens_at)}
    if timezone.now() >= window_end(call.closes_at):
        return _("申报已于 %(at)s 截止。") % {"at": moment(call.closes_at)}
    last = timezone.localdate(call.closes_at)
    days = calendar()
    said = _("%(at)s 截止，还有 %(days)d 个工作日。") % {
        "at": moment(call.closes_at),
        "days": days.between(today, last),
    }
    note = estimate_note(days, today, last)
    return f"{said}（{note}）" if note else said


def _notices(call: Call) -> list[dict[str, Any]]:
    """Return the published texts, newest first, each with the text before it."""
    published = list(call.notices.exclude(published_at=None).order_by("number"))
    befores: list[CallNotice | None] = [None, *published[:-1]]
    return [{"notice": each, "before": before} for each, before in zip(published, befores, strict=True)][::-1]


def _about(request: Request, row: ItemRow, definition: ServiceItem, call: Call | None) -> dict[str, Any]:
    process = offers.process_now(definition)
    return {
        "frame": frame(request),
        "item": row,
        "definition": definition,
        "facts": list(_facts(row, definition, call)),
        "limits": [*(limit.text for limit in definition.limits), *(clash.text for clash in definition.clashes)],
        "questions": _questions(definition, call.year if call else timezone.localdate().year - 1),
        "materials": _materials(row, definition),
        "states": offers.way_ahead(process, process.states[0]) if process else [],
        "self_check": _self_check(request, definition),
        "rules": offers.verdicts(actor=request.actor, definition=definition, call=call, say=rule_said),
    }


def _facts(row: ItemRow, definition: ServiceItem, call: Call | None) -> Iterator[Fact]:
    yield Fact(_("谁可以申报"), applicants_said(definition), wide=True)
    yield Fact(_("办理部门"), str(row.department))
    if call:
        yield Fact(_("申报时间"), f"{moment(call.opens_at)} — {moment(call.closes_at)}")
        if call.host_closes_at:
            yield Fact(_("依托单位审核截止"), moment(call.host_closes_at))
        if call.recommend_closes_at:
            yield Fact(_("推荐截止"), moment(call.recommend_closes_at))
        yield Fact(_("数据年度"), f"{call.year}")
        yield Fact(_("咨询方式"), call.contact)
    else:
        yield Fact(_("申报时间"), _("常年受理") if row.always_open else _("见申报通知"))
    if definition.promised_days:
        yield Fact(_("承诺时限"), _("%(days)d 个工作日") % {"days": definition.promised_days})
    if definition.publicity:
        kind = _("工作日") if definition.publicity.calendar == "working" else _("自然日")
        yield Fact(_("公示"), f"{definition.publicity.days} {kind}")
    yield Fact(_("依据"), definition.document or _("待核"), note="" if definition.verified_by else _("未经部门核实"))


def _questions(definition: ServiceItem, year: int) -> list[dict[str, Any]]:
    """Return everything the form asks, section by section, with its bounds: nothing is a surprise after starting."""
    boxes = boxes_of(definition, year=year)
    return [
        {"section": section, "boxes": [box for box in boxes if box.section == section.section]}
        for section in definition.form
    ]


def _materials(row: ItemRow, definition: ServiceItem) -> list[dict[str, Any]]:
    """Return what is to be prepared: files by their kinds, tables with a workbook to fill in."""
    found: list[dict[str, Any]] = []
    for _section, field in definition.fields():
        if isinstance(field, FileField):
            note = "" if field.required else _("选交")
            kinds = "、".join(kind.upper() for kind in field.accept)
            found.append({"label": field.label, "help": field.help, "kinds": kinds, "note": note})
        elif isinstance(field, TableField):
            url = reverse("calls:item_table", args=[row.code, field.table])
            found.append({"label": field.label, "help": field.help, "kinds": _("在线填写或导入 Excel"), "url": url})
    return found


def _self_check(request: Request, definition: ServiceItem) -> dict[str, Any]:
    """Return the questions with what was answered, and the verdict once all are."""
    rows = []
    for number, each in enumerate(definition.self_check):
        told = request.GET.get(f"q{number}", "")
        fits = None if told not in ("yes", "no") else (told == "yes") == each.fits
        rows.append({"name": f"q{number}", "asked": each, "told": told, "fits": fits})
    answered = [row for row in rows if row["fits"] is not None]
    wrong = [row["asked"] for row in answered if not row["fits"]]
    return {"rows": rows, "wrong": wrong, "is_done": bool(rows) and len(answered) == len(rows), "begun": bool(answered)}


def notice_ics(request: Request, pk: int) -> HttpResponse:
    """Give the deadline as a calendar file."""
    call = _call(request, pk)
    url = site_address(reverse("calls:notice", args=[pk]))
    title = _("%(call)s 截止") % {"call": call.title}
    content = ics.deadline(uid=f"call-{pk}-close@kechuang", title=title, at=call.closes_at, url=url)
    answer = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = (
        content_disposition_header(as_attachment=True, filename=f"{call.title}.ics") or ""
    )
    return answer


def item_blank(_request: Request, code: str) -> HttpResponse:
    """Give the form as a blank Word file, to prepare with."""
    row = offers.item_offered(code)
    definition = offers.definition_now(row)
    parts = parts_of(definition, {}, year=timezone.localdate().year - 1, blank=True)
    note = _("空白表供准备材料用，正式申报在线填写。")
    answer = HttpResponse(blank.form(row.title, parts, note=note), content_type=blank.MEDIA_TYPE)
    answer.headers["Content-Disposition"] = (
        content_disposition_header(as_attachment=True, filename=f"{row.title}.docx") or ""
    )
    return answer


def item_table(_request: Request, code: str, table: str) -> HttpResponse:
    """Give one table of a form as an empty workbook."""
    definition = offers.definition_now(offers.item_offered(code))
    fields = [
        field for _section, field in definition.fields() if isinstance(field, TableField) and field.table == table
    ]
    if not fields:
        raise Http404
    return workbook_answer(tables.workbook(fields[0]), fields[0].label)
