"""What is under way (储备): pool entries, running applications and recommendations an actor may see, as of a day.

A matter counts from the day it began until the day its last step ended it; what was over on the day tells how
long such matters take here and how many of them succeed. A unit that is in the pool and applies for the same type and
level counts once, with the further of the two. What would add nothing, because the platform is counted already, is
left to the reader of ``adds``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import F, Model, OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kechuang.calls.access import APPLICATIONS
from kechuang.calls.definitions import definition_of
from kechuang.calls.models import Application
from kechuang.kernel.access import Actor
from kechuang.kernel.models import Move
from kechuang.platforms.counting import Question
from kechuang.platforms.life_access import POOL, RECOMMENDATIONS
from kechuang.platforms.models import LEVEL_ORDER, Level, Platform, PoolEntry, Recommendation, RegisterEntry

STAGES = {
    "pooled": _("培育中"),
    "ready": _("条件成熟"),
    "applied": _("申报办理中"),
    "decided": _("公示或已报上级"),
}
"""How far a candidate is, the least first."""
SORTS = {
    "pool": _("培育（入库至认定）"),
    "municipal": _("市级认定（提交至发文）"),
    "upward": _("向上推荐（提交至上级决定）"),
    "outside": _("上级审定（推荐至决定）"),
}
"""The ways there are, each with durations of its own."""
POOL_STAGES = {"ready": "ready", "applied": "applied"}
POOL_OVER = {"promoted": True, "removed": False}
CALL_OVER = {"approved": True, "recognised": True, "refused": False, "not_recognised": False, "withdrawn": False}
CALL_FAR = ("publicity", "objection_open", "recommended")
OUTSIDE_OVER = {"recognised": True, "refused": False, "withdrawn": False}


@dataclass(frozen=True, slots=True)
class Candidate:
    """One matter that may become a recognition: of whom, towards what, how far, since when.

    ``stood`` is (type, level) of its platform now, where it is about one. ``ended`` with ``success`` for what is over.
    """

    sort: str
    stage: str
    unit: str
    kind: str
    level: str
    since: date
    url: str
    stood: tuple[str, str] | None = None
    ended: date | None = None
    success: bool = False
    whose: tuple[int, str, str] = (0, "", "")

    def adds(self, question: Question) -> bool:
        """Tell whether its success would add one to what ``question`` counts."""
        inside = self.stood is not None and self.stood[0] in question.kinds and self.stood[1] in question.levels
        return self.kind in question.kinds and self.level in question.levels and not inside


@dataclass(frozen=True, slots=True)
class Pipeline:
    """What was under way at the end of a day, and what was over by then."""

    on: date
    running: tuple[Candidate, ...]
    over: tuple[Candidate, ...]

    def durations(self, sort: str) -> list[int]:
        """Return how many days each matter of ``sort`` that succeeded took."""
        return [(row.ended - row.since).days for row in self.over if row.sort == sort and row.success and row.ended]

    def ended(self, sorts: Iterable[str]) -> tuple[int, int]:
        """Return (successes, cases) of what is over."""
        rows = [row for row in self.over if row.sort in sorts]
        return sum(row.success for row in rows), len(rows)

    def towards(self, question: Question) -> list[Candidate]:
        """Return what may add to ``question``, the furthest first."""
        order = list(STAGES)
        rows = [row for row in self.running if row.adds(question)]
        return sorted(rows, key=lambda row: (-order.index(row.stage), row.since, row.unit))


def pipeline(*, actor: Actor, on: date) -> Pipeline:
    """Return what ``actor`` may see under way at the end of ``on``: three queries."""
    rows = [*_pool(actor, on), *_applications(actor, on), *_recommendations(actor, on)]
    return Pipeline(on, tuple(_once(row for row in rows if row.ended is None)), tuple(row for row in rows if row.ended))


def _once(rows: Iterable[Candidate]) -> Iterator[Candidate]:
    """Yield one candidate for each unit, type and level: the furthest, with the time since it first began."""
    order = list(STAGES)
    same: dict[tuple[int, str, str], list[Candidate]] = defaultdict(list)
    for row in rows:
        same[row.whose].append(row)
    for found in same.values():
        furthest = max(found, key=lambda row: (order.index(row.stage), -row.since.toordinal()))
        yield replace(furthest, since=min(row.since for row in found if row.sort == furthest.sort))


def _last(model: type[Model], on: date, column: str) -> Subquery:
    """Return a column of the last step taken until the end of ``on``; signatures that moved nothing do not count."""
    until = timezone.make_aware(datetime.combine(on + timedelta(days=1), time.min))
    kind = ContentType.objects.get_for_model(model)
    steps = Move.objects.filter(content_type=kind, object_id=OuterRef("pk"), taken_at__lt=until, partial=False)
    return Subquery(steps.order_by("-id").values(column)[:1])


def _stood(platform: str, on: date, column: str) -> Subquery:
    rows = RegisterEntry.objects.filter(platform_id=OuterRef(platform), start__lte=on, end__gt=on)
    return Subquery(rows.values(column)[:1])


def _dated(model: type[Model], rows: QuerySet[Any], on: date, platform: str) -> QuerySet[Any]:
    dated: QuerySet[Any] = rows.annotate(
        at=_last(model, on, "target"),
        moved=_last(model, on, "taken_at"),
        stood_kind=_stood(platform, on, "kind__code"),
        stood_level=_stood(platform, on, "level"),
    )
    return dated.order_by("pk")


def _pool(actor: Actor, on: date) -> Iterator[Candidate]:
    rows = POOL.visible(PoolEntry.objects.filter(proposed_on__lte=on), actor)
    for row in _dated(PoolEntry, rows, on, "platform_id").select_related("organisation", "kind"):
        state = row.at or "candidate"
        over = POOL_OVER.get(state)
        yield Candidate(
            sort="pool",
            stage=POOL_STAGES.get(state, "pooled"),
            unit=str(row.organisation),
            kind=row.kind.code,
            level=row.level,
            since=min(row.entered_on or row.proposed_on, on),
            url=reverse("platforms:pool_entry", args=[row.pk]),
            stood=_standing(row),
            ended=None if over is None else _ended(row.left_on, row),
            success=bool(over),
            whose=(row.organisation_id, row.kind.code, row.level),
        )


def _applications(actor: Actor, on: date) -> Iterator[Candidate]:
    until = timezone.make_aware(datetime.combine(on + timedelta(days=1), time.min))
    platform = ContentType.objects.get_for_model(Platform)
    rows = APPLICATIONS.visible(Application.objects.filter(submitted_at__lt=until), actor)
    for row in _dated(Application, rows, on, "subject_id").select_related("organisation"):
        effect = definition_of(row.item_version_id).effect
        params = effect.params if effect else {}
        stood = _standing(row) if row.subject_type_id == platform.pk else None
        kind = str(params.get("type") or (stood[0] if stood else ""))
        level = str(params.get("level") or "")
        if not kind or level not in LEVEL_ORDER or row.submitted_at is None:
            continue  # it leads to no recognition
        state = row.at or row.state
        over = CALL_OVER.get(state)
        yield Candidate(
            sort="municipal" if level == Level.MUNICIPAL else "upward",
            stage="decided" if state in CALL_FAR else "applied",
            unit=str(row.organisation),
            kind=kind,
            level=level,
            since=timezone.localdate(row.submitted_at),
            url=reverse("calls:application", args=[row.pk]),
            stood=stood,
            ended=None if over is None else _ended(None, row),
            success=bool(over),
            whose=(row.organisation_id, kind, level),
        )


def _recommendations(actor: Actor, on: date) -> Iterator[Candidate]:
    rows = Recommendation.objects.filter(recommended_on__lte=on, kind__isnull=False).annotate(code=F("kind__code"))
    seen = RECOMMENDATIONS.visible(rows, actor)
    for row in _dated(Recommendation, seen, on, "platform_id").select_related("organisation"):
        over = OUTSIDE_OVER.get(row.at or "recommended")
        yield Candidate(
            sort="outside",
            stage="decided",
            unit=str(row.organisation),
            kind=row.code,
            level=row.level,
            since=row.recommended_on,
            url=reverse("platforms:recommendation", args=[row.pk]),
            stood=_standing(row),
            ended=None if over is None else _ended(row.decided_on, row),
            success=bool(over),
            whose=(row.organisation_id, row.code, row.level),
        )


def _standing(row: Any) -> tuple[str, str] | None:
    return (row.stood_kind, row.stood_level) if row.stood_kind else None


def _ended(known: date | None, row: Any) -> date:
    return known or timezone.localdate(row.moved)
