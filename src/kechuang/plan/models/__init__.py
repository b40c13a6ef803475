"""What the plan stores, in four groups: the document, its figures, the work on it, and its guarantees."""

from kechuang.plan.models.document import Clause, Finding, Milestone, Plan, Responsibility, ResponsibleBody
from kechuang.plan.models.figures import BaseRestatement, Indicator, IndicatorBody, Target
from kechuang.plan.models.guarantees import GuaranteeRecord
from kechuang.plan.models.progress import Duty, PeriodLock, ProgressReport

__all__ = [
    "BaseRestatement",
    "Clause",
    "Duty",
    "Finding",
    "GuaranteeRecord",
    "Indicator",
    "IndicatorBody",
    "Milestone",
    "PeriodLock",
    "Plan",
    "ProgressReport",
    "Responsibility",
    "ResponsibleBody",
    "Target",
]
