"""Official paper (公文) as Word, by GB/T 9704-2012: letters, notices, decisions, minutes, reports.

``letter`` writes it, ``form_check`` says in sentences where a Word file departs from the standard.
The faces are named, not embedded: they come with the Word or WPS that opens the file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kechuang.ui.documents import wordml
from kechuang.ui.documents.checking import form_check
from kechuang.ui.documents.plain import chinese_date, one_line, printable
from kechuang.ui.documents.standard import HEADING_FACES, ordinal

__all__ = ["MEDIA_TYPE", "Heading", "OfficialPaper", "Paragraph", "TableRows", "form_check", "letter"]

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of the body; ``\\n`` inside begins a new one."""

    text: str
    indent: bool = True


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 to 4. ``letter`` writes its ordinal (一、 （一） 1. （1）)."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class TableRows:
    """A table of the body; ``widths`` are shares of the text block, one a column.

    A ``wide`` one stands on turned pages of its own, with the heading before it.
    """

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[float] = ()
    title: str = ""
    numeric: Sequence[int] = ()
    wide: bool = False


@dataclass(frozen=True, kw_only=True)
class OfficialPaper:
    """A document of an agency (发文机关).

    ``agency`` is the full name; the red head prints it with 文件 behind, or ``sign`` in its place
    (minutes: 示例市联席会议纪要).
    ``number`` is the complete 发文字号 (示例科〔2026〕3号). ``red_head`` prints the agency's name in
    red above a red line; without it the paper begins with the title. ``copies_to`` and
    ``printed_by`` make the imprint (版记) at the foot of the last page.
    """

    agency: str
    title: str
    body: Sequence[Paragraph | Heading | TableRows]
    signed_on: date
    sign: str = ""
    number: str = ""
    addressees: str | Sequence[str] = ()
    attachments: Sequence[str] = ()
    signed_by: str = ""
    copies_to: str | Sequence[str] = ()
    printed_by: str = ""
    printed_on: date | None = None
    secrecy: str = ""
    urgency: str = ""
    note: str = ""  # 附注: 此件公开发布
    red_head: bool = True


def letter(paper: OfficialPaper) -> bytes:
    """Return ``paper`` as a Word file. Equal paper gives equal bytes."""
    made = wordml.OfficialFile(title=one_line(paper.title), author=one_line(paper.agency), on=paper.signed_on)
    _head(made, paper)
    made.title(printable(paper.title))
    if addressees := _joined(paper.addressees):
        made.flush(f"{addressees.rstrip('：:')}：")
    _body(made, paper.body)
    _attachments(made, [one_line(name) for name in paper.attachments])
    made.signature(
        one_line(paper.signed_by or paper.agency),
        chinese_date(paper.signed_on.year, paper.signed_on.month, paper.signed_on.day),
    )
    if paper.note:
        made.body(f"（{one_line(paper.note).strip('（）()')}）")
    _imprint(made, paper)
    return made.saved()


def _head(made: wordml.OfficialFile, paper: OfficialPaper) -> None:
    if paper.red_head:
        made.red_head(
            sign=one_line(paper.sign or f"{paper.agency}文件"),
            number=one_line(paper.number),
            marks=[one_line(mark) for mark in (paper.secrecy, paper.urgency) if mark],
        )
        return
    for mark in (paper.secrecy, paper.urgency):
        if mark:
            made.mark(one_line(mark))
    if paper.number:
        made.number(one_line(paper.number))


def _body(made: wordml.OfficialFile, body: Sequence[Paragraph | Heading | TableRows]) -> None:
    counts = [0] * len(HEADING_FACES)
    for place, block in enumerate(body):
        made.turn(wide=_is_wide(block) or (isinstance(block, Heading) and _is_wide(*body[place + 1 : place + 2])))
        if isinstance(block, Heading):
            level = min(max(block.level, 1), len(HEADING_FACES))
            counts[level - 1] += 1
            counts[level:] = [0] * (len(counts) - level)
            made.heading(f"{ordinal(level, counts[level - 1])}{one_line(block.text)}", level)
        elif isinstance(block, TableRows):
            made.table(block.head, block.rows, widths=block.widths, title=block.title, numeric=block.numeric)
        else:
            for line in printable(block.text).split("\n"):
                made.body(line, indent=block.indent)
    made.turn(wide=False)


def _is_wide(block: Paragraph | Heading | TableRows | None = None) -> bool:
    return isinstance(block, TableRows) and block.wide


def _attachments(made: wordml.OfficialFile, names: Sequence[str]) -> None:
    if not names:
        return
    made.blank()
    if len(names) == 1:
        made.attachment("附件：", names[0])
        return
    for place, name in enumerate(names, 1):
        made.attachment("附件：" if place == 1 else "", name, place=place)


def _imprint(made: wordml.OfficialFile, paper: OfficialPaper) -> None:
    copies = _joined(paper.copies_to)
    if not copies and not paper.printed_by:
        return
    on = paper.printed_on or paper.signed_on
    made.imprint(
        copies=f"抄送：{copies.rstrip('。')}。" if copies else "",
        printed_by=one_line(paper.printed_by),
        printed_on=f"{chinese_date(on.year, on.month, on.day)}印发" if paper.printed_by else "",
    )


def _joined(names: str | Sequence[str]) -> str:
    return one_line(names) if isinstance(names, str) else "，".join(one_line(name) for name in names)
