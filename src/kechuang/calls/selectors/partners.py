"""Who takes part in an application beside the organisation that applies, and what its people may fill."""

from __future__ import annotations

from django.db.models import Exists, OuterRef

from kechuang.calls import access
from kechuang.calls.models import Application, Partner
from kechuang.directory.models import Organisation
from kechuang.kernel.access import Actor

CONFIRMED = "confirmed"


def partners_of(application: Application) -> list[Partner]:
    """Return the units invited or taking part, in the order they were invited: one query."""
    rows = application.partners.filter(state__in=Partner.HERE).select_related("organisation", "invited_by")
    return list(rows)


def partner_units(application: Application) -> list[Organisation]:
    """Return the units that confirmed to take part: whoever belongs to one is no judge of the application."""
    return [row.organisation for row in partners_of(application) if row.state == CONFIRMED]


def sections_shared(application: Application, actor: Actor) -> frozenset[str]:
    """Return the sections of another unit's application that ``actor`` may read and fill as a partner."""
    rows = access.PARTNERS.visible(Partner.objects.filter(application=application), actor, "fill")
    return frozenset(section for sections in rows.values_list("sections", flat=True) for section in sections)


def partner_seat(application: Application, actor: Actor) -> Partner:
    """Return the seat under which ``actor`` fills another unit's application; raises ``Partner.DoesNotExist``."""
    rows = access.PARTNERS.visible(Partner.objects.filter(application=application), actor, "fill")
    return rows.order_by("pk")[:1].get()


def application_shared(*, actor: Actor, pk: int) -> Application | None:
    """Return the application if ``actor`` takes part in it for a partner unit, else nothing."""
    mine = access.PARTNERS.visible(Partner.objects.filter(application=OuterRef("pk")), actor, "fill")
    rows = Application.objects.select_related("item", "call", "organisation", "county", "department", "started_by")
    return rows.filter(Exists(mine), pk=pk).first()
