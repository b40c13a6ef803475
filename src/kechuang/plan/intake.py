"""Reading a document somebody handed in, where several people may do so at once."""

from __future__ import annotations

from contextlib import nullcontext

from kechuang.kernel.uploads_pdf import ONE_AT_A_TIME
from kechuang.pure.plans import PlanReading, read_bytes

PDF = b"%PDF-"
HEAD_BYTES = 1024


def document_read(data: bytes, *, name: str = "") -> PlanReading:
    """Read a document; one PDF at a time, because PDFium must not be entered by two threads.

    Raises ``Unreadable``.
    """
    with ONE_AT_A_TIME if PDF in data[:HEAD_BYTES] else nullcontext():
        return read_bytes(data, name=name)
