"""Levels given to platforms by documents."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kechuang.directory.models import Span
from kechuang.kernel.models import Attachment, Stateful
from kechuang.platforms.models.kinds import Level
from kechuang.platforms.models.platform import Platform


class Recognition(Stateful):
    """A level given to a platform by a document (认定), from ``recognised_on`` until before ``ended_on``.

    Counted only while its record is in force; a record that turns out to be an error is
    voided and never counted for any day.
    """

    process = "recognition_record"

    class Ending(models.TextChoices):
        UPGRADED = "upgraded", _("升级")
        EXPIRED = "expired", _("到期")
        REVOKED = "revoked", _("撤销")
        DEREGISTERED = "deregistered", _("注销")
        RESTATED = "restated", _("口径调整")

    platform = models.ForeignKey(Platform, on_delete=models.CASCADE, related_name="recognitions")
    level = models.CharField(_("级别"), max_length=20, choices=Level)
    recognised_on = models.DateField(_("认定日期"))
    ended_on = models.DateField(_("终止日期"), null=True, blank=True)
    ending = models.CharField(_("终止原因"), max_length=20, choices=Ending, blank=True)
    document_number = models.CharField(_("认定文号"), max_length=80)
    recognised_by = models.CharField(_("认定机关"), max_length=120)
    certificate = models.CharField(_("证书编号"), max_length=80, blank=True)
    scan = models.ForeignKey(
        Attachment, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("认定文件扫描件")
    )

    class Meta:
        verbose_name = _("认定")
        verbose_name_plural = verbose_name
        ordering = ["recognised_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gt=F("recognised_on")),
                name="platforms_recognition_ends_after_it_began",
                violation_error_message=_("终止日期须晚于认定日期。"),
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None, ending="") | (Q(ended_on__isnull=False) & ~Q(ending="")),
                name="platforms_recognition_ends_for_a_reason",
                violation_error_message=_("终止日期与终止原因须同时填写。"),
            ),
            ExclusionConstraint(
                name="platforms_a_level_is_held_once_a_day",
                violation_error_message=_("该平台在这段时间内已有同一级别的认定。"),
                condition=Q(state="in_force") | Q(state="ended"),
                expressions=[
                    ("platform", RangeOperators.EQUAL),
                    ("level", RangeOperators.EQUAL),
                    (Span(F("recognised_on"), F("ended_on"), RangeBoundary()), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_level_display()} {self.document_number}"
