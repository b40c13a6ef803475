"""How things are reviewed: criteria with anchors and weights, limits on panels, and whom the expert base takes in."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, model_validator

from kechuang.catalogue.shapes import Code, Entry, Label, Sourced

HUNDRED = 100
RoundKind = Literal["remote", "panel", "defence", "site_visit"]
Figure = Annotated[Decimal, Field(ge=0)]


class Anchor(Entry):
    """What a criterion's points mean: from ``at_least`` points on, ``says``."""

    at_least: Figure
    says: Label


class Criterion(Entry):
    """One criterion (评审指标): points from 0 to ``most``, counted with ``weight`` of a hundred.

    ``comment`` says whether a written ground is asked: always, below a number of points, or never.
    """

    code: Code
    label: Label
    weight: int = Field(gt=0, le=HUNDRED)
    most: int = Field(gt=0, le=1000)
    help: str | None = None
    anchors: tuple[Anchor, ...] = Field(min_length=2)
    comment: Literal["required", "optional"] = "optional"
    comment_below: Figure | None = None

    @model_validator(mode="after")
    def _anchors_descend(self) -> Criterion:
        steps = [anchor.at_least for anchor in self.anchors]
        if steps != sorted(set(steps), reverse=True) or steps[-1] != 0 or steps[0] > self.most:
            raise ValueError("分档说明须由高到低排列，最低一档从 0 分起，且不超过满分")
        return self


class Recommendation(Entry):
    """One of the conclusions a reviewer chooses from (评审结论)."""

    code: Code
    label: Label


class Grade(Entry):
    """A grade and the least score, in points of a hundred, that earns it."""

    name: Label
    at_least: Figure


class TieBreak(Entry):
    """A rule for equal scores (同等条件优先): the greater figure ``key`` goes first."""

    key: Code
    label: Label


class Aggregation(Entry):
    """How scores are summed up: highest and lowest dropped once there are ``trim_from`` of them."""

    drop_each_end: int = Field(ge=0)
    trim_from: int = Field(ge=1)
    places: int = Field(ge=0, le=6)


class Limits(Entry):
    """Limits of a panel and of conflicts; spans in years (年), loads in reviews (份).

    ``avoid_years`` is for former units, ``cowork_years`` for projects and papers done together.
    ``panel_least`` experts at least judge one proposal, an odd number where ``panel_odd``.
    """

    avoid_years: int = Field(ge=0)
    cowork_years: int = Field(ge=0)
    reviews_each: int = Field(gt=0)
    panel_least: int = Field(gt=0)
    panel_odd: bool
    max_load: int = Field(gt=0)
    min_load: int = Field(ge=0)
    max_per_unit: int | None = Field(gt=0)
    max_avoided: int = Field(ge=0)
    candidates_each: int = Field(gt=0)


class ReviewScheme(Sourced):
    """A scheme of review (评审办法): what is scored, by how many, and how scores become a list."""

    code: Code
    title: Label
    kinds: tuple[RoundKind, ...] = Field(min_length=1)
    blind: bool
    criteria: tuple[Criterion, ...] = Field(min_length=1)
    recommendations: tuple[Recommendation, ...] = Field(min_length=2)
    aggregation: Aggregation
    outlier_share: Annotated[Decimal, Field(gt=0)]
    grades: tuple[Grade, ...] = ()
    tie_breaks: tuple[TieBreak, ...] = ()
    limits: Limits

    @model_validator(mode="after")
    def _adds_up(self) -> ReviewScheme:
        if sum(criterion.weight for criterion in self.criteria) != HUNDRED:
            raise ValueError("各项权重之和应为 100")
        if len({criterion.code for criterion in self.criteria}) != len(self.criteria):
            raise ValueError("评审指标代码重复")
        limits = self.limits
        if limits.reviews_each < limits.panel_least or (limits.panel_odd and limits.reviews_each % 2 == 0):
            raise ValueError("每份评审专家数须不少于专家组下限；要求单数的须为单数")
        return self


class ExpertBaseRules(Sourced):
    """Whom the expert base takes in and for how long (专家入库).

    ``age_below`` in full years, ``publicity_days`` in working days, ``confirm_months`` until the
    yearly confirmation lapses, ``max_reviews_a_year`` rounds an expert may serve in one year.
    """

    age_below: int = Field(gt=0)
    publicity_days: int = Field(gt=0)
    confirm_months: int = Field(gt=0)
    max_reviews_a_year: int = Field(gt=0)
    keeper: Code
