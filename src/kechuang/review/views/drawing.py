"""Pages of the draw: committing, carrying out, and the public page by which anyone checks it."""

from __future__ import annotations

import json
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from kechuang.kernel.web import Request
from kechuang.review import access, subjects
from kechuang.review.forms import DrawForm, QuotaForm, ReasonForm
from kechuang.review.models import Draw
from kechuang.review.services import draws as services
from kechuang.review.views.asking import form_answer, may_step, round_seen, seen, sent
from kechuang.review.views.rounds import crumbs_of, page_of
from kechuang.ui.parts import Crumb, Fact
from kechuang.ui.tables import Cell, Head, Table

SHOWN = 200


@login_required
def commit(request: Request, number: str) -> HttpResponse:
    """Settle quotas, freeze the pool, publish the hashes."""
    round_ = round_seen(request, number)
    may_step(request, access.ROUNDS, round_, "commit")
    form = QuotaForm(sent(request), suggested=services.quotas_suggested(round_))
    return form_answer(
        request,
        form,
        lambda _values: services.draw_commit(round_=round_, actor=request.actor, strata=form.strata()),
        done=_("名单已锁定，摘要已公布。"),
        back=page_of(round_),
        heading=_("锁定名单并公布种子摘要"),
        lead=_("锁定后专家池、回避名单和名额不再变动；系统产生种子并公布其摘要，抽取时才公开种子。"),
        number=number,
        submit_label=_("锁定并公布"),
        crumbs=crumbs_of(round_, _("锁定名单")),
    )


@login_required
def carry_out(request: Request, number: str) -> HttpResponse:
    """Draw."""
    round_ = round_seen(request, number)
    may_step(request, access.ROUNDS, round_, "draw")
    return form_answer(
        request,
        DrawForm(sent(request)),
        lambda values: services.draw_carry_out(round_=round_, actor=request.actor, **values),
        done=_("已抽取；请邀请专家。"),
        back=reverse("review:seats", args=[number]),
        heading=_("抽取专家"),
        lead=_("按已公布摘要的种子和锁定的名单抽取，结果任何人都能重抽核对。"),
        number=number,
        submit_label=_("抽取"),
        crumbs=crumbs_of(round_, _("抽取专家")),
    )


@login_required
def set_aside(request: Request, number: str) -> HttpResponse:
    """Set a commitment or a draw aside with a reason."""
    round_ = round_seen(request, number)
    may_step(request, access.ROUNDS, round_, "reset" if round_.state == "committed" else "redraw")
    return form_answer(
        request,
        ReasonForm(sent(request), needed=True),
        lambda values: services.draw_set_aside(round_=round_, actor=request.actor, **values),
        done=_("已作废，本轮回到筹备。"),
        back=page_of(round_),
        heading=_("作废并重新筹备"),
        consequence=_("这次抽取作废但永久留痕，公开页会写明理由；已产生的席位全部解除。"),
        number=number,
        submit_label=_("作废"),
        crumbs=crumbs_of(round_, _("作废")),
    )


def draw_list(request: Request) -> HttpResponse:
    """List every draw, for anybody."""
    rows = access.DRAWS_TABLE.visible(Draw.objects.select_related("round"), request.actor).order_by("-pk")[:SHOWN]
    lines = tuple(
        (
            Cell(draw.round.title, href=reverse("review:draw_public", args=[draw.pk])),
            Cell(draw.committed_at),
            Cell(_state(draw)),
            Cell(draw.commitment[:16] + "…"),
        )
        for draw in rows
    )
    heads = (Head(_("评审")), Head(_("摘要公布于")), Head(_("状态")), Head(_("种子摘要")))
    context = {
        "heading": _("抽取公开"),
        "lead": _("专家由事先公布摘要的种子随机抽取；评审结束后公开全部记录，任何人都能重抽核对。"),
        "table": Table(heads, lines, empty=_("还没有公布过抽取。")),
    }
    return render(request, "review/table.html", context)


def draw_public(request: Request, key: int) -> HttpResponse:
    """Show one draw and how anybody checks it."""
    draw = _seen(request, key)
    may_read = draw.protocol is not None and access.DRAWS_TABLE.may(request.actor, "protocol", draw)
    terms = draw.terms
    facts = [
        Fact(_("评审方式"), draw.round.get_kind_display()),
        Fact(_("状态"), _state(draw)),
        Fact(_("摘要公布于"), draw.committed_at),
        Fact(_("抽取于"), draw.drawn_at or _("尚未抽取")),
        Fact(_("专家池"), _("%(n)s 人") % {"n": len(terms["pool"])}),
        Fact(_("回避和排除"), _("%(n)s 人") % {"n": len(terms["exclusions"])}),
        Fact(_("种子摘要（SHA-256）"), draw.commitment, wide=True),
        Fact(_("名单摘要（SHA-256）"), draw.pool_hash, wide=True),
        Fact(_("公开随机数"), draw.public_value or _("未使用"), wide=True),
    ]
    if may_read:
        facts.append(Fact(_("种子"), draw.seed, wide=True))
    context = {
        "heading": draw.round.title,
        "lead": _("抽取记录"),
        "crumbs": [Crumb(_("抽取公开"), reverse("review:draws")), Crumb(draw.round.title)],
        "facts": facts,
        "draw": draw,
        "may_read": may_read,
        "protocol_url": reverse("review:protocol", args=[draw.pk]),
        "order": _order(draw) if may_read else None,
        "exclusions": _exclusions(draw) if may_read else None,
    }
    return render(request, "review/draw.html", context)


def protocol(request: Request, key: int) -> HttpResponse:
    """Hand out the protocol that ``kechuang review verify-draw`` reads."""
    draw: Draw = seen(request, access.DRAWS_TABLE, Draw.objects.filter(pk=key).select_related("round"), "protocol")
    if draw.protocol is None:
        raise Http404
    answer = HttpResponse(json.dumps(draw.protocol, ensure_ascii=False), content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="draw-{draw.round.number}-{draw.pk}.json"'
    return answer


def _seen(request: Request, key: int) -> Draw:
    found: Draw = seen(request, access.DRAWS_TABLE, Draw.objects.filter(pk=key).select_related("round"))
    return found


def _state(draw: Draw) -> str:
    if draw.void_reason:
        return _("已作废：%(why)s") % {"why": draw.void_reason}
    if draw.drawn_at is None:
        return _("已公布摘要，待抽取")
    return _("记录已公开") if draw.round.state == "decided" else _("已抽取，评审结束后公开记录")


def _order(draw: Draw) -> Table:
    words = {"member": _("正式"), "alternate": _("候补"), "passed": _("跳过")}
    rows: list[Any] = (draw.protocol or {}).get("order", [])
    lines = tuple(
        (Cell(row["id"]), Cell(subjects.said(row["stratum"])), Cell(words[row["role"]])) for row in rows[:SHOWN]
    )
    return Table((Head(_("专家编号")), Head(_("学科门类")), Head(_("结果"))), lines)


def _exclusions(draw: Draw) -> Table:
    lines = tuple((Cell(row["id"]), Cell(row["reason"])) for row in draw.terms["exclusions"][:SHOWN])
    return Table((Head(_("专家编号")), Head(_("理由"))), lines, empty=_("没有排除任何专家。"))
