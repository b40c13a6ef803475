"""What a leader must ask about first (须过问): targets that are short and sub-tasks that are late, with who and when.

Shown to those who work with the plan. A target's figures are those of the page that looks ahead; nothing is
counted here a second time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kechuang.cockpit.access import WARNINGS
from kechuang.cockpit.ahead import Outlook, look_ahead
from kechuang.cockpit.blocks import IndicatorRow
from kechuang.cockpit.models import TargetWarning
from kechuang.cockpit.pipeline import pipeline
from kechuang.cockpit.register import Register
from kechuang.kernel.access import Actor
from kechuang.plan.models import Clause, Duty
from kechuang.plan.selectors import work

MOST = 5
"""The lines of each sort the first page has room for; the rest stand on the pages behind it."""
SHORT = ("overdue", "due_soon", "behind")
WORDS = {"overdue": _("来不及"), "due_soon": _("须马上启动"), "behind": _("储备不足")}


@dataclass(frozen=True, slots=True)
class ShortTarget:
    """A target that what is under way will not reach; ``warned_on`` when those who answer for it were told."""

    outlook: Outlook
    word: str
    bodies: str
    url: str
    list_url: str
    warned_on: date | None


@dataclass(frozen=True, slots=True)
class LateDuty:
    """A sub-task past its day, or soon to be; ``days`` over it, negative while there is time."""

    duty: Duty
    light: str
    unit: str
    days: int
    url: str


@dataclass(frozen=True, slots=True)
class Attention:
    """What to ask about, the most pressing first, and how much more of each there is."""

    targets: tuple[ShortTarget, ...]
    duties: tuple[LateDuty, ...]
    more_targets: int
    more_duties: int

    def __bool__(self) -> bool:
        return bool(self.targets or self.duties)


def attention(
    *, actor: Actor, day: date, register: Register, rows: Sequence[IndicatorRow], clauses: Sequence[Clause]
) -> Attention:
    """Return what is short or late on ``day`` as ``actor`` may see it: five queries."""
    targets = _targets(actor, day, register, rows)
    duties = _duties(actor, day, clauses)
    return Attention(
        tuple(targets[:MOST]), tuple(duties[:MOST]), max(len(targets) - MOST, 0), max(len(duties) - MOST, 0)
    )


def _targets(actor: Actor, day: date, register: Register, rows: Sequence[IndicatorRow]) -> list[ShortTarget]:
    readings = [row.reading for row in rows]
    looked = look_ahead(readings, register=register, known=pipeline(actor=actor, on=day)).outlooks
    short = [one for one in looked if one.light in SHORT]
    warned = _warned(actor, day) if short else {}
    by_key = {row.reading.indicator.pk: row for row in rows}
    found = [_short(one, by_key[one.reading.indicator.pk], warned, actor.today) for one in short]
    return sorted(found, key=lambda one: (SHORT.index(one.outlook.light), one.outlook.due, -one.outlook.gap))


def _short(one: Outlook, row: IndicatorRow, warned: dict[tuple[int, int], date], today: date) -> ShortTarget:
    indicator, on = one.reading.indicator, one.reading.on
    kept = "" if on == today else f"&on={on.isoformat()}"
    return ShortTarget(
        one,
        str(WORDS[one.light]),
        row.bodies,
        f"{reverse('cockpit:ahead')}{kept.replace('&', '?')}#ahead-{indicator.pk}",
        f"{reverse('cockpit:candidates')}?indicator={indicator.pk}{kept}",
        warned.get((indicator.root_id, one.due.year)),
    )


def _warned(actor: Actor, day: date) -> dict[tuple[int, int], date]:
    """Return (indicator, year) → the day its warning was given, of those that stood on ``day``."""
    standing = TargetWarning.objects.filter(Q(closed_on=None) | Q(closed_on__gt=day), raised_on__lte=day)
    rows = WARNINGS.visible(standing, actor).values_list("indicator_id", "year", "raised_on")
    return {(indicator, year): raised for indicator, year, raised in rows}


def _duties(actor: Actor, day: date, clauses: Sequence[Clause]) -> list[LateDuty]:
    until = day + timedelta(days=work.SOON_DAYS)
    rows = work.duties_for(actor=actor).filter(clause__in=[row.root_id for row in clauses], due_on__lte=until)
    at = Coalesce(Subquery(work.last_state(day)), Value("todo"))
    open_then = rows.annotate(at=at).exclude(at="done").order_by("due_on", "pk")
    return [_late(duty, duty.due_on, day) for duty in open_then if duty.due_on]


def _late(duty: Duty, due: date, day: date) -> LateDuty:
    days = (day - due).days
    url = f"{reverse('plan:clause', args=[duty.clause_id])}#duties"
    return LateDuty(duty, "overdue" if days > 0 else "due_soon", str(duty.department or duty.county or ""), days, url)
