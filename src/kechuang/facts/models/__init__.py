"""What facts store: the metric dictionary, facts, evidence, questions, yearly sheets."""

from kechuang.facts.models.evidence import Evidence, EvidenceUse
from kechuang.facts.models.fact import COLUMNS, Fact
from kechuang.facts.models.metric import Metric
from kechuang.facts.models.question import Question
from kechuang.facts.models.sheet import Sheet
from kechuang.facts.models.unit import Unit

__all__ = ["COLUMNS", "Evidence", "EvidenceUse", "Fact", "Metric", "Question", "Sheet", "Unit"]
