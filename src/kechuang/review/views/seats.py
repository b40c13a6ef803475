"""Pages of seats: the secretary's list, and the expert's answer by link and one-time code."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from kechuang.directory.selectors import actor_for
from kechuang.kernel.errors import Refused
from kechuang.kernel.processes import state_label
from kechuang.kernel.web import Request
from kechuang.review import access, couriers, subjects
from kechuang.review.forms import AcceptForm, CodeForm, ReasonForm, ServedForm, WishForm
from kechuang.review.models import FeeLine, Invitation, QualityMark, Seat, SeatIdentity
from kechuang.review.sealing import sealed
from kechuang.review.selectors.sheets import wish_titles, wishes_of
from kechuang.review.services import experts
from kechuang.review.services import seats as services
from kechuang.review.views.asking import form_answer, may_step, round_seen, seen, sent, told
from kechuang.review.views.rounds import crumbs_of
from kechuang.ui.acts import carried_out
from kechuang.ui.parts import Action, Fact
from kechuang.ui.tables import Cell, Head, Table

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
PROVED = "review_invitation"


@login_required
def seat_list(request: Request, number: str) -> HttpResponse:
    """List a round's seats; who sits there only for those who may know."""
    round_ = round_seen(request, number)
    rows = access.SEATS.visible(Seat.objects.filter(round=round_), request.actor).order_by("part", "order")
    sealed = access.SEAT_IDENTITIES.visible(SeatIdentity.objects.filter(round=round_), request.actor).select_related(
        "expert__organisation"
    )
    who = {row.seat_id: row.expert for row in sealed}
    table = Table(
        (Head(_("席位")), Head(_("专家")), Head(_("单位")), Head(_("门类")), Head(_("性质")), Head(_("状态"))),
        tuple(_seat_cells(seat, who.get(seat.pk)) for seat in rows),
        empty=_("还没有抽取专家。"),
    )
    organises = access.ROUNDS.may(request.actor, "prepare", round_)
    waiting = organises and round_.seats.filter(part="member", state="drawn").exists()
    context = {
        "heading": _("专家席位"),
        "number": number,
        "crumbs": crumbs_of(round_, _("专家席位")),
        "table": table,
        "sentence": _("评分只认席位代号；谁坐哪个席位只有评审秘书和审计员可见。"),
        "actions": [Action(_("邀请全部未邀请的"), reverse("review:invite", args=[number]), primary=True)]
        if waiting
        else [],
    }
    return render(request, "review/table.html", context)


@login_required
def invite(request: Request, number: str) -> HttpResponse:
    """Invite every member; the links are shown this once and sent where the expert can be reached."""
    round_ = round_seen(request, number, "prepare")
    form = ReasonForm(sent(request))
    made: dict[str, services.Invited] = {}
    if request.method == "POST" and carried_out(
        form, lambda _values: made.update(services.round_invite(round_=round_, actor=request.actor))
    ):
        heads = (Head(_("席位")), Head(_("链接")), Head(_("发送")))
        lines = tuple(
            (Cell(code), Cell(_address(request, one)), Cell(_("已发出") if one.sent else _("没有发出，请当面转交")))
            for code, one in made.items()
        )
        context = {
            "heading": _("邀请已发出"),
            "number": number,
            "crumbs": crumbs_of(round_, _("邀请")),
            "sentence": _("链接只显示这一次；专家还要用手机或邮箱收到的验证码才能答复。"),
            "table": Table(heads, lines),
        }
        return render(request, "review/table.html", context)
    del form.fields["reason"]
    words = {
        "form": form,
        "heading": _("邀请专家"),
        "lead": _("向全部未邀请的正式专家发出邀请链接。"),
        "submit_label": _("发出邀请"),
        "cancel_url": reverse("review:seats", args=[number]),
        "crumbs": crumbs_of(round_, _("邀请")),
    }
    return render(request, "ui/form_page.html", words)


@login_required
def seat_page(request: Request, key: int) -> HttpResponse:
    """Show one seat with what may be done about it."""
    seat = _seen(request, key)
    own = access.SEATS.may(request.actor, "wish", seat)
    open_steps = [s for s in ("invite", "accept", "decline", "undo", "release") if _open(request, seat, s)]
    words = {
        "invite": _("邀请"),
        "accept": _("接受邀请"),
        "decline": _("谢绝"),
        "undo": _("撤销谢绝"),
        "release": _("解除"),
    }
    actions = [
        Action(
            words[name],
            reverse("review:seat_step", args=[seat.pk, name]),
            primary=name in ("accept", "invite"),
            danger=name == "release",
        )
        for name in open_steps
    ]
    facts = [
        Fact(_("评审方式"), seat.round.get_kind_display()),
        Fact(_("性质"), seat.get_part_display()),
        Fact(_("评分截止"), seat.round.deadline_at),
        Fact(_("地点"), seat.round.place or _("网络")),
        Fact(_("最多评审"), _("%(n)s 份") % {"n": seat.max_load}),
        Fact(_("答复时间"), seat.answered_at or _("尚未答复")),
    ]
    if own and seat.state == "accepted" and seat.round.state == "drawn":
        actions.append(Action(_("评审意愿"), reverse("review:wishes", args=[seat.pk])))
    if seat.state in services.ANSWERING and access.SEATS.may(request.actor, "invite", seat):
        actions.append(Action(_("重发邀请链接"), reverse("review:seat_renew", args=[seat.pk])))
    if all(access.ROUNDS.may(request.actor, action, seat.round) for action in ("identify", "prepare")):
        actions.append(Action(_("履职评价与专家费"), reverse("review:seat_served", args=[seat.pk])))
    if own and seat.state == "accepted":
        actions.append(Action(_("去评审"), reverse("review:desk"), primary=True))
    context = {
        "heading": seat.round.title,
        "number": seat.code,
        "state": "done" if seat.state == "accepted" else "doing",
        "state_word": state_label(seat.process_version_id, seat.state),
        "actions": actions,
        "facts": facts,
    }
    return render(request, "review/facts.html", context)


@login_required
def seat_step(request: Request, key: int, step: str) -> HttpResponse:
    """Take a step of a seat."""
    seat = _seen(request, key)
    taken = may_step(request, access.SEATS, seat, step)
    back = reverse("review:seat", args=[key])
    words: dict[str, Any] = {"heading": taken.label, "number": seat.code, "submit_label": taken.label}
    given: dict[str, Any] = {"seat": seat, "actor": request.actor}
    if step == "accept":
        return form_answer(
            request,
            AcceptForm(sent(request)),
            lambda values: services.seat_accept(**given, **values),
            done=_("已接受邀请。"),
            back=back,
            **words,
        )
    acts: dict[str, Any] = {
        "decline": services.seat_decline,
        "release": services.seat_release,
        "undo": services.seat_undo,
        "invite": services.seat_invite,
    }
    made: list[Any] = []
    answer = form_answer(
        request,
        ReasonForm(sent(request), step=taken),
        lambda values: made.append(acts[step](**given, **values)),
        done=told(taken.label),
        back=back,
        **words,
    )
    if step == "invite" and made:
        _tell_link(request, made[0])
    return answer


@login_required
def seat_renew(request: Request, key: int) -> HttpResponse:
    """Send an invited expert a new link; the old one is dead."""
    seat = _seen(request, key)
    if seat.state not in services.ANSWERING or not access.SEATS.may(request.actor, "invite", seat):
        raise Http404
    form = ReasonForm(sent(request))
    del form.fields["reason"]
    made: list[services.Invited] = []
    answer = form_answer(
        request,
        form,
        lambda _values: made.append(services.invitation_renew(seat=seat, actor=request.actor)),
        done=_("已换新链接，原链接作废。"),
        back=reverse("review:seat", args=[key]),
        heading=_("重发邀请链接"),
        lead=_("专家丢失链接或换了联系方式时使用；原链接立即作废。"),
        number=seat.code,
        submit_label=_("重发"),
        crumbs=crumbs_of(seat.round, seat.code),
    )
    if made:
        _tell_link(request, made[0])
    return answer


@login_required
def seat_served(request: Request, key: int) -> HttpResponse:
    """Say how an expert served, and what is owed."""
    seat = _seen(request, key)
    round_ = seat.round
    if not all(access.ROUNDS.may(request.actor, action, round_) for action in ("identify", "prepare")):
        raise Http404
    expert = seat.identity.expert
    mark = QualityMark.objects.filter(expert=expert, round=round_).first()
    fee = FeeLine.objects.filter(expert=expert, round=round_).first()

    def act(values: dict[str, Any]) -> None:
        given: dict[str, Any] = {"expert": expert, "round_": round_, "actor": request.actor}
        experts.quality_mark(**given, points=values["points"], note=values["note"])
        if values["amount"] is not None:
            experts.fee_set(**given, amount_fen=int(values["amount"] * 100), state=values["state"])

    initial = {
        "points": mark.points if mark else 4,
        "note": mark.note if mark else "",
        "amount": Decimal(fee.amount_fen) / 100 if fee else None,
        "state": fee.state if fee else FeeLine.State.DUE,
    }
    return form_answer(
        request,
        ServedForm(sent(request), initial=initial),
        act,
        done=_("已登记。"),
        back=reverse("review:seat", args=[key]),
        heading=_("履职评价与专家费"),
        number=seat.code,
        crumbs=crumbs_of(round_, seat.code),
    )


@login_required
def wishes(request: Request, key: int) -> HttpResponse:
    """Let an expert say which blind titles would be read gladly, before they are assigned."""
    seat = _seen(request, key)
    if seat.state != "accepted" or seat.round.state != "drawn" or not access.SEATS.may(request.actor, "wish", seat):
        raise Http404
    with sealed(request.actor):
        form = WishForm(sent(request), titles=wish_titles(seat), initial=wishes_of(seat))
    return form_answer(
        request,
        form,
        lambda values: services.wishes_state(seat=seat, actor=request.actor, wanted=form.wanted()),
        done=_("意愿已保存，分派时会计入匹配分。"),
        back=reverse("review:seat", args=[key]),
        heading=_("评审意愿"),
        lead=_("只影响匹配分，不保证分到；只显示匿名题目。"),
        number=seat.code,
    )


def invitation(request: Request, token: str) -> HttpResponse:
    """Let an invited expert prove by a one-time code who asks, then answer."""
    found = _invitation(token)
    if request.session.get(PROVED) == found.pk:
        return _answering(request, found, token)
    form = CodeForm(request.POST if "code" in request.POST else None)
    if request.method == "POST" and "code" not in request.POST:
        _send(request, found)
        return redirect("review:invitation", token)
    if carried_out(form, lambda values: services.code_check(invitation=found, code=values["code"])):
        return _proved(request, found, token)
    context = {
        "heading": found.seat.round.title,
        "lead": _("评审邀请：%(kind)s") % {"kind": found.seat.round.get_kind_display()},
        "form": form,
        "sent": bool(found.code_digest),
    }
    return render(request, "review/invitation.html", context)


def invitation_answer(request: Request, token: str, step: str) -> HttpResponse:
    """Accept or decline by link, after the code."""
    found = _invitation(token)
    if request.session.get(PROVED) != found.pk or request.method != "POST":
        return redirect("review:invitation", token)
    seat = found.seat
    actor = actor_for(user=seat.identity.expert.user, on=request.actor.today)
    form = AcceptForm(request.POST) if step == "accept" else ReasonForm(request.POST, needed=True)
    act = services.seat_accept if step == "accept" else services.seat_decline
    if step not in ("accept", "decline"):
        raise Http404
    if carried_out(form, lambda values: act(seat=seat, actor=actor, **values)):
        messages.success(request, _("答复已登记，谢谢。"))
    else:
        for sentences in form.errors.values():
            messages.error(request, str(sentences[0]))
    return redirect("review:invitation", token)


def _send(request: Request, found: Invitation) -> None:
    try:
        reached = services.code_send(invitation=found)
    except Refused as refusal:
        messages.warning(request, str(refusal))
        return
    if reached:
        messages.success(request, _("验证码已发到您登记的手机或邮箱。"))
    elif couriers.is_on_paper_only():
        messages.warning(request, _("本系统还没有设置邮件或短信，验证码只写在服务器的运行日志里；请与系统管理员联系。"))
    else:
        messages.error(request, _("没有可用的联系方式；请与评审秘书联系。"))


def _answering(request: Request, found: Invitation, token: str) -> HttpResponse:
    seat = found.seat
    context = {
        "heading": seat.round.title,
        "lead": _("评审邀请：%(kind)s") % {"kind": seat.round.get_kind_display()},
        "proved": True,
        "seat": seat,
        "state_word": state_label(seat.process_version_id, seat.state),
        "accept": AcceptForm() if seat.state == "invited" else None,
        "decline": ReasonForm(needed=True) if seat.state in ("invited", "accepted") else None,
        "accept_url": reverse("review:invitation_answer", args=[token, "accept"]),
        "decline_url": reverse("review:invitation_answer", args=[token, "decline"]),
    }
    return render(request, "review/invitation.html", context)


def _proved(request: Request, found: Invitation, token: str) -> HttpResponse:
    """Remember the proof; who is an expert and nothing else is signed in by it."""
    user = found.seat.identity.expert.user
    if user is not None and services.may_sign_in_by_link(user.pk):
        login(request, user, backend=BACKEND)
    request.session[PROVED] = found.pk
    return redirect("review:invitation", token)


def _invitation(token: str) -> Invitation:
    found = services.invitation_by(token)
    if found is None or found.seat.state == "released":
        raise Http404
    return found


def _address(request: Request, invited: services.Invited) -> str:
    return request.build_absolute_uri(reverse("review:invitation", args=[invited.token]))


def _tell_link(request: Request, invited: services.Invited) -> None:
    words = {"link": _address(request, invited)}
    if invited.sent:
        messages.info(request, _("邀请链接已发出，只在这里再显示一次：%(link)s") % words)
    else:
        messages.warning(request, _("邀请链接没有发出去，请当面转交（只显示这一次）：%(link)s") % words)


def _seen(request: Request, key: int) -> Seat:
    found: Seat = seen(request, access.SEATS, Seat.objects.filter(pk=key).select_related("round"))
    return found


def _open(request: Request, seat: Seat, name: str) -> bool:
    try:
        may_step(request, access.SEATS, seat, name)
    except Http404:
        return False
    return True


def _seat_cells(seat: Seat, expert: Any) -> tuple[Cell, ...]:
    return (
        Cell(seat.code, href=reverse("review:seat", args=[seat.pk])),
        Cell(expert.name if expert else _("已密封")),
        Cell(expert.organisation.name if expert else ""),
        Cell(subjects.said(seat.stratum)),
        Cell(seat.get_part_display()),
        Cell(state_label(seat.process_version_id, seat.state)),
    )
