"""The one door for uploads: every file a person sends is judged here by its content before anything reads or keeps it.

A file's name and what the browser says of it decide nothing. The door says what the bytes are and that their
structure is sound, within the sizes of ``settings.UPLOADS``; it raises ``Refused`` with a sentence otherwise.
Forms use ``UploadField``; services that keep a file call ``kernel.files.attachment_store``, which passes the door too.
"""

from __future__ import annotations

import unicodedata
import zipfile
from collections.abc import Callable, Collection
from pathlib import PurePosixPath
from typing import IO, Any, cast

import puremagic
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import lazy
from django.utils.translation import gettext as _

from kechuang.kernel.errors import Refused
from kechuang.kernel.uploads_mapped import found, mapped, source_of
from kechuang.kernel.uploads_packed import DOCX, MAGIC, ODS, XLSX, packed_type
from kechuang.kernel.uploads_pdf import pdf_check
from kechuang.kernel.uploads_pictures import picture_check

PDF, PNG, JPG = "application/pdf", "image/png", "image/jpeg"
XLS, CSV = "application/vnd.ms-excel", "text/csv"
TEXT, HTML = "text/plain", "text/html"
SPOKEN = {
    PDF: "PDF",
    PNG: "PNG",
    JPG: "JPG",
    DOCX: "Word（docx）",
    XLSX: "xlsx",
    XLS: "xls",
    ODS: "ods",
    CSV: "csv",
    TEXT: "txt",
    HTML: "html",
}
EXTENSIONS = {
    PDF: (".pdf",),
    PNG: (".png",),
    JPG: (".jpg", ".jpeg"),
    DOCX: (".docx",),
    XLSX: (".xlsx",),
    XLS: (".xls",),
    ODS: (".ods",),
    CSV: (".csv",),
    TEXT: (".txt",),
    HTML: (".html",),
}
PAPERS = (PDF, PNG, JPG, DOCX)
"""What is kept as evidence, scans and annexes."""
WORKBOOKS = (XLSX, XLS, ODS, CSV)
DOCUMENTS = (TEXT, HTML, DOCX, PDF)
"""What the text of a plan is read from."""
HEAD = 8_192
LONGEST_NAME = 200
SIGNATURES = ((b"%PDF-", PDF), (b"\x89PNG\r\n\x1a\n", PNG), (b"\xff\xd8\xff", JPG))
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OLE_LOCKED, OLE_MACROS = "EncryptedPackage".encode("utf-16-le"), "_VBA_PROJECT".encode("utf-16-le")
OLE_TABLES = ("Workbook".encode("utf-16-le"), "Book".encode("utf-16-le"))
GUESSED = {".pdf": PDF, ".png": PNG, ".jpg": JPG, ".jpeg": JPG, ".jfif": JPG}
BINARY = (b"MZ", b"\x7fELF", b"{\\rtf", b"GIF8", b"BM", b"RIFF", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"SQLite")
KNOWN_TO, REFUSED = "upload_judged", "upload_refused"


def upload_judged(
    upload: UploadedFile[bytes], *, accept: Collection[str] = PAPERS, field: str = "scan", most_bytes: int | None = None
) -> str:
    """Return the media type of ``upload`` by its content, one of ``accept``.

    Raises ``Refused`` at ``field`` for what is empty, too large, of another kind, broken, locked, active or a bomb.
    Asking again for the same upload costs nothing.
    """
    if lost := getattr(upload, "lost", ""):  # came in pieces, and cannot be used
        raise Refused(lost, field=field)
    known = getattr(upload, KNOWN_TO, None)
    try:
        size_check(upload.size or 0, most=_most(accept, most_bytes), field=field)
        media_type = cast("str", known) if known else _judged(upload, accept, field)
        if media_type not in accept:
            raise _unknown(accept, field)
    except Refused:
        mark_refused(upload)
        raise
    setattr(upload, KNOWN_TO, media_type)
    upload.seek(0)
    return media_type


def mark_refused(upload: UploadedFile[bytes]) -> None:
    """Note that ``upload`` will never be taken in: what came in pieces need not be kept for another try."""
    setattr(upload, REFUSED, True)


def is_refused(upload: UploadedFile[bytes]) -> bool:
    """Say whether ``upload`` was refused for what it is."""
    return bool(getattr(upload, REFUSED, False))


def shown_name(name: str, media_type: str) -> str:
    """Return ``name`` as it may be shown and saved: no folders, no invisible or reversing marks, the fitting ending.

    >>> shown_name("../../invoice.exe", PDF)
    'invoice.exe.pdf'
    """
    plain = PurePosixPath(unicodedata.normalize("NFC", name).replace("\\", "/")).name
    plain = "".join(sign for sign in plain if unicodedata.category(sign)[0] != "C").strip(" .")
    endings = EXTENSIONS[media_type]
    stem = plain if not plain.lower().endswith(endings) else plain[: plain.rindex(".")]
    ending = plain[len(stem) :] or endings[0]
    return (stem.strip(" .") or _("附件"))[: LONGEST_NAME - len(ending)] + ending


def is_kept(accept: Collection[str]) -> bool:
    """Say whether files of these types are kept as they are; others are read, and may not be as large."""
    return set(accept) == set(PAPERS)


def _most(accept: Collection[str], most_bytes: int | None) -> int:
    most = int(settings.UPLOADS["bytes"])
    if not is_kept(accept):
        most = min(most, int(settings.UPLOADS["read_bytes"]))
    return min(most, most_bytes or most)


class TooLarge(Refused):
    """The file, or what came of it, is larger than allowed."""


def size_check(size: int, *, most: int, field: str | None = None) -> None:
    """Raise ``TooLarge`` for a file of more than ``most`` bytes, ``Refused`` for an empty one."""
    if size > most:
        raise TooLarge(_("文件超过 %(most)d MB，请压缩或分开上传。") % {"most": most // 1024 // 1024}, field=field)
    if size <= 0:
        raise Refused(_("文件是空的，请重新选择。"), field=field)


def _judged(upload: UploadedFile[bytes], accept: Collection[str], field: str) -> str:
    upload.seek(0)
    head = upload.read(HEAD)
    media_type = _begun(head)
    if media_type not in accept and media_type not in (MAGIC, OLE, ""):
        raise _unknown(accept, field)
    judge = JUDGES.get(media_type, _text)
    return judge(upload, media_type, accept, field)


def _begun(head: bytes) -> str | bytes:
    """Return what the first bytes are: a media type, the mark of a container, or empty for what may be text."""
    for mark in (MAGIC, OLE):
        if head.startswith(mark):
            return mark
    for signature, media_type in SIGNATURES:
        if head.startswith(signature):
            return media_type if _puremagic_agrees(head, media_type) else ""
    return ""


def _puremagic_agrees(head: bytes, media_type: str) -> bool:
    try:
        guesses = {GUESSED.get(guess.extension) for guess in puremagic.magic_string(head)}
    except (puremagic.PureError, ValueError):
        return False
    return media_type in guesses


def _not_two_files(upload: UploadedFile[bytes], field: str) -> None:
    """Refuse a file that is also a packed one: whoever opens it by its end would find something else."""
    upload.seek(0)
    if zipfile.is_zipfile(cast("IO[bytes]", upload)):
        raise Refused(_("文件同时是两种格式，不予接收；请重新导出后再上传。"), field=field)


def _pdf(upload: UploadedFile[bytes], _kind: Any, _accept: Collection[str], field: str) -> str:
    _not_two_files(upload, field)
    pdf_check(source_of(upload), field=field)
    return PDF


def _picture(upload: UploadedFile[bytes], kind: Any, _accept: Collection[str], field: str) -> str:
    _not_two_files(upload, field)
    picture_check(source_of(upload), kind, field=field)
    return cast("str", kind)


def _packed(upload: UploadedFile[bytes], _kind: Any, accept: Collection[str], field: str) -> str:
    if not {DOCX, XLSX, ODS} & set(accept):
        raise _unknown(accept, field)
    media_type = packed_type(cast("IO[bytes]", upload.file), field=field)
    if media_type not in accept:
        raise _unknown(accept, field)
    return media_type


def _old_office(upload: UploadedFile[bytes], _kind: Any, accept: Collection[str], field: str) -> str:
    data = mapped(source_of(upload))
    if found(data, OLE_LOCKED) >= 0:
        raise Refused(_("文件加了密码，无法查验；请去掉密码后再上传。"), field=field)
    if found(data, OLE_MACROS) >= 0:
        raise Refused(_("文件里有宏或控件，不予接收；请另存为不含宏的文件后再上传。"), field=field)
    if XLS not in accept or not any(found(data, mark) >= 0 for mark in OLE_TABLES):
        raise _unknown(accept, field)
    return XLS


def _text(upload: UploadedFile[bytes], _kind: Any, accept: Collection[str], field: str) -> str:
    """Return which text it is; a table or a plan that is no text after all is refused."""
    texts = [one for one in (CSV, TEXT, HTML) if one in accept]
    if not texts:
        raise _unknown(accept, field)
    upload.seek(0)
    data = upload.read()
    begins = data[:HEAD].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    is_utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff")) and TEXT in accept
    marked = begins.startswith(b"<")
    if (b"\0" in data and not is_utf16) or data.startswith(BINARY) or (marked and HTML not in accept):
        raise _unknown(accept, field)
    return HTML if marked else next(one for one in texts if one != HTML)


def _unknown(accept: Collection[str], field: str) -> Refused:
    kinds = "、".join(SPOKEN[one] for one in accept)
    return Refused(_("只接收这些文件：%(kinds)s；这个文件的内容不是其中之一。") % {"kinds": kinds}, field=field)


Judge = Callable[["UploadedFile[bytes]", Any, Collection[str], str], str]
JUDGES: dict[str | bytes, Judge] = {PDF: _pdf, PNG: _picture, JPG: _picture, MAGIC: _packed, OLE: _old_office}


class UploadField(forms.FileField):
    """A form's file that has passed the door; ``accept`` names media types, the first words of a file decide."""

    def __init__(self, *, accept: Collection[str] = PAPERS, most_bytes: int | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.FileInput(attrs={"accept": ",".join(endings(accept))}))
        self.accept, self.most_bytes = accept, most_bytes
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Offer what is kept as it is to the browser's uploading in pieces."""
        attrs = super().widget_attrs(widget)
        return {**attrs, "data-resumable": True} if is_kept(self.accept) and self.most_bytes is None else attrs

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Return the upload; what the door refuses is said at this field."""
        upload = super().clean(data, initial)
        if isinstance(upload, UploadedFile):
            try:
                upload_judged(upload, accept=self.accept, most_bytes=self.most_bytes)
            except Refused as refusal:
                raise ValidationError(str(refusal), code="refused") from None
        return upload


def _papers_said() -> str:
    most = settings.UPLOADS["bytes"] // 1024 // 1024
    return _("PDF、PNG、JPG 或 Word（docx），不超过 %(most)d MB。") % {"most": most}


PAPERS_SAID = lazy(_papers_said, str)()
"""What a form says of a file it keeps, as the installation limits it."""


def endings(accept: Collection[str]) -> list[str]:
    """Return the endings a chooser of files offers for these types."""
    return [ending for media_type in accept for ending in EXTENSIONS[media_type]]
