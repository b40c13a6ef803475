"""Writes of the plan: one function a verb, keyword-only, one transaction, refusals that speak."""

from kechuang.plan.services.drafts import Source, plan_import
from kechuang.plan.services.editing import (
    BracketWords,
    clause_add,
    clause_change,
    clause_remove,
    indicator_add,
    indicator_change,
    indicator_remove,
    milestone_change,
    milestone_remove,
    name_match,
    plan_change,
)
from kechuang.plan.services.guarantees import guarantee_change, guarantee_record, guarantee_step
from kechuang.plan.services.known import plan_load_catalogue
from kechuang.plan.services.measures import base_restate, unit_target_remove, unit_target_set
from kechuang.plan.services.periods import period_lock, period_unlock
from kechuang.plan.services.publishing import finding_settle, findings_settle, plan_discard, plan_publish
from kechuang.plan.services.revising import plan_revise
from kechuang.plan.services.work import (
    duty_add,
    duty_change,
    duty_remove,
    duty_step,
    report_change,
    report_step,
    report_write,
)

__all__ = [
    "BracketWords",
    "Source",
    "base_restate",
    "clause_add",
    "clause_change",
    "clause_remove",
    "duty_add",
    "duty_change",
    "duty_remove",
    "duty_step",
    "finding_settle",
    "findings_settle",
    "guarantee_change",
    "guarantee_record",
    "guarantee_step",
    "indicator_add",
    "indicator_change",
    "indicator_remove",
    "milestone_change",
    "milestone_remove",
    "name_match",
    "period_lock",
    "period_unlock",
    "plan_change",
    "plan_discard",
    "plan_import",
    "plan_load_catalogue",
    "plan_publish",
    "plan_revise",
    "report_change",
    "report_step",
    "report_write",
    "unit_target_remove",
    "unit_target_set",
]
