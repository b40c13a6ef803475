"""Pages of the expert base."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from kechuang.directory.models import Organisation
from kechuang.kernel.calendar_days import calendar
from kechuang.kernel.moves import steps_open
from kechuang.kernel.processes import state_label
from kechuang.kernel.web import Request
from kechuang.review import access, subjects
from kechuang.review.forms import ExpertForm, IntegrityForm, ReasonForm, RelationForm
from kechuang.review.loading import expert_base_rules
from kechuang.review.models import Expert, ExpertField
from kechuang.review.resource import EXPERT_BASE
from kechuang.review.selectors.drawable import experts_with_standing, last_seats, obstacles
from kechuang.review.services import experts as services
from kechuang.review.views.asking import form_answer, may_step, seen, sent, timeline_of, told
from kechuang.ui.formats import yuan
from kechuang.ui.lists import resource_list
from kechuang.ui.parts import Action, Crumb, Fact, Section
from kechuang.ui.tables import Cell, Head, Table


@login_required
def expert_list(request: Request) -> HttpResponse:
    """List the experts the person may see."""

    def extra(_listing: object) -> dict[str, Any]:
        may = access.EXPERTS.may_any(request.actor, "add")
        return {"actions": [Action(_("填报专家"), reverse("review:expert_add"), primary=True)] if may else []}

    return resource_list(request, EXPERT_BASE, extra=extra)


def publicity(request: Request) -> HttpResponse:
    """Show the public who is about to enter the base: name, unit, title, until when one may object."""
    rows = access.EXPERTS.visible(Expert.objects.select_related("organisation"), request.actor, "announce")
    days, known = expert_base_rules().publicity_days, calendar()
    lines = tuple(
        (
            Cell(expert.name),
            Cell(expert.organisation.name),
            Cell(expert.get_title_display()),
            Cell(expert.publicity_from),
            Cell(known.add(expert.publicity_from, days) if expert.publicity_from else ""),
        )
        for expert in rows.order_by("name_key", "pk")
    )
    heads = (Head(_("姓名")), Head(_("单位")), Head(_("职称")), Head(_("公示起")), Head(_("公示至")))
    context = {
        "heading": _("拟入库专家公示"),
        "lead": _("公示期内有异议的，请实名向主管部门书面提出。"),
        "table": Table(heads, lines, empty=_("现在没有公示中的专家。")),
    }
    return render(request, "review/table.html", context)


@login_required
def expert_add(request: Request) -> HttpResponse:
    """Begin an entry."""
    if not access.EXPERTS.may_any(request.actor, "add"):
        raise Http404
    form = ExpertForm(sent(request), initial=_own_unit(request))
    begun: list[Expert] = []

    def enter(values: dict[str, Any]) -> None:
        begun.append(services.expert_enter(actor=request.actor, **values))

    answer = form_answer(
        request,
        form,
        enter,
        done=_("已保存；核对后请提交单位审核。"),
        back=reverse("review:experts"),
        heading=_("填报专家"),
        lead=_("由单位审核、县区推荐、主管部门核实并公示后入库。"),
        submit_label=_("保存"),
        crumbs=[Crumb(_("专家库"), reverse("review:experts")), Crumb(_("填报专家"))],
    )
    return redirect("review:expert", begun[0].number) if begun else answer


@login_required
def expert_page(request: Request, number: str) -> HttpResponse:
    """Show one expert: entry, fields, units, relations, conduct, work."""
    expert = _seen(request, number)
    steps = steps_open(expert, access=access.EXPERTS, actor=request.actor)
    return render(
        request,
        "ui/detail.html",
        {
            "heading": expert.name,
            "number": expert.number,
            "state": "done" if expert.state == "active" else "doing",
            "state_word": state_label(expert.process_version_id, expert.state),
            "crumbs": [Crumb(_("专家库"), reverse("review:experts")), Crumb(expert.name)],
            "actions": _actions(request, expert, [(step.name, step.label) for step in steps]),
            "sections": _sections(expert, request),
            "timeline": timeline_of(expert),
        },
    )


@login_required
def expert_edit(request: Request, number: str) -> HttpResponse:
    """Change an entry that is being filled in."""
    expert = _seen(request, number, "edit")
    if expert.state != "filled":
        raise Http404
    form = ExpertForm(sent(request), initial=_initial(expert))
    return form_answer(
        request,
        form,
        lambda values: services.expert_edit(expert=expert, actor=request.actor, **values),
        done=_("已保存。"),
        back=_page(expert),
        heading=_("修改专家信息"),
        number=expert.number,
        crumbs=_crumbs(expert, _("修改")),
    )


@login_required
def expert_step(request: Request, number: str, step: str) -> HttpResponse:
    """Take a step of an entry."""
    expert = _seen(request, number)
    taken = may_step(request, access.EXPERTS, expert, step)
    return form_answer(
        request,
        ReasonForm(sent(request), step=taken),
        lambda values: services.expert_move(expert=expert, step=step, actor=request.actor, **values),
        done=told(taken.label),
        back=_page(expert),
        heading=taken.label,
        number=expert.number,
        submit_label=taken.label,
        consequence=_("出库后不再参加抽取；已有的评审记录保留。") if step == "remove" else "",
        crumbs=_crumbs(expert, str(taken.label)),
    )


@login_required
def expert_confirm(request: Request, number: str) -> HttpResponse:
    """Confirm once a year that everything still holds."""
    expert = _seen(request, number, "confirm")
    return form_answer(
        request,
        ReasonForm(sent(request)),
        lambda _values: services.expert_confirm(expert=expert, actor=request.actor),
        done=_("年度确认已办理。"),
        back=_page(expert),
        heading=_("年度确认"),
        lead=_("确认单位、领域、联系方式和关系申报都仍属实；有变化请先办理“变更信息”。"),
        submit_label=_("确认属实"),
        crumbs=_crumbs(expert, _("年度确认")),
    )


@login_required
def relation_add(request: Request, number: str) -> HttpResponse:
    """Declare a tie of an expert."""
    expert = _seen(request, number)
    if not any(access.EXPERTS.may(request.actor, action, expert) for action in ("edit", "observe")):
        raise Http404
    return form_answer(
        request,
        RelationForm(sent(request)),
        lambda values: services.relation_declare(expert=expert, actor=request.actor, **values),
        done=_("关系已登记，即刻用于回避。"),
        back=_page(expert),
        heading=_("登记关系"),
        number=expert.number,
        crumbs=_crumbs(expert, _("登记关系")),
    )


@login_required
def integrity_add(request: Request, number: str) -> HttpResponse:
    """Put a finding on record."""
    expert = _seen(request, number, "observe")
    return form_answer(
        request,
        IntegrityForm(sent(request)),
        lambda values: services.integrity_record(expert=expert, actor=request.actor, **values),
        done=_("诚信记录已登记，期内不参加抽取。"),
        back=_page(expert),
        heading=_("登记诚信记录"),
        number=expert.number,
        crumbs=_crumbs(expert, _("登记诚信记录")),
    )


def _seen(request: Request, number: str, action: str = "view") -> Expert:
    rows = Expert.objects.filter(number=number).select_related("organisation", "department", "user")
    found: Expert = seen(request, access.EXPERTS, rows, action)
    return found


def _page(expert: Expert) -> str:
    return reverse("review:expert", args=[expert.number])


def _crumbs(expert: Expert, last: str) -> list[Crumb]:
    return [Crumb(_("专家库"), reverse("review:experts")), Crumb(expert.name, _page(expert)), Crumb(last)]


def _own_unit(request: Request) -> dict[str, Any]:
    keys = [office.organisation_id for office in request.actor.offices if office.organisation_id]
    return {"organisation": Organisation.objects.filter(pk__in=keys).first()} if keys else {}


def _initial(expert: Expert) -> dict[str, Any]:
    lines: dict[str, list[str]] = {"discipline": [], "industry": []}
    words = dict(ExpertField.Strength.choices)
    for row in expert.fields.order_by("-main", "code"):
        lines[row.tree].append(f"{row.code} {words[row.stated]}")
    own = {name: getattr(expert, name) for name in ("name", "born_on", "title", "degree", "post", "mobile", "email")}
    return {
        **own,
        "organisation": expert.organisation,
        "disciplines": "\n".join(lines["discipline"]),
        "industries": "\n".join(lines["industry"]),
    }


def _actions(request: Request, expert: Expert, steps: list[tuple[str, Any]]) -> list[Action]:
    forward = {"submit", "endorse", "recommend", "accept", "admit"}
    found = [
        Action(
            label,
            reverse("review:expert_step", args=[expert.number, name]),
            primary=name in forward,
            danger=name == "remove",
        )
        for name, label in steps
    ]
    may = {action for action in ("edit", "confirm", "observe") if access.EXPERTS.may(request.actor, action, expert)}
    if "edit" in may and expert.state == "filled":
        found.append(Action(_("修改"), reverse("review:expert_edit", args=[expert.number])))
    if "confirm" in may and expert.state == "active":
        found.append(Action(_("年度确认"), reverse("review:expert_confirm", args=[expert.number])))
    if may & {"edit", "observe"}:
        found.append(Action(_("登记关系"), reverse("review:relation_add", args=[expert.number])))
    if "observe" in may:
        found.append(Action(_("登记诚信记录"), reverse("review:integrity_add", args=[expert.number])))
    return found


def _sections(expert: Expert, request: Request) -> list[Section]:
    today = request.actor.today
    standing = experts_with_standing(on=today).filter(pk=expert.pk).first()
    why = obstacles(standing, expert_base_rules(), on=today) if standing else [_("已出库")]
    facts = (
        Fact(_("所在单位"), expert.organisation.name),
        Fact(_("职称"), expert.get_title_display()),
        Fact(_("职务"), expert.post),
        Fact(_("学位"), expert.degree),
        Fact(_("联系方式"), f"{expert.mobile} {expert.email}".strip()),
        Fact(_("能否抽取"), _("可以抽取") if not why else "；".join(why)),
        Fact(_("核实日期"), expert.verified_on),
        Fact(_("年度确认"), expert.confirmed_on),
    )
    return [
        Section("facts", _("基本信息"), facts=facts),
        Section("fields", _("领域"), table=_fields(expert)),
        Section("posts", _("任职"), table=_posts(expert)),
        Section("ties", _("关系"), table=_ties(expert)),
        Section("work", _("履职"), table=_work(expert)),
    ]


def _fields(expert: Expert) -> Table:
    words = dict(ExpertField.Strength.choices)
    rows = tuple(
        (
            Cell(subjects.said(row.code, row.tree)),
            Cell(row.get_tree_display()),
            Cell(_("主") if row.main else ""),
            Cell(words[row.stated]),
            Cell(words[row.observed] if row.observed else _("尚无")),
        )
        for row in expert.fields.order_by("tree", "-main", "code")
    )
    return Table((Head(_("代码")), Head(_("体系")), Head(""), Head(_("自评")), Head(_("实评"))), rows)


def _posts(expert: Expert) -> Table:
    rows = tuple(
        (
            Cell(row.organisation.name if row.organisation else row.unit_name),
            Cell(row.get_kind_display()),
            Cell(row.start),
            Cell(row.end or _("至今")),
            Cell(_("已核实") if row.verified else _("未核实")),
        )
        for row in expert.affiliations.select_related("organisation")
    )
    return Table((Head(_("单位")), Head(_("性质")), Head(_("起")), Head(_("止")), Head(_("核实"))), rows)


def _ties(expert: Expert) -> Table:
    rows = tuple(
        (
            Cell(row.get_kind_display()),
            Cell(row.other or row.person or row.organisation),
            Cell(row.get_source_display()),
            Cell(row.end or _("至今")),
            Cell(_("已核实") if row.verified else _("未核实，按存在计")),
        )
        for row in expert.relations.select_related("other", "organisation")
    )
    heads = (Head(_("关系")), Head(_("对方")), Head(_("来源")), Head(_("止")), Head(_("核实")))
    return Table(heads, rows, empty=_("没有登记的关系。"))


def _work(expert: Expert) -> Table:
    marks = dict(expert.marks.values_list("round_id", "points"))
    fees = {fee.round_id: f"{yuan(fee.amount_fen)} {fee.get_state_display()}" for fee in expert.fees.all()}
    rows = tuple(
        (
            Cell(seat.round.title),
            Cell(state_label(seat.seat.process_version_id, seat.seat.state)),
            Cell(seat.seat.answered_at or ""),
            Cell(marks.get(seat.round_id, _("尚无"))),
            Cell(fees.get(seat.round_id, "")),
        )
        for seat in last_seats(expert)[:20]
    )
    heads = (Head(_("轮次")), Head(_("状态")), Head(_("答复时间")), Head(_("履职评价")), Head(_("专家费")))
    return Table(heads, rows, empty=_("还没有参加过评审。"))
