"""A draft becomes the version in force, or is put aside."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.kernel import moves
from kechuang.kernel.access import Actor
from kechuang.kernel.errors import Stale
from kechuang.plan import access
from kechuang.plan.choices import Severity
from kechuang.plan.models import Finding, Plan


def findings_settled(plan: Plan) -> str | None:
    """Guard of the publishing: everything that had to be looked at was looked at."""
    left = plan.findings.filter(severity=Severity.WARNING, settled=False).count()
    if left:
        return _("还有 %(left)d 处核对事项没有确认，请在核对页逐条看过再发布。") % {"left": left}
    return None


GUARDS = {"findings_settled": findings_settled}


@transaction.atomic
def plan_publish(*, plan: Plan, actor: Actor) -> Plan:
    """Put the draft into force; the version that was in force until now is superseded.

    Every version of the plan is locked first, so of two drafts published at once the
    later one supersedes the earlier, and of two presses of one button one is refused.
    """
    versions = list(Plan.objects.select_for_update().filter(code=plan.code).order_by("pk"))
    now = next((version for version in versions if version.state == "published"), None)
    if now is not None and now.pk == plan.pk:
        raise Stale(_("这一版已经发布，不必再发布一次。"))
    if now is not None:
        moves.take(now, "supersede", access=access.PLANS, actor=actor)
    values = {"published_at": timezone.now(), "supersedes": now or plan.supersedes}
    moves.take(plan, "publish", access=access.PLANS, actor=actor, guards=GUARDS, values=values)
    return plan


def plan_discard(*, plan: Plan, actor: Actor, reason: str = "") -> Plan:
    """Put a draft aside; it stays readable for the office and the auditors."""
    moves.take(plan, "discard", access=access.PLANS, actor=actor, reason=reason)
    return plan


@transaction.atomic
def finding_settle(*, finding: Finding, actor: Actor, settled: bool = True) -> Finding:
    """Note that a finding was looked at, or that it is open again."""
    access.PLANS.require(actor, "change", finding.plan)
    finding.settled = settled
    finding.save(update_fields=["settled"])
    return finding


@transaction.atomic
def findings_settle(*, plan: Plan, actor: Actor) -> int:
    """Note that every finding of ``plan`` was looked at; return how many were open."""
    access.PLANS.require(actor, "change", plan)
    return plan.findings.filter(settled=False).update(settled=True)
