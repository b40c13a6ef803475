"""Answering questions between two values (待核对)."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.facts import access
from kechuang.facts.choices import Status
from kechuang.facts.models import Fact, Question
from kechuang.facts.origins import origin_of
from kechuang.facts.services.locks import lock_subjects
from kechuang.facts.services.verifying import subject_of_fact
from kechuang.facts.subjects import organisation_of
from kechuang.facts.values import columns_of, in_memory, value_read
from kechuang.kernel import moves
from kechuang.kernel.access import Actor
from kechuang.kernel.errors import NotAllowed, Refused

HELD, OFFERED = "held", "offered"


@transaction.atomic
def question_answer(*, question: Question, choose: str = "", value: Any = None, actor: Actor, reason: str) -> Question:
    """Decide which value counts: ``choose`` is ``held`` or ``offered``, or ``value`` names a third one.

    The chosen value is verified by the answer; a third one stands as the audited value beside the held one. The
    value not chosen stays as history. Raises ``Refused`` at field choose, value or reason.
    """
    current = _locked(question)
    if {current.held.declared_by_id, current.offered.declared_by_id} == {actor.user_id}:
        raise NotAllowed(_("两个值都是您申报的，请由另一人核对。"))
    third = _third(current, choose, value)
    now = timezone.now()
    moves.take(
        current,
        "answer",
        access=access.QUESTIONS,
        actor=actor,
        reason=reason,
        values={"chosen": current.offered if choose == OFFERED else current.held},
    )
    if choose == OFFERED:
        _close(current.held, now)
        _sign(current.offered, actor, now, reason, {})
        # What others offered against the old value now stands against the new one.
        Question.objects.filter(held=current.held, state="open").update(held=current.offered)
    else:
        _close(current.offered, now)
        _sign(current.held, actor, now, reason, third)
    question.state, question.chosen = current.state, current.chosen
    return current


@transaction.atomic
def question_retract(*, question: Question, actor: Actor, reason: str = "") -> Question:
    """Take the offered value back; the one in force stays. Only the side that offered it may."""
    current = _locked(question)
    if not offered_by(question=current, actor=actor):
        raise NotAllowed(_("另一值由提出的一方撤回。"))
    moves.take(current, "retract", access=access.QUESTIONS, actor=actor, reason=reason)
    offered = current.offered
    offered.status, offered.until, offered.reason = Status.WITHDRAWN, timezone.now(), reason.strip()
    offered.save(update_fields=["status", "until", "reason"])
    question.state = current.state
    return current


def offered_by(*, question: Question, actor: Actor) -> bool:
    """Tell whether the other value comes from the actor's side, which alone takes it back."""
    if question.offered.declared_by_id == actor.user_id:
        return True
    organisation = organisation_of(subject_of_fact(question.held))
    return organisation is not None and origin_of(actor, organisation) == question.offered.origin


def _locked(question: Question) -> Question:
    """Lock the subject, then read the question with both facts as they stand."""
    subject = subject_of_fact(Fact.objects.get(pk=question.held_id))
    lock_subjects([subject])
    return Question.objects.select_related("held__metric", "offered__metric").get(pk=question.pk)


def _third(question: Question, choose: str, value: Any) -> dict[str, Any]:
    """Return the audited column of a third value; empty when one of the two is chosen."""
    metric = question.held.metric
    if choose in (HELD, OFFERED):
        return {}
    try:
        third = value_read(metric, value)
    except Refused as refusal:
        raise Refused(str(refusal), field="value") from None
    if third is None:
        raise Refused(_("请选择采用哪一个值，或填写核定值。"), field="choose")
    if third == in_memory(question.held.reported):
        return columns_of(metric, None, prefix="audited_")  # type: ignore[arg-type]
    return columns_of(metric, third, prefix="audited_")


def _close(fact: Fact, now: Any) -> None:
    fact.status, fact.until = Status.SUPERSEDED, now
    fact.save(update_fields=["status", "until"])


def _sign(fact: Fact, actor: Actor, now: Any, reason: str, columns: dict[str, Any]) -> None:
    for column, stored in columns.items():
        setattr(fact, column, stored)
    fact.status, fact.reason = Status.VERIFIED, reason.strip()
    fact.verified_by_id, fact.verified_at = actor.user_id, now
    fact.since = fact.since or now
    fact.save()
