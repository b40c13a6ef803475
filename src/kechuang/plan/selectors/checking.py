"""Reads of the officer's page: a draft with everything in it, its text line by line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Prefetch

from kechuang.directory.models import Department
from kechuang.plan.comparison import Difference
from kechuang.plan.figures import plain, printed
from kechuang.plan.models import Clause, Finding, Indicator, IndicatorBody, Milestone, Plan, ResponsibleBody, Target
from kechuang.plan.selectors.documents import clauses_whole

MOST_LINES = 20_000


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the text: its number, and the anchor of what was read there, if anything."""

    number: int
    text: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Name:
    """A name as printed, how often it stands in the draft (处), and what it was matched to."""

    printed: str
    times: int
    department: Department | None
    matched_by: str
    confirmed: bool


@dataclass(frozen=True)
class Draft:
    """A version with all its items, loaded once."""

    plan: Plan
    clauses: Sequence[Clause]
    indicators: Sequence[Indicator]
    milestones: Sequence[Milestone]
    findings: Sequence[Finding]

    @property
    def open_findings(self) -> int:
        """Return how many findings must still be looked at."""
        return sum(finding.severity == "warning" and not finding.settled for finding in self.findings)

    @property
    def names(self) -> list[Name]:
        """Return every printed name once, those without a department first."""
        bodies: list[ResponsibleBody | IndicatorBody] = [
            *(body for row in self.clauses for bracket in row.responsibilities.all() for body in bracket.bodies.all()),
            *(body for row in self.indicators for body in row.bodies.all()),
        ]
        times = Counter(body.printed for body in bodies)
        first = {body.printed: body for body in reversed(bodies)}
        rows = [
            Name(name, times[name], body.department, body.get_matched_by_display(), body.confirmed)
            for name, body in first.items()
        ]
        return sorted(rows, key=lambda row: (row.department is not None, row.confirmed, -row.times))

    @property
    def lines(self) -> list[Line]:
        """Return the text line by line, each with the item read from it."""
        anchors: dict[int, str] = {}
        for noun, rows in (("clause", self.clauses), ("indicator", self.indicators), ("milestone", self.milestones)):
            for row in rows:
                if row.line:
                    anchors.setdefault(row.line, f"{noun}-{row.pk}")
        texts = self.plan.text.split("\n")[:MOST_LINES]
        return [Line(number, text, anchors.get(number, "")) for number, text in enumerate(texts, start=1)]

    @property
    def figures(self) -> list[tuple[Indicator, str, list[tuple[int, str]]]]:
        """Return indicator, base and targets as printed."""
        return [(row, printed(plain(row.base_value), row.base_parts), _targets(row)) for row in self.indicators]


def _targets(indicator: Indicator) -> list[tuple[int, str]]:
    rows = sorted(indicator.targets.all(), key=lambda row: row.year)
    return [(row.year, f"{'' if row.op == '=' else row.op}{printed(plain(row.value), row.parts)}") for row in rows]


def draft_whole(*, plan: Plan) -> Draft:
    """Return ``plan`` with everything in it: eight queries however long it is."""
    own = Prefetch("targets", Target.objects.filter(department=None, county=None))
    bodies = Prefetch("bodies", IndicatorBody.objects.select_related("department"))
    return Draft(
        plan=plan,
        clauses=clauses_whole(plan=plan),
        indicators=list(plan.indicators.prefetch_related(own, bodies)),
        milestones=list(plan.milestones.all()),
        findings=list(plan.findings.all()),
    )


def department_choices() -> list[Department]:
    """Return the departments a name can be matched to, in their own order."""
    return list(Department.objects.all())


def grouped(differences: Iterable[Difference]) -> list[tuple[str, list[Difference]]]:
    """Return differences by what they concern, in the order clauses, units, figures."""
    groups: dict[str, list[Difference]] = {}
    for row in differences:
        groups.setdefault(row.noun, []).append(row)
    return list(groups.items())


def figures_rows(figures: Iterable[dict[str, object]]) -> list[tuple[str, str, str]]:
    """Return (indicator, figure with parts, day) of the register's numbers a report carries."""
    rows = []
    for row in figures:
        value = row.get("value")
        parts = row.get("parts")
        text = printed(plain(str(value)) if value is not None else None, parts if isinstance(parts, dict) else {})
        rows.append((str(row.get("name", "")), f"{text} {row.get('unit', '')}".strip(), str(row.get("on", ""))))
    return rows
