"""Personal numbers never leave the house in a text: identity numbers, telephones, bank accounts, addresses of mail."""

from __future__ import annotations

import re

# Digits may be parted as people type them; full-width ones are digits to \d.
MOBILE = r"(?:\+?86[ -]?)?1[3-9]\d(?:[ -]?\d){8}"
LANDLINE = r"0\d{2,3}[ -]?\d{7,8}"
IDENTITY = r"\d{6} ?\d{8} ?\d{3}[\dXx]|\d{15}"
ACCOUNT = r"\d{16,19}|\d{4}(?: \d{4}){3}(?: \d{1,4})?"
NUMBER = re.compile(rf"(?<![\dA-Za-z])(?:{MOBILE}|{LANDLINE}|{IDENTITY}|{ACCOUNT})(?![\dA-Za-z])")
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
