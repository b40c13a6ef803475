"""Looking through a large upload without holding it: what lies on disk is mapped, and let go of as the look moves on.

Small uploads are bytes in memory anyway. Both are searched and sliced alike.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from pathlib import Path

from django.core.files.uploadedfile import UploadedFile

Source = bytes | Path
Content = bytes | mmap.mmap
WINDOW = 4 * 1024 * 1024
"""Bytes looked at before their pages are given back."""
SPACES = (b"\n", b" ")


def source_of(upload: UploadedFile[bytes]) -> Source:
    """Return where ``upload`` lies, or its bytes where it is kept in memory."""
    if (place := getattr(upload, "temporary_file_path", None)) is not None:
        return Path(place())
    upload.seek(0)
    content: bytes = upload.read()
    return content


def mapped(source: Source) -> Content:
    """Return the bytes of ``source`` as they are found on disk; an empty file is empty bytes."""
    if isinstance(source, bytes):
        return source
    with source.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if source.stat().st_size else b""


def let_go(content: Content, place: int) -> None:
    """Give back the memory of everything before ``place``; it is read anew when it is asked for again."""
    if isinstance(content, mmap.mmap) and (length := place // mmap.PAGESIZE * mmap.PAGESIZE):
        content.madvise(mmap.MADV_DONTNEED, 0, length)


def found(content: Content, word: bytes, place: int = 0) -> int:
    """Return where ``word`` begins at or after ``place``, -1 for nowhere.

    >>> found(b"a stream", b"stream"), found(b"a stream", b"stream", 3)
    (2, -1)
    """
    size = len(content)
    while place < size:
        where = content.find(word, place, min(place + WINDOW, size))
        if where >= 0:
            return where
        let_go(content, place)
        place += WINDOW - len(word) + 1
    return -1


def texts(content: Content, start: int, end: int) -> Iterator[bytes]:
    """Yield what stands from ``start`` to ``end``, a window at a time, cut between words where there are any."""
    while start < end:
        text = content[start : min(start + WINDOW, end)]
        if start + len(text) < end:
            cut = max(text.rfind(space) for space in SPACES)
            text = text[: cut + 1] if cut > 0 else text
        yield text
        start += len(text)
        let_go(content, start)
