"""Rules come into force with cases that hold, or not at all; each is a text that reads itself back."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from kechuang.catalogue import BrokenCatalogue, installed_root, load
from kechuang.catalogue.checking import problems
from kechuang.catalogue.cli import catalogue as command
from kechuang.catalogue.rules import PURPOSES, rule_again
from kechuang.pure.conditions.rules import Verdict

RULE = """
rules:
  - id: recognition.etrc.municipal.sample
    title: 示例认定条件
    source: {document: 示例办法, article: 第五条, effective_from: 2022-01-01}
    clauses:
      - {id: rd, need: "rd_expense >= 300.10"}
    cases:
      - {facts: {rd_expense: 300.10}, verdict: met}
      - {facts: {rd_expense: 300.09}, verdict: unmet}
      - {facts: {}, verdict: unknown}
"""


@pytest.fixture(scope="module")
def whole():
    return load(installed_root(), "anshun")


@pytest.fixture
def root(tmp_path) -> Path:
    """The shipped catalogue with one rule of the city's own that a test may spoil."""
    shutil.copytree(installed_root(), tmp_path / "catalogue")
    (tmp_path / "catalogue" / "anshun" / "rules").mkdir(exist_ok=True)
    write(tmp_path / "catalogue", RULE)
    return tmp_path / "catalogue"


def write(root: Path, text: str, name: str = "anshun/rules/sample.yaml") -> None:
    (root / name).write_text(text, encoding="utf-8")


def complaints(root: Path) -> list[str]:
    with pytest.raises(BrokenCatalogue) as refused:
        load(root, "anshun")
    return [str(problem) for problem in refused.value.problems]


@pytest.mark.capability("C115")
@pytest.mark.capability("C87")
def test_every_shipped_rule_has_three_cases_of_more_than_one_verdict(whole):
    assert len(whole.rules) >= 25
    for each in whole.rules:
        assert len(each.rule.cases) >= 3, each.code
        assert {case.verdict for case in each.rule.cases} >= {Verdict.MET, Verdict.UNMET, Verdict.UNKNOWN}, each.code
        assert "document" in each.rule.basis, each.code


def test_thresholds_of_elsewhere_are_marked_as_templates(whole):
    shipped = [each for each in whole.rules if each.file.startswith("template/")]
    assert [each.code for each in shipped if not each.rule.template] == []
    assert {each.parts[0] for each in shipped} <= set(PURPOSES)


def test_a_rule_reads_itself_back_with_its_own_metrics(whole):
    for each in whole.rules:
        again = rule_again(each.to_json())
        assert (again.rule.clauses, again.rule.basis) == (each.rule.clauses, each.rule.basis)
        assert [(case.facts, case.verdict) for case in again.rule.cases] == [
            (case.facts, case.verdict) for case in each.rule.cases
        ]
        assert again.to_json() == each.to_json()


def test_amounts_stay_as_they_were_written(root):
    found = next(each for each in load(root, "anshun").rules if each.code == "recognition.etrc.municipal.sample")
    assert found.definition["rule"]["cases"][0]["facts"] == {"rd_expense": "300.10"}
    assert found.definition["metrics"] == [
        {"code": "rd_expense", "kind": "number", "period": "year", "unit": "万元", "label": "研发费用", "step": "1"}
    ]
    assert (found.parts, found.day("effective_from").isoformat(), found.day("effective_to")) == (
        ("recognition", "etrc", "municipal", "sample"),
        "2022-01-01",
        None,
    )


def test_a_rule_whose_case_fails_is_refused_by_name_with_the_case(root):
    write(root, RULE.replace("{rd_expense: 300.09}, verdict: unmet", "{rd_expense: 300.11}, verdict: unmet"))
    said = "第 2 个案例应为“不符合”（unmet），而结果是“符合”（met）"
    assert complaints(root) == [f"anshun/rules/sample.yaml 第 10 行　recognition.etrc.municipal.sample：{said}"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    (
        (
            RULE[RULE.index("    cases:") :],
            "",
            "第 3 行　recognition.etrc.municipal.sample：规则没有案例（cases），不能施行",
        ),
        ("rd_expense >= 300.10", "rd_expenses >= 300.10", "第 7 行：need：指标字典中没有这个指标：“rd_expenses”"),
        ("document: 示例办法, ", "", "本市规则须写明依据文件（source: document）"),
        ("recognition.etrc", "approval.etrc", "规则代码应写成“用途.平台类别.级别”，用途为 recognition、"),
        ("title: 示例认定条件", "template: false", "缺少 title"),
        ("2022-01-01", "2022-01-01, effective_to: 2022-01-01", "effective_to 必须晚于 effective_from"),
    ),
)
def test_what_must_not_come_into_force_is_said(root, old, new, said):
    assert old in RULE
    write(root, RULE.replace(old, new, 1))
    found = complaints(root)
    assert len(found) == 1
    assert said in found[0]


def test_a_template_must_say_that_it_is_one(root):
    write(root, RULE, "template/rules/sample.yaml")
    assert complaints(root) == [
        "template/rules/sample.yaml 第 3 行　recognition.etrc.municipal.sample：外地规则须标明 template: true"
    ]


def test_the_citys_own_rule_stands_in_for_the_template_of_the_same_code(root):
    write(root, RULE.replace("municipal.sample", "municipal"))
    found = [each for each in load(root, "anshun").rules if each.code == "recognition.etrc.municipal"]
    assert [(each.file, each.rule.template) for each in found] == [("anshun/rules/sample.yaml", False)]


def test_the_same_code_twice_in_one_folder_is_refused(root):
    write(root, RULE, "anshun/rules/other.yaml")
    assert complaints(root) == ["anshun/rules　recognition.etrc.municipal.sample：规则代码重复"]


def test_a_rule_of_the_city_names_a_type_and_a_level_that_exist(root):
    write(root, RULE.replace("etrc.municipal.sample", "etrcs.county"))
    assert [str(problem) for problem in problems(load(root, "anshun"))] == [
        "anshun/rules/sample.yaml　recognition.etrcs.county：引用了不存在的平台类别 etrcs",
        "anshun/rules/sample.yaml　recognition.etrcs.county：引用了不存在的级别 county",
    ]


def test_the_command_refuses_with_the_case(root):
    write(root, RULE.replace("{facts: {}, verdict: unknown}", "{facts: {}, verdict: met}"))
    seen = CliRunner().invoke(command, ["check", str(root)])
    assert seen.exit_code == 1
    assert "第 3 个案例应为“符合”（met），而结果是“待核实”（unknown）" in seen.stderr
