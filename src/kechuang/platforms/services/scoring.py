"""Computing a round: every platform scored from what is audited, every point kept with its reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kechuang.catalogue.kinds import EvaluationScheme
from kechuang.facts.models import Metric
from kechuang.kernel.access import Actor
from kechuang.kernel.errors import Refused
from kechuang.platforms import life_access as access
from kechuang.platforms.models import Evaluation, EvaluationRound, ScoredResult, ScoringRun
from kechuang.platforms.selectors.figures import Figures, Place, figures_of, labels_of, place_label, places_of
from kechuang.platforms.selectors.life import scheme_of, system_of
from kechuang.platforms.services.locks import person
from kechuang.pure.conditions.nodes import references
from kechuang.pure.conditions.values import number_text
from kechuang.pure.evaluation.scores import GradeBand, Graded, ItemScore, Score, grade, places, score
from kechuang.pure.evaluation.systems import IndexSystem

COUNTED = ("under_check", "scored", "graded", "appealed")
MOVING = ("under_check", "scored")


@dataclass(frozen=True, slots=True)
class Scored:
    """One platform's score with its grade, and what of it nobody has verified yet (labels)."""

    score: Score
    graded: Graded
    unverified: tuple[str, ...]
    detail: dict[str, Any]


@transaction.atomic
def round_compute(*, round_: EvaluationRound, actor: Actor, reason: str = "") -> ScoringRun:
    """Score every platform of a round that has reported; grades already decided stay as they are.

    Each run is kept: comparing it with the one before says who moved.
    """
    access.ROUNDS.require(actor, "compute", round_)
    rows = list(
        Evaluation.objects.select_for_update(of=("self",)).filter(round=round_, state__in=COUNTED, is_absent=False)
    )
    if not rows:
        raise Refused(_("还没有平台提交自评，无可计分。"))
    scored = scored_of(round_, rows)
    run = ScoringRun.objects.create(round=round_, reason=reason.strip()[:200], actor_id=person(actor))
    ranks = places({row.pk: scored[row.pk].score.total for row in rows})
    ScoredResult.objects.bulk_create(
        [
            ScoredResult(
                run=run,
                evaluation=row,
                total=_decimal(scored[row.pk].score.total),
                place=ranks[row.pk],
                proposed=scored[row.pk].graded.grade or "",
                detail=scored[row.pk].detail,
            )
            for row in rows
        ]
    )
    for row in rows:
        row.place = ranks[row.pk]
        if row.state in MOVING:
            _take_over(row, scored[row.pk])
    Evaluation.objects.bulk_update(rows, ["total", "place", "proposed", "why"])
    return run


def scored_of(round_: EvaluationRound, rows: Iterable[Evaluation]) -> dict[int, Scored]:
    """Return the score of each evaluation (by its key) from what is known now; nothing is written."""
    system, scheme = system_of(round_.system), scheme_of(round_.scheme)
    found = list(rows)
    asked = places_of(system)
    figures = figures_of({row.host_id for row in found}, places=asked, year=round_.year)
    metrics = labels_of(code for code, _back in asked)
    by = _Measure(system, scheme, metrics, round_.year)
    return {row.pk: _scored(row, figures[row.host_id], by) for row in found}


def evaluation_scored(evaluation: Evaluation) -> Scored:
    """Return the score of one evaluation from what is known now."""
    return scored_of(evaluation.round, [evaluation])[evaluation.pk]


def by_hand_of(evaluation: Evaluation) -> dict[str, Fraction]:
    """Return the points the auditor gave, exactly."""
    return {name: Fraction(given) for name, given in evaluation.by_hand.items()}


def bands_of(scheme: EvaluationScheme) -> list[GradeBand]:
    """Return a scheme's grades, highest first, as scoring wants them."""
    return [
        GradeBand(band.grade, None if band.at_least is None else Fraction(str(band.at_least))) for band in scheme.bands
    ]


@dataclass(frozen=True, slots=True)
class _Measure:
    """What a whole round is measured by."""

    system: IndexSystem
    scheme: EvaluationScheme
    metrics: Mapping[str, Metric]
    year: int

    def label(self, place: Place) -> str:
        return place_label(place, self.metrics, self.year)


def _scored(row: Evaluation, figures: Figures, by: _Measure) -> Scored:
    reported = figures.as_reported(by.year) if row.reported_on else None
    found = score(by.system, figures.as_facts(by.year), reported=reported, by_hand=by_hand_of(row))
    scheme = by.scheme
    graded = grade(found, bands_of(scheme), absent_grade=scheme.absent_grade, failed_grade=scheme.failed_grade)
    unverified = tuple(by.label(place) for place in places_of(by.system) if place in figures.unverified)
    told = {"unverified": list(unverified), "grade": graded.grade, "why": graded.why}
    return Scored(found, graded, unverified, {**_detail(found, figures, by), **told})


def _detail(found: Score, figures: Figures, by: _Measure) -> dict[str, Any]:
    """Return the explanation as it is kept: numbers as text, labels as they were on the day."""
    spelled = {
        fact.spelling: by.label(fact.key)
        for one in found.system.items
        if one.value is not None
        for fact in references((one.value,))
    }
    return {
        "system": found.system.title,
        "items": [_item(one, figures, spelled) for one in found.items],
        "adjustments": [
            {"label": one.label, "points": number_text(one.points, 2), "missing": list(one.missing)}
            for one in found.adjustments
        ],
        "thresholds": [{"text": one.text, "met": one.met, "missing": list(one.missing)} for one in found.thresholds],
        "cut": number_text(found.cut, 2),
        "total": number_text(found.total, 2),
        "missing": list(found.missing),
    }


def _item(one: ItemScore, figures: Figures, spelled: Mapping[str, str]) -> dict[str, Any]:
    uses = () if one.item.value is None else references((one.item.value,))
    return {
        "id": one.item.id,
        "block": one.block,
        "label": one.item.label,
        "unit": one.item.unit,
        "weight": number_text(one.item.weight),
        "points": number_text(one.points, 2),
        "value": None if one.value is None else number_text(one.value, 2),
        "reported": None if one.reported is None else number_text(one.reported, 2),
        "rule": one.rule,
        "missing": [spelled.get(name, name) for name in one.missing],
        "unverified": any(fact.key in figures.unverified for fact in uses),
    }


def _take_over(row: Evaluation, scored: Scored) -> None:
    row.total = _decimal(scored.score.total)
    row.proposed = scored.graded.grade or ""
    row.why = scored.graded.why[:300]


def _decimal(number: Fraction) -> Decimal:
    return Decimal(number_text(number, 2))
