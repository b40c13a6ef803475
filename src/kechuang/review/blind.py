"""Taking out of a text everything that tells whose it is (匿名化), and proving that nothing was left.

Names are found however they are spaced or widened; whoever reads the copy sees what kind of thing
stood there. What cannot be taken out surely is told as a problem, and the copy is not served.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

LEAST_LENGTH = 2
CONTACTS = (
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+",
    r"(?:https?://|www\.)[^\s，。；、）)]+",
    r"(?<!\d)\d{17}[\dXx](?!\d)",
    r"(?<![0-9A-Z])[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}(?![0-9A-Z])",
    r"(?<!\d)1[3-9]\d(?:[\s-]?\d{4}){2}(?!\d)",
    r"(?<!\d)0\d{2,3}[-－]\d{7,8}(?!\d)",
)


@dataclass(frozen=True, slots=True)
class Identifier:
    """A text that tells whose a proposal is, and what stands in its place, e.g. 〔申报单位〕."""

    text: str
    stands_for: str


def plain(text: str) -> str:
    """Return the text as identifiers are looked for: one width, no spaces, small letters."""
    return re.sub(r"[\s\u200b\ufeff]+", "", unicodedata.normalize("NFKC", text)).casefold()


def redact(text: str, identifiers: Sequence[Identifier]) -> str:
    """Return ``text`` with every identifier and every contact replaced."""
    cleaned = unicodedata.normalize("NFKC", text) if _wide(text, identifiers) else text
    for pattern in CONTACTS:
        cleaned = re.sub(pattern, _("〔联系方式〕"), cleaned)
    for one in sorted(identifiers, key=lambda i: -len(i.text)):
        letters = [re.escape(c) for c in one.text if not c.isspace()]
        if len(letters) >= LEAST_LENGTH:
            cleaned = re.sub(r"[\s\u200b\ufeff·]*".join(letters), one.stands_for, cleaned, flags=re.IGNORECASE)
    return cleaned


def left_over(texts: Iterable[str], identifiers: Sequence[Identifier]) -> list[str]:
    """Return the identifiers that still stand in ``texts``, however they are spaced."""
    whole = plain("\n".join(texts))
    return sorted(
        {one.text for one in identifiers if len(plain(one.text)) >= LEAST_LENGTH and plain(one.text) in whole}
    )


def _wide(text: str, identifiers: Sequence[Identifier]) -> bool:
    """Tell whether an identifier is only found once full-width letters are made plain."""
    return any(plain(one.text) in plain(text) and one.text not in text for one in identifiers)
