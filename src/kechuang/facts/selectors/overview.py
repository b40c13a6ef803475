"""How much is known of an organisation, in one query, for its page in the directory."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from kechuang.directory.models import Organisation
from kechuang.facts import access
from kechuang.facts.choices import IN_FORCE, Status, SubjectKind
from kechuang.facts.models import Evidence, Fact, Unit
from kechuang.facts.selectors.evidence import SOON_DAYS
from kechuang.kernel.access import Actor


@dataclass(frozen=True, slots=True)
class Overview:
    """Facts in force, verified and in question (项), evidence kept and running out (件)."""

    known: int
    verified: int
    contested: int
    kept: int
    soon: int


def overview_of(*, organisation: Organisation, actor: Actor, on: date) -> Overview | None:
    """Return the overview of an organisation; ``None`` for who may not see its facts. One query."""
    facts = Fact.objects.filter(subject_kind=SubjectKind.ORGANISATION, subject_id=OuterRef("pk"), until=None)
    kept = Evidence.objects.filter(organisation_id=OuterRef("pk"), withdrawn_at=None)
    soon = Q(valid_to__gte=on, valid_to__lte=on + timedelta(days=SOON_DAYS))
    rows = access.KEEPING.visible(Unit.objects.filter(pk=organisation.pk), actor).annotate(
        known=_count(facts.filter(status__in=IN_FORCE), "subject_id"),
        verified=_count(facts.filter(status=Status.VERIFIED), "subject_id"),
        contested=_count(facts.filter(status=Status.CONTESTED), "subject_id"),
        kept=_count(kept, "organisation_id"),
        soon=_count(kept.filter(soon), "organisation_id"),
    )
    found = rows.values("known", "verified", "contested", "kept", "soon").first()
    return None if found is None else Overview(**found)


def _count(rows: QuerySet[Fact] | QuerySet[Evidence], of: str) -> Coalesce:
    """Return a subquery that counts ``rows``, grouped by the column that ties them to the outer row."""
    counted = rows.order_by().annotate(tied=F(of)).values("tied").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
