"""The seven words of the left rail and what stands behind each.

Upper floors register their pages in ``AppConfig.ready()``; a room without a visible
page is not shown, so the rail never leads to something that is not built.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ROOMS: dict[str, tuple[str | Promise, str]] = {
    "workbench": (_("工作台"), "tray"),
    "plan": (_("规划"), "path"),
    "platforms": (_("平台"), "tiers"),
    "matters": (_("事项"), "sheet"),
    "resources": (_("资源"), "grid"),
    "supervision": (_("监督"), "flag"),
    "data": (_("数据"), "columns"),
}
"""The rail in its order: key, word and icon. Never more than seven."""


def anyone(actor: Any) -> bool:
    """Return true: the page is shown to whoever is signed in."""
    return True


@dataclass(frozen=True)
class Entry:
    """One page of a room. ``visible`` gets the actor and must not query per entry."""

    room: str
    label: str | Promise
    url_name: str
    order: int = 0
    icon: str = ""
    visible: Callable[[Any], bool] = anyone


@dataclass(frozen=True)
class Link:
    """An entry resolved for one request."""

    label: str | Promise
    url: str
    current: bool


@dataclass(frozen=True)
class Room:
    """A word of the rail resolved for one request; ``url`` is its first page."""

    key: str
    word: str | Promise
    icon: str
    url: str
    current: bool
    links: tuple[Link, ...]


@dataclass(frozen=True)
class Badge:
    """A number in the header of every page, e.g. of unread messages. ``count`` costs one cheap query at most."""

    label: str | Promise
    url_name: str
    icon: str
    count: Callable[[Any], int]


@dataclass(frozen=True)
class Shown:
    """A badge resolved for one request; ``number`` is as printed, "" for none."""

    label: str | Promise
    url: str
    icon: str
    number: str


MOST_SHOWN = 99

_entries: list[Entry] = []
_badges: dict[str, Badge] = {}


def register(
    room: str,
    label: str | Promise,
    url_name: str,
    *,
    order: int = 0,
    icon: str = "",
    visible: Callable[[Any], bool] = anyone,
) -> None:
    """Put a page into a room. Raises ``ValueError`` for an eighth word."""
    if room not in ROOMS:
        raise ValueError(f"{room!r} is not one of the rail's rooms: {', '.join(ROOMS)}")
    entry = Entry(room, label, url_name, order, icon, visible)
    _entries[:] = [known for known in _entries if known.url_name != url_name or known.room != room]
    _entries.append(entry)
    _entries.sort(key=lambda known: known.order)


def entries(room: str) -> tuple[Entry, ...]:
    """Return the registered pages of a room in their order."""
    return tuple(entry for entry in _entries if entry.room == room)


def register_badge(label: str | Promise, url_name: str, *, icon: str, count: Callable[[Any], int]) -> None:
    """Show ``count(actor)`` in the header, leading to ``url_name``."""
    _badges[url_name] = Badge(label, url_name, icon, count)


def badges_for(actor: Any) -> tuple[Shown, ...]:
    """Return the header's numbers for ``actor``."""
    shown = []
    for badge in _badges.values():
        number = badge.count(actor)
        text = f"{MOST_SHOWN}+" if number > MOST_SHOWN else str(number or "")
        shown.append(Shown(badge.label, reverse(badge.url_name), badge.icon, text))
    return tuple(shown)


def rooms_for(actor: Any, *, view_name: str = "", room: str = "", path: str = "") -> tuple[Room, ...]:
    """Return the rail as ``actor`` sees it.

    ``view_name`` marks the current page, else its ``path`` the entry it stands below; ``room``
    overrides which word is current for pages that belong to no entry's namespace.
    """
    shown = [(entry, url) for entry in _entries if entry.visible(actor) and (url := _url(entry))]
    current = _current(shown, view_name, path)
    rail = []
    for key, (word, icon) in ROOMS.items():
        links = tuple(Link(entry.label, url, entry is current) for entry, url in shown if entry.room == key)
        if links:
            here = room == key if room else any(link.current for link in links)
            rail.append(Room(key, word, icon, links[0].url, here, links))
    return tuple(rail)


def _current(shown: list[tuple[Entry, str]], view_name: str, path: str) -> Entry | None:
    """Return the entry of exactly this view, else of its namespace the one whose address it stands below, else any."""
    exact = [entry for entry, _address in shown if entry.url_name == view_name]
    namespace = view_name.rpartition(":")[0]
    near = [(entry, url) for entry, url in shown if namespace and entry.url_name.rpartition(":")[0] == namespace]
    above = sorted((pair for pair in near if path.startswith(pair[1])), key=lambda pair: -len(pair[1]))
    return next(iter([*exact, *(entry for entry, _address in (*above, *near))]), None)


def _url(entry: Entry) -> str:
    try:
        return reverse(entry.url_name)
    except NoReverseMatch:
        return ""
