"""Personal numbers never leave the house in a text: identity numbers, telephones, bank accounts, addresses of mail."""

from __future__ import annotations

import re

from kechuang.pure.personal_numbers import NUMBER

MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
STARS = "****"


def masked(text: str) -> str:
    """Return ``text`` with telephone, identity card and account numbers and mail addresses hidden.

    Dates, case numbers and credit codes stay: they are shorter, or have letters in them.

    >>> masked("电话13800001234，身份证52040219900101123X，2026-01-05前办KC-2026-000123")
    '电话138****34，身份证520****3X，2026-01-05前办KC-2026-000123'
    """
    return NUMBER.sub(_hidden, MAIL.sub(STARS, text))


def _hidden(found: re.Match[str]) -> str:
    number = found.group()
    return f"{number[:3]}{STARS}{number[-2:]}"


def shown_address(address: str) -> str:
    """Return an address as its owner or an administrator sees it: enough to recognise it, not to use it."""
    if "@" in address:
        name, _at, host = address.partition("@")
        return f"{name[:2]}{STARS}@{host}"
    return f"{address[:3]}{STARS}{address[-2:]}" if len(address) > 6 else f"{address[:1]}{STARS}"  # noqa: PLR2004
