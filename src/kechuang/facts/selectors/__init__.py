"""Reads of facts: what is known, what supports it, what is in question."""

from kechuang.facts.selectors.evidence import (
    evidence_for,
    evidence_running_out,
    evidence_usable,
    evidence_usages,
)
from kechuang.facts.selectors.knowing import facts_of, known, known_of, metrics_for, spared
from kechuang.facts.selectors.sheets import Filled, Line, sheet_facts, sheet_filled, sheet_metrics, sheets_for
from kechuang.facts.selectors.subjects import Origins, Row, history_of, holdings, names_of, questions_for, year_of_facts

__all__ = [
    "Filled",
    "Line",
    "Origins",
    "Row",
    "evidence_for",
    "evidence_running_out",
    "evidence_usable",
    "evidence_usages",
    "facts_of",
    "history_of",
    "holdings",
    "known",
    "known_of",
    "metrics_for",
    "names_of",
    "questions_for",
    "sheet_facts",
    "sheet_filled",
    "sheet_metrics",
    "sheets_for",
    "spared",
    "year_of_facts",
]
