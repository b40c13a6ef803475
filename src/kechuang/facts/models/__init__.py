"""What facts store: the metric dictionary, facts, evidence, questions, yearly sheets, versions of rules."""

from kechuang.facts.models.evidence import Evidence, EvidenceUse
from kechuang.facts.models.fact import COLUMNS, Fact
from kechuang.facts.models.metric import Metric
from kechuang.facts.models.question import Question
from kechuang.facts.models.rules import Candidate, RuleVersion
from kechuang.facts.models.sheet import Sheet
from kechuang.facts.models.unit import Unit

__all__ = [
    "COLUMNS",
    "Candidate",
    "Evidence",
    "EvidenceUse",
    "Fact",
    "Metric",
    "Question",
    "RuleVersion",
    "Sheet",
    "Unit",
]
