"""Who is told of what was done about a case without moving it: handed over, reminded, copied, put under supervision."""

from __future__ import annotations

from datetime import date
from typing import Any

from kechuang.kernel.desks import desk_of
from kechuang.kernel.models import Case, CaseAct, CaseCopy, CaseDesk, CaseWatch
from kechuang.notify.audience import Told, seated
from kechuang.notify.texts import Facts

SITUATIONS = {CaseAct.Kind.ASSIGN: "assigned", CaseAct.Kind.REMIND: "reminded"}


def of_act(act: CaseAct, *, on: date) -> list[Told]:
    """Return who is told of a hand-over or a reminder; nobody when it was taken back or the case is closed."""
    if act.undone_at is not None or act.case.closed:
        return []
    situation = SITUATIONS[CaseAct.Kind(act.kind)]
    if situation == "assigned":
        people = [act.to_id] if act.to_id and act.case.holder_id == act.to_id else []
    else:
        people = _at_the_desk(act.case, on=on)
    facts = _facts(act.case, situation, reason=act.reason, due=act.case.due_on)
    return _told(act.case, [key for key in people if key != act.actor_id], facts)


def of_copy(copy: CaseCopy) -> list[Told]:
    """Return who is told of a copy: the person it went to."""
    return _told(copy.case, [copy.person_id], _facts(copy.case, "copied", reason=copy.words))


def of_watch(watch: CaseWatch, *, on: date) -> list[Told]:
    """Return who is told of a supervision: whoever has the case."""
    facts = _facts(watch.case, "supervised", office=watch.office, reason=watch.words, due=watch.until)
    return _told(watch.case, [key for key in _at_the_desk(watch.case, on=on) if key != watch.by_id], facts)


def _at_the_desk(case: Case, *, on: date) -> list[int]:
    desks = CaseDesk.objects.filter(case=case).values_list("role", "bound", "bound_id")
    return list(seated(desks, on=on, holder=case.holder_id))


def _facts(case: Case, situation: str, *, office: str = "", reason: str = "", due: date | None = None) -> Facts:
    return Facts(
        situation=situation,
        title=case.title,
        office=office,
        state=case.state_label,
        reason=reason,
        due=due.isoformat() if due else "",
    )


def _told(case: Case, people: list[int], facts: Facts) -> list[Told]:
    desk = desk_of(case.content_type_id)
    row: Any = next(iter(desk.rows([case.object_id])), None) if desk and people else None
    return [Told(key, facts, desk.url(row)) for key in people] if desk and row is not None else []
