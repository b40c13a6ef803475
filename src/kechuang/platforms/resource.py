"""The register as a list: columns, filters, exports and the read API from one declaration."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import quote

from django.urls import get_script_prefix, reverse
from django.utils.translation import gettext_lazy as _

from kechuang.platforms.access import ENTRIES
from kechuang.platforms.importing import PLATFORMS_IN
from kechuang.platforms.lights import STANDINGS
from kechuang.platforms.models import Level, RegisterEntry
from kechuang.platforms.selectors.reference import (
    county_choices,
    department_choices,
    direction_choices,
    kind_choices,
    own_words,
)
from kechuang.ui.resource import AsOf, Column, Resource

ANY = "PT-0000-0000"
LEVEL_WORDS = {**dict(Level.choices), "": _("无级别")}


def level_word(level: str) -> object:
    """Return a level as it is read; a platform whose last recognition has ended has none."""
    return LEVEL_WORDS.get(level, level)


def standing_word(standing: str) -> object:
    """Return a standing as it is read."""
    light = STANDINGS.get(standing)
    return light.word if light else standing


def page_of(number: str) -> str:
    """Return the address of a platform's page.

    Resolved once for all: a list has fifty of them, and each resolving walks the site's addresses.
    """
    return _page_pattern(get_script_prefix()).replace(ANY, quote(number))


@lru_cache(maxsize=8)
def _page_pattern(prefix: str) -> str:
    return reverse("platforms:detail", args=[ANY])


_NAME = Column("name")
_KIND = Column("kind__name", _("类别"))
_LEVEL = Column("level", shown=level_word)
_HOST = Column("host_name")
_COUNTY = Column("county__short_name", _("县区"))
_DEPARTMENT = Column("department__short_name", _("归口部门"))
_STANDING = Column("standing", light=True, shown=standing_word)
_SINCE = Column("level_since")

REGISTER = Resource(
    name="platforms",
    model=RegisterEntry,
    access=ENTRIES,
    label=_("平台名录"),
    columns=(_NAME, _KIND, _LEVEL, _HOST, _COUNTY, _DEPARTMENT, _STANDING, _SINCE),
    exported=(
        Column("number"),
        _NAME,
        _KIND,
        _LEVEL,
        _SINCE,
        Column("document_number"),
        _STANDING,
        _HOST,
        Column("host_credit_code"),
        _COUNTY,
        _DEPARTMENT,
        Column("industry_code"),
        Column("direction"),
        Column("director"),
        Column("governance"),
        Column("team"),
        Column("extras", shown=own_words),
    ),
    filters=("kind__code", "level", "county", "department", "standing", "direction", "host_name"),
    search=("name", "host_name", "number", "host_credit_code"),
    order=("name_key", "platform_id"),
    key="number",
    detail=page_of,
    as_of=AsOf(),
    empty=_("没有符合条件的平台。"),
    choices={
        "kind__code": kind_choices,
        "county": county_choices,
        "department": department_choices,
        "direction": direction_choices,
        "standing": lambda: [(key, light.word) for key, light in STANDINGS.items()],
    },
    imports=PLATFORMS_IN,
)
