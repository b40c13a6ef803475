"""The work: sub-tasks of departments and counties, monthly reports, and locked months."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kechuang.directory.models import County, Department
from kechuang.kernel.models import Stateful
from kechuang.plan.choices import Share
from kechuang.plan.models.document import Clause


class Duty(Stateful):
    """A sub-task (分工): what a department or county does for a clause, and until when.

    It hangs on the clause's origin, so that it outlives a new version of the text.
    """

    process = "plan_duty"

    clause = models.ForeignKey(Clause, on_delete=models.PROTECT, related_name="duties", verbose_name=_("条款"))
    department = models.ForeignKey(
        Department, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("部门")
    )
    county = models.ForeignKey(
        County, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("县区")
    )
    share = models.CharField(_("职责"), max_length=20, choices=Share, default=Share.LEAD)
    what = models.CharField(_("分工内容"), max_length=300)
    due_on = models.DateField(_("完成期限"), null=True, blank=True)
    is_sample = models.BooleanField(_("示例"), default=False, editable=False)

    class Meta:
        verbose_name = _("任务分工")
        verbose_name_plural = verbose_name
        ordering = ["clause__order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(department__isnull=False) | Q(county__isnull=False),
                name="plan_a_duty_is_somebodys",
                violation_error_message=_("分工须落到部门或县区。"),
            ),
            models.UniqueConstraint(
                fields=["clause", "department", "county", "what"],
                nulls_distinct=False,
                name="plan_one_duty_per_unit_and_content",
                violation_error_message=_("该单位的这项分工已经写过。"),
            ),
        ]

    def __str__(self) -> str:
        return self.what


class ProgressReport(Stateful):
    """What a unit reports of a clause for a month (任务进展): measure, done, problem, next step.

    ``month`` is the first day of the month. ``figures`` are the register's numbers at the
    month's end, taken when the report is handed in, so that a locked month shows what
    was known then. Rows of a locked month cannot change: the database refuses it.
    """

    process = "progress_report"

    clause = models.ForeignKey(Clause, on_delete=models.PROTECT, related_name="reports", verbose_name=_("条款"))
    duty = models.ForeignKey(
        Duty, null=True, blank=True, on_delete=models.PROTECT, related_name="reports", verbose_name=_("分工")
    )
    department = models.ForeignKey(
        Department, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("填报部门")
    )
    county = models.ForeignKey(
        County, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("填报县区")
    )
    month = models.DateField(_("期次"))
    measure = models.TextField(_("措施"), max_length=3000, blank=True)
    done = models.TextField(_("完成情况"), max_length=3000, blank=True)
    problem = models.TextField(_("存在问题"), max_length=3000, blank=True)
    next_step = models.TextField(_("下一步"), max_length=3000, blank=True)
    figures: models.JSONField[list[dict[str, Any]], list[dict[str, Any]]] = models.JSONField(
        _("登记数"), default=list, blank=True
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("填报人")
    )
    written_at = models.DateTimeField(_("填报时间"), auto_now=True)
    is_sample = models.BooleanField(_("示例"), default=False, editable=False)

    class Meta:
        verbose_name = _("任务进展")
        verbose_name_plural = verbose_name
        ordering = ["-month", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(month__day=1), name="plan_a_period_is_a_month"),
            models.CheckConstraint(
                condition=Q(department=None, county__isnull=False) | Q(department__isnull=False, county=None),
                name="plan_a_report_is_of_one_unit",
            ),
            models.UniqueConstraint(
                fields=["clause", "duty", "department", "county", "month"],
                condition=~Q(state="dropped"),
                nulls_distinct=False,
                name="plan_one_report_per_unit_and_month",
                violation_error_message=_("该单位本月已有一份进展，请在原件上修改。"),
            ),
        ]
        indexes = [models.Index(fields=["month", "state"], name="plan_reports_of_a_month")]

    def __str__(self) -> str:
        return f"{self.clause} {self.month:%Y-%m}"


class PeriodLock(models.Model):
    """That a month of a plan is closed (期次锁定), from ``locked_at`` until ``unlocked_at``.

    While it is closed the database refuses to add, change or remove a report of that month.
    """

    plan_code = models.CharField(_("方案代码"), max_length=60)
    month = models.DateField(_("期次"))
    locked_at = models.DateTimeField(_("锁定时间"), auto_now_add=True)
    locked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("锁定人")
    )
    unlocked_at = models.DateTimeField(_("解锁时间"), null=True, blank=True)
    unlocked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("解锁人"),
    )
    reason = models.TextField(_("解锁理由"), blank=True)

    class Meta:
        verbose_name = _("期次锁定")
        verbose_name_plural = verbose_name
        ordering = ["-month", "-locked_at"]
        constraints = [
            models.CheckConstraint(condition=Q(month__day=1), name="plan_a_lock_closes_a_month"),
            models.UniqueConstraint(
                fields=["plan_code", "month"],
                condition=Q(unlocked_at=None),
                name="plan_a_month_is_locked_once",
                violation_error_message=_("该期次已经锁定。"),
            ),
            models.CheckConstraint(
                condition=Q(unlocked_at=None, unlocked_by=None, reason="")
                | (Q(unlocked_at__isnull=False, unlocked_by__isnull=False) & ~Q(reason="")),
                name="plan_an_unlocking_says_who_and_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_code} {self.month:%Y-%m}"
