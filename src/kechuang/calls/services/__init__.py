"""Writes of the intake: one function a verb."""

from kechuang.calls.services.answers import Change, Saved, answers_save, correction_answer
from kechuang.calls.services.applications import (
    application_rename,
    application_start,
    participant_invite,
    participant_remove,
    why_not,
)
from kechuang.calls.services.calls import call_amend, call_draft, call_edit, call_move, quotas_set
from kechuang.calls.services.items import items_store
from kechuang.calls.services.objections import objection_move, objection_raise
from kechuang.calls.services.stepping import application_move

__all__ = [
    "Change",
    "Saved",
    "answers_save",
    "application_move",
    "application_rename",
    "application_start",
    "call_amend",
    "call_draft",
    "call_edit",
    "call_move",
    "correction_answer",
    "items_store",
    "objection_move",
    "objection_raise",
    "participant_invite",
    "participant_remove",
    "quotas_set",
    "why_not",
]
