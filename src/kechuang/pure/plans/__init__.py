"""Reading official Chinese plans: any plan text in, its tasks, duties and indicators out.

``read_bytes`` takes a file (.txt, .md, .html, .docx, .pdf), ``read_text`` a text; both
return a :class:`PlanReading`, whose ``to_json()`` is the documented JSON object. The
only exception is :class:`Unreadable`. No rule knows a body, a title or a figure.
"""

from kechuang.pure.plans.reading import read_bytes, read_text
from kechuang.pure.plans.results import (
    Base,
    Document,
    Finding,
    Indicator,
    Milestone,
    PlanReading,
    Responsibility,
    Section,
    Target,
    Task,
    Unreadable,
)

__all__ = [
    "Base",
    "Document",
    "Finding",
    "Indicator",
    "Milestone",
    "PlanReading",
    "Responsibility",
    "Section",
    "Target",
    "Task",
    "Unreadable",
    "read_bytes",
    "read_text",
]
