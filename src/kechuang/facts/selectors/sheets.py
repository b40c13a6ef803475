"""A yearly sheet as its page, its workbook and its check read it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kechuang.directory.models import Organisation
from kechuang.facts import access, sources
from kechuang.facts.known import Known
from kechuang.facts.models import Fact, Metric, Sheet
from kechuang.facts.selectors.knowing import known, metrics_for
from kechuang.facts.subjects import Kind, Subject, subject_of
from kechuang.facts.values import Value, value_read
from kechuang.kernel.access import Actor
from kechuang.kernel.errors import Refused

KIND: Kind = "organisation"


@dataclass(frozen=True, slots=True)
class Line:
    """One field of a sheet: what was typed, what is known of the year, and what was known of the year before."""

    metric: Metric
    year: int | None
    typed: str | None
    evidence_id: int | None
    known: Known | None
    last: Known | None
    problem: str = ""

    @property
    def spared(self) -> bool:
        """Tell whether the value is known already and nobody typed another one."""
        return self.known is not None and not self.typed


@dataclass(frozen=True, slots=True)
class Filled:
    """A whole sheet: its lines in groups, how many fields it was spared and how many it has."""

    sheet: Sheet
    groups: list[tuple[str, list[Line]]]
    spared: int
    total: int

    @property
    def lines(self) -> list[Line]:
        """Return all lines in the dictionary's order."""
        return [line for _group, lines in self.groups for line in lines]

    @property
    def problems(self) -> dict[str, str]:
        """Return metric code → what is wrong with what was typed."""
        return {line.metric.code: line.problem for line in self.lines if line.problem}


def sheets_for(*, actor: Actor) -> QuerySet[Sheet]:
    """Return the sheets ``actor`` may see, the newest year first."""
    return access.SHEETS.visible(Sheet.objects.select_related("organisation"), actor).order_by("-year", "pk")


def sheet_metrics() -> list[Metric]:
    """Return the metrics a sheet asks: those of organisations that no register answers by itself."""
    return [metric for metric in metrics_for(kind=KIND) if sources.owner_of(KIND, metric.code) is None]


def sheet_filled(*, sheet: Sheet, entries: Mapping[str, str] | None = None) -> Filled:
    """Return a sheet with everything its page prints: two queries, however long it is.

    ``entries`` takes the place of what is stored, to check an upload before anything is written.
    """
    metrics = sheet_metrics()
    have = known(
        subject=Subject(KIND, sheet.organisation_id),
        metrics=[metric.code for metric in metrics],
        years=(sheet.year, sheet.year - 1),
    )
    typed = sheet.entries if entries is None else entries
    problems = _problems(metrics, typed, have, sheet.year)
    lines = [_line(metric, sheet, typed, have, problems) for metric in metrics]
    groups: dict[str, list[Line]] = {}
    for line in lines:
        groups.setdefault(line.metric.group, []).append(line)
    return Filled(sheet, list(groups.items()), sum(line.spared for line in lines), len(lines))


def sheet_facts(*, sheet: Sheet) -> QuerySet[Fact]:
    """Return the facts of a sheet's organisation that are in force or in question for its year, and those of none."""
    rows = Fact.objects.filter(**subject_of(Organisation(pk=sheet.organisation_id)).key, until=None)
    yearly = rows.filter(year=sheet.year) | rows.filter(year=None)
    return yearly.select_related("metric", "evidence", "declared_by", "verified_by").order_by("metric__order", "pk")


def _line(
    metric: Metric,
    sheet: Sheet,
    typed: Mapping[str, str],
    have: Mapping[tuple[str, int | None], Known],
    problems: Mapping[str, str],
) -> Line:
    year = sheet.year if metric.yearly else None
    return Line(
        metric=metric,
        year=year,
        typed=typed.get(metric.code),
        evidence_id=sheet.evidence.get(metric.code),
        known=have.get((metric.code, year)),
        last=have.get((metric.code, sheet.year - 1)) if metric.yearly else None,
        problem=problems.get(metric.code, ""),
    )


def _problems(
    metrics: Iterable[Metric], typed: Mapping[str, str], have: Mapping[tuple[str, int | None], Known], year: int
) -> dict[str, str]:
    """Return what is wrong with what was typed: each value by itself, then parts that exceed their whole."""
    found: dict[str, str] = {}
    values: dict[str, Value] = {code: one.value for (code, of), one in have.items() if of in (year, None)}
    named = {metric.code: metric for metric in metrics}
    for metric in named.values():
        try:
            value = value_read(metric, typed.get(metric.code))
        except Refused as refusal:
            found[metric.code] = str(refusal)
            continue
        if value is not None:
            values[metric.code] = value
    for metric in named.values():
        if (
            metric.part_of
            and metric.code not in found
            and _exceeds(values.get(metric.code), values.get(metric.part_of))
        ):
            whole = named.get(metric.part_of)
            found[metric.code] = _("“%(part)s”（%(less)s）大于“%(whole)s”（%(more)s），请核对两项。") % {
                "part": metric.label,
                "less": _shown(values[metric.code]),
                "whole": whole.label if whole else metric.part_of,
                "more": _shown(values[metric.part_of]),
            }
    return found


def _exceeds(part: Any, whole: Any) -> bool:
    return isinstance(part, Decimal) and isinstance(whole, Decimal) and part > whole


def _shown(value: Any) -> str:
    return format(value, "f")
