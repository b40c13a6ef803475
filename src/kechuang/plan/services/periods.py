"""Closing a month: from then on nothing reported for it changes."""

from __future__ import annotations

from datetime import date

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.kernel import events, moves
from kechuang.kernel.access import Actor
from kechuang.kernel.errors import NotAllowed, Refused, Stale
from kechuang.plan import access
from kechuang.plan.models import PeriodLock, ProgressReport
from kechuang.plan.selectors.work import first_of_month, month_locked


def hold_month(*, code: str, month: date, alone: bool = False) -> None:
    """Hold the month's advisory lock until the transaction ends; ``alone`` to close or open it.

    The same lock the database's own trigger takes: a report comes either before the
    closing, and is counted, or after it, and is refused.
    """
    wanted = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {wanted}(plan_month_key(%s, %s))", [code, month])


def require_open(*, code: str, month: date) -> None:
    """Refuse when the month is closed; otherwise it stays open until the transaction ends."""
    hold_month(code=code, month=month)
    if month_locked(code=code, month=month):
        raise Refused(
            _("%(year)d 年 %(month)d 月的进展已经锁定，不能再改；确需更正请联席会议办公室写明理由后解锁。")
            % {"year": month.year, "month": month.month},
            field="month",
        )


@transaction.atomic
def period_lock(*, code: str, month: date, actor: Actor) -> PeriodLock:
    """Close ``month`` of the plan: approved reports are locked, nothing can be added.

    Refused while reports wait for approval, so that none is cut off half-way.
    """
    if actor.user_id is None or not access.LOCKS.may_any(actor, "add"):
        raise NotAllowed(_("期次由联席会议办公室锁定。"))
    month = first_of_month(month)
    if month > first_of_month(actor.today):
        raise Refused(_("还没有到这个月，不能锁定。"), field="month")
    hold_month(code=code, month=month, alone=True)
    if month_locked(code=code, month=month):
        raise Stale(_("%(month)s 已经锁定。") % {"month": f"{month:%Y-%m}"}, field="month")
    reports = list(ProgressReport.objects.filter(clause__plan__code=code, month=month).order_by("pk"))
    waiting = [report for report in reports if report.state == "submitted"]
    if waiting:
        raise Refused(_("还有 %(count)d 份进展待审定，请先审定或退回再锁定。") % {"count": len(waiting)}, field="month")
    for report in reports:
        if report.state == "approved":
            moves.take(report, "lock", access=access.REPORTS, actor=actor)
    lock = PeriodLock.objects.create(plan_code=code, month=month, locked_by_id=actor.user_id)
    events.publish("period.locked", lock)
    return lock


@transaction.atomic
def period_unlock(*, lock: PeriodLock, actor: Actor, reason: str) -> PeriodLock:
    """Open a closed month again; its reports stay locked until they are reopened one by one."""
    access.LOCKS.require(actor, "end", lock)
    if not reason.strip():
        raise Refused(_("解锁须写明理由。"), field="reason")
    hold_month(code=lock.plan_code, month=lock.month, alone=True)
    ended = {"unlocked_at": timezone.now(), "unlocked_by_id": actor.user_id, "reason": reason.strip()}
    if not PeriodLock.objects.filter(pk=lock.pk, unlocked_at=None).update(**ended):
        raise Stale(_("这个期次已经解锁。"))
    lock.refresh_from_db()
    events.publish("period.unlocked", lock)
    return lock
