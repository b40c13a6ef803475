"""Reads of facts: what is known, what supports it, what is in question."""

from kechuang.facts.selectors.evidence import (
    evidence_for,
    evidence_running_out,
    evidence_usable,
    evidence_usages,
)
from kechuang.facts.selectors.knowing import facts_of, known, known_of, metrics_for, spared
from kechuang.facts.selectors.sheets import Filled, Line, sheet_facts, sheet_filled, sheet_metrics, sheets_for

__all__ = [
    "Filled",
    "Line",
    "evidence_for",
    "evidence_running_out",
    "evidence_usable",
    "evidence_usages",
    "facts_of",
    "known",
    "known_of",
    "metrics_for",
    "sheet_facts",
    "sheet_filled",
    "sheet_metrics",
    "sheets_for",
    "spared",
]
