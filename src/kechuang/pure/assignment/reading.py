"""Reading an assignment file: what is wrong with it is told in one sentence, never by a traceback.

The file gives indices, not identifiers, for pairs; scores are whole numbers from 0 to 1000.
No numpy here: the checker reads its files through this module.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any, NoReturn

from kechuang.pure.strict_json import Malformed

SCORE_MAX = 1000
COUNT_MAX = 10**9
"""Counts above this are typing errors, and would not fit the solver's arithmetic."""

_CONFLICT_LENGTHS = (2, 3)
_KEYS = {"proposals", "experts", "scores", "conflicts", "locked", "max_per_unit"}


@dataclass(frozen=True, slots=True)
class Instance:
    """One assignment problem. Lists run parallel to the proposals or to the experts of the file.

    ``max_load`` None means no limit, a None unit is never limited. ``scores`` holds rows
    ``[proposal, expert, score]``; ``conflicts`` maps a pair to the reason given.
    """

    proposals: list[str]
    reviews: list[int]
    experts: list[str]
    units: list[str | None]
    min_load: list[int]
    max_load: list[int | None]
    scores: list[list[int]]
    conflicts: dict[tuple[int, int], str]
    locked: list[tuple[int, int]]
    max_per_unit: int | None = None


def read_instance(data: object) -> Instance:
    """Check parsed JSON and return the problem it states.

    Raises ``Malformed`` with the place and the fault.
    """
    root = _mapping(data, "文件")
    for key in ("proposals", "experts", "scores"):
        if key not in root:
            _fail(f"文件缺少“{key}”。")
    proposals = [_mapping(row, f"proposals[{i}]") for i, row in enumerate(_list(root, "proposals"))]
    experts = [_mapping(row, f"experts[{i}]") for i, row in enumerate(_list(root, "experts"))]
    size = (len(proposals), len(experts))
    limit = root.get("max_per_unit")
    return Instance(
        proposals=_identifiers(proposals, "proposals"),
        reviews=[_required_count(row, "reviews", f"proposals[{i}]") for i, row in enumerate(proposals)],
        experts=_identifiers(experts, "experts"),
        units=[_unit(row, i) for i, row in enumerate(experts)],
        min_load=[_count(row.get("min_load", 0), f"experts[{i}].min_load") for i, row in enumerate(experts)],
        max_load=[_optional_count(row.get("max_load"), f"experts[{i}].max_load") for i, row in enumerate(experts)],
        scores=_scores(_list(root, "scores"), size),
        conflicts=_conflicts(_list(root, "conflicts"), size),
        locked=_locked(_list(root, "locked"), size),
        max_per_unit=_optional_count(limit, "max_per_unit"),
    )


def unknown_keys(data: object) -> list[str]:
    """Return top-level keys the format does not know; they are left unread, which is worth a warning."""
    return sorted(set(data) - _KEYS) if isinstance(data, dict) else []


def _fail(text: str) -> NoReturn:
    raise Malformed(text)


def _mapping(value: object, place: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        _fail(f"{place} 应为对象。")
    return value


def _list(root: Mapping[str, Any], key: str) -> list[Any]:
    value = root.get(key, [])
    if not isinstance(value, list):
        _fail(f"“{key}”应为列表。")
    return value


def _count(value: object, place: str) -> int:
    if type(value) is not int:
        _fail(f"{place} 应为整数。")
    if not 0 <= value <= COUNT_MAX:
        _fail(f"{place} 应在 0 与 {COUNT_MAX} 之间。")
    return value


def _required_count(row: Mapping[str, Any], key: str, place: str) -> int:
    if key not in row:
        _fail(f"{place} 缺少“{key}”。")
    return _count(row[key], f"{place}.{key}")


def _optional_count(value: object, place: str) -> int | None:
    return None if value is None else _count(value, place)


def _identifiers(rows: list[Mapping[str, Any]], key: str) -> list[str]:
    seen: dict[str, int] = {}
    for index, row in enumerate(rows):
        name = row.get("id")
        if not isinstance(name, str) or not name:
            _fail(f"{key}[{index}].id 应为非空文字。")
        if name in seen:
            _fail(f"{key}[{index}].id 与 {key}[{seen[name]}].id 重复：{name}。")
        seen[name] = index
    return list(seen)


def _unit(row: Mapping[str, Any], index: int) -> str | None:
    unit = row.get("unit")
    if unit is not None and not isinstance(unit, str):
        _fail(f"experts[{index}].unit 应为文字或 null。")
    return unit


def _scores(rows: list[Any], size: tuple[int, int]) -> list[list[int]]:
    """Check a million rows by whole-list passes; only a fault makes us look row by row."""
    sound = set(map(type, rows)) <= {list} and set(map(len, rows)) <= {3}
    sound = sound and set(map(type, chain.from_iterable(rows))) <= {int}
    if sound and rows:
        for column, end in enumerate((size[0], size[1], SCORE_MAX + 1)):
            values = [row[column] for row in rows]
            sound = sound and min(values) >= 0 and max(values) < end
    if not sound:
        for index, row in enumerate(rows):
            _score_row(row, size, f"scores[{index}]")
    if len({row[0] * size[1] + row[1] for row in rows}) != len(rows):
        _first_repeat([(row[0], row[1]) for row in rows], "scores")
    return rows


def _score_row(row: object, size: tuple[int, int], place: str) -> None:
    if not isinstance(row, list) or len(row) != 3:  # noqa: PLR2004 - proposal, expert, score
        _fail(f"{place} 应为[项目序号，专家序号，分数]。")
    _pair(row, size, place)
    if type(row[2]) is not int or not 0 <= row[2] <= SCORE_MAX:
        _fail(f"{place} 的分数应为 0 至 {SCORE_MAX} 的整数。")


def _pair(row: list[Any], size: tuple[int, int], place: str) -> tuple[int, int]:
    for value, end, noun in zip(row, size, ("项目", "专家"), strict=False):
        if type(value) is not int:
            _fail(f"{place} 的{noun}序号应为整数。")
        if not 0 <= value < end:
            _fail(f"{place} 的{noun}序号 {str(value)[:20]} 超出范围（共 {end} 个）。")
    return row[0], row[1]


def _conflicts(rows: list[Any], size: tuple[int, int]) -> dict[tuple[int, int], str]:
    found: dict[tuple[int, int], str] = {}
    for index, row in enumerate(rows):
        place = f"conflicts[{index}]"
        if not isinstance(row, list) or len(row) not in _CONFLICT_LENGTHS:
            _fail(f"{place} 应为[项目序号，专家序号，理由]。")
        reason = row[2] if len(row) == _CONFLICT_LENGTHS[1] else ""
        if not isinstance(reason, str):
            _fail(f"{place} 的理由应为文字。")
        pair = _pair(row, size, place)
        found[pair] = "；".join(filter(None, (found.get(pair, ""), reason)))
    return found


def _locked(rows: list[Any], size: tuple[int, int]) -> list[tuple[int, int]]:
    for index, row in enumerate(rows):
        if not isinstance(row, list) or len(row) != 2:  # noqa: PLR2004 - proposal, expert
            _fail(f"locked[{index}] 应为[项目序号，专家序号]。")
        _pair(row, size, f"locked[{index}]")
    pairs = [(row[0], row[1]) for row in rows]
    if len(set(pairs)) != len(pairs):
        _first_repeat(pairs, "locked")
    return pairs


def _first_repeat(pairs: list[tuple[int, int]], key: str) -> NoReturn:
    seen: set[tuple[int, int]] = set()
    for index, pair in enumerate(pairs):
        if pair in seen:
            _fail(f"{key}[{index}] 重复列出第 {pair[0]} 个项目与第 {pair[1]} 个专家（序号从 0 起）。")
        seen.add(pair)
    raise AssertionError(key)
