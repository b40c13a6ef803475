"""The protocol of a draw (抽取记录): what is published, and re-running it.

Before the deadline only ``commitment`` is published: the SHA-256 of the seed. With the result the
whole protocol is: the pool, the exclusions with reasons, the quotas, the hash of these terms, the
seed and, where wished, a public value nobody could know beforehand. The stream is made from
``draw:SEED:PUBLIC_VALUE:POOL_HASH``, so neither the terms nor the seed can be exchanged afterwards.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from kechuang.pure.drawing.panel import Candidate, Exclusion, Pick, Stratum, Terms, TooFew, draw_panel
from kechuang.pure.drawing.stream import Stream
from kechuang.pure.strict_json import Malformed

FORMAT = "kechuang-draw-1"
SEED_LENGTH_MIN = 16
"""A shorter seed could be found from its published hash by trying."""

Protocol = dict[str, Any]
_COUNT_MAX = 10**9
_LABELS = {"member": "入选", "alternate": "候补", "passed": "跳过"}


def commitment(seed: str) -> str:
    """Return what is published of a seed before the draw: its SHA-256 in hexadecimal."""
    return sha256(seed.encode()).hexdigest()


def pool_hash(terms: Terms) -> str:
    """Return the SHA-256 of the terms as canonical JSON: sorted keys, no spaces, UTF-8, pool by identifier."""
    text = json.dumps(_terms_as_data(terms), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def write_protocol(terms: Terms, *, seed: str, public_value: str = "") -> Protocol:
    """Draw and return the protocol that proves it. Raises ``TooFew``, or ``Malformed`` for a short seed."""
    if len(seed) < SEED_LENGTH_MIN:
        raise Malformed(f"种子至少要有 {SEED_LENGTH_MIN} 个字符，否则可由公布的摘要试出。")
    digest = pool_hash(terms)
    picks = draw_panel(terms, _stream(seed, public_value, digest))
    return {
        "format": FORMAT,
        **_terms_as_data(terms),
        "pool_hash": digest,
        "commitment": commitment(seed),
        "seed": seed,
        "public_value": public_value,
        "order": [{"id": pick.id, "stratum": pick.stratum, "role": pick.role} for pick in picks],
    }


def differences(protocol: object) -> list[str]:
    """Re-run a protocol; return in Chinese what differs, an empty list where all agrees.

    Raises ``Malformed`` where it is no protocol at all.
    """
    root = _mapping(protocol, "文件")
    if root.get("format") != FORMAT:
        raise Malformed(f"文件不是抽取记录（“format”应为“{FORMAT}”）。")
    terms = read_terms(root)
    seed, public = _text(root, "seed"), _optional_text(root, "public_value")
    told = [_pick(row, i) for i, row in enumerate(_list(root, "order"))]
    found = []
    if _text(root, "commitment") != commitment(seed):
        found.append("公开的种子与事先公布的摘要（commitment）不符。")
    digest = pool_hash(terms)
    if _text(root, "pool_hash") != digest:
        found.append("专家池、回避名单或名额与记录的摘要（pool_hash）不符，抽取之后有改动。")
    try:
        picks = draw_panel(terms, _stream(seed, public or "", digest))
    except TooFew as refusal:
        return [*found, f"按记录无法完成抽取：{refusal}"]
    return found + _order_differences(told, picks)


def read_terms(data: object) -> Terms:
    """Check the terms in a parsed request or protocol. Raises ``Malformed`` with the place and the fault."""
    root = _mapping(data, "文件")
    strata = tuple(_stratum(row, f"strata[{i}]") for i, row in enumerate(_list(root, "strata")))
    pool = tuple(_candidate(row, f"pool[{i}]") for i, row in enumerate(_list(root, "pool")))
    exclusions = tuple(_exclusion(row, f"exclusions[{i}]") for i, row in enumerate(_list(root, "exclusions")))
    limit = root.get("max_per_unit")
    _once([stratum.name for stratum in strata], "strata")
    _once([candidate.id for candidate in pool], "pool")
    _once([exclusion.id for exclusion in exclusions], "exclusions")
    known = {stratum.name for stratum in strata}
    for candidate in pool:
        if candidate.stratum not in known:
            raise Malformed(f"专家 {candidate.id} 所在的“{candidate.stratum}”层没有列出名额。")
    for exclusion in exclusions:
        if exclusion.id not in {candidate.id for candidate in pool}:
            raise Malformed(f"回避名单中的 {exclusion.id} 不在专家池中。")
    return Terms(pool, exclusions, strata, None if limit is None else _count(root, "max_per_unit", "文件", 1))


def _stream(seed: str, public_value: str, digest: str) -> Stream:
    return Stream(f"draw:{seed}:{public_value}:{digest}")


def _terms_as_data(terms: Terms) -> Protocol:
    pool = sorted(terms.pool, key=lambda c: c.id)
    return {
        "pool": [{"id": c.id, "stratum": c.stratum, "weight": c.weight, "unit": c.unit} for c in pool],
        "exclusions": [
            {"id": e.id, "reason": e.reason} for e in sorted(terms.exclusions, key=lambda exclusion: exclusion.id)
        ],
        "strata": [{"name": s.name, "quota": s.quota, "alternates": s.alternates} for s in terms.strata],
        "max_per_unit": terms.max_per_unit,
    }


def _order_differences(told: list[Pick], picks: list[Pick]) -> list[str]:
    found = []
    for place in range(max(len(told), len(picks))):
        line = told[place] if place < len(told) else None
        again = picks[place] if place < len(picks) else None
        if line != again:
            found.append(f"第 {place + 1} 次抽取：记录为{_said(line)}，重抽为{_said(again)}。")
    return found


def _said(pick: Pick | None) -> str:
    return f"“{pick.stratum}”层 {pick.id}（{_LABELS[pick.role]}）" if pick else "空"


def _mapping(value: object, place: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise Malformed(f"{place} 应为对象。")
    return value


def _list(root: Mapping[str, Any], key: str) -> list[Any]:
    value = root.get(key, [] if key == "exclusions" else None)
    if not isinstance(value, list):
        raise Malformed(f"“{key}”应为列表。")
    return value


def _text(row: Mapping[str, Any], key: str, place: str = "文件") -> str:
    value = row.get(key)
    if not isinstance(value, str) or not value.strip():
        raise Malformed(f"{place} 的“{key}”应为非空文字。")
    return value


def _optional_text(row: Mapping[str, Any], key: str, place: str = "文件") -> str | None:
    value = row.get(key)
    if value is not None and not isinstance(value, str):
        raise Malformed(f"{place} 的“{key}”应为文字。")
    return value


def _count(row: Mapping[str, Any], key: str, place: str, least: int = 0) -> int:
    value = row.get(key)
    if type(value) is not int or not least <= value <= _COUNT_MAX:
        raise Malformed(f"{place} 的“{key}”应为不小于 {least} 的整数。")
    return value


def _stratum(row: object, place: str) -> Stratum:
    fields = _mapping(row, place)
    spare = _count(fields, "alternates", place) if "alternates" in fields else 0
    return Stratum(_text(fields, "name", place), _count(fields, "quota", place), spare)


def _candidate(row: object, place: str) -> Candidate:
    fields = _mapping(row, place)
    weight = _count(fields, "weight", place, 1) if "weight" in fields else 1
    return Candidate(
        _text(fields, "id", place), _text(fields, "stratum", place), weight, _optional_text(fields, "unit", place)
    )


def _exclusion(row: object, place: str) -> Exclusion:
    fields = _mapping(row, place)
    return Exclusion(_text(fields, "id", place), _text(fields, "reason", place))


def _pick(row: object, index: int) -> Pick:
    place = f"order[{index}]"
    fields = _mapping(row, place)
    role = _text(fields, "role", place)
    if role not in _LABELS:
        raise Malformed(f"{place} 的“role”应为 member、alternate 或 passed。")
    return Pick(_text(fields, "id", place), _text(fields, "stratum", place), role)  # type: ignore[arg-type]


def _once(names: list[str], key: str) -> None:
    if len(set(names)) != len(names):
        raise Malformed(f"“{key}”中“{next(n for n in names if names.count(n) > 1)}”出现多次。")
