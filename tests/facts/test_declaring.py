"""Facts are typed once: the same again is nothing new, a contradiction is a question, never an overwriting."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from kechuang.facts import selectors, services
from kechuang.facts.choices import Status
from kechuang.facts.models import Fact, Question
from kechuang.facts.subjects import Subject, subject_of
from kechuang.kernel.access import ANONYMOUS
from kechuang.kernel.errors import NotAllowed, Refused
from tests.facts.conftest import actor_of, scan

pytestmark = [pytest.mark.django_db, pytest.mark.capability("C19")]


def declare(ground, value, *, actor=None, metric="revenue", year=2024, **more):
    return services.fact_declare(
        subject=ground.subject,
        metric=metric,
        year=year,
        value=value,
        source="审计报告",
        actor=actor or ground.applicant(),
        **more,
    )


def known(ground, metric="revenue", year=2024, **more):
    return selectors.known(subject=ground.subject, metrics=[metric], years=[year], **more).get((metric, year))


def test_a_declared_value_is_known_with_its_source(ground):
    declared = declare(ground, "1,280.5")
    assert declared.new
    assert declared.question is None
    found = known(ground)
    assert (found.value, found.status, found.source, found.unit) == (Decimal("1280.5"), "declared", "审计报告", "万元")
    assert found.fact_id == declared.fact.pk


def test_the_same_value_again_changes_nothing(ground):
    first = declare(ground, "1280.50")
    again = declare(ground, Decimal("1280.5"), actor=ground.officer())
    assert (again.fact.pk, again.new) == (first.fact.pk, False)
    assert Fact.objects.count() == 1


def test_a_colleague_corrects_what_is_not_yet_verified_and_the_old_value_stays_as_history(ground):
    old = declare(ground, 100).fact
    new = declare(ground, 120)
    old.refresh_from_db()
    assert new.question is None
    assert (old.status, old.until is not None) == (Status.SUPERSEDED, True)
    assert known(ground).value == Decimal(120)
    assert [fact.value for fact in selectors.facts_of(subject=ground.subject)] == [Decimal(120), Decimal(100)]


def test_a_value_of_another_origin_opens_a_question_and_keeps_both(ground):
    held = declare(ground, 100).fact
    told = declare(ground, 140, actor=ground.officer())
    assert told.fact.status == Status.CONTESTED
    assert (told.question.held_id, told.question.offered_id, told.question.state) == (held.pk, told.fact.pk, "open")
    assert known(ground).value == Decimal(100)


def test_a_value_against_a_verified_one_opens_a_question_even_from_who_declared_it(ground):
    held = declare(ground, 100).fact
    services.fact_verify(fact=held, actor=ground.officer())
    told = declare(ground, 90)
    assert told.question is not None
    assert known(ground).value == Decimal(100)


def test_offering_another_value_replaces_the_offer_not_the_question(ground):
    declare(ground, 100)
    officer = ground.officer()
    first = declare(ground, 140, actor=officer)
    again = declare(ground, 140, actor=officer)
    other = declare(ground, 150, actor=officer)
    assert (again.new, again.question) == (False, first.question)
    assert other.question == first.question
    assert Question.objects.get().offered.value == Decimal(150)
    assert Fact.objects.get(pk=first.fact.pk).status == Status.SUPERSEDED


def test_a_corrected_value_takes_its_question_along(ground):
    declare(ground, 100)
    told = declare(ground, 140, actor=ground.officer())
    corrected = declare(ground, 130).fact
    told.question.refresh_from_db()
    assert told.question.held_id == corrected.pk


def test_verified_and_reported_stand_side_by_side(ground):
    fact = declare(ground, 100).fact
    officer = ground.officer()
    with pytest.raises(Refused) as refused:
        services.fact_verify(fact=fact, audited="95", actor=officer)
    assert refused.value.field == "reason"
    services.fact_verify(fact=fact, audited="95", actor=officer, reason="审计报告第 3 页")
    fact.refresh_from_db()
    assert (fact.reported, fact.audited, fact.value, fact.status) == (
        Decimal(100),
        Decimal(95),
        Decimal(95),
        "verified",
    )
    assert known(ground).value == Decimal(95)
    # What was reported, typed again, contradicts nothing.
    assert not declare(ground, 100).new


def test_verifying_anew_keeps_what_counted_until_then(ground):
    fact = declare(ground, 100).fact
    officer = ground.officer()
    services.fact_verify(fact=fact, audited=95, actor=officer, reason="初审")
    services.fact_verify(fact=fact, audited=97, actor=officer, reason="复审")
    assert known(ground).value == Decimal(97)
    assert sorted((row.status, row.value) for row in Fact.objects.all()) == [
        ("superseded", Decimal(95)),
        ("verified", Decimal(97)),
    ]


def test_nobody_verifies_his_own_value(ground):
    officer = ground.officer()
    fact = declare(ground, 100, actor=officer).fact
    with pytest.raises(NotAllowed):
        services.fact_verify(fact=fact, actor=officer)
    assert known(ground).status == "declared"


@pytest.mark.parametrize(("choose", "value", "counts"), (("held", None, 100), ("offered", None, 140), ("", "123", 123)))
def test_an_answer_chooses_one_value_and_keeps_the_other(ground, choose, value, counts):
    declare(ground, 100)
    question = declare(ground, 140, actor=ground.officer()).question
    services.question_answer(question=question, choose=choose, value=value, actor=ground.officer(), reason="以审计为准")
    question.refresh_from_db()
    assert question.state == "answered"
    found = known(ground)
    assert (found.value, found.status) == (Decimal(counts), "verified")
    assert Fact.objects.count() == 2


def test_an_answer_needs_a_reason_and_a_choice(ground):
    declare(ground, 100)
    question = declare(ground, 140, actor=ground.officer()).question
    with pytest.raises(Refused) as refused:
        services.question_answer(question=question, actor=ground.officer(), reason="审计")
    assert refused.value.field == "choose"
    with pytest.raises(Refused) as refused:
        services.question_answer(question=question, choose="held", actor=ground.officer(), reason=" ")
    assert refused.value.field == "reason"
    question.refresh_from_db()
    assert question.state == "open"


def test_an_offer_is_retracted_by_its_side_only(ground):
    declare(ground, 100)
    officer = ground.officer()
    question = declare(ground, 140, actor=officer).question
    with pytest.raises(NotAllowed):
        services.question_retract(question=question, actor=ground.applicant())
    services.question_retract(question=question, actor=officer, reason="看错了")
    assert Question.objects.get().state == "retracted"
    assert known(ground).value == Decimal(100)


def test_withdrawing_leaves_nothing_known_and_says_why(ground):
    fact = declare(ground, 100).fact
    with pytest.raises(Refused):
        services.fact_withdraw(fact=fact, actor=ground.applicant(), reason="")
    services.fact_withdraw(fact=fact, actor=ground.applicant(), reason="填错单位")
    assert known(ground) is None
    assert declare(ground, 1).new


def test_what_is_verified_is_withdrawn_by_the_department(ground):
    fact = declare(ground, 100).fact
    officer = ground.officer()
    services.fact_verify(fact=fact, actor=officer)
    with pytest.raises(NotAllowed):
        services.fact_withdraw(fact=fact, actor=ground.applicant(), reason="不对")
    services.fact_withdraw(fact=fact, actor=officer, reason="撤回")
    assert known(ground) is None


@pytest.mark.parametrize("stranger", ("other", "public", "county", "auditor", "unbound"))
def test_strangers_declare_nothing(ground, stranger):
    actors = {
        "other": lambda: ground.applicant(1),
        "public": lambda: ANONYMOUS,
        "county": ground.county,
        "auditor": lambda: actor_of("auditor"),
        "unbound": lambda: actor_of("department_officer"),
    }
    with pytest.raises(NotAllowed):
        declare(ground, 100, actor=actors[stranger]())
    assert not Fact.objects.exists()


@pytest.mark.parametrize("act", ("verify", "withdraw", "answer"))
def test_strangers_neither_verify_nor_withdraw_nor_answer(ground, act):
    fact = declare(ground, 100).fact
    question = declare(ground, 140, actor=ground.officer()).question
    stranger = ground.applicant(1)
    acts = {
        "verify": lambda: services.fact_verify(fact=fact, actor=stranger),
        "withdraw": lambda: services.fact_withdraw(fact=fact, actor=stranger, reason="x"),
        "answer": lambda: services.question_answer(question=question, choose="held", actor=stranger, reason="x"),
    }
    with pytest.raises(NotAllowed):
        acts[act]()
    fact.refresh_from_db()
    assert fact.status == Status.DECLARED


@pytest.mark.parametrize(
    ("metric", "year", "value"),
    (
        ("revenue", None, 1),
        ("revenue", 1905, 1),
        ("independent_legal_person", 2024, True),
        ("nothing_of_the_kind", 2024, 1),
        ("running_since", None, "2020-01-01"),
        ("industry", None, "C3670"),
        ("revenue", 2024, ""),
    ),
)
def test_a_question_that_makes_no_sense_is_refused_at_its_field(ground, metric, year, value):
    with pytest.raises(Refused) as refused:
        declare(ground, value, metric=metric, year=year)
    assert refused.value.field == metric
    assert not Fact.objects.exists()


def test_several_values_are_declared_all_or_none(ground):
    said = [services.Said("revenue", 2024, 100), services.Said("rd_staff", 2024, "十个")]
    with pytest.raises(Refused) as refused:
        services.facts_declare(subject=ground.subject, said=said, actor=ground.applicant())
    assert refused.value.field == "rd_staff"
    assert not Fact.objects.exists()


def test_every_kind_of_value_is_kept_and_given_back(ground):
    values = {
        ("total_profit", 2024): ("-3.25", Decimal("-3.25")),
        ("independent_legal_person", None): ("是", True),
        ("established_on", None): ("2009年5月1日", date(2009, 5, 1)),
        ("qualifications", None): ("高新技术企业、专精特新", frozenset({"high_tech", "specialised"})),
        ("audited_accounts", 2024): ("否", False),
    }
    for (metric, year), (given, _value) in values.items():
        declare(ground, given, metric=metric, year=year)
    found = selectors.known(subject=ground.subject, metrics=[metric for metric, _ in values], years=[2024])
    assert {key: one.value for key, one in found.items()} == {key: value for key, (_given, value) in values.items()}


def test_the_registers_own_columns_are_known_without_being_typed(ground):
    found = selectors.known(subject=ground.subject, metrics=["kind", "county", "industry"], years=[])
    assert {code: one.value for (code, _year), one in found.items()} == {
        "kind": "enterprise",
        "county": ground.counties[0].code,
        "industry": "C3670",
    }
    assert {one.status for one in found.values()} == {"register"}
    assert not Fact.objects.exists()


def test_what_was_in_force_on_a_day_is_known_as_of_that_day(ground):
    old = declare(ground, 100).fact
    declare(ground, 120)
    past = old.since - timedelta(days=10)
    Fact.objects.filter(pk=old.pk).update(since=past, until=past + timedelta(days=5))
    assert known(ground, on=(past + timedelta(days=1)).date()).value == Decimal(100)
    assert known(ground, on=(past - timedelta(days=1)).date()) is None
    assert known(ground).value == Decimal(120)


def test_spared_counts_the_fields_that_need_not_be_typed(ground):
    declare(ground, 100)
    asked = [("revenue", 2024), ("revenue", 2023), ("kind", None), ("kind", None)]
    assert selectors.spared(subject=ground.subject, metrics_years=asked) == (2, 3)


@pytest.mark.parametrize("count", (1, 3))
def test_known_costs_one_query_and_declaring_a_constant_number(ground, django_assert_num_queries, count):
    metrics = ["revenue", "assets", "rd_expense"][:count]
    said = [services.Said(metric, 2024, 10) for metric in metrics]
    actor = ground.applicant()
    with django_assert_num_queries(8):
        services.facts_declare(subject=ground.subject, said=said, actor=actor)
    with django_assert_num_queries(1):
        found = selectors.known(subject=ground.subject, metrics=metrics, years=[2023, 2024])
    assert len(found) == count


def test_evidence_of_another_organisation_or_out_of_force_supports_nothing(ground):
    applicant = ground.applicant()
    other = services.evidence_keep(
        organisation=ground.organisations[1], upload=scan(), title="示例", kind="other", actor=ground.applicant(1)
    )
    old = services.evidence_keep(
        organisation=ground.organisations[0],
        upload=scan(),
        title="示例",
        kind="other",
        valid_to=date(2020, 1, 1),
        actor=applicant,
    )
    for evidence in (other, old):
        with pytest.raises(Refused):
            declare(ground, 100, evidence=evidence)
    assert not Fact.objects.exists()


def test_the_database_refuses_two_values_in_force_and_a_row_of_two_kinds(ground):
    fact = declare(ground, 100).fact
    twin = Fact.objects.get(pk=fact.pk)
    twin.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save(force_insert=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        Fact.objects.filter(pk=fact.pk).update(text="一百")
    with pytest.raises(IntegrityError), transaction.atomic():
        Fact.objects.filter(pk=fact.pk).update(audited_boolean=True)


def test_two_values_without_a_year_are_not_both_in_force(ground):
    declare(ground, "2009-05-01", metric="established_on", year=None)
    twin = Fact.objects.get()
    twin.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save(force_insert=True)


def test_a_subject_of_an_unknown_kind_belongs_to_nobody(ground):
    with pytest.raises(NotAllowed):
        services.fact_declare(
            subject=Subject("person", 1), metric="revenue", year=2024, value=1, source="", actor=ground.officer()
        )
    assert subject_of(ground.organisations[0]) == ground.subject
