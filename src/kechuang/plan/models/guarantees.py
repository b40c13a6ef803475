"""How the plan's guarantees (保障) are carried out: money put in, policies carried out, publicity done."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kechuang.directory.models import County, Department
from kechuang.kernel.models import Stateful
from kechuang.plan.choices import GuaranteeKind, MoneySource
from kechuang.plan.models.document import Clause


class GuaranteeRecord(Stateful):
    """One thing done for a guarantee (保障落实记录): money of a source, a policy, or publicity.

    It hangs on the clause's origin, so that it outlives a new version of the text. ``amount`` is in fen and stands
    with ``source`` on money alone. ``day`` is when the money was allotted, the policy issued, the piece published.
    Only what another person confirmed (核定) is counted.
    """

    process = "guarantee_record"

    clause = models.ForeignKey(Clause, on_delete=models.PROTECT, related_name="guarantees", verbose_name=_("条款"))
    kind = models.CharField(_("类别"), max_length=20, choices=GuaranteeKind)
    title = models.CharField(_("事项"), max_length=300)
    day = models.DateField(_("日期"))
    amount = models.BigIntegerField(_("金额（分）"), null=True, blank=True)
    source = models.CharField(_("资金来源"), max_length=20, choices=MoneySource, blank=True)
    reference = models.CharField(_("文号或刊发载体"), max_length=200, blank=True)
    effect = models.TextField(_("落实情况"), max_length=3000, blank=True)
    department = models.ForeignKey(
        Department, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("登记部门")
    )
    county = models.ForeignKey(
        County, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("登记县区")
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("登记人")
    )
    written_at = models.DateTimeField(_("登记时间"), auto_now=True)
    is_sample = models.BooleanField(_("示例"), default=False, editable=False)

    class Meta:
        verbose_name = _("保障落实记录")
        verbose_name_plural = verbose_name
        ordering = ["-day", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(kind=GuaranteeKind.MONEY, amount__isnull=False, amount__gt=0) & ~Q(source=""))
                | (~Q(kind=GuaranteeKind.MONEY) & Q(amount=None, source="")),
                name="plan_only_money_has_an_amount_and_a_source",
                violation_error_message=_("经费投入须写金额和资金来源，其他类别不写。"),
            ),
            models.CheckConstraint(
                condition=Q(department=None) | Q(county=None), name="plan_a_guarantee_is_recorded_by_one_unit"
            ),
            models.UniqueConstraint(
                fields=["clause", "kind", "title", "day", "source", "department", "county"],
                condition=~Q(state="dropped"),
                nulls_distinct=False,
                name="plan_one_record_of_one_thing_done",
                violation_error_message=_("同一天的这件事已经登记过，请在原记录上修改。"),
            ),
        ]
        indexes = [models.Index(fields=["clause", "day"], name="plan_guarantees_of_a_clause")]

    def __str__(self) -> str:
        return self.title
