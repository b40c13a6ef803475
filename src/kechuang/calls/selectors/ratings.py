"""How finished matters were rated, item by item."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, QuerySet

from kechuang.calls import access
from kechuang.calls.models import Application, Rating, Redress
from kechuang.kernel.access import Actor
from kechuang.kernel.processes import process_of


@dataclass(frozen=True, slots=True)
class Rated:
    """One item: matters finished, ratings by grade (5 … 1), and the shares rated and satisfied (0 … 1)."""

    title: str
    finished: int
    grades: dict[int, int]

    @property
    def count(self) -> int:
        """How many were rated."""
        return sum(self.grades.values())

    @property
    def rated_share(self) -> float | None:
        """The share of finished matters that were rated, ``None`` where nothing is finished."""
        return self.count / self.finished if self.finished else None

    @property
    def satisfied_share(self) -> float | None:
        """The share of ratings from 基本满意 up, ``None`` where nothing was rated."""
        good = sum(count for grade, count in self.grades.items() if grade not in Rating.BAD)
        return good / self.count if self.count else None


def rating_of(application: Application, *, actor: Actor) -> Rating | None:
    """Return the rating of an application if ``actor`` may see it."""
    rows = access.RATINGS.visible(Rating.objects.filter(application=application), actor)
    return rows.select_related("by", "redress").first()


def rated_by_item(*, actor: Actor) -> list[Rated]:
    """Return the figures of the items whose ratings ``actor`` counts, worst satisfied first: three queries."""
    ratings = access.RATINGS.visible(Rating.objects.all(), actor, "count")
    grades: dict[str, dict[int, int]] = {}
    for title, grade, count in (
        ratings.order_by().values_list("application__item__title", "grade").annotate(n=Count("pk"))
    ):
        grades.setdefault(title, {})[grade] = count
    finished = _finished(access.APPLICATIONS.visible(Application.objects.filter(submitted_at__isnull=False), actor))
    rows = [Rated(title, finished.get(title, 0), grades.get(title, {})) for title in {*finished, *grades}]
    return sorted(rows, key=lambda row: (row.satisfied_share is None, row.satisfied_share or 0, row.title))


def _finished(rows: QuerySet[Application]) -> dict[str, int]:
    counted = rows.order_by().values_list("item__title", "process_version_id", "state").annotate(n=Count("pk"))
    found: dict[str, int] = {}
    for title, version, state, count in counted:
        if process_of(version).state(state).final:
            found[title] = found.get(title, 0) + count
    return found


def redresses_open(*, actor: Actor) -> list[Redress]:
    """Return the bad ratings that wait for an answer, oldest first."""
    rows = access.REDRESSES.visible(Redress.objects.exclude(state="answered"), actor)
    return list(rows.select_related("rating__application").order_by("pk")[:200])
