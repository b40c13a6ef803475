"""Evaluation (绩效评价): a round over platforms, each platform's case, and every computation that was made."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kechuang.directory.models import Department
from kechuang.kernel.models import AppendOnly
from kechuang.platforms.models.cases import OfPlatform
from kechuang.platforms.models.kinds import PlatformKind
from kechuang.platforms.models.pool import RECOGNISED
from kechuang.platforms.models.rules import LifeRule


class EvaluationRound(models.Model):
    """A round: platforms of a type at a level, by the versions of scheme and index system it was begun with."""

    title = models.CharField(_("名称"), max_length=120)
    kind = models.ForeignKey(PlatformKind, on_delete=models.PROTECT, related_name="+", verbose_name=_("类别"))
    level = models.CharField(_("级别"), max_length=20, choices=RECOGNISED)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", verbose_name=_("归口部门"))
    year = models.PositiveSmallIntegerField(_("基准年度"))
    scheme = models.ForeignKey(LifeRule, on_delete=models.PROTECT, related_name="+", verbose_name=_("评价办法"))
    system = models.ForeignKey(LifeRule, on_delete=models.PROTECT, related_name="+", verbose_name=_("指标体系"))
    opens_on = models.DateField(_("自评开始"))
    closes_on = models.DateField(_("自评截止"))
    is_sample = models.BooleanField(_("示例"), default=False, editable=False)

    class Meta:
        verbose_name = _("评价轮次")
        verbose_name_plural = verbose_name
        ordering = ["-year", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_on__gte=F("opens_on")),
                name="platforms_round_closes_after_it_opens",
                violation_error_message=_("自评截止不能早于自评开始。"),
            )
        ]

    def __str__(self) -> str:
        return self.title


class Evaluation(OfPlatform):
    """One platform's evaluation. ``total``, ``proposed`` and ``place`` are those of the last computation.

    ``grade`` is what was decided; ``by_hand`` the points no fact can answer, given by the auditor.
    """

    process = "evaluation"

    round = models.ForeignKey(EvaluationRound, on_delete=models.CASCADE, related_name="evaluations")
    statement = models.TextField(_("自评说明"), max_length=4000, blank=True)
    reported_on = models.DateField(_("自评日期"), null=True, blank=True)
    reported: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(
        _("自评数据"), default=dict, blank=True
    )
    by_hand: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField(
        _("核定打分"), default=dict, blank=True
    )
    is_absent = models.BooleanField(_("未参评"), default=False)
    total = models.DecimalField(_("得分"), max_digits=7, decimal_places=2, null=True, blank=True)
    place = models.PositiveIntegerField(_("名次"), null=True, blank=True)
    proposed = models.CharField(_("建议等级"), max_length=20, blank=True)
    why = models.CharField(_("依据"), max_length=300, blank=True)
    grade = models.CharField(_("等级"), max_length=20, blank=True)
    document_number = models.CharField(_("文号"), max_length=80, blank=True)
    graded_on = models.DateField(_("定级日期"), null=True, blank=True)
    appeal = models.TextField(_("复核申请"), max_length=2000, blank=True)
    rectify_by = models.DateField(_("整改期限"), null=True, blank=True)

    class Meta:
        verbose_name = _("绩效评价")
        verbose_name_plural = verbose_name
        ordering = ["round", "place", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["round", "platform"], name="platforms_evaluated_once_a_round"),
            models.CheckConstraint(
                condition=~Q(state__in=("graded", "appealed")) | ~Q(grade=""), name="platforms_graded_has_a_grade"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round} {self.platform_name}"


class ScoringRun(AppendOnly):
    """One computation of a whole round, kept so that a later one can say who moved."""

    written_by = "actor_id"

    round = models.ForeignKey(EvaluationRound, on_delete=models.CASCADE, related_name="runs")
    reason = models.CharField(_("缘由"), max_length=200, blank=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    computed_at = models.DateTimeField(_("时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("计分")
        verbose_name_plural = verbose_name
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.round} #{self.pk}"


class ScoredResult(models.Model):
    """What a run gave one platform; ``detail`` explains every point (``services.scoring`` writes its shape)."""

    run = models.ForeignKey(ScoringRun, on_delete=models.CASCADE, related_name="results")
    evaluation = models.ForeignKey(Evaluation, on_delete=models.CASCADE, related_name="results")
    total = models.DecimalField(_("得分"), max_digits=7, decimal_places=2, null=True)
    place = models.PositiveIntegerField(_("名次"), null=True)
    proposed = models.CharField(_("建议等级"), max_length=20, blank=True)
    detail: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(_("计分依据"))

    class Meta:
        verbose_name = _("计分结果")
        verbose_name_plural = verbose_name
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["run", "evaluation"], name="platforms_scored_once_a_run"),
        ]

    def __str__(self) -> str:
        return f"{self.evaluation} {self.total}"
