"""A PDF for blind reviewers: its pages copied into a new file, so that nothing of the old one's data goes along.

Author, title, producer, XMP, attachments and forms stay behind. The text of every page is searched
for identifiers; pages without text (scans) cannot be searched, and that is told.
"""

from __future__ import annotations

import io
from collections.abc import Sequence

import pypdfium2 as pdfium
from django.utils.translation import gettext as _

from kechuang.kernel.errors import Refused
from kechuang.kernel.uploads_pdf import ONE_AT_A_TIME
from kechuang.review.blind import Identifier, left_over

LEAST_TEXT = 10


def clean_pdf(data: bytes, identifiers: Sequence[Identifier], *, scans_checked: bool) -> bytes:
    """Return the pages alone. Raises ``Refused`` naming what was found, or that a scan was not checked by eye."""
    with ONE_AT_A_TIME:
        return _pages_alone(data, identifiers, scans_checked=scans_checked)


def _pages_alone(data: bytes, identifiers: Sequence[Identifier], *, scans_checked: bool) -> bytes:
    try:
        source = pdfium.PdfDocument(data)
    except pdfium.PdfiumError:
        raise Refused(_("文件不是可以打开的 PDF。"), field="scan") from None
    try:
        texts = [page.get_textpage().get_text_bounded() for page in source]
        if found := left_over(texts, identifiers):
            raise Refused(_("文件里还有能识别申报方的内容：%(found)s。") % {"found": "、".join(found)}, field="scan")
        empty = [str(n) for n, text in enumerate(texts, start=1) if len(text.strip()) < LEAST_TEXT]
        if empty and not scans_checked:
            raise Refused(
                _("第 %(pages)s 页没有可检查的文字（可能是扫描件），请人工核对后勾选“已核对”。")
                % {"pages": "、".join(empty)},
                field="scans_checked",
            )
        target = pdfium.PdfDocument.new()
        target.import_pages(source)
        buffer = io.BytesIO()
        target.save(buffer)
        target.close()
    finally:
        source.close()
    return buffer.getvalue()
