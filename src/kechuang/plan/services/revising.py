"""A copy of the version in force as a draft, for a correction without the document."""

from __future__ import annotations

from typing import TypeVar

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from kechuang.kernel import inbox
from kechuang.kernel.access import Actor
from kechuang.kernel.errors import NotAllowed
from kechuang.kernel.processes import begin
from kechuang.plan import access
from kechuang.plan.models import Plan
from kechuang.plan.selectors.documents import bodies_prefetch, draft_like

M = TypeVar("M", bound=Model)


@transaction.atomic
def plan_revise(*, plan: Plan, actor: Actor) -> Plan:
    """Open a draft that says the same as ``plan``; publishing it makes the next version."""
    if not access.PLANS.may_any(actor, "add"):
        raise NotAllowed(_("方案由联席会议办公室修订。"))
    list(Plan.objects.select_for_update().filter(code=plan.code).order_by("pk"))
    draft = _copy(plan, **begin("plan_publication"), published_at=None, created_by_id=actor.user_id)
    draft_like(draft, plan)
    draft.facts_fingerprint = ""
    draft.save()
    for clause in plan.clauses.prefetch_related("responsibilities", bodies_prefetch("responsibilities__bodies")):
        brackets = [(bracket, list(bracket.bodies.all())) for bracket in clause.responsibilities.all()]
        twin = _saved(clause, plan=draft, origin_id=clause.root_id)
        for bracket, bodies in brackets:
            copy = _saved(bracket, clause=twin)
            for body in bodies:
                _saved(body, responsibility=copy)
    for indicator in plan.indicators.prefetch_related("targets", "bodies"):
        parts = [*indicator.targets.all(), *indicator.bodies.all()]
        twin_indicator = _saved(indicator, plan=draft, origin_id=indicator.root_id)
        for part in parts:
            _saved(part, indicator=twin_indicator)
    for milestone in plan.milestones.all():
        _saved(milestone, plan=draft)
    inbox.opened(draft)
    return draft


def _copy(row: M, **values: object) -> M:
    """Return a new row with the values of ``row``; what stands in ``values`` instead."""
    names = [column.attname for column in row._meta.concrete_fields if not column.primary_key]
    twin = type(row)(**{name: getattr(row, name) for name in names})
    for name, value in values.items():
        setattr(twin, name, value)
    return twin


def _saved(row: M, **values: object) -> M:
    twin = _copy(row, **values)
    twin.save(force_insert=True)
    return twin
