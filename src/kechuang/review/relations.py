"""What experts are tied to: the units they belong to. Who reviewed what is sealed and never told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kechuang.kernel.relations import Tie
from kechuang.review.models import Affiliation, OrganisationTie


def ties(kind: str, keys: Sequence[int], on: date) -> Iterator[Tie]:
    """Yield where experts belong, and which unit is part of which: two queries."""
    if kind not in ("organisation", "expert"):
        return
    wanted = Q(organisation__in=keys) if kind == "organisation" else Q(expert__in=keys)
    now = (Q(start=None) | Q(start__lte=on)) & (Q(end=None) | Q(end__gt=on))
    for row in Affiliation.objects.filter(wanted, now, organisation__isnull=False).order_by("pk"):
        yield Tie(
            ("expert", row.expert_id),
            ("organisation", row.organisation_id or 0),
            row.get_kind_display(),
            row.start,
            row.end,
        )
    if kind == "organisation":
        part_of = Q(organisation__in=keys) | Q(parent__in=keys)
        for tie in OrganisationTie.objects.filter(part_of, now).order_by("pk"):
            one, other = ("organisation", tie.organisation_id), ("organisation", tie.parent_id)
            yield Tie(one, other, _("隶属于"), tie.start, tie.end)
