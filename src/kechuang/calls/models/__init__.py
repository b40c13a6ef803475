"""What the intake stores, by what it is about."""

from kechuang.calls.models.applications import Answer, AnswerVersion, Application, Participant, Submission, TextPrint
from kechuang.calls.models.calls import Call, CallNotice, Quota
from kechuang.calls.models.items import ItemVersion, ServiceItem
from kechuang.calls.models.outcomes import Decision, EffectRecord, Objection, ObjectionIdentity, Publicity
from kechuang.calls.models.partners import Partner
from kechuang.calls.models.proceedings import Correction, CorrectionItem, Extension, LateAttempt, PlainScore, Stated
from kechuang.calls.models.ratings import Rating, Redress

__all__ = [
    "Answer",
    "AnswerVersion",
    "Application",
    "Call",
    "CallNotice",
    "Correction",
    "CorrectionItem",
    "Decision",
    "EffectRecord",
    "Extension",
    "ItemVersion",
    "LateAttempt",
    "Objection",
    "ObjectionIdentity",
    "Participant",
    "Partner",
    "PlainScore",
    "Publicity",
    "Quota",
    "Rating",
    "Redress",
    "ServiceItem",
    "Stated",
    "Submission",
    "TextPrint",
]
