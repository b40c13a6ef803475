"""What the desk offers on every case's page: hand over, remind, copy, supervise."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse

from kechuang.kernel import case_acts, inbox
from kechuang.kernel.access import Actor
from kechuang.kernel.models import Case, CaseWatch
from kechuang.ui.parts import Action
from kechuang.workbench.bulk import WORDS


def offered(actor: Actor, case: Case) -> list[Action]:
    """Return the acts on ``case`` that are open to ``actor``: three queries."""
    acts = []
    if not case.closed:
        watch = CaseWatch.objects.filter(case=case, ended_at=None).first()
        supervises = actor.holds(*inbox.SUPERVISORS)
        on_own_desk = case_acts.may_assign(actor, case)
        wanted = (
            ("assign", on_own_desk),
            ("remind", not on_own_desk and case_acts.may_remind(actor, case)),
            ("supervise", supervises and watch is None),
            ("release", watch is not None and (watch.by_id == actor.user_id or actor.holds("conference_office"))),
        )
        acts = [name for name, may in wanted if may]
    if actor.offices:
        acts.append("copy")
    here = reverse("workbench:act")
    return [Action(WORDS[name], f"{here}?{urlencode({'act': name, 'case': case.pk})}") for name in acts]
