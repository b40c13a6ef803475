"""Counties and departments with what is counted of their work, as far as an actor may see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import CharField, Count, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse

from kechuang.directory.models import County, Department
from kechuang.plan.models import Clause, Duty, ProgressReport
from kechuang.plan.selectors.work import APPROVED, first_of_month, last_state

COUNTY, DEPARTMENT = "county", "department"
FIELDS = ("sort", "pk", "code", "name", "short_name", "tile_row", "tile_column", "order")


@dataclass(frozen=True, slots=True)
class Work:
    """Counts of a unit's work on a plan: sub-tasks (项), clauses to report on and reported (条)."""

    duties: int
    done: int
    due: int
    handed: int


@dataclass(frozen=True, slots=True)
class Unit:
    """A county or department; ``work`` is ``None`` for whoever may not see it."""

    sort: str
    pk: int
    code: str
    name: str
    short_name: str
    tile_row: int
    tile_column: int
    work: Work | None = None

    @property
    def url(self) -> str:
        """Return the address of the unit's own page."""
        return reverse(f"cockpit:{self.sort}", args=[self.code])


def report_month(on: date) -> date:
    """Return the first day of the last month that was over on ``on``: the one reported on."""
    return first_of_month(first_of_month(on + timedelta(days=1)) - timedelta(days=1))


def units(*, clauses: Sequence[Clause], on: date, with_work: bool) -> list[Unit]:
    """Return counties, then departments, each in its order, with their work on ``clauses``: one query."""
    counties = _columns(County.objects.annotate(sort=Value(COUNTY, CharField())), COUNTY, clauses, on, with_work)
    nowhere = Value(0, IntegerField())
    departments = _columns(
        Department.objects.annotate(sort=Value(DEPARTMENT, CharField()), tile_row=nowhere, tile_column=nowhere),
        DEPARTMENT,
        clauses,
        on,
        with_work,
    )
    rows = sorted(counties.union(departments, all=True), key=lambda row: (row[0], row[7], row[1]))
    return [_unit(row[:7], row[8:]) for row in rows]


def _unit(columns: tuple[Any, ...], work: tuple[int, ...]) -> Unit:
    sort, pk, code, name, short_name, tile_row, tile_column = columns
    return Unit(sort, pk, code, name, short_name, tile_row, tile_column, Work(*work) if work else None)


def _columns(
    rows: QuerySet[Any],
    sort: str,
    clauses: Sequence[Clause],
    on: date,
    with_work: bool,  # noqa: FBT001 - private
) -> Any:
    if not with_work:
        return rows.order_by().values_list(*FIELDS)
    roots = [clause.root_id for clause in clauses]
    duties = Duty.objects.filter(clause__in=roots, **{sort: OuterRef("pk")})
    reports = ProgressReport.objects.filter(
        clause__in=roots, state__in=APPROVED, month=report_month(on), **{sort: OuterRef("pk")}
    )
    done = duties.annotate(at=Subquery(last_state(on))).filter(at="done")
    counted = {
        "duties": _counted(duties, sort, "pk"),
        "done": _counted(done, sort, "pk"),
        "due": _counted(duties, sort, "clause"),
        "handed": _counted(reports.filter(clause__in=_own_clauses(sort)), sort, "clause"),
    }
    return rows.annotate(**counted).order_by().values_list(*FIELDS, *counted)


def _own_clauses(sort: str) -> QuerySet[Duty, Any]:
    return Duty.objects.filter(**{sort: OuterRef(sort)}).values("clause")


def _counted(rows: QuerySet[Any], sort: str, column: str) -> Coalesce:
    counted = rows.order_by().values(sort).annotate(number=Count(column, distinct=True)).values("number")
    return Coalesce(Subquery(counted), 0)
