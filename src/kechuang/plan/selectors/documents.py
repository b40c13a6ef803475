"""Reads of the document: plans for a person, one plan in its versions, its parts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Max, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from kechuang.kernel.access import Actor
from kechuang.plan import access
from kechuang.plan.choices import ClauseKind
from kechuang.plan.comparison import ClauseFacts, Difference, IndicatorFacts, clause_differences, indicator_differences
from kechuang.plan.figures import plain, printed
from kechuang.plan.models import Clause, Indicator, Plan, ResponsibleBody, Target
from kechuang.plan.selectors.rights import allowed
from kechuang.pure.plans.folding import fold

IGNORED = frozenset("（）()《》〈〉“”\"'—-–~～·.。、，,：:；; \t")


def plans_for(*, actor: Actor) -> QuerySet[Plan]:
    """Return the plans ``actor`` may see, newest first."""
    return access.PLANS.visible(Plan.objects.all(), actor).order_by("-year_to", "-signed_on", "code", "-version")


def plan_current(*, actor: Actor, on: date) -> Plan | None:
    """Return the published plan that runs on ``on``, else the newest published one."""
    return running(plans_for(actor=actor).filter(state="published"), on=on)


def running(plans: Iterable[Plan], *, on: date) -> Plan | None:
    """Return of ``plans``, newest first, the published one that runs on ``on``, else the newest published one."""
    published = [plan for plan in plans if plan.state == "published"]
    spans = [
        plan for plan in published if plan.year_to and plan.year_from and plan.year_from <= on.year <= plan.year_to
    ]
    return next(iter([*spans, *published]), None)


def versions_for(*, actor: Actor, pk: int | None = None) -> list[Any]:
    """Return the versions ``actor`` may see, of every plan or of the one version ``pk`` is of: one query.

    Each carries ``may_change`` for ``actor`` and ``has_text``; the text itself stays in the database.
    """
    rows = plans_for(actor=actor).defer("text")
    if pk is not None:
        rows = rows.filter(code__in=Plan.objects.filter(pk=pk).values("code"))
    return list(rows.annotate(has_text=~Q(text=""), **allowed(access.PLANS, actor, "change")))


def clauses_for(*, actor: Actor) -> QuerySet[Clause]:
    """Return the clauses ``actor`` may see."""
    return access.CLAUSES.visible(Clause.objects.select_related("plan"), actor)


def indicators_for(*, actor: Actor) -> QuerySet[Indicator]:
    """Return the indicators ``actor`` may see."""
    return access.INDICATORS.visible(Indicator.objects.select_related("plan"), actor)


def bodies_prefetch(path: str) -> Prefetch[str, QuerySet[ResponsibleBody], str]:
    """Return the prefetch of the bodies of brackets at ``path``, with their departments."""
    return Prefetch(path, ResponsibleBody.objects.select_related("department"))


def clauses_whole(*, plan: Plan) -> list[Clause]:
    """Return the clauses of ``plan`` in order with their brackets and bodies: three queries."""
    rows = plan.clauses.prefetch_related("responsibilities", bodies_prefetch("responsibilities__bodies"))
    return list(rows.order_by("order", "pk"))


def clauses_with_names(*, plan: Plan) -> list[Clause]:
    """Return the clauses of ``plan`` in order, ``names`` the bodies each one's brackets print: one query."""
    printed_in = ResponsibleBody.objects.filter(responsibility__clause=OuterRef("pk"))
    names = printed_in.order_by("responsibility__order", "responsibility", "order", "pk").values("printed")
    return list(plan.clauses.defer("text").annotate(names=ArraySubquery(names)).order_by("order", "pk"))


def works(clauses: list[Clause]) -> list[Clause]:
    """Return only what is to be done or guarantees it, without headings."""
    return [clause for clause in clauses if clause.kind != ClauseKind.SECTION]


def title_key(title: str) -> str:
    """Return a title by which versions are recognised: brackets, dashes and spaces do not count."""
    return "".join(sign for sign in fold(title) if sign not in IGNORED)


def same_plan(*, title: str, code: str = "") -> Plan | None:
    """Return the version a new text of the plan continues: the published one, else the newest."""
    rows = list(Plan.objects.exclude(state="discarded").order_by("-version"))
    if code:
        rows = [row for row in rows if row.code == code]
    else:
        key = title_key(title)
        rows = [row for row in rows if key and title_key(row.title) == key]
    return next(iter([*(row for row in rows if row.state == "published"), *rows]), None)


def draft_like(plan: Plan, before: Plan) -> Plan:
    """Fill what a new version takes from the one before: identity, name, what the text does not say."""
    latest = Plan.objects.filter(code=before.code).aggregate(latest=Max("version"))["latest"]
    plan.code, plan.version, plan.supersedes = before.code, latest + 1, before
    plan.title = before.title if title_key(plan.title) == title_key(before.title) else plan.title
    plan.tolerance = before.tolerance
    for name in (
        "document_number",
        "issuers",
        "signed_on",
        "document_published_on",
        "effective_on",
        "year_from",
        "year_to",
    ):
        setattr(plan, name, getattr(plan, name) or getattr(before, name))
    plan.goal_year, plan.goal_value, plan.goal_label = before.goal_year, before.goal_value, before.goal_label
    return plan


def plan_compared_with(*, plan: Plan) -> Plan | None:
    """Return the version ``plan`` is to be compared with: the published one, else the one it continues."""
    other = Plan.objects.filter(code=plan.code, state="published").exclude(pk=plan.pk).first()
    return other or plan.supersedes


def plan_differences(*, plan: Plan, before: Plan) -> list[Difference]:
    """Return what ``plan`` changes of ``before``: clauses, responsible units, figures."""
    clauses = clause_differences(_clause_facts(before), _clause_facts(plan))
    return [*clauses, *indicator_differences(_indicator_facts(before), _indicator_facts(plan))]


def _clause_facts(plan: Plan) -> list[ClauseFacts]:
    return [
        ClauseFacts(
            pk=clause.pk,
            path=clause.path,
            kind=clause.kind,
            title=clause.title,
            text=clause.text,
            bodies=tuple(
                (body.get_part_display(), body.printed)
                for bracket in clause.responsibilities.all()
                for body in bracket.bodies.all()
            ),
        )
        for clause in works(clauses_whole(plan=plan))
    ]


def _indicator_facts(plan: Plan) -> list[IndicatorFacts]:
    own = Prefetch("targets", Target.objects.filter(department=None, county=None))
    rows = plan.indicators.prefetch_related("bodies", own)
    return [IndicatorFacts(pk=row.pk, name=row.name, figures=_figures(row)) for row in rows]


def _figures(indicator: Indicator) -> dict[str, str]:
    figures = {
        _("计量单位"): indicator.unit,
        _("口径"): indicator.get_basis_display(),
        _("年均增速"): indicator.growth_stated,
        _("责任部门"): "、".join(body.printed for body in indicator.bodies.all()),
    }
    if indicator.base_year:
        figures[_("%(year)s 年基期值") % {"year": indicator.base_year}] = printed(
            plain(indicator.base_value), indicator.base_parts
        )
    for target in indicator.targets.all():
        figures[_("%(year)s 年目标") % {"year": target.year}] = (
            f"{target.op} {printed(plain(target.value), target.parts)}"
        )
    return figures
