"""Who is competent for which type at which level (归口管理), and the way upwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from kechuang.directory.models import Department
from kechuang.platforms.models import LEVEL_ORDER, Competence, Level, PlatformKind

RECOGNISED_LEVELS = (Level.NATIONAL, Level.PROVINCIAL, Level.MUNICIPAL)


def competences_on(day: date) -> QuerySet[Competence]:
    """Return the matrix as it held on ``day``; an unknown beginning lies before every day."""
    return _running_on(day).select_related("kind", "department")


def _running_on(day: date) -> QuerySet[Competence]:
    began = Q(start=None) | Q(start__lte=day)
    runs = Q(end=None) | Q(end__gt=day)
    return Competence.objects.filter(began, runs)


def competent_department(*, kind: PlatformKind, level: str, on: date) -> Department | None:
    """Return the department competent for ``kind`` at ``level`` on ``on``.

    A cultivated platform is kept by the department of the lowest level that is recognised. ``None`` when
    the matrix names nobody.
    """
    rows = sorted(competences_on(on).filter(kind=kind), key=lambda row: LEVEL_ORDER[row.level])
    exact = [row.department for row in rows if row.level == level]
    lowest = [row.department for row in rows] if level == Level.CULTIVATED else []
    return next(iter(exact + lowest), None)


@dataclass(frozen=True, slots=True)
class NextLevel:
    """The next level a platform can reach; ``competence`` is ``None`` where the matrix names nobody."""

    level: Level
    competence: Competence | None


def next_level(*, kind: PlatformKind, level: str, on: date) -> NextLevel | None:
    """Return the next level above ``level`` that the matrix still recognises for ``kind``.

    Levels no longer recognised (不再认定) are passed over. ``None`` where there is nothing above.
    """
    rows = {row.level: row for row in _running_on(on).filter(kind=kind).select_related("department").order_by()}
    place = LEVEL_ORDER.get(level, 0)
    for above in Level:
        row = rows.get(above.value)
        if LEVEL_ORDER[above.value] > place and row is not None and not row.closed:
            return NextLevel(above, row)
    return None
