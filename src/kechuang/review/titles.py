"""How rows of review are named on a desk, whose desk they may lie on, and where they are dealt with."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from kechuang.kernel.desks import Bounds
from kechuang.review.models import Expert, Round, Seat


def expert_title(expert: Expert) -> str:
    """Name an entry of the expert base."""
    return f"{expert.name}（{expert.number}）"


def expert_url(expert: Expert) -> str:
    """Return an expert's page."""
    return reverse("review:expert", args=[expert.number])


def expert_bounds(expert: Expert) -> Bounds:
    """An entry lies with its unit, the unit's county, the keeping department and the person."""
    return Bounds(
        organisations=(expert.organisation_id,),
        counties=(expert.organisation.county_id,),
        departments=(expert.department_id,),
        people=(expert.user_id,) if expert.user_id else (),
    )


def round_title(round_: Round) -> str:
    """Name a round."""
    return f"{round_.title}（{round_.number}）"


def round_url(round_: Round) -> str:
    """Return a round's page."""
    return reverse("review:round", args=[round_.number])


def seat_title(seat: Seat) -> str:
    """Name a seat without saying who sits there."""
    return _("%(round)s · %(seat)s") % {"round": seat.round.title, "seat": seat.code}


def seat_url(seat: Seat) -> str:
    """Return where a seat is dealt with."""
    return reverse("review:seat", args=[seat.pk])


def seat_bounds(seat: Seat) -> Bounds:
    """A seat lies with the organising department and with who sits there."""
    user = seat.identity.expert.user_id
    return Bounds(departments=(seat.round.department_id,), people=(user,) if user else ())
