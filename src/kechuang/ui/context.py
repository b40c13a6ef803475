"""What the frame of every page needs to know: the modes chosen, the rail, the names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kechuang.ui.navigation import Room, Shown, badges_for, rooms_for

THEME_COOKIE = "kc_theme"
ELDER_COOKIE = "kc_elder"
THEMES = ("light", "dark", "auto")
PASSING = frozenset({"at", "sort", "format"})
"""Parameters that show the same page otherwise; a page's own address has none of them."""


@dataclass(frozen=True)
class Look:
    """The frame of one request; the rail is resolved only when a template asks."""

    request: HttpRequest | None

    @cached_property
    def choice(self) -> str:
        """Return what the person chose: light, dark, or auto (as the machine says)."""
        chosen = self.request.COOKIES.get(THEME_COOKIE, "") if self.request else ""
        return chosen if chosen in THEMES else "light"

    @property
    def theme(self) -> str:
        """Return the theme the server prints; ``auto`` is settled in the browser."""
        return "dark" if self.choice == "dark" else "light"

    @property
    def elder(self) -> bool:
        """Return whether the large-print mode (大字版) is on."""
        return self.request is not None and self.request.COOKIES.get(ELDER_COOKIE) == "1"

    @property
    def language(self) -> str:
        """Return the language as the ``lang`` attribute wants it."""
        return {"zh-hans": "zh-CN"}.get(get_language() or "", get_language() or "zh-CN")

    @property
    def site_name(self) -> str:
        """Return the name of this installation as the operator set it."""
        return str(getattr(settings, "KECHUANG_SITE_NAME", "") or _("科技创新平台管理"))

    @property
    def address(self) -> str:
        """Return the one address of this page, without what merely sorts or pages it; empty where it has none."""
        if self.request is None:
            return ""
        query = self.request.GET.copy()
        for name in [name for name in query if name in PASSING or name.startswith("utm_")]:
            del query[name]
        kept = f"?{query.urlencode()}" if query else ""
        try:
            return self.request.build_absolute_uri(f"{self.request.path}{kept}")
        except DisallowedHost:  # the page that says so is shown in this frame as well
            return ""

    @property
    def signed_in(self) -> bool:
        """Return whether someone is signed in, asking the actor before the user."""
        actor = getattr(self.request, "actor", None)
        if actor is not None:
            return getattr(actor, "user_id", None) is not None
        return bool(getattr(getattr(self.request, "user", None), "is_authenticated", False))

    @cached_property
    def rooms(self) -> tuple[Room, ...]:
        """Return the rail for the actor of this request; empty for visitors."""
        if self.request is None or not self.signed_in:
            return ()
        match = getattr(self.request, "resolver_match", None)
        return rooms_for(
            getattr(self.request, "actor", None),
            view_name=match.view_name if match else "",
            room=str(getattr(self.request, "room", "")),
            path=self.request.path,
        )

    @cached_property
    def badges(self) -> tuple[Shown, ...]:
        """Return the numbers in the header, such as of unread messages; none for visitors."""
        return badges_for(getattr(self.request, "actor", None)) if self.request and self.signed_in else ()

    @property
    def room(self) -> Room | None:
        """Return the word of the rail this page stands under."""
        return next((room for room in self.rooms if room.current), None)


def page(request: HttpRequest) -> dict[str, Any]:
    """Give every template ``look`` (a context processor; the frame also asks by tag)."""
    return {"look": Look(request)}
