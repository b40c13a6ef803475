"""Plans the catalogue knows the facts of: headings, units, figures, summaries, no official text."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from kechuang.catalogue.measures import Figure, PlanFacts, PlannedIndicator
from kechuang.catalogue.measures import Indicator as CountedIndicator
from kechuang.catalogue.whole import Catalogue
from kechuang.kernel.processes import begin
from kechuang.plan.choices import Op, Severity
from kechuang.plan.figures import plain, stored
from kechuang.plan.matching import Match, department_matches
from kechuang.plan.models import Clause, Finding, Indicator, IndicatorBody, Plan, Target
from kechuang.plan.selectors.readings import path_of
from kechuang.plan.services.continuing import clauses_continue, indicators_continue
from kechuang.plan.services.writing import bodies_write, clipped
from kechuang.pure.indicators import growth_sentence


@transaction.atomic
def plan_load_catalogue(catalogue: Catalogue) -> list[Plan]:
    """Store every plan the catalogue knows whose facts are new; return the new versions.

    The first version of a plan is published at once: its facts were checked with the
    catalogue. Later changes of the facts become a draft for the office to compare and
    publish. No person acts here, so no step is signed; the audit trail has the rows.
    """
    return [plan for facts in catalogue.plans if (plan := _load(catalogue, facts)) is not None]


def _load(catalogue: Catalogue, facts: PlanFacts) -> Plan | None:
    # What serves a clause is no fact of the plan: saying it otherwise makes no new version.
    printed = facts.model_dump_json(exclude={"clauses": {"__all__": {"served_by"}}})
    fingerprint = hashlib.sha256(printed.encode()).hexdigest()
    versions = Plan.objects.select_for_update().filter(code=facts.code)
    if versions.filter(facts_fingerprint=fingerprint).exists():
        _served(facts)
        return None
    before = versions.exclude(state="discarded").order_by("-version").first()
    number = (Plan.objects.filter(code=facts.code).aggregate(last=Max("version"))["last"] or 0) + 1
    plan = _plan(facts, number, fingerprint, before)
    names = [name for clause in facts.clauses for one in clause.responsibilities for name in one.departments]
    matches = department_matches([*names, *(name for row in facts.indicators for name in row.departments)])
    _clauses(plan, facts, matches)
    _indicators(plan, facts, {row.code: row for row in catalogue.indicators}, matches)
    if before is not None:
        clauses_continue(plan=plan, before=before)
        indicators_continue(plan=plan, before=before)
    else:
        Plan.objects.filter(pk=plan.pk).update(state="published", published_at=timezone.now())
        plan.refresh_from_db()
    return plan


def _plan(facts: PlanFacts, number: int, fingerprint: str, before: Plan | None) -> Plan:
    goal = facts.goal
    return Plan.objects.create(
        **begin("plan_publication"),
        code=facts.code,
        version=number,
        supersedes=before,
        title=facts.title,
        document_title=facts.issued_in or "",
        document_number=facts.document_number or "",
        issuers=list(facts.issuers),
        signed_on=facts.signed_on,
        document_published_on=facts.published_on,
        year_from=facts.years[0],
        year_to=facts.years[1],
        goal_year=goal.year if goal else None,
        goal_value=goal.value if goal else None,
        goal_label=goal.label if goal else "",
        facts_fingerprint=fingerprint,
    )


def _served(facts: PlanFacts) -> None:
    """Say what serves the clauses of versions in which nobody has said it of any clause yet."""
    said = Clause.objects.filter(plan__code=facts.code).exclude(served_by=[]).values("plan")
    known = {f"{clause.section}/{clause.no}": list(clause.served_by) for clause in facts.clauses}
    for clause in Clause.objects.filter(plan__code=facts.code, path__in=known).exclude(plan__in=said):
        if known[clause.path]:
            clause.served_by = known[clause.path]
            clause.save(update_fields=["served_by"])


def _clauses(plan: Plan, facts: PlanFacts, matches: dict[str, Match]) -> None:
    rows = [
        clipped(
            Clause(
                plan=plan,
                order=order,
                path=f"{clause.section}/{clause.no}",
                section=clause.section,
                no=clause.no,
                kind=clause.kind,
                title=clause.title,
                summary=clause.summary,
                served_by=list(clause.served_by),
            )
        )
        for order, clause in enumerate(facts.clauses)
    ]
    Clause.objects.bulk_create(rows)
    brackets = [clause.responsibilities for clause in facts.clauses]
    bodies_write(zip(rows, brackets, strict=True), matches)


def _indicators(plan: Plan, facts: PlanFacts, counted: dict[str, CountedIndicator], matches: dict[str, Match]) -> None:
    sentences = []
    for order, row in enumerate(facts.indicators):
        indicator = _indicator(plan, order, row, counted[row.indicator])
        targets = Target.objects.bulk_create(_target(indicator, figure) for figure in row.targets)
        IndicatorBody.objects.bulk_create(_bodies(indicator, row.departments, matches))
        path = path_of(indicator, targets, base=plain(indicator.base_value))
        if sentence := growth_sentence(indicator.name, indicator.growth_stated, path):
            sentences.append(sentence)
    Finding.objects.bulk_create(
        Finding(plan=plan, order=order, kind="growth_differs", severity=Severity.WARNING, message=said, settled=True)
        for order, said in enumerate(sentences)
    )


def _indicator(plan: Plan, order: int, row: PlannedIndicator, counted: CountedIndicator) -> Indicator:
    return Indicator.objects.create(
        plan=plan,
        order=order,
        code=row.indicator,
        name=row.printed,
        unit=row.unit_printed or counted.unit,
        basis=counted.basis,
        base_year=row.base.year,
        base_value=stored(row.base.value),
        base_parts=_parts(row.base),
        growth_stated="" if row.growth_stated is None else str(row.growth_stated),
        line=None,
    )


def _target(indicator: Indicator, figure: Figure) -> Target:
    value = stored(figure.value)
    if value is None:
        raise ValueError(f"{indicator.name} {figure.year}: a target without a figure")
    return Target(indicator=indicator, year=figure.year, op=Op.EQUAL, value=value, parts=_parts(figure))


def _parts(figure: Figure) -> dict[str, str]:
    return {level: str(value) for level, value in figure.parts.items()}


def _bodies(indicator: Indicator, names: Iterable[str], matches: dict[str, Match]) -> list[IndicatorBody]:
    return [
        IndicatorBody(
            indicator=indicator,
            order=order,
            printed=name,
            department_id=matches[name].department_id,
            matched_by=matches[name].matched_by,
        )
        for order, name in enumerate(names)
    ]
