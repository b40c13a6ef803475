"""Writes of facts: declare, verify, withdraw, answer; keep and withdraw evidence."""

from kechuang.facts.services.declaring import Declared, Said, Spoken, fact_declare, facts_declare, facts_weigh
from kechuang.facts.services.evidence import evidence_amend, evidence_keep, evidence_used, evidence_withdraw
from kechuang.facts.services.importing import Imported, Line, facts_import, facts_import_try
from kechuang.facts.services.questions import offered_by, question_answer, question_retract
from kechuang.facts.services.sheets import Kept, Submitted, sheet_fill, sheet_move, sheet_open, sheet_submit
from kechuang.facts.services.verifying import Verdict, fact_verify, fact_withdraw, facts_verify

__all__ = [
    "Declared",
    "Imported",
    "Kept",
    "Line",
    "Said",
    "Spoken",
    "Submitted",
    "Verdict",
    "evidence_amend",
    "evidence_keep",
    "evidence_used",
    "evidence_withdraw",
    "fact_declare",
    "fact_verify",
    "fact_withdraw",
    "facts_declare",
    "facts_import",
    "facts_import_try",
    "facts_verify",
    "facts_weigh",
    "offered_by",
    "question_answer",
    "question_retract",
    "sheet_fill",
    "sheet_move",
    "sheet_open",
    "sheet_submit",
]
