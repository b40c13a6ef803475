"""Which buttons stand before an actor: every open step of an object in one query."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import BooleanField, Case, Value, When

from kechuang.kernel.access import AccessTable, Actor
from kechuang.kernel.models import Stateful
from kechuang.kernel.processes import process_of
from kechuang.pure.process import Step


def allowed(obj: Stateful, actions: Iterable[str], *, access: AccessTable, actor: Actor) -> frozenset[str]:
    """Return those of ``actions`` that ``actor`` may do on ``obj``; no query for who could do none of them."""
    if actor.user_id is None:
        return frozenset()
    together: dict[tuple[int, ...], list[str]] = defaultdict(list)
    for action in dict.fromkeys(actions):
        # Actions that stand in the same lines have the same scope; it is asked once.
        lines = (place for place, line in enumerate(access.lines) if action in line.actions and actor.holds(line.role))
        together[tuple(lines)].append(action)
    together.pop((), None)
    if not together:
        return frozenset()
    yes, no = Value(value=True), Value(value=False)
    answers = {
        f"may_{place}": Case(When(scope, then=yes), default=no, output_field=BooleanField())
        if (scope := access.scope(actor, alike[0]))
        else yes
        for place, alike in enumerate(together.values())
    }
    row = type(obj)._default_manager.filter(pk=obj.pk).values(**answers).first() or {}
    return frozenset(
        action for place, alike in enumerate(together.values()) if row.get(f"may_{place}") for action in alike
    )


def open_steps(
    obj: Stateful, *, access: AccessTable, actor: Actor, beside: Iterable[str] = ()
) -> tuple[list[Step], frozenset[str]]:
    """Return the steps before ``actor`` on ``obj`` in the process's order, and the allowed ones of ``beside``."""
    leaving = process_of(obj.process_version_id).leaving(obj.state)
    may = allowed(obj, [*(step.name for step in leaving), *beside], access=access, actor=actor)
    return [step for step in leaving if step.name in may], may & frozenset(beside)
