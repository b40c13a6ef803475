"""Two people of two sides declare at once: one value comes into force, the other one becomes a question.

The control takes the lock away and shows that the same two acts then both find nothing known.
"""

from __future__ import annotations

import threading
from contextlib import suppress

import pytest
from django.db import DatabaseError, connections

from kechuang.facts import services
from kechuang.facts.models import Evidence, Fact, Question
from kechuang.facts.services import declaring
from kechuang.kernel.errors import Refused
from tests.facts.conftest import build_ground, prepare, scan

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ground(db):
    prepare()
    return build_ground()


def at_once(*acts):
    """Run ``acts`` in threads that start together; return how each ended."""
    gate = threading.Barrier(len(acts))
    told = [""] * len(acts)

    def run(place, act):
        try:
            gate.wait(timeout=20)
            act()
            told[place] = "done"
        except Refused:
            told[place] = "refused"
        except DatabaseError:
            told[place] = "failed"
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place, act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return sorted(told)


def declaring_at_once(ground):
    actors = [ground.applicant(), ground.officer()]

    def declare(actor, value):
        return lambda: services.fact_declare(
            subject=ground.subject, metric="revenue", year=2024, value=value, source="审计报告", actor=actor
        )

    return at_once(*(declare(actor, 100 + place) for place, actor in enumerate(actors)))


def slow_reading(monkeypatch):
    """Let both have read what is known before either writes, if nothing makes them wait for each other."""
    gate = threading.Barrier(2)
    read = declaring.values_in_force

    def waiting(subject, metrics):
        found = read(subject, metrics)
        with suppress(threading.BrokenBarrierError):
            gate.wait(timeout=2)
        return found

    monkeypatch.setattr(declaring, "values_in_force", waiting)


def test_of_two_values_declared_at_once_one_is_known_and_the_other_asked(ground, monkeypatch):
    slow_reading(monkeypatch)
    assert declaring_at_once(ground) == ["done", "done"]
    assert sorted(Fact.objects.values_list("status", flat=True)) == ["contested", "declared"]
    assert Question.objects.filter(state="open").count() == 1


def test_without_the_lock_one_of_the_two_values_is_lost(ground, monkeypatch):
    slow_reading(monkeypatch)
    monkeypatch.setattr(declaring, "lock_subjects", lambda subjects: None)
    assert declaring_at_once(ground) == ["done", "failed"]
    assert list(Fact.objects.values_list("status", flat=True)) == ["declared"]
    assert not Question.objects.exists()


def test_two_officers_verifying_at_once_sign_once(ground):
    fact = services.fact_declare(
        subject=ground.subject, metric="revenue", year=2024, value=1, source="", actor=ground.applicant()
    ).fact
    officers = [ground.officer(), ground.officer()]

    def verify(actor, audited):
        return lambda: services.fact_verify(
            fact=Fact.objects.get(pk=fact.pk), audited=audited, actor=actor, reason="审计"
        )

    assert at_once(*(verify(actor, 90 + place) for place, actor in enumerate(officers))) == ["done", "done"]
    # The second verification is a row of its own: what the first signed stays on record.
    assert sorted(Fact.objects.values_list("status", flat=True)) == ["superseded", "verified"]


def test_two_colleagues_uploading_one_file_keep_one_evidence(ground):
    organisation, actors = ground.organisations[0], [ground.applicant(), ground.applicant()]

    def keep(actor):
        return lambda: services.evidence_keep(
            organisation=organisation, upload=scan(), title="示例", kind="other", actor=actor
        )

    assert at_once(*(keep(actor) for actor in actors)) == ["done", "done"]
    assert Evidence.objects.count() == 1


def test_two_colleagues_filling_one_sheet_lose_nothing(ground):
    actors = [ground.applicant(), ground.applicant()]
    sheet = services.sheet_open(organisation=ground.organisations[0], year=2024, actor=actors[0])
    codes = ["revenue", "assets", "employees", "rd_expense"]

    def fill(actor, mine):
        def act():
            for code in mine:
                services.sheet_fill(sheet=type(sheet).objects.get(pk=sheet.pk), values={code: "1"}, actor=actor)

        return act

    assert at_once(fill(actors[0], codes[:2]), fill(actors[1], codes[2:])) == ["done", "done"]
    sheet.refresh_from_db()
    assert sheet.entries == dict.fromkeys(codes, "1")
