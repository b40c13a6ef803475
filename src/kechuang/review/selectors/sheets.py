"""An expert's desk: what is to be read, what is done, what comes next."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from kechuang.kernel.access import Actor
from kechuang.review import access
from kechuang.review.models import BlindCopy, Round, ScoreSheet, Seat


@dataclass(frozen=True, slots=True)
class Reading:
    """One round on an expert's desk: the seat, its sheets in order of proposal code."""

    seat: Seat
    sheets: list[ScoreSheet]

    @property
    def done(self) -> int:
        """Number of signed sheets."""
        return sum(sheet.state == "signed" for sheet in self.sheets)

    @property
    def total(self) -> int:
        """Number of sheets that are not stepped back from."""
        return sum(sheet.state != "abstained" for sheet in self.sheets)

    @property
    def next_open(self) -> ScoreSheet | None:
        """The first sheet that is not signed."""
        return next((sheet for sheet in self.sheets if sheet.state == "draft"), None)


def own_sheets(actor: Actor) -> QuerySet[ScoreSheet]:
    """Return the sheets an expert may fill in or has filled in, with what the pages print."""
    rows = ScoreSheet.objects.select_related("pair__proposal__round__scheme", "pair__proposal__copy", "pair__seat")
    return access.SHEETS.visible(rows, actor, "fill").order_by("pair__proposal__code")


def readings_of(actor: Actor) -> list[Reading]:
    """Return an expert's rounds, newest first: two queries."""
    seats = access.SEATS.visible(Seat.objects.select_related("round"), actor, "wish")
    seats = seats.filter(state__in=("invited", "accepted", "declined")).order_by("-round__pk")
    sheets: dict[int, list[ScoreSheet]] = {}
    for sheet in own_sheets(actor):
        sheets.setdefault(sheet.pair.seat_id, []).append(sheet)
    return [Reading(seat, sheets.get(seat.pk, [])) for seat in seats]


def neighbours(actor: Actor, sheet: ScoreSheet) -> Reading:
    """Return the reading a sheet belongs to."""
    rows = [one for one in own_sheets(actor) if one.pair.seat_id == sheet.pair.seat_id]
    return Reading(sheet.pair.seat, rows)


def colleagues_sheets(actor: Actor, sheet: ScoreSheet) -> list[ScoreSheet]:
    """Return the other signed sheets of the same proposal; none before one's own is signed."""
    if sheet.state != "signed":
        return []
    rows = ScoreSheet.objects.filter(pair__proposal_id=sheet.pair.proposal_id).exclude(pk=sheet.pk)
    visible = access.SHEETS.visible(rows.select_related("pair__seat"), actor)
    return list(visible.filter(state="signed").prefetch_related("scores").order_by("pair__seat__code"))


def wish_titles(seat: Seat) -> dict[int, str]:
    """Return the blind titles of a seat's round by proposal key."""
    copies = BlindCopy.objects.filter(proposal__round=seat.round_id, problems=[]).order_by("proposal__code")
    return {key: f"{code} {title}" for key, code, title in copies.values_list("proposal_id", "proposal__code", "title")}


def wishes_of(seat: Seat) -> dict[str, str]:
    """Return what a seat wished so far, by the names of the form's fields."""
    return {f"wish_{key}": str(wanted) for key, wanted in seat.wishes.values_list("proposal_id", "wanted")}


def is_open(round_: Round) -> bool:
    """Tell whether sheets of a round can be filled in."""
    return round_.state == "scoring"
