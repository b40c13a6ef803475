"""Pages of the program itself: somebody who types the name of a page wants to go there, or to read how it is used."""

from __future__ import annotations

from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kechuang.brain import guide, words
from kechuang.kernel.access import Actor
from kechuang.ui import navigation

MOST = 5
MOST_CHAPTERS = 3


def places(text: str, *, actor: Actor) -> list[tuple[str, str]]:
    """Return (label, address) of the pages on the rail whose name begins or sounds like ``text``."""
    key = words.key_of(text)
    if len(key) < 2 or actor.user_id is None:  # noqa: PLR2004 (one sign is in every other name)
        return []
    found: dict[str, str] = {}
    for room in navigation.ROOMS:
        for entry in navigation.entries(room):
            label = str(entry.label)
            if _answers(words.key_of(label), key) and entry.visible(actor):
                try:
                    found.setdefault(label, reverse(entry.url_name))
                except NoReverseMatch:
                    continue
    return list(found.items())[:MOST]


def chapters(text: str) -> list[tuple[str, str]]:
    """Return (label, address) of the chapters of the guide that answer ``text``; the guide is open to everybody."""
    page = reverse("brain:guide")
    found = guide.found(text, get_language() or "")[:MOST_CHAPTERS]
    return [(_("使用说明：%(chapter)s") % {"chapter": one.title}, f"{page}#{one.anchor}") for one in found]


def _answers(label: str, key: str) -> bool:
    return key in label or words.spelled(label).startswith(key) or words.initials_of(label).startswith(key)
