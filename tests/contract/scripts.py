"""Scripts as people would try to smuggle them in: written into every text of the database, looked for in every page.

A page is safe when nothing of what was written became a tag, an attribute or an address that runs; as text it may
stand anywhere.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

from django.apps import apps
from django.db import DatabaseError, connection, models, transaction

MARK = "kxss"
BREAKS = (
    "",
    '"',
    "'",
    "`",
    '">',
    "'>",
    "</script>",
    "</title>",
    "</textarea>",
    "</style>",
    "-->",
    "]]>",
    "</svg>",
    "\\",
)
TRICKS = (
    "<kxss>",
    "<kxss onkxss=1>",
    "<img src=x onkxss=1>",
    "<svg/onkxss=1>",
    "<a href=javascript:kxss>",
    "<a href=JaVaScRiPt:kxss>",
    "<a href='java\tscript:kxss'>",
    "<iframe srcdoc=kxss>",
    "<script>kxss</script>",
    "<kxss x-data x-init=kxss>",
    "<kxss hx-get=/ hx-trigger=load>",
    " onkxss=1 ",
    "javascript:kxss",
    "data:text/html,kxss",
    "&lt;kxss&gt;",
)
PAYLOADS = tuple(map("".join, itertools.product(BREAKS, TRICKS)))
SHORT = '"><kxss>'
RUNS = re.compile(r"^[\s\x00-\x1f]*(javascript|vbscript|data)\s*:", re.IGNORECASE)
ADDRESSES = frozenset({"href", "src", "action", "formaction", "xlink:href", "srcdoc", "poster", "data"})
DEFINITIONS = (
    "kernel_processversion",
    "kernel_catalogueversion",
    "calls_itemversion",
    "facts_ruleversion",
    "platforms_liferule",
)
OWN = ("kernel", "directory", "plan", "platforms", "facts", "calls", "review", "notify", "cockpit", "portal")


def smuggle(turn: int) -> int:
    """Write payloads over every free text that stands in the database; return how many columns took them.

    Free is what holds Chinese words: codes, keys and definitions are not typed by people. ``turn`` shifts which
    row gets which payload.
    """
    taken = 0
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table, column, most in _free_texts():
            fitting = [payload if most is None or len(payload) <= most else SHORT[:most] for payload in PAYLOADS]
            try:
                with transaction.atomic():
                    cursor.execute(_overwriting(table, column, turn, len(fitting)), [fitting])
                    taken += cursor.rowcount > 0
            except DatabaseError:  # a law of the database forbids it, as it would forbid it to a person
                continue
        cursor.execute("SET LOCAL session_replication_role = origin")
    return taken


def _overwriting(table: str, column: str, turn: int, many: int) -> str:
    place = f"1 + ((hashtext(ctid::text) & 65535) + {turn}) %% {many}"
    return f"""UPDATE "{table}" SET "{column}" = (%s::text[])[{place}] WHERE "{column}" ~ '[一-龥]'"""  # noqa: S608 - names of our models


def _free_texts() -> Iterator[tuple[str, str, int | None]]:
    for label in OWN:
        for model in apps.get_app_config(label).get_models():
            if model._meta.db_table in DEFINITIONS or model._meta.proxy:
                continue
            for field in model._meta.concrete_fields:
                if isinstance(field, models.CharField | models.TextField) and not field.choices and not field.unique:
                    yield model._meta.db_table, field.column, field.max_length


class _Reading(HTMLParser):
    """Collects what of a page became markup though it carries the mark."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _value in attrs if MARK in name]
        runs = [f"{name}={value}" for name, value in attrs if name in ADDRESSES and _would_run(value or "")]
        if MARK in tag or names or runs:
            self.found.append(f"<{tag} {names + runs}>")


def _would_run(address: str) -> bool:
    """Tell whether a browser would run ``address``; it leaves out tabs and line ends before it looks."""
    return MARK in address and RUNS.match(re.sub(r"[\t\r\n]", "", address)) is not None


def escaped(html: str) -> list[str]:
    """Return what of the payloads in a page became a tag, an attribute or an address that runs."""
    reading = _Reading()
    reading.feed(html)
    return reading.found


def carried(text: Any) -> bool:
    """Tell whether a page shows any of what was smuggled in."""
    return MARK in str(text)
