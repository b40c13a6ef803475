"""What is known of a subject (事实)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, IntegerField, Q
from django.db.models.lookups import Exact, LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from kechuang.facts.choices import IN_FORCE, Status, SubjectKind
from kechuang.facts.models.evidence import Evidence
from kechuang.facts.models.metric import Metric

COLUMNS = {"number": "number", "text": "text", "boolean": "boolean", "date": "day", "set": "texts"}
"""Kind of a metric → the column that holds its value."""


def _filled(prefix: str) -> Func:
    columns = (f"{prefix}{column}" for column in COLUMNS.values())
    return Func(*(F(column) for column in columns), function="NUM_NONNULLS", output_field=IntegerField())


def _audited_beside() -> Q:
    """An audited value stands in the same column as the reported one."""
    found = Q()
    for column in COLUMNS.values():
        found &= Q(**{f"audited_{column}": None}) | Q(**{f"{column}__isnull": False})
    return found


class Fact(models.Model):
    """One value somebody stated of one subject's metric in one year (``None``: the metric has no years).

    The reported value and the audited one (核定值) stand side by side in a column of the metric's kind; in force is
    the audited one where there is one. Of one subject, metric and year only one row is in force (``declared`` or
    ``verified``); the others are its history or wait for a question. ``origin`` is who speaks: values of
    one origin correct each other, values of two origins contradict. In force from ``since`` until before ``until``.

    The table is read in bulk by metric and year, so numbers in force lie in the unique index itself.
    """

    subject_kind = models.PositiveSmallIntegerField(_("对象类别"), choices=SubjectKind)
    metric = models.ForeignKey(
        Metric, on_delete=models.PROTECT, related_name="+", db_index=False, verbose_name=_("指标")
    )
    year = models.PositiveSmallIntegerField(_("年度"), null=True)
    subject_id = models.PositiveBigIntegerField(_("对象"))
    status = models.CharField(_("状态"), max_length=10, choices=Status)

    number = models.DecimalField(_("数值"), max_digits=18, decimal_places=4, null=True)
    text = models.CharField(_("文本"), max_length=500, null=True)
    boolean = models.BooleanField(_("是非"), null=True)
    day = models.DateField(_("日期"), null=True)
    texts = ArrayField(models.CharField(max_length=60), null=True, verbose_name=_("集合"))
    audited_number = models.DecimalField(_("核定数值"), max_digits=18, decimal_places=4, null=True)
    audited_text = models.CharField(_("核定文本"), max_length=500, null=True)
    audited_boolean = models.BooleanField(_("核定是非"), null=True)
    audited_day = models.DateField(_("核定日期"), null=True)
    audited_texts = ArrayField(models.CharField(max_length=60), null=True, verbose_name=_("核定集合"))

    source = models.CharField(_("来源"), max_length=120)
    origin = models.CharField(_("申报方"), max_length=40)
    evidence = models.ForeignKey(
        Evidence, null=True, on_delete=models.PROTECT, related_name="facts", verbose_name=_("佐证")
    )
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False, verbose_name=_("申报人")
    )
    declared_at = models.DateTimeField(_("申报时间"))
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("核定人"),
    )
    verified_at = models.DateTimeField(_("核定时间"), null=True)
    since = models.DateTimeField(_("起"), null=True)
    until = models.DateTimeField(_("止"), null=True)
    reason = models.TextField(_("理由"), blank=True)

    class Meta:
        verbose_name = _("事实")
        verbose_name_plural = verbose_name
        constraints = [
            # Also the index of bulk reading: metric and year first, then the subjects in order, with the number.
            models.UniqueConstraint(
                fields=["metric", "year", "subject_kind", "subject_id"],
                include=["number", "audited_number"],
                condition=Q(status__in=IN_FORCE),
                nulls_distinct=False,
                name="facts_one_value_in_force",
            ),
            models.CheckConstraint(condition=Exact(_filled(""), 1), name="facts_exactly_one_value_is_filled"),
            models.CheckConstraint(
                condition=LessThanOrEqual(_filled("audited_"), 1) & _audited_beside(),
                name="facts_audited_stands_beside_reported",
            ),
            models.CheckConstraint(
                condition=Q(status=Status.VERIFIED, verified_by__isnull=False, verified_at__isnull=False)
                | (~Q(status=Status.VERIFIED)),
                name="facts_verified_by_somebody",
            ),
            models.CheckConstraint(
                condition=(Q(status__in=IN_FORCE) & Q(since__isnull=False, until=None))
                | (Q(status=Status.CONTESTED) & Q(since=None, until=None))
                | (Q(status__in=(Status.SUPERSEDED, Status.WITHDRAWN)) & Q(until__isnull=False)),
                name="facts_in_force_has_no_end",
            ),
        ]
        indexes = [
            # The page of a subject reads all of its facts, history included.
            models.Index(fields=["subject_id", "subject_kind"], name="facts_of_a_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.metric_id}@{self.year or ''} #{self.subject_id}"

    @property
    def reported(self) -> Any:
        """Return the value as it was reported: Decimal, str, bool, date or a sorted list of texts."""
        return next(value for value in self._values("") if value is not None)

    @property
    def audited(self) -> Any:
        """Return the audited value where it differs from the reported one, else ``None``."""
        return next((value for value in self._values("audited_") if value is not None), None)

    @property
    def value(self) -> Any:
        """Return the value that counts: the audited one where there is one."""
        return self.reported if self.audited is None else self.audited

    def _values(self, prefix: str) -> list[Any]:
        return [getattr(self, f"{prefix}{column}") for column in COLUMNS.values()]
