"""From the bytes of a file to paragraphs and grids; content decides the format, then the name.

Only :class:`Unreadable` leaves this module, whatever the bytes.
"""

import codecs
import re

from kechuang.pure.plans.blocks import Block, as_text, numbered
from kechuang.pure.plans.folding import tidy
from kechuang.pure.plans.results import Unreadable

MAX_BYTES = 64 * 1024 * 1024
_MAX_BLOCKS = 100_000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*", b"OFD")
_HTML = re.compile(r"<(?:!doctype\s+html|html|head|body|div|table|p|span|meta)\b", re.IGNORECASE)
_BINARY = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\ufffd]")
_READABLE = re.compile(r"\w")


def blocks_of(data: bytes, *, name: str = "") -> tuple[list[Block], str]:
    """Return the blocks of a file and the text shown to the officer.

    Raises:
        Unreadable: the bytes are no text, Markdown, HTML, .docx or .pdf, or hold no text.
    """
    if len(data) > MAX_BYTES:
        raise Unreadable("文件超过 64 MB，请拆分后再读。")
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise Unreadable("文件是空的，没有可读的文字。")
    try:
        return _blocks_of(data, name.lower())
    except Unreadable:
        raise
    # The parsers behind meet hostile bytes; whatever they raise is one plain sentence to the person.
    except Exception as error:
        raise Unreadable("文件已损坏或格式不符，无法读取。") from error


def _blocks_of(data: bytes, name: str) -> tuple[list[Block], str]:
    if b"%PDF-" in data[:1024]:
        from kechuang.pure.plans.pdf import pdf_blocks  # noqa: PLC0415 - loads a native library

        return _shown(pdf_blocks(data))
    if data.startswith(b"PK\x03\x04"):
        from kechuang.pure.plans.word import word_blocks  # noqa: PLC0415 - only for Word files

        return _shown(word_blocks(data))
    _refuse_binary(data)
    return text_blocks(decode(data), name=name)


def _refuse_binary(data: bytes) -> None:
    if data.startswith(_OLE):
        raise Unreadable("这是旧版 Word（.doc）或其他 Office 97 文件，请另存为 .docx 后再读。")
    if data.startswith(b"{\\rtf"):
        raise Unreadable("这是 RTF 文件，请另存为 .docx 后再读。")
    if data.startswith(_IMAGES):
        raise Unreadable("这是图片，不含文字，请先做文字识别。")


def text_blocks(text: str, *, name: str = "") -> tuple[list[Block], str]:
    """Return the blocks of plain text, Markdown or HTML and the text as shown."""
    text = tidy(text)
    if name.endswith((".html", ".htm", ".shtml", ".xhtml")) or _HTML.search(text[:4096]):
        from kechuang.pure.plans.web import web_blocks  # noqa: PLC0415 - only for web pages

        return _shown(web_blocks(text))
    from kechuang.pure.plans.plain import plain_blocks  # noqa: PLC0415 - keeps the module free of a cycle

    return plain_blocks(text), text


def _shown(blocks: list[Block]) -> tuple[list[Block], str]:
    if len(blocks) > _MAX_BLOCKS:
        raise Unreadable(f"文件超过 {_MAX_BLOCKS} 段，请拆分后再读。")
    blocks = numbered(blocks)
    text = as_text(blocks)
    if not _READABLE.search(text):
        raise Unreadable("文件里没有可读的文字。")
    return blocks, text


def decode(data: bytes) -> str:
    """Return the text of ``data``: UTF-8, UTF-16 with a byte order mark, or GB18030.

    Raises:
        Unreadable: none of the three fits, or control characters show it is no text.
    """
    marked = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    encodings = ["utf-16"] if marked else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if len(_BINARY.findall(text)) * 100 > len(text):
            break
        if not _READABLE.search(text):
            raise Unreadable("文件里没有可读的文字。")
        return text
    raise Unreadable("文件不是可读的文字：既不是 UTF-8、UTF-16，也不是 GB18030 编码。")
