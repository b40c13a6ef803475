"""What stands on a PDF, as plain values; ``pdf.printed`` sets them.

Dates and moments come in as they are to be read (``2026年11月23日``), because the paper must say
the same thing wherever it is made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Line:
    """A label and what was answered; an empty value prints as an empty field."""

    label: str
    value: str = ""
    wide: bool = False  # takes the whole width, for long texts


@dataclass(frozen=True)
class Grid:
    """A table: ``widths`` are shares of the page, one a column, equal when empty."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[float] = ()
    numeric: Sequence[int] = ()  # columns set to the right, from 0
    note: str = ""
    wide: bool = False  # turns the page in Word; in PDF the paper's own ``wide`` does


@dataclass(frozen=True)
class Part:
    """A section of a form: first its fields, then its tables."""

    title: str
    lines: Sequence[Line] = ()
    grids: Sequence[Grid] = ()
    note: str = ""


@dataclass(frozen=True)
class ApplicationPaper:
    """An application form (申请书) as filled in so far; ``draft`` prints 草稿 across every page."""

    title: str
    applicant: str
    parts: Sequence[Part]
    number: str = ""
    version: str = ""  # short hash of the answers, so that paper and record can be compared
    draft: bool = False
    made_at: str = ""
    check_url: str = ""  # QR code in the corner; empty for none
    facts: Sequence[Line] = ()  # printed on the cover: 事项, 批次, 县区, 联系人
    declaration: str = ""  # what the applicant signs to
    template: str = field(default="application", init=False)


@dataclass(frozen=True)
class Coming:
    """What happens next (下一步) and by when."""

    on: str
    text: str


@dataclass(frozen=True)
class ReceiptPaper:
    """A receipt (提交回执, 受理通知书): what was received, when, and what happens next."""

    title: str
    number: str
    received_at: str
    applicant: str
    facts: Sequence[Line]
    coming: Sequence[Coming] = ()
    check_url: str = ""
    version: str = ""
    issuer: str = ""
    note: str = ""
    template: str = field(default="receipt", init=False)


@dataclass(frozen=True)
class CertificatePaper:
    """A certificate (证书) whose truth anyone can look up at ``check_url``."""

    title: str
    number: str
    holder: str
    text: str  # 经审核，认定为……
    issuer: str
    issued_on: str
    check_url: str
    facts: Sequence[Line] = ()
    valid_until: str = ""
    sample: bool = False  # 示例 across the page
    template: str = field(default="certificate", init=False)


@dataclass(frozen=True)
class NoticePaper:
    """A notice (通知, 一次性告知, 公示): headed text with tables, signed and dated."""

    title: str
    addressee: str
    paragraphs: Sequence[str]
    grids: Sequence[Grid] = ()
    closing: Sequence[str] = ()
    number: str = ""
    issuer: str = ""
    issued_on: str = ""
    check_url: str = ""
    facts: Sequence[Line] = ()
    template: str = field(default="notice", init=False)


@dataclass(frozen=True)
class Picture:
    """A drawing as SVG with plain attributes; ``alt`` says in words what it shows."""

    svg: str
    alt: str
    caption: str = ""


@dataclass(frozen=True)
class ReportPart:
    """A section of a report: paragraphs, then drawings, then tables."""

    title: str
    paragraphs: Sequence[str] = ()
    pictures: Sequence[Picture] = ()
    grids: Sequence[Grid] = ()


@dataclass(frozen=True)
class ReportPaper:
    """A report (报告): the same content for Word, PDF and Excel (``documents.reports``).

    ``wide`` turns the PDF's pages, for tables of many columns. With a ``number`` (发文字号) the
    Word file is official paper with a red head and an imprint, ``copies_to`` in it; without one
    it begins with the title and goes out under a letter.
    """

    title: str
    issuer: str
    issued_on: str
    paragraphs: Sequence[str]
    parts: Sequence[ReportPart]
    number: str = ""
    copies_to: str = ""
    as_of: str = ""  # 数据截至……
    wide: bool = False
    template: str = field(default="report", init=False)


Paper = ApplicationPaper | ReceiptPaper | CertificatePaper | NoticePaper | ReportPaper
