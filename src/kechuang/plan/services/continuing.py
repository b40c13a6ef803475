"""A new version continues the one before it: what people added to the text is carried over."""

from __future__ import annotations

from kechuang.plan.comparison import paired
from kechuang.plan.models import Clause, Indicator, Plan, Target
from kechuang.pure.plans.folding import fold


def clauses_continue(*, plan: Plan, before: Plan) -> None:
    """Pair the clauses of ``plan`` with those of ``before``; carry summaries, origins and what serves them over."""
    old, new = list(before.clauses.all()), list(plan.clauses.all())
    changed = []
    for former, clause in paired(old, new):
        if former is not None and clause is not None:
            clause.origin_id = former.root_id
            clause.summary = clause.summary or former.summary
            clause.served_by = clause.served_by or former.served_by
            changed.append(clause)
    Clause.objects.bulk_update(changed, ["origin", "summary", "served_by"])


def indicators_continue(*, plan: Plan, before: Plan) -> None:
    """Pair indicators by name; carry over how they are counted and the targets set for units."""
    known = {fold(row.name): row for row in before.indicators.all()}
    used = {row.code for row in plan.indicators.all() if row.code}
    changed = []
    inherited: list[Target] = []
    for indicator in plan.indicators.all():
        former = known.get(fold(indicator.name))
        if former is None:
            continue
        indicator.origin_id = former.root_id
        if not indicator.code and former.code not in used:
            indicator.code = former.code
            used.add(former.code)
        indicator.unit = indicator.unit or former.unit
        indicator.basis = indicator.basis or former.basis
        changed.append(indicator)
        for target in former.targets.exclude(department=None, county=None):
            target.pk = None
            target.indicator = indicator
            target._state.adding = True
            inherited.append(target)
    Indicator.objects.bulk_update(changed, ["origin", "code", "unit", "basis"])
    Target.objects.bulk_create(inherited)
