"""Take a step of a process on a stored object."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, TypeVar, cast

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kechuang.kernel import events
from kechuang.kernel.access import AccessTable, Actor, Office
from kechuang.kernel.errors import NotAllowed, Refused, Stale
from kechuang.kernel.models import Move, Stateful
from kechuang.kernel.processes import process_of
from kechuang.pure.process import Step

S = TypeVar("S", bound=Stateful)
Guard = Callable[[S], str | None]
NO_GUARDS: Mapping[str, Guard[Any]] = MappingProxyType({})


@transaction.atomic
def take(
    obj: S,
    step_name: str,
    *,
    access: AccessTable,
    actor: Actor,
    guards: Mapping[str, Guard[S]] = NO_GUARDS,
    reason: str = "",
    values: Mapping[str, Any] = MappingProxyType({}),
) -> Move:
    """Move ``obj`` by one step, or raise ``Refused`` with a sentence saying why not.

    The row is locked first, so two officers pressing two buttons take one step; the
    loser gets ``Stale``. ``values`` are written in the same ``UPDATE`` as the state, so
    that no constraint ever sees one without the other. A step that several must sign (会签)
    moves the case with the last signature; those before are ``partial`` moves, and
    ``values`` are the last one's.
    """
    locked = type(obj)._default_manager.select_for_update(of=("self",)).get(pk=obj.pk)
    move = take_locked(locked, step_name, access=access, actor=actor, guards=guards, reason=reason, values=values)
    if not move.partial:
        for name in (*values, "state"):
            setattr(obj, name, getattr(locked, name))
    return move


def take_locked(
    locked: S,
    step_name: str,
    *,
    access: AccessTable,
    actor: Actor,
    guards: Mapping[str, Guard[S]] = NO_GUARDS,
    reason: str = "",
    values: Mapping[str, Any] = MappingProxyType({}),
) -> Move:
    """Move a row as ``take`` does that the caller's transaction has locked, and read since; a refusal must undo it."""
    process = process_of(locked.process_version_id)
    try:
        step = process.step(step_name, source=locked.state)
    except LookupError:
        raise Stale(_("该事项的状态已经变化，不能再办理这一步。请刷新页面后按当前状态办理。")) from None
    if actor.user_id is None or not access.may_step(actor, step, locked):
        sentences = " ".join(access.explain_step(actor, step, locked).sentences)
        raise NotAllowed(_("不能办理“%(step)s”：%(why)s") % {"step": step.label, "why": sentences})
    _check(step, locked, guards, reason)
    offices = _offices_fit(step, locked, access, actor)
    office = _office_to_sign_with(step, locked, actor, offices) if step.signatures > 1 else _own_first(offices)
    if step.signatures > 1 and len(_signed(step, locked)) + 1 < step.signatures:
        move = _record(locked, step, process=process.name, actor=actor, office=office, reason=reason, partial=True)
        events.publish("move.taken", move)
        return move
    source, changed = locked.state, {**values, "state": step.target}
    for name, value in changed.items():
        setattr(locked, name, value)
    locked.save(update_fields=list(changed))
    move = _record(locked, step, process=process.name, actor=actor, office=office, reason=reason, source=source)
    events.publish(f"{process.name}.{step.name}", locked)
    events.publish("move.taken", move)
    return move


def steps_open(obj: Stateful, *, access: AccessTable, actor: Actor) -> list[Step]:
    """Return the steps that lie before ``actor`` on ``obj`` now, in the process's order.

    Guards are not asked: a button that will be refused says why, a missing one does not.
    """
    leaving = process_of(obj.process_version_id).leaving(obj.state)
    return [step for step in leaving if access.may_step(actor, step, obj)]


def moves_of(obj: Stateful) -> QuerySet[Move]:
    """Return the steps taken on ``obj``, oldest first, with the people who took them."""
    kind = ContentType.objects.get_for_model(obj)
    return Move.objects.filter(content_type=kind, object_id=obj.pk).select_related("actor").order_by("id")


def _check(step: Step, obj: S, guards: Mapping[str, Guard[S]], reason: str) -> None:
    if step.reason == "required" and not reason.strip():
        raise Refused(_("办理“%(step)s”须填写理由。") % {"step": step.label}, field="reason")
    for name in step.needs:
        if objection := guards[name](obj):
            raise Refused(objection)


def signatures(step: Step, obj: Stateful) -> list[Move]:
    """Return the signatures given for ``step`` since ``obj`` entered its state, oldest first."""
    return list(_signed(step, obj))


def _signed(step: Step, obj: Stateful) -> list[Move]:
    found: list[Move] = []
    for move in moves_of(obj):
        if not move.partial:
            found = []  # whatever moved the case makes the signatures before it void
        elif move.step == step.name:
            found.append(move)
    return found


def _offices_fit(step: Step, obj: Stateful, access: AccessTable, actor: Actor) -> list[Office]:
    """Return the offices of ``actor`` under which the step may be signed; one alone needs no second look."""
    fitting = [office for office in actor.offices if office.role in step.by]
    if len(fitting) <= 1:
        return fitting
    return [office for office in fitting if access.may_step(actor.with_offices(office), step, obj)]


def _own_first(offices: Iterable[Office]) -> Office | None:
    """Return an own office before a delegated one."""
    return min(offices, key=lambda office: bool(office.on_behalf_of), default=None)


def _office_to_sign_with(step: Step, obj: Stateful, actor: Actor, offices: Iterable[Office]) -> Office:
    """Return the office ``actor`` signs with; a person signs once, with ``each_role`` a role signs once."""
    given = _signed(step, obj)
    if any(move.actor_id == actor.user_id for move in given):
        raise Refused(_("您已签署“%(step)s”，须由其他人会签。") % {"step": step.label})
    taken = {move.role for move in given} if step.each_role else set()
    office = _own_first(office for office in offices if office.role not in taken)
    if office is None:
        raise Refused(_("“%(step)s”已由同一角色的人员签署，须由其他角色会签。") % {"step": step.label})
    return office


def _record(
    obj: Stateful,
    step: Step,
    *,
    process: str,
    actor: Actor,
    office: Office | None,
    reason: str,
    source: str | None = None,
    partial: bool = False,
) -> Move:
    return Move.objects.create(
        content_type=ContentType.objects.get_for_model(obj),
        object_id=obj.pk,
        process=process,
        step=step.name,
        label=str(step.label),
        source=source or obj.state,
        target=obj.state,
        actor_id=cast("int", actor.user_id),  # take() refuses the public before
        office=office.label if office else "",
        on_behalf_of=office.on_behalf_of if office else "",
        role=office.role if office else "",
        partial=partial,
        reason=reason.strip(),
    )
