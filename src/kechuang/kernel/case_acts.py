"""What people do about cases without moving them: hand over, remind, copy, supervise.

Each act is recorded with who, why and when; hand-overs and reminders can be taken back for
some minutes, all of one press together.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import cast
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.kernel import events, inbox
from kechuang.kernel.access import Actor
from kechuang.kernel.cases import cases_keep
from kechuang.kernel.desks import desk_of
from kechuang.kernel.errors import NotAllowed, Refused
from kechuang.kernel.models import Case, CaseAct, CaseCopy, CaseDesk, CaseHand, CaseWatch

UNDO = timedelta(minutes=5)
SUPERVISORS = inbox.SUPERVISORS


def may_assign(actor: Actor, case: Case) -> bool:
    """Tell whether ``case`` lies on a desk of ``actor``, who may then hand it to a colleague at the same desk."""
    return CaseDesk.objects.filter(inbox.on_desk(actor), case=case).exists()


def may_remind(actor: Actor, case: Case) -> bool:
    """Tell whether ``actor`` may remind whoever has ``case``: who began it, handed it on, or supervises."""
    concerned = case.started_by_id == actor.user_id or actor.holds(*SUPERVISORS)
    return concerned or CaseHand.objects.filter(case=case, person=actor.user_id).exists()


@transaction.atomic
def case_assign(*, case: Case, to: Actor, actor: Actor, reason: str, batch: UUID) -> CaseAct:
    """Hand ``case`` to ``to`` (移交、分办), a colleague who sits at the same desk, for ``reason``."""
    locked = _locked(case, actor)
    if locked.closed:
        raise Refused(_("该办件已办结，不能移交。"))
    if not may_assign(actor, locked):
        raise NotAllowed(_("该办件不在您的案头，不能移交。"))
    if to.user_id is None or to.user_id == locked.holder_id:
        raise Refused(_("该办件已在此人名下。"), field="to")
    shared = CaseDesk.objects.filter(inbox.on_desk(actor), case=locked).filter(inbox.on_desk(to))
    if not shared.exists():
        raise Refused(_("只能移交给与您同一岗位、同一范围的同事。"), field="to")
    act = _act(locked, CaseAct.Kind.ASSIGN, actor, batch, to=to.user_id, reason=reason)
    _follow(locked)
    events.publish("case.assigned", act)
    return act


@transaction.atomic
def case_remind(*, case: Case, actor: Actor, batch: UUID, reason: str = "") -> CaseAct:
    """Remind whoever has ``case`` (催办); once a day is enough."""
    locked = _locked(case, actor)
    if locked.closed:
        raise Refused(_("该办件已办结，无需催办。"))
    if not may_remind(actor, locked):
        raise NotAllowed(_("只有发起人、经手人和督办岗位可以催办。"))
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    told = CaseAct.objects.filter(case=locked, kind=CaseAct.Kind.REMIND, actor=actor.user_id, undone_at=None)
    if told.filter(at__gte=today).exists():
        raise Refused(_("您今天已催办过该办件，一天一次即可。"))
    act = _act(locked, CaseAct.Kind.REMIND, actor, batch, to=locked.holder_id, reason=reason)
    events.publish("case.reminded", act)
    return act


@transaction.atomic
def acts_undo(*, batch: UUID, actor: Actor) -> int:
    """Take back what ``actor`` did with one press, within ``UNDO``; return how many cases (件).

    A case that has moved on in the meantime stays where it went.
    """
    acts = CaseAct.objects.select_for_update(of=("self",)).filter(batch=batch, actor=actor.user_id, undone_at=None)
    found = list(acts.select_related("case").order_by("pk"))
    if not found:
        raise Refused(_("没有可以撤销的操作，或已经撤销。"))
    now = timezone.now()
    if now - found[0].at > UNDO:
        raise Refused(_("已超过 5 分钟，不能撤销；移交错了的，请接办人移交回来。"))
    CaseAct.objects.filter(pk__in=[act.pk for act in found]).update(undone_at=now)
    for act in found:
        if act.kind == CaseAct.Kind.ASSIGN:
            _follow(act.case)
        act.undone_at = now
        events.publish("case.act_undone", act)
    return len(found)


@transaction.atomic
def case_copy(*, case: Case, to: Actor, actor: Actor, words: str = "") -> CaseCopy:
    """Keep ``to`` informed of ``case`` (抄送); nobody is shown what their offices deny."""
    locked = _locked(case, actor)
    if to.user_id is None or not inbox.may_open(to, locked):
        raise Refused(_("对方的岗位看不到该办件，不能抄送。"), field="to")
    copy, is_new = CaseCopy.objects.get_or_create(
        case=locked, person_id=to.user_id, defaults={"by_id": cast("int", actor.user_id), "words": words.strip()}
    )
    if not is_new:
        raise Refused(_("已抄送过此人。"), field="to")
    events.publish("case.copied", copy)
    return copy


@transaction.atomic
def case_supervise(*, case: Case, actor: Actor, words: str, until: date) -> CaseWatch:
    """Put ``case`` under supervision (督办) with what is demanded and until when."""
    locked = _locked(case, actor)
    office = next((one for one in actor.offices if one.role in SUPERVISORS), None)
    if office is None:
        raise NotAllowed(_("督办由联席会议办公室、部门负责人或市领导提出。"))
    if locked.closed:
        raise Refused(_("该办件已办结，不能督办。"))
    if not words.strip():
        raise Refused(_("请写明督办要求。"), field="words")
    if until < actor.today:
        raise Refused(_("要求办结的日期不能早于今天。"), field="until")
    if CaseWatch.objects.filter(case=locked, ended_at=None).exists():
        raise Refused(_("该办件正在督办；须先解除原有的督办。"))
    watch = CaseWatch.objects.create(
        case=locked, by_id=cast("int", actor.user_id), office=office.label, words=words.strip(), until=until
    )
    events.publish("case.supervised", watch)
    return watch


@transaction.atomic
def case_release(*, watch: CaseWatch, actor: Actor) -> CaseWatch:
    """End a supervision; only who demanded it, or the joint-conference office."""
    locked = CaseWatch.objects.select_for_update(of=("self",)).get(pk=watch.pk)
    if locked.by_id != actor.user_id and not actor.holds("conference_office"):
        raise NotAllowed(_("督办由提出人或联席会议办公室解除。"))
    if locked.ended_at is not None:
        raise Refused(_("该督办已经解除。"))
    locked.ended_at = timezone.now()
    locked.save(update_fields=["ended_at"])
    return locked


def _locked(case: Case, actor: Actor) -> Case:
    """Lock the case; whoever may not open its object is told nothing more."""
    locked = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    if actor.user_id is None or not inbox.may_open(actor, locked):
        raise NotAllowed(_("您的岗位看不到该办件。"))
    return locked


def _act(case: Case, kind: CaseAct.Kind, actor: Actor, batch: UUID, *, to: int | None, reason: str) -> CaseAct:
    if kind == CaseAct.Kind.ASSIGN and not reason.strip():
        raise Refused(_("请写明移交理由。"), field="reason")
    return CaseAct.objects.create(
        case=case, kind=kind, actor_id=cast("int", actor.user_id), to_id=to, reason=reason.strip(), batch=batch
    )


def _follow(case: Case) -> None:
    desk = desk_of(case.content_type_id)
    if desk is not None:
        cases_keep(desk.model, [case.object_id])
