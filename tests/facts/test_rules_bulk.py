"""All organisations at once from PostgreSQL say the very same as one by one."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from django.core.cache import caches
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kechuang.directory.models import Organisation
from kechuang.facts import sources
from kechuang.facts.choices import Status, SubjectKind
from kechuang.facts.known import REGISTER, Known
from kechuang.facts.models import COLUMNS, Fact, Metric
from kechuang.facts.selectors import rules_everyone
from kechuang.facts.selectors.rules import current_rule, facts_known, judged_of, standing
from kechuang.facts.selectors.rules_bulk import organisations_table
from kechuang.facts.selectors.rules_everyone import everyone_judged
from kechuang.facts.services.rules import rules_store
from kechuang.facts.subjects import Subject, subject_of
from kechuang.kernel.access import Actor, Office
from kechuang.pure.conditions.bulk import VERDICTS, verdicts
from kechuang.pure.conditions.rules import Verdict, rules_read
from kechuang.pure.conditions.values import Kind
from kechuang.pure.conditions.verdict import rule_verdict
from tests.factories import CountyFactory, OrganisationFactory, UserFactory
from tests.facts.test_rules import CODE, rule
from tests.pure.conditions import strategies as drawn
from tests.pure.conditions.dictionary import METRICS

pytestmark = [pytest.mark.django_db, pytest.mark.capability("C114")]

YEAR, ON = 2022, date(2022, 12, 31)
SIZE = 5
STORED = {**drawn.VALUES, "number": st.decimals(-(10**9), 10**9, places=4).map(Fraction) | drawn.DECIMAL}
MOST = 10**13


def numbers(value):
    """Return a drawn value as the column of facts holds it."""
    if isinstance(value, Fraction):
        return Decimal(value.numerator) / Decimal(value.denominator) if abs(value) < MOST else None
    return sorted(value) if isinstance(value, frozenset) else value


def store_metrics() -> dict[str, Metric]:
    found = {}
    for each in METRICS.values():
        found[each.code], _new = Metric.objects.update_or_create(
            code=each.code,
            defaults={
                "label": each.name,
                "group": "示例",
                "kind": each.kind.value,
                "period": "year" if each.yearly else "none",
                "definition": "示例",
                "subjects": ["organisation"],
            },
        )
    return found


def store(metric: Metric, organisation: Organisation, year: int | None, value, person, *, audited=None, **more) -> Fact:
    column = COLUMNS[metric.kind]
    told = {column: value}
    if audited is not None:
        told |= {f"audited_{column}": audited, "verified_by": person, "verified_at": timezone.now()}
    status = Status.DECLARED if audited is None else Status.VERIFIED
    return Fact(
        subject_kind=SubjectKind.ORGANISATION,
        subject_id=organisation.pk,
        metric=metric,
        year=year,
        source="示例来源",
        origin="示例",
        declared_by=person,
        declared_at=timezone.now(),
        **{"status": status, "since": timezone.now(), **told, **more},
    )


@pytest.fixture
def town():
    counties = [CountyFactory(), CountyFactory()]
    kinds = ("enterprise", "university", "enterprise", "institute", "enterprise")
    organisations = [OrganisationFactory(county=counties[n % 2], kind=kinds[n]) for n in range(SIZE)]
    return store_metrics(), organisations, UserFactory()


def draw_facts(data, metrics, organisations, person) -> list[Fact]:
    rows = []
    for organisation in organisations:
        for metric in metrics.values():
            values = STORED[metric.kind]
            for year in range(YEAR - 4, YEAR + 2) if metric.yearly else (None,):
                if data.draw(st.integers(0, 2)) == 0:
                    continue
                value, audited = numbers(data.draw(values)), numbers(data.draw(st.none() | values))
                if value is not None:
                    rows.append(store(metric, organisation, year, value, person, audited=audited))
    return rows


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_the_database_at_once_says_the_same_as_one_by_one(town, data):
    metrics, organisations, person = town
    rules = [data.draw(drawn.rules(place)) for place in range(3)]
    with transaction.atomic():
        Fact.objects.bulk_create(draw_facts(data, metrics, organisations, person))
        keys, table = organisations_table(rules, METRICS, year=YEAR)
        found = verdicts(rules, table, year=YEAR, on=ON)
        learned = facts_known(rules=rules, subjects=[subject_of(one) for one in organisations], year=YEAR, on=ON)
        transaction.set_rollback(True)
    assert keys.tolist() == sorted(one.pk for one in organisations)
    for row, key in enumerate(keys.tolist()):
        facts, _known = learned[Subject("organisation", key)]
        assert [VERDICTS[place] for place in found[:, row]] == [rule_verdict(rule, facts) for rule in rules]


RULE = rules_read(
    'rules: [{id: r, clauses: [{id: rd, need: "rd_expense >= 300.5"}, {id: k, need: "kind == \'enterprise\'"}]}]',
    METRICS,
)


def judged() -> dict[int, str]:
    keys, table = organisations_table(RULE, METRICS, year=YEAR)
    found = verdicts(RULE, table, year=YEAR, on=ON)[0]
    return {key: VERDICTS[place].value for key, place in zip(keys.tolist(), found, strict=True)}


def test_the_audited_value_counts_and_history_does_not(town):
    metrics, organisations, person = town
    rd = metrics["rd_expense"]
    ended = {"status": Status.SUPERSEDED, "until": timezone.now()}
    Fact.objects.bulk_create(
        [
            store(rd, organisations[0], YEAR, Decimal("300.5"), person),
            store(rd, organisations[2], YEAR, Decimal(900), person, audited=Decimal("300.4999")),
            store(rd, organisations[4], YEAR, Decimal(900), person, **ended),
            store(rd, organisations[1], YEAR, Decimal(900), person),
        ]
    )
    assert list(judged().values()) == ["met", "unmet", "unmet", "unmet", "unknown"]


def test_a_merged_organisation_is_not_judged(town):
    _metrics, organisations, _person = town
    Organisation.objects.filter(pk=organisations[1].pk).update(merged_into=organisations[0])
    assert organisations[1].pk not in judged()


def test_only_those_asked_for_are_judged(town):
    _metrics, organisations, _person = town
    among = Organisation.objects.filter(county=organisations[1].county)
    keys, table = organisations_table(RULE, METRICS, year=YEAR, among=among)
    assert keys.tolist() == [organisations[1].pk, organisations[3].pk]
    assert list(table.subjects) == [str(key) for key in keys]


def test_no_organisation_at_all_is_an_empty_table(town):
    keys, table = organisations_table(RULE, METRICS, year=YEAR, among=Organisation.objects.none())
    assert (len(keys), verdicts(RULE, table, year=YEAR, on=ON).shape) == (0, (1, 0))
    keys, _table = organisations_table(RULE, METRICS, year=YEAR, among=Organisation.objects.filter(pk=0))
    assert len(keys) == 0


def test_a_register_answers_for_all(town, request):
    _metrics, organisations, _person = town
    held = {organisations[3].pk: frozenset({"city"})}

    def answer(subjects, _codes, _years):
        return {(one, ("levels", None)): Known(held.get(one.pk, frozenset()), REGISTER, "示例名录") for one in subjects}

    sources.register("sample", answer, kind="organisation", metrics={"levels"}, label="示例名录")
    request.addfinalizer(lambda: sources.forget("sample"))
    rules = rules_read("rules: [{id: r, clauses: [{id: a, need: 'has(levels, \"city\")'}]}]", METRICS)
    _keys, table = organisations_table(rules, METRICS, year=YEAR)
    assert verdicts(rules, table, year=YEAR, on=ON).tolist() == [[0, 0, 0, 2, 0]]
    assert METRICS["levels"].kind is Kind.SET


def test_a_judgement_that_is_kept_still_shows_everybody_only_their_own(town, monkeypatch):
    metrics, organisations, person = town
    monkeypatch.setattr(rules_everyone, "MANY", 1)
    caches["local"].clear()
    store(metrics["rd_expense"], organisations[0], YEAR, Decimal(400), person).save()
    rules_store([rule("rd_expense >= 300", more=', {"id": "no", "veto": "rd_expense > 500"}')])

    def seen(**office):
        actor = Actor(person.pk, (Office(**office),))
        return everyone_judged(version=current_rule(CODE), year=YEAR, on=ON, actor=actor)

    whole, own = seen(role="leader"), seen(role="county_officer", county_id=organisations[1].county_id)
    assert (len(whole.keys), own.keys.tolist()) == (SIZE, [organisations[1].pk, organisations[3].pk])
    assert whole.counts() == {Verdict.MET: 1, Verdict.UNMET: 0, Verdict.UNKNOWN: 4}
    assert [counts[Verdict.MET] for counts in whole.clause_counts()] == [1, 1]
    one_by_one = judged_of(
        versions=[current_rule(CODE)], subjects=[subject_of(one) for one in organisations], year=YEAR
    )
    assert [[VERDICTS[place] for place in column] for column in whole.clauses.T] == [
        [standing(clause) for clause in judged.explained.clauses] for _subject, judged in one_by_one
    ]
    assert len(seen(role="applicant", organisation_id=organisations[0].pk).keys) == 0
    store(metrics["rd_expense"], organisations[2], YEAR, Decimal(400), person).save()
    assert seen(role="leader").counts()[Verdict.MET] == 1
    caches["local"].clear()
    assert seen(role="leader").counts()[Verdict.MET] == 2


@pytest.mark.parametrize("size", (1, 3))
def test_queries_are_as_many_for_one_organisation_as_for_three(town, size, django_assert_num_queries):
    _metrics, organisations, _person = town
    among = Organisation.objects.filter(pk__in=[one.pk for one in organisations[:size]])
    with django_assert_num_queries(4):  # the keys, the dictionary, one column from the facts, one from the directory
        organisations_table(RULE, METRICS, year=YEAR, among=among)
