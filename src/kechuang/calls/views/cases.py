"""The page of a case: one for everybody who may see it, with the steps that are theirs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kechuang.calls import access, registries
from kechuang.calls.models import Application, Correction, Decision, Rating, Submission
from kechuang.calls.selectors import cases as reading
from kechuang.calls.selectors import partners as reading_partners
from kechuang.calls.selectors.alike import Alike, alike
from kechuang.calls.selectors.conditions import judged
from kechuang.calls.selectors.legs import legs_of
from kechuang.calls.selectors.ratings import rating_of
from kechuang.calls.services.ratings import why_not_rated
from kechuang.calls.stating import FIELDS
from kechuang.calls.views.partners import partners_table
from kechuang.facts.models import Evidence
from kechuang.facts.selectors.rules import Judged, standing
from kechuang.kernel.clock import Clock, legal_clock
from kechuang.kernel.files import attachment_response, named
from kechuang.kernel.moves import signatures, steps_open
from kechuang.kernel.processes import process_of
from kechuang.kernel.web import Request
from kechuang.pure.conditions.rules import Role
from kechuang.pure.process import Process, Step
from kechuang.ui.documents.papers import Part
from kechuang.ui.formats import day as said_day
from kechuang.ui.formats import percent
from kechuang.ui.parts import Action, Crumb, Fact, Happening, Section
from kechuang.ui.tables import Cell, Head, Table

OFFICERS = ("department_officer", "department_head", "review_secretary")
DANGEROUS = frozenset({"reject", "refuse", "withdraw", "expire"})
FORWARD = (
    "submit",
    "pass",
    "recommend",
    "accept",
    "resubmit",
    "start_review",
    "conclude",
    "propose",
    "publish",
    "approve",
)
VERDICTS: dict[str, tuple[str, Any]] = {
    "met": ("done", gettext_lazy("符合")),
    "unmet": ("overdue", gettext_lazy("不符合")),
    "unknown": ("unknown", gettext_lazy("待核实")),
}
STATED = {name: label for inputs in FIELDS.values() for name, label, _kind in inputs}


@login_required
def application(request: Request, pk: int) -> HttpResponse:
    """Show one application with its materials, its history and what may be done."""
    case = reading.application_seen(actor=request.actor, pk=pk)
    process = process_of(case.process_version_id)
    steps = steps_open(case, access=access.APPLICATIONS, actor=request.actor)
    decision = reading.decision_of(case)
    context = {
        "heading": case.title,
        "number": case.number,
        "state": "done" if process.state(case.state).final else "doing",
        "state_word": process.state(case.state).label,
        "lead": f"{case.organisation} · {case.county} · {case.item}",
        "next_step": _next(process, case),
        "crumbs": _crumbs(case),
        "actions": [*_actions(case, steps), *_rating_asked(request, case)],
        "sections": list(_sections(request, case, steps, decision)),
        "timeline": list(_timeline(case, is_inside=access.is_inside(request.actor, case))),
        "is_draft": case.submitted_at is None,
        "application": case,
    }
    return render(request, "calls/application.html", context)


@login_required
def evidence(request: Request, pk: int, key: int) -> HttpResponseBase:
    """Give one attached file to whoever may see the case."""
    case = reading.application_seen(actor=request.actor, pk=pk)
    if key not in reading.evidence_ids(case):
        raise Http404
    kept = Evidence.objects.select_related("attachment").filter(pk=key).first()
    if kept is None:
        raise Http404
    return attachment_response(kept.attachment)


def _next(process: Process, case: Application) -> str:
    """Say in one sentence where the case lies and what comes next."""
    state = process.state(case.state)
    if state.final:
        return ""
    clock = legal_clock(case)
    said = _("当前环节：%(state)s。") % {"state": state.label}
    return said + _clock_said(clock)


def _clock_said(clock: Clock) -> str:
    if clock.is_stopped:
        return _("办理时限已停止计算：%(why)s。") % {"why": clock.stopped_because}
    if clock.allowed is None or clock.due_on is None:
        return ""
    said = _("本环节 %(allowed)d 个工作日，已用 %(used)d 个，%(due)s 到期。") % {
        "allowed": clock.allowed,
        "used": clock.used,
        "due": said_day(clock.due_on),
    }
    return said + (f"（{clock.estimated}）" if clock.estimated else "")


def _crumbs(case: Application) -> list[Crumb]:
    return [Crumb(_("我的工作台"), reverse("workbench:desk")), Crumb(case.number or case.title)]


def _actions(case: Application, steps: list[Step]) -> Iterator[Action]:
    first = next((name for name in FORWARD if name in {step.name for step in steps}), None)
    for step in steps:
        yield Action(
            step.label,
            reverse("calls:step", args=[case.pk, step.name]),
            primary=step.name == first,
            danger=step.name in DANGEROUS,
        )


def _rating_asked(request: Request, case: Application) -> Iterator[Action]:
    if process_of(case.process_version_id).state(case.state).final and not why_not_rated(case, actor=request.actor):
        yield Action(_("评价办理服务"), reverse("calls:rate", args=[case.pk]), primary=True)


def _sections(request: Request, case: Application, steps: list[Step], decision: Decision | None) -> Iterator[Section]:
    yield Section("case", _("办件信息"), facts=tuple(_facts(case, steps)))
    yield Section("legs", _("办理环节"), table=_legs_table(case))
    if decision:
        yield Section("decision", _("决定"), facts=tuple(_decided(decision, case)))
    yield from _beside(request, case)
    if scans := list(_scans(case)):
        yield Section("scans", _("扫描件"), facts=tuple(scans))
    for correction in reading.corrections_of(case):
        title = _("第 %(number)d 次补正") % {"number": correction.number}
        yield Section(f"correction-{correction.number}", title, table=_correction_table(case, correction))
    if changes := reading.changes_of(case):
        yield Section("changes", _("再次提交的变化"), template="calls/changes.html", context={"changes": changes})
    if request.actor.offices and (said := judged(case)):
        yield Section("rule", _("条件核对"), template="calls/rule.html", context=rule_said(said))
    for number, part in enumerate(reading.parts_shown(case)):
        yield Section(f"part-{number}", part.title, template="calls/part.html", context={"part": _part(part)})
    if request.actor.holds(*OFFICERS) and (others := alike(case, actor=request.actor)):
        yield Section("alike", _("内容相近的申报"), table=_alike_table(others))
    if files := reading.evidence_of(case):
        yield Section("files", _("附件"), table=_files(case, files))
    objections = list(reading.objections_seen(case, actor=request.actor))
    if objections:
        yield Section("objections", _("异议"), template="calls/objections.html", context={"objections": objections})


def _facts(case: Application, steps: list[Step]) -> Iterator[Fact]:
    yield Fact(_("事项"), case.item.title)
    if case.call:
        yield Fact(_("申报通知"), case.call.title)
    yield Fact(_("申报单位"), case.organisation.name)
    yield Fact(_("县区"), case.county.name)
    yield Fact(_("办理部门"), case.department.name)
    kind = registries.subject_kind(case.subject_type.model) if case.subject_type else None
    if kind and case.subject:
        yield Fact(_("办理对象"), kind.label(case.subject), href=kind.url(case.subject))
    yield Fact(_("发起人"), str(case.started_by))
    yield Fact(_("提交时间"), case.submitted_at, note="" if case.submitted_at else _("还没有提交"))
    if case.accepted_on:
        clock = legal_clock(case)
        spent = _("办理时限已用 %(days)d 个工作日") % {"days": clock.total} if clock.total is not None else ""
        yield Fact(_("受理日期"), case.accepted_on, note=spent)
    if case.rank:
        yield Fact(_("推荐排序"), case.rank)
    for step in steps:
        if step.signatures > 1:
            given = signatures(step, case)
            names = "、".join(f"{move.actor}（{move.office}）" for move in given) or _("还没有")
            yield Fact(
                _("会签：%(step)s") % {"step": step.label},
                _("%(given)d / %(needed)d") % {"given": len(given), "needed": step.signatures},
                note=names,
            )


def _beside(request: Request, case: Application) -> Iterator[Section]:
    """Yield who takes part, and what the applicant thought of it."""
    if partners := reading_partners.partners_of(case):
        linked = any(access.PARTNERS.may(request.actor, "view", row) for row in partners)
        yield Section("partners", _("联合申报单位"), table=partners_table(case, linked=linked))
    if rating := rating_of(case, actor=request.actor):
        yield Section("rating", _("服务评价"), facts=tuple(_rated(rating)))


def _rated(rating: Rating) -> Iterator[Fact]:
    yield Fact(_("评价"), rating.get_grade_display())
    yield Fact(_("评价时间"), rating.at)
    if rating.reason:
        yield Fact(_("意见"), rating.reason, wide=True)
    if redress := getattr(rating, "redress", None):
        state = process_of(redress.process_version_id).state(redress.state).label
        yield Fact(_("整改"), state, href=reverse("calls:redress", args=[redress.pk]), note=redress.answer)


def _scans(case: Application) -> Iterator[Fact]:
    for happened in reading.history(case):
        if key := happened.stated.get("outside_scan"):
            yield Fact(happened.move.label, _("下载"), href=reverse("calls:scan", args=[case.pk, key]))


def _decided(decision: Decision, case: Application) -> Iterator[Fact]:
    yield Fact(_("结果"), decision.get_outcome_display())
    yield Fact(_("文号"), decision.number)
    yield Fact(_("决定日期"), decision.decided_on)
    if decision.minutes:
        yield Fact(_("会议纪要号"), decision.minutes)
    if decision.reasons:
        yield Fact(_("理由"), decision.reasons, wide=True)
    yield Fact(_("决定文书"), _("下载 Word"), href=reverse("calls:paper", args=[case.pk, "decision"]))
    if decision.certificate_number:
        yield Fact(
            _("证书"),
            decision.certificate_number,
            href=reverse("calls:verify", args=[decision.token]),
            note=_("公开核验页"),
        )
    for effect in decision.effects.all():
        yield Fact(_("办理效果"), effect.text)


LEGS = {"done": gettext_lazy("已办"), "current": gettext_lazy("办理中"), "ahead": gettext_lazy("后续")}


def _legs_table(case: Application) -> Table:
    """Return every step of the case: who, from when, by which day, and when it was done."""
    rows = []
    for leg in legs_of(case, [happened.move for happened in reading.history(case)]):
        light = "overdue" if leg.is_late else {"done": "done", "current": "doing"}.get(leg.standing, "todo")
        word = _("%(word)s，已超期") % {"word": LEGS[leg.standing]} if leg.is_late else LEGS[leg.standing]
        due = said_day(leg.due) if leg.due else leg.note or "—"
        rows.append(
            (
                Cell(leg.label),
                Cell(leg.who or "—"),
                Cell(said_day(leg.since) if leg.since else "—"),
                Cell(due),
                Cell(said_day(leg.until) if leg.until else "—"),
                Cell(word, light=light),
            )
        )
    heads = (_("环节"), _("办理人"), _("开始"), _("应于何日前办完"), _("办结"), _("状态"))
    return Table(tuple(Head(title) for title in heads), tuple(rows))


def _correction_table(case: Application, correction: Correction) -> Table:
    labels = reading.labels_of(case)
    rows = [
        (
            Cell(labels.get(item.code, item.code)),
            Cell(item.note),
            Cell(_written(item.before)),
            Cell(_written(item.after) if correction.closed_at else _("等待补正")),
            Cell(item.answer),
        )
        for item in correction.items.all()
    ]
    heads = tuple(Head(title) for title in (_("栏目"), _("需要补正的内容"), _("补正前"), _("补正后"), _("说明")))
    return Table(heads, tuple(rows))


def _written(standing: Any) -> str:
    """Return what stood in a field in one line; a table or files by how many there are."""
    if not isinstance(standing, dict):
        return ""
    said = []
    for code, value in standing.items():
        year = code.partition("@")[2]
        text = _("%(count)d 项") % {"count": len(value)} if isinstance(value, list) else str(value)
        said.append(f"{year}：{text}" if year else text)
    return "；".join(said)


def rule_said(said: Judged) -> dict[str, Any]:
    """Return what a rule says, clause by clause, as its page prints it."""
    clauses = []
    for clause in said.explained.clauses:
        light, word = VERDICTS[standing(clause).name.lower()]
        if clause.clause.role is Role.VETO and light != "unknown":  # what rules out must not have happened
            word = _("未发生") if light == "done" else _("已发生")
        clauses.append({"light": light, "word": word, "text": clause.text, "missing": clause.missing})
    return {"clauses": clauses, "version": said.version, "template": said.version.template}


def _part(part: Part) -> dict[str, Any]:
    lines = tuple(Fact(line.label, line.value, wide=line.wide) for line in part.lines)
    grids = [
        {
            "title": grid.title,
            "table": Table(
                tuple(Head(title, numeric=place in grid.numeric) for place, title in enumerate(grid.head)),
                tuple(
                    tuple(Cell(text, numeric=place in grid.numeric) for place, text in enumerate(row))
                    for row in grid.rows
                ),
            ),
        }
        for grid in part.grids
    ]
    return {"lines": lines, "grids": grids}


def _alike_table(others: list[Alike]) -> Table:
    rows = [
        (
            Cell(one.application.title, href=reverse("calls:application", args=[one.application.pk])),
            Cell(one.application.organisation.name),
            Cell(one.application.year, numeric=True),
            Cell(percent(one.share, 0), numeric=True),
        )
        for one in others
    ]
    heads = (Head(_("申报")), Head(_("申报单位")), Head(_("年度"), numeric=True), Head(_("文字相近"), numeric=True))
    return Table(heads, tuple(rows))


def _files(case: Application, files: list[Evidence]) -> Table:
    rows = [
        (
            Cell(named(each.attachment, each.title), href=reverse("calls:evidence", args=[case.pk, each.pk])),
            Cell(each.get_kind_display()),
        )
        for each in files
    ]
    return Table((Head(_("名称")), Head(_("种类"))), tuple(rows))


def _timeline(case: Application, *, is_inside: bool) -> Iterator[Happening]:
    """Yield what happened, newest first; points and opinions of a review are not told outside before the end."""
    is_told = is_inside or process_of(case.process_version_id).state(case.state).final
    submissions = {one.number: one for one in Submission.objects.filter(application=case)}
    for happened in reversed(reading.history(case)):
        move = happened.move
        who = f"{move.actor} {move.office}".strip()
        if move.on_behalf_of:
            who = _("%(who)s（代 %(owner)s 办理）") % {"who": who, "owner": move.on_behalf_of}
        is_sealed = not is_told and "points" in happened.stated
        stated = [
            f"{STATED[name]}：{_said(value)}" for name, value in happened.stated.items() if name in STATED and value
        ]
        text = "" if is_sealed else "\n".join(filter(None, [move.reason, *stated]))
        title = _("%(step)s（会签）") % {"step": move.label} if move.partial else move.label
        yield Happening(at=move.taken_at, title=title, who=who, text=text)
    if not submissions:
        yield Happening(at=case.started_at, title=_("开始填报"), who=str(case.started_by))


def _said(value: Any) -> str:
    if isinstance(value, dict):
        return _("%(count)d 项") % {"count": len(value)}
    if isinstance(value, bool):
        return _("是") if value else _("否")
    return str(value)
