"""Inviting experts, their answers, and alternates who move up."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from kechuang.directory.models import Office
from kechuang.kernel.access import Actor
from kechuang.kernel.errors import NotAllowed, Refused
from kechuang.kernel.moves import take
from kechuang.review import access, couriers
from kechuang.review.models import Invitation, Round, Seat, Wish
from kechuang.review.services.draws import nothing_signed
from kechuang.ui.formats import moment

CODE_MINUTES = 10
ATTEMPTS_MOST = 5
PAUSE = timedelta(minutes=1)
ANSWERING = ("invited", "accepted")


def _free(seat: Seat) -> str | None:
    substitute = Seat.objects.filter(replaces=seat).exclude(state="released").first()
    if substitute is not None and substitute.state == "accepted":
        return _("候补专家已接受邀请，不能再撤销谢绝。")
    return None


GUARDS = {"nothing_signed": nothing_signed, "seat_free": _free}


@dataclass(frozen=True, slots=True)
class Invited:
    """A link's token, which is kept nowhere, and whether it is on its way to the expert."""

    token: str
    sent: bool


@transaction.atomic
def seat_invite(*, seat: Seat, actor: Actor) -> Invited:
    """Invite who sits in ``seat`` by a link."""
    take(seat, "invite", access=access.SEATS, actor=actor, guards=GUARDS)
    return _invitation(seat)


@transaction.atomic
def round_invite(*, round_: Round, actor: Actor) -> dict[str, Invited]:
    """Invite every member who has not been asked yet; return the invitations by seat code."""
    access.ROUNDS.require(actor, "prepare", round_)
    waiting = round_.seats.filter(part=Seat.Part.MEMBER, state="drawn").order_by("order")
    return {seat.code: seat_invite(seat=seat, actor=actor) for seat in waiting}


@transaction.atomic
def invitation_renew(*, seat: Seat, actor: Actor) -> Invited:
    """Make and send a new link for an invited expert; the old one is dead."""
    access.SEATS.require(actor, "invite", seat)
    if seat.state not in ANSWERING:
        raise Refused(_("只有已邀请的席位可以重发链接。"))
    return _invitation(seat)


def invitation_by(token: str) -> Invitation | None:
    """Return the invitation of a link, ``None`` for a dead or invented one."""
    rows = Invitation.objects.filter(token_digest=_digest("token", token))
    return rows.select_related("seat__round", "seat__identity__expert__user").first()


@transaction.atomic
def code_send(*, invitation: Invitation) -> bool:
    """Send a new one-time code (验证码); tell whether it could be sent. The one before is dead.

    Raises ``Refused`` within ``PAUSE`` of the last one: a link must not flood a telephone.
    """
    now = timezone.now()
    if invitation.code_expires_at and invitation.code_expires_at - timedelta(minutes=CODE_MINUTES) + PAUSE > now:
        raise Refused(_("验证码刚刚发出，请一分钟后再获取。"))
    code = f"{secrets.randbelow(10**6):06d}"
    invitation.code_digest = _digest("code", f"{invitation.pk}:{code}")
    invitation.code_expires_at = now + timedelta(minutes=CODE_MINUTES)
    invitation.attempts = 0
    invitation.save(update_fields=["code_digest", "code_expires_at", "attempts"])
    expert = invitation.seat.identity.expert
    text = _("评审验证码 %(code)s，%(minutes)s 分钟内有效，请勿转告他人。") % {"code": code, "minutes": CODE_MINUTES}
    return couriers.deliver(expert, _("评审验证码"), text)


def code_check(*, invitation: Invitation, code: str) -> None:
    """Use up the one-time code; raises ``Refused`` with what to do. Wrong tries are counted even so."""
    with transaction.atomic():
        locked = Invitation.objects.select_for_update().get(pk=invitation.pk)
        refusal = _code_fault(locked, code.strip())
        if refusal is None:
            locked.code_digest = ""
        else:
            locked.attempts += 1
        locked.save(update_fields=["code_digest", "attempts"])
    if refusal is not None:
        raise Refused(refusal, field="code")


@transaction.atomic
def seat_accept(*, seat: Seat, actor: Actor, pledged: bool) -> Seat:
    """Accept with the pledge (承诺书) to judge fairly and keep silent."""
    if not pledged:
        raise Refused(_("接受邀请须勾选公正评审和保密承诺。"), field="pledged")
    now = timezone.now()
    take(
        seat, "accept", access=access.SEATS, actor=actor, guards=GUARDS, values={"answered_at": now, "pledged_at": now}
    )
    return seat


@transaction.atomic
def seat_decline(*, seat: Seat, actor: Actor, reason: str) -> Seat | None:
    """Decline with a reason; return the alternate who moved up, if there was one."""
    was = seat.state
    take(
        seat,
        "decline",
        access=access.SEATS,
        actor=actor,
        guards=GUARDS,
        reason=reason,
        values={"answered_at": timezone.now()},
    )
    if was == "accepted":
        _hand_back(seat)
    return _promote(seat)


@transaction.atomic
def seat_undo(*, seat: Seat, actor: Actor) -> Seat:
    """Take a decline back: the invitation stands again, an alternate who has not accepted steps back."""
    take(seat, "undo", access=access.SEATS, actor=actor, guards=GUARDS)
    substitute = Seat.objects.filter(replaces=seat).exclude(state="released").first()
    if substitute is not None:
        substitute.part = Seat.Part.ALTERNATE
        substitute.replaces = None
        substitute.save(update_fields=["part", "replaces"])
    return seat


@transaction.atomic
def seat_release(*, seat: Seat, actor: Actor, reason: str) -> Seat | None:
    """Take an expert off the panel with a reason; return the alternate who moved up."""
    take(seat, "release", access=access.SEATS, actor=actor, guards=GUARDS, reason=reason)
    _hand_back(seat)
    return _promote(seat)


@transaction.atomic
def wishes_state(*, seat: Seat, wanted: Mapping[int, int], actor: Actor) -> None:
    """Say of each proposal (by key): gladly (1), rather not (-1) or nothing (0)."""
    access.SEATS.require(actor, "wish", seat)
    if set(wanted) - set(seat.round.proposals.values_list("pk", flat=True)):
        raise NotAllowed(_("有的材料不属于本轮评审。"))
    Wish.objects.filter(seat=seat).delete()
    Wish.objects.bulk_create(
        [Wish(seat=seat, proposal_id=key, wanted=1 if value > 0 else -1) for key, value in wanted.items() if value]
    )


def may_sign_in_by_link(user_id: int) -> bool:
    """Tell whether a person is an expert and nothing else: only they may sign in by link and code."""
    user = get_user_model().objects.filter(pk=user_id, is_active=True).first()
    roles = set(Office.objects.filter(user=user, end=None).values_list("role", flat=True))
    return user is not None and roles == {"expert"}


def _invitation(seat: Seat) -> Invited:
    token = secrets.token_urlsafe(32)
    Invitation.objects.update_or_create(
        seat=seat,
        defaults={"token_digest": _digest("token", token), "code_digest": "", "attempts": 0, "code_expires_at": None},
    )
    return Invited(token, sent=not seat.round.is_sample and _link_send(seat, token))


def _link_send(seat: Seat, token: str) -> bool:
    """Send the link; what it is about is said, nobody's name and no applicant."""
    round_ = seat.round
    lines = [
        _("您被随机抽取为“%(title)s”的评审专家（%(kind)s）。")
        % {"title": round_.title, "kind": round_.get_kind_display()},
        _("评分截止：%(at)s") % {"at": moment(round_.deadline_at)} if round_.deadline_at else "",
        _("地点：%(place)s") % {"place": round_.place} if round_.place else "",
        _("请打开下面的链接，用验证码确认本人后接受或谢绝。链接请勿转发。"),
        f"{settings.KECHUANG_ADDRESS}{reverse('review:invitation', args=[token])}",
    ]
    return couriers.deliver(seat.identity.expert, _("评审邀请"), "\n".join(line for line in lines if line))


def _code_fault(invitation: Invitation, code: str) -> str | None:
    if not invitation.code_digest or invitation.code_expires_at is None:
        return _("请先获取验证码。")
    if invitation.attempts >= ATTEMPTS_MOST:
        return _("验证码已连续输错 %(most)s 次，请重新获取。") % {"most": ATTEMPTS_MOST}
    if timezone.now() > invitation.code_expires_at:
        return _("验证码已过期，请重新获取。")
    if not constant_time_compare(invitation.code_digest, _digest("code", f"{invitation.pk}:{code}")):
        return _("验证码不对，请核对后再输。")
    return None


def _promote(seat: Seat) -> Seat | None:
    """Let the first alternate of the same stratum move up; the secretary invites."""
    waiting = Seat.objects.select_for_update().filter(
        round=seat.round_id, stratum=seat.stratum, part=Seat.Part.ALTERNATE, state="drawn"
    )
    following = waiting.order_by("order").first()
    if following is None:
        return None
    following.part = Seat.Part.MEMBER
    following.replaces = seat
    following.save(update_fields=["part", "replaces"])
    return following


def _hand_back(seat: Seat) -> None:
    """Take unsigned readings away from a seat that is given up; the proposals want another reader."""
    for pair in seat.pairs.filter(sheet__state="draft").select_related("sheet"):
        pair.sheet.delete()
        pair.delete()


def _digest(kind: str, text: str) -> str:
    return salted_hmac(f"review.{kind}", text, algorithm="sha256").hexdigest()
