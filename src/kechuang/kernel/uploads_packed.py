"""Packed files (docx, xlsx, ods) looked into before any reader sees them: bombs, names, entities, macros, remote parts.

Everything is read a piece at a time and counted; nothing is unpacked to disk and no part is parsed as XML.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from typing import IO

from django.conf import settings
from django.utils.translation import gettext as _

from kechuang.kernel.errors import Refused

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
MAIN_PARTS = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX, "xl/workbook.bin": XLSX}
PARTS = 2_000
SMALL = 8 * 1024 * 1024
"""A part up to this size may be as repetitive as it likes."""
CHUNK = 256 * 1024
OVERLAP = 4_096
"""Bytes kept of the piece before, so that a word cut in two is still found."""
INNER_SIZE = 20 * 1024 * 1024
MAGIC = b"PK\x03\x04"
EMBEDDED = re.compile(r"(?:word|xl)/embeddings/[^/]+\.(?:xlsx|docx|pptx)", re.IGNORECASE)
MACROS = re.compile(r"vbaproject\.bin$|vbadata\.xml$|/activex/|^basic/|^scripts/|/macrosheets/", re.IGNORECASE)
ENTITIES = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
MACRO_TYPES = re.compile(rb"macroEnabled", re.IGNORECASE)
OUTSIDE = re.compile(
    rb"<Relationship\b(?=[^>]*/(?:attachedTemplate|oleObject|frame|subDocument|aFChunk)[\"'])"
    rb"(?=[^>]*\bTarget=[\"'](?:https?:|ftp:|mhtml:|\\\\|file://///?[^/C-Z]|//))[^>]*>",
    re.IGNORECASE,
)
DYNAMIC = re.compile(rb"<w:instrText[^>]*>\s*\"?DDE(?:AUTO)?\b|w:instr=\"\s*DDE|<(?:\w+:)?ddeLink\b", re.IGNORECASE)
SHEET = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
FAR_COLUMN = re.compile(rb' r="(?:[H-Z][A-Z]|G[S-Z]|[A-Z]{3})[0-9]')
FAR_ROW = re.compile(rb'<row [^>]{0,80}?r="(?:[2-9][0-9]{5}|1[1-9][0-9]{4}|10[1-9][0-9]{3}|[0-9]{7,})"')
"""Cells far away from any table: whoever reads a sheet lays out every cell between."""
NATIVE = "\x01Ole10Native".encode("utf-16-le")
"""The name under which Word keeps a whole foreign file, programs among them."""
WIDE = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")
BROKEN = (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, OSError, ValueError, EOFError, NotImplementedError)


def packed_type(file: IO[bytes], *, field: str) -> str:
    """Return what the packed ``file`` is (``DOCX``, ``XLSX``, ``ODS``, empty for anything else).

    Raises ``Refused`` at ``field`` for bombs, passwords, macros, entities, remote templates and unsafe names.
    """
    budget = _Budget(field)
    try:
        return _looked(file, budget, depth=0)
    except RuntimeError as error:  # what zipfile raises for a password
        raise Refused(_("文件加了密码，无法查验；请去掉密码后再上传。"), field=field) from error
    except BROKEN as error:
        raise Refused(_("这个文件打不开，可能已损坏或没有传完；请另存一次再上传。"), field=field) from error


class _Budget:
    """How many bytes may still be unpacked of one upload, its inner files counted in."""

    def __init__(self, field: str) -> None:
        self.field = field
        self.left = settings.UPLOADS["unpacked_bytes"]
        self.ratio = settings.UPLOADS["ratio"]
        self.depth = settings.UPLOADS["depth"]

    def take(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise self.bomb()

    def bomb(self) -> Refused:
        return Refused(_("文件解开后过大，不予接收；请删去不需要的内容后再上传。"), field=self.field)

    def unsafe(self, sentence: str) -> Refused:
        return Refused(sentence, field=self.field)


def _looked(file: IO[bytes], budget: _Budget, depth: int) -> str:
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    with zipfile.ZipFile(file) as archive:
        parts = archive.infolist()
        _declared(parts, size, budget)
        for part in parts:
            _part(archive, part, budget, depth)
        return _kind(archive, {part.filename for part in parts})


def _kind(archive: zipfile.ZipFile, names: set[str]) -> str:
    for name, media_type in MAIN_PARTS.items():
        if name in names and "[Content_Types].xml" in names:
            return media_type
    if "content.xml" in names and "mimetype" in names:
        with archive.open("mimetype") as told:
            return ODS if told.read(200).strip().startswith(ODS.encode()) else ""
    return ""


def _declared(parts: list[zipfile.ZipInfo], size: int, budget: _Budget) -> None:
    """Judge by what the file says of itself, before a byte is unpacked."""
    names = [part.filename for part in parts]
    if len(parts) > PARTS or sum(part.file_size for part in parts) > budget.left:
        raise budget.bomb()
    # Parts that lie over each other unpack to more than the file could hold; an honest file has no such parts.
    if sum(part.compress_size for part in parts) > size or len(set(names)) != len(names):
        raise budget.bomb()
    if any(_leads_out(name) for name in names):
        raise budget.unsafe(_("文件里有不安全的内部路径，不予接收；请另存一次再上传。"))
    if any(part.flag_bits & 1 for part in parts):
        raise budget.unsafe(_("文件加了密码，无法查验；请去掉密码后再上传。"))
    if any(MACROS.search(name) for name in names):
        raise budget.unsafe(_("文件里有宏或控件，不予接收；请另存为不含宏的文件后再上传。"))


def _leads_out(name: str) -> bool:
    return name.startswith(("/", "\\")) or "\\" in name or "\0" in name or ":" in name or ".." in name.split("/")


def _part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, budget: _Budget, depth: int) -> None:
    seen, tail, kept = 0, b"", io.BytesIO()
    with archive.open(part) as opened:
        while piece := opened.read(CHUNK):
            if not seen:
                inner = _inner(part.filename, piece, budget, depth)
                wide = piece.startswith(WIDE)
            seen += len(piece)
            budget.take(len(piece))
            if seen > SMALL and seen > budget.ratio * max(part.compress_size, 1):
                raise budget.bomb()
            _words(part.filename, _narrow(tail + piece) if wide else tail + piece, budget)
            tail = piece[-OVERLAP:]
            if inner:
                kept.write(piece)
                if seen > INNER_SIZE:
                    raise budget.bomb()
    if kept.tell():
        _looked(kept, budget, depth + 1)


def _inner(name: str, head: bytes, budget: _Budget, depth: int) -> bool:
    """Say whether the part is a packed file of its own; only tables in a text are, and not any deeper."""
    if not head.startswith(MAGIC):
        return False
    if depth >= budget.depth or not EMBEDDED.fullmatch(name):
        raise budget.unsafe(_("文件里还套着压缩文件，不予接收；请把里面的文件取出来分别上传。"))
    return True


def _narrow(text: bytes) -> bytes:
    """Return UTF-16 as ASCII reads it: the words looked for are ASCII."""
    return text.replace(b"\0", b"")


def _words(name: str, text: bytes, budget: _Budget) -> None:
    lower = name.lower()
    if NATIVE in text:
        raise budget.unsafe(_("文件里嵌着别的文件，不予接收；请把它取出来单独上传。"))
    if not lower.endswith((".xml", ".rels", ".vml", ".rdf")):
        return
    is_sheet = bool(SHEET.fullmatch(name))
    if is_sheet:
        _near(text, budget)
    if ENTITIES.search(text):
        raise budget.unsafe(_("文件里有不允许的实体声明，不予接收；请用办公软件另存一次再上传。"))
    if lower.endswith(".rels") and OUTSIDE.search(text):
        raise budget.unsafe(_("文件引用了外部的模板或对象，不予接收；请断开链接后再上传。"))
    # A sheet holds no fields; in other parts the short look is twenty times as fast as the long one.
    if not is_sheet and b"dde" in text.lower() and DYNAMIC.search(text):
        raise budget.unsafe(_("文件里有会调用其他程序的域（DDE），不予接收；请删去后再上传。"))
    if lower == "[content_types].xml" and MACRO_TYPES.search(text):
        raise budget.unsafe(_("文件里有宏或控件，不予接收；请另存为不含宏的文件后再上传。"))


def _near(text: bytes, budget: _Budget) -> None:
    if FAR_COLUMN.search(text):
        raise budget.unsafe(_("表格超过 200 列；请删去右侧的空列或无关内容后再上传。"))
    if FAR_ROW.search(text):
        raise budget.unsafe(_("表格超过 100000 行；请删去下方的空行，或分成几个文件导入。"))
