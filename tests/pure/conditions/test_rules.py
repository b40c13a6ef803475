"""Rule files: what they hold, and the line of every fault."""

from datetime import date
from fractions import Fraction

import pytest

from kechuang.pure.conditions.rules import Role, Rule, Verdict, rules_read
from kechuang.pure.conditions.values import Unreadable
from kechuang.pure.conditions.verdict import cases_failed
from tests.pure.conditions.dictionary import METRICS

WHOLE = """
rules:
  - id: recognition.etrc.municipal
    title: 市级工程技术研究中心认定条件
    template: true
    source: {document: "示例文件", article: "第五条", effective_from: 2022-01-01}
    clauses:
      - {id: kind, need: 'kind in {"enterprise", "university"}', text: "依托单位为企业或高校"}
      - {id: rd, need: "rd_expense >= 300 or rd_expense / revenue >= 0.03", article: "第五条（二）"}
      - {id: clean, veto: "dishonest == True"}
      - {id: score, points: [{when: "revenue >= 10000", give: 5}, {when: "revenue >= 5000", give: 3.5}], max: 5}
    pass: {min_points: 3}
    cases:
      - {facts: {kind: enterprise, rd_expense: 320, revenue: 8000, dishonest: false}, verdict: met}
      - {facts: {kind: enterprise, rd_expense: 1_320, "rd_expense[-1]": 2.50, levels: [a, b], founded_on: 2020-01-01,
                 revenue: , staff: null}, year: 2021, on: 2022-06-30, verdict: unknown}
"""


def rule(clauses: str, rest: str = "") -> str:
    return f"rules:\n  - id: r\n    clauses: [{clauses}]\n{rest}"


def test_a_rule_file_is_read_as_written() -> None:
    (found,) = rules_read(WHOLE, METRICS)
    assert (found.id, found.title, found.template) == (
        "recognition.etrc.municipal",
        "市级工程技术研究中心认定条件",
        True,
    )
    assert found.basis == {"document": "示例文件", "article": "第五条", "effective_from": "2022-01-01"}
    assert [clause.role for clause in found.clauses] == [Role.NEED, Role.NEED, Role.VETO, Role.POINTS]
    assert [band.give for band in found.clauses[3].bands] == [Fraction(5), Fraction("3.5")]
    assert found.clauses[3].most == Fraction(5)
    assert found.min_points == Fraction(3)


def test_facts_of_a_case_are_read_by_the_kind_of_their_metric() -> None:
    case = rules_read(WHOLE, METRICS)[0].cases[1]
    assert case.facts == {
        ("kind", 0): "enterprise",
        ("rd_expense", 0): Fraction(1320),
        ("rd_expense", -1): Fraction("2.5"),
        ("levels", 0): frozenset({"a", "b"}),
        ("founded_on", 0): date(2020, 1, 1),
    }
    assert (case.year, case.on, case.verdict) == (2021, date(2022, 6, 30), Verdict.UNKNOWN)


@pytest.mark.capability("C115")
def test_cases_are_run_and_failures_named() -> None:
    rules = rules_read(WHOLE.replace("verdict: met", "verdict: unmet"), METRICS)
    (failure,) = cases_failed(rules, last_year=2022)
    assert (failure.case.line, failure.case.verdict, failure.found) == (14, Verdict.UNMET, Verdict.MET)


@pytest.mark.parametrize(
    ("given", "met_on"),
    (
        ("year: 2021", "2020-12-31"),
        ("on: 2021-06-30", "2020-06-30"),
        ("year: 2019, on: 2021-06-30", "2020-06-30"),
        ("verdict: met", "2018-12-31"),
    ),
)
def test_a_case_without_a_day_is_judged_at_the_end_of_its_year(given: str, met_on: str) -> None:
    verdict = "" if given.startswith("verdict") else "verdict: met, "
    for day, passes in ((met_on, True), ("2030-01-01", False)):
        case = f"    cases: [{{facts: {{founded_on: {day}}}, {verdict}{given}}}]"
        rules = rules_read(rule('{id: c, need: "years_since(founded_on) == 1"}', case), METRICS)
        assert (cases_failed(rules, last_year=2019) == ()) is passes


def _first(text: str) -> Rule:
    return rules_read(text, METRICS)[0]


def test_text_facts_that_look_like_other_kinds_stay_text() -> None:
    found = _first(rule("{id: c, need: \"kind == 'no'\"}", "    cases: [{facts: {kind: no}, verdict: met}]"))
    assert cases_failed((found,), last_year=2022) == ()


def test_a_source_may_be_one_line_and_an_empty_fact_is_unknown() -> None:
    cases = "    source: 示例办法\n    cases: [{facts: {kind: ''}, verdict: unmet}]\n"
    found = _first(rule("{id: c, need: known(kind)}", cases))
    assert (found.basis, cases_failed((found,), last_year=2022)) == ({"document": "示例办法"}, ())


def test_truth_values_are_read_in_all_spellings_of_yaml() -> None:
    cases = "    template: TRUE\n    cases: [{facts: {dishonest: True}, verdict: met}]"
    found = _first(rule("{id: c, need: dishonest}", cases))
    assert (found.template, cases_failed((found,), last_year=2022)) == (True, ())


@pytest.mark.parametrize(
    ("text", "line"),
    (
        ("", 1),
        ("- 1", 1),
        ("rules: 1", 1),
        ("rule: []", 1),
        ("rules:\n  - id: a\n", 2),
        ("rules:\n  - clauses:\n    - {id: c, need: dishonest}\n", 2),
        ("rules:\n  - id: a\n    id: b\n", 3),
        ("rules:\n  - id: a\n    clauses: []\n", 2),
        ("rules:\n  - id: a\n    clauses:\n      - {id: c}\n", 4),
        ("rules:\n  - id: a\n    clauses:\n      - {id: c, need: dishonest, veto: dishonest}\n", 4),
        ("rules:\n  - id: a\n    clauses:\n      - {id: c, need: dishonest}\n      - {id: c, need: audited}\n", 5),
        ("rules:\n  - id: a\n    clauses:\n      - {id: c,\n         need: kind > 3}\n", 5),
        ("rules:\n  - id: a\n    clauses:\n      - {id: c, need: dishonest,\n         max: 3}\n", 4),
        ("rules:\n  - id: a\n    clauses:\n      - {id: c, need: dishonest,\n         txt: 3}\n", 5),
        ("rules:\n  - id: a\n    clauses:\n      - {id: c, points: []}\n", 4),
        ("rules:\n  - id: a\n    clauses:\n      - {id: c, points: [{when: dishonest, give: many}]}\n", 4),
        ("rules:\n  - id: a\n    clauses:\n      - {id: c, points: [{when: dishonest}]}\n", 4),
        (rule("{id: c, need: dishonest}", "    pass: {min_point: 3}\n"), 4),
        (rule("{id: c, need: dishonest}", "    pass: {min_points: x}\n"), 4),
        (rule("{id: c, need: dishonest}", "    template: maybe\n"), 4),
        (rule("{id: c, need: dishonest}", "    source: {effective_from: 2022-13-01}\n"), 2),
        (rule("{id: c, need: dishonest}", "    cases:\n      - {facts: {nothing: 1}, verdict: met}\n"), 5),
        (rule("{id: c, need: dishonest}", "    cases:\n      - {facts: {staff: many}, verdict: met}\n"), 5),
        (rule("{id: c, need: dishonest}", "    cases:\n      - {facts: {dishonest: 1}, verdict: met}\n"), 5),
        (rule("{id: c, need: dishonest}", "    cases:\n      - {facts: {staff: [1]}, verdict: met}\n"), 5),
        (rule("{id: c, need: dishonest}", '    cases:\n      - {facts: {"staff[-1]": 1}, verdict: met}\n'), 5),
        (rule("{id: c, need: dishonest}", '    cases:\n      - {facts: {ratio: 1, "ratio[0]": 1}, verdict: met}\n'), 5),
        (rule("{id: c, need: dishonest}", "    cases:\n      - {facts: {}, verdict: yes}\n"), 5),
        (rule("{id: c, need: dishonest}", "    cases:\n      - {facts: {}, verdict: met, year: 22}\n"), 5),
        (rule("{id: c, need: dishonest}", "    cases:\n      - {facts: {}, verdict: met, on: 2022}\n"), 5),
        ("rules:\n  - id: [a\n    id: b\n", 3),
        ("rules:\n  - id: a\x07\n", 2),
        ("rules: *nowhere\n", 1),
        ("? [a]\n: 1\n", 1),
        ("rules: &a [*a]\n", None),
        (rule("{id: c, need: dishonest}") + "---\nrules: []\n", 4),
        (rule("{id: c, need: dishonest}") + "  - id: r\n    clauses: [{id: c, need: dishonest}]\n", 4),
    ),
)
def test_faults_are_refused_with_their_line(text: str, line: int | None) -> None:
    with pytest.raises(Unreadable) as refusal:
        rules_read(text, METRICS)
    assert refusal.value.line == line


def test_aliases_of_aliases_cannot_fill_the_memory() -> None:
    text = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12))
    with pytest.raises(Unreadable, match="YAML 过大"):
        rules_read(text, METRICS)


def test_deep_yaml_is_refused() -> None:
    with pytest.raises(Unreadable, match="嵌套过深"):
        rules_read("rules: " + "[" * 5000 + "]" * 5000, METRICS)
