"""Pictures looked into without decoding them: how many pixels they claim, and that they are whole.

PNG: ISO/IEC 15948, chunk by chunk with their checksums. JPEG: ITU-T T.81, segment by segment up to the scan.
"""

from __future__ import annotations

import struct
import zlib

from django.conf import settings
from django.utils.translation import gettext as _

from kechuang.kernel.errors import Refused
from kechuang.kernel.uploads_mapped import WINDOW, Content, Source, let_go, mapped

PNG_BEGINS = 8
"""Bytes of the signature before the first chunk."""
HEAD, DATA, END = b"IHDR", b"IDAT", b"IEND"
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Markers of a JPEG that give its height and width."""
ALONE = frozenset({0x01, *range(0xD0, 0xD9)})
"""Markers without a length."""
SCAN = 0xDA
MOST_SEGMENTS = 10_000
EOI = b"\xff\xd9"


class Broken(Exception):
    """The picture is not whole."""


def picture_check(source: Source, media_type: str, *, field: str) -> None:
    """Raise ``Refused`` at ``field`` for a picture that is too large, or not whole."""
    data = mapped(source)
    size_of, is_whole = (_png_size, _png_whole) if media_type == "image/png" else (_jpeg_size, _jpeg_whole)
    try:
        width, height = size_of(data)
        too_large = width * height > settings.UPLOADS["pixels"] or max(width, height) > settings.UPLOADS["side"]
        sound = too_large or (min(width, height) > 0 and is_whole(data))
    except (Broken, struct.error, IndexError):
        too_large = sound = False
    if too_large:
        most = settings.UPLOADS["pixels"] // 10_000
        raise Refused(_("图片超过 %(most)d 万像素，请缩小后再上传。") % {"most": most}, field=field)
    if not sound:
        raise Refused(_("这张图片打不开，可能已损坏或没有传完；请重新扫描或另存后再上传。"), field=field)


def _png_size(data: Content) -> tuple[int, int]:
    if data[PNG_BEGINS + 4 : PNG_BEGINS + 8] != HEAD:
        raise Broken
    width, height = struct.unpack_from(">II", data, PNG_BEGINS + 8)
    return width, height


def _png_whole(data: Content) -> bool:
    """Say whether every chunk up to the end keeps its checksum, and there is something to draw."""
    place, names = PNG_BEGINS, set()
    while END not in names:
        (length,) = struct.unpack_from(">I", data, place)
        body = place + 4
        end = body + 4 + length
        (said,) = struct.unpack_from(">I", data, end)
        if _checksum(data, body, end) != said:
            return False
        names.add(data[body : body + 4])
        place = end + 4
    return DATA in names


def _checksum(data: Content, start: int, end: int) -> int:
    checksum = 0
    for place in range(start, end, WINDOW):
        checksum = zlib.crc32(data[place : min(place + WINDOW, end)], checksum)
        let_go(data, place)
    return checksum


def _segments(data: Content) -> list[tuple[int, int]]:
    """Return the markers before the scan, and it, each with the place of its content."""
    found: list[tuple[int, int]] = []
    place = 2
    while not found or found[-1][0] != SCAN:
        if len(found) > MOST_SEGMENTS or data[place] != 0xFF:  # noqa: PLR2004 - what every marker begins with
            raise Broken
        marker = data[place + 1]
        found.append((marker, place + 4))
        if marker == 0xFF:  # noqa: PLR2004 - a filler byte
            found.pop()
            place += 1
        elif marker in ALONE:
            place += 2
        else:
            (length,) = struct.unpack_from(">H", data, place + 2)
            place += 2 + max(length, 2)
    return found


def _jpeg_size(data: Content) -> tuple[int, int]:
    for marker, place in _segments(data):
        if marker in FRAMES:
            height, width = struct.unpack_from(">HH", data, place + 1)
            return width, height
    raise Broken


def _jpeg_whole(data: Content) -> bool:
    """Say whether the scan is followed by the mark of the end."""
    _marker, scan = _segments(data)[-1]
    return data.rfind(EOI) > scan
