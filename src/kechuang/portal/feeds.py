"""News as feeds, in both forms readers know."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed
from django.utils.translation import gettext as _

from kechuang.portal.notices import SORTS, Notice, notices, words

LONGEST = 40


class NoticesRss(Feed):  # type: ignore[type-arg]  # its stubs are generic, the class itself is not
    """The newest notices of all sorts, or of one; an item is known by its address."""

    feed_type: type[SyndicationFeed] = Rss201rev2Feed

    def get_object(self, request: HttpRequest, *args: Any, kind: str = "", **kwargs: Any) -> str:
        """Return the sort asked for; 404 for one there is none of."""
        if kind not in ("", *SORTS):
            raise Http404
        return kind

    def title(self, obj: str) -> str:
        return f"{settings.KECHUANG_SITE_NAME} · {words().get(obj, _('通知公告'))}"

    def link(self, obj: str) -> str:
        return reverse("portal:notices")

    def description(self, obj: str) -> str:
        return _("申报通知、公示和认定公告。")

    def items(self, obj: str) -> list[Notice]:
        return notices(kinds=(obj,) if obj else SORTS, most=LONGEST)

    def item_title(self, item: Notice) -> str:
        return f"{item.word}：{item.title}"

    def item_description(self, item: Notice) -> str:
        return item.said

    def item_link(self, item: Notice) -> str:
        return item.url

    def item_guid(self, obj: Notice) -> str:
        return f"{obj.url}#{obj.kind}-{obj.on.isoformat()}-{obj.title}"

    item_guid_is_permalink = False

    def item_pubdate(self, item: Notice) -> datetime:
        return item.at

    def item_categories(self, item: Notice) -> list[str]:
        return [item.word]


class NoticesAtom(NoticesRss):
    """The same as Atom."""

    feed_type = Atom1Feed

    def subtitle(self, obj: str) -> str:
        return self.description(obj)
