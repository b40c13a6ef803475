"""An organisation hears of what runs out and of what contradicts it, each occasion once; strangers hear nothing."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from kechuang.directory.models import Office
from kechuang.facts import services
from kechuang.facts.services.reminding import evidence_remind
from kechuang.kernel import events, notices
from tests.factories import UserFactory
from tests.facts.conftest import scan

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 1)


@pytest.fixture
def told():
    heard = []
    events.keep_in_step(notices.EVENT, heard.append)
    yield heard
    events._in_step[notices.EVENT].remove(heard.append)  # noqa: SLF001 - a test's listener must not outlive it


@pytest.fixture
def filler(ground):
    user = UserFactory()
    Office.objects.create(user=user, role="applicant", start=date(2020, 1, 1), organisation=ground.organisations[0])
    other = UserFactory()
    Office.objects.create(user=other, role="applicant", start=date(2020, 1, 1), organisation=ground.organisations[1])
    return user


def keep(ground, days, content):
    return services.evidence_keep(
        organisation=ground.organisations[0],
        upload=scan(content),
        title=f"示例证书{days}",
        kind="certificate",
        valid_to=TODAY + timedelta(days=days),
        actor=ground.applicant(),
    )


@pytest.mark.parametrize(("days", "stage"), ((60, 60), (31, 60), (30, 30), (7, 7), (0, 7)))
def test_evidence_that_runs_out_is_told_with_its_stage(ground, filler, told, days, stage):
    evidence = keep(ground, days, b"a")
    keep(ground, 61, b"b")
    keep(ground, -1, b"c")
    assert evidence_remind(on=TODAY) == 1
    (notice,) = told
    assert (notice.people, notice.key) == ((filler.pk,), f"facts.evidence:{evidence.pk}:{evidence.valid_to}:{stage}")
    assert notice.due_on == evidence.valid_to


def test_withdrawn_evidence_is_not_told(ground, filler, told):
    evidence = keep(ground, 10, b"a")
    services.evidence_withdraw(evidence=evidence, reason="换新", actor=ground.applicant())
    assert evidence_remind(on=TODAY) == 0
    assert told == []


def test_an_organisation_hears_when_somebody_else_contradicts_it_and_not_when_it_does_so_itself(ground, filler, told):
    stated = {"subject": ground.subject, "metric": "revenue", "year": 2024, "source": ""}
    fact = services.fact_declare(value=1, actor=ground.applicant(), **stated).fact
    services.fact_verify(fact=fact, actor=ground.officer())
    services.fact_declare(value=2, actor=ground.applicant(), **stated)
    assert told == []
    question = services.fact_declare(value=3, actor=ground.officer(), **stated).question
    (notice,) = told
    assert notice.people == (filler.pk,)
    assert notice.url.endswith(f"/questions/{question.pk}/")
