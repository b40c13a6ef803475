"""News of saved searches: once a day, through the messages, so that each is told the way he or she chose."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from kechuang.brain.asking import Wanted
from kechuang.brain.models import SavedSearch
from kechuang.brain.selectors.finding import find
from kechuang.brain.services import keeping
from kechuang.directory.selectors import actor_for
from kechuang.kernel.notices import wanted

OVERLAP = timedelta(minutes=1)
"""What was written by a transaction that was still open when the last news went out is no lost news."""
MOST_NEWS = 100


def news_tell() -> int:
    """Tell everybody who wants it what newly answers a saved search and may be seen today; return how many were told.

    A search that fails (a person without any office is simply told less) holds up no other.
    """
    keeping.catch_up_all()
    saved = SavedSearch.objects.filter(alerts=True, person__is_active=True).select_related("person")
    return sum(_tell(search) for search in saved.order_by("person_id", "pk").iterator())


@transaction.atomic
def _tell(search: SavedSearch) -> bool:
    now = timezone.now()
    actor = actor_for(user=search.person, on=timezone.localdate(now))
    with translation.override("zh-hans"):
        found = find(search.text, actor=actor, wanted=wanted_since(search))
        if found.count:
            _want(search, found.count, found.rows[0].title, now.date().isoformat())
    SavedSearch.objects.filter(pk=search.pk).update(told_until=now)
    return bool(found.count)


def wanted_since(search: SavedSearch) -> Wanted:
    """Return what is news to a saved search."""
    since = search.told_until - OVERLAP
    return Wanted(tuple(search.facets), size=1, most=MOST_NEWS, since=since, counting=False)


def _want(search: SavedSearch, count: int, first: str, day: str) -> None:
    said = _("检索“%(text)s”有 %(count)d 条新结果，例如：%(first)s")
    wanted(
        people=[search.person_id],
        key=f"search.news:{search.pk}:{day}",
        text=said % {"text": search.text, "count": count, "first": first},
        url=address(search),
        because=_("您保存了这项检索并要求提醒"),
    )


def address(search: SavedSearch) -> str:
    """Return the page of a saved search's answers."""
    return f"{reverse('brain:search')}?{urlencode([('q', search.text), *(('f', facet) for facet in search.facets)])}"
