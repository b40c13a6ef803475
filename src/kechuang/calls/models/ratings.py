"""What the applicant thinks of the service once the matter is finished (好差评), and what followed a bad word."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kechuang.calls.models.applications import Application
from kechuang.kernel.models import AppendOnly, Stateful


class Rating(AppendOnly):
    """The one rating of one finished application. Append-only: no officer can change or remove it.

    Five grades as the national rules of government service have them; the two bad ones give a reason.
    """

    class Grade(models.IntegerChoices):
        VERY_GOOD = 5, _("非常满意")
        GOOD = 4, _("满意")
        FAIR = 3, _("基本满意")
        POOR = 2, _("不满意")
        VERY_POOR = 1, _("非常不满意")

    BAD = (Grade.POOR, Grade.VERY_POOR)
    written_by = "by_id"

    application = models.OneToOneField(
        Application, on_delete=models.PROTECT, related_name="rating", verbose_name=_("申报")
    )
    grade = models.PositiveSmallIntegerField(_("评价"), choices=Grade)
    reason = models.TextField(_("理由"), blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("评价人")
    )
    at = models.DateTimeField(_("评价时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("好差评")
        verbose_name_plural = verbose_name
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(grade__gte=1, grade__lte=5), name="calls_rating_of_five_grades"),
            models.CheckConstraint(
                condition=Q(grade__gte=3) | ~Q(reason=""),
                name="calls_bad_rating_has_a_reason",
                violation_error_message=_("评价为不满意的，请写明理由。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application}：{self.get_grade_display()}"

    @property
    def is_bad(self) -> bool:
        """Whether the department must answer it."""
        return self.grade in self.BAD


class Redress(Stateful):
    """What the department did about a bad rating (差评整改), and the answer the applicant reads."""

    process = "redress"

    rating = models.OneToOneField(Rating, on_delete=models.PROTECT, related_name="redress", verbose_name=_("好差评"))
    answer = models.TextField(_("整改答复"), blank=True)

    class Meta:
        verbose_name = _("差评整改")
        verbose_name_plural = verbose_name
        constraints = [
            models.CheckConstraint(condition=~Q(state="answered") | ~Q(answer=""), name="calls_redress_is_answered")
        ]

    def __str__(self) -> str:
        return str(self.rating)
