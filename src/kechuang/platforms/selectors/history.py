"""What happened to a platform: its timeline, its spans, its family.

Everything is told as it stood at the end of ``on``: a page of 2022 does not know 2023.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kechuang.kernel.access import Actor
from kechuang.kernel.models import Move
from kechuang.platforms import access
from kechuang.platforms.models import Amendment, Partner, Platform, Recognition, RegisterEntry
from kechuang.platforms.selectors.composition import COUNTED_STATES
from kechuang.ui.parts import Happening

FIELD_WORDS = {
    "name": gettext_lazy("名称"),
    "kind": gettext_lazy("类别"),
    "host": gettext_lazy("依托单位"),
    "county": gettext_lazy("所在县区"),
    "department": gettext_lazy("归口部门"),
    "industry_code": gettext_lazy("行业代码"),
    "direction": gettext_lazy("产业方向"),
    "director": gettext_lazy("负责人"),
    "governance": gettext_lazy("治理方式"),
    "team": gettext_lazy("领军人才与团队"),
    "sensitive": gettext_lazy("公开范围"),
    "parent": gettext_lazy("孵化自"),
    "start": gettext_lazy("起始日"),
}


@dataclass(frozen=True)
class Chronicle:
    """What a platform's page tells beside its facts; every list newest first."""

    recognitions: list[Recognition]
    partners: list[Partner]
    amendments: list[Amendment]
    moves: list[Move]
    happenings: list[Happening]


def chronicle(*, platform: Platform, entries: list[RegisterEntry], actor: Actor, on: date) -> Chronicle:
    """Return what ``actor`` may read of the platform's past at the end of ``on``: up to four queries.

    ``entries`` are its spans up to that day, the latest first, from ``entries_seen``, which tells what there is.

    The public reads spans, recognitions and changes; who took which step inside the
    administration is shown to those who hold an office.
    """
    recognitions = list(
        access.RECOGNITIONS.visible(Recognition.objects.filter(platform=platform), actor)
        .filter(recognised_on__lte=on)
        .order_by("-recognised_on", "-pk")
    )
    told: Any = entries[0]
    partners = list(_partners(platform, on)) if told.has_partners else []
    amendments = list(_amendments(platform, on)) if told.has_amendments else []
    moves = list(_moves(platform, recognitions, on)) if actor.offices else []
    happenings = [
        *_recognised(recognitions, on),
        *_amended(amendments, inside=bool(actor.offices)),
        *_partnered(partners, on),
        *_hosts(entries, amendments),
        *_moved(moves),
    ]
    return Chronicle(recognitions, partners, amendments, moves, newest_first(happenings))


def _partners(platform: Platform, on: date) -> QuerySet[Partner]:
    rows = Partner.objects.filter(platform=platform, start__lte=on)
    return rows.select_related("organisation").order_by("-start")


def _amendments(platform: Platform, on: date) -> QuerySet[Amendment]:
    rows = Amendment.objects.filter(platform=platform, effective_on__lte=on)
    return rows.select_related("actor").order_by("-pk")


def newest_first(happenings: Iterable[Happening]) -> list[Happening]:
    """Sort what happened by its day, the latest first; what has no day comes last."""
    return sorted(happenings, key=lambda one: _day(one.at) or date.min, reverse=True)


def family(*, platform: Platform, entries: list[RegisterEntry], actor: Actor, on: date) -> list[RegisterEntry]:
    """Return the entries, on ``on``, of what ``platform`` grew out of and of what grew out of it.

    No query for a platform that has neither, as ``entries_seen`` tells.
    """
    told: Any = entries[0]
    if platform.parent_id is None and not told.has_offshoots:
        return []
    rows = RegisterEntry.objects.filter(start__lte=on, end__gt=on).filter(
        Q(platform_id=platform.parent_id) | Q(platform__parent=platform)
    )
    return list(access.ENTRIES.visible(rows, actor).select_related("kind").order_by("start", "pk"))


def _moves(platform: Platform, recognitions: list[Recognition], on: date) -> QuerySet[Move]:
    of_platform = Q(content_type=ContentType.objects.get_for_model(Platform), object_id=platform.pk)
    of_recognitions = Q(
        content_type=ContentType.objects.get_for_model(Recognition), object_id__in=[row.pk for row in recognitions]
    )
    rows = Move.objects.filter(of_platform | of_recognitions, taken_at__date__lte=on)
    return rows.select_related("actor").order_by("-id")


def _recognised(recognitions: list[Recognition], on: date) -> Iterator[Happening]:
    for row in recognitions:
        if row.state not in COUNTED_STATES:
            continue
        level = row.get_level_display()
        yield Happening(
            at=row.recognised_on,
            title=_("认定为%(level)s") % {"level": level},
            who=row.recognised_by,
            text=row.document_number,
            official=True,
        )
        if row.ended_on and row.ended_on <= on:
            yield Happening(
                at=row.ended_on,
                title=_("%(level)s认定终止：%(why)s") % {"level": level, "why": row.get_ending_display()},
                official=True,
            )


def _amended(amendments: list[Amendment], *, inside: bool) -> Iterator[Happening]:
    """Tell changes and corrections; who, why, and what was hidden is told inside the administration only."""
    for row in amendments:
        if not inside and "sensitive" in row.after:
            continue
        changes = "；".join(
            _("%(what)s：%(before)s → %(after)s")
            % {
                "what": FIELD_WORDS.get(field, field),
                "before": row.before.get(field) or _("空"),
                "after": after or _("空"),
            }
            for field, after in row.after.items()
        )
        yield Happening(
            at=row.effective_on,
            title=row.get_kind_display(),
            text=f"{changes}（{row.reason}）" if inside else changes,
            who=str(row.actor) if inside else "",
            official=bool(row.document_number),
        )


def _partnered(partners: list[Partner], on: date) -> Iterator[Happening]:
    for row in partners:
        yield Happening(at=row.start, title=_("共建单位加入：%(who)s") % {"who": row.organisation})
        if row.end and row.end <= on:
            yield Happening(at=row.end, title=_("共建单位退出：%(who)s") % {"who": row.organisation})


def _hosts(entries: list[RegisterEntry], amendments: list[Amendment]) -> Iterator[Happening]:
    """Tell renames and mergers of the host, which no amendment of the platform records."""
    amended = {row.effective_on for row in amendments if "host" in row.after}
    for later, earlier in pairwise(entries):
        if later.start in amended or later.host_name == earlier.host_name:
            continue
        word = _("依托单位更名") if later.host_id == earlier.host_id else _("依托单位合并")
        yield Happening(at=later.start, title=word, text=f"{earlier.host_name} → {later.host_name}")


def _moved(moves: list[Move]) -> Iterator[Happening]:
    for row in moves:
        who = f"{row.actor} {row.office}".strip()
        if row.on_behalf_of:
            who = _("%(who)s（代 %(owner)s）") % {"who": who, "owner": row.on_behalf_of}
        yield Happening(at=row.taken_at, title=row.label, who=who, text=row.reason)


def _day(at: date | datetime | None) -> date | None:
    return timezone.localtime(at).date() if isinstance(at, datetime) else at
