"""Reading a result file: what it claims, with every number known to be a whole one.

Whether the claim is true is ``checking``'s business. No numpy here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kechuang.pure.strict_json import Malformed

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Proof:
    """Dual prices: per proposal, per expert's upper and lower limit, per proposal and unit."""

    proposal: list[int]
    expert_max: list[int]
    expert_min: list[int]
    unit: dict[tuple[int, str | None], int]


@dataclass(frozen=True, slots=True)
class Claim:
    """A result said to be optimal. ``chances`` are thousandths, only for the random objective."""

    objective: int
    pairs: list[Pair]
    worst_pair: int | None
    worst_proposal: int | None
    proof: Proof
    floor: int | None = None
    next_floor: Proof | None = None
    chances: dict[Pair, int] | None = None
    max_probability: int = 1
    seed: int | None = None


def read_claim(data: object) -> Claim | None:
    """Check a parsed result file; None where it says that there is no feasible assignment.

    Raises ``Malformed``.
    """
    if not isinstance(data, dict) or data.get("status") not in ("optimal", "infeasible"):
        raise Malformed("结果文件应为对象，且“status”为 optimal 或 infeasible。")
    if data["status"] == "infeasible":
        return None
    certificate = data.get("certificate")
    if not isinstance(certificate, dict):
        raise Malformed("结果文件缺少“certificate”（最优性证明）。")
    chances = None
    if "probabilities" in data:
        chances = {(p, e): t for p, e, t in _rows(data, "probabilities", 3)}
        if len(chances) != len(data["probabilities"]):
            raise Malformed("“probabilities”中有重复的一对。")
    pairs = [(p, e) for p, e in _rows(data, "pairs", 2)]
    if len(set(pairs)) != len(pairs):
        raise Malformed("“pairs”中有重复的一对。")
    upper = certificate.get("next_floor")
    return Claim(
        objective=_whole(data.get("objective"), "objective"),
        pairs=pairs,
        worst_pair=_optional(data, "worst_pair"),
        worst_proposal=_optional(data, "worst_proposal"),
        proof=_proof(certificate),
        floor=_optional(certificate, "floor"),
        next_floor=None if upper is None else _proof(upper),
        chances=chances,
        max_probability=_whole(certificate.get("max_probability", 1), "max_probability"),
        seed=_optional(data, "seed"),
    )


def _proof(data: object) -> Proof:
    if not isinstance(data, dict):
        raise Malformed("最优性证明应为对象。")
    unit: dict[tuple[int, str | None], int] = {}
    for row in _list(data, "unit"):
        if not isinstance(row, list) or len(row) != 3 or not isinstance(row[1], str):  # noqa: PLR2004
            raise Malformed("证明中的“unit”应为[项目序号，单位，价]的列表。")
        key = (_whole(row[0], "unit"), row[1])
        if key in unit:
            raise Malformed("证明中的“unit”有重复。")
        unit[key] = _whole(row[2], "unit")
    return Proof(_numbers(data, "proposal"), _numbers(data, "expert_max"), _numbers(data, "expert_min"), unit)


def _list(data: Mapping[str, Any], key: str) -> list[Any]:
    value = data.get(key)
    if not isinstance(value, list):
        raise Malformed(f"结果文件的“{key}”应为列表。")
    return value


def _numbers(data: Mapping[str, Any], key: str) -> list[int]:
    return [_whole(value, key) for value in _list(data, key)]


def _rows(data: Mapping[str, Any], key: str, width: int) -> list[list[int]]:
    rows = _list(data, key)
    for row in rows:
        if not isinstance(row, list) or len(row) != width or set(map(type, row)) != {int}:
            raise Malformed(f"结果文件的“{key}”每行应为 {width} 个整数。")
    return rows


def _optional(data: Mapping[str, Any], key: str) -> int | None:
    value = data.get(key)
    return None if value is None else _whole(value, key)


def _whole(value: object, place: str) -> int:
    if type(value) is not int:
        raise Malformed(f"结果文件的“{place}”应为整数。")
    return value
