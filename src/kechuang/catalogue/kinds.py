"""Kinds of platform: types, levels, directions, and who recognises which type at which level."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from kechuang.catalogue.shapes import Code, Entry, Label, Sourced


class Level(Entry):
    """A level (级别). ``rank`` grows upwards; ``counts`` = 省级及以上, what a plan's goal counts."""

    code: Code
    label: Label
    rank: int
    counts: bool
    recognised: bool


class ExtraField(Entry):
    """A field only this type of platform has."""

    code: Code
    label: Label
    kind: Literal["text", "integer", "decimal", "date", "boolean", "choice"]
    unit: str | None = None
    choices: tuple[str, ...] = ()


class PlatformType(Entry):
    """A type of platform (平台类别). ``not_same_as`` names types only alike in name."""

    code: Code
    name: Label
    other_names: tuple[str, ...] = ()
    line: Label
    extra_fields: tuple[ExtraField, ...] = ()
    directions: tuple[Code, ...] = ()
    not_same_as: tuple[Code, ...] = ()
    construction_period: bool = False


class DirectionItem(Entry):
    """One direction a platform may serve."""

    code: Code
    label: Label


class DirectionSet(Entry):
    """A set of directions (方向) a plan names, such as 四化."""

    code: Code
    label: Label
    items: tuple[DirectionItem, ...]


class Competence(Sourced):
    """Who recognises a type at a level (认定机关) and which city department is competent (归口管理部门).

    ``closed`` = the level is no longer recognised; ``named`` is the title at that level where it differs.
    """

    type: Code
    level: Code
    recognising_body: Label
    department: Code
    partners: tuple[Code, ...] = ()
    named: str | None = None
    closed: bool = False
    note: str | None = None


GradeAct = Literal["none", "reward", "warn", "rectify", "revoke"]
"""What a grade leads to: nothing, support, a warning, rectification in time, or the proposal to revoke."""


class GradeBand(Entry):
    """A grade of an evaluation: points from ``at_least`` (included) up to ``below`` (excluded).

    ``act`` is what the platform's life does with the grade, ``consequence`` the scheme's own words.
    """

    grade: Label
    at_least: float | None
    below: float | None
    consequence: str | None = None
    act: GradeAct = "none"


class EvaluationScheme(Sourced):
    """How platforms are evaluated (评估): cycle, grade bands, and what follows from them.

    ``failed_grade`` is given to those that no longer meet an entry threshold, whatever their points; ``appeal_days``
    are the working days in which a grade may be appealed against, no limit where the scheme sets none.
    """

    code: Code
    title: Label
    jurisdiction: Label
    types: tuple[Code, ...]
    level: Code
    cycle_months: int | None = Field(gt=0)
    bands: tuple[GradeBand, ...]
    absent_grade: str | None
    failed_grade: str | None = None
    rectification_months: int | None
    appeal_days: int | None = None
    ban_months: int | None
    source: Label
