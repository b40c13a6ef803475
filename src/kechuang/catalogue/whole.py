"""The whole catalogue of one city, frozen, with its stable name."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Annotated, Any

from pydantic import ConfigDict, InstanceOf, PlainSerializer

from kechuang.catalogue.bodies import Department, Role
from kechuang.catalogue.evaluation import AnnualReportForm, IndexSystem, LifeRules
from kechuang.catalogue.items import ServiceItem
from kechuang.catalogue.kinds import Competence, DirectionSet, EvaluationScheme, Level, PlatformType
from kechuang.catalogue.measures import Indicator, Metric, PlanFacts
from kechuang.catalogue.places import City, Division, DivisionChange, WorkdayException
from kechuang.catalogue.publication import OpenDataRules
from kechuang.catalogue.reviews import ExpertBaseRules, ReviewScheme
from kechuang.catalogue.rules import RuleSet
from kechuang.catalogue.shapes import Entry
from kechuang.catalogue.words import Words
from kechuang.pure.process import Process

ProcessField = Annotated[InstanceOf[Process], PlainSerializer(Process.to_dict)]
RuleField = Annotated[InstanceOf[RuleSet], PlainSerializer(lambda rule: rule.definition)]


class Classification(Entry):
    """One row of a classification tree: industries (GB/T 4754) or disciplines."""

    code: str
    name: str
    level: str
    parent: str


class Reference(Entry):
    """National tables: large, the same for every city, changed once in years."""

    divisions: tuple[Division, ...]
    division_changes: tuple[DivisionChange, ...]
    industries: tuple[Classification, ...]
    disciplines: tuple[Classification, ...]
    nsfc_disciplines: tuple[Classification, ...]
    workday_exceptions: tuple[WorkdayException, ...]

    def workdays(self) -> dict[date, bool]:
        """Return the days that are not what their weekday says: day → is worked."""
        return {row.day: row.works for row in self.workday_exceptions}

    def workday_years(self) -> frozenset[int]:
        """Return the years the calendar knows; beyond them only weekdays are known."""
        return frozenset(row.day.year for row in self.workday_exceptions)

    def division_names(self) -> dict[str, str]:
        """Return code → name of today's divisions."""
        return {row.code: row.name for row in self.divisions}

    def former_divisions(self) -> dict[str, str]:
        """Return code → name of divisions whose code is no longer in use but still stands in old numbers."""
        today = self.division_names()
        return {
            row.old_code: row.old_name for row in self.division_changes if row.old_code and row.old_code not in today
        }


class Catalogue(Entry):
    """Everything one city's installation is run by."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, arbitrary_types_allowed=True)

    city: City
    roles: tuple[Role, ...]
    departments: tuple[Department, ...]
    levels: tuple[Level, ...]
    platform_types: tuple[PlatformType, ...]
    directions: tuple[DirectionSet, ...]
    competence: tuple[Competence, ...]
    indicators: tuple[Indicator, ...]
    metrics: tuple[Metric, ...]
    words: Words
    plans: tuple[PlanFacts, ...]
    processes: dict[str, ProcessField]
    items: dict[str, ServiceItem]
    evaluations: tuple[EvaluationScheme, ...]
    index_systems: tuple[IndexSystem, ...]
    annual_reports: tuple[AnnualReportForm, ...]
    life: LifeRules
    reviews: tuple[ReviewScheme, ...]
    expert_base: ExpertBaseRules
    open_data: OpenDataRules
    rules: tuple[RuleField, ...]
    reference: Reference

    def competence_for(self, type_code: str, level: str, day: date) -> Competence | None:
        """Return the row in force on ``day`` for a type at a level, or ``None``."""
        rows = (row for row in self.competence if (row.type, row.level) == (type_code, level))
        return next((row for row in rows if row.in_force(day)), None)

    def types_of(self, department: str, day: date) -> tuple[str, ...]:
        """Return the codes of the types a department is competent for on ``day``, at any level."""
        held = {row.type for row in self.competence if row.department == department and row.in_force(day)}
        return tuple(each.code for each in self.platform_types if each.code in held)

    def counted_levels(self) -> tuple[str, ...]:
        """Return the codes of the levels a plan's goal counts (省级及以上), highest first."""
        ranked = sorted(self.levels, key=lambda level: -level.rank)
        return tuple(level.code for level in ranked if level.counts)

    def department_named(self, printed: str) -> Department | None:
        """Return the department written as ``printed``, or ``None``; never guesses."""
        return next((each for each in self.departments if printed in each.all_names), None)

    def to_data(self) -> dict[str, Any]:
        """Return the city's rules as plain data; the national tables only by their fingerprint."""
        data: dict[str, Any] = self.model_dump(mode="json", exclude={"reference"})
        return {**data, "reference": _digest(self.reference.model_dump(mode="json"))}

    def to_json(self) -> str:
        """Return ``to_data`` as JSON that is equal for equal catalogues."""
        return _canonical(self.to_data())


def fingerprint(catalogue: Catalogue) -> str:
    """Return a SHA-256 (hex) that changes when any rule does, and with nothing else."""
    return _digest(catalogue.to_data())


def _canonical(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _digest(data: object) -> str:
    return hashlib.sha256(_canonical(data).encode()).hexdigest()
