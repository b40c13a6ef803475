"""Text that may stand in a document: whatever a person typed, without what a file format cannot hold."""

from __future__ import annotations

import re

# Controls, lone surrogates and non-characters are not XML; marks that turn the direction of a whole
# line are taken out, because on official paper what is read must be what was written.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_LINES = re.compile("\r\n?|[\u0085\u2028\u2029]")


def printable(text: object) -> str:
    """Return ``text`` as every format of this package can hold it; line ends become ``\\n``."""
    lines = _LINES.sub("\n", str(text))
    return _UNPRINTABLE.sub("", _SURROGATE.sub("\ufffd", lines))


def one_line(text: object) -> str:
    """Return ``text`` on a single line, for titles, names and cells of a head."""
    return " ".join(printable(text).split())


def chinese_date(year: int, month: int, day: int) -> str:
    """Return a date as official paper writes it: Arabic figures, no leading zeros."""
    return f"{year}年{month}月{day}日"
