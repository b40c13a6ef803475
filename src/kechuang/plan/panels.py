"""How plans, reports and sub-tasks are named on a desk, and where they are dealt with."""

from __future__ import annotations

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from kechuang.kernel.access import Actor
from kechuang.kernel.inbox import Desk
from kechuang.plan import access, services
from kechuang.plan.models import Duty, GuaranteeRecord, Plan, ProgressReport


def plan_title(plan: Plan) -> str:
    """Return a draft's name with its version."""
    return _("%(title)s（第 %(version)d 版）") % {"title": plan.title, "version": plan.version}


def plan_url(plan: Plan) -> str:
    """Return where a draft is checked."""
    return reverse("plan:check", args=[plan.pk])


def report_title(report: ProgressReport) -> str:
    """Return month, unit and clause."""
    return f"{report.month:%Y-%m} · {report.department or report.county} · {report.clause}"


def report_url(report: ProgressReport) -> str:
    """Return where a report is written and approved."""
    return reverse("plan:report", args=[report.pk])


def duty_title(duty: Duty) -> str:
    """Return what is to be done and by when."""
    return _("%(what)s（%(day)s 前）") % {"what": duty.what, "day": duty.due_on} if duty.due_on else duty.what


def duty_url(duty: Duty) -> str:
    """Return the clause it is part of."""
    return f"{reverse('plan:clause', args=[duty.clause_id])}#duties"


def duty_due(duty: Duty) -> date | None:
    """Return the day by which it is to be done."""
    return duty.due_on


def guarantee_url(record: GuaranteeRecord) -> str:
    """Return where a record is corrected and confirmed."""
    return reverse("plan:guarantee", args=[record.pk])


def guarantee_confirm(record: GuaranteeRecord, actor: Actor) -> None:
    """Confirm a record, from the desk."""
    services.guarantee_step(record=record, step="confirm", actor=actor)


def plan_number(plan: Plan) -> str:
    """Return the plan's code."""
    return plan.code


def report_approve(report: ProgressReport, actor: Actor) -> None:
    """Approve a report that was handed in, from the desk."""
    services.report_step(report=report, step="approve", actor=actor)


def duty_start(duty: Duty, actor: Actor) -> None:
    """Begin a sub-task, from the desk."""
    services.duty_step(duty=duty, step="start", actor=actor)


DESKS = (
    Desk(Plan, access.PLANS, title=plan_title, url=plan_url, number=plan_number),
    Desk(
        ProgressReport,
        access.REPORTS,
        title=report_title,
        url=report_url,
        related=("department", "county", "clause"),
        acts={"approve": report_approve},
    ),
    Desk(GuaranteeRecord, access.GUARANTEES, title=str, url=guarantee_url, acts={"confirm": guarantee_confirm}),
    Desk(Duty, access.DUTIES, title=duty_title, url=duty_url, due=duty_due, acts={"start": duty_start}),
)
