"""Calls (申报通知): when an item is open, for whom how many, and every word that was published."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kechuang.calls.models.items import ItemVersion, ServiceItem
from kechuang.directory.models import County, Department, Organisation
from kechuang.facts.models import RuleVersion
from kechuang.kernel.models import Stateful


class Call(Stateful):
    """A round in which an item may be applied for (申报批次), with a window for each who acts.

    ``item_version`` is fixed when the call is published: a threshold that changes in mid-call
    changes nothing for those who apply under it. ``year`` is the reference year of the facts.
    Windows end with the minute they name.
    """

    process = "call"

    item = models.ForeignKey(ServiceItem, on_delete=models.PROTECT, related_name="calls", verbose_name=_("事项"))
    item_version = models.ForeignKey(
        ItemVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("事项版本")
    )
    rule_version = models.ForeignKey(
        RuleVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+", verbose_name=_("办理部门"))
    title = models.CharField(_("标题"), max_length=200)
    year = models.PositiveSmallIntegerField(_("数据年度"))
    opens_at = models.DateTimeField(_("申报开始"))
    closes_at = models.DateTimeField(_("申报截止"))
    host_closes_at = models.DateTimeField(_("依托单位审核截止"), null=True, blank=True)
    recommend_closes_at = models.DateTimeField(_("推荐截止"), null=True, blank=True)
    contact = models.CharField(_("咨询方式"), max_length=200, blank=True)
    is_sample = models.BooleanField(_("示例"), default=False, editable=False)

    class Meta:
        verbose_name = _("申报通知")
        verbose_name_plural = verbose_name
        ordering = ["-opens_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")),
                name="calls_window_is_not_empty",
                violation_error_message=_("申报截止须晚于申报开始。"),
            ),
            models.CheckConstraint(
                condition=Q(host_closes_at=None) | Q(host_closes_at__gte=F("closes_at")),
                name="calls_host_window_ends_after",
                violation_error_message=_("依托单位审核截止不能早于申报截止。"),
            ),
            models.CheckConstraint(
                condition=Q(recommend_closes_at=None) | Q(recommend_closes_at__gte=F("closes_at")),
                name="calls_recommend_window_ends_after",
                violation_error_message=_("推荐截止不能早于申报截止。"),
            ),
            models.CheckConstraint(
                condition=Q(state__in=("draft", "checking", "discarded")) | Q(item_version__isnull=False),
                name="calls_published_call_has_a_version",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class CallNotice(models.Model):
    """The text of a call as it stood from a moment on; a change is a new row with its reason."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="notices")
    number = models.PositiveIntegerField(_("版本"))
    body = models.TextField(_("正文"))
    windows: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField(_("时间安排"), default=dict)
    change = models.CharField(_("变更说明"), max_length=300, blank=True)
    published_at = models.DateTimeField(_("发布时间"), null=True, blank=True)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("通知文本")
        verbose_name_plural = verbose_name
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["call", "number"], name="calls_one_notice_per_number")]

    def __str__(self) -> str:
        return f"{self.call} v{self.number}"


class Quota(models.Model):
    """How many of a call's applications may go on to the deciding body (推荐名额).

    Of one county, of one organisation, or by an answer of the form (``field`` = its code,
    ``value`` = the answer). The row is locked while one is taken.
    """

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="quotas")
    county = models.ForeignKey(County, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    field = models.CharField(_("栏目"), max_length=60, blank=True)
    value = models.CharField(_("取值"), max_length=120, blank=True)
    most = models.PositiveIntegerField(_("名额"))

    class Meta:
        verbose_name = _("名额")
        verbose_name_plural = verbose_name
        constraints = [
            models.UniqueConstraint(
                fields=["call", "county", "organisation", "field", "value"],
                nulls_distinct=False,
                name="calls_one_quota_per_share",
            ),
            models.CheckConstraint(
                condition=Q(county__isnull=False, organisation=None, field="")
                | Q(county=None, organisation__isnull=False, field="")
                | (Q(county=None, organisation=None) & ~Q(field="")),
                name="calls_quota_is_of_one_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.county or self.organisation or self.value}: {self.most}"
