"""Correcting what was read: every item of a draft, and the departments its names stand for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Max, Model
from django.utils.translation import gettext as _

from kechuang.directory.models import Department
from kechuang.kernel.access import Actor
from kechuang.kernel.errors import Refused
from kechuang.plan import access
from kechuang.plan.choices import MatchedBy
from kechuang.plan.figures import TargetLine
from kechuang.plan.matching import Match, department_matches
from kechuang.plan.models import Clause, Indicator, IndicatorBody, Milestone, Plan, ResponsibleBody, Target
from kechuang.plan.services.writing import bodies_write

M = TypeVar("M", bound=Model)

PLAN_FIELDS = frozenset(
    {
        "title",
        "document_title",
        "document_number",
        "issuers",
        "signed_on",
        "document_published_on",
        "effective_on",
        "note",
        "year_from",
        "year_to",
        "tolerance",
    }
)
CLAUSE_FIELDS = frozenset({"no", "section", "kind", "title", "text", "summary", "served_by"})
INDICATOR_FIELDS = frozenset(
    {"code", "name", "unit", "basis", "base_year", "base_value", "base_parts", "growth_stated", "attribute"}
)


@dataclass(frozen=True, slots=True)
class BracketWords:
    """A bracket of responsible units as an officer types it."""

    role: str = ""
    departments: tuple[str, ...] = ()
    lead: tuple[str, ...] = ()
    cooperating: tuple[str, ...] = ()
    local: tuple[str, ...] = ()
    lead_offices: tuple[str, ...] = ()
    cooperating_offices: tuple[str, ...] = ()
    scope: str = ""
    et_al: bool = False
    by_duty: bool = False
    with_others: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """Return every name in it."""
        offices = self.lead_offices + self.cooperating_offices
        return self.departments + self.lead + self.cooperating + self.local + offices


@transaction.atomic
def plan_change(*, plan: Plan, actor: Actor, **values: Any) -> Plan:
    """Correct the facts of the document itself (``PLAN_FIELDS``)."""
    _open(plan, actor)
    return _stored(plan, values, PLAN_FIELDS)


@transaction.atomic
def clause_change(
    *, clause: Clause, actor: Actor, brackets: Sequence[BracketWords] | None = None, **values: Any
) -> Clause:
    """Correct a clause (``CLAUSE_FIELDS``); ``brackets`` replace all that stood there before."""
    _open(clause.plan, actor)
    _stored(clause, values, CLAUSE_FIELDS)
    clause.path = "/".join(filter(None, (clause.section, clause.no)))[:120]
    clause.save(update_fields=["path"])
    if brackets is not None:
        matches = _matches(clause.plan, [name for bracket in brackets for name in bracket.names])
        clause.responsibilities.all().delete()
        bodies_write([(clause, brackets)], matches)
    return clause


@transaction.atomic
def clause_add(*, plan: Plan, actor: Actor, after: Clause | None = None, **values: Any) -> Clause:
    """Add a clause the reading missed, behind ``after`` or at the end."""
    _open(plan, actor)
    if after is None:
        order = (plan.clauses.aggregate(last=Max("order"))["last"] or 0) + 1
    else:
        order = after.order + 1
        plan.clauses.filter(order__gte=order).update(order=F("order") + 1)
    clause = Clause(plan=plan, order=order)
    for name, value in values.items():
        setattr(clause, name, value)
    clause.path = "/".join(filter(None, (clause.section, clause.no)))[:120]
    _checked(clause)
    clause.save()
    return clause


@transaction.atomic
def clause_remove(*, clause: Clause, actor: Actor) -> None:
    """Remove what is no clause from a draft; a clause people already worked on stays."""
    _open(clause.plan, actor)
    if clause.duties.exists() or clause.reports.exists() or clause.continuations.exists():
        raise Refused(_("该条款下已有分工或进展，不能删除。"))
    clause.delete()


@transaction.atomic
def name_match(*, plan: Plan, printed: str, department: Department | None, actor: Actor) -> int:
    """Say for which department ``printed`` stands everywhere in the draft; return how often (处)."""
    _open(plan, actor)
    by = MatchedBy.PERSON if department else MatchedBy.NOTHING
    values = {"department": department, "matched_by": by, "confirmed": True}
    named = ResponsibleBody.objects.filter(responsibility__clause__plan=plan, printed=printed).update(**values)
    measured = IndicatorBody.objects.filter(indicator__plan=plan, printed=printed).update(**values)
    plan.findings.filter(kind="department_unknown", message__contains=f"“{printed}”").update(settled=True)
    return int(named + measured)


@transaction.atomic
def indicator_change(
    *,
    indicator: Indicator,
    actor: Actor,
    departments: Sequence[str] | None = None,
    targets: Sequence[TargetLine] | None = None,
    **values: Any,
) -> Indicator:
    """Correct an indicator (``INDICATOR_FIELDS``), its departments and the plan's own targets."""
    _open(indicator.plan, actor)
    _stored(indicator, values, INDICATOR_FIELDS)
    if departments is not None:
        _departments(indicator, departments)
    if targets is not None:
        indicator.targets.filter(department=None, county=None).delete()
        Target.objects.bulk_create(
            Target(indicator=indicator, year=year, op=op, value=value, parts=parts)
            for year, op, value, parts in targets
        )
    return indicator


@transaction.atomic
def indicator_add(*, plan: Plan, actor: Actor, name: str) -> Indicator:
    """Add an indicator the reading missed; its figures follow with ``indicator_change``."""
    _open(plan, actor)
    order = (plan.indicators.aggregate(last=Max("order"))["last"] or 0) + 1
    indicator = Indicator(plan=plan, order=order, name=name)
    _checked(indicator)
    indicator.save()
    return indicator


@transaction.atomic
def indicator_remove(*, indicator: Indicator, actor: Actor) -> None:
    """Remove what is no indicator from a draft."""
    _open(indicator.plan, actor)
    if indicator.restatements.exists() or indicator.continuations.exists():
        raise Refused(_("该指标已有基期调整记录，不能删除。"))
    indicator.delete()


@transaction.atomic
def milestone_change(*, milestone: Milestone, actor: Actor, when: str, what: str) -> Milestone:
    """Correct a dated duty."""
    _open(milestone.plan, actor)
    return _stored(milestone, {"when": when, "what": what}, frozenset({"when", "what"}))


@transaction.atomic
def milestone_remove(*, milestone: Milestone, actor: Actor) -> None:
    """Remove what is no dated duty from a draft."""
    _open(milestone.plan, actor)
    milestone.delete()


def _open(plan: Plan, actor: Actor) -> None:
    """Refuse whoever does not keep plans, and every version that is no draft any more."""
    access.PLANS.require(actor, "change", plan)
    if Plan.objects.select_for_update().get(pk=plan.pk).state != "draft":
        raise Refused(_("已发布的版本不能改动；请新建修订稿，或重新读入更正后的文本。"))


def _stored(row: M, values: Mapping[str, Any], allowed: frozenset[str]) -> M:
    if foreign := set(values) - allowed:
        raise ValueError(f"not editable: {', '.join(sorted(foreign))}")
    for name, value in values.items():
        setattr(row, name, value)
    _checked(row)
    row.save(update_fields=list(values))
    return row


def _checked(row: Model) -> None:
    """Turn what the columns refuse into one refusal at its field."""
    try:
        row.full_clean()
    except ValidationError as error:
        field, sentences = next(iter(error.message_dict.items()))
        raise Refused(sentences[0], field=None if field == "__all__" else field) from None


def _matches(plan: Plan, names: Sequence[str]) -> dict[str, Match]:
    """Match names by the directory, but keep what a person already decided in this plan."""
    found = department_matches(names)
    decided = ResponsibleBody.objects.filter(
        responsibility__clause__plan=plan, printed__in=names, matched_by=MatchedBy.PERSON
    )
    return {**found, **{body.printed: Match(body.department_id, body.matched_by) for body in decided}}


def _departments(indicator: Indicator, names: Sequence[str]) -> None:
    matches = _matches(indicator.plan, names)
    indicator.bodies.all().delete()
    IndicatorBody.objects.bulk_create(
        IndicatorBody(
            indicator=indicator,
            order=order,
            printed=name[:120],
            department_id=matches[name].department_id,
            matched_by=matches[name].matched_by,
        )
        for order, name in enumerate(names)
    )
