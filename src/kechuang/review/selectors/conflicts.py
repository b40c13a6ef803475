"""Experts and proposals as ``review.conflicts`` sees them, read in a constant number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db.models import Q

from kechuang.directory.models import Organisation
from kechuang.review.conflicts import (
    Conflict,
    ExpertView,
    Found,
    Groups,
    Person,
    Post,
    ProposalView,
    Spans,
    Tie,
    Unit,
    conflicts_in_bulk,
    group_units,
    years_before,
)
from kechuang.review.loading import rules_of
from kechuang.review.models import (
    Affiliation,
    AvoidedExpert,
    Expert,
    OrganisationTie,
    Proposal,
    ProposalIdentity,
    ProposalParty,
    ProposalPerson,
    Relation,
    Round,
)


def spans_of(round_: Round, *, on: date) -> Spans:
    """Return how far back the round's scheme looks."""
    limits = rules_of(round_.scheme).limits
    return Spans(limits.avoid_years, limits.cowork_years, on)


def unit_groups(spans: Spans) -> Groups:
    """Return the groups of units: ties in force within the span, and mergers, whenever they were."""
    since = years_before(spans.today, spans.avoid_years)
    ties = OrganisationTie.objects.filter(Q(end=None) | Q(end__gt=since)).values_list("organisation_id", "parent_id")
    merged = Organisation.objects.exclude(merged_into=None).values_list("pk", "merged_into_id")
    return group_units([*ties, *merged])


def expert_views(experts: Iterable[int]) -> list[ExpertView]:
    """Return the views of experts by their keys: four queries."""
    keys = list(experts)
    posts: dict[int, list[Post]] = defaultdict(list)
    rows = Affiliation.objects.filter(expert__in=keys).values_list(
        "expert_id", "organisation_id", "organisation__name", "unit_name", "start", "end", "verified"
    )
    for expert, unit, name, written, start, end, verified in rows:
        posts[expert].append(Post(Unit(unit or 0, name or written), start, end, verified))
    ties: dict[int, list[Tie]] = defaultdict(list)
    labels = dict(Relation.Kind.choices)
    for row in Relation.objects.filter(Q(expert__in=keys)).select_related("other", "organisation"):
        ties[row.expert_id].append(_tie(row, str(labels[row.kind])))
    people = Expert.objects.filter(pk__in=keys).values_list("pk", "name", "identity_digest", "verified_on")
    return [
        ExpertView(key, Person(name, digest), verified is not None, tuple(posts[key]), tuple(ties[key]))
        for key, name, digest, verified in people
    ]


def proposal_views(round_: Round) -> list[ProposalView]:
    """Return the views of a round's proposals: five queries."""
    units: dict[int, list[Unit]] = defaultdict(list)
    people: dict[int, list[Person]] = defaultdict(list)
    avoided: dict[int, set[int]] = defaultdict(set)
    names: dict[int, list[str]] = defaultdict(list)
    hosts = ProposalIdentity.objects.filter(proposal__round=round_)
    for proposal, unit, name in hosts.values_list("proposal_id", "organisation_id", "organisation__name"):
        units[proposal].append(Unit(unit, name))
    parties = ProposalParty.objects.filter(proposal__round=round_)
    for proposal, party, written in parties.values_list("proposal_id", "organisation_id", "unit_name"):
        units[proposal].append(Unit(party or 0, written))
    named = ProposalPerson.objects.filter(proposal__round=round_)
    for proposal, name, digest in named.values_list("proposal_id", "name", "digest"):
        people[proposal].append(Person(name, digest))
    asked = AvoidedExpert.objects.filter(proposal__round=round_)
    for proposal, expert, name in asked.values_list("proposal_id", "expert_id", "name"):
        if expert:
            avoided[proposal].add(expert)
        else:
            names[proposal].append(name)
    keys = Proposal.objects.filter(round=round_).order_by("code").values_list("pk", flat=True)
    return [
        ProposalView(key, tuple(units[key]), tuple(people[key]), frozenset(avoided[key]), tuple(names[key]))
        for key in keys
    ]


def conflicts_of_round(round_: Round, experts: Iterable[int], *, on: date) -> Found:
    """Return the conflicts of a round's proposals with ``experts`` (their keys), by (proposal, expert)."""
    spans = spans_of(round_, on=on)
    return conflicts_in_bulk(expert_views(experts), proposal_views(round_), groups=unit_groups(spans), spans=spans)


def conflicts_of_pair(round_: Round, proposal: int, expert: int, *, on: date) -> list[Conflict]:
    """Return the conflicts of one pair, the batch rules included."""
    return conflicts_of_round(round_, [expert], on=on).get((proposal, expert), [])


def _tie(row: Relation, label: str) -> Tie:
    person = None
    if row.other is not None:
        person = Person(row.other.name, row.other.identity_digest)
    elif row.person:
        person = Person(row.person, row.person_digest)
    unit = Unit(row.organisation.pk, row.organisation.name) if row.organisation else None
    return Tie(row.kind, label, person, unit, row.end, row.verified)
