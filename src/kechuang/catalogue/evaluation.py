"""How platforms are judged while they run: index systems, annual reports, kinds of change, reasons to end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any, Literal

from pydantic import Field

from kechuang.catalogue.measures import Metric
from kechuang.catalogue.reading import Problem
from kechuang.catalogue.rules import dictionary
from kechuang.catalogue.shapes import Code, Entry, Label, Sourced
from kechuang.pure.conditions.values import Unreadable
from kechuang.pure.evaluation.reading import system_read
from kechuang.pure.evaluation.scores import cases_failed


class Step(Entry):
    """Points for a value of ``at_least`` or more."""

    at_least: Decimal
    give: Decimal


class Line(Entry):
    """A straight line from ``base`` (``share`` of the weight, 0.6 unless said) to ``full`` (all of it)."""

    base: Decimal
    full: Decimal | None = None
    share: Decimal | None = None
    when: str | None = None


class Factor(Entry):
    """What a value is multiplied by where ``when`` is met (行业系数)."""

    when: str
    factor: Decimal


class Item(Entry):
    """One item of an index system; exactly one of ``bands``, ``linear`` and ``by_hand``."""

    id: Code
    label: Label
    weight: Decimal
    unit: str | None = None
    value: str | None = None
    bands: tuple[Step, ...] = ()
    linear: Line | tuple[Line, ...] | None = None
    coefficients: tuple[Factor, ...] = ()
    by_hand: bool = False
    note: str | None = None


class Block(Entry):
    """A block of items; its weight is the sum of theirs."""

    id: Code
    label: Label
    weight: Decimal
    items: tuple[Item, ...] = Field(min_length=1)


class Adjustment(Entry):
    """A bonus or malus."""

    id: Code
    label: Label
    when: str
    give: Decimal


class Threshold(Entry):
    """An entry condition that is checked again."""

    id: Code
    text: Label
    need: str


class SystemCase(Entry):
    """A worked example that must come out: ``facts`` by their spelling, ``missing`` the ids that lack a fact."""

    facts: dict[str, Any]
    by_hand: dict[str, Decimal] = {}
    total: Decimal
    points: dict[str, Decimal] = {}
    missing: tuple[Code, ...] = ()


class IndexSystem(Sourced):
    """An index system (评价指标体系) as written; ``pure.evaluation`` says what it means."""

    code: Code
    title: Label
    types: tuple[Code, ...]
    source: Label
    total: Decimal = Decimal(100)
    most: Decimal | None = None
    least: Decimal | None = None
    absent_is_zero: bool = False
    blocks: tuple[Block, ...] = Field(min_length=1)
    adjustments: tuple[Adjustment, ...] = ()
    thresholds: tuple[Threshold, ...] = ()
    cases: tuple[SystemCase, ...] = Field(min_length=1)


class AnnualReportForm(Sourced):
    """What a platform reports every year (年度报告): metrics, open questions, and by when.

    ``due`` is MM-DD of the following year; ``grace_days`` natural days after the reminder the cancellation of the
    platform is proposed. No ``types`` means every type without a form of its own.
    """

    code: Code
    title: Label
    types: tuple[Code, ...] = ()
    due: str = Field(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$")
    remind_days: int = Field(ge=0)
    grace_days: int = Field(ge=0)
    metrics: tuple[Code, ...] = Field(min_length=1)
    questions: tuple[Label, ...] = ()


class ChangeKind(Entry):
    """A kind of change a host may ask for (变更事项): which fields, and whether it is filed or approved."""

    code: Code
    label: Label
    fields: tuple[
        Literal["name", "host", "director", "direction", "county", "industry_code", "governance", "team"], ...
    ]
    mode: Literal["filed", "approved"]
    proof: str | None = None


class EndingGround(Entry):
    """A ground on which a platform is ended (撤销或注销情形). ``ban_months`` bars the host from applying."""

    code: Code
    label: Label
    act: Literal["revoke", "deregister"]
    ban_months: int = Field(default=0, ge=0)
    own_request: bool = False


class HearingTerms(Entry):
    """How long a host has to state its views (陈述申辩), in working days."""

    days: int = Field(gt=0)


class LifeRules(Sourced):
    """What the life of a platform follows beside its processes: changes, grounds of ending, the hearing of views."""

    changes: tuple[ChangeKind, ...]
    grounds: tuple[EndingGround, ...]
    hearing: HearingTerms


def system_problems(file: str, systems: Iterable[IndexSystem], metrics: Iterable[Metric]) -> Iterator[Problem]:
    """Yield why a system may not come into force: unknown metrics, weights that do not add up, cases that fail."""
    known = dictionary(metrics)
    for each in systems:
        try:
            system = system_read(each.model_dump(mode="json"), known)
        except Unreadable as fault:
            yield Problem(file, each.code, fault.message)
            continue
        for said in cases_failed(system):
            yield Problem(file, each.code, said)
