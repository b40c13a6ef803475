"""What the one inbox stores: cases, on whose desk they lie, what was done about them; and the calendar.

``Case``, ``CaseDesk`` and ``CaseHand`` are derived from the objects of all rooms and can be
made again at any time (``kernel.cases``); the others are entered by people. Units are kept
as bare keys: the rooms that know them lie above the kernel.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

PERSON = settings.AUTH_USER_MODEL


class Case(models.Model):
    """One matter that moves along a process (办件), whichever room it belongs to: a derived row.

    ``ranked_on`` is ``due_on``, or the last day of the calendar where nothing limits the time, so
    that lists can be sorted by it; from ``warn_on`` on the light is yellow. ``clock_from`` and
    ``clock_days`` are what ``due_on`` was reckoned from: so many working days after that day;
    ``clock_used`` were used before it, when the clock stood still in between.
    """

    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+", verbose_name=_("类型"))
    object_id = models.PositiveBigIntegerField()
    process = models.CharField(_("流程"), max_length=60)
    state = models.CharField(_("状态"), max_length=40)
    state_label = models.CharField(_("环节"), max_length=60)
    waits_for = models.CharField(_("等待角色"), max_length=40, blank=True)
    number = models.CharField(_("编号"), max_length=80, blank=True)
    title = models.CharField(_("名称"), max_length=400)
    organisation_id = models.BigIntegerField(_("单位"), null=True)
    county_id = models.BigIntegerField(_("县区"), null=True)
    department_id = models.BigIntegerField(_("部门"), null=True)
    holder = models.ForeignKey(PERSON, null=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("承办人"))
    started_by = models.ForeignKey(
        PERSON, null=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("发起人"), db_index=False
    )
    begun_at = models.DateTimeField(_("发起时间"))
    since = models.DateTimeField(_("到达时间"))
    clock_from = models.DateField(_("起算日"), null=True)
    clock_days = models.PositiveSmallIntegerField(_("工作日"), null=True)
    clock_used = models.PositiveSmallIntegerField(_("此前已用"), default=0)
    stopped_because = models.CharField(_("时限停止的原因"), max_length=200, blank=True)
    due_on = models.DateField(_("到期日"), null=True)
    warn_on = models.DateField(_("临期日"))
    ranked_on = models.DateField(_("排序日"))
    closed = models.BooleanField(_("已办结"), default=False)

    class Meta:
        verbose_name = _("办件")
        verbose_name_plural = verbose_name
        constraints = [
            models.UniqueConstraint(fields=["content_type", "object_id"], name="kernel_one_case_per_object"),
        ]
        indexes = [
            models.Index(fields=["started_by", "since", "id"], name="kernel_case_started"),
            # A calendar that changes moves every deadline reckoned from the same day at once.
            models.Index(
                fields=["clock_from", "clock_days"],
                condition=Q(closed=False, due_on__isnull=False),
                name="kernel_case_clock",
            ),
            GinIndex(OpClass(F("title"), "gin_trgm_ops"), name="kernel_case_title_part"),
            GinIndex(OpClass(F("number"), "gin_trgm_ops"), name="kernel_case_number_part"),
        ]

    def __str__(self) -> str:
        return self.title


class CaseDesk(models.Model):
    """That a case lies on the desk of one kind of office (案头): a role with its bound; derived.

    ``bound`` is ``city`` (no bound), ``department``, ``county``, ``organisation`` or ``person``;
    ``bound_id`` the key of it, 0 for the city. What lists are narrowed and sorted by is copied
    from the case, so that the first page of anybody's desk is one walk along an index.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="desks")
    role = models.CharField(_("角色"), max_length=40)
    bound = models.CharField(_("范围"), max_length=12)
    bound_id = models.BigIntegerField(default=0)
    kind = models.IntegerField(_("类型"))
    holder_id = models.BigIntegerField(_("承办人"), null=True)
    since = models.DateTimeField(_("到达时间"))
    warn_on = models.DateField(_("临期日"))
    ranked_on = models.DateField(_("排序日"))

    class Meta:
        verbose_name = _("案头")
        verbose_name_plural = verbose_name
        constraints = [
            models.UniqueConstraint(fields=["case", "role", "bound", "bound_id"], name="kernel_once_on_a_desk"),
        ]
        indexes = [
            models.Index(
                fields=["role", "bound", "bound_id", "ranked_on", "case"],
                include=["holder_id", "kind", "warn_on"],
                name="kernel_desk_by_day",
            ),
            models.Index(
                fields=["role", "bound", "bound_id", "since", "case"],
                include=["holder_id", "kind", "warn_on", "ranked_on"],
                name="kernel_desk_by_arrival",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.bound} {self.bound_id}"


class CaseHand(models.Model):
    """That a person took a step of a case (经手), with the last one; derived from the moves."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="hands")
    person = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="+", db_index=False)
    step = models.CharField(_("步骤名称"), max_length=60)
    at = models.DateTimeField(_("办理时间"))

    class Meta:
        verbose_name = _("经手")
        verbose_name_plural = verbose_name
        constraints = [models.UniqueConstraint(fields=["case", "person"], name="kernel_one_hand_per_person")]
        indexes = [models.Index(fields=["person", "at", "case"], name="kernel_hand_by_time")]

    def __str__(self) -> str:
        return f"{self.person} {self.step}"


class CaseAct(models.Model):
    """What somebody did about a case without moving it: handed it over, reminded, had it hurried.

    ``batch`` is common to what was done with one press, so that it can be taken back as one.
    """

    class Kind(models.TextChoices):
        ASSIGN = "assign", _("移交")
        REMIND = "remind", _("催办")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="acts")
    kind = models.CharField(_("事由"), max_length=10, choices=Kind)
    actor = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+", verbose_name=_("经办人"))
    to = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("接办人"))
    reason = models.CharField(_("理由"), max_length=500, blank=True)
    at = models.DateTimeField(_("时间"), auto_now_add=True)
    batch = models.UUIDField(_("批次"), db_index=True)
    undone_at = models.DateTimeField(_("撤销时间"), null=True)

    class Meta:
        verbose_name = _("办件处置")
        verbose_name_plural = verbose_name

    def __str__(self) -> str:
        return f"{self.get_kind_display()} #{self.case_id}"


class CaseCopy(models.Model):
    """That a person is kept informed of a case (抄送), by whom and with which words."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="copies")
    person = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="+", verbose_name=_("抄送人"))
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+", verbose_name=_("由"))
    words = models.CharField(_("附言"), max_length=500, blank=True)
    at = models.DateTimeField(_("时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("抄送")
        verbose_name_plural = verbose_name
        constraints = [models.UniqueConstraint(fields=["case", "person"], name="kernel_one_copy_per_person")]
        indexes = [models.Index(fields=["person", "at", "case"], name="kernel_copy_by_time")]

    def __str__(self) -> str:
        return f"{self.person} #{self.case_id}"


class CaseWatch(models.Model):
    """That a case is under supervision (督办): by whom, what is demanded, until when.

    It runs until it is lifted or the case is closed.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="watches")
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+", verbose_name=_("督办人"))
    office = models.CharField(_("岗位"), max_length=120, blank=True)
    words = models.CharField(_("督办要求"), max_length=500)
    until = models.DateField(_("要求办结日期"))
    at = models.DateTimeField(_("时间"), auto_now_add=True)
    ended_at = models.DateTimeField(_("解除时间"), null=True)

    class Meta:
        verbose_name = _("督办")
        verbose_name_plural = verbose_name
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(ended_at=None), name="kernel_one_running_watch_per_case"
            )
        ]
        indexes = [models.Index(fields=["until", "case"], condition=Q(ended_at=None), name="kernel_watch_running")]

    def __str__(self) -> str:
        return f"{self.words} #{self.case_id}"


class SavedView(models.Model):
    """Filters, order and columns of the desk under a name (保存的筛选), a person's own.

    ``query`` is what stands in the address; ``shared_with`` the department that may use it too.
    """

    person = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(_("名称"), max_length=40)
    query = models.CharField(_("条件"), max_length=1000)
    is_default = models.BooleanField(_("默认"), default=False)
    shared_with = models.BigIntegerField(_("共享部门"), null=True)

    class Meta:
        verbose_name = _("保存的筛选")
        verbose_name_plural = verbose_name
        constraints = [
            models.UniqueConstraint(fields=["person", "name"], name="kernel_one_saved_view_per_name"),
            models.UniqueConstraint(
                fields=["person"], condition=Q(is_default=True), name="kernel_one_default_view_per_person"
            ),
        ]
        indexes = [models.Index(fields=["shared_with"], name="kernel_view_shared")]

    def __str__(self) -> str:
        return self.name


class CalendarDay(models.Model):
    """A day that is not what its weekday says (调休与节假日): a holiday, or a weekend day that is worked."""

    day = models.DateField(_("日期"), unique=True)
    works = models.BooleanField(_("上班"))
    name = models.CharField(_("名称"), max_length=60)

    class Meta:
        verbose_name = _("调休与节假日")
        verbose_name_plural = verbose_name
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


class CalendarNotice(models.Model):
    """One entry of a year's holidays (放假安排): the newest of a year is in force.

    Append-only by its services; the newest key of all is the version of the calendar. A year whose newest
    entry is not ``published`` is an estimate by the statutory holidays alone. ``entered_by`` is
    ``None`` for what the catalogue brought.
    """

    year = models.PositiveSmallIntegerField(_("年度"))
    source = models.CharField(_("依据"), max_length=200)
    published = models.BooleanField(_("已公布"))
    changes: models.JSONField[list[dict[str, Any]], list[dict[str, Any]]] = models.JSONField(_("变化"), default=list)
    moved = models.PositiveIntegerField(_("变动的期限"), default=0)
    entered_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(_("录入时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("放假安排")
        verbose_name_plural = verbose_name
        indexes = [models.Index(fields=["year", "id"], name="kernel_notice_of_a_year")]

    def __str__(self) -> str:
        return f"{self.year} {self.source}"
