"""What the plan stores, in three groups: the document, its figures, and the work on it."""

from kechuang.plan.models.document import Clause, Finding, Milestone, Plan, Responsibility, ResponsibleBody
from kechuang.plan.models.figures import BaseRestatement, Indicator, IndicatorBody, Target
from kechuang.plan.models.progress import Duty, PeriodLock, ProgressReport

__all__ = [
    "BaseRestatement",
    "Clause",
    "Duty",
    "Finding",
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
