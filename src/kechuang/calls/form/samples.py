"""Made-up answers for walking a form before it is published; none of them is anybody's."""

from __future__ import annotations

from typing import Any

from kechuang.calls.form.boxes import Box
from kechuang.calls.form.reading import answer_read
from kechuang.catalogue.items import Question, TableColumn, TableField
from kechuang.facts.models import Metric
from kechuang.kernel.errors import Refused

TYPED = {
    "integer": "3", "number": "3.5", "money": "120", "percent": "35", "date": "2025-06-01", "year": "2024",
    "boolean": "是", "email": "name@example.org", "phone": "13800000000", "credit_code": "91350100M000100Y43",
    "text": "示例内容", "long_text": "示例内容。",
}  # fmt: skip
FACTS = {"number": "120", "date": "2020-01-01", "boolean": "是", "text": "示例", "set": ""}


def sample(box: Box) -> Any:
    """Return a made-up answer that the box takes, ``None`` where there is none."""
    if box.metric is not None:
        return _fact(box.metric, box)
    if isinstance(box.field, TableField):
        row = {column.code: _asked(column) for column in box.field.columns}
        return [row for _number in range(max(box.field.min_rows, 1))]
    if isinstance(box.field, Question):
        return _asked(box.field)
    return True if box.widget == "declaration" else None


def _fact(metric: Metric, box: Box) -> Any:
    typed = next(iter(metric.choices.values())) if metric.choices else FACTS[metric.kind]
    try:
        return box.read(typed)
    except Refused:
        return None


def _asked(asked: Question | TableColumn) -> Any:
    """Return the example where it can be read, else something of the kind, within its bounds."""
    least = getattr(asked, "least", None)
    tries = [asked.example, asked.choices[0] if asked.choices else "", TYPED.get(asked.type, "")]
    for typed in (*tries, "" if least is None else f"{least:g}"):
        try:
            value = answer_read(asked, typed)
        except Refused:
            continue
        if value is not None:
            return value
    return None
