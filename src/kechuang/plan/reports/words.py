"""What the reports share: dates in words, the half year of a day, the table of indicators, a unit's work."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from kechuang.plan.figures import printed
from kechuang.plan.models import Clause, ProgressReport
from kechuang.plan.naming import official
from kechuang.plan.selectors.readings import Reading
from kechuang.ui.documents.papers import Grid
from kechuang.ui.documents.plain import chinese_date

OFFICE = "联席会议办公室"
HALF = 6


def spoken(day: date) -> str:
    """Return a day as official paper writes it."""
    return chinese_date(day.year, day.month, day.day)


def half_of(day: date) -> tuple[date, str]:
    """Return the first day of the half year of ``day`` and its name: 2026年上半年."""
    first = day.month <= HALF
    return date(day.year, 1 if first else HALF + 1, 1), f"{day.year}年{'上' if first else '下'}半年"


def named(clause: Clause) -> str:
    """Return a clause by number and heading."""
    return f"{clause.no}{clause.title}"


def bodies_of(clause: Clause) -> str:
    """Return the units a clause names in official words; the clause comes from ``clauses_whole``."""
    names = [official(body.printed) for bracket in clause.responsibilities.all() for body in bracket.bodies.all()]
    return "、".join(dict.fromkeys(names)) or "文件未点名"


def unit_of(report: ProgressReport) -> str:
    """Return who reports."""
    return str(report.department or report.county)


def said_by(reports: Sequence[ProgressReport], field: str, *, last_only: bool = False) -> str:
    """Return what units wrote in ``field``, oldest month first, each text once, the unit before it.

    ``last_only`` takes a unit's newest month: a problem solved since is no problem now.
    """
    texts: dict[str, list[str]] = {}
    for report in sorted(reports, key=lambda row: (row.month, row.pk)):
        text = str(getattr(report, field)).strip()
        before = texts.setdefault(unit_of(report), [])
        if last_only:
            before.clear()
        if text and text not in before:
            before.append(text)
    told = [(unit, "\n".join(lines)) for unit, lines in texts.items() if lines]
    if len(texts) == 1:
        return told[0][1] if told else ""
    return "\n".join(f"{unit}：{text}" for unit, text in told)


def indicators_grid(readings: Iterable[Reading], *, title: str = "") -> Grid:
    """Return one row an indicator: value, target, verdict, reason."""
    rows = []
    for row in readings:
        goal = row.goal
        rows.append(
            (
                row.indicator.name,
                "待补录" if row.value is None else str(row.value),
                row.unit,
                printed(goal.value) if goal else "",
                f"{goal.year}年末" if goal else "无目标",
                row.verdict.light.label if row.verdict else "未计数",
                row.reason,
            )
        )
    head = ("指标", "现有", "单位", "目标", "期限", "状态", "说明")
    return Grid(title, head, rows, (4, 1.6, 1.2, 1.6, 2, 1.8, 6), (1, 3))


def reached_sentence(readings: Sequence[Reading]) -> str:
    """Return how many indicators stand where, in one sentence."""
    words: dict[str, int] = {}
    for row in readings:
        word = row.verdict.light.label if row.verdict else "未计数"
        words[word] = words.get(word, 0) + 1
    told = "，".join(f"{word} {number} 项" for word, number in words.items()) or "无"
    return f"方案共有指标 {len(readings)} 项：{told}。"
