"""Reads of the register: entries of a day, counts of a day, history, competence, doubles."""

from kechuang.platforms.selectors.competence import (
    RECOGNISED_LEVELS,
    NextLevel,
    competences_on,
    competent_department,
    next_level,
)
from kechuang.platforms.selectors.counts import base_gap, kind_keys, platform_counts, stocks
from kechuang.platforms.selectors.doubles import Doubles, doubles_of
from kechuang.platforms.selectors.entries import (
    entries_for,
    entries_seen,
    entry_of,
    platform_seen,
    why_not_visible,
)
from kechuang.platforms.selectors.history import Chronicle, chronicle, family
from kechuang.platforms.selectors.rounds import Pipeline, pipeline
from kechuang.platforms.selectors.steps import allowed, open_steps

__all__ = [
    "RECOGNISED_LEVELS",
    "Chronicle",
    "Doubles",
    "NextLevel",
    "Pipeline",
    "allowed",
    "base_gap",
    "chronicle",
    "competences_on",
    "competent_department",
    "doubles_of",
    "entries_for",
    "entries_seen",
    "entry_of",
    "family",
    "kind_keys",
    "next_level",
    "open_steps",
    "pipeline",
    "platform_counts",
    "platform_seen",
    "stocks",
    "why_not_visible",
]
