"""What happens to an application on its way: corrections, scores, what officers state, extensions."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kechuang.calls.models.applications import Application
from kechuang.kernel.models import AppendOnly, Move


class Stated(models.Model):
    """What a person stated with a step beside the reason: a rank, a minutes number, an outside decision."""

    move = models.OneToOneField(Move, on_delete=models.CASCADE, related_name="stated")
    values: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(_("内容"))

    class Meta:
        verbose_name = _("办理内容")
        verbose_name_plural = verbose_name

    def __str__(self) -> str:
        return f"{self.move}"


class Correction(models.Model):
    """One list of everything that is missing or wrong (一次性告知); only its fields reopen.

    An application has one open list at a time; a second list later must say why the point was
    not on the first (``why_again``).
    """

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="corrections")
    number = models.PositiveIntegerField(_("第几次"))
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    raised_at = models.DateTimeField(_("告知时间"), auto_now_add=True)
    due_on = models.DateField(_("补正期限"))
    why_again = models.CharField(_("再次告知的原因"), max_length=300, blank=True)
    closed_at = models.DateTimeField(_("补正完成时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("补正告知")
        verbose_name_plural = verbose_name
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["application", "number"], name="calls_one_correction_per_number"),
            models.UniqueConstraint(
                fields=["application"], condition=Q(closed_at=None), name="calls_one_open_correction"
            ),
            models.CheckConstraint(condition=Q(number=1) | ~Q(why_again=""), name="calls_second_correction_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.application} 补正 {self.number}"


class CorrectionItem(models.Model):
    """One point of a correction list: a field, what is wrong with it, and what it said before and after."""

    correction = models.ForeignKey(Correction, on_delete=models.CASCADE, related_name="items")
    code = models.CharField(_("栏目"), max_length=80)
    note = models.TextField(_("需要补正的内容"))
    before: models.JSONField[Any, Any] = models.JSONField(_("补正前"), null=True)
    after: models.JSONField[Any, Any] = models.JSONField(_("补正后"), null=True)
    answer = models.TextField(_("申报人说明"), blank=True)

    class Meta:
        verbose_name = _("补正事项")
        verbose_name_plural = verbose_name
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["correction", "code"], name="calls_field_once_per_correction")]

    def __str__(self) -> str:
        return self.code


class Extension(models.Model):
    """A deadline moved for one application, by whom and why (延期)."""

    class Kind(models.TextChoices):
        APPLY = "apply", _("申报截止")
        CORRECT = "correct", _("补正期限")

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="extensions")
    kind = models.CharField(_("期限"), max_length=20, choices=Kind)
    until = models.DateTimeField(_("延至"))
    reason = models.TextField(_("理由"))
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    granted_at = models.DateTimeField(_("批准时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("延期")
        verbose_name_plural = verbose_name

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.until}"


class LateAttempt(AppendOnly):
    """A submission that came after the window had closed: what was pressed when, kept as evidence.

    Append-only. Nothing of it is accepted; it answers the telephone call of the day after.
    """

    written_by = "by_id"

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="late_attempts")
    at = models.DateTimeField(_("时间"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(_("截止时间"))

    class Meta:
        verbose_name = _("逾期提交记录")
        verbose_name_plural = verbose_name

    def __str__(self) -> str:
        return f"{self.application} {self.at}"


class PlainScore(models.Model):
    """An officer's score of one application (经办人评分), where no expert review is laid down."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="scores")
    scorer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    points = models.DecimalField(_("得分"), max_digits=5, decimal_places=2)
    opinion = models.TextField(_("意见"))
    recommended = models.BooleanField(_("建议通过"))
    scored_at = models.DateTimeField(_("评分时间"), auto_now=True)

    class Meta:
        verbose_name = _("评分")
        verbose_name_plural = verbose_name
        constraints = [
            models.UniqueConstraint(fields=["application", "scorer"], name="calls_one_score_per_scorer"),
            models.CheckConstraint(
                condition=Q(points__gte=0, points__lte=100),
                name="calls_points_within_a_hundred",
                violation_error_message=_("得分须在 0 到 100 之间。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.points}"
