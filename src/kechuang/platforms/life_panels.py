"""What the life of platforms shows in other rooms: on desks, as subjects of facts, as what the register knows."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from kechuang.facts.known import REGISTER, Known
from kechuang.facts.sources import Values
from kechuang.facts.subjects import Subject
from kechuang.kernel.access import Actor
from kechuang.kernel.inbox import Bounds, Desk
from kechuang.platforms import life_access as access
from kechuang.platforms import services
from kechuang.platforms.models import (
    AnnualReport,
    ChangeRequest,
    Evaluation,
    Hearing,
    Platform,
    PoolEntry,
    Recommendation,
    RegisterEntry,
)
from kechuang.platforms.resource import page_of
from kechuang.platforms.services.life_steps import months_after

LEVEL_METRICS = ("platform_types", "platforms_held")
REGISTER_LABEL = "平台登记库"
YEAR = 12
"""Months between two yearly reviews (年审) of a pool member."""


def entries_now() -> QuerySet[RegisterEntry]:
    """Return the register of today: which platform belongs to which host."""
    return RegisterEntry.objects.filter(end=date.max)


def subject_title(key: int) -> str:
    """Name a platform as it is called today."""
    entry = entries_now().filter(platform_id=key).first()
    return entry.name if entry else str(Platform.objects.get(pk=key))


def subject_url(key: int) -> str:
    """Return a platform's page."""
    return page_of(Platform.objects.values_list("number", flat=True).get(pk=key))


def levels_known(subjects: Collection[Subject], metrics: Collection[str], years: Collection[int]) -> Values:
    """Answer which types an organisation has platforms of, and at which levels: one query for all of them.

    Platforms without a level in force count for neither.
    """
    held: dict[int, set[tuple[str, str]]] = {subject.pk: set() for subject in subjects}
    rows = entries_now().filter(host__in=list(held)).exclude(level__in=("", "cultivated"))
    for host, kind, level in rows.values_list("host_id", "kind__code", "level"):
        held[host].add((kind, level))
    found: Values = {}
    for subject in subjects:
        pairs = held[subject.pk]
        values = {
            "platform_types": frozenset(kind for kind, _level in pairs),
            "platforms_held": frozenset(f"{kind}.{level}" for kind, level in pairs),
        }
        for code in set(metrics) & set(values):
            found[subject, (code, None)] = Known(values[code], REGISTER, REGISTER_LABEL)
    return found


def _of_platform(row: Any) -> Bounds:
    return Bounds((row.host_id,), (row.host.county_id,), (row.department_id,))


def _of_organisation(row: Any) -> Bounds:
    return Bounds((row.organisation_id,), (row.organisation.county_id,), (row.department_id,))


def _case_url(name: str) -> Callable[[Any], str]:
    return lambda row: reverse(f"platforms:{name}", args=[row.pk])


def _number(row: Any) -> str:
    return str(row.platform.number)


def _report_due(row: AnnualReport) -> date | None:
    return row.due_on if row.state in ("open", "reminded") else None


def _evaluation_due(row: Evaluation) -> date | None:
    return row.round.closes_on if row.state == "notified" else None


def _hearing_due(row: Hearing) -> date | None:
    return row.due_on if row.state == "noticed" else None


def rectify_due(platform: Platform) -> date | None:
    """Return by when a platform has to be in order again, where an evaluation set a day."""
    if platform.state != "rectifying":
        return None
    graded = Evaluation.objects.filter(platform=platform, rectify_by__isnull=False).order_by("-pk").first()
    return graded.rectify_by if graded else None


def _review_due(row: PoolEntry) -> date | None:
    """Return by when a member is reviewed again: a year after it came in, or after the last review."""
    last = row.reviewed_on or row.entered_on
    return months_after(last, YEAR) if last and row.state in ("in_pool", "ready") else None


def _admit(row: PoolEntry, actor: Actor) -> None:
    services.pool_move(entry=row, step="admit", actor=actor)


def _check(row: AnnualReport, actor: Actor) -> None:
    services.annual_report_move(report=row, step="check", actor=actor)


def _verify(row: ChangeRequest, actor: Actor) -> None:
    services.change_move(request=row, step="verify", actor=actor)


DESKS = (
    Desk(
        PoolEntry,
        access.POOL,
        title=lambda row: f"{row.organisation} → {row.get_level_display()}{row.kind}",
        url=_case_url("pool_entry"),
        due=_review_due,
        acts={"admit": _admit},
        related=("organisation", "kind"),
        bounds=_of_organisation,
    ),
    Desk(
        AnnualReport,
        access.REPORTS,
        title=lambda row: f"{row.platform_name} · {row}",
        url=_case_url("annual_report"),
        due=_report_due,
        acts={"check": _check},
        related=("host", "platform"),
        number=_number,
        bounds=_of_platform,
    ),
    Desk(
        Evaluation,
        access.EVALUATIONS,
        title=lambda row: f"{row.platform_name} · {row.round}",
        url=_case_url("evaluation"),
        due=_evaluation_due,
        related=("host", "platform", "round"),
        number=_number,
        bounds=_of_platform,
    ),
    Desk(
        ChangeRequest,
        access.CHANGES,
        title=lambda row: f"{row.platform_name} · {row.kind_label}",
        url=_case_url("change_request"),
        acts={"verify": _verify},
        related=("host", "platform"),
        number=_number,
        bounds=_of_platform,
    ),
    Desk(
        Hearing,
        access.HEARINGS,
        title=lambda row: f"{row.platform_name} · {row.get_act_display()}（{row.ground_label}）",
        url=_case_url("hearing"),
        due=_hearing_due,
        related=("host",),
        bounds=_of_platform,
    ),
    Desk(
        Recommendation,
        access.RECOMMENDATIONS,
        title=lambda row: f"{row.organisation} · {row.programme or row.kind}",
        url=_case_url("recommendation"),
        related=("organisation", "kind"),
        bounds=_of_organisation,
    ),
)
"""Whose desk each case of a platform's life lies on, and how it is named there."""
