"""Rules are numbered versions: what began on one stays on it. A verdict tells its reasons and the way there."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from django.db import DatabaseError, transaction

from kechuang.catalogue.loading import installed_root, load
from kechuang.catalogue.rules import RuleSet, rule_again
from kechuang.facts import services
from kechuang.facts.models import RuleVersion
from kechuang.facts.selectors import rules as reading
from kechuang.facts.services.rules import rules_load, rules_store
from kechuang.facts.subjects import Subject
from kechuang.kernel.errors import Refused
from kechuang.pure.conditions.rules import Verdict
from tests.facts.conftest import actor_of

pytestmark = pytest.mark.django_db
YEAR = 2024
CODE = "recognition.etrc.municipal"


def rule(need: str = "rd_expense >= 300", *, code: str = CODE, more: str = "", passing: str = "") -> RuleSet:
    """Return a rule as the catalogue would hand it on."""
    definition = f"""{{"metrics": [
        {{"code": "rd_expense", "kind": "number", "period": "year", "unit": "万元", "label": "研发费用"}},
        {{"code": "revenue", "kind": "number", "period": "year", "unit": "万元", "label": "营业收入"}},
        {{"code": "rd_staff", "kind": "number", "period": "year", "unit": "人", "label": "研发人员"}},
        {{"code": "platforms_held", "kind": "set", "period": "none", "label": "已有平台"}},
        {{"code": "kind", "kind": "text", "period": "none", "label": "单位性质"}},
        {{"code": "serious_dishonesty", "kind": "boolean", "period": "none", "label": "严重失信"}}],
      "rule": {{"id": "{code}", "title": "示例条件", "source": {{"document": "示例办法", "article": "第五条"}},
        {passing} "clauses": [{{"id": "rd", "need": "{need}", "article": "第五条（一）"}}{more}]}}}}"""
    return rule_again(definition)


def stored(*rules: RuleSet) -> RuleVersion:
    rules_store(rules, names={"etrc": "工程技术研究中心", "municipal": "市级"})
    return reading.current_rule(rules[0].code)


def declare(ground, **values):
    for metric, value in values.items():
        services.fact_declare(
            subject=ground.subject,
            metric=metric,
            year=None if metric == "serious_dishonesty" else YEAR,
            value=value,
            source="审计报告",
            actor=actor_of("applicant", organisation=ground.organisations[0]),
        )


def judge(ground, version, **more):
    return reading.verdict(rule_version=version, subject=ground.subject, year=YEAR, **more)


def test_the_catalogue_brings_its_rules_with_the_names_of_types_and_levels(db):
    whole = load(installed_root(), "anshun")
    rules_load(whole)
    found = reading.current_rule(CODE)
    assert RuleVersion.objects.count() == len(whole.rules)
    assert (found.number, found.type_name, found.level_name, found.template) == (1, "工程技术研究中心", "市级", True)
    rules_load(whole)
    assert RuleVersion.objects.count() == len(whole.rules)


@pytest.mark.capability("C115")
def test_a_changed_threshold_is_a_new_version_and_what_began_stays_on_the_old(ground):
    begun = stored(rule("rd_expense >= 300"))
    newer = stored(rule("rd_expense >= 400"))
    declare(ground, rd_expense=350)
    assert (begun.number, newer.number, reading.current_rule(CODE)) == (1, 2, newer)
    assert (judge(ground, begun).verdict, judge(ground, newer).verdict) == (Verdict.MET, Verdict.UNMET)


def test_going_back_to_an_earlier_text_is_a_version_of_its_own(db):
    for need in ("rd_expense >= 300", "rd_expense >= 400", "rd_expense >= 300", "rd_expense >= 300"):
        stored(rule(need))
    assert [version.number for version in reading.versions_of(CODE)] == [3, 2, 1]
    first, last = RuleVersion.objects.get(number=1), reading.current_rule(CODE)
    assert (last.number, last.definition == first.definition) == (3, True)


def test_a_rule_that_left_the_catalogue_is_withdrawn_and_may_come_back(db):
    other = rule(code="recognition.etrc.provincial")
    stored(rule(), other)
    stored(other)
    assert [version.code for version in reading.rules_current()] == [other.code]
    with pytest.raises(Refused, match="尚未载入"):
        reading.current_rule(CODE)
    again = stored(rule(), other)
    assert (again.number, again.withdrawn) == (3, False)


def test_a_version_cannot_be_changed_or_removed(db):
    version = stored(rule())
    for act in (
        lambda: RuleVersion.objects.filter(pk=version.pk).update(title="改"),
        lambda: RuleVersion.objects.filter(pk=version.pk).delete(),
    ):
        with pytest.raises(DatabaseError, match="Append-only"), transaction.atomic():
            act()


def test_in_force_follows_the_documents_days():
    version = RuleVersion(effective_from=date(2023, 1, 1), effective_to=date(2028, 1, 1))
    days = (date(2022, 12, 31), date(2023, 1, 1), date(2027, 12, 31), date(2028, 1, 1))
    assert [version.in_force(day) for day in days] == [False, True, True, False]


def test_a_verdict_tells_numbers_sources_what_is_missing_and_the_smallest_change(ground):
    version = stored(rule("rd_expense >= 300 or rd_expense / revenue >= 0.03"))
    declare(ground, rd_expense=180, revenue=10000)
    judged = judge(ground, version)
    [clause] = judged.explained.clauses
    assert (judged.verdict, clause.numbers) == (
        Verdict.UNMET,
        {"rd_expense": Fraction(180), "revenue": Fraction(10000)},
    )
    assert (clause.change.metric, clause.change.period, clause.change.wanted) == ("revenue", YEAR, Fraction(6000))
    [gap] = reading.gaps(judged).gaps
    assert (gap.change.metric, gap.change.wanted) == ("rd_expense", Fraction(300))
    assert judged.known["rd_expense"].source == "审计报告"
    assert judged.json()["sources"] == {"rd_expense": "审计报告", "revenue": "审计报告"}
    assert (judged.json()["on"], judged.json()["version"]) == (date(YEAR, 12, 31), 1)


def test_a_platform_is_judged_by_its_own_facts(ground):
    version = stored(rule())
    declare(ground, rd_expense=500)
    judged = reading.verdict(rule_version=version, subject=Subject("platform", ground.subject.pk), year=YEAR)
    assert judged.verdict is Verdict.UNKNOWN


def test_what_is_not_known_is_unknown_never_no(ground):
    judged = judge(ground, stored(rule()))
    assert (judged.verdict, judged.explained.clauses[0].missing) == (Verdict.UNKNOWN, ["rd_expense"])


def test_the_registers_answer_what_nobody_typed(ground):
    judged = judge(ground, stored(rule("kind == 'enterprise'")))
    assert (judged.verdict, judged.known["kind"].source) == (Verdict.MET, "单位名录")


def test_gaps_come_the_easiest_first_and_say_where_they_lead(ground):
    more = (
        ', {"id": "staff", "need": "rd_staff >= 10"}, {"id": "big", "need": "revenue >= 11000"}'
        ', {"id": "clean", "veto": "serious_dishonesty == True"}'
    )
    version = stored(rule("rd_expense >= 300", more=more))
    declare(ground, rd_expense=100, revenue=10000)
    path = reading.gaps(judge(ground, version))
    assert [(gap.clause.clause.id, gap.change and gap.change.wanted, gap.missing) for gap in path.gaps] == [
        ("big", Fraction(11000), ()),
        ("rd", Fraction(300), ()),
        ("staff", None, ("rd_staff",)),
        ("clean", None, ("serious_dishonesty",)),
    ]
    assert path.reached is Verdict.UNKNOWN
    declare(ground, rd_staff=12, serious_dishonesty="否")
    assert reading.gaps(judge(ground, version)).reached is Verdict.MET


def test_an_incurred_veto_is_a_gap_that_no_number_closes(ground):
    version = stored(rule(more=', {"id": "clean", "veto": "serious_dishonesty == True"}'))
    declare(ground, rd_expense=500, serious_dishonesty="是")
    path = reading.gaps(judge(ground, version))
    assert [(gap.clause.clause.id, gap.change) for gap in path.gaps] == [("clean", None)]
    assert path.reached is Verdict.UNMET


def test_missing_points_are_sought_in_the_next_band(ground):
    more = (
        ', {"id": "size", "points": [{"when": "revenue >= 5000", "give": 3}, {"when": "revenue >= 10000", "give": 5}]}'
        ', {"id": "people", "points": [{"when": "rd_staff >= 20", "give": 2}]}'
    )
    version = stored(rule(more=more, passing='"pass": {"min_points": 5},'))
    declare(ground, rd_expense=500, revenue=6000, rd_staff=19)
    path = reading.gaps(judge(ground, version))
    assert [(gap.clause.clause.id, gap.change.wanted, gap.gain) for gap in path.gaps] == [
        ("people", Fraction(20), Fraction(2)),
        ("size", Fraction(10000), Fraction(2)),
    ]
    assert path.reached is Verdict.MET


def test_the_nearest_rule_comes_first(ground):
    declare(ground, rd_expense=280)
    needs = {
        "far": "rd_expense >= 900",
        "near": "rd_expense >= 300",
        "met": "rd_expense >= 100",
        "dark": "rd_staff > 1",
    }
    stored(*(rule(need, code=f"{CODE}.{name}") for name, need in needs.items()))
    judged = reading.verdicts_of(versions=list(reading.rules_current()), subject=ground.subject, year=YEAR)
    assert [one.version.code.rpartition(".")[2] for one in sorted(judged, key=reading.nearness)] == [
        "met",
        "dark",
        "near",
        "far",
    ]


@pytest.mark.parametrize("size", (1, 3))
def test_queries_are_as_many_for_one_rule_as_for_three(ground, size, django_assert_num_queries):
    stored(*(rule(code=f"{CODE}.r{number}") for number in range(3)))
    versions = list(reading.rules_current())[:size]
    reading.verdicts_of(versions=versions, subject=ground.subject, year=YEAR)
    with django_assert_num_queries(1):  # versions are read once a program run, facts once for all rules
        reading.verdicts_of(versions=versions, subject=ground.subject, year=YEAR)
