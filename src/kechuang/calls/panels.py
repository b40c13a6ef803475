"""How calls, applications and objections are named on a desk, and where they are dealt with."""

from __future__ import annotations

from django.urls import reverse

from kechuang.calls import access
from kechuang.calls.models import Application, Call, Objection
from kechuang.kernel.inbox import Bounds, Desk


def application_url(application: Application) -> str:
    """Return the page of the case; everybody who may see it works there."""
    return reverse("calls:application", args=[application.pk])


def call_url(call: Call) -> str:
    """Return where a call is prepared and its applications are dealt with."""
    return reverse("calls:call_desk", args=[call.pk])


def objection_url(objection: Objection) -> str:
    """Return where an objection is dealt with."""
    return reverse("calls:objection", args=[objection.pk])


def _objection_bounds(objection: Objection) -> Bounds:
    application = objection.publicity.application
    return Bounds((application.organisation_id,), (application.county_id,), (application.department_id,))


DESKS = (
    Desk(
        Application,
        access.APPLICATIONS,
        title=lambda row: row.title,
        url=application_url,
        starter=lambda row: row.started_by_id,
    ),
    Desk(Call, access.CALLS, title=lambda row: row.title, url=call_url),
    Desk(
        Objection,
        access.OBJECTIONS,
        title=lambda row: f"{row.number} {row.publicity.application.title}",
        url=objection_url,
        related=("publicity__application",),
        bounds=_objection_bounds,
    ),
)
