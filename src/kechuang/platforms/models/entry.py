"""The register composed from all of it, day by day, and the counts kept beside it."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kechuang.directory.models import County, Department, Organisation, Span
from kechuang.platforms.models.kinds import Level, PlatformKind
from kechuang.platforms.models.platform import Platform


class RegisterEntry(models.Model):
    """What the register says of one platform for each day from ``start`` until before ``end``.

    Derived, never typed: ``services.register_compose`` writes it from the platform's
    periods, recognitions and standings and from its host's periods whenever one of them
    changes. ``level`` is the highest in force (``cultivated`` before the first one, empty after
    the last one has ended), ``level_since`` the day it was given. ``end`` is ``9999-12-31`` for the
    row of today, so that one index answers every day.
    """

    platform = models.ForeignKey(Platform, on_delete=models.CASCADE, related_name="entries")
    start = models.DateField(_("起"))
    end = models.DateField(_("止（不含）"))
    number = models.CharField(_("编号"), max_length=20)
    name = models.CharField(_("平台名称"), max_length=200)
    name_key = models.CharField(_("排序键"), max_length=600)
    kind = models.ForeignKey(PlatformKind, on_delete=models.PROTECT, related_name="+", verbose_name=_("类别"))
    level = models.CharField(_("级别"), max_length=20, choices=Level, blank=True)
    level_since = models.DateField(_("本级认定日期"), null=True)
    document_number = models.CharField(_("认定文号"), max_length=80, blank=True)
    standing = models.CharField(_("状态"), max_length=40)
    host = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("依托单位"))
    host_name = models.CharField(_("依托单位"), max_length=200)
    host_credit_code = models.CharField(_("统一社会信用代码"), max_length=18, blank=True)
    county = models.ForeignKey(County, on_delete=models.PROTECT, related_name="+", verbose_name=_("县区"))
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", verbose_name=_("归口部门"))
    industry_code = models.CharField(_("行业代码"), max_length=5, blank=True)
    direction = models.CharField(_("产业方向"), max_length=40, blank=True)
    director = models.CharField(_("负责人"), max_length=60, blank=True)
    governance = models.CharField(_("治理方式"), max_length=200, blank=True)
    team = models.CharField(_("领军人才与团队"), max_length=200, blank=True)
    extras: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(_("本类事项"), default=dict, blank=True)
    sensitive = models.BooleanField(_("不公开"), default=False)

    class Meta:
        verbose_name = _("登记库")
        verbose_name_plural = verbose_name
        constraints = [
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="platforms_entry_is_not_empty"),
            ExclusionConstraint(
                name="platforms_one_entry_a_day",
                expressions=[
                    ("platform", RangeOperators.EQUAL),
                    (Span(F("start"), F("end"), RangeBoundary()), RangeOperators.OVERLAPS),
                ],
            ),
        ]
        indexes = [
            # Lists run in pinyin order and continue after a key (keyset pages).
            models.Index(fields=["name_key", "platform"], name="platforms_entry_by_pinyin"),
            # The indicator's question: how many of a kind and level on a day.
            models.Index(fields=["kind", "level", "start", "end"], name="platforms_entry_counted"),
            # Filtered lists in the same order; what the day and the public ask is in the index as well, so that
            # a page and its count read no more rows than they show.
            models.Index(
                fields=["county", "level", "name_key", "platform"],
                include=["start", "end", "sensitive"],
                name="platforms_entry_county_level",
            ),
            models.Index(
                fields=["department", "level", "name_key", "platform"],
                include=["start", "end", "sensitive"],
                name="platforms_entry_dept_level",
            ),
            models.Index(
                fields=["level", "name_key", "platform"],
                include=["start", "end", "sensitive"],
                name="platforms_entry_of_level",
            ),
            models.Index(fields=["county", "name_key"], name="platforms_entry_of_county"),
            models.Index(fields=["department", "name_key"], name="platforms_entry_of_department"),
            models.Index(fields=["host", "name_key"], name="platforms_entry_of_host"),
            # A page is asked for by its number; all its spans are read together.
            models.Index(fields=["number", "start"], name="platforms_entry_by_number"),
            # A typed word is looked for in each of these; one index answers for all of them.
            GinIndex(
                *(OpClass(F(column), "gin_trgm_ops") for column in ("name", "host_name", "number", "host_credit_code")),
                name="platforms_entry_word",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RegisterDelta(models.Model):
    """By how much a count of the register changed in a day, a month or a year (个).

    Kept by ``services.register_compose`` beside the entries. The stock at the end of any day
    is the sum of the years before it, the months of its year before it and the days of its
    month up to it, so that no count ever walks ten years of days. Platforms without a
    level stand in no count.
    """

    class Grain(models.IntegerChoices):
        DAY = 1, _("日")
        MONTH = 2, _("月")
        YEAR = 3, _("年")

    grain = models.PositiveSmallIntegerField(_("粒度"), choices=Grain)
    day = models.DateField(_("首日"))
    kind = models.ForeignKey(PlatformKind, on_delete=models.CASCADE, related_name="+", db_index=False)
    level = models.CharField(_("级别"), max_length=20, choices=Level)
    county = models.ForeignKey(County, on_delete=models.CASCADE, related_name="+", db_index=False)
    department = models.ForeignKey(Department, on_delete=models.CASCADE, related_name="+", db_index=False)
    sensitive = models.BooleanField(_("不公开"))
    change = models.IntegerField(_("增减"))

    class Meta:
        verbose_name = _("登记库增减")
        verbose_name_plural = verbose_name
        constraints = [
            # In the order of the question (a span of days of one grain), with the figure
            # itself in the index, so that a sum reads nothing but the index.
            models.UniqueConstraint(
                fields=["grain", "day", "kind", "level", "county", "department", "sensitive"],
                include=["change"],
                name="platforms_one_delta_per_place",
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.kind_id} {self.level} {self.change:+d}"
