"""A protocol agrees with its re-run; whatever is altered afterwards is told."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from kechuang.pure.drawing.protocol import commitment, differences, read_terms, write_protocol
from kechuang.pure.strict_json import Malformed
from kechuang.review.cli import review

SEED = "示例种子-0123456789abcdef"
TERMS: dict[str, Any] = {
    "pool": [
        {"id": f"E{i:02}", "stratum": "高校" if i % 3 else "企业", "weight": 1 + i % 4, "unit": f"示例单位{i % 5}"}
        for i in range(30)
    ],
    "exclusions": [{"id": "E04", "reason": "与申报单位为同一法人"}, {"id": "E07", "reason": "评审期间变更信息"}],
    "strata": [{"name": "高校", "quota": 4, "alternates": 2}, {"name": "企业", "quota": 3, "alternates": 1}],
    "max_per_unit": 3,
}


def _protocol() -> dict[str, Any]:
    return write_protocol(read_terms(TERMS), seed=SEED, public_value="0517")


def _altered(path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    protocol: Any = _protocol()
    place = protocol
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return protocol  # type: ignore[no-any-return]


def test_protocol_agrees_with_its_rerun_after_a_journey_through_json():
    protocol = json.loads(json.dumps(_protocol()))
    assert differences(protocol) == []
    assert protocol["commitment"] == commitment(SEED)
    assert [line["role"] for line in protocol["order"]].count("member") == 7


@pytest.mark.parametrize(
    ("path", "value", "said"),
    (
        (("seed",), "示例种子-0123456789abcdeX", "与事先公布的摘要"),
        (("commitment",), "0" * 64, "与事先公布的摘要"),
        (("public_value",), "0518", "次抽取"),
        (("pool_hash",), "0" * 64, "抽取之后有改动"),
        (("pool", 0, "weight"), 9, "抽取之后有改动"),
        (("pool", 5, "unit"), "别的单位", "抽取之后有改动"),
        (("exclusions", 0, "reason"), "另有原因", "抽取之后有改动"),
        (("exclusions",), [], "抽取之后有改动"),
        (("strata", 0, "alternates"), 1, "抽取之后有改动"),
        (("max_per_unit",), None, "抽取之后有改动"),
        (("strata", 0, "quota"), 99, "无法完成抽取"),
        (("order", 0, "id"), "E29", "第 1 次抽取：记录为"),
        (("order",), [], "重抽为"),
    ),
)
def test_altered_protocol_is_told(path: tuple[Any, ...], value: Any, said: str):
    assert said in "".join(differences(_altered(path, value)))


@pytest.mark.parametrize(
    ("path", "value", "said"),
    (
        (("format",), "other", "不是抽取记录"),
        (("seed",), None, "“seed”"),
        (("pool", 0, "weight"), 0, "pool[0] 的“weight”"),
        (("pool", 0, "weight"), 1.5, "pool[0] 的“weight”"),
        (("pool", 0, "id"), "E01", "“E01”出现多次"),
        (("pool", 0, "stratum"), "无", "没有列出名额"),
        (("exclusions", 0, "id"), "E99", "不在专家池中"),
        (("exclusions", 0, "reason"), " ", "“reason”应为非空文字"),
        (("strata", 0, "quota"), -1, "strata[0] 的“quota”"),
        (("order", 0, "role"), "boss", "order[0]"),
        (("order",), {}, "“order”应为列表"),
    ),
)
def test_what_is_no_protocol_is_malformed(path: tuple[Any, ...], value: Any, said: str):
    with pytest.raises(Malformed) as refusal:
        differences(_altered(path, value))
    assert said in str(refusal.value)


def test_short_seed_is_refused():
    with pytest.raises(Malformed, match="至少要有 16"):
        write_protocol(read_terms(TERMS), seed="short")


def _run(*words: str | Path) -> Result:
    return CliRunner().invoke(review, [str(word) for word in words])


def test_draw_then_verify_on_the_command_line(tmp_path: Path):
    terms, out = tmp_path / "terms.json", tmp_path / "protocol.json"
    terms.write_text(json.dumps(TERMS), encoding="utf-8")
    assert _run("draw", terms, "--seed", SEED, "--out", out).exit_code == 0
    assert _run("verify-draw", out).exit_code == 0
    protocol = json.loads(out.read_text(encoding="utf-8"))
    out.write_text(json.dumps({**protocol, "public_value": "1"}), encoding="utf-8")
    run = _run("verify-draw", out)
    assert (run.exit_code, "核验不通过" in run.output) == (1, True)
    assert _run("verify-draw", terms).exit_code == 2
    assert _run("verify-draw", tmp_path / "none.json").exit_code == 2


def test_draw_from_too_small_a_pool_ends_with_code_3(tmp_path: Path):
    few = copy.deepcopy(TERMS)
    few["strata"][1]["quota"] = 50
    terms = tmp_path / "terms.json"
    terms.write_text(json.dumps(few), encoding="utf-8")
    run = _run("draw", terms, "--seed", SEED, "--out", tmp_path / "protocol.json")
    assert run.exit_code == 3
    assert "“企业”层可抽专家不足" in run.output


def test_new_seed_prints_a_seed_with_its_commitment():
    seed, digest = (line.split("：")[1] for line in _run("new-seed").output.splitlines())
    assert digest == commitment(seed)


def test_program_in_the_guide_draws_the_same(tmp_path: Path):
    guide = (Path(__file__).parents[3] / "docs" / "drawing.md").read_text(encoding="utf-8")
    program = guide.split("```python\n")[1].split("```")[0]
    script, out = tmp_path / "again.py", tmp_path / "protocol.json"
    script.write_text(program, encoding="utf-8")
    out.write_text(json.dumps(_protocol()), encoding="utf-8")
    run = subprocess.run([sys.executable, script, out], capture_output=True, text=True, check=True)  # noqa: S603
    assert run.stdout.strip() == "True"
