"""Reads of the work on a plan: sub-tasks, reports, locked months, and how far each clause is."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.directory.models import County, Department
from kechuang.kernel.access import Actor
from kechuang.kernel.models import Move
from kechuang.plan import access
from kechuang.plan.choices import Part
from kechuang.plan.figures import plain, printed
from kechuang.plan.models import Clause, Duty, PeriodLock, Plan, ProgressReport, ResponsibleBody
from kechuang.plan.selectors.readings import Reading, plan_readings
from kechuang.plan.selectors.rights import allowed

SOON_DAYS = 30
APPROVED = ("approved", "locked")
REPORTED = ""
"""Marks an approved report among the sub-tasks' states it is read together with."""


def first_of_month(day: date) -> date:
    """Return the first day of the month of ``day``: how a period is named."""
    return day.replace(day=1)


def month_end(month: date) -> date:
    """Return the last day of the month that begins on ``month``."""
    return (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def duties_for(*, actor: Actor) -> QuerySet[Duty]:
    """Return the sub-tasks ``actor`` may see, with their units."""
    rows = Duty.objects.select_related("department", "county", "clause__plan")
    return access.DUTIES.visible(rows, actor).order_by("clause__order", "pk")


def reports_for(*, actor: Actor) -> QuerySet[ProgressReport]:
    """Return the reports ``actor`` may see, newest month first."""
    rows = ProgressReport.objects.select_related("clause__plan", "duty", "department", "county", "author")
    return access.REPORTS.visible(rows, actor).order_by("-month", "clause__order", "pk")


def locks_for(*, actor: Actor, code: str = "") -> QuerySet[PeriodLock]:
    """Return the locks ``actor`` may see, newest month first."""
    rows = access.LOCKS.visible(PeriodLock.objects.select_related("locked_by", "unlocked_by"), actor)
    return rows.filter(plan_code=code) if code else rows


def month_locked(*, code: str, month: date) -> bool:
    """Tell whether the month of the plan is closed now."""
    return PeriodLock.objects.filter(plan_code=code, month=month, unlocked_at=None).exists()


def last_state(on: date) -> QuerySet[Move, Any]:
    """Return, as a subquery of sub-tasks, the state the last step until the end of ``on`` led to."""
    return _steps_until(on).filter(object_id=OuterRef("pk")).order_by("-id").values("target")[:1]


def _steps_until(on: date) -> QuerySet[Move]:
    until = timezone.make_aware(datetime.combine(on + timedelta(days=1), time.min))
    return Move.objects.filter(content_type=ContentType.objects.get_for_model(Duty), taken_at__lt=until)


def duties_of_clause(*, actor: Actor, clause: Clause, on: date, actions: Iterable[str]) -> list[Any]:
    """Return the sub-tasks of a clause: one query.

    ``at`` is the state at the end of ``on`` (``None`` before the first step), ``may_<action>``
    what ``actor`` may do with each.
    """
    rows = duties_for(actor=actor).filter(clause_id=clause.root_id)
    return list(rows.annotate(at=Subquery(last_state(on)), **allowed(access.DUTIES, actor, *actions)))


def duty_states(*, duties: Sequence[Duty], on: date) -> dict[int, str]:
    """Return duty → its state at the end of ``on``, from the steps taken by then: one query."""
    steps = _steps_until(on).filter(object_id__in=[duty.pk for duty in duties])
    states = dict.fromkeys((duty.pk for duty in duties), "todo")
    states.update(steps.order_by("id").values_list("object_id", "target"))
    return states


@dataclass(frozen=True, slots=True)
class ClauseStanding:
    """How far a clause is on a day, and on what that rests. ``state`` is a light of the look."""

    clause: Clause
    state: str
    duties: int
    done: int
    reports: int
    last_report: date | None

    @property
    def reason(self) -> str:
        """Return the figures behind the state in words."""
        if self.duties:
            said = _("分工 %(duties)d 项，完成 %(done)d 项") % {"duties": self.duties, "done": self.done}
        elif self.reports:
            said = _("尚未分解到单位")
        else:
            return _("尚未分解到单位，也没有审定的进展")
        if self.last_report is None:
            return said
        return _("%(said)s；已审定进展 %(reports)d 份，最近 %(year)d 年 %(month)d 月") % {
            "said": said,
            "reports": self.reports,
            "year": self.last_report.year,
            "month": self.last_report.month,
        }


def clause_standings(*, clauses: Sequence[Clause], on: date) -> list[ClauseStanding]:
    """Return how far each clause was at the end of ``on``: one query for any number."""
    roots = [clause.root_id for clause in clauses]
    at = Coalesce(Subquery(last_state(on)), Value("todo"))
    duties = Duty.objects.filter(clause_id__in=roots).annotate(at=at).order_by()
    approved = ProgressReport.objects.filter(clause_id__in=roots, state__in=APPROVED, month__lte=on)
    reported = approved.annotate(at=Value(REPORTED)).order_by()
    found: dict[int, list[tuple[str, date | None]]] = defaultdict(list)
    both = duties.values_list("clause_id", "at", "due_on").union(
        reported.values_list("clause_id", "at", "month"), all=True
    )
    for root, state, day in both:
        found[root].append((state, day))
    return [_standing(clause, found[clause.root_id], on) for clause in clauses]


def _standing(clause: Clause, found: list[tuple[str, date | None]], on: date) -> ClauseStanding:
    """Judge a clause by its sub-tasks (state, due) and its approved reports (``REPORTED``, month)."""
    duties = [(state, due) for state, due in found if state != REPORTED]
    months = [month for state, month in found if state == REPORTED and month]
    done = sum(state == "done" for state, _due in duties)
    open_days = [due for state, due in duties if due and state != "done"]
    if duties and done == len(duties):
        state = "done"
    elif any(day < on for day in open_days):
        state = "overdue"
    elif any(day <= on + timedelta(days=SOON_DAYS) for day in open_days):
        state = "due_soon"
    elif months or any(state != "todo" for state, _due in duties):
        state = "doing"
    else:
        state = "todo"
    return ClauseStanding(clause, state, len(duties), done, len(months), max(months, default=None))


def counted_states(standings: Iterable[ClauseStanding]) -> Counter[str]:
    """Return state → number of clauses (条)."""
    return Counter(row.state for row in standings)


def concerns(*, clause: Clause, department: Department | None = None, county: County | None = None) -> bool:
    """Tell whether a clause is a unit's business: it is named, or has a sub-task, in any version."""
    mine = Q(department=department) if department else Q(county=county)
    named = Q(department=department) if department else Q(part=Part.LOCAL)
    in_any_version = Q(responsibility__clause=clause.root_id) | Q(responsibility__clause__origin=clause.root_id)
    has_duty = Exists(Duty.objects.filter(mine, clause=clause.root_id))
    is_named = Exists(ResponsibleBody.objects.filter(named, in_any_version))
    return Clause.objects.filter(has_duty | is_named, pk=clause.root_id).exists()


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit an actor may report for."""

    key: str
    label: str
    department: Department | None = None
    county: County | None = None


def units_of(*, actor: Actor) -> list[Unit]:
    """Return the departments and counties ``actor`` may report for today: two queries at most."""
    departments = [o.department_id for o in actor.offices if o.role == "department_officer" and o.department_id]
    counties = [o.county_id for o in actor.offices if o.role == "county_officer" and o.county_id]
    found = [Unit(f"d{row.pk}", row.name, department=row) for row in Department.objects.filter(pk__in=departments)]
    return [*found, *(Unit(f"c{row.pk}", row.name, county=row) for row in County.objects.filter(pk__in=counties))]


def reporting_units(*, actor: Actor, clause: Clause) -> list[Unit]:
    """Return the actor's units whose business the clause is."""
    units = units_of(actor=actor)
    return [unit for unit in units if concerns(clause=clause, department=unit.department, county=unit.county)]


def concerned_here(actor: Actor) -> bool:
    """Tell whether ``actor`` may see sub-tasks at all, so that the page can leave the section out."""
    return access.DUTIES.may_any(actor, "view")


def register_figures(*, plan: Plan, on: date, department: Department | None = None) -> list[dict[str, Any]]:
    """Return what the register counts on ``on`` for a report: a department's indicators, or all."""
    return [_figure(reading) for reading in plan_readings(plan=plan, on=on) if _is_of(reading, department)]


def _is_of(reading: Reading, department: Department | None) -> bool:
    if reading.stock is None:
        return False
    if department is None:
        return True
    return any(body.department_id == department.pk for body in reading.indicator.bodies.all())


def _figure(reading: Reading) -> dict[str, Any]:
    return {
        "code": reading.indicator.code,
        "name": reading.indicator.name,
        "unit": reading.unit,
        "on": reading.on.isoformat(),
        "value": str(plain(reading.value)) if reading.value is not None else None,
        "parts": {code: str(value) for code, value in reading.parts.items()},
        "goal": str(reading.goal.value) if reading.goal else None,
        "goal_year": reading.goal.year if reading.goal else None,
    }


def figures_sentence(figures: Iterable[dict[str, Any]]) -> str:
    """Return register figures in words, to begin a report with; empty without figures."""
    rows = list(figures)
    if not rows:
        return ""
    told = []
    for row in rows:
        value = printed(plain(row["value"]), row["parts"] if len(row["parts"]) > 1 else {})
        aim = _("（%(goal_year)s 年末目标 %(goal)s %(unit)s）") % row if row["goal"] else ""
        told.append(f"{row['name']} {value} {row['unit']}{aim}")
    return _("据登记库，截至 %(on)s：%(told)s。") % {"on": rows[0]["on"], "told": "；".join(told)}
