"""Reading an index system from plain data, as the catalogue or a stored version has it.

Numbers are whole numbers or decimals written as text; a fault is told with the place it stands at.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise
from typing import Any

from kechuang.pure.conditions.grammar import condition_read
from kechuang.pure.conditions.metrics import Dictionary
from kechuang.pure.conditions.nodes import Node
from kechuang.pure.conditions.values import Kind, Unreadable, Value, number_read, number_text, value_read
from kechuang.pure.evaluation.systems import (
    BASE_SHARE,
    Adjustment,
    Band,
    Block,
    Case,
    Coefficient,
    IndexSystem,
    Item,
    Scale,
    Threshold,
)

Plain = Mapping[str, Any]
_FACT_NAME = re.compile(r"([a-z][a-z0-9_]*)(?:\[(-[1-9])\])?")


def system_read(data: Plain, metrics: Dictionary) -> IndexSystem:
    """Read a system; raises ``Unreadable`` for what may not come into force, weights that do not add up included."""
    system = IndexSystem(
        code=str(data["code"]),
        title=str(data["title"]),
        total=_number(data.get("total", 100)),
        blocks=tuple(_block(one, metrics) for one in data["blocks"]),
        adjustments=tuple(_adjustment(one, metrics) for one in data.get("adjustments") or ()),
        thresholds=tuple(_threshold(one, metrics) for one in data.get("thresholds") or ()),
        cases=tuple(_case(one, metrics) for one in data.get("cases") or ()),
        most=_maybe(data.get("most")),
        least=_maybe(data.get("least")),
        absent_is_zero=bool(data.get("absent_is_zero")),
    )
    _add_up(system)
    _distinct(system)
    return system


def _add_up(system: IndexSystem) -> None:
    for block in system.blocks:
        held = sum((item.weight for item in block.items), Fraction(0))
        if held != block.weight:
            raise Unreadable(f"“{block.label}”权重 {number_text(block.weight)}，各项之和为 {number_text(held)}")
    held = sum((block.weight for block in system.blocks), Fraction(0))
    if held != system.total:
        raise Unreadable(f"各一级指标权重之和为 {number_text(held)}，应为 {number_text(system.total)}")


def _distinct(system: IndexSystem) -> None:
    names = [one.id for one in system.items]
    names += [one.id for one in system.adjustments]
    names += [one.id for one in system.thresholds]
    for name in names:
        if names.count(name) > 1:
            raise Unreadable(f"“{name}”重复")


def _block(data: Plain, metrics: Dictionary) -> Block:
    return Block(
        id=str(data["id"]),
        label=str(data["label"]),
        weight=_number(data["weight"]),
        items=tuple(_item(one, metrics) for one in data["items"]),
    )


def _item(data: Plain, metrics: Dictionary) -> Item:
    name, weight = str(data["id"]), _number(data["weight"])
    by_hand = bool(data.get("by_hand"))
    bands = tuple(Band(_number(one["at_least"]), _number(one["give"])) for one in data.get("bands") or ())
    scales = _scales(data.get("linear"), metrics, name)
    if [by_hand, bool(bands), bool(scales)].count(True) != 1:
        raise Unreadable(f"“{name}”应有且只有 bands、linear、by_hand 之一")
    if by_hand == bool(data.get("value")):
        raise Unreadable(f"“{name}”按数值计分须写 value，由核定人打分则不写")
    _rising(name, bands, weight)
    return Item(
        id=name,
        label=str(data["label"]),
        weight=weight,
        unit=str(data.get("unit") or ""),
        value=None if by_hand else _expression(data["value"], metrics, name, Kind.NUMBER),
        source=str(data.get("value") or ""),
        bands=bands,
        scales=scales,
        coefficients=tuple(
            Coefficient(_expression(one["when"], metrics, name, Kind.BOOLEAN), _number(one["factor"]))
            for one in data.get("coefficients") or ()
        ),
        by_hand=by_hand,
        note=str(data.get("note") or ""),
    )


def _rising(name: str, bands: tuple[Band, ...], weight: Fraction) -> None:
    for lower, upper in pairwise(bands):
        if lower.at_least >= upper.at_least or lower.give > upper.give:
            raise Unreadable(f"“{name}”的分档应由低到高")
    if bands and bands[-1].give != weight:
        raise Unreadable(f"“{name}”最高一档应等于权重 {number_text(weight)}")


def _scales(data: Any, metrics: Dictionary, name: str) -> tuple[Scale, ...]:
    """Read the lines of an item: those with a ``when`` first, the one for all others last."""
    if not data:
        return ()
    rows = [data] if isinstance(data, Mapping) else list(data)
    scales = tuple(_scale(row, metrics, name) for row in rows)
    if any(scale.when is None for scale in scales[:-1]) or scales[-1].when is not None:
        raise Unreadable(f"“{name}”分行业的要求应列在前，其余行业的一条列在最后，不写 when")
    return scales


def _scale(data: Plain, metrics: Dictionary, name: str) -> Scale:
    base, full = _number(data["base"]), _maybe(data.get("full"))
    share = _number(data["share"]) if data.get("share") is not None else BASE_SHARE
    if base == full or not 0 <= share <= 1:
        raise Unreadable(f"“{name}”的满分要求须不同于基本要求，share 在 0 与 1 之间")
    when = data.get("when")
    return Scale(base, full, share, _expression(when, metrics, name, Kind.BOOLEAN) if when else None)


def _adjustment(data: Plain, metrics: Dictionary) -> Adjustment:
    name = str(data["id"])
    when = _expression(data["when"], metrics, name, Kind.BOOLEAN)
    return Adjustment(name, str(data["label"]), when, str(data["when"]), _number(data["give"]))


def _threshold(data: Plain, metrics: Dictionary) -> Threshold:
    name = str(data["id"])
    need = _expression(data["need"], metrics, name, Kind.BOOLEAN)
    return Threshold(name, str(data["text"]), need, str(data["need"]))


def _case(data: Plain, metrics: Dictionary) -> Case:
    facts: dict[tuple[str, int], Value] = {}
    for spelling, written in data["facts"].items():
        key, value = _fact(spelling, written, metrics)
        if value is not None:
            facts[key] = value
    return Case(
        facts=facts,
        by_hand={name: _number(given) for name, given in (data.get("by_hand") or {}).items()},
        total=_number(data["total"]),
        points={name: _number(given) for name, given in (data.get("points") or {}).items()},
        missing=frozenset(data.get("missing") or ()),
    )


def _fact(spelling: str, written: Any, metrics: Dictionary) -> tuple[tuple[str, int], Value | None]:
    match = _FACT_NAME.fullmatch(spelling)
    metric = metrics.get(match[1]) if match else None
    if match is None or metric is None:
        raise Unreadable(f"指标字典中没有“{spelling}”")
    return (metric.code, int(match[2] or 0)), value_read(_text(written), metric.kind)


def _expression(source: Any, metrics: Dictionary, name: str, kind: Kind) -> Node:
    try:
        node = condition_read(str(source), metrics) if kind is Kind.BOOLEAN else _value(str(source), metrics)
    except Unreadable as fault:
        raise Unreadable(f"“{name}”：{fault.message}", column=fault.column) from None
    if node.kind is not kind:
        raise Unreadable(f"“{name}”的表达式应是{kind.label}")
    return node


def _value(source: str, metrics: Dictionary) -> Node:
    """Read a number: the language has conditions, so it is read as the left side of one."""
    read = condition_read(f"({source}) >= 0", metrics)
    return read.parts()[0]


def _maybe(value: Any) -> Fraction | None:
    return None if value is None else _number(value)


def _number(value: Any) -> Fraction:
    return number_read(_text(value))


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return "|".join(str(one) for one in value) or "-"
    return str(value)
