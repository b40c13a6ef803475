"""How plans, reports and sub-tasks are named on a desk, and where they are dealt with."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from kechuang.kernel.inbox import Desk
from kechuang.plan import access
from kechuang.plan.models import Duty, Plan, ProgressReport


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


DESKS = (
    Desk(Plan, access.PLANS, title=plan_title, url=plan_url),
    Desk(
        ProgressReport,
        access.REPORTS,
        title=report_title,
        url=report_url,
        related=("department", "county", "clause"),
    ),
    Desk(Duty, access.DUTIES, title=duty_title, url=duty_url),
)
