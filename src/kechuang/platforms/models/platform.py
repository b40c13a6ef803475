"""A platform over time: its identity, what was true of it from when until when, and who changed it."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kechuang.directory.models import County, Department, Organisation, Span
from kechuang.kernel.models import Stateful
from kechuang.platforms.models.kinds import PlatformKind


class Platform(Stateful):
    """The identity of a platform (创新平台): what stays the same through every change.

    ``state`` is today's place in its life (``platform_life``). ``sensitive`` platforms are
    hidden from the public on every day, past ones included: a secret is not dated.
    ``parent`` is the platform it grew out of (从1到N).
    """

    process = "platform_life"

    number = models.CharField(_("编号"), max_length=20, unique=True, editable=False)
    sensitive = models.BooleanField(_("不公开"), default=False)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="offshoots", verbose_name=_("孵化自")
    )
    is_sample = models.BooleanField(_("示例"), default=False, editable=False)

    class Meta:
        verbose_name = _("创新平台")
        verbose_name_plural = verbose_name

    def __str__(self) -> str:
        return self.number


class PlatformPeriod(models.Model):
    """What was true of a platform from ``start`` until before ``end``; a change opens the next row.

    ``department`` is copied from the competence in force when the row is written: a later
    transfer of competence is a dated change of its own and must not rewrite who was competent.
    ``extras`` holds the values of the type's own fields by their codes (``platforms.own``).
    """

    platform = models.ForeignKey(Platform, on_delete=models.CASCADE, related_name="periods")
    start = models.DateField(_("起"))
    end = models.DateField(_("止（不含）"), null=True, blank=True)
    name = models.CharField(_("平台名称"), max_length=200)
    kind = models.ForeignKey(PlatformKind, on_delete=models.PROTECT, related_name="+", verbose_name=_("类别"))
    host = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("依托单位"))
    county = models.ForeignKey(
        County,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("所在县区"),
        help_text=_("与依托单位所在县区不同时填写；留空即随依托单位。"),
    )
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", verbose_name=_("归口部门"))
    industry_code = models.CharField(_("行业代码"), max_length=5, blank=True)
    direction = models.CharField(_("产业方向"), max_length=40, blank=True)
    director = models.CharField(_("负责人"), max_length=60, blank=True)
    governance = models.CharField(_("治理方式"), max_length=200, blank=True)
    team = models.CharField(_("领军人才与团队"), max_length=200, blank=True)
    extras: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(_("本类事项"), default=dict, blank=True)

    class Meta:
        verbose_name = _("平台沿革")
        verbose_name_plural = verbose_name
        ordering = ["start"]
        constraints = [
            models.CheckConstraint(
                condition=Q(end=None) | Q(end__gt=F("start")), name="platforms_platform_period_is_not_empty"
            ),
            ExclusionConstraint(
                name="platforms_one_period_of_a_platform_a_day",
                expressions=[
                    ("platform", RangeOperators.EQUAL),
                    (Span(F("start"), F("end"), RangeBoundary()), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.start}—{self.end or ''}"


class Partner(models.Model):
    """An organisation that builds the platform together with its host (共建单位)."""

    platform = models.ForeignKey(Platform, on_delete=models.CASCADE, related_name="partners")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("共建单位")
    )
    start = models.DateField(_("起"))
    end = models.DateField(_("止（不含）"), null=True, blank=True)

    class Meta:
        verbose_name = _("共建单位")
        verbose_name_plural = verbose_name
        constraints = [
            models.CheckConstraint(condition=Q(end=None) | Q(end__gt=F("start")), name="platforms_partner_is_not_empty")
        ]

    def __str__(self) -> str:
        return str(self.organisation)


class Standing(models.Model):
    """How a platform stood from ``start`` until before ``end`` (运行、警示、撤销、注销…).

    Each row is a state of ``platform_life`` with the day it took effect, which may lie
    before the day the step was taken.
    """

    platform = models.ForeignKey(Platform, on_delete=models.CASCADE, related_name="standings")
    start = models.DateField(_("起"))
    end = models.DateField(_("止（不含）"), null=True, blank=True)
    state = models.CharField(_("状态"), max_length=40)
    document_number = models.CharField(_("文号"), max_length=80, blank=True)
    reason = models.TextField(_("理由"), blank=True)

    class Meta:
        verbose_name = _("运行状态")
        verbose_name_plural = verbose_name
        ordering = ["start"]
        constraints = [
            models.CheckConstraint(
                condition=Q(end=None) | Q(end__gt=F("start")), name="platforms_standing_is_not_empty"
            ),
            ExclusionConstraint(
                name="platforms_one_standing_a_day",
                expressions=[
                    ("platform", RangeOperators.EQUAL),
                    (Span(F("start"), F("end"), RangeBoundary()), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.platform} {self.state} {self.start}"


class Amendment(models.Model):
    """That a person changed or corrected a platform's record, and why (变更与更正分开).

    A change is true from ``effective_on`` on; a correction says that what stood there for
    the whole period was wrong. ``before`` and ``after`` hold only the fields that differ.
    """

    class Kind(models.TextChoices):
        CHANGE = "change", _("变更")
        CORRECTION = "correction", _("更正")

    platform = models.ForeignKey(Platform, on_delete=models.CASCADE, related_name="amendments")
    kind = models.CharField(_("性质"), max_length=20, choices=Kind)
    effective_on = models.DateField(_("生效日期"))
    before: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField(_("之前"))
    after: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField(_("之后"))
    reason = models.TextField(_("理由"))
    document_number = models.CharField(_("文号"), max_length=80, blank=True)
    actor = models.ForeignKey("directory.User", on_delete=models.PROTECT, related_name="+", verbose_name=_("经办人"))
    recorded_at = models.DateTimeField(_("登记时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("变更与更正")
        verbose_name_plural = verbose_name
        ordering = ["recorded_at", "pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.effective_on}"
