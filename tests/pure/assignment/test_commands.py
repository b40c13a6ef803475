"""The two commands as somebody outside would use them: files in, files out, exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from kechuang.review.cli import review
from tests.pure.assignment.test_reading import GOOD


def _run(*words: str | Path) -> Result:
    return CliRunner().invoke(review, [str(word) for word in words])


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    path = tmp_path / "instance.json"
    path.write_text(json.dumps(GOOD), encoding="utf-8")
    return path


@pytest.mark.parametrize("objective", ("total", "fair", "random"))
def test_assign_then_verify(instance: Path, objective: str):
    out = instance.with_name("result.json")
    run = _run("assign", instance, "--objective", objective, "--seed", "7", "--max-probability", "1", "--out", out)
    assert run.exit_code == 0, run.output
    result = json.loads(out.read_text(encoding="utf-8"))
    assert result["pairs"] == [[0, 0], [1, 1]]
    assert result["objective"] == (1000 * 1000 if objective == "random" else 1000)
    assert (result["worst_pair"], result["worst_proposal"]) == (0, 0)
    assert result["seconds"] >= 0
    assert _run("verify-assignment", instance, out).exit_code == 0
    out.write_text(json.dumps({**result, "objective": result["objective"] + 1}), encoding="utf-8")
    assert _run("verify-assignment", instance, out).exit_code == 1


def test_assign_says_why_nothing_is_feasible(instance: Path):
    out = instance.with_name("result.json")
    instance.write_text(json.dumps({**GOOD, "locked": [[0, 1]]}), encoding="utf-8")
    run = _run("assign", instance, "--objective", "total", "--out", out)
    assert run.exit_code == 3
    (reason,) = json.loads(out.read_text(encoding="utf-8"))["reasons"]
    assert reason["rule"] == "locked"
    assert reason["text"] in run.output
    assert _run("verify-assignment", instance, out).exit_code == 1


@pytest.mark.parametrize("text", ("", "[]", '{"proposals": NaN}', json.dumps({**GOOD, "scores": [[0, 0, True]]})))
def test_bad_file_ends_with_a_sentence_and_code_2(instance: Path, text: str):
    good = instance.with_name("result.json")
    _run("assign", instance, "--out", good)
    instance.write_text(text, encoding="utf-8")
    for run in (_run("assign", instance, "--out", good), _run("verify-assignment", instance, good)):
        assert run.exit_code == 2
        assert run.output.startswith("错误：")
        assert run.output.count("\n") == 1


@pytest.mark.parametrize(
    "words", (("--max-probability", "nan"), ("--max-probability", "0"), ("--objective", "best"), ())
)
def test_bad_command_ends_with_code_2(instance: Path, words: tuple[str, ...]):
    out: tuple[Any, ...] = ("--out", instance.with_name("nowhere") / "result.json")
    assert _run("assign", instance, *words, *out).exit_code == 2


def test_absent_file_ends_with_code_2(tmp_path: Path):
    run = _run("verify-assignment", tmp_path / "a.json", tmp_path / "b.json")
    assert run.exit_code == 2
    assert run.output.startswith("错误：无法读取")


def test_random_pairs_must_be_the_draw_of_the_seed(instance: Path):
    pairs = [[p, e, 500] for p in range(2) for e in range(2)]
    instance.write_text(json.dumps({**GOOD, "scores": pairs, "conflicts": [], "locked": []}), encoding="utf-8")
    out = instance.with_name("result.json")
    assert _run("assign", instance, "--objective", "random", "--seed", "7", "--out", out).exit_code == 0
    assert _run("verify-assignment", instance, out).exit_code == 0
    result = json.loads(out.read_text(encoding="utf-8"))
    other = [[p, 1 - e] for p, e in result["pairs"]]
    out.write_text(json.dumps({**result, "pairs": other}), encoding="utf-8")
    run = _run("verify-assignment", instance, out)
    assert run.exit_code == 1
    assert "重抽" in run.output
