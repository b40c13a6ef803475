"""What people set beside the plan's own figures: targets of units, and a restated base."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from kechuang.directory.models import County, Department
from kechuang.kernel import events
from kechuang.kernel.access import Actor
from kechuang.kernel.errors import Refused
from kechuang.plan import access
from kechuang.plan.figures import plain
from kechuang.plan.models import BaseRestatement, Indicator, Target
from kechuang.plan.selectors.readings import base_on, restatements_of
from kechuang.plan.services.writing import only_once


@transaction.atomic
def unit_target_set(
    *,
    indicator: Indicator,
    year: int,
    value: Decimal,
    actor: Actor,
    department: Department | None = None,
    county: County | None = None,
) -> Target:
    """Set what a department or county is to reach by the end of ``year``; the sum is nobody's concern."""
    access.INDICATORS.require(actor, "set_target", indicator)
    if (department is None) == (county is None):
        raise Refused(_("请选择一个部门或一个县区。"), field="unit")
    unit = {"department": department, "county": county}
    target = indicator.targets.filter(year=year, **unit).first() or Target(indicator=indicator, year=year, **unit)
    target.value = value
    try:
        target.full_clean()
    except ValidationError as error:
        raise Refused(next(iter(error.message_dict.values()))[0], field="value") from None
    with only_once(_("这个单位该年度的目标刚刚已有人写过，请刷新页面。")):
        target.save()
    return target


@transaction.atomic
def unit_target_remove(*, target: Target, actor: Actor) -> None:
    """Take a unit's target back; the plan's own targets are changed with the text."""
    access.INDICATORS.require(actor, "set_target", target.indicator)
    if target.department_id is None and target.county_id is None:
        raise Refused(_("方案自身的目标随方案文本修订，不能在这里删除。"))
    target.delete()


@transaction.atomic
def base_restate(
    *, indicator: Indicator, on: date, to_value: Decimal, reason: str, actor: Actor, document_number: str = ""
) -> BaseRestatement:
    """Let the base value be counted anew from ``on`` on (口径调整); days before keep what they had.

    The order of restatements is the order of their days, so a new one may not stand before an old one.
    """
    access.INDICATORS.require(actor, "restate", indicator)
    root = Indicator.objects.select_for_update().get(pk=indicator.root_id)
    done = restatements_of([root])[root.pk]
    if done and on <= done[-1].effective_on:
        raise Refused(_("生效日期须晚于上一次调整（%(day)s）。") % {"day": done[-1].effective_on}, field="on")
    if on > actor.today:
        raise Refused(_("生效日期不能在今天之后。"), field="on")
    before = base_on(indicator, done, on)
    if before is None:
        raise Refused(_("方案没有写这个指标的基期值，无从调整。"))
    if before == plain(to_value):
        raise Refused(_("调整后的基期值与现在相同。"), field="to_value")
    if not reason.strip():
        raise Refused(_("基期调整须写明理由。"), field="reason")
    row = BaseRestatement.objects.create(
        indicator=root,
        effective_on=on,
        from_value=Decimal(before),
        to_value=to_value,
        reason=reason.strip(),
        document_number=document_number.strip(),
        actor_id=actor.user_id or 0,
    )
    events.publish("indicator.restated", row)
    return row
