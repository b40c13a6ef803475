"""Platforms over time, their recognitions, and the register composed from both."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kechuang.directory.models import County, Department, Organisation, Span
from kechuang.kernel.models import Attachment, Stateful


class Level(models.TextChoices):
    """How high a platform stands (级别); codes are the catalogue's, in rising order."""

    CULTIVATED = "cultivated", _("培育")
    MUNICIPAL = "municipal", _("市级")
    PROVINCIAL = "provincial", _("省级")
    NATIONAL = "national", _("国家级")


LEVEL_ORDER = {level: place for place, level in enumerate(Level.values)}


class PlatformKind(models.Model):
    """A type of platform (平台类别) as the catalogue has it; a row, not a release (C106).

    ``directions`` are the labels a platform of this type may name as its industrial direction.
    """

    code = models.CharField(_("类别"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=60, unique=True)
    order = models.PositiveSmallIntegerField(_("顺序"), default=0)
    directions: models.JSONField[list[str], list[str]] = models.JSONField(_("产业方向"), default=list, blank=True)

    class Meta:
        verbose_name = _("平台类别")
        verbose_name_plural = verbose_name
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.name


class Competence(models.Model):
    """Which department is competent for a type at a level, from when until when (归口管理).

    ``recorded`` marks what a transfer of competence entered here: the catalogue, when it is
    loaded again, leaves that type and level alone.
    """

    kind = models.ForeignKey(PlatformKind, on_delete=models.CASCADE, related_name="competences")
    level = models.CharField(_("级别"), max_length=20, choices=Level)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="competences")
    partners = models.CharField(_("协同部门"), max_length=120, blank=True)
    recognised_by = models.CharField(_("认定机关"), max_length=120)
    named = models.CharField(_("该级名称"), max_length=60, blank=True)
    note = models.CharField(_("说明"), max_length=200, blank=True)
    document = models.CharField(_("依据"), max_length=200, blank=True)
    article = models.CharField(_("条款"), max_length=60, blank=True)
    start = models.DateField(_("起"), null=True, blank=True, help_text=_("留空表示起始日未查到。"))
    closed = models.BooleanField(_("不再认定"), default=False)
    end = models.DateField(_("止（不含）"), null=True, blank=True)
    template = models.BooleanField(_("模板"), default=True)
    recorded = models.BooleanField(_("调整登记"), default=False, editable=False)

    class Meta:
        verbose_name = _("归口管理")
        verbose_name_plural = verbose_name
        ordering = ["kind__order", "level", "start"]
        constraints = [
            ExclusionConstraint(
                name="platforms_one_competent_department_a_day",
                violation_error_message=_("同一类别、级别在同一天只能有一个归口部门。"),
                expressions=[
                    ("kind", RangeOperators.EQUAL),
                    ("level", RangeOperators.EQUAL),
                    (Span(F("start"), F("end"), RangeBoundary()), RangeOperators.OVERLAPS),
                ],
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.get_level_display()}: {self.department}"


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
            models.Index(fields=["county", "name_key"], name="platforms_entry_of_county"),
            models.Index(fields=["department", "name_key"], name="platforms_entry_of_department"),
            models.Index(fields=["host", "name_key"], name="platforms_entry_of_host"),
            # A page is asked for by its number; all its spans are read together.
            models.Index(fields=["number", "start"], name="platforms_entry_by_number"),
            GinIndex(OpClass(F("name"), "gin_trgm_ops"), name="platforms_entry_name_part"),
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
