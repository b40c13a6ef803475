"""Take a step of a process on a stored object."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
    that no constraint ever sees one without the other.
    """
    locked = type(obj)._default_manager.select_for_update(of=("self",)).get(pk=obj.pk)
    process = process_of(locked.process_version_id)
    try:
        step = process.step(step_name, source=locked.state)
    except LookupError:
        raise Stale(_("该事项的状态已经变化，不能再办理这一步。请刷新页面后按当前状态办理。")) from None
    if actor.user_id is None or not access.may(actor, step.name, locked):
        sentences = " ".join(access.explain(actor, step.name, locked).sentences)
        raise NotAllowed(_("不能办理“%(step)s”：%(why)s") % {"step": step.label, "why": sentences})
    _check(step, locked, guards, reason)
    source, changed = locked.state, {**values, "state": step.target}
    for name, value in changed.items():
        setattr(locked, name, value)
    locked.save(update_fields=list(changed))
    move = _record(locked, step, source=source, process=process.name, actor=actor, reason=reason)
    for name, value in changed.items():
        setattr(obj, name, value)
    events.publish(f"{process.name}.{step.name}", locked)
    return move


def steps_open(obj: Stateful, *, access: AccessTable, actor: Actor) -> list[Step]:
    """Return the steps that lie before ``actor`` on ``obj`` now, in the process's order.

    Guards are not asked: a button that will be refused says why, a missing one does not.
    """
    leaving = process_of(obj.process_version_id).leaving(obj.state)
    return [step for step in leaving if access.may(actor, step.name, obj)]


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


def _record(obj: Stateful, step: Step, *, source: str, process: str, actor: Actor, reason: str) -> Move:
    office = _office_used(step, actor)
    return Move.objects.create(
        content_type=ContentType.objects.get_for_model(obj),
        object_id=obj.pk,
        process=process,
        step=step.name,
        label=str(step.label),
        source=source,
        target=step.target,
        actor_id=cast("int", actor.user_id),  # take() refuses the public before
        office=office.label if office else "",
        on_behalf_of=office.on_behalf_of if office else "",
        reason=reason.strip(),
    )


def _office_used(step: Step, actor: Actor) -> Office | None:
    """Return the office under which the step is signed; an own one before a delegated one."""
    fitting = [office for office in actor.offices if office.role in step.by]
    return min(fitting, key=lambda office: bool(office.on_behalf_of), default=None)
