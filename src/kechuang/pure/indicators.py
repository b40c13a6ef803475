"""Arithmetic of plan indicators (指标): paths, lights, run-rates, growth, restatement.

A *cumulative* indicator (累计) is a stock: the count reached by 31 December of a year. A
*yearly* one (年度) is what was added within a calendar year. Values are ``int`` or
``Decimal`` in the indicator's own unit, more is better; rates of growth are percent a year,
tolerances are fractions (0.1 = 10 %). Nothing is guessed: what a plan does not print is
``None``. Sentences are Chinese and hold the figures they rest on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal, localcontext
from enum import StrEnum
from itertools import pairwise
from typing import Literal

from kechuang.pure.timelines import Span

Value = int | Decimal
Basis = Literal["cumulative", "yearly"]

TENTH = Decimal("0.1")
DAYS_A_MONTH = Decimal("30.4375")


class Light(StrEnum):
    """The light shown to the joint conference (联席会议)."""

    REACHED = "reached"
    ON_TRACK = "on_track"
    BEHIND = "behind"
    MISSED = "missed"
    NO_TARGET = "no_target"

    @property
    def label(self) -> str:
        """The Chinese word for it."""
        return LIGHT_LABELS[self]


LIGHT_LABELS = {
    Light.REACHED: "已达成",
    Light.ON_TRACK: "正常",
    Light.BEHIND: "滞后",
    Light.MISSED: "未达成",
    Light.NO_TARGET: "无目标",
}


@dataclass(frozen=True, slots=True)
class Goal:
    """The target that counts on a day: to be reached by the end of ``year``."""

    year: int
    value: Value

    @property
    def due(self) -> date:
        """The last day of the year."""
        return date(self.year, 12, 31)


@dataclass(frozen=True, slots=True)
class Path:
    """Base value and targets of one indicator, as the plan prints them.

    ``base`` may be ``None`` and ``targets`` may name only some years; they may even fall,
    because a plan that does so is still the plan.

    >>> centres = Path(base_year=2020, base=11, targets={2021: 13, 2022: 14, 2023: 16})
    >>> centres.expected_on(date(2021, 7, 2))
    Decimal('12.0')
    """

    base_year: int | None
    base: Value | None
    targets: Mapping[int, Value] = field(hash=False)
    basis: Basis = "cumulative"

    def anchors(self) -> list[tuple[date, Value]]:
        """Return the year-ends with a known stock, in order: the base, then the targets."""
        known = dict(self.targets)
        if self.base_year is not None and self.base is not None:
            known.setdefault(self.base_year, self.base)
        return [(date(year, 12, 31), known[year]) for year in sorted(known)]

    def goal_on(self, day: date) -> Goal | None:
        """Return the target of the day's year, else the next one, else (cumulative) the last one."""
        later = [year for year in sorted(self.targets) if year >= day.year]
        if self.basis == "yearly":
            later = [year for year in later if year == day.year]
        elif not later:
            later = sorted(self.targets)[-1:]
        return Goal(later[0], self.targets[later[0]]) if later else None

    def expected_on(self, day: date) -> Decimal | None:
        """Return what a straight line between year-ends gives for ``day``, half up to one decimal.

        Before the base year's end it is the base, after the last target that target; ``None``
        where no line can be drawn.
        """
        exact = self.exact_on(day)
        return None if exact is None else exact.quantize(TENTH, ROUND_HALF_UP)

    def exact_on(self, day: date) -> Decimal | None:
        """Return ``expected_on`` before rounding: what lights compare with."""
        if self.basis == "yearly":
            target = self.targets.get(day.year)
            return None if target is None else Decimal(target) * year_share(day)
        points = self.anchors()
        if not points or (day < points[0][0] and self.base is None):
            return None
        for (start, low), (end, high) in pairwise(points):
            if start <= day < end:
                return Decimal(low) + Decimal(high - low) * (day - start).days / (end - start).days
        return Decimal(points[0][1] if day < points[0][0] else points[-1][1])


def year_share(day: date) -> Decimal:
    """Return the share of the day's year gone by at its end: 1 on 31 December."""
    begin, end = date(day.year - 1, 12, 31), date(day.year, 12, 31)
    return Decimal((day - begin).days) / (end - begin).days


def summed(paths: Iterable[Path]) -> Path:
    """Return the path of several cumulative indicators together.

    A year counts only where every path has a target for it; the base only where all share it.
    """
    several = list(paths)
    if not several:
        return Path(None, None, {})
    years = set(several[0].targets).intersection(*(path.targets for path in several))
    targets = {year: sum((path.targets[year] for path in several), start=0) for year in sorted(years)}
    bases = [path.base for path in several if path.base is not None]
    same = len(bases) == len(several) and len({path.base_year for path in several}) == 1
    return Path(several[0].base_year if same else None, sum(bases, start=0) if same else None, targets)


@dataclass(frozen=True, slots=True)
class Verdict:
    """A light with its ground. ``gap`` = what is missing to ``goal``, 0 when reached."""

    light: Light
    sentence: str
    goal: Goal | None
    expected: Decimal | None
    gap: Value | None


def judge(
    path: Path, *, reached: Value, day: date, tolerance: Decimal | float = Decimal("0.1"), unit: str = "个"
) -> Verdict:
    """Judge what was ``reached`` by the end of ``day``.

    ``tolerance`` is the share of the expected value that may be missing before the light
    turns to BEHIND; the bureau sets it per plan.
    """
    goal, expected = path.goal_on(day), path.expected_on(day)
    if goal is None:
        return Verdict(Light.NO_TARGET, f"方案没有 {day.year} 年的目标；现有 {reached} {unit}。", None, None, None)
    gap = max(goal.value - reached, 0)
    light = _light(path, goal, reached, day, Decimal(str(tolerance)))
    verdict = Verdict(light, "", goal, expected, gap)
    sentence = _sentence(verdict, goal, reached, unit, _ground(verdict, reached, unit, day, tolerance))
    return replace(verdict, sentence=sentence)


def _light(path: Path, goal: Goal, reached: Value, day: date, tolerance: Decimal) -> Light:
    exact = path.exact_on(day)
    if reached >= goal.value:
        return Light.REACHED
    if day >= goal.due:
        return Light.MISSED
    if exact is None:
        return Light.NO_TARGET
    return Light.BEHIND if reached < exact * (1 - tolerance) else Light.ON_TRACK


def _ground(verdict: Verdict, reached: Value, unit: str, day: date, tolerance: Decimal | float) -> str:
    on = f"{day.year} 年 {day.month} 月 {day.day} 日"
    share = _plain(Decimal(str(tolerance)) * 100)
    within = f"低于允许的偏差 {share}%" if verdict.light is Light.BEHIND else f"在允许的偏差 {share}% 以内"
    return f"按进度 {on}应有 {verdict.expected} {unit}，现有 {reached} {unit}，{within}"


def _sentence(verdict: Verdict, goal: Goal, reached: Value, unit: str, ground: str) -> str:
    aim = f"{goal.year} 年末目标 {goal.value} {unit}"
    if verdict.light is Light.REACHED:
        return f"{aim}，现有 {reached} {unit}，已达到。"
    if verdict.light is Light.MISSED:
        return f"{aim}，实有 {reached} {unit}，差 {verdict.gap} {unit}。"
    if verdict.expected is None:
        return f"{aim}，现有 {reached} {unit}，还差 {verdict.gap} {unit}；方案未写基期值，无法判断进度。"
    return f"{ground}；{aim}，还差 {verdict.gap} {unit}。"


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


def run_rate(path: Path, *, reached: Value, day: date) -> Decimal | None:
    """Return how many a month are needed to reach the goal in time, half up to two decimals.

    0 when it is reached, ``None`` when there is no goal or no day is left. A month is
    30.4375 days.
    """
    goal = path.goal_on(day)
    if goal is None:
        return None
    missing = goal.value - reached
    if missing <= 0:
        return Decimal("0.00")
    if day >= goal.due:
        return None
    months = Decimal((goal.due - day).days) / DAYS_A_MONTH
    return (Decimal(missing) / months).quantize(Decimal("0.01"), ROUND_HALF_UP)


def growth_exact(path: Path) -> Decimal | None:
    """Return the compound growth from base to last target in percent a year, unrounded.

    ``None`` without a base above zero, without a target after the base year, or for a yearly indicator.
    """
    last = max(path.targets, default=None)
    if path.basis != "cumulative" or path.base_year is None or not path.base or last is None:
        return None
    years, end = last - path.base_year, path.targets[last]
    if years < 1 or path.base < 0 or end < 0:
        return None
    with localcontext() as context:
        context.prec = 28
        return ((Decimal(end) / Decimal(path.base)) ** (Decimal(1) / years) - 1) * 100


def growth_computed(path: Path) -> Decimal | None:
    """Return ``growth_exact`` half up to one decimal: what stands beside the stated rate."""
    exact = growth_exact(path)
    return None if exact is None else exact.quantize(TENTH, ROUND_HALF_UP)


STATED = re.compile(r"-?\d+(?:\.(\d+))?")


def growth_differs(stated: str, path: Path) -> bool | None:
    """Whether the stated rate is more than half of its own last digit away from the exact one.

    ``stated`` is the rate as printed (percent, words around it allowed); ``None`` when there
    is nothing to compare.
    """
    exact, found = growth_exact(path), STATED.search(stated)
    if exact is None or found is None:
        return None
    half = Decimal(5).scaleb(-len(found[1] or "") - 1)
    return abs(exact - Decimal(found[0])) > half


def growth_sentence(name: str, stated: str, path: Path) -> str | None:
    """Return the finding for a stated rate that differs, or ``None``."""
    if not growth_differs(stated, path):
        return None
    years = f"{path.base_year}—{max(path.targets)}"
    return f"{name}：文件写年均增速 {stated}%，按 {years} 年数据应为 {growth_computed(path)}%"


def parts_problem(value: Value | None, parts: Mapping[str, Value]) -> str | None:
    """Return a sentence when the parts do not sum to ``value``; no parts are no problem."""
    if not parts:
        return None
    total = sum((Decimal(part) for part in parts.values()), start=Decimal(0))
    if value is not None and total == value:
        return None
    listed = "、".join(f"{label} {part}" for label, part in parts.items())
    if value is None:
        return f"有分项（{listed}）却没有总数"
    return f"分项之和 {_plain(total)}（{listed}）与总数 {value} 不符"


@dataclass(frozen=True, slots=True)
class Holding:
    """One thing counted: ``key`` names it, ``valid`` when it held, ``known`` when the register said so.

    An entry made late has ``valid.start`` before ``known.start``; a voided one has ``known.end``.
    """

    key: str
    valid: Span
    known: Span


def held(holdings: Iterable[Holding], *, on: date, known_on: date) -> frozenset[str]:
    """Return the keys that held on ``on`` according to the register of ``known_on``."""
    return frozenset(row.key for row in holdings if on in row.valid and known_on in row.known)


@dataclass(frozen=True, slots=True)
class Change:
    """Why a count moved between two days: ``after`` = ``before`` + every set with its sign.

    ``added`` and ``removed`` restate the first day (补录, 更正); ``recognised`` and ``ended``
    happened between the days.
    """

    before: int
    after: int
    added: frozenset[str]
    removed: frozenset[str]
    recognised: frozenset[str]
    ended: frozenset[str]

    @property
    def restated(self) -> int:
        """Net restatement of the first day."""
        return len(self.added) - len(self.removed)

    @property
    def progress(self) -> int:
        """Net of real recognitions and endings."""
        return len(self.recognised) - len(self.ended)

    @property
    def sentence(self) -> str:
        """The change in words."""
        return (
            f"由 {self.before} 变为 {self.after}：新认定 {len(self.recognised)}，终止 {len(self.ended)}；"
            f"另补录 {len(self.added)}，更正减少 {len(self.removed)}（不算进展）。"
        )


def decompose(holdings: Iterable[Holding], *, first: date, last: date, known_first: date, known_last: date) -> Change:
    """Split the change of a count from ``first`` to ``last`` into restatement and progress.

    The first count is the one the register gave on ``known_first``, the last the one it gives
    on ``known_last``.
    """
    rows = list(holdings)
    said = held(rows, on=first, known_on=known_first)
    begun = held(rows, on=first, known_on=known_last)
    now = held(rows, on=last, known_on=known_last)
    return Change(len(said), len(now), begun - said, said - begun, now - begun, begun - now)


def day_after(day: date) -> date:
    """Return the next day: the end of a half-open span that includes ``day``."""
    return day + timedelta(days=1)
