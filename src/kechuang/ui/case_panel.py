"""The panel of a case for any page that shows one: who has it, how long, what is next, the clock, the way so far.

A view calls ``panel_of(obj, access=…, actor=…)`` and includes ``ui/parts/case_panel.html`` with it as
``panel``. What may be done about a case (移交、催办、抄送、督办) is registered by the floor that offers it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.kernel.access import AccessTable, Actor
from kechuang.kernel.calendar_days import calendar
from kechuang.kernel.cases import case_of
from kechuang.kernel.clock import Clock, legal_clock, light_on
from kechuang.kernel.models import Case, CaseAct, CaseWatch, Stateful
from kechuang.kernel.moves import moves_of, steps_open
from kechuang.kernel.processes import process_of
from kechuang.pure.workdays import Calendar
from kechuang.ui.formats import day, days_left
from kechuang.ui.parts import Action, Happening

Offered = Callable[[Actor, Case], list[Action]]
_offers: dict[str, Offered] = {}
role_labels: dict[str, Any] = {}
"""Role → its Chinese word, filled by the floor that knows the roles."""


def offer(name: str, offered: Offered) -> None:
    """Show the acts of ``offered`` in every panel."""
    _offers[name] = offered


@dataclass(frozen=True)
class CasePanel:
    """What the panel prints; ``light`` is empty where nothing is due."""

    case: Case | None
    step: str
    waits_for: Any
    holder: str
    held: int
    light: str
    left: str
    clock: Clock
    clock_lines: list[str]
    next_steps: list[str]
    acts: list[Action]
    watches: list[CaseWatch]
    timeline: list[Happening]


def panel_of(obj: Stateful, *, access: AccessTable, actor: Actor) -> CasePanel:
    """Return the panel of ``obj`` as ``actor`` may see it: about ten queries, however long the way was."""
    case, days, today = case_of(obj), calendar(), timezone.localdate()
    state = process_of(obj.process_version_id).state(obj.state)
    clock = legal_clock(obj, calendar=days, today=today)
    known = actor.user_id is not None and case is not None
    return CasePanel(
        case=case,
        step=str(state.label),
        waits_for=role_labels.get(state.waits_for, state.waits_for),
        holder=str(case.holder) if case and case.holder else "",
        held=days.between(timezone.localdate(case.since), today) if case else clock.used,
        light=light_on(today, due_on=case.due_on, warn_on=case.warn_on) if case else "",
        left=_left(clock, days, today),
        clock=clock,
        clock_lines=list(_clock_lines(clock)),
        next_steps=[str(step.label) for step in steps_open(obj, access=access, actor=actor)],
        acts=[act for offered in _offers.values() for act in offered(actor, case)] if known and case else [],
        watches=list(CaseWatch.objects.filter(case=case, ended_at=None).select_related("by")) if known else [],
        timeline=_timeline(obj, case if known else None),
    )


def _left(clock: Clock, days: Calendar, today: date) -> str:
    left = clock.left(today, days)
    return "" if left is None else days_left(left)


def _clock_lines(clock: Clock) -> list[str]:
    lines = []
    if clock.allowed is not None:
        told: Mapping[str, object] = {"used": clock.used, "allowed": clock.allowed}
        lines.append(_("本环节已用 %(used)d 个工作日，规定 %(allowed)d 个工作日") % told)
    if clock.is_stopped:
        lines.append(_("时限已停止计算：%(why)s") % {"why": clock.stopped_because})
    if clock.due_on is not None:
        lines.append(_("到期日 %(day)s") % {"day": day(clock.due_on)})
    if clock.estimated:
        lines.append(clock.estimated)
    if clock.total is not None:
        lines.append(_("受理以来共用 %(total)d 个工作日") % {"total": clock.total})
    return lines


def _timeline(obj: Stateful, case: Case | None) -> list[Happening]:
    """Return the moves, and what was done about the case in between, newest first."""
    found = [
        Happening(move.taken_at, _step_told(move), _who(move.actor, move.office, move.on_behalf_of), move.reason)
        for move in moves_of(obj)
    ]
    if case is not None:
        acts = CaseAct.objects.filter(case=case, undone_at=None).select_related("actor", "to").order_by("id")
        for act in acts:
            to = f" → {act.to}" if act.to else ""
            found.append(Happening(act.at, f"{act.get_kind_display()}{to}", str(act.actor), act.reason))
    return sorted(found, key=lambda one: one.at, reverse=True)  # type: ignore[arg-type, return-value]


def _step_told(move: Any) -> str:
    return _("%(step)s（会签未齐）") % {"step": move.label} if move.partial else str(move.label)


def _who(person: object, office: str, on_behalf_of: str) -> str:
    named = f"{person} · {office}" if office else str(person)
    return _("%(who)s（代 %(owner)s）") % {"who": named, "owner": on_behalf_of} if on_behalf_of else named
