"""What an officer should look at: growth that does not compute, falling targets, lost characters."""
# ruff: noqa: PLR2004, RUF001 - small numbers count printed characters; full-width signs are what is read

import re
from collections.abc import Iterable
from dataclasses import replace

from kechuang.pure.plans.folding import has_lost_characters
from kechuang.pure.plans.goals import Goal
from kechuang.pure.plans.indicators import growth_of, rounded
from kechuang.pure.plans.results import Base, Finding, Indicator, Number, Target, Task

_STATED = re.compile(r"\d+(?:\.(\d+))?")
_SUM_OF_YEARS = ("[", "［", "〔", "【")  # by custom a bracketed figure is the sum of all years, not a yearly rate
_LESS_IS_BETTER = re.compile(r"降|减|能耗|排放|死亡|事故|浓度|失业|逾期|负债|赤字|时间|时限|耗水|用水量|比例失|劣")
_COUNTS = {None, "个", "家", "项", "所", "座", "户"}
_POINTS_TO_ANNEX = re.compile(r"(?:详见|见)附|附[件表]")


def indicator_findings(indicators: Iterable[Indicator]) -> list[Finding]:
    """Return what the rows of the annex show when they are computed again."""
    findings: list[Finding] = []
    for indicator in indicators:
        findings += _growth(indicator) + _course(indicator) + _parts(indicator)
    return findings


def _growth(indicator: Indicator) -> list[Finding]:
    if (indicator.growth_stated or "").startswith(_SUM_OF_YEARS):
        return []
    stated = _STATED.search(indicator.growth_stated or "")
    exact = growth_of(indicator.base, indicator.targets)
    if stated is None or exact is None or indicator.base is None:
        return []
    places = len(stated[1] or "")
    if abs(float(exact) - float(stated[0])) <= 0.5 * 10**-places:
        return []
    last = [target.year for target in indicator.targets if target.year][-1]
    message = (
        f"{indicator.name}：文件写年均增速 {stated[0]}%，按 {indicator.base.year}—{last} 年数据应为 {rounded(exact)}%"
    )
    return [Finding("growth_differs", "warning", indicator.line, message)]


def _course(indicator: Indicator) -> list[Finding]:
    if _LESS_IS_BETTER.search(indicator.name) or any(target.op in "≤<" for target in indicator.targets):
        return []
    findings: list[Finding] = []
    base = indicator.base
    # A yearly figure may be small beside a cumulative base; only like is compared with like.
    low = (
        [t for t in indicator.targets if base is not None and t.value < base.value]
        if indicator.basis != "yearly"
        else []
    )
    if base is not None and low:
        message = f"{indicator.name}：{_year(low[0].year)}目标 {low[0].value} 低于{_year(base.year)}基期 {base.value}"
        findings.append(Finding("below_base", "warning", indicator.line, message))
    for before, after in zip(indicator.targets, indicator.targets[1:], strict=False):
        if after.value < before.value:
            message = (
                f"{indicator.name}：{_year(after.year)}目标 {after.value} 低于{_year(before.year)}目标 {before.value}"
            )
            findings.append(Finding("falls", "warning", indicator.line, message))
    return findings


def _year(year: int | None) -> str:
    return "" if year is None else f" {year} 年"


def _parts(indicator: Indicator) -> list[Finding]:
    cells: list[Base | Target] = [*([indicator.base] if indicator.base else []), *indicator.targets]
    findings: list[Finding] = []
    for cell in cells:
        total = sum(cell.parts.values()) if cell.parts else cell.value
        # One part is a share of the whole (其中国家级2个); several make it up.
        if total - cell.value > 1e-9 or (len(cell.parts or ()) > 1 and cell.value - total > 1e-9):
            message = f"{indicator.name}：{_year(cell.year).strip()} {cell.value}，分项合计 {total}".replace(
                "： ", "："
            )
            findings.append(Finding("parts_differ", "warning", indicator.line, message))
    return findings


def settle_goals(goals: list[Goal], annex: list[Indicator]) -> tuple[list[Indicator], list[Finding]]:
    """Return the goals that are indicators of their own, and what comparing the others with the annex shows."""
    own: list[Indicator] = []
    findings: list[Finding] = []
    for goal in goals:
        row = next((row for row in annex if _same(goal.indicator, row)), None)
        if row is not None:
            findings += _against_row(goal.indicator, row)
            continue
        total = _total(annex, goal.indicator)
        if total is None or (total != goal.indicator.targets[0].value and not _POINTS_TO_ANNEX.search(goal.sentence)):
            own.append(goal.indicator)
            continue
        findings.append(_against_total(goal.indicator, total))
    return _one_of_each(own), findings


def _one_of_each(indicators: list[Indicator]) -> list[Indicator]:
    """Put the goals of one name together: 到2023年…1000亿元，到2025年…2000亿元 are one indicator."""
    found: dict[tuple[str, str | None], Indicator] = {}
    for indicator in indicators:
        key = (indicator.name, indicator.unit)
        first = found.get(key)
        if first is None:
            found[key] = indicator
            continue
        years = {target.year for target in first.targets}
        more = tuple(target for target in indicator.targets if target.year not in years)
        targets = tuple(sorted(first.targets + more, key=lambda target: target.year or 0))
        found[key] = replace(first, targets=targets)
    return list(found.values())


def _same(goal: Indicator, row: Indicator) -> bool:
    if goal.unit and row.unit and goal.unit != row.unit and not {goal.unit, row.unit} <= _COUNTS:
        return False
    a, b = (re.sub(r"（[^）]*）", "", name).replace("地区生产总值", "GDP") for name in (goal.name, row.name))
    return a == b or (min(len(a), len(b)) >= 5 and (a in b or b in a))


def _against_row(goal: Indicator, row: Indicator) -> list[Finding]:
    target = goal.targets[0]
    planned = next((other for other in row.targets if other.year == target.year), None)
    if planned is None or planned.value == target.value:
        return []
    message = f"{row.name}：正文写到 {target.year} 年 {target.value}，附表写 {planned.value}"
    return [Finding("goal_differs", "warning", goal.line, message)]


def _total(annex: list[Indicator], goal: Indicator) -> Number | None:
    """Return the annex's sum (counts only) for the year of ``goal``, None where it has none."""
    if goal.unit not in _COUNTS or len(annex) < 2 or any(row.unit not in _COUNTS for row in annex):
        return None
    values = [target.value for row in annex for target in row.targets if target.year == goal.targets[0].year]
    return sum(values) if len(values) > 1 else None


def _against_total(goal: Indicator, total: Number) -> Finding:
    target = goal.targets[0]
    if total == target.value:
        message = f"正文目标“{goal.name}”到 {target.year} 年 {target.value}{goal.unit}，与附表合计一致"
        return Finding("goal_equals_annex", "info", goal.line, message)
    message = f"正文目标“{goal.name}”到 {target.year} 年 {target.value}{goal.unit}，附表合计 {total}"
    return Finding("goal_differs", "warning", goal.line, message)


def lost_findings(tasks: list[Task]) -> list[Finding]:
    """Return one finding for each printed name that lost characters in copying."""
    lines: dict[str, list[int]] = {}
    for task in tasks:
        for group in task.responsibilities:
            for name in group.names:
                if has_lost_characters(name):
                    lines.setdefault(name, []).append(task.line)
    return [
        Finding("characters_lost", "warning", places[0], f"“{name}”在复制中丢失字符，共 {len(places)} 处，保留原样")
        for name, places in lines.items()
    ]
