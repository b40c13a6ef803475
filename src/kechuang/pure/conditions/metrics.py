"""Answers for the metric dictionary (指标字典): which names a condition may use, and what each one is."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from keyword import iskeyword
from unicodedata import normalize

from kechuang.pure.conditions.values import Kind, Unreadable, number_read
from kechuang.pure.conditions.yaml_tree import Listing, Mapped, mapped_of, tree_read

_PERIODS = {"year": True, "none": False}


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric: its kind, whether it has a value a year (``yearly``), and how people name it.

    ``step`` is the smallest sensible change, in the metric's own unit; counterfactuals are rounded to it.
    """

    code: str
    kind: Kind
    yearly: bool
    unit: str = ""
    label: str = ""
    step: Fraction = Fraction(1)
    definition: str = ""
    source: str = ""
    form: str = ""

    @property
    def name(self) -> str:
        return self.label or self.code


Dictionary = Mapping[str, Metric]


def metrics_read(text: str) -> dict[str, Metric]:
    """Read a dictionary from YAML, a list or a list under ``metrics``.

    Raises ``Unreadable`` with the line of the first fault.
    """
    root = tree_read(text)
    if isinstance(root, Mapped):
        root.need("metrics")
    found: dict[str, Metric] = {}
    for item in root.items if isinstance(root, Listing) else mapped_of(root, "metrics").listed("metrics"):
        metric = _metric(mapped_of(item, "metrics"))
        if metric.code in found:
            raise Unreadable(f"指标“{metric.code}”重复", line=item.line)
        found[metric.code] = metric
    return found


def _metric(item: Mapped) -> Metric:
    code = item.text("code")
    if not code.isidentifier() or iskeyword(code) or normalize("NFKC", code) != code:
        raise Unreadable(f"指标代码“{code}”只能由文字、数字和下划线组成，且不以数字开头", line=item.line)
    kind, period = item.text("kind"), item.text("period", "none")
    if kind not in set(Kind):
        raise Unreadable(f"指标“{code}”的 kind“{kind}”应为 {'、'.join(Kind)} 之一", line=item.line)
    if period not in _PERIODS:
        raise Unreadable(f"指标“{code}”的 period“{period}”应为 year 或 none", line=item.line)
    return Metric(
        code=code,
        kind=Kind(kind),
        yearly=_PERIODS[period],
        unit=item.text("unit", ""),
        label=item.text("label", "") or item.text("title", "") or item.text("name", ""),
        step=_step(item),
        definition=item.text("definition", ""),
        source=item.text("source", ""),
        form=item.text("form", ""),
    )


def _step(item: Mapped) -> Fraction:
    text = item.text("step", "1")
    try:
        step = number_read(text)
    except Unreadable as fault:
        raise Unreadable(f"step {fault.message}", line=item.line) from None
    if step <= 0:
        raise Unreadable("step 应大于 0", line=item.line)
    return step
