"""The work on clauses: dividing them among units, and what units report each month."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kechuang.directory.models import County, Department
from kechuang.kernel import inbox, moves
from kechuang.kernel.access import Actor
from kechuang.kernel.errors import NotAllowed, Refused
from kechuang.kernel.processes import begin
from kechuang.plan import access
from kechuang.plan.models import Clause, Duty, ProgressReport
from kechuang.plan.selectors.work import concerns, first_of_month, month_end, register_figures
from kechuang.plan.services.periods import require_open
from kechuang.plan.services.writing import filled, only_once

DUTY_FIELDS = frozenset({"department", "county", "share", "what", "due_on"})
REPORT_FIELDS = frozenset({"measure", "done", "problem", "next_step"})


@transaction.atomic
def duty_add(*, clause: Clause, actor: Actor, is_sample: bool = False, **values: Any) -> Duty:
    """Give a department or county its part of a clause (``DUTY_FIELDS``)."""
    if not access.DUTIES.may_any(actor, "add"):
        raise NotAllowed(_("任务由联席会议办公室分解到部门和县区。"))
    duty = Duty(**begin("plan_duty"), clause_id=clause.root_id, is_sample=is_sample)
    filled(duty, values, DUTY_FIELDS)
    with only_once(_("该单位的这项分工刚刚已有人写过，请刷新页面。")):
        duty.save()
    inbox.opened(duty)
    return duty


@transaction.atomic
def duty_change(*, duty: Duty, actor: Actor, **values: Any) -> Duty:
    """Correct a sub-task that is not done."""
    access.DUTIES.require(actor, "change", duty)
    if duty.state == "done":
        raise Refused(_("已完成的分工不能改动；请先重新打开。"))
    filled(duty, values, DUTY_FIELDS)
    duty.save(update_fields=list(values))
    inbox.changed(duty)
    return duty


@transaction.atomic
def duty_remove(*, duty: Duty, actor: Actor) -> None:
    """Remove a sub-task nobody has begun."""
    access.DUTIES.require(actor, "change", duty)
    if duty.state != "todo" or duty.reports.exists():
        raise Refused(_("已开始或已有进展的分工不能删除。"))
    duty.delete()


def duty_step(*, duty: Duty, step: str, actor: Actor, reason: str = "") -> Duty:
    """Start, finish or reopen a sub-task."""
    moves.take(duty, step, access=access.DUTIES, actor=actor, reason=reason)
    return duty


@transaction.atomic
def report_write(
    *,
    clause: Clause,
    month: date,
    actor: Actor,
    department: Department | None = None,
    county: County | None = None,
    duty: Duty | None = None,
    is_sample: bool = False,
    **values: Any,
) -> ProgressReport:
    """Begin a unit's report of a clause for the month of ``month``, as a draft.

    Raises ``Refused`` for a month to come or a closed one, or a clause that is none of the unit's business.
    """
    month = first_of_month(month)
    if month > first_of_month(actor.today):
        raise Refused(_("还没有到这个月，不能填报。"), field="month")
    if not concerns(clause=clause, department=department, county=county):
        raise Refused(_("该条款没有点名这个单位，也没有分工给它，不能填报。"), field="unit")
    if actor.user_id is None:
        raise NotAllowed(_("请先登录。"))
    require_open(code=clause.plan.code, month=month)
    report = ProgressReport(
        **begin("progress_report"),
        clause_id=clause.root_id,
        duty=duty,
        department=department,
        county=county,
        month=month,
        author_id=actor.user_id,
        is_sample=is_sample,
    )
    filled(report, values, REPORT_FIELDS)
    with only_once(_("该单位本月的进展刚刚已有人建立，请刷新页面后在那一份上接着写。")):
        report.save()
    access.REPORTS.require(actor, "add", report)
    inbox.opened(report)
    return report


@transaction.atomic
def report_change(*, report: ProgressReport, actor: Actor, **values: Any) -> ProgressReport:
    """Go on with a draft (``REPORT_FIELDS``)."""
    access.REPORTS.require(actor, "change", report)
    require_open(code=report.clause.plan.code, month=report.month)
    locked = ProgressReport.objects.select_for_update().get(pk=report.pk)
    if locked.state != "draft":
        raise Refused(_("已提交的进展不能改动；请先撤回，或请联席会议办公室退回。"))
    filled(locked, values, REPORT_FIELDS)
    locked.author_id = actor.user_id or locked.author_id
    locked.save(update_fields=[*values, "author", "written_at"])
    return locked


@transaction.atomic
def report_step(*, report: ProgressReport, step: str, actor: Actor, reason: str = "") -> ProgressReport:
    """Take a step of a report: submit, withdraw, return, approve, reopen, drop.

    Handing in takes the register's figures of the month's end along, so that a closed
    month keeps what was known then.
    """
    plan = report.clause.plan
    require_open(code=plan.code, month=report.month)
    values = {}
    if step == "submit":
        until = min(month_end(report.month), actor.today)
        current = type(plan).objects.filter(code=plan.code, state="published").first() or plan
        values["figures"] = register_figures(plan=current, on=until, department=report.department)
    moves.take(report, step, access=access.REPORTS, actor=actor, guards=GUARDS, reason=reason, values=values)
    return report


def complete(report: ProgressReport) -> str | None:
    """Guard of handing in: measure and result are written."""
    missing = [label for label, text in ((_("措施"), report.measure), (_("完成情况"), report.done)) if not text.strip()]
    return _("请先填写：%(missing)s。") % {"missing": "、".join(missing)} if missing else None


def period_open(report: ProgressReport) -> str | None:
    """Guard of handing in: the month is not closed. Already held open by ``require_open``."""
    return None


GUARDS = {"complete": complete, "period_open": period_open}
