"""A PDF looked into: that it opens, how many pages it has, and that nothing in it runs, calls or carries anything.

The file is written out anew beside it, which unpacks its object streams and resolves what names hide
(``/J#61vaScript``); the words are looked for there and in the file as it came, outside the content of pages.
Neither is ever held in memory as a whole.
"""

from __future__ import annotations

import ctypes
import re
import tempfile
import threading
import zlib
from collections.abc import Iterator
from pathlib import Path

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_raw
from django.conf import settings
from django.utils.translation import gettext as _

from kechuang.kernel.errors import Refused
from kechuang.kernel.uploads_mapped import Content, Source, found, mapped, texts

ONE_AT_A_TIME = threading.Lock()
"""PDFium keeps state of its own and must not be entered by two threads."""
STREAM, END, END_OF = b"stream", b"endstream", b"end"
STREAM_BEGINS = re.compile(rb"stream\r?\n")
OBJECTS = re.compile(rb"/ObjStm")
IMAGE = re.compile(rb"/Subtype\s*/Image")
SIDE = re.compile(rb"/(Width|Height)\s+(\d{1,9})")
ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
MOST_STREAMS = 200_000
STREAM_BYTES = 64 * 1024 * 1024
OBJECT_BYTES = 16 * 1024 * 1024
CHUNK = 256 * 1024
LONGEST_HEAD = 1024 * 1024
ACTIVE = re.compile(
    rb"/(?:JavaScript|JS|Launch|RichMedia|XFA|SubmitForm|ImportData|GoToE|Rendition|Movie|Sound|3D)"
    rb"(?=[\s/<>\[\]()]|$)"
)
CARRIED = re.compile(rb"/EmbeddedFiles?(?=[\s/<>\[\]()]|$)")
"""Electronic vouchers carry their figures as XML within the PDF; that is text, and nothing opens it by itself."""
DATA_BYTES = 4 * 1024 * 1024
PASSWORD = 4


def pdf_check(source: Source, *, field: str) -> int:
    """Return how many pages the PDF has. Raises ``Refused`` at ``field``: broken, locked, too large, or active."""
    _still(source, field)
    with ONE_AT_A_TIME, tempfile.NamedTemporaryFile() as plain:
        pages = _opened(source, Path(plain.name), field)
        _still(Path(plain.name), field)
    if pages == 0:
        raise _broken(field)
    if pages > settings.UPLOADS["pages"]:
        most = settings.UPLOADS["pages"]
        raise Refused(_("PDF 超过 %(most)d 页，请分开上传。") % {"most": most}, field=field)
    return pages


def _still(source: Source, field: str) -> None:
    """Refuse what runs or calls; names are spelt out first."""
    for text in _outside_streams(mapped(source), field):
        if ACTIVE.search(ESCAPE.sub(lambda sign: bytes([int(sign[1], 16)]), text)):
            raise _active(field)


def _opened(source: Source, plain: Path, field: str) -> int:
    """Return the number of pages; write the file out plainly."""
    try:
        document = pdfium.PdfDocument(source)
    except pdfium.PdfiumError as error:
        if getattr(error, "err_code", None) == PASSWORD or "assword" in str(error):
            raise Refused(_("文件加了密码，无法查验；请去掉密码后再上传。"), field=field) from error
        raise _broken(field) from error
    try:
        pages = len(document)
        _carried(document, field)
        document.save(plain, flags=pdfium_raw.FPDF_REMOVE_SECURITY)
    except pdfium.PdfiumError as error:
        raise _broken(field) from error
    finally:
        document.close()
    return pages


def _carried(document: pdfium.PdfDocument, field: str) -> None:
    """Refuse files within the file, unless they are the XML of an electronic voucher."""
    for index in range(pdfium_raw.FPDFDoc_GetAttachmentCount(document)):
        content = _content(pdfium_raw.FPDFDoc_GetAttachment(document, index))
        begins = content[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
        if not begins.startswith((b"<?xml", b"<xbrl")) or b"<!doctype" in content[:4000].lower():
            raise Refused(_("PDF 里夹带了别的文件，不予接收；请把它取出来单独上传。"), field=field)


def _content(attachment: pdfium_raw.FPDF_ATTACHMENT) -> bytes:
    size = ctypes.c_ulong()
    if not pdfium_raw.FPDFAttachment_GetFile(attachment, None, 0, size) or size.value > DATA_BYTES:
        return b""
    buffer = ctypes.create_string_buffer(size.value)
    pdfium_raw.FPDFAttachment_GetFile(attachment, buffer, size.value, size)
    return buffer.raw


def _outside_streams(data: Content, field: str) -> Iterator[bytes]:
    """Yield what stands outside the streams, and the unpacked objects' streams."""
    place = look = streams = 0
    while (word := found(data, STREAM, look)) >= 0:
        look = word + len(STREAM)
        begins = STREAM_BEGINS.match(data, word)
        if begins is None or data[max(word - len(END_OF), 0) : word] == END_OF:
            continue
        streams += 1
        if streams > MOST_STREAMS:
            raise _too_large(field)
        start, end = begins.end(), found(data, END, begins.end())
        end = len(data) if end < 0 else end
        yield from texts(data, place, start)
        yield _stream(_head(data, place, word, field), memoryview(data)[start:end], field)
        place = look = min(end + len(END), len(data))
    yield from texts(data, place, len(data))


def _head(data: Content, place: int, word: int, field: str) -> bytes:
    """Return what is said of the stream that begins at ``word``."""
    begins = max(data.rfind(b"obj", place, word), place)
    if word - begins > LONGEST_HEAD:
        raise _broken(field)
    return data[begins:word]


def _stream(head: bytes, body: memoryview, field: str) -> bytes:
    """Count what a stream unpacks to; give back the text of streams that hold objects."""
    if IMAGE.search(head):
        sides = {name: int(number) for name, number in SIDE.findall(head)}
        if sides.get(b"Width", 0) * sides.get(b"Height", 0) > settings.UPLOADS["pixels"]:
            raise Refused(_("PDF 里的图片过大，请降低扫描分辨率后再上传。"), field=field)
        return b""
    if b"FlateDecode" not in head and b"/Fl" not in head:
        return b""
    if head.count(b"/FlateDecode") > 1:  # packed twice over: a small file unpacks to anything
        raise _too_large(field)
    holds_objects = bool(OBJECTS.search(head))
    kept, seen = [], 0
    for piece in _unpacked(body):
        seen += len(piece)
        if seen > (OBJECT_BYTES if holds_objects else STREAM_BYTES):
            raise _too_large(field)
        if holds_objects:
            kept.append(piece)
    return b"".join(kept)


def _unpacked(body: memoryview) -> Iterator[bytes]:
    """Yield what a stream unpacks to, never much at a time; a broken stream ends where it breaks."""
    inflate = zlib.decompressobj()
    try:
        for place in range(0, len(body), CHUNK):
            left: bytes | memoryview = body[place : place + CHUNK]
            while left and not inflate.eof:
                piece = inflate.decompress(left, CHUNK)
                left = inflate.unconsumed_tail
                yield piece
    except zlib.error:
        return


def _too_large(field: str) -> Refused:
    return Refused(_("文件解开后过大，不予接收；请删去不需要的内容后再上传。"), field=field)


def _active(field: str) -> Refused:
    return Refused(_("PDF 里有脚本、会启动程序或向外发送的动作，不予接收；请“打印为 PDF”后再上传。"), field=field)


def _broken(field: str) -> Refused:
    return Refused(_("这个 PDF 打不开，可能已损坏或没有传完；请重新导出再上传。"), field=field)
