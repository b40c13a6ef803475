"""What an index system is made of: blocks, items, the rules that give points, and what is checked beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from kechuang.pure.conditions.nodes import Node
from kechuang.pure.conditions.values import Value, number_text

BASE_SHARE = Fraction(3, 5)
"""The share of an item's weight that its base value (基本要求) gives where a system does not say otherwise."""


@dataclass(frozen=True, slots=True)
class Band:
    """Points for a value of ``at_least`` or more (分档)."""

    at_least: Fraction
    give: Fraction


@dataclass(frozen=True, slots=True)
class Scale:
    """A straight line (线性): ``base`` gives ``share`` of the weight, ``full`` all of it, below ``base`` nothing.

    With ``full`` below ``base`` less is better. Without ``full`` (满分要求未查到) more than the base share is never
    given. ``when`` narrows the line to some industries; ``None`` is for all others.
    """

    base: Fraction
    full: Fraction | None
    share: Fraction = BASE_SHARE
    when: Node | None = None

    def points(self, value: Fraction, weight: Fraction) -> Fraction:
        """Return the exact points of ``value``."""
        sign = -1 if self.full is not None and self.full < self.base else 1
        if sign * value < sign * self.base:
            return Fraction(0)
        if self.full is None:
            return weight * self.share
        if sign * value >= sign * self.full:
            return weight
        return weight * (self.share + (1 - self.share) * (value - self.base) / (self.full - self.base))

    def sentence(self) -> str:
        """Say the line in Chinese."""
        least = "高于" if self.full is not None and self.full < self.base else "低于"
        base = f"{least}基本要求 {number_text(self.base)} 不得分，达到基本要求得权重的 {number_text(self.share * 100)}%"
        if self.full is None:
            return f"{base}，满分要求未查到"
        return f"{base}，达到满分要求 {number_text(self.full)} 得满分，其间按比例"


@dataclass(frozen=True, slots=True)
class Coefficient:
    """What a value is multiplied by before it is judged (行业系数), where ``when`` is met."""

    when: Node
    factor: Fraction


@dataclass(frozen=True, slots=True)
class Item:
    """One item (三级指标): ``weight`` is the most it can give.

    Exactly one of ``bands``, ``scales`` and ``by_hand``: what no fact can answer is given by the auditor (核定人打分).
    """

    id: str
    label: str
    weight: Fraction
    unit: str = ""
    value: Node | None = None
    source: str = ""
    bands: tuple[Band, ...] = ()
    scales: tuple[Scale, ...] = ()
    coefficients: tuple[Coefficient, ...] = ()
    by_hand: bool = False
    note: str = ""

    def sentence(self, scale: Scale | None = None) -> str:
        """Say the item's rule in Chinese; ``scale`` is the line that fits the subject, where one does."""
        if self.by_hand:
            said = f"由核定人打分，0 至 {number_text(self.weight)} 分"
        elif self.bands:
            steps = "；".join(f"达到 {number_text(one.at_least)} 得 {number_text(one.give)} 分" for one in self.bands)
            said = f"{steps}；低于 {number_text(self.bands[0].at_least)} 不得分"
        else:
            said = (scale or self.scales[-1]).sentence()
        return f"{said}（{self.note}）" if self.note else said


@dataclass(frozen=True, slots=True)
class Block:
    """A block of items (一级指标); its weight is the sum of theirs."""

    id: str
    label: str
    weight: Fraction
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Adjustment:
    """Points added or taken away where ``when`` is met (加分项、扣分项)."""

    id: str
    label: str
    when: Node
    source: str
    give: Fraction


@dataclass(frozen=True, slots=True)
class Threshold:
    """An entry condition that is checked again (认定门槛复核)."""

    id: str
    text: str
    need: Node
    source: str


@dataclass(frozen=True, slots=True)
class Case:
    """A worked example: facts as they are spelled, points by hand, and the total they must have."""

    facts: Mapping[tuple[str, int], Value]
    by_hand: Mapping[str, Fraction]
    total: Fraction
    points: Mapping[str, Fraction]
    missing: frozenset[str]


@dataclass(frozen=True, slots=True)
class IndexSystem:
    """An index system (评价指标体系). ``total`` is the sum of the blocks, ``most`` and ``least`` bound the score.

    ``absent_is_zero`` says that what is missing counts nothing and does not keep the grade back.
    """

    code: str
    title: str
    total: Fraction
    blocks: tuple[Block, ...]
    adjustments: tuple[Adjustment, ...] = ()
    thresholds: tuple[Threshold, ...] = ()
    cases: tuple[Case, ...] = ()
    most: Fraction | None = None
    least: Fraction | None = None
    absent_is_zero: bool = False

    @property
    def items(self) -> tuple[Item, ...]:
        return tuple(item for block in self.blocks for item in block.items)
