"""QR codes, as SVG for pages and PDF and as PNG where only a picture will do.

The SVG carries plain attributes only, so that it may stand in a page whose content security
policy forbids inline styles.
"""

from __future__ import annotations

import io

import segno
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

LONGEST = 1_000  # characters; more would need modules too small for a phone to read
QUIET_ZONE = 4  # modules, ISO/IEC 18004


def svg(text: str, *, label: str = "") -> SafeString:
    """Return ``text`` as an inline SVG drawing, black on white, sized by its surroundings.

    ``label`` is read aloud instead of the picture. Raises ``ValueError`` for an empty text and
    for more than 1,000 characters.
    """
    code = _code(text)
    side = code.symbol_size(border=QUIET_ZONE)[0]
    runs = []
    for row, bits in enumerate(code.matrix):
        column = 0
        while column < len(bits):
            end = column
            while end < len(bits) and bits[end]:
                end += 1
            if end > column:
                runs.append(f"M{column + QUIET_ZONE} {row + QUIET_ZONE}h{end - column}v1h-{end - column}z")
            column = max(end, column + 1)
    named = f' role="img" aria-label="{escape(label)}"' if label else ' aria-hidden="true"'
    return mark_safe(  # noqa: S308 - numbers of our own and an escaped label
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" width="{side * 4}" height="{side * 4}"'
        f' shape-rendering="crispEdges"{named}>'
        f'<rect width="{side}" height="{side}" fill="#fff"/><path fill="#000" d="{"".join(runs)}"/></svg>'
    )


def png(text: str, *, scale: int = 8) -> bytes:
    """Return ``text`` as a PNG, ``scale`` pixels a module. Raises as ``svg`` does."""
    buffer = io.BytesIO()
    _code(text).save(buffer, kind="png", scale=scale, border=QUIET_ZONE)
    return buffer.getvalue()


def _code(text: str) -> segno.QRCode:
    if not text or len(text) > LONGEST:
        raise ValueError(f"a QR code holds 1 to {LONGEST} characters")
    return segno.make_qr(text, error="m", encoding="utf-8", boost_error=False)
