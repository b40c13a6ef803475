"""What is made known: calls for applications, publicity lists, recognitions — one line each, the newest first."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
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
SORTS = (CALL, PUBLICITY, RECOGNITION)
MOST = 60


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing made known (公告): what sort, when, where it is read.

    ``running`` is the word of what runs from ``since`` until before ``until``.
    """

    kind: str
    word: str
    title: str
    said: str
    at: datetime
    url: str
    running: str = ""
    since: datetime | None = None
    until: datetime | None = None

    @property
    def note(self) -> str:
        """Return the word of what runs at this moment, however long ago the notice was read."""
        runs = self.since and self.until and self.since <= timezone.now() < self.until
        return self.running if runs else ""

    @property
    def on(self) -> date:
        """Return the day of it, here."""
        return timezone.localdate(self.at)


def words() -> dict[str, str]:
    """Return the sorts of notices with their words."""
    return {CALL: _("申报通知"), PUBLICITY: _("公示"), RECOGNITION: _("认定公告")}


def notices(*, kinds: Collection[str] = SORTS, most: int = MOST, today: date | None = None) -> list[Notice]:
    """Return the newest notices open to everybody, of the sorts asked for: a query each."""
    day = today or timezone.localdate()
    asked = {CALL: _calls, PUBLICITY: _publicities, RECOGNITION: _recognitions}
    found = [read(day, most) for name, read in asked.items() if name in kinds]
    return list(merge(*found, key=_newest_first))[:most]


def _newest_first(notice: Notice) -> float:
    return -notice.at.timestamp()


def _sorted(found: list[Notice]) -> list[Notice]:
    return sorted(found, key=_newest_first)


def _calls(day: date, most: int) -> list[Notice]:
    """A call is dated by its opening: until then it announces itself with today's list."""
    return _sorted(
        [
            Notice(
                CALL,
                str(words()[CALL]),
                call.title,
                f"{call.item.title} · {call.department}",
                call.opens_at,
                reverse("calls:notice", args=[call.pk]),
                _("申报中") if call.state == "open" else "",
                call.opens_at,
                call.closes_at,
            )
            for call in offers.calls_shown(actor=ANONYMOUS)[:most]
        ]
    )


def _publicities(day: date, most: int) -> list[Notice]:
    rows = calls_access.PUBLICITIES.visible(Publicity.objects.filter(opens_on__lte=day), ANONYMOUS)
    return _sorted([_publicity(row) for row in rows.order_by("-published_at", "-pk")[:most]])


def _publicity(row: Publicity) -> Notice:
    said = " · ".join(str(row.shown[name]) for name in ("item", "organisation") if row.shown.get(name))
    return Notice(
        PUBLICITY,
        str(words()[PUBLICITY]),
        str(row.shown["title"]),
        said,
        row.published_at,
        reverse("calls:publicity", args=[row.pk]),
        "" if row.ended_early else _("公示中"),
        _begins(row.opens_on),
        _begins(row.closes_on + timedelta(days=1)),
    )


def _begins(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _recognitions(day: date, most: int) -> list[Notice]:
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
        at = _begins(row.recognised_on)
        said = " · ".join(part for part in (row.host, row.document_number) if part)
        found.append(Notice(RECOGNITION, str(words()[RECOGNITION]), title, said, at, page_of(row.platform.number)))
    return found
