"""Early warning (预警): what each target lacks, what is under way for it, and what must be begun by when.

Everything follows from what stands in the register and on the desks; what experience does not say (too few finished
cases) or a reader wants to try otherwise is a ``Wish`` and is shown as an assumption.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext as _

from kechuang.cockpit.pipeline import SORTS, STAGES, Candidate, Pipeline
from kechuang.cockpit.register import Register
from kechuang.plan.selectors.readings import Reading
from kechuang.platforms.counting import Question, question_of
from kechuang.platforms.models import Level
from kechuang.pure.chances import Chance, LeadTime, Lot, brought, lead_time, starts_needed, success_share
from kechuang.ui.formats import day as day_word

MONTHS = 12
"""The months a recognition is taken to need while too few are finished."""
DAYS_A_MONTH = 30.4375
SOON = timedelta(days=90)
LONGEST_MONTHS, MOST = 60, 9_999
LEAST_AHEAD = timedelta(days=31)
NONE: Mapping[Any, Any] = MappingProxyType({})
EXPERIENCE = {"pooled": ("pool",), "ready": ("pool",), "applied": ("municipal", "upward"), "decided": ("outside",)}
"""Whose endings tell how many of a stage succeed."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a reader assumes: shares (0 to 1) by stage, months, a day and goals of their own (by indicator's key)."""

    shares: Mapping[str, float] = field(default_factory=lambda: NONE)
    months: int = MONTHS
    due: date | None = None
    goals: Mapping[int, int] = field(default_factory=lambda: NONE)
    starts: int = 0


@dataclass(frozen=True, slots=True)
class Share:
    """The success share of a stage, and on how many endings it rests; ``wished`` when a reader set it."""

    stage: str
    word: Any
    value: float
    successes: int
    cases: int
    wished: bool

    @property
    def percent(self) -> int:
        return round(self.value * 100)


@dataclass(frozen=True, slots=True)
class Pace:
    """How long matters of one sort take here; ``lead`` is ``None`` for too few."""

    sort: str
    word: Any
    cases: int
    lead: LeadTime | None


@dataclass(frozen=True, slots=True)
class Outlook:
    """What one target comes to. Counts are in the indicator's unit; ``latest`` is the last day to hand in."""

    reading: Reading
    question: Question
    stock: int
    stock_url: str
    goal: int | None
    due: date
    is_wished: bool
    rows: tuple[Candidate, ...]
    chance: Chance
    needed: int
    latest: date | None
    lead: LeadTime | None
    light: str
    sentence: str

    @property
    def gap(self) -> int:
        """Return how many are lacking; 0 when none is."""
        return max((self.goal or 0) - self.stock, 0)

    @property
    def expected(self) -> int:
        return round(self.stock + self.chance.mean)

    @property
    def stages(self) -> list[tuple[str, Any, int]]:
        """Return (stage, word, number) of every stage, empty ones too."""
        return [(key, word, sum(row.stage == key for row in self.rows)) for key, word in STAGES.items()]

    @property
    def percent(self) -> int | None:
        """Return the chance of reaching the goal in percent, never 0 or 100 unless it is certain."""
        reach = self.chance.reach
        if reach is None or reach in (0.0, 1.0):
            return None if reach is None else round(reach * 100)
        return min(max(round(reach * 100), 1), 99)

    @property
    def bar(self) -> dict[str, float]:
        """Return the drawing on 0–1000: what there is, what is likely to come (from, wide), where the goal stands."""
        most = max(self.stock + self.chance.high, self.goal or 0, 1) * 1.04
        low, high = self.stock + self.chance.low, self.stock + self.chance.high
        places = {"stock": self.stock, "low": low, "goal": self.goal or 0}
        return {name: round(value / most * 1000, 1) for name, value in places.items()} | {
            "wide": round((high - low) / most * 1000, 1)
        }

    def figures(self) -> dict[str, Any]:
        """Return what the outlook rests on, as a warning keeps it."""
        return {
            "stock": self.stock,
            "goal": self.goal,
            "due": self.due.isoformat(),
            "candidates": len(self.rows),
            "mean": round(self.chance.mean, 2),
            "low": self.chance.low,
            "high": self.chance.high,
            "needed": self.needed,
            "latest": self.latest.isoformat() if self.latest else None,
        }


@dataclass(frozen=True, slots=True)
class Ahead:
    """The look ahead of one day: outlooks, paces, shares."""

    outlooks: tuple[Outlook, ...]
    paces: tuple[Pace, ...]
    shares: tuple[Share, ...]
    wish: Wish

    @property
    def is_plain(self) -> bool:
        """Tell whether nothing is assumed that was not observed or set by the plan."""
        wished = any(share.wished for share in self.shares) or any(one.is_wished for one in self.outlooks)
        return not (wished or self.wish.starts) and self.wish.months == MONTHS


def shares_of(known: Pipeline, wish: Wish) -> tuple[Share, ...]:
    """Return the success share of every stage: wished, or by experience."""
    found = []
    for stage, word in STAGES.items():
        successes, cases = known.ended(EXPERIENCE[stage])
        known_share = success_share(successes, cases)
        wished = wish.shares.get(stage)
        if wished is not None and round(wished * 100) == round(known_share * 100):
            wished = None  # the slider stands where experience put it
        found.append(
            Share(stage, word, known_share if wished is None else wished, successes, cases, wished is not None)
        )
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Experience:
    """What is known, or assumed, of how such matters go here."""

    on: date
    shares: tuple[Share, ...]
    durations: Mapping[str, list[int]]
    wish: Wish

    @property
    def paces(self) -> tuple[Pace, ...]:
        """Return the pace of every sort of matter."""
        return tuple(Pace(sort, SORTS[sort], len(days), lead_time(days)) for sort, days in self.durations.items())

    def lead(self, question: Question) -> LeadTime | None:
        """Return how long the application takes that adds to a question soonest."""
        return lead_time(self.durations[_way(question)])

    @property
    def applied(self) -> float:
        """Return the share of applications that succeed."""
        return next(share.value for share in self.shares if share.stage == "applied")


def look_ahead(readings: Sequence[Reading], *, register: Register, known: Pipeline, wish: Wish | None = None) -> Ahead:
    """Return what each counted indicator of the plan comes to; adds no query."""
    wish = wish or Wish()
    past = Experience(known.on, shares_of(known, wish), {sort: known.durations(sort) for sort in SORTS}, wish)
    found = []
    for reading in readings:
        question = question_of(reading.indicator.code)
        if question is not None:
            base = _base(reading, question, register, wish)
            found.append(_outlook(base, tuple(known.towards(question)), past))
    return Ahead(tuple(found), past.paces, past.shares, wish)


@dataclass(frozen=True, slots=True)
class _Base:
    reading: Reading
    question: Question
    stock: int
    url: str
    goal: int | None
    due: date
    is_wished: bool


def _base(reading: Reading, question: Question, register: Register, wish: Wish) -> _Base:
    goal, on = reading.goal, reading.on
    stock = int(reading.stock or 0)
    wanted = wish.goals.get(reading.indicator.pk)
    value = int(goal.value) if goal else None
    due = wish.due or (goal.due if goal and goal.due >= on else _year_end(on))
    url = register.url(question.kinds, question.levels)
    wished = wanted not in (None, value) or wish.due is not None
    return _Base(reading, question, stock, url, value if wanted is None else wanted, due, wished)


def _year_end(on: date) -> date:
    """Return the end of the year, of the next one when this one is as good as over."""
    end = date(on.year, 12, 31)
    return end if end - on >= LEAST_AHEAD else date(on.year + 1, 12, 31)


def _likely(base: _Base, rows: Sequence[Candidate], past: Experience) -> Chance:
    """Return what the candidates of a target bring by its day; the further starts wished for come on top."""
    order, starts = list(STAGES), past.wish.starts
    lots = [
        Lot([order.index(row.stage) for row in lot], [(past.on - row.since).days for row in lot], past.durations[sort])
        for sort in SORTS
        for lot in ([row for row in rows if row.sort == sort],)
    ]
    begun = Lot([order.index("applied")] * starts, [0] * starts, past.durations[_way(base.question)])
    return brought(
        [*lots, begun],
        [share.value for share in past.shares],
        days_left=(base.due - past.on).days,
        goal=None if base.goal is None else base.goal - base.stock,
        assumed=round(past.wish.months * DAYS_A_MONTH),
    )


def _way(question: Question) -> str:
    """Return the sort of application that adds to a question soonest."""
    return "municipal" if Level.MUNICIPAL.value in question.levels else "upward"


def _outlook(base: _Base, rows: tuple[Candidate, ...], past: Experience) -> Outlook:
    chance, lead, applied = _likely(base, rows, past), past.lead(base.question), past.applied
    lacking = 0.0 if base.goal is None else base.goal - base.stock - chance.mean
    # Half a platform cannot be begun: what is as good as reached needs no further start.
    needed = starts_needed(lacking - 0.5, applied) if lacking >= 0.5 and applied > 0 else 0  # noqa: PLR2004
    latest = base.due - timedelta(days=lead.high) if lead else None
    made = Outlook(
        base.reading, base.question, base.stock, base.url, base.goal, base.due, base.is_wished, rows, chance, needed,
        latest, lead, _light(base, needed, latest, past.on), "",
    )  # fmt: skip
    return replace(made, sentence=_sentence(made, past.on))


def _light(base: _Base, needed: int, latest: date | None, on: date) -> str:
    if base.goal is None:
        return "no_target"
    if base.stock >= base.goal:
        return "reached"
    if not needed:
        return "on_track"
    if latest is None:
        return "behind"
    if latest < on:
        return "overdue"
    return "due_soon" if latest - on <= SOON else "behind"


def _sentence(made: Outlook, on: date) -> str:
    if made.goal is None:
        return _("没有目标，不作判断。")
    unit = made.reading.unit
    if made.stock >= made.goal:
        return _("已有 %(stock)d %(unit)s，达到目标 %(goal)d。") % {
            "stock": made.stock,
            "unit": unit,
            "goal": made.goal,
        }
    told = _("还差 %(lacking)d %(unit)s；储备 %(rows)d 项，到 %(due)s 预计成 %(low)d—%(high)d 项。") % {
        "lacking": made.gap,
        "unit": unit,
        "rows": len(made.rows),
        "due": day_word(made.due),
        "low": made.chance.low,
        "high": made.chance.high,
    }
    return told + _what_to_do(made.needed, made.latest, made.lead, on)


def _what_to_do(needed: int, latest: date | None, lead: LeadTime | None, on: date) -> str:
    if not needed:
        return _("按现有储备可以达到。")
    if latest is None or lead is None:
        return _("至少还要启动 %(needed)d 项；办结的太少，还说不出最迟何时提交。") % {"needed": needed}
    words = {"needed": needed, "latest": day_word(latest), "days": lead.high}
    if latest < on:
        return (
            _("至少还要启动 %(needed)d 项，本应在 %(latest)s 前提交（九成在 %(days)d 天内办结），按常规已来不及。")
            % words
        )
    return _("至少还要启动 %(needed)d 项，最迟 %(latest)s 提交（九成在 %(days)d 天内办结）。") % words
