"""Writes of facts: declare, verify, withdraw, answer; keep and withdraw evidence."""

from kechuang.facts.services.declaring import Declared, Said, fact_declare, facts_declare
from kechuang.facts.services.evidence import evidence_amend, evidence_keep, evidence_used, evidence_withdraw
from kechuang.facts.services.questions import question_answer, question_retract
from kechuang.facts.services.verifying import fact_verify, fact_withdraw

__all__ = [
    "Declared",
    "Said",
    "evidence_amend",
    "evidence_keep",
    "evidence_used",
    "evidence_withdraw",
    "fact_declare",
    "fact_verify",
    "fact_withdraw",
    "facts_declare",
    "question_answer",
    "question_retract",
]
