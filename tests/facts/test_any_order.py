"""Whatever is stated, verified, withdrawn and answered in whatever order: one value in force, no loose end."""

from __future__ import annotations

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kechuang.facts import selectors, services
from kechuang.facts.choices import IN_FORCE, Status
from kechuang.facts.models import Fact, Question
from kechuang.kernel.errors import Refused
from tests.factories import DepartmentFactory
from tests.facts.conftest import actor_of, build_ground, prepare

pytestmark = pytest.mark.django_db

PEOPLE = ("unit", "colleague", "officer", "other")
VALUES = st.integers(1, 3)
ACTS = st.one_of(
    *[st.tuples(st.just("declare"), st.just(who), VALUES) for who in PEOPLE],
    st.tuples(st.just("verify"), st.sampled_from(PEOPLE), st.one_of(st.none(), VALUES)),
    st.tuples(st.just("withdraw"), st.sampled_from(PEOPLE), st.none()),
    st.tuples(st.just("answer"), st.sampled_from(PEOPLE), st.sampled_from(["held", "offered", "3"])),
    st.tuples(st.just("retract"), st.sampled_from(PEOPLE), st.none()),
)


@pytest.fixture
def dictionary(db):
    prepare()


class Scene:
    """One metric of one organisation, and four people who act on it."""

    def __init__(self):
        self.ground = build_ground()
        organisation, department = self.ground.organisations[0], self.ground.department
        self.people = {
            "unit": actor_of("applicant", organisation=organisation),
            "colleague": actor_of("host_admin", organisation=organisation),
            "officer": actor_of("department_officer", department=department),
            "other": actor_of("department_officer", department=DepartmentFactory()),
        }
        self.stated = 0

    def act(self, what, who, value):
        """Do one act; a refusal leaves everything as it was."""
        before = self.told()
        try:
            getattr(self, what)(self.people[who], value)
        except Refused:
            assert self.told() == before

    def declare(self, actor, value):
        declared = services.fact_declare(
            subject=self.ground.subject, metric="revenue", year=2024, value=value, source="", actor=actor
        )
        self.stated += declared.new

    def verify(self, actor, value):
        for fact in Fact.objects.filter(status__in=IN_FORCE):
            again = fact.status == Status.VERIFIED
            verified = services.fact_verify(fact=fact, audited=value, actor=actor, reason="审计")
            self.stated += again and verified.pk != fact.pk

    def withdraw(self, actor, _value):
        for fact in Fact.objects.filter(status__in=IN_FORCE):
            services.fact_withdraw(fact=fact, actor=actor, reason="撤回")

    def answer(self, actor, value):
        for question in Question.objects.filter(state="open")[:1]:
            chosen = {"choose": value} if value in ("held", "offered") else {"value": value}
            services.question_answer(question=question, actor=actor, reason="核对", **chosen)

    def retract(self, actor, _value):
        for question in Question.objects.filter(state="open")[:1]:
            services.question_retract(question=question, actor=actor)

    @staticmethod
    def told():
        return (
            sorted(Fact.objects.values_list("pk", "status", "number", "audited_number", "until")),
            sorted(Question.objects.values_list("pk", "state", "held", "offered")),
        )


def check(scene):
    facts, questions = list(Fact.objects.all()), list(Question.objects.select_related("held", "offered"))
    assert len(facts) == scene.stated  # nothing that was stated is ever lost
    held = [fact for fact in facts if fact.status in IN_FORCE]
    assert len(held) <= 1
    known = selectors.known(subject=scene.ground.subject, metrics=["revenue"], years=[2024])
    assert [one.value for one in known.values()] == [fact.value for fact in held]
    waiting = [question for question in questions if question.state == "open"]
    contested = {fact.pk for fact in facts if fact.status == Status.CONTESTED}
    assert {question.offered_id for question in waiting} == contested
    assert all(question.held.status in IN_FORCE for question in waiting)
    assert len({question.offered.origin for question in waiting}) == len(waiting)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@example(
    acts=[("declare", "unit", 1), ("declare", "officer", 2), ("declare", "other", 3), ("answer", "other", "offered")]
)
@given(acts=st.lists(ACTS, min_size=5, max_size=12))
def test_any_order_of_acts_leaves_one_value_in_force_and_no_loose_end(dictionary, acts):
    with transaction.atomic():
        scene = Scene()
        for what, who, value in acts:
            scene.act(what, who, value)
            check(scene)
        transaction.set_rollback(True)
