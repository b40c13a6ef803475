"""What platforms are tied to: who hosts them, who builds them with the host, what they grew out of, who is fostered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kechuang.kernel.relations import Tie
from kechuang.platforms.models import Partner, Platform, PoolEntry, RegisterEntry

OUT_OF_POOL = ("promoted", "removed")


def ties(kind: str, keys: Sequence[int], on: date) -> Iterator[Tie]:
    """Yield the ties of organisations and platforms: four queries at most."""
    if kind not in ("organisation", "platform", "pool_entry"):
        return
    yield from _fostered(kind, keys)
    if kind == "pool_entry":
        return
    yield from _hosted(kind, keys, on)
    yield from _built_together(kind, keys, on)
    if kind == "platform":
        yield from _grown(keys)


def _hosted(kind: str, keys: Sequence[int], on: date) -> Iterator[Tie]:
    wanted = Q(host__in=keys) if kind == "organisation" else Q(platform__in=keys)
    rows = RegisterEntry.objects.filter(wanted, start__lte=on, end__gt=on).order_by("name_key", "pk")
    for platform, host, since in rows.values_list("platform_id", "host_id", "start"):
        yield Tie(("platform", platform), ("organisation", host), _("依托单位"), since)


def _built_together(kind: str, keys: Sequence[int], on: date) -> Iterator[Tie]:
    wanted = Q(organisation__in=keys) if kind == "organisation" else Q(platform__in=keys)
    rows = Partner.objects.filter(wanted & (Q(end=None) | Q(end__gt=on)), start__lte=on).order_by("pk")
    for row in rows:
        yield Tie(
            ("platform", row.platform_id), ("organisation", row.organisation_id), _("共建单位"), row.start, row.end
        )


def _grown(keys: Sequence[int]) -> Iterator[Tie]:
    rows = Platform.objects.filter(Q(pk__in=keys) | Q(parent__in=keys), parent__isnull=False).order_by("pk")
    for key, parent in rows.values_list("pk", "parent_id"):
        yield Tie(("platform", key), ("platform", parent), _("孵化自"))


def _fostered(kind: str, keys: Sequence[int]) -> Iterator[Tie]:
    column = {"organisation": "organisation", "platform": "platform", "pool_entry": "pk"}[kind]
    rows = PoolEntry.objects.filter(**{f"{column}__in": keys}).exclude(state__in=OUT_OF_POOL).order_by("pk")
    for key, organisation, platform in rows.values_list("pk", "organisation_id", "platform_id"):
        yield Tie(("pool_entry", key), ("organisation", organisation), _("在库培育"))
        if platform:
            yield Tie(("pool_entry", key), ("platform", platform), _("在库培育"))
