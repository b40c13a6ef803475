"""Other thresholds tried on all organisations: who would gain, who would lose, and nothing stored."""

from __future__ import annotations

from fractions import Fraction

import pytest

from kechuang.catalogue.loading import installed_root, load
from kechuang.facts.choices import IN_FORCE
from kechuang.facts.models import Fact, RuleVersion
from kechuang.facts.selectors import rules_words as words
from kechuang.facts.selectors.rules import rule_of
from kechuang.facts.selectors.rules_trial import thresholds, with_thresholds
from kechuang.facts.services.rules import rules_store
from kechuang.pure.conditions.values import Unreadable
from tests.facts.test_rules import CODE, rule
from tests.facts.test_rules_views import NAMES, leader, many, page, text, versions

__all__ = ["leader", "many", "versions"]
pytestmark = pytest.mark.django_db


def tried(client, **numbers):
    return page(client, "rule_trial", CODE, **numbers)


@pytest.mark.capability("C115")
def test_a_trial_tells_who_would_gain_and_lose_and_stores_nothing(versions, many, leader):
    rules_store([rule("rd_expense >= 250")], names=NAMES)
    before = RuleVersion.objects.count()
    easier, harder = tried(leader, t0="200"), tried(leader, t0="290.5")
    assert [(str(label), value) for label, value in easier.context["outcome"]] == [
        ("现在符合", "6"),
        ("改动后符合", "11"),
        ("由此符合", "5"),
        ("不再符合", "0"),
    ]
    gained = {row[0].text for row in easier.context["gained"].rows}
    assert gained == {one.name for one in many[19:24]}
    assert {row[0].text for row in harder.context["lost"].rows} == {one.name for one in many[24:29]}
    assert [[cell.text for cell in row] for row in harder.context["counties"].rows] == [
        [many[0].county.short_name, "0", "5"]
    ]
    assert [row[0].text for row in harder.context["kinds"].rows] == ["企业"]
    assert harder.context["changes"] == ["研发费用不低于250万元：250 改为 290.5"]
    assert RuleVersion.objects.count() == before


def test_a_trial_without_changes_says_so_and_nonsense_is_refused(versions, leader):
    assert "没有改动任何门槛" in text(tried(leader, t0="300", t1=""))
    answer = text(tried(leader, t0="很多"))
    assert "outcome" not in answer
    assert "k-error" in answer or "错误" in answer or "数字" in answer


def test_thresholds_are_found_where_they_stand_and_replaced_there(versions):
    found = rule(
        "rd_expense >= 300 or sum(rd_expense, 3) / revenue > 0.03",
        more=', {"id": "size", "max": 5, "points": [{"when": "revenue >= 1_000", "give": 5}]}',
        passing='"pass": {"min_points": 3},',
    )
    assert [(one.said, one.value) for one in thresholds(found)] == [
        ("研发费用不低于300万元", Fraction(300)),
        ("（近3年研发费用合计÷营业收入）高于3%", Fraction(3, 100)),
        ("营业收入不低于1000万元", Fraction(1000)),
        ("以上情形的得分", Fraction(5)),
        ("及格分", Fraction(3)),
    ]
    changed = with_thresholds(found, {"t0": Fraction(350), "t1": Fraction(-1, 2), "t2": Fraction(7), "t4": Fraction(2)})
    assert [band.source for clause in changed.clauses for band in clause.bands] == [
        "rd_expense >= 350 or sum(rd_expense, 3) / revenue > (-0.5)",
        "revenue >= 7",
    ]
    assert (changed.min_points, changed.clauses[1].most) == (Fraction(2), Fraction(5))


def test_every_shipped_rule_can_be_tried_with_its_own_thresholds(db):
    for each in load(installed_root(), "anshun").rules:
        same = with_thresholds(each, {one.name: one.value for one in thresholds(each)})
        assert [clause.bands for clause in same.clauses] == [clause.bands for clause in each.rule.clauses], each.code


def test_a_number_that_makes_no_rule_is_refused(versions):
    with pytest.raises(Unreadable):
        with_thresholds(rule("years_since(day) >= 1"), {})


def test_changes_between_versions_are_said(versions):
    first = RuleVersion.objects.get(code=CODE)
    rules_store([rule("rd_expense >= 300", passing='"pass": {"min_points": 0},')], names=NAMES)
    second = RuleVersion.objects.get(code=CODE, number=2)
    changes = words.version_changes(rule_of(first.pk), rule_of(second.pk))
    assert len(changes) == 1
    assert Fact.objects.filter(status__in=IN_FORCE).count() == 0
