"""What of the plans is found: plans, clauses, indicators and who does what for a clause."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kechuang.kernel.search import Document, Follow, Searched
from kechuang.plan import access
from kechuang.plan.models import Clause, Duty, Indicator, Plan

NEWEST = ~Q(plan__state__in=("superseded", "discarded"))


def plans(keys: list[int]) -> Iterator[Document]:
    """Return plans by title and document number: one query."""
    for row in Plan.objects.filter(pk__in=keys):
        years = f"{row.year_from}—{row.year_to}" if row.year_from and row.year_to else ""
        yield Document(
            key=row.pk,
            title=row.title,
            url=reverse("plan:plan", args=[row.pk]),
            note=" · ".join(part for part in (years, row.document_number) if part),
            aliases=(row.document_title,) if row.document_title else (),
            numbers=(row.document_number,) if row.document_number else (),
            year=row.year_from,
        )


def clauses(keys: list[int]) -> Iterator[Document]:
    """Return clauses by heading, text and summary: one query."""
    for row in Clause.objects.filter(pk__in=keys).select_related("plan"):
        yield Document(
            key=row.pk,
            title=f"{row.no}{row.title}" or row.path,
            url=reverse("plan:clause", args=[row.pk]),
            note=row.plan.title,
            body=row.summary or row.text,
        )


def indicators(keys: list[int]) -> Iterator[Document]:
    """Return indicators by name: one query."""
    for row in Indicator.objects.filter(pk__in=keys).select_related("plan"):
        yield Document(
            key=row.pk,
            title=row.name,
            url=reverse("plan:indicator", args=[row.pk]),
            note=row.plan.title,
        )


def duties(keys: list[int]) -> Iterator[Document]:
    """Return sub-tasks; each stands on the page of its clause: one query."""
    rows = Duty.objects.filter(pk__in=keys).select_related("clause", "department", "county")
    for row in rows:
        yield Document(
            key=row.pk,
            title=row.what,
            url=f"{reverse('plan:clause', args=[row.clause_id])}#duties",
            note=" · ".join(str(part) for part in (row.department or row.county, row.clause) if part),
            county_id=row.county_id,
            department_id=row.department_id,
            year=row.due_on.year if row.due_on else None,
        )


SEARCHED = (
    Searched("plan", _("方案"), Plan, access.PLANS, plans, only=~Q(state__in=("superseded", "discarded")), order=30),
    Searched(
        "clause", _("方案条款"), Clause, access.CLAUSES, clauses, (Follow(Plan, by="plan_id"),), only=NEWEST, order=32
    ),
    Searched(
        "indicator",
        _("方案指标"),
        Indicator,
        access.INDICATORS,
        indicators,
        (Follow(Plan, by="plan_id"),),
        only=NEWEST,
        order=34,
    ),
    Searched("duty", _("任务分工"), Duty, access.DUTIES, duties, (Follow(Clause, by="clause_id"),), order=36),
)
