"""Verification (核定) and withdrawal: the audited value beside the reported one, never instead of it."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any, cast

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.facts import access
from kechuang.facts.choices import IN_FORCE, Status
from kechuang.facts.models import Fact, Metric, Question
from kechuang.facts.services.locks import lock_subjects
from kechuang.facts.subjects import NAMES, Subject
from kechuang.facts.values import Value, columns_of, in_memory, value_read
from kechuang.kernel import events
from kechuang.kernel.access import Actor
from kechuang.kernel.errors import NotAllowed, Refused, Stale


def subject_of_fact(fact: Fact) -> Subject:
    """Return whose fact it is."""
    return Subject(NAMES[fact.subject_kind], fact.subject_id)


@transaction.atomic
def fact_verify(*, fact: Fact, audited: Any = None, actor: Actor, reason: str = "") -> Fact:
    """Verify a fact as it was reported, or at ``audited`` where the audit found another value (a reason is due).

    A fact verified before is verified anew as a row of its own, so that what counted until now stays on record.
    Nobody verifies what he declared himself. Raises ``Refused`` at field
    ``audited`` or ``reason``, ``NotAllowed``, ``Stale``.
    """
    current = _locked(fact)
    access.FACTS.require(actor, "verify", current)
    if current.declared_by_id == actor.user_id:
        raise NotAllowed(_("不能核定自己申报的数据，请由另一人核定。"))
    if current.status not in IN_FORCE:
        raise Stale(_("该数据已不是现值（已被取代、撤回或正待核对），不能核定。请刷新后核定现值。"))
    value = _audited(current.metric, audited)
    if value == in_memory(current.reported):
        value = None
    reason = reason.strip()
    if current.status == Status.VERIFIED and value == in_memory(current.audited):
        return current
    if not reason and (value is not None or current.status == Status.VERIFIED):
        raise Refused(_("核定值与申报值不同，或改变已核定的数据，须写明理由。"), field="reason")
    verified = _anew(current) if current.status == Status.VERIFIED else current
    _sign(verified, value, actor, reason)
    Question.objects.filter(held=current, state="open").update(held=verified)
    events.publish("fact.verified", verified)
    return verified


@dataclass(frozen=True, slots=True)
class Verdict:
    """One line of a bulk verification: a fact, and the audited value where it differs (else ``None`` or "")."""

    fact: Fact
    audited: Any = None


@transaction.atomic
def facts_verify(*, verdicts: Sequence[Verdict], actor: Actor, reason: str = "") -> list[Fact]:
    """Verify several facts, all or none; ``reason`` is that of every line whose audited value differs.

    What stands as it was declared is signed in one statement, however many lines there are. A refusal's field is
    ``audited_<key of the fact>``.
    """
    lock_subjects([subject_of_fact(verdict.fact) for verdict in verdicts])
    signed = _sign_as_declared([verdict.fact.pk for verdict in verdicts if verdict.audited in (None, "")], actor)
    verified = []
    for verdict in verdicts:
        if verdict.fact.pk in signed:
            verified.append(signed[verdict.fact.pk])
            continue
        try:
            verified.append(fact_verify(fact=verdict.fact, audited=verdict.audited, actor=actor, reason=reason))
        except Refused as refusal:
            if refusal.field == "audited":
                refusal.field = f"audited_{verdict.fact.pk}"
            raise
    return verified


@transaction.atomic
def fact_withdraw(*, fact: Fact, actor: Actor, reason: str) -> Fact:
    """Take a value back with a reason: nothing is known of that metric and year afterwards.

    The organisation withdraws what it declared itself while it is not verified; what is verified is withdrawn by
    the department.
    """
    current = _locked(fact)
    access.FACTS.require(actor, "withdraw", current)
    if current.status not in IN_FORCE:
        raise Stale(_("该数据已不是现值，无须撤回。请刷新页面。"))
    if current.status == Status.VERIFIED and not access.FACTS.may(actor, "verify", current):
        raise NotAllowed(_("已核定的数据由归口部门撤回；请提交新的值并说明，由归口部门核对。"))
    if not reason.strip():
        raise Refused(_("撤回数据须写明理由。"), field="reason")
    if Question.objects.filter(held=current, state="open").exists():
        raise Refused(_("该数据正待核对，请先答复或撤回核对事项。"))
    current.status, current.until, current.reason = Status.WITHDRAWN, timezone.now(), reason.strip()
    current.save(update_fields=["status", "until", "reason"])
    events.publish("fact.withdrawn", current)
    return current


def _sign_as_declared(keys: Sequence[int], actor: Actor) -> dict[int, Fact]:
    """Verify at once those of ``keys`` that ask for nothing but a signature; the others are left to be refused."""
    mine = access.FACTS.visible(Fact.objects.filter(pk__in=keys, status=Status.DECLARED), actor, "verify")
    facts = list(mine.exclude(declared_by_id=actor.user_id).select_related("metric", "evidence"))
    now = timezone.now()
    for fact in facts:
        fact.status, fact.reason = Status.VERIFIED, ""
        fact.verified_by_id, fact.verified_at = actor.user_id, now
    Fact.objects.bulk_update(facts, ["status", "reason", "verified_by", "verified_at"])
    for fact in facts:
        events.publish("fact.verified", fact)
    return {fact.pk: fact for fact in facts}


def _locked(fact: Fact) -> Fact:
    """Read the fact as it stands once nobody else writes facts of its subject."""
    lock_subjects([subject_of_fact(fact)])
    return Fact.objects.select_related("metric", "evidence").get(pk=fact.pk)


def _audited(metric: Metric, audited: Any) -> Value | None:
    try:
        return value_read(metric, audited)
    except Refused as refusal:
        raise Refused(str(refusal), field="audited") from None


def _anew(current: Fact) -> Fact:
    """Close a verified row and return its successor, not yet stored, with the same reported value."""
    now = timezone.now()
    successor = copy(current)
    successor.pk = None
    successor._state = copy(current._state)
    successor._state.adding = True
    successor.since = now
    current.status, current.until = Status.SUPERSEDED, now
    current.save(update_fields=["status", "until"])
    return successor


def _sign(fact: Fact, value: Value | None, actor: Actor, reason: str) -> None:
    for column, stored in columns_of(fact.metric, cast("Value", value), prefix="audited_").items():
        setattr(fact, column, stored)
    fact.status, fact.reason = Status.VERIFIED, reason
    fact.verified_by_id, fact.verified_at = actor.user_id, timezone.now()
    fact.save()
