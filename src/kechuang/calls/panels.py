"""How calls, applications and objections are named on a desk, and where they are dealt with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.calls import access
from kechuang.calls.models import Application, Call, Objection, Participant, Partner, Redress
from kechuang.calls.proceeding import correction_ends
from kechuang.calls.services import application_move
from kechuang.kernel.access import Actor
from kechuang.kernel.inbox import Bounds, Desk
from kechuang.kernel.processes import process_of


def application_url(application: Application) -> str:
    """Return the page of the case; everybody who may see it works there."""
    return reverse("calls:application", args=[application.pk])


def call_url(call: Call) -> str:
    """Return where a call is prepared and its applications are dealt with."""
    return reverse("calls:call_desk", args=[call.pk])


def objection_url(objection: Objection) -> str:
    """Return where an objection is dealt with."""
    return reverse("calls:objection", args=[objection.pk])


def _fillers(rows: list[Application]) -> None:
    """Hang on each case who fills it beside its starter: one query."""
    invited: dict[int, list[int]] = {row.pk: [] for row in rows}
    found = Participant.objects.filter(application__in=rows, fills=True).values_list("application_id", "user_id")
    for application, user in found:
        invited[application].append(user)
    for row in rows:
        row.fillers = (row.started_by_id, *invited[row.pk])  # type: ignore[attr-defined]


def _bounds(row: Any) -> Bounds:
    return Bounds((row.organisation_id,), (row.county_id,), (row.department_id,), tuple(dict.fromkeys(row.fillers)))


def _objection_bounds(objection: Objection) -> Bounds:
    application = objection.publicity.application
    return Bounds((application.organisation_id,), (application.county_id,), (application.department_id,))


PRESSED = ("pass", "recommend", "accept", "start_review", "propose", "file", "agree")
"""Steps officers take on many cases at once, where their process asks nothing with them."""


def _pressed(step: str) -> Callable[[Application, Actor], object]:
    def act(application: Application, actor: Actor) -> object:
        return application_move(application=application, step=step, actor=actor)

    return act


def due_of(application: Application) -> date | None:
    """Return the day a case sets itself: its call's last one, a correction's, a publicity's."""
    marks = process_of(application.process_version_id).state(application.state).marks
    if "publicity" in marks:
        return application.publicities.values_list("closes_on", flat=True).first()
    if "correcting" in marks:
        correction = application.corrections.filter(closed_at=None).first()
        return timezone.localdate(correction_ends(correction)) if correction else None
    if "editable" in marks and application.call and application.submitted_at is None:
        return timezone.localdate(application.call.closes_at)
    return None


DESKS = (
    Desk(
        Application,
        access.APPLICATIONS,
        title=lambda row: row.title,
        url=application_url,
        related=("call",),
        prepare=_fillers,
        bounds=_bounds,
        starter=lambda row: row.started_by_id,
        due=due_of,
        acts={step: _pressed(step) for step in PRESSED},
    ),
    Desk(Call, access.CALLS, title=lambda row: row.title, url=call_url),
    Desk(
        Partner,
        access.PARTNERS,
        title=lambda row: _("联合申报：%(title)s") % {"title": row.application.title},
        url=lambda row: reverse("calls:partner", args=[row.pk]),
        related=("application",),
        bounds=lambda row: Bounds((row.organisation_id,), (), ()),
        starter=lambda row: row.invited_by_id,
    ),
    Desk(
        Redress,
        access.REDRESSES,
        title=lambda row: _("差评：%(title)s") % {"title": row.rating.application.title},
        url=lambda row: reverse("calls:redress", args=[row.pk]),
        related=("rating__application",),
        bounds=lambda row: Bounds((), (), (row.rating.application.department_id,)),
    ),
    Desk(
        Objection,
        access.OBJECTIONS,
        title=lambda row: f"{row.number} {row.publicity.application.title}",
        url=objection_url,
        related=("publicity__application",),
        bounds=_objection_bounds,
    ),
)
