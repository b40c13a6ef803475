"""Reads of the evidence vault."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q, QuerySet

from kechuang.directory.models import Organisation
from kechuang.facts import access
from kechuang.facts.choices import IN_FORCE
from kechuang.facts.models import Evidence, EvidenceUse, Fact
from kechuang.kernel.access import Actor

SOON_DAYS = 60
"""How long before its last day an evidence is shown as running out."""


def evidence_for(*, organisation: Organisation, actor: Actor) -> QuerySet[Evidence]:
    """Return an organisation's evidence as ``actor`` may see it, newest first, withdrawn and expired included.

    Each row carries ``facts_count`` and ``uses_count``: how many facts in force it supports and matters it serves.
    """
    rows = Evidence.objects.filter(organisation=organisation).select_related("attachment", "withdrawn_by")
    counted = rows.annotate(
        facts_count=Count("facts", filter=Q(facts__status__in=IN_FORCE), distinct=True),
        uses_count=Count("uses", distinct=True),
    )
    return access.EVIDENCE.visible(counted, actor).order_by("-pk")


def evidence_usable(*, organisation: Organisation, on: date) -> QuerySet[Evidence]:
    """Return the evidence of an organisation that may support a new fact on ``on``."""
    return Evidence.objects.filter(
        Q(valid_from=None) | Q(valid_from__lte=on),
        Q(valid_to=None) | Q(valid_to__gte=on),
        organisation=organisation,
        withdrawn_at=None,
    ).order_by("title", "pk")


def evidence_running_out(*, organisation: Organisation, on: date) -> QuerySet[Evidence]:
    """Return the usable evidence whose last day lies within ``SOON_DAYS``."""
    until = on + timedelta(days=SOON_DAYS)
    return evidence_usable(organisation=organisation, on=on).filter(valid_to__lte=until).order_by("valid_to", "pk")


@dataclass(frozen=True, slots=True)
class Usages:
    """What an evidence supports and serves: facts in force or waiting, and the matters of other rooms."""

    facts: list[Fact]
    uses: list[EvidenceUse]


def evidence_usages(*, evidence: Evidence) -> Usages:
    """Return everything an evidence is used for: two queries."""
    facts = evidence.facts.filter(until=None).select_related("metric").order_by("metric__order", "-year")
    return Usages(facts=list(facts), uses=list(evidence.uses.all()))
