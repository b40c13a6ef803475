"""Makes the hostile corpus: sixty files that must be refused in a sentence or kept harmless. Nothing of it is stored.

``python tools/hostile_corpus.py FOLDER`` writes them out to try another door with. Each case says which door it is
for (``paper``, ``table`` or ``plan``) and whether it is to be refused or may be taken in.
"""

from __future__ import annotations

import io
import struct
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.papers import BOOK, WORD, packed, pdf, picture, stream, word

REFUSED, HARMLESS = "refused", "harmless"
ZEROS = 48 * 1024 * 1024
MIMETYPE = b"application/vnd.oasis.opendocument.spreadsheet"
RELATIONS = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">%s</Relationships>'
KIND = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
LAUGHS = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "hahaha"><!ENTITY c "&b;&b;&b;&b;">]><a>&c;</a>'
SECRETS = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'
SCRIPT = b"<script>alert(1)</script>"
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"
PLAIN = b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>"


@dataclass(frozen=True)
class Case:
    """A hostile file: the name it is sent under, its bytes, the door it is sent to, and what must come of it."""

    title: str
    name: str
    content: bytes
    door: str = "paper"
    expected: str = REFUSED


def relation(kind: str, target: bytes) -> bytes:
    """Return the relations of a Word text with one part outside."""
    line = b'<Relationship Id="r1" Type="%s%s" Target="%s" TargetMode="External"/>'
    return RELATIONS % (line % (KIND, kind.encode(), target))


def png(width: int, height: int) -> bytes:
    """Return a PNG of a few hundred bytes that claims to be ``width`` × ``height``."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 99)) + chunk(b"IEND", b"")


def overlapping() -> bytes:
    """Return a packed file whose directory names the same bytes many times."""
    whole = bytearray(packed({"[Content_Types].xml": b"<T/>", "word/document.xml": b"a" * 200_000}))
    start = whole.rindex(b"PK\x05\x06")
    directory = whole.index(b"PK\x01\x02")
    entries = bytes(whole[directory:start])
    last = entries[entries.rindex(b"PK\x01\x02") :]
    copies = b"".join(last.replace(b"word/document.xml", b"word/document.%03d" % n) for n in range(400))
    end = bytearray(whole[start:])
    struct.pack_into("<HHI", end, 8, 402, 402, len(entries + copies))
    return bytes(whole[:start]) + copies + bytes(end)


def nested(depth: int, content: bytes) -> bytes:
    """Return packed files within packed files."""
    for _level in range(depth):
        content = word(**{"word/embeddings/inner.docx": content})
    return content


def lying() -> bytes:
    """Return a packed file that says its part is small, while it unpacks to many megabytes."""
    content = bytearray(word(**{"word/big.xml": b" " * ZEROS}))
    for mark, place in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at = content.rindex(mark)
        struct.pack_into("<I", content, at + place, 1000)
    return bytes(content)


def locked() -> bytes:
    """Return a packed file whose parts say that they are encrypted."""
    content = bytearray(word())
    at = -1
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        while (at := content.find(mark, at + 1)) >= 0:
            content[at + place] |= 1
    return bytes(content)


def twice() -> bytes:
    """Return a packed file with two parts of one name: two readers would read two texts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for one, content in WORD.items():
            archive.writestr(one, content)
        archive.filelist.append(archive.filelist[-1])
    return buffer.getvalue()


def locked_pdf() -> bytes:
    """Return a PDF that asks for a password."""
    encrypt = b"<< /Filter /Standard /V 1 /R 2 /O (%s) /U (%s) /P -44 >>" % (b"a" * 32, b"b" * 32)
    content = pdf(more=(encrypt,))
    return content.replace(b"/Root 1 0 R", b"/Root 1 0 R /Encrypt 4 0 R /ID [(0123456789abcdef) (0123456789abcdef)]")


def hidden_script() -> bytes:
    """Return a PDF whose script lies in a packed stream of objects."""
    return pdf(more=(stream(b"/Type /ObjStm /N 1 /First 4", b"9 0 " + PLAIN),))


def many_parts() -> bytes:
    """Return a packed file of more parts than any text has."""
    return word(**{f"word/p{n}.xml": b"<p/>" for n in range(2_100)})


def office(**parts: bytes) -> Callable[[], bytes]:
    """Return a maker of a Word file with more parts."""
    return lambda: word(**parts)


def papers() -> Iterator[tuple[str, str, Callable[[], bytes] | bytes]]:
    """Yield title, name and content of what the door of papers must refuse."""
    yield "zero bytes", "空.pdf", b""
    yield "program", "认定.pdf", b"MZ\x90\x00" + b"\0" * 60
    yield "ELF program", "认定.png", b"\x7fELF\x02\x01\x01" + b"\0" * 60
    yield "shell script", "认定.pdf", b"#!/bin/sh\nrm -rf /\n"
    yield "page as PDF", "认定.pdf", b"<!doctype html><html>" + SCRIPT
    yield "page before a PDF", "认定.pdf", SCRIPT + pdf()
    yield "drawing with script", "图.png", b'<svg xmlns="http://www.w3.org/2000/svg">%s</svg>' % SCRIPT
    yield "drawing as JPG", "图.jpg", b'<?xml version="1.0"?><svg onload="alert(1)"/>'
    yield "GIF with script", "图.jpg", b"GIF89a/*" + SCRIPT
    yield "RTF", "文.docx", b"{\\rtf1{\\object\\objemb}}"
    yield "EICAR", "认定.pdf", EICAR
    yield "EICAR in a package", "认定.docx", packed({"eicar.com": EICAR})
    yield "spreadsheet as paper", "表.docx", packed(BOOK)


def documents() -> Iterator[tuple[str, str, Callable[[], bytes] | bytes]]:
    """Yield PDFs that the door of papers must refuse."""
    yield "truncated PDF", "认定.pdf", pdf()[:60]
    yield "PDF head alone", "认定.pdf", b"%PDF-1.7\n"
    yield "PDF without pages", "认定.pdf", lambda: pdf(pages=0)
    yield "PDF of 3000 pages", "认定.pdf", lambda: pdf(pages=3_000)
    yield "PDF with script", "认定.pdf", lambda: pdf(catalog=b"/OpenAction %s" % PLAIN)
    yield "script's name disguised", "认定.pdf", lambda: pdf(catalog=b"/OpenAction << /S /J#61vaScript /J#53 (x) >>")
    yield "script in packed objects", "认定.pdf", hidden_script
    yield "PDF that launches", "认定.pdf", lambda: pdf(catalog=b"/OpenAction << /S /Launch /F (cmd.exe) >>")
    yield "PDF that sends a form", "认定.pdf", lambda: pdf(catalog=b"/OpenAction << /S /SubmitForm /F (//x/y) >>")
    yield "PDF with XFA", "认定.pdf", lambda: pdf(catalog=b"/AcroForm << /XFA (x) >>")
    yield "PDF with rich media", "认定.pdf", lambda: pdf(more=(b"<< /Subtype /RichMedia >>",))
    yield "PDF carrying a program", "认定.pdf", carrying
    yield "PDF with a password", "认定.pdf", locked_pdf
    yield "PDF bomb of objects", "认定.pdf", lambda: pdf(more=(stream(b"/Type /ObjStm /N 1 /First 4", b" " * ZEROS),))
    yield "PDF bomb of content", "认定.pdf", lambda: pdf(more=(stream(b"", b" " * (2 * ZEROS)),))
    yield (
        "PDF packed twice over",
        "认定.pdf",
        lambda: pdf(more=(b"<< /Filter [/FlateDecode /FlateDecode] /Length 1 >>\nstream\nx\nendstream",)),
    )
    yield (
        "PDF with a huge picture",
        "认定.pdf",
        lambda: pdf(more=(stream(b"/Subtype /Image /Width 60000 /Height 60000", b"x"),)),
    )
    yield "PDF and package in one", "认定.pdf", lambda: pdf() + word()


def pictures() -> Iterator[tuple[str, str, Callable[[], bytes] | bytes]]:
    """Yield pictures that the door of papers must refuse."""
    yield "picture and package in one", "图.png", lambda: picture() + packed({"a.html": SCRIPT})
    yield "picture of 50,000 × 50,000", "图.png", png(50_000, 50_000)
    yield "picture of one line", "图.png", png(2_000_000, 1)
    yield "truncated PNG", "图.png", lambda: picture(size=(90, 90))[:80]
    yield "truncated JPG", "图.jpg", lambda: picture("JPEG", (600, 600))[:700]
    yield "PNG's head alone", "图.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 40


def carrying() -> bytes:
    """Return a PDF with a program attached."""
    files = b"/Names << /EmbeddedFiles << /Names [(a.exe) 4 0 R] >> >>"
    return pdf(
        catalog=files,
        more=(b"<< /Type /Filespec /F (a.exe) /EF << /F 5 0 R >> >>", stream(b"/Type /EmbeddedFile", b"MZ")),
    )


def texts() -> Iterator[tuple[str, str, Callable[[], bytes] | bytes]]:
    """Yield what the door of papers must refuse though it looks like Word."""
    yield "package cut off", "文.docx", lambda: word()[:200]
    yield "empty package", "文.docx", b"PK\x03\x04"
    yield "bomb of one part", "文.docx", office(**{"word/big.xml": b" " * ZEROS})
    yield "bomb that lies of its size", "文.docx", lying
    yield "overlapping parts", "文.docx", overlapping
    yield "two thousand parts", "文.docx", many_parts
    yield "two parts of one name", "文.docx", twice
    yield "nested packages", "文.docx", lambda: nested(3, word())
    yield "a package beside the text", "文.docx", office(**{"word/media/a.png": packed({"a": b"b"})})
    yield "entity bomb", "文.docx", office(**{"word/styles.xml": LAUGHS})
    yield "outside entity in UTF-16", "文.docx", office(**{"word/styles.xml": SECRETS.decode().encode("utf-16")})
    yield (
        "remote template",
        "文.docx",
        office(**{"word/_rels/settings.xml.rels": relation("attachedTemplate", b"https://x.example/a.dotm")}),
    )
    yield (
        "remote object",
        "文.docx",
        office(**{"word/_rels/document.xml.rels": relation("oleObject", b"http://x.example/a")}),
    )
    yield "macro", "文.docx", office(**{"word/vbaProject.bin": b"x"})
    yield "control", "文.docx", office(**{"word/activeX/activeX1.xml": b"<x/>"})
    yield (
        "DDE field",
        "文.docx",
        lambda: packed({**WORD, "word/document.xml": b"<w:p><w:instrText>DDEAUTO c:\\cmd.exe</w:instrText></w:p>"}),
    )
    yield (
        "program in an object",
        "文.docx",
        office(**{"word/embeddings/o.bin": b"\xd0\xcf" + "\x01Ole10Native".encode("utf-16-le")}),
    )
    yield "part that leads out", "文.docx", office(**{"../../etc/cron.d/x": b"x"})
    yield "package with a password", "文.docx", locked


def tables() -> Iterator[tuple[str, str, Callable[[], bytes] | bytes]]:
    """Yield what the door of tables must refuse."""
    yield "table bomb", "表.xlsx", lambda: packed({**BOOK, "xl/worksheets/sheet1.xml": b" " * ZEROS})
    yield "ods bomb", "表.ods", lambda: packed({"mimetype": MIMETYPE, "content.xml": b" " * ZEROS})
    yield "ods entity", "表.ods", lambda: packed({"mimetype": MIMETYPE, "content.xml": LAUGHS})
    yield "page as table", "表.csv", b"<html>" + SCRIPT
    yield (
        "table with a password",
        "表.xlsx",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
    )


def harmless() -> Iterator[Case]:
    """Yield honest content under hostile names: kept under a plain one."""
    content = pdf()
    yield Case("path in the name", "../../../etc/passwd", content, expected=HARMLESS)
    yield Case("reversed name", "认定\u202efdp.exe", content, expected=HARMLESS)
    yield Case("NUL in the name", "认定\0.php", content, expected=HARMLESS)
    yield Case("name of 300 characters", "长" * 300 + ".pdf", content, expected=HARMLESS)


def corpus() -> list[Case]:
    """Return every case."""
    made = [
        Case(title, name, _bytes(content)) for title, name, content in (*papers(), *documents(), *pictures(), *texts())
    ]
    made += [Case(title, name, _bytes(content), "table") for title, name, content in tables()]
    return [*made, *harmless()]


def _bytes(content: Callable[[], bytes] | bytes) -> bytes:
    return content() if callable(content) else content


def main() -> int:
    """Write the corpus to the folder named on the command line."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for number, case in enumerate(corpus(), start=1):
        (folder / f"{number:02d}-{case.expected}{Path(case.name.replace(chr(0), '')).suffix[:5]}").write_bytes(
            case.content
        )
    print(f"{number} files")
    return 0


if __name__ == "__main__":
    sys.exit(main())
