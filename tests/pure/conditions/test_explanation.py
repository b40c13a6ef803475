"""Explanations: verdict, numbers, gaps, changes and points, exactly as printed."""

import json
from datetime import date
from fractions import Fraction

import pytest

from kechuang.pure.conditions.explanation import explained_json, rule_explained
from kechuang.pure.conditions.grammar import condition_read
from kechuang.pure.conditions.nodes import Facts
from kechuang.pure.conditions.rules import rules_read
from kechuang.pure.conditions.sentence import clause_sentence, condition_sentence, rule_sentence
from kechuang.pure.conditions.values import Value, json_text, number_text
from tests.pure.conditions.dictionary import METRICS

RULE = """
rules:
  - id: r
    title: 示例认定条件
    template: true
    source: {document: 示例办法, article: 第五条}
    clauses:
      - {id: kind, need: 'kind in {"enterprise", "university"}', text: 依托单位为企业或高校}
      - {id: rd, need: "rd_expense >= 300 or rd_expense / revenue >= 0.03", article: 第五条（二）}
      - {id: past, need: "rd_expense[-1] > 100.5 and sum(ratio, 2) > 0 and rd_expense > 1", text: 往年}
      - {id: clean, veto: "dishonest == True", text: 严重失信}
      - {id: old, veto: "founded_on > date('2021-01-01') or has(levels, 'x')", text: 新设}
      - {id: score, text: 计分, max: 5,
         points: [{when: "revenue >= 10000", give: 5}, {when: "known(staff)", give: 2.5}]}
    pass: {min_points: 3}
"""
KNOWN: dict[tuple[str, int], Value] = {
    ("kind", 0): "enterprise",
    ("rd_expense", 0): Fraction(250),
    ("rd_expense", -1): Fraction("99.5"),
    ("ratio", -1): Fraction("0.1"),
    ("dishonest", 0): True,
    ("founded_on", 0): date(2020, 1, 2),
    ("levels", 0): frozenset({"b", "a"}),
    ("staff", 0): Fraction(3),
}


@pytest.mark.capability("C86")
def test_an_explanation_is_printed_as_promised() -> None:
    (rule,) = rules_read(RULE, METRICS)
    explained = rule_explained(rule, Facts(2022, date(2022, 12, 31), KNOWN), METRICS)
    assert json.loads(json_text(explained_json(explained)), parse_float=Fraction) == {
        "verdict": "unmet",
        "clauses": [
            {
                "id": "kind",
                "text": "依托单位为企业或高校",
                "verdict": "met",
                "numbers": {"kind": "enterprise"},
                "missing": [],
            },
            {
                "id": "rd",
                "text": "研发费用不低于300万元，或（研发费用÷营业收入）不低于3%（第五条（二））",
                "verdict": "unknown",
                "numbers": {"rd_expense": 250},
                "missing": ["revenue"],
                "change": {"metric": "rd_expense", "period": 2022, "from": 250, "to": 300},
            },
            {
                "id": "past",
                "text": "往年",
                "verdict": "unmet",
                "numbers": {"rd_expense[-1]": Fraction("99.5"), "ratio[-1]": Fraction("0.1"), "rd_expense": 250},
                "missing": ["ratio"],
            },
            {
                "id": "clean",
                "text": "严重失信",
                "verdict": "met",
                "numbers": {"dishonest": True},
                "missing": [],
            },
            {
                "id": "old",
                "text": "新设",
                "verdict": "unmet",
                "numbers": {"founded_on": "2020-01-02", "levels": ["a", "b"]},
                "missing": [],
            },
            {
                "id": "score",
                "text": "计分",
                "verdict": "met",
                "numbers": {"staff": 3},
                "missing": ["revenue"],
            },
        ],
        "points": {"got": Fraction("2.5"), "possible": 5, "needed": 3},
    }


@pytest.mark.parametrize(
    ("number", "text"),
    (
        ("250", "250"),
        ("250.50", "250.5"),
        ("-0.001", "-0.001"),
        ("123456789012345678901234567890.125", "123456789012345678901234567890.125"),
        ("1/3", "0.333333333333"),
        ("-2/3", "-0.666666666667"),
        ("-1/10000000000000000000000000000", "-0.0000000000000000000000000001"),
        ("0", "0"),
    ),
)
def test_numbers_are_written_exactly(number: str, text: str) -> None:
    assert number_text(Fraction(number)) == text


@pytest.mark.parametrize(
    ("text", "said"),
    (
        ("rd_expense >= 300", "研发费用不低于300万元"),
        ("1 < staff <= 20", "职工总数高于1人，且职工总数不超过20人"),
        ("rd_expense / revenue >= 0.03", "（研发费用÷营业收入）不低于3%"),
        ("sum(rd_expense, 3) > 1000", "近3年研发费用合计高于1000万元"),
        ("growth(revenue, 2) >= 0.1", "近2年营业收入年均增长率不低于10%"),
        ("rd_expense[-1] < 5 and not dishonest", "前一年研发费用低于5万元，且非（严重失信）"),
        ("dishonest == True", "严重失信"),
        ("dishonest == False", "不存在“严重失信”"),
        ('kind == "enterprise"', "单位性质为“enterprise”"),
        ('kind not in {"a", "b"}', "单位性质不属于“a”、“b”"),
        ('founded_on <= date("2021-01-05")', "成立日期不晚于2021年1月5日"),
        ("years_since(founded_on) >= 1", "自成立日期起满年数不低于1年"),
        ("months_since(founded_on) >= 18", "自成立日期起满月数不低于18个月"),
        ('has(levels, "city") and count(levels) >= 2', "平台级别含“city”，且平台级别的项数不低于2项"),
        ("known(staff)", "已掌握职工总数"),
        ("any_of(known(staff))", "已掌握职工总数"),
        (
            "at_least(2, staff > 1, dishonest, audited)",
            "下列各项至少符合2项：（职工总数高于1人）、（严重失信）、（已审计）",
        ),
        ("staff > 1 and (dishonest or audited)", "职工总数高于1人，且（严重失信，或已审计）"),
        ("staff >= (20 if audited else 10)", "职工总数不低于20人（已审计时）或10人（其他情形）"),
        ("-staff * 2 + 1 > 0", "（（负职工总数×2）加1）高于0"),
    ),
)
def test_conditions_are_said_in_chinese(text: str, said: str) -> None:
    assert condition_sentence(condition_read(text, METRICS), METRICS) == said


def test_a_rule_is_said_with_its_basis() -> None:
    (rule,) = rules_read(RULE, METRICS)
    said = rule_sentence(rule, METRICS)
    assert said.startswith("示例认定条件：应同时符合：1．依托单位为企业或高校；2．研发费用不低于300万元，或")
    assert said.endswith(
        "有下列情形之一的不予通过：1．严重失信；2．新设。按下列标准计分：1．计分。"
        "总分不低于3分。依据：示例办法，第五条。（外地模板，非本市规定）"
    )


def test_points_without_a_text_are_said_band_by_band() -> None:
    text = (
        "rules: [{id: r, clauses: [{id: c, max: 5, points: [{when: staff > 1, give: 5}, {when: audited, give: 0.5}]}]}]"
    )
    (rule,) = rules_read(text, METRICS)
    assert clause_sentence(rule.clauses[0], METRICS) == "职工总数高于1人，计5分；已审计，计0.5分；至多5分"
