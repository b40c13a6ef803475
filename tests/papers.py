"""Small honest files for tests: a PDF of one page, pictures, and packed files with the parts given."""

from __future__ import annotations

import io
import zipfile
import zlib

from PIL import Image

WORD = {
    "[Content_Types].xml": b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
    "word/document.xml": b"<w:document/>",
}
BOOK = {"[Content_Types].xml": WORD["[Content_Types].xml"], "xl/workbook.xml": b"<workbook/>"}


def pdf(text: str = "example", *, catalog: bytes = b"", more: tuple[bytes, ...] = (), pages: int = 1) -> bytes:
    """Return a PDF that says ``text`` (ASCII); ``catalog`` goes into its catalogue, ``more`` are objects from 4 up."""
    content = f"BT /F1 24 Tf 72 720 Td ({text}) Tj ET".encode()
    kids = b" ".join([b"3 0 R"] * pages)
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalog,
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, pages),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R >>" % (4 + len(more)),
        *more,
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
    )
    written, places = b"%PDF-1.7\n", []
    for number, one in enumerate(objects, start=1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(written))
    return written + b"xref\n0 %d\n0000000000 65535 f \n%s%s" % (len(objects) + 1, table, end)


def stream(head: bytes, content: bytes) -> bytes:
    """Return a stream object packed with Flate."""
    packed = zlib.compress(content, 9)
    return b"<< %s /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (head, len(packed), packed)


def picture(form: str = "PNG", size: tuple[int, int] = (2, 2)) -> bytes:
    """Return a picture of ``size`` pixels."""
    buffer = io.BytesIO()
    Image.new("RGB", size, "white").save(buffer, form)
    return buffer.getvalue()


def packed(parts: dict[str, bytes]) -> bytes:
    """Return a packed file of ``parts``."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def word(**more: bytes) -> bytes:
    """Return a Word file with further parts."""
    return packed({**WORD, **more})
