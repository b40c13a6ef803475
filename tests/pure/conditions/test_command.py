"""``kechuang conditions``: output and exit status of the three commands."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kechuang.catalogue.conditions_cli import conditions

RULES = """
rules:
  - id: etrc
    title: 示例条件
    clauses:
      - {id: kind, need: 'kind in {"enterprise", "university"}'}
      - {id: rd, need: "rd_expense >= 300 or rd_expense / revenue >= 0.03"}
      - {id: clean, veto: "serious_dishonesty == True"}
    cases:
      - {facts: {kind: enterprise, rd_expense: 320, serious_dishonesty: false}, verdict: met}
  - id: "old, and young"
    clauses: [{id: age, need: "years_since(established_on) >= 1"}]
"""
FACTS = """subject,metric,period,value
"乙, 示例",kind,,enterprise
甲,kind,,enterprise
甲,rd_expense,2022,250
甲,serious_dishonesty,,false
甲,established_on,,2022-06-30
"乙, 示例",rd_expense,2022,300
"乙, 示例",serious_dishonesty,,false
丙,serious_dishonesty,,true
"""


@pytest.fixture(name="files")
def _files(tmp_path: Path) -> Path:
    (tmp_path / "rules.yaml").write_text(RULES, encoding="utf-8")
    (tmp_path / "facts.csv").write_text(FACTS, encoding="utf-8")
    return tmp_path


def run(files: Path, command: str, *options: str) -> Result:
    named = ["--rules", str(files / "rules.yaml"), "--facts", str(files / "facts.csv"), "--year", "2022"]
    return CliRunner().invoke(conditions, [command, *named, *options])


def test_evaluate_prints_every_verdict(files: Path) -> None:
    result = run(files, "evaluate")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == (
        "subject,rule,verdict\n"
        '"乙, 示例",etrc,met\n"乙, 示例","old, and young",unknown\n'
        '甲,etrc,unknown\n甲,"old, and young",unmet\n'
        '丙,etrc,unmet\n丙,"old, and young",unknown\n'
    )


def test_the_reference_day_may_be_given(files: Path) -> None:
    assert '甲,"old, and young",met\n' in run(files, "evaluate", "--on", "2023-06-30").stdout
    assert run(files, "evaluate", "--on", "2023-06-31").exit_code == 2


@pytest.mark.capability("C86")
def test_explain_prints_json_and_chinese(files: Path) -> None:
    asked = ("--subject", "甲", "--rule", "etrc")
    result = run(files, "explain", *asked, "--format", "json")
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    assert found["verdict"] == "unknown"
    assert found["clauses"][1]["change"] == {"metric": "rd_expense", "period": 2022, "from": 250, "to": 300}
    assert found["points"] == {"got": 0, "possible": 0, "needed": 0}
    said = run(files, "explain", *asked).stdout
    assert said.startswith("示例条件：待核实\n")
    assert "2022 年研发费用由 250万元 增至 300万元 即可符合" in said


def test_explain_says_points_vetoes_and_truth_values(files: Path) -> None:
    clauses = (
        "{id: v, veto: serious_dishonesty, text: 失信}, {id: a, need: not audited_accounts, text: 未审计},"
        "{id: p, points: [{when: revenue > 1, give: 2.5}], text: 收入}"
    )
    (files / "rules.yaml").write_text(f"rules: [{{id: r, clauses: [{clauses}]}}]", encoding="utf-8")
    rows = ("serious_dishonesty,,true", "audited_accounts,2022,true", "revenue,2022,")
    text = "subject,metric,period,value\n" + "".join(f"甲,{row}\n" for row in rows)
    (files / "facts.csv").write_text(text, encoding="utf-8")
    assert run(files, "explain", "--subject", "甲", "--rule", "r").stdout == (
        "r：不符合\n"
        "　[存在该情形] 失信\n　　依据：serious_dishonesty = true\n"
        "　[不符合] 未审计\n　　依据：audited_accounts = true\n　　2022 年已审计改为“否”即可符合\n"
        "　[待核实] 收入\n　　缺少：revenue\n"
        "　得分：已确定 0，最多可得 2.5，需要 0\n"
    )


def test_evaluate_warns_of_failing_cases_and_goes_on(files: Path) -> None:
    (files / "rules.yaml").write_text(RULES.replace("verdict: met", "verdict: unknown"), encoding="utf-8")
    result = run(files, "evaluate")
    assert (result.exit_code, result.stdout.count("\n")) == (0, 7)
    assert result.stderr.startswith("警告：")


def test_explain_refuses_what_is_not_there(files: Path) -> None:
    for asked in (("--subject", "丁", "--rule", "etrc"), ("--subject", "甲", "--rule", "nothing")):
        assert run(files, "explain", *asked).exit_code == 2


def test_check_counts_and_says(files: Path) -> None:
    result = CliRunner().invoke(conditions, ["check", str(files / "rules.yaml"), "--say"])
    assert result.exit_code == 0
    assert "研发费用不低于300万元" in result.stdout
    assert result.stdout.endswith("2 条规则，1 个案例，0 个不符。\n")


def test_check_fails_with_a_failing_case(files: Path) -> None:
    (files / "rules.yaml").write_text(RULES.replace("verdict: met", "verdict: unknown"), encoding="utf-8")
    result = CliRunner().invoke(conditions, ["check", str(files / "rules.yaml")])
    assert result.exit_code == 1
    assert result.stderr == f"{files / 'rules.yaml'}:10: 规则“etrc”的案例应为 unknown，而结果是 met\n"


@pytest.mark.parametrize(
    ("name", "content", "line"),
    (
        ("facts.csv", b"subject,metric,period,value\na,kind,,x\na,kind,,y\n", 3),
        ("facts.csv", b"subject,metric,period,value\na,nothing,,x\n", 2),
        ("facts.csv", b"subject,metric,period,value\na,kind,,\xff\n", 2),
        ("rules.yaml", b"rules:\n  - id: a\n    clauses: [{id: c, need: kind > 3}]\n", 3),
        ("rules.yaml", b"rules:\n  - id: \xff\n", 2),
        ("rules.yaml", b"rules:\n  - id: a\n    id: b\n", 3),
    ),
)
def test_unreadable_files_are_status_two_with_file_and_line(files: Path, name: str, content: bytes, line: int) -> None:
    (files / name).write_bytes(content)
    result = run(files, "evaluate")
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"{files / name}:{line}: " in result.stderr


def test_another_dictionary_may_be_named(files: Path) -> None:
    (files / "own.yaml").write_text(
        "metrics: [{code: kind, kind: text, period: none}, {code: own, kind: number, period: year}]", encoding="utf-8"
    )
    (files / "rules.yaml").write_text("rules: [{id: r, clauses: [{id: c, need: own > 1}]}]", encoding="utf-8")
    (files / "facts.csv").write_text("\ufeffsubject,metric,period,value\r\na,own,2022,2\r\n", encoding="utf-8")
    result = run(files, "evaluate", "--metrics", str(files / "own.yaml"))
    assert result.stdout == "subject,rule,verdict\na,r,met\n"
    assert run(files, "evaluate").exit_code == 2
