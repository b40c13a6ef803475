"""What the register stores: kinds, platforms over time, recognitions, the composed register; and a platform's life."""

from kechuang.platforms.models.endings import Ban, Hearing
from kechuang.platforms.models.entry import RegisterDelta, RegisterEntry
from kechuang.platforms.models.evaluation import Evaluation, EvaluationRound, ScoredResult, ScoringRun
from kechuang.platforms.models.kinds import LEVEL_ORDER, Competence, Level, PlatformKind
from kechuang.platforms.models.platform import Amendment, Partner, Platform, PlatformPeriod, Standing
from kechuang.platforms.models.pool import Attendance, CoachingNote, GapSnapshot, PoolEntry, TrainingSession
from kechuang.platforms.models.recognition import Recognition
from kechuang.platforms.models.reports import AnnualReport
from kechuang.platforms.models.requests import ChangeRequest, Recommendation
from kechuang.platforms.models.rules import LifeRule

__all__ = [
    "LEVEL_ORDER",
    "Amendment",
    "AnnualReport",
    "Attendance",
    "Ban",
    "ChangeRequest",
    "CoachingNote",
    "Competence",
    "Evaluation",
    "EvaluationRound",
    "GapSnapshot",
    "Hearing",
    "Level",
    "LifeRule",
    "Partner",
    "Platform",
    "PlatformKind",
    "PlatformPeriod",
    "PoolEntry",
    "Recognition",
    "Recommendation",
    "RegisterDelta",
    "RegisterEntry",
    "ScoredResult",
    "ScoringRun",
    "Standing",
    "TrainingSession",
]
