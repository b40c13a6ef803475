"""The read API of plans: versions, clauses, and indicators with their readings on any day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema
from ninja.errors import HttpError
from pydantic import Field

from kechuang.kernel.access import Actor
from kechuang.plan.counters import counted_for_the_asker
from kechuang.plan.figures import YEARS, Value
from kechuang.plan.resource import CLAUSE_LIST, PLAN_LIST
from kechuang.plan.selectors import documents
from kechuang.plan.selectors.readings import Reading, YearRow, plan_readings
from kechuang.ui.api import read_router
from kechuang.ui.formats import parse_day

Number = int | Decimal


class YearOut(Schema):
    """One year of an indicator: target and what was reached by its end, or by the day asked for."""

    year: int
    day: date
    is_base: bool
    target: Number | None
    target_parts: dict[str, Number]
    reached: Number | None
    parts: dict[str, Number]
    light: str | None
    list_url: str = Field(description="这个数背后的名单")


class ForecastOut(Schema):
    """Year's end if the pace goes on; four cases in five lie between low and high."""

    due: date
    low: int
    middle: int
    high: int
    sentence: str


class ReadingOut(Schema):
    """One indicator on one day. Growth is percent a year, ``run_rate`` a month."""

    id: int
    code: str
    name: str
    unit: str
    basis: str
    on: date
    value: Number | None
    parts: dict[str, Number]
    list_url: str
    light: str
    reason: str
    base: Number | None
    base_registered: int | None
    base_gap: Number | None
    base_sentence: str
    target_year: int | None
    target: Number | None
    expected: Decimal | None
    run_rate: Decimal | None
    forecast: ForecastOut | None
    growth_stated: str
    growth_computed: Decimal | None
    departments: list[str]
    years: list[YearOut]


class ReadingsOut(Schema):
    """All indicators of a plan on one day."""

    plan: str
    version: int
    title: str
    as_of: date
    items: list[ReadingOut]


router = Router(tags=["方案"])
router.add_router("plans", read_router(PLAN_LIST))
router.add_router("clauses", read_router(CLAUSE_LIST))


@router.get("/indicators/", response=ReadingsOut, summary="指标读数：任一日", operation_id="indicators_list")
@counted_for_the_asker
def indicators(request: HttpRequest, on: str = "", plan: str = "") -> dict[str, Any]:
    """Return the readings of the plan in force, or of the published plan with code ``plan``, on day ``on``."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    day = _day(on, actor)
    if "\x00" in plan:
        raise HttpError(422, "plan 不是方案代码")
    if plan:
        found = get_object_or_404(documents.plans_for(actor=actor).filter(state="published"), code=plan)
    else:
        found = documents.plan_current(actor=actor, on=day) or get_object_or_404(documents.plans_for(actor=actor), pk=0)
    items = [reading_out(reading) for reading in plan_readings(plan=found, on=day)]
    return {"plan": found.code, "version": found.version, "title": found.title, "as_of": day, "items": items}


def _day(typed: str, actor: Actor) -> date:
    if not typed:
        return actor.today
    day = parse_day(typed)
    if day is None or day.year not in YEARS:
        raise HttpError(422, "on 读不懂，请写成 2023-12-31")
    return day


def reading_out(reading: Reading) -> dict[str, Any]:
    """Return a reading as the API writes it."""
    goal, ahead = reading.goal, reading.forecast
    return {
        "id": reading.indicator.pk,
        "code": reading.indicator.code,
        "name": reading.indicator.name,
        "unit": reading.unit,
        "basis": reading.indicator.basis,
        "on": reading.on,
        "value": reading.value,
        "parts": dict(reading.parts),
        "list_url": reading.url,
        "light": reading.light,
        "reason": reading.reason,
        "base": reading.base,
        "base_registered": reading.base_registered,
        "base_gap": reading.base_gap,
        "base_sentence": reading.base_sentence,
        "target_year": goal.year if goal else None,
        "target": goal.value if goal else None,
        "expected": reading.path.expected_on(reading.on),
        "run_rate": reading.run_rate,
        "forecast": None
        if ahead is None
        else {
            "due": ahead.due,
            "low": ahead.low,
            "middle": ahead.middle,
            "high": ahead.high,
            "sentence": ahead.sentence,
        },
        "growth_stated": reading.growth_stated,
        "growth_computed": reading.growth_computed,
        "departments": [body.printed for body in reading.indicator.bodies.all()],
        "years": [_year(row) for row in reading.years],
    }


def _year(row: YearRow) -> dict[str, Any]:
    figures: dict[str, Value | None] = {"target": row.target, "reached": row.reached}
    return {
        **figures,
        "year": row.year,
        "day": row.day,
        "is_base": row.is_base,
        "target_parts": dict(row.target_parts),
        "parts": dict(row.parts),
        "light": str(row.verdict.light) if row.verdict else None,
        "list_url": row.url,
    }
