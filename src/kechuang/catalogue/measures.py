"""What is measured: indicators, metrics, and the facts of a plan (never its sentences)."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import Field, model_validator

from kechuang.catalogue.shapes import Code, Entry, Label


class Indicator(Entry):
    """An indicator: a stock of platforms (个) of some types at some levels, on a day."""

    code: Code
    label: Label
    unit: Label
    types: tuple[Code, ...] = Field(min_length=1)
    levels: tuple[Code, ...] = Field(min_length=1)
    parts_by_level: bool
    departments: tuple[Code, ...] = Field(min_length=1)
    basis: Literal["cumulative", "yearly"]


class Metric(Entry):
    """A metric of the dictionary: a fact about an organisation, as the condition language sees it.

    ``step`` is the smallest sensible change in the metric's own unit, ``form`` the statistical form it stands in.
    ``group`` is its part of the yearly sheet, ``subjects`` says whose fact it is, ``part_of`` names the metric it
    cannot exceed, ``choices`` the values it may take (code → label; any where there are none).
    """

    code: Code
    label: Label
    unit: str | None
    kind: Literal["number", "text", "boolean", "date", "set"]
    period: Literal["year", "none"]
    step: Decimal = Decimal(1)
    definition: Label
    source: Label | None = None
    form: Label | None = None
    group: Label = "其他"
    subjects: tuple[Literal["organisation", "platform", "person", "project"], ...] = ("organisation",)
    whole: bool = False
    signed: bool = False
    part_of: Code | None = None
    choices: dict[str, Label] = {}


class Figure(Entry):
    """A printed figure of a year; ``parts`` by level code, empty where the plan prints none."""

    year: int
    value: int | None
    parts: dict[str, int] = {}

    @model_validator(mode="after")
    def _parts_sum(self) -> Figure:
        if self.parts and sum(self.parts.values()) != self.value:
            raise ValueError(f"{self.year} 年分项之和 {sum(self.parts.values())} 不等于 {self.value}")
        return self


class PlannedIndicator(Entry):
    """One row of a plan's annex. ``growth_stated`` stays as printed, in percent a year."""

    indicator: Code
    printed: Label
    unit_printed: str | None
    base: Figure
    targets: tuple[Figure, ...] = Field(min_length=1)
    growth_stated: Decimal | None
    departments: tuple[str, ...]
    line: int

    @model_validator(mode="after")
    def _years_once(self) -> PlannedIndicator:
        years = [self.base.year, *(target.year for target in self.targets)]
        if years != sorted(set(years)):
            raise ValueError("年份须从基期起逐年递增，不得重复")
        return self


class Goal(Entry):
    """The headline goal: so many platforms by the end of a year."""

    year: int
    value: int
    label: Label


class Responsibility(Entry):
    """One bracket of responsible units, names as printed; being named first is no lead."""

    role: str | None
    departments: tuple[str, ...]
    lead: tuple[str, ...] = ()
    cooperating: tuple[str, ...] = ()
    et_al: bool = False
    by_duty: bool = False
    local: tuple[str, ...] = ()


class Clause(Entry):
    """A clause (条): heading as printed, what it asks in our own words, who answers for it.

    ``served_by`` names the types of platform whose being there carries the clause out, ours to say, not the plan's.
    """

    no: Label
    no_restored: bool = False
    section: Label
    kind: Literal["task", "guarantee"]
    title: Label
    summary: Label
    responsibilities: tuple[Responsibility, ...] = ()
    served_by: tuple[Code, ...] = ()


class PlanFacts(Entry):
    """An official plan as facts: headings, units, figures, and summaries of our own."""

    code: Code
    title: Label
    issued_in: str | None
    document_number: str | None
    issuers: tuple[str, ...]
    signed_on: date | None
    published_on: date | None
    years: tuple[int, int]
    goal: Goal | None
    clauses: tuple[Clause, ...]
    indicators: tuple[PlannedIndicator, ...]

    def of_kind(self, kind: str) -> tuple[Clause, ...]:
        """Return the clauses of a kind, in the plan's order."""
        return tuple(clause for clause in self.clauses if clause.kind == kind)

    def total(self, year: int) -> int:
        """Return the sum (个) of all rows for the base year or a target year, as far as printed."""
        figures = (figure for row in self.indicators for figure in (row.base, *row.targets))
        return sum(figure.value or 0 for figure in figures if figure.year == year)


def repeated(codes: list[str]) -> list[str]:
    """Return codes that stand more than once, in order."""
    return [code for code, times in Counter(codes).items() if times > 1]
