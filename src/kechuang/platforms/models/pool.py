"""The cultivation pool (培育库): who is brought up to which level, by whom, and how the gap closes."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kechuang.directory.models import Department, Organisation
from kechuang.kernel.models import AppendOnly, Attachment, Stateful
from kechuang.platforms.models.kinds import Level, PlatformKind
from kechuang.platforms.models.platform import Platform

RECOGNISED = [(level.value, level.label) for level in Level if level != Level.CULTIVATED]


class PoolEntry(Stateful):
    """An organisation, or one of its platforms, that is brought up to a type and level (入库对象).

    ``closed`` of ``asked`` are the clauses of the target's rule met at the last reading of the gap; both are 0 while
    no rule is known. ``goal_on`` is the day by which the recognition is hoped for.
    """

    process = "pool_entry"

    number = models.CharField(_("编号"), max_length=20, unique=True, editable=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("培育对象")
    )
    platform = models.ForeignKey(
        Platform, null=True, blank=True, on_delete=models.CASCADE, related_name="pool_entries", verbose_name=_("平台")
    )
    kind = models.ForeignKey(PlatformKind, on_delete=models.PROTECT, related_name="+", verbose_name=_("目标类别"))
    level = models.CharField(_("目标级别"), max_length=20, choices=RECOGNISED)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", verbose_name=_("归口部门"))
    coach = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("辅导人"),
    )
    reason = models.TextField(_("推荐理由"), blank=True)
    goal_on = models.DateField(_("目标日期"), null=True, blank=True)
    proposed_on = models.DateField(_("推荐日期"))
    entered_on = models.DateField(_("入库日期"), null=True, blank=True)
    reviewed_on = models.DateField(_("上次年审"), null=True, blank=True)
    left_on = models.DateField(_("出库日期"), null=True, blank=True)
    closed = models.PositiveSmallIntegerField(_("已满足"), default=0)
    asked = models.PositiveSmallIntegerField(_("条件数"), default=0)
    is_sample = models.BooleanField(_("示例"), default=False, editable=False)

    class Meta:
        verbose_name = _("培育库")
        verbose_name_plural = verbose_name
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "kind", "level"],
                condition=~Q(state__in=("promoted", "removed")),
                name="platforms_cultivated_once_for_a_target",
                violation_error_message=_("该单位已在培育库中以同一类别、级别为目标。"),
            ),
            models.CheckConstraint(condition=Q(closed__lte=F("asked")), name="platforms_no_more_closed_than_asked"),
        ]

    def __str__(self) -> str:
        return self.number


class GapSnapshot(AppendOnly):
    """How far a pool entry was from its target on a day (差距报告): each clause of the rule with its verdict.

    ``clauses``: ``{"id", "text", "verdict" (met, unmet, unknown), "numbers", "missing", "path"}`` in the rule's order.
    """

    written_by = "taken_by_id"

    entry = models.ForeignKey(PoolEntry, on_delete=models.CASCADE, related_name="snapshots")
    occasion = models.CharField(_("时点"), max_length=60)
    rule_code = models.CharField(_("规则"), max_length=120, blank=True)
    rule_title = models.CharField(_("规则名称"), max_length=200, blank=True)
    template = models.BooleanField(_("模板"), default=False)
    year = models.PositiveSmallIntegerField(_("基准年度"))
    verdict = models.CharField(_("结论"), max_length=10)
    met = models.PositiveSmallIntegerField(_("已满足"))
    unmet = models.PositiveSmallIntegerField(_("未满足"))
    unknown = models.PositiveSmallIntegerField(_("待补录"))
    clauses: models.JSONField[list[dict[str, Any]], list[dict[str, Any]]] = models.JSONField(_("逐条"))
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(_("时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("差距报告")
        verbose_name_plural = verbose_name
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.entry} {self.occasion}"

    @property
    def asked(self) -> int:
        return self.met + self.unmet + self.unknown


class CoachingNote(AppendOnly):
    """One act of coaching (辅导记录), or the yearly review with its conclusion (年审)."""

    written_by = "author_id"

    class Kind(models.TextChoices):
        VISIT = "visit", _("走访")
        ADVICE = "advice", _("辅导")
        DIAGNOSIS = "diagnosis", _("诊断")
        REVIEW = "review", _("年审")

    entry = models.ForeignKey(PoolEntry, on_delete=models.CASCADE, related_name="notes")
    kind = models.CharField(_("方式"), max_length=10, choices=Kind)
    held_on = models.DateField(_("日期"))
    text = models.TextField(_("情况"), max_length=2000)
    next_step = models.CharField(_("下一步"), max_length=300, blank=True)
    scan = models.ForeignKey(
        Attachment, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("附件")
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(_("登记时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("辅导记录")
        verbose_name_plural = verbose_name
        ordering = ["held_on", "pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.held_on}"


class TrainingSession(models.Model):
    """A training or policy session for pool members (培训与政策宣讲)."""

    title = models.CharField(_("主题"), max_length=200)
    held_on = models.DateField(_("日期"))
    place = models.CharField(_("地点"), max_length=120, blank=True)
    speaker = models.CharField(_("主讲"), max_length=120, blank=True)
    summary = models.TextField(_("内容"), max_length=2000, blank=True)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", verbose_name=_("主办部门"))
    is_sample = models.BooleanField(_("示例"), default=False, editable=False)

    class Meta:
        verbose_name = _("培训活动")
        verbose_name_plural = verbose_name
        ordering = ["-held_on", "-pk"]

    def __str__(self) -> str:
        return self.title


class Attendance(models.Model):
    """That a pool entry took part in a session; ``before`` is its gap then, ``after`` the first reading since."""

    session = models.ForeignKey(TrainingSession, on_delete=models.CASCADE, related_name="attendances")
    entry = models.ForeignKey(PoolEntry, on_delete=models.CASCADE, related_name="attendances")
    people = models.CharField(_("参加人员"), max_length=200)
    before = models.ForeignKey(GapSnapshot, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    after = models.ForeignKey(GapSnapshot, null=True, blank=True, on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("参加培训")
        verbose_name_plural = verbose_name
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "entry"],
                name="platforms_attends_a_session_once",
                violation_error_message=_("该单位已登记参加这次活动。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.session} {self.entry}"
