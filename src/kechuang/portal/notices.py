"""What is made known: calls for applications, publicity lists, recognitions — one line each, the newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from heapq import merge
from typing import Any

from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.calls import access as calls_access
from kechuang.calls.models import Publicity
from kechuang.calls.selectors import offers
from kechuang.kernel.access import ANONYMOUS
from kechuang.platforms.access import RECOGNITIONS
from kechuang.platforms.models import LEVEL_ORDER, Level, Recognition, RegisterEntry
from kechuang.platforms.resource import page_of

CALL, PUBLICITY, RECOGNITION = "call", "publicity", "recognition"
MOST = 60


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing made known (公告): what sort, when, where it is read."""

    kind: str
    word: str
    title: str
    said: str
    at: datetime
    url: str
    note: str = ""

    @property
    def on(self) -> date:
        """Return the day of it, here."""
        return timezone.localdate(self.at)


def kinds() -> dict[str, str]:
    """Return the sorts of notices with their words."""
    return {CALL: _("申报通知"), PUBLICITY: _("公示"), RECOGNITION: _("认定公告")}


def notices(*, kind: str = "", most: int = MOST, today: date | None = None) -> list[Notice]:
    """Return the newest notices open to everybody: a query for each sort."""
    day = today or timezone.localdate()
    asked = {CALL: _calls, PUBLICITY: _publicities, RECOGNITION: recognitions}
    found = [read(day, most) for name, read in asked.items() if kind in ("", name)]
    return list(merge(*found, key=_newest_first))[:most]


def _newest_first(notice: Notice) -> float:
    return -notice.at.timestamp()


def _sorted(found: list[Notice]) -> list[Notice]:
    return sorted(found, key=_newest_first)


def _calls(day: date, most: int) -> list[Notice]:
    """A call is dated by its opening: until then it announces itself with today's list."""
    now = timezone.now()
    return _sorted(
        [
            Notice(
                CALL,
                str(kinds()[CALL]),
                call.title,
                f"{call.item.title} · {call.department}",
                call.opens_at,
                reverse("calls:notice", args=[call.pk]),
                _("申报中") if call.state == "open" and call.opens_at <= now < call.closes_at else "",
            )
            for call in offers.calls_shown(actor=ANONYMOUS)[:most]
        ]
    )


def _publicities(day: date, most: int) -> list[Notice]:
    rows = calls_access.PUBLICITIES.visible(Publicity.objects.filter(opens_on__lte=day), ANONYMOUS)
    return _sorted([_publicity(row, day) for row in rows.order_by("-published_at", "-pk")[:most]])


def _publicity(row: Publicity, day: date) -> Notice:
    said = " · ".join(str(row.shown[name]) for name in ("item", "organisation") if row.shown.get(name))
    note = _("公示中") if row.opens_on <= day <= row.closes_on and not row.ended_early else ""
    where = reverse("calls:publicity", args=[row.pk])
    return Notice(PUBLICITY, str(kinds()[PUBLICITY]), str(row.shown["title"]), said, row.published_at, where, note)


def recognitions(day: date, most: int) -> list[Notice]:
    """Return the newest recognitions in force of platforms open to everybody."""
    entry = RegisterEntry.objects.filter(platform=OuterRef("platform"), start__lte=day, end__gt=day)
    rows: Any = (
        RECOGNITIONS.visible(
            Recognition.objects.filter(Q(state="in_force"), recognised_on__lte=day, level__in=LEVEL_ORDER), ANONYMOUS
        )
        .annotate(name=Subquery(entry.values("name")[:1]), host=Subquery(entry.values("host_name")[:1]))
        .select_related("platform")
        .order_by("-recognised_on", "-pk")[:most]
    )
    found = []
    for row in rows:
        title = _("%(name)s认定为%(level)s") % {"name": row.name, "level": Level(row.level).label}
        at = timezone.make_aware(datetime.combine(row.recognised_on, time()))
        said = " · ".join(part for part in (row.host, row.document_number) if part)
        found.append(Notice(RECOGNITION, str(kinds()[RECOGNITION]), title, said, at, page_of(row.platform.number)))
    return found
