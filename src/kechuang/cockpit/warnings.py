"""Giving warnings (预警): once a target, to those who answer for it, closed when it is over.

The job asks every working day; what it finds is the same however often it is asked.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from kechuang.cockpit.ahead import MONTHS, SOON, Outlook, look_ahead
from kechuang.cockpit.models import TargetWarning
from kechuang.cockpit.pipeline import pipeline
from kechuang.cockpit.register import Register
from kechuang.directory.models import Office
from kechuang.kernel import notices
from kechuang.kernel.access import Actor
from kechuang.kernel.access import Office as Held
from kechuang.plan.selectors import documents, readings

ASSUMED = timedelta(days=MONTHS * 31)
KEEPERS = ("conference_office",)
ANSWERING = ("department_officer", "department_head")


def watchful(on: date) -> Actor:
    """Return whom the house counts as when it warns: an office that sees the whole city and decides nothing."""
    return Actor(user_id=None, offices=(Held("leader"),), today=on)


def is_due(outlook: Outlook, on: date) -> bool:
    """Tell whether a target is short and it is nearly too late, or already, to begin what it lacks."""
    goal = outlook.reading.goal
    if goal is None or goal.due < on or not outlook.needed:
        return False
    return (outlook.latest or outlook.due - ASSUMED) <= on + SOON


@transaction.atomic
def warnings_review(*, on: date) -> tuple[int, int]:
    """Raise the warnings that are due on ``on`` and close those that are over; return (raised, closed)."""
    actor = watchful(on)
    with translation.override("zh-hans"):
        plan = documents.plan_current(actor=actor, on=on)
        register = Register(actor, on)
        rows = (
            readings.readings_of(readings.indicators_whole(plan=plan), plan=plan, on=on, series=register.series)
            if plan
            else []
        )
        looked = look_ahead(rows, register=register, known=pipeline(actor=actor, on=on)).outlooks if rows else ()
        found = {(one.reading.indicator.root_id, one.due.year): one for one in looked}
        running = TargetWarning.objects.select_for_update().filter(closed_on=None)
        known = {(one.indicator_id, one.year): one for one in running}
        due = {key: one for key, one in found.items() if is_due(one, on)}
        for key in due.keys() - known.keys():
            _raise(key, due[key], on)
        over = known.keys() - due.keys()
        for key in over:
            _close(known[key], found.get(key), on)
    return len(due.keys() - known.keys()), len(over)


def _raise(key: tuple[int, int], outlook: Outlook, on: date) -> None:
    people = _people(outlook, on)
    warning = TargetWarning.objects.create(
        indicator_id=key[0],
        year=key[1],
        raised_on=on,
        sentence=outlook.sentence,
        figures=outlook.figures(),
        people=people,
    )
    notices.wanted(
        people=people,
        key=f"cockpit.warning:{warning.pk}",
        text=_("预警：%(name)s到 %(year)d 年末的目标可能达不到。%(why)s")
        % {"name": outlook.reading.indicator.name, "year": key[1], "why": outlook.sentence},
        url=_page(outlook),
        because=_("方案列您的部门为这项指标的责任单位，或由您统筹"),
        urgent=True,
        due_on=outlook.latest if outlook.latest and outlook.latest >= on else None,
    )


def _close(warning: TargetWarning, now: Outlook | None, on: date) -> None:
    past = date(warning.year, 12, 31) < on
    ending = TargetWarning.Ending.PAST if past else TargetWarning.Ending.HEALED if now else TargetWarning.Ending.DROPPED
    warning.closed_on, warning.ending = on, ending
    warning.save(update_fields=["closed_on", "ending"])
    notices.wanted(
        people=warning.people,
        key=f"cockpit.warning:{warning.pk}:closed",
        text=_("预警解除（%(ending)s）：%(name)s %(year)d 年末的目标")
        % {"ending": ending.label, "name": warning.indicator.name, "year": warning.year},
        url=_page(now),
        because=_("这项预警曾告知您"),
    )


def _page(outlook: Outlook | None) -> str:
    return reverse("cockpit:ahead") + (f"#ahead-{outlook.reading.indicator.pk}" if outlook else "")


def _people(outlook: Outlook, on: date) -> list[int]:
    """Return who answers for an indicator: officers and heads of the departments it names, and who keeps the plan."""
    departments = _departments(outlook)
    mine = Q(role__in=KEEPERS) | Q(role__in=ANSWERING, department__in=departments)
    held = Office.objects.filter(mine, Q(end=None) | Q(end__gt=on), start__lte=on, user__is_active=True)
    return sorted(set(held.values_list("user_id", flat=True)))


def _departments(outlook: Outlook) -> Iterable[int]:
    return {body.department_id for body in outlook.reading.indicator.bodies.all() if body.department_id}
