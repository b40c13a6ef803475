"""The words of the tus protocol 1.0.0 (core, creation, termination, expiration): headers read and written."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator

from django.http import HttpRequest
from django.utils.http import http_date

from kechuang.kernel.models import RunningUpload

VERSION = "1.0.0"
EXTENSIONS = "creation,termination,expiration"
OFFSET_TYPE = "application/offset+octet-stream"
PIECE = 1024 * 1024
"""What is read, written and counted at a time."""
DIGITS = 15


def whole_number(told: str | None) -> int | None:
    """Return the number a header gives; ``None`` for anything else.

    >>> whole_number("12"), whole_number("-1"), whole_number(None)
    (12, None, None)
    """
    return int(told) if told and told.isascii() and told.isdecimal() and len(told) <= DIGITS else None


def metadata(header: str) -> dict[str, str]:
    """Return the pairs of ``Upload-Metadata``: a key and, in base64, its value; what cannot be read is left out.

    >>> metadata("filename 6K+B5LmmLnBkZg==, broken %, alone")
    {'filename': '证书.pdf', 'alone': ''}
    """
    pairs = {}
    for pair in header.split(","):
        key, _space, coded = pair.strip().partition(" ")
        try:
            pairs[key] = base64.b64decode(coded, validate=True).decode().replace("\0", "")
        except (binascii.Error, ValueError):
            continue
    return pairs


def state_headers(row: RunningUpload) -> dict[str, str]:
    """Return what tells a client where an upload stands."""
    return {
        "Upload-Offset": str(row.received),
        "Upload-Length": str(row.size),
        "Upload-Expires": http_date(row.expires_at.timestamp()),
        "Cache-Control": "no-store",
    }


def pieces(request: HttpRequest) -> Iterator[bytes]:
    """Yield the body as it comes, one piece at least; a line that breaks ends it."""
    piece = request.read(PIECE)
    yield piece
    while len(piece) and (piece := request.read(PIECE)):
        yield piece
