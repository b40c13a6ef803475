"""The bar drawing of a report: what each indicator has reached of its target, as SVG for print."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from kechuang.plan.selectors.readings import Reading
from kechuang.ui.documents.papers import Picture
from kechuang.ui.documents.plain import one_line

LABEL, BAR, VALUE, ROW = 210, 380, 130, 30
MOST = 1.25  # of the target; what is beyond is cut and its figure still says it
FACE = "Noto Sans SC"
LONGEST_LABEL = 16
FILLS = {"reached": "#2f7d4f", "on_track": "#3b6ea8", "behind": "#c77700", "missed": "#b3261e"}


def progress_picture(readings: Sequence[Reading]) -> tuple[Picture, ...]:
    """Return one drawing of all readings with a target and a count; none where there are none."""
    rows = [row for row in readings if row.value is not None and row.goal and row.goal.value]
    if not rows:
        return ()
    drawn = "".join(_row(row, place * ROW + 8) for place, row in enumerate(rows))
    wide, high = LABEL + BAR + VALUE, len(rows) * ROW + 16
    at = LABEL + BAR / MOST
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" width="{wide}" height="{high}">'
        f'<line x1="{at}" y1="2" x2="{at}" y2="{high - 2}" stroke="#1a1a1a" stroke-width="1" stroke-dasharray="4 3"/>'
        f"{drawn}</svg>"
    )
    told = "；".join(
        f"{row.indicator.name}现有{row.value}{row.unit}，目标{row.goal and row.goal.value}{row.unit}" for row in rows
    )
    return (Picture(svg, told + "。", "各指标现有数与目标的比例，虚线为目标"),)


def _row(row: Reading, top: int) -> str:
    goal, value = row.goal, row.value
    if goal is None or value is None:
        return ""
    share = min(max(float(value) / float(goal.value), 0.0), MOST)
    name = one_line(row.indicator.name)
    label = name if len(name) <= LONGEST_LABEL else f"{name[: LONGEST_LABEL - 1]}…"
    width = max(round(share * BAR / MOST, 1), 1)
    middle = top + ROW / 2 - 1
    fill = FILLS.get(row.light, "#7a7f87")
    text = f'font-family="{FACE}" font-size="12" fill="#1a1a1a"'
    return (
        f'<text x="{LABEL - 10}" y="{middle}" text-anchor="end" {text}>{escape(label)}</text>'
        f'<rect x="{LABEL}" y="{top + 3}" width="{width}" height="{ROW - 14}" fill="{fill}"/>'
        f'<text x="{LABEL + BAR + 8}" y="{middle}" {text}>{value} / {goal.value} {escape(row.unit)}</text>'
    )
