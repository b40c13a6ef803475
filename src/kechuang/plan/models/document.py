"""The document: a plan in its versions, its clauses, and who answers for them."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kechuang.directory.models import Department
from kechuang.kernel.models import Stateful
from kechuang.plan.choices import ClauseKind, MatchedBy, Part, Severity


class Plan(Stateful):
    """One version of a plan (行动方案). ``code`` is the plan through all its versions.

    ``text`` is the extracted text of the official document, empty where only the facts of
    the catalogue are known; ``source_sha256`` names the bytes it was read from.
    ``tolerance`` is the share of the expected stock that may be missing before a light
    turns. ``facts_fingerprint`` marks a version made from the catalogue's facts.
    """

    process = "plan_publication"

    code = models.CharField(_("方案代码"), max_length=60)
    version = models.PositiveSmallIntegerField(_("版本"))
    supersedes = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="superseded_by", verbose_name=_("替代")
    )
    title = models.CharField(_("方案名称"), max_length=300)
    document_title = models.CharField(_("印发文件"), max_length=400, blank=True)
    document_number = models.CharField(_("文号"), max_length=80, blank=True)
    issuers: models.JSONField[list[str], list[str]] = models.JSONField(_("印发机关"), default=list, blank=True)
    signed_on = models.DateField(_("成文日期"), null=True, blank=True)
    document_published_on = models.DateField(_("公布日期"), null=True, blank=True)
    effective_on = models.DateField(_("施行日期"), null=True, blank=True)
    note = models.CharField(_("附注"), max_length=200, blank=True)
    year_from = models.PositiveSmallIntegerField(_("起始年"), null=True, blank=True)
    year_to = models.PositiveSmallIntegerField(_("结束年"), null=True, blank=True)
    goal_year = models.PositiveSmallIntegerField(_("总目标年"), null=True, blank=True)
    goal_value = models.PositiveIntegerField(_("总目标"), null=True, blank=True)
    goal_label = models.CharField(_("总目标名称"), max_length=80, blank=True)
    tolerance = models.DecimalField(
        _("允许偏差"),
        max_digits=4,
        decimal_places=3,
        default=Decimal("0.1"),
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(1))],
        help_text=_("应有数的多少以内不算滞后，0.1 即 10%"),
    )
    text = models.TextField(_("正文"), blank=True)
    source_name = models.CharField(_("来源文件"), max_length=200, blank=True)
    source_sha256 = models.CharField(_("来源文件 SHA-256"), max_length=64, blank=True)
    facts_fingerprint = models.CharField(_("规则库指纹"), max_length=64, blank=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("导入人"),
    )
    created_at = models.DateTimeField(_("导入时间"), auto_now_add=True)
    published_at = models.DateTimeField(_("发布时间"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("行动方案")
        verbose_name_plural = verbose_name
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="plan_one_version_per_number"),
            models.UniqueConstraint(
                fields=["code"], condition=Q(state="published"), name="plan_one_published_version_per_plan"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} v{self.version}"


class Clause(models.Model):
    """A clause (条): its number and heading as printed, its text, and what it asks in our own words.

    ``path`` is its place by numbers (二/（一）), ``section`` the path above it. ``origin``
    is the clause of the first version this one continues: duties and reports hang there,
    so that they outlive a new version of the text. ``served_by`` are codes of what the rooms
    above say can serve a clause (``plan.serving``): types of platform.
    """

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="clauses", verbose_name=_("方案"))
    origin = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="continuations")
    order = models.PositiveSmallIntegerField(_("顺序"))
    path = models.CharField(_("位置"), max_length=120, blank=True)
    section = models.CharField(_("所属章节"), max_length=100, blank=True)
    no = models.CharField(_("编号"), max_length=40, blank=True)
    kind = models.CharField(_("性质"), max_length=20, choices=ClauseKind)
    title = models.CharField(_("标题"), max_length=300, blank=True)
    text = models.TextField(_("正文"), blank=True)
    summary = models.TextField(_("要点"), blank=True, help_text=_("用自己的话概括，不照抄原文"))
    served_by: models.JSONField[list[str], list[str]] = models.JSONField(
        _("由哪些类别的平台落实"), default=list, blank=True
    )
    line = models.PositiveIntegerField(_("行"), null=True, blank=True)

    class Meta:
        verbose_name = _("条款")
        verbose_name_plural = verbose_name
        ordering = ["order", "pk"]
        indexes = [models.Index(fields=["plan", "order"], name="plan_clauses_in_order")]

    def __str__(self) -> str:
        return f"{self.no}{self.title}"

    @property
    def root_id(self) -> int:
        """Return the clause that duties and reports hang on."""
        return self.origin_id or self.pk


class Responsibility(models.Model):
    """One bracket of responsible units as printed (责任单位), e.g. …等部门按职责分工负责."""

    clause = models.ForeignKey(Clause, on_delete=models.CASCADE, related_name="responsibilities")
    order = models.PositiveSmallIntegerField(_("顺序"), default=0)
    role = models.CharField(_("职责用词"), max_length=40, blank=True)
    et_al = models.BooleanField(_("等部门"), default=False)
    by_duty = models.BooleanField(_("按职责分工"), default=False)
    with_others = models.BooleanField(_("会同有关单位"), default=False)
    scope = models.CharField(_("范围"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("责任分工")
        verbose_name_plural = verbose_name
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.role or str(self.order)


class ResponsibleBody(models.Model):
    """A body named in a bracket: as printed, and the department it was matched to, if any."""

    responsibility = models.ForeignKey(Responsibility, on_delete=models.CASCADE, related_name="bodies")
    order = models.PositiveSmallIntegerField(_("顺序"), default=0)
    part = models.CharField(_("职责"), max_length=20, choices=Part)
    printed = models.CharField(_("文件写法"), max_length=120)
    department = models.ForeignKey(
        Department, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("部门")
    )
    matched_by = models.CharField(_("匹配方式"), max_length=20, choices=MatchedBy, blank=True)
    confirmed = models.BooleanField(_("已核对"), default=False)

    class Meta:
        verbose_name = _("责任单位")
        verbose_name_plural = verbose_name
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.printed


class Milestone(models.Model):
    """A dated duty (时间节点); ``when`` is YYYY, YYYY-MM or YYYY-MM-DD as far as printed."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="milestones")
    order = models.PositiveSmallIntegerField(_("顺序"))
    when = models.CharField(_("时间"), max_length=10)
    what = models.TextField(_("事项"))
    line = models.PositiveIntegerField(_("行"), null=True, blank=True)

    class Meta:
        verbose_name = _("时间节点")
        verbose_name_plural = verbose_name
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return f"{self.when} {self.what}"


class Finding(models.Model):
    """Something in the text an officer should look at; ``settled`` once that was done."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="findings")
    order = models.PositiveSmallIntegerField(_("顺序"))
    kind = models.CharField(_("类别"), max_length=40)
    severity = models.CharField(_("程度"), max_length=20, choices=Severity)
    message = models.TextField(_("内容"))
    line = models.PositiveIntegerField(_("行"), null=True, blank=True)
    settled = models.BooleanField(_("已核对"), default=False)

    class Meta:
        verbose_name = _("核对事项")
        verbose_name_plural = verbose_name
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.message
