"""A certificate is uploaded once, serves every matter, and once withdrawn supports nothing new."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kechuang.facts import selectors, services
from kechuang.facts.models import Evidence, EvidenceUse
from kechuang.kernel.access import ANONYMOUS
from kechuang.kernel.errors import NotAllowed, Refused
from kechuang.kernel.models import Attachment
from tests.facts.conftest import actor_of, scan

pytestmark = [pytest.mark.django_db, pytest.mark.capability("C19")]


def keep(ground, place=0, *, upload=None, **values):
    values = {"title": "示例审计报告", "kind": "audit_report", **values}
    organisation = ground.organisations[place]
    actor = values.pop("actor", None) or ground.applicant(place)
    return services.evidence_keep(organisation=organisation, upload=upload or scan(), actor=actor, **values)


def test_the_same_file_twice_is_one_evidence(ground):
    first = keep(ground)
    again = keep(ground, title="另一个名字", upload=scan(name="copy.pdf"))
    assert again == first
    assert (Evidence.objects.count(), Attachment.objects.count()) == (1, 1)


def test_the_same_file_of_another_organisation_is_its_own(ground):
    assert keep(ground, 0).pk != keep(ground, 1).pk


def test_a_withdrawn_evidence_stays_shown_and_supports_nothing_new(ground):
    evidence = keep(ground)
    actor = ground.applicant()
    stated = {"subject": ground.subject, "metric": "revenue", "source": "审计报告", "actor": actor}
    services.fact_declare(year=2023, value=1, evidence=evidence, **stated)
    withdrawn = services.evidence_withdraw(evidence=evidence, reason="报告已重新出具", actor=actor)
    with pytest.raises(Refused, match="已撤回"):
        services.fact_declare(year=2024, value=1, evidence=withdrawn, **stated)
    found = selectors.known(subject=ground.subject, metrics=["revenue"], years=[2023, 2024])
    assert {key: one.evidence_state for key, one in found.items()} == {("revenue", 2023): "withdrawn"}
    assert [row.pk for row in selectors.evidence_for(organisation=ground.organisations[0], actor=actor)] == [
        evidence.pk
    ]
    # The same file may be kept anew once the first is withdrawn.
    assert keep(ground).pk != evidence.pk


def test_withdrawing_wants_a_reason_and_happens_once(ground):
    evidence, actor = keep(ground), ground.applicant()
    with pytest.raises(Refused) as refused:
        services.evidence_withdraw(evidence=evidence, reason=" ", actor=actor)
    assert refused.value.field == "reason"
    services.evidence_withdraw(evidence=evidence, reason="过期", actor=actor)
    with pytest.raises(Refused):
        services.evidence_withdraw(evidence=evidence, reason="再撤", actor=actor)


def test_validity_counts_its_last_day_and_warns_before_it(ground):
    today = date(2026, 6, 1)
    soon = keep(ground, upload=scan(b"a"), valid_to=today + timedelta(days=30))
    keep(ground, upload=scan(b"b"), valid_to=today + timedelta(days=400))
    keep(ground, upload=scan(b"c"), valid_to=today - timedelta(days=1))
    organisation = ground.organisations[0]
    assert soon.standing(today + timedelta(days=30)) == "valid"
    assert soon.standing(today + timedelta(days=31)) == "expired"
    assert list(selectors.evidence_running_out(organisation=organisation, on=today)) == [soon]
    assert selectors.evidence_usable(organisation=organisation, on=today).count() == 2


def test_the_vault_says_what_an_evidence_serves(ground):
    evidence = keep(ground)
    services.fact_declare(
        subject=ground.subject,
        metric="revenue",
        year=2023,
        value=1,
        source="",
        evidence=evidence,
        actor=ground.applicant(),
    )
    services.evidence_used(evidence, "市级认定申报 示例-1", "/calls/1/")
    services.evidence_used(evidence, "市级认定申报 示例-1（修改）", "/calls/1/")
    usages = selectors.evidence_usages(evidence=evidence)
    assert [fact.metric.code for fact in usages.facts] == ["revenue"]
    assert [use.by for use in usages.uses] == ["市级认定申报 示例-1（修改）"]
    assert EvidenceUse.objects.count() == 1


@pytest.mark.parametrize(
    ("values", "field"),
    (
        ({"title": " "}, "title"),
        ({"title": "长" * 201}, "title"),
        ({"kind": "nonsense"}, "kind"),
        ({"valid_from": date(2024, 1, 2), "valid_to": date(2024, 1, 1)}, "valid_to"),
        ({"upload": SimpleUploadedFile("x.pdf", b"nonsense")}, "upload"),
        ({"upload": SimpleUploadedFile("x.pdf", b"")}, "upload"),
    ),
)
def test_what_cannot_be_kept_is_refused_at_its_field(ground, values, field):
    with pytest.raises(Refused) as refused:
        keep(ground, **values)
    assert refused.value.field == field
    assert not Evidence.objects.exists()


@pytest.mark.parametrize("who", ("other", "public", "officer", "auditor"))
def test_strangers_keep_and_withdraw_nothing(ground, who):
    evidence = keep(ground)
    actors = {
        "other": lambda: ground.applicant(1),
        "public": lambda: ANONYMOUS,
        "officer": ground.officer,
        "auditor": lambda: actor_of("auditor"),
    }
    actor = actors[who]()
    with pytest.raises(NotAllowed):
        keep(ground, upload=scan(b"z"), actor=actor)
    with pytest.raises(NotAllowed):
        services.evidence_withdraw(evidence=evidence, reason="x", actor=actor)
    with pytest.raises(NotAllowed):
        services.evidence_amend(evidence=evidence, title="x", kind="other", valid_from=None, valid_to=None, actor=actor)
    evidence.refresh_from_db()
    assert evidence.withdrawn_at is None


@pytest.mark.parametrize(
    ("who", "count"), (("own", 1), ("officer", 1), ("county", 1), ("other_county", 0), ("other", 0), ("public", 0))
)
def test_evidence_is_seen_by_its_organisation_its_county_and_the_departments(ground, who, count):
    keep(ground)
    actors = {
        "own": ground.applicant,
        "officer": ground.officer,
        "county": ground.county,
        "other_county": lambda: ground.county(1),
        "other": lambda: ground.applicant(1),
        "public": lambda: ANONYMOUS,
    }
    assert selectors.evidence_for(organisation=ground.organisations[0], actor=actors[who]()).count() == count


@pytest.mark.parametrize("count", (1, 3))
def test_the_vault_is_listed_in_one_query(ground, django_assert_num_queries, count):
    for number in range(count):
        keep(ground, upload=scan(bytes([65 + number])))
    actor = ground.applicant()
    with django_assert_num_queries(1):
        rows = list(selectors.evidence_for(organisation=ground.organisations[0], actor=actor))
    assert [(row.facts_count, row.uses_count) for row in rows] == [(0, 0)] * count
