"""A bad file is told in one sentence with its place; nothing else ever escapes."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kechuang.pure.assignment.claims import read_claim
from kechuang.pure.assignment.reading import read_instance
from kechuang.pure.strict_json import Malformed, parse_json

GOOD: dict[str, Any] = {
    "proposals": [{"id": "P0", "reviews": 1}, {"id": "P1", "reviews": 1}],
    "experts": [{"id": "E0", "unit": "甲", "min_load": 0, "max_load": 2}, {"id": "E1", "unit": None}],
    "scores": [[0, 0, 0], [1, 1, 1000]],
    "conflicts": [[0, 1, "师生"]],
    "locked": [[0, 0]],
    "max_per_unit": 1,
}


def _with(path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    data = copy.deepcopy(GOOD)
    place: Any = data
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return data


def test_read_instance_fills_in_what_may_be_left_out():
    instance = read_instance({key: GOOD[key] for key in ("proposals", "experts", "scores")})
    assert (instance.min_load, instance.max_load, instance.units) == ([0, 0], [2, None], ["甲", None])
    assert (instance.conflicts, instance.locked, instance.max_per_unit) == ({}, [], None)


@pytest.mark.parametrize(
    ("data", "said"),
    (
        ([], "文件 应为对象"),
        ({"proposals": [], "experts": []}, "缺少“scores”"),
        (_with(("proposals",), {}), "“proposals”应为列表"),
        (_with(("proposals", 0), []), "proposals[0] 应为对象"),
        (_with(("proposals", 0), {"id": "P"}), "proposals[0] 缺少“reviews”"),
        (_with(("proposals", 0, "reviews"), -1), "proposals[0].reviews 应在"),
        (_with(("proposals", 0, "reviews"), value=True), "proposals[0].reviews 应为整数"),
        (_with(("proposals", 0, "reviews"), 1.0), "proposals[0].reviews 应为整数"),
        (_with(("proposals", 0, "reviews"), None), "proposals[0].reviews 应为整数"),
        (_with(("proposals", 0, "reviews"), 10**30), "proposals[0].reviews 应在"),
        (_with(("proposals", 1, "id"), "P0"), "重复：P0"),
        (_with(("proposals", 1, "id"), 7), "proposals[1].id 应为非空文字"),
        (_with(("experts", 0, "unit"), 7), "experts[0].unit"),
        (_with(("experts", 0, "min_load"), "1"), "experts[0].min_load"),
        (_with(("experts", 0, "max_load"), -1), "experts[0].max_load"),
        (_with(("scores", 0), [0, 0]), "scores[0] 应为"),
        (_with(("scores", 0), "000"), "scores[0] 应为"),
        (_with(("scores", 0, 0), 2), "项目序号 2 超出范围"),
        (_with(("scores", 0, 1), -1), "专家序号 -1 超出范围"),
        (_with(("scores", 0, 1), 10**40), "超出范围"),
        (_with(("scores", 0, 2), 1001), "分数应为 0 至 1000"),
        (_with(("scores", 0, 2), value=True), "分数应为 0 至 1000"),
        (_with(("scores", 0, 2), 1.5), "分数应为 0 至 1000"),
        (_with(("scores", 0, 0), value=True), "项目序号应为整数"),
        (_with(("scores", 1), [0, 0, 5]), "scores[1] 重复列出"),
        (_with(("conflicts", 0), [0]), "conflicts[0] 应为"),
        (_with(("conflicts", 0, 2), 3), "理由应为文字"),
        (_with(("conflicts", 0, 1), 9), "超出范围"),
        (_with(("locked", 0), [0, 9]), "locked[0] 的专家序号"),
        (_with(("locked",), [[0, 0], [0, 0]]), "locked[1] 重复列出"),
        (_with(("locked",), None), "“locked”应为列表"),
        (_with(("max_per_unit",), -1), "max_per_unit"),
        (_with(("max_per_unit",), value=False), "max_per_unit"),
    ),
)
def test_read_instance_says_what_is_wrong_and_where(data: object, said: str):
    with pytest.raises(Malformed) as refusal:
        read_instance(data)
    assert said in str(refusal.value)


@pytest.mark.parametrize(
    ("text", "said"),
    (
        (b"", "第 1 行"),
        (b"{", "第 1 行"),
        (b'{"a": NaN}', "NaN"),
        (b"[-Infinity]", "-Infinity"),
        (b'{"a": 1, "a": 2}', "“a”出现多次"),
        (b"\xff\xfe\xfd", "UTF-8"),
        (b'["\\ud800"]', "UTF-8"),
        (b"[" * 100_000, "嵌套过深"),
        (b"9" * 5000, "位数过多"),
    ),
)
def test_parse_json_refuses_what_is_not_plain_json(text: bytes, said: str):
    with pytest.raises(Malformed) as refusal:
        parse_json(text)
    assert said in str(refusal.value)


def test_parse_json_reads_chinese_and_whole_characters():
    assert parse_json('{"名": "\\ud83d\\ude00"}') == {"名": "😀"}


_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*GOOD, "id", "status"]), inner),
    max_leaves=6,
)
_KEYS = ["proposals", "experts", "scores", "conflicts", "locked", "max_per_unit"]


@settings(max_examples=300)
@given(_ANYTHING, st.sampled_from(_KEYS), st.integers(0, 2), st.integers(0, 3))
def test_nothing_but_malformed_escapes(value: Any, key: str, row: int, column: int):
    data = copy.deepcopy(GOOD)
    if isinstance(data[key], list) and row < len(data[key]):
        if isinstance(data[key][row], list) and column < len(data[key][row]):
            data[key][row][column] = value
        else:
            data[key][row] = value
    else:
        data[key] = value
    for read in (lambda: read_instance(json.loads(json.dumps(data))), lambda: read_claim(value)):
        try:
            read()
        except Malformed as refusal:
            assert str(refusal).endswith("。")  # noqa: PT017 - either outcome is right, only another exception is not
