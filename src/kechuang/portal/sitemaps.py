"""Every public page, for search engines: the site's own pages, items, data sets, and one for each platform."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.sitemaps import Sitemap
from django.urls import reverse
from django.utils import timezone

from kechuang.calls.selectors import offers
from kechuang.platforms.resource import REGISTER, page_of
from kechuang.portal.dataset_rows import public
from kechuang.portal.datasets import datasets

PAGES = (
    "portal:home",
    "portal:figures",
    "portal:notices",
    "portal:data",
    "api:guide",
    "cockpit:cockpit",
    "platforms:list",
    "platforms:matrix",
    "plan:overview",
    "calls:items",
    "calls:publicities",
    "facts:metrics",
)


class Pages(Sitemap):  # type: ignore[type-arg]
    """The pages that are always there."""

    def items(self) -> list[str]:
        return list(PAGES)

    def location(self, item: str) -> str:
        return reverse(item)


class Platforms(Sitemap):  # type: ignore[type-arg]
    """One page a platform, dated by the first day of what it says now."""

    def items(self) -> Any:
        day = timezone.localdate()
        return REGISTER.rows(public(day), on=day).order_by("number").values_list("number", "start")

    def location(self, item: tuple[str, date]) -> str:
        return page_of(item[0])

    def lastmod(self, item: tuple[str, date]) -> date:
        return item[1]


class Items(Sitemap):  # type: ignore[type-arg]
    """The service items."""

    def items(self) -> Any:
        return [*offers.items_shown(always_open=True), *offers.items_shown(always_open=False)]

    def location(self, item: Any) -> str:
        return reverse("calls:item", args=[item.code])


class DataSets(Sitemap):  # type: ignore[type-arg]
    """The data sets."""

    def items(self) -> list[str]:
        return [each.code for each in datasets()]

    def location(self, item: str) -> str:
        return reverse("portal:dataset", args=[item])


SITEMAPS = {"pages": Pages, "platforms": Platforms, "items": Items, "data": DataSets}
