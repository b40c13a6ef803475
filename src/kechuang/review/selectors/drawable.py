"""Who may be drawn today, and why each other one may not."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from kechuang.catalogue.reviews import ExpertBaseRules
from kechuang.review.models import Expert, Integrity, SeatIdentity

TAKEN = ("accepted", "invited")


def age_on(born_on: date, day: date) -> int:
    """Return full years (周岁) on ``day``."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def months_after(day: date, months: int) -> date:
    """Return the same day ``months`` later, the last of the month where there is none."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for number in range(day.day, 27, -1):
        try:
            return date(year, month + 1, number)
        except ValueError:
            continue
    return date(year, month + 1, min(day.day, 28))


def experts_with_standing(*, on: date) -> QuerySet[Expert]:
    """Return living experts with ``served`` (rounds of this year, 次) and ``barred`` by a finding on ``on``."""
    barred = Integrity.objects.filter(Q(end=None) | Q(end__gt=on), expert=OuterRef("pk"), start__lte=on)
    year = Q(seats__seat__state__in=TAKEN, seats__seat__answered_at__year=on.year)
    return Expert.objects.exclude(state__in=("removed", "withdrawn")).annotate(
        barred=Exists(barred), served=Count("seats", filter=year, distinct=True)
    )


def obstacles(expert: Expert, rules: ExpertBaseRules, *, on: date) -> list[str]:
    """Return why ``expert`` (of ``experts_with_standing``) cannot be drawn on ``on``, as short sentences; [] if he can.

    What is not known bars, it never frees.
    """
    found = []
    if expert.state != "active":
        found.append(_("未在库或信息变更流程中"))
    if expert.verified_on is None:
        found.append(_("信息未核实"))
    if expert.confirmed_on is None or months_after(expert.confirmed_on, rules.confirm_months) <= on:
        found.append(_("年度确认已过期"))
    if expert.born_on is None or age_on(expert.born_on, on) >= rules.age_below:
        found.append(_("年龄不符合在库条件"))
    if expert.barred:  # type: ignore[attr-defined]  # annotated by experts_with_standing
        found.append(_("诚信记录期内"))
    if expert.served >= rules.max_reviews_a_year:  # type: ignore[attr-defined]
        found.append(_("本年度评审次数已满"))
    return found


def drawable(experts: Iterable[Expert], rules: ExpertBaseRules, *, on: date) -> list[Expert]:
    """Return those of ``experts`` against whom nothing stands on ``on``."""
    return [expert for expert in experts if not obstacles(expert, rules, on=on)]


def last_seats(expert: Expert) -> QuerySet[SeatIdentity]:
    """Return the seats an expert held, newest first (履职记录)."""
    return SeatIdentity.objects.filter(expert=expert).select_related("seat", "round").order_by("-pk")
