"""The metric dictionary: what it holds, the faults it refuses, and the one that is shipped."""

from fractions import Fraction
from pathlib import Path

import pytest

from kechuang.pure.conditions.metrics import Metric, metrics_read
from kechuang.pure.conditions.values import Kind, Unreadable

SHIPPED = Path(__file__).parents[3] / "catalogue" / "base" / "metrics.yaml"


def test_a_dictionary_is_read_as_written() -> None:
    found = metrics_read(
        "metrics: [{code: rd_expense, kind: number, period: year, unit: 万元, step: 0.01, label: 研发费用},"
        " {code: 性质, kind: text, period: none}]"
    )
    assert found == {
        "rd_expense": Metric("rd_expense", Kind.NUMBER, True, "万元", "研发费用", Fraction(1, 100)),  # noqa: FBT003
        "性质": Metric("性质", Kind.TEXT, False),  # noqa: FBT003
    }
    assert found["性质"].name == "性质"


@pytest.mark.parametrize(
    ("text", "line"),
    (
        ("metric: []", 1),
        ("metrics:\n  - {code: a, kind: number}\n  - {code: a, kind: text}", 3),
        ("metrics:\n  - {code: a}", 2),
        ("metrics:\n  - {code: a b, kind: number}", 2),
        ("metrics:\n  - {code: not, kind: number}", 2),
        ("metrics:\n  - {code: a, kind: money}", 2),
        ("metrics:\n  - {code: a, kind: number, period: month}", 2),
        ("metrics:\n  - {code: a, kind: number, step: 0}", 2),
        ("metrics:\n  - {code: a, kind: number, step: x}", 2),
        ("metrics:\n  - a", 2),
    ),
)
def test_faults_are_refused_with_their_line(text: str, line: int) -> None:
    with pytest.raises(Unreadable) as refusal:
        metrics_read(text)
    assert refusal.value.line == line


def test_the_shipped_dictionary_names_and_defines_every_metric() -> None:
    found = metrics_read(SHIPPED.read_text(encoding="utf-8"))
    assert [
        metric.code for metric in found.values() if not (metric.label and metric.definition and metric.source)
    ] == []
    assert [metric.code for metric in found.values() if metric.kind is Kind.NUMBER and not metric.unit] == []
    assert {"rd_expense", "revenue", "kind", "serious_dishonesty", "established_on", "platform_levels"} <= set(found)
