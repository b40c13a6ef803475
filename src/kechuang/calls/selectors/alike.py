"""Earlier applications that say much the same, across years and organisations (查重)."""

from __future__ import annotations

from dataclasses import dataclass

from kechuang.calls import access
from kechuang.calls.models import Application, TextPrint
from kechuang.kernel.access import Actor
from kechuang.pure.likeness import likeness

AT_LEAST = 0.3
MOST = 10


@dataclass(frozen=True, slots=True)
class Alike:
    """Another application and the estimated share of its text that is in both (0 … 1)."""

    application: Application
    share: float


def alike(application: Application, *, actor: Actor) -> list[Alike]:
    """Return other applications ``actor`` may see whose long texts are alike, most alike first: two queries."""
    mine = TextPrint.objects.filter(application=application).values_list("prints", flat=True).first()
    if not mine:
        return []
    rows = access.APPLICATIONS.visible(Application.objects.exclude(pk=application.pk), actor)
    rows = rows.filter(text_print__prints__overlap=mine).select_related("organisation", "text_print", "item")
    found = [Alike(row, likeness(mine, row.text_print.prints)) for row in rows[:500]]
    return sorted((one for one in found if one.share >= AT_LEAST), key=lambda one: -one.share)[:MOST]
