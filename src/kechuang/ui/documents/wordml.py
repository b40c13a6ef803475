"""The Word file behind official paper: page, grid, styles, red head, imprint.

Written with python-docx from an empty document, so that every measure stands here once and none
hides in a binary template.
"""

from __future__ import annotations

import io
import math
import zipfile
from collections.abc import Sequence
from datetime import date
from typing import Any

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.shared import Pt, RGBColor
from docx.text.paragraph import Paragraph

from kechuang.ui.documents import standard as gb
from kechuang.ui.documents import wordxml as xml
from kechuang.ui.documents.plain import one_line, printable
from kechuang.ui.documents.wordxml import TypeStyle

IMPRINT_LEADING_PT = 22.0
IMPRINT_CHARACTERS = 25  # of 四号 in one line of the copies, less its indents
ZIP_DATE = (1980, 1, 1, 0, 0, 0)
STYLES = {
    "公文正文": TypeStyle(gb.FANG, gb.SIZE_3, gb.LEADING_PT, ALIGN.JUSTIFY, 2),
    "公文顶格": TypeStyle(gb.FANG, gb.SIZE_3, gb.LEADING_PT, ALIGN.JUSTIFY),
    "公文标题": TypeStyle(gb.TITLE, gb.SIZE_2, gb.TITLE_LEADING_PT, ALIGN.CENTER),
    "公文一级标题": TypeStyle(gb.HEI, gb.SIZE_3, gb.LEADING_PT, ALIGN.LEFT, 2),
    "公文二级标题": TypeStyle(gb.KAI, gb.SIZE_3, gb.LEADING_PT, ALIGN.LEFT, 2),
    "公文三级标题": TypeStyle(gb.FANG, gb.SIZE_3, gb.LEADING_PT, ALIGN.LEFT, 2),
    "公文四级标题": TypeStyle(gb.FANG, gb.SIZE_3, gb.LEADING_PT, ALIGN.LEFT, 2),
    "公文标记": TypeStyle(gb.HEI, gb.SIZE_3, gb.LEADING_PT, ALIGN.LEFT),
    "公文字号": TypeStyle(gb.FANG, gb.SIZE_3, gb.LEADING_PT, ALIGN.CENTER),
    "公文落款": TypeStyle(gb.FANG, gb.SIZE_3, gb.LEADING_PT, ALIGN.RIGHT),
    "公文版记": TypeStyle(gb.FANG, gb.SIZE_4, IMPRINT_LEADING_PT, ALIGN.LEFT),
    "公文页码": TypeStyle(gb.SONG, gb.SIZE_4, 18.0, ALIGN.RIGHT),
    "公文表名": TypeStyle(gb.HEI, gb.SIZE_4, gb.LEADING_PT, ALIGN.CENTER),
    "公文表格": TypeStyle(gb.FANG, gb.SIZE_5, 16.0, ALIGN.LEFT),
    "公文表头": TypeStyle(gb.HEI, gb.SIZE_5, 16.0, ALIGN.CENTER),
}
HEADINGS = ("公文一级标题", "公文二级标题", "公文三级标题", "公文四级标题")


class OfficialFile:
    """One Word file being written from top to bottom."""

    def __init__(self, *, title: str, author: str, on: date) -> None:
        self.document: Document = docx.Document()
        xml.strip(self.document)
        xml.page(self.document)
        xml.defaults(self.document)
        for name, form in STYLES.items():
            xml.add_style(self.document, name, form)
        self.is_wide = False
        self.ids = {style.name: style.style_id for style in self.document.styles}
        xml.properties(self.document, title, author, on)
        xml.page_numbers(self.document)

    def red_head(self, *, sign: str, number: str, marks: Sequence[str]) -> None:
        """Write the marks, the agency's name in red, the number and the red line."""
        for mark in marks:
            self.mark(mark)
        self._line("公文标记", "")
        name = self._line("公文标题", sign)
        size = min(gb.SIGN_LARGEST_PT, xml.BLOCK_PT / max(gb.width(sign), 1) * 0.98)
        above = gb.SIGN_FROM_TOP_MM / 25.4 * 72 - (len(marks) + 1) * gb.LEADING_PT
        name.paragraph_format.space_before = Pt(round(max(above, 0)))
        xml.exactly(name, max(size * 1.25, gb.LEADING_PT))
        for run in name.runs:
            run.font.size = Pt(round(size * 2) / 2)
            run.font.color.rgb = RGBColor.from_string(gb.RED)
        self._line("公文字号", "")
        self._line("公文字号", "")
        xml.border(self.number(number), "bottom", size=18, space=gb.RED_LINE_GAP_PT, color=gb.RED)
        self._line("公文字号", "")

    def turn(self, *, wide: bool) -> None:
        """Go on with turned pages, or with upright ones again; nothing happens when they are so already."""
        if wide != self.is_wide:
            self.is_wide = wide
            self._flat(xml.turn(self.document, wide=wide))

    def mark(self, text: str) -> None:
        """Write a mark of secrecy or urgency at the top left."""
        self._line("公文标记", text)

    def number(self, text: str) -> Paragraph:
        """Write the document's number (发文字号)."""
        return self._line("公文字号", text)

    def title(self, text: str) -> None:
        """Write the title below one empty line, each given line on its own, and an empty line below."""
        self._line("公文字号", "")
        for given in text.split("\n"):
            for line in gb.title_lines(given):
                self._line("公文标题", line)
        self._line("公文顶格", "")

    def flush(self, text: str) -> None:
        """Write a paragraph without indent, such as the addressees."""
        self._line("公文顶格", text)

    def body(self, text: str, *, indent: bool = True) -> None:
        """Write a paragraph of the body."""
        self._line("公文正文" if indent else "公文顶格", text)

    def heading(self, text: str, level: int) -> None:
        """Write a heading that stays with what follows it."""
        self._line(HEADINGS[level - 1], text).paragraph_format.keep_with_next = True

    def blank(self) -> None:
        """Write an empty line."""
        self._line("公文正文", "")

    def attachment(self, lead: str, name: str, *, place: int = 0) -> None:
        """Write one line of the list of attachments, names below each other."""
        lead_characters = 3 if not place else 3 + len(f"{place}.") / 2
        text = f"{lead}{f'{place}.' if place else ''}{name}"
        line = self._line("公文顶格", text)
        hanging = lead_characters if lead else lead_characters - 3
        xml.indent(line, left=2 + lead_characters, hanging=hanging)

    def signature(self, agency: str, day: str) -> None:
        """Write who signs and when: the date four characters from the right, the name centred on it."""
        self._line("公文落款", "")
        self._line("公文落款", "")
        date_width, name_width = gb.width(day), gb.width(agency)
        right = 4.0
        name_right = right + date_width / 2 - name_width / 2
        if name_right < 0:
            right, name_right = right - name_right, 0.0
        name = self._line("公文落款", agency)
        name.paragraph_format.keep_with_next = True
        xml.indent(name, right=name_right)
        xml.indent(self._line("公文落款", day), right=right)

    def table(
        self,
        head: Sequence[str],
        rows: Sequence[Sequence[str]],
        *,
        widths: Sequence[float] = (),
        title: str = "",
        numeric: Sequence[int] = (),
        row_height_pt: float = 0,
    ) -> None:
        """Write a ruled table whose head is repeated on every page and whose rows are not broken.

        Rows are at least ``row_height_pt`` high, for tables to be filled in by hand.
        """
        if title:
            self._line("公文表名", one_line(title)).paragraph_format.keep_with_next = True
        columns = max([len(head), *(len(row) for row in rows), 1])
        shares = list(widths)[:columns] + [1.0] * (columns - len(widths))
        table = self.document.add_table(rows=0, cols=columns)
        block = gb.BLOCK_MM[1 if self.is_wide else 0]
        xml.rule_table(table, [block * share / sum(shares) for share in shares])
        if head:
            self._cells(table.add_row(), head, "公文表头", ())
            xml.row_property(table.rows[0], "w:tblHeader")
        for row in rows:
            self._cells(table.add_row(), row, "公文表格", numeric)
        for place, row in enumerate(table.rows):
            xml.row_property(row, "w:cantSplit")
            if row_height_pt and (place or not head):
                row.height = Pt(row_height_pt)
        below = self._line("公文顶格", "")  # tables that touch would become one
        if self.is_wide:
            self._flat(below)  # a whole line could fall onto an empty page before the pages turn back

    def imprint(self, *, copies: str, printed_by: str, printed_on: str) -> None:
        """Write the imprint (版记) between its rules at the foot of the last page."""
        rows = [row for row in ((copies,), (printed_by, printed_on)) if any(row)]
        table = self.document.add_table(rows=0, cols=1)
        heights = []
        for place, row in enumerate(rows):
            cell = table.add_row().cells[0]
            line = cell.paragraphs[0]
            line.style = self.document.styles["公文版记"]
            xml.write(line, row[0])
            if len(row) > 1:
                xml.right_tab(line, xml.BLOCK_PT - gb.SIZE_4 - 11)
                line.add_run().add_tab()
                xml.write(line, row[1])
                xml.indent(line, left=1, right=1, size=gb.SIZE_4)
            else:
                xml.indent(line, left=4, right=1, hanging=3, size=gb.SIZE_4)
            lines = max(1, math.ceil((gb.width(row[0]) - 3) / IMPRINT_CHARACTERS)) if len(row) == 1 else 1
            heights.append(lines * IMPRINT_LEADING_PT + 4)
            xml.cell_rules(cell, first=place == 0, last=place == len(rows) - 1)
        xml.float_at_foot(table, heights)
        # A floating table needs a paragraph to hang from; one point high, it costs no line.
        self._flat(self._line("公文版记", ""))

    def saved(self) -> bytes:
        """Return the file; members carry one fixed date, so equal papers are equal files."""
        buffer = io.BytesIO()
        self.document.save(buffer)
        fixed = io.BytesIO()
        with zipfile.ZipFile(buffer) as source, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as target:
            for name in source.namelist():
                target.writestr(zipfile.ZipInfo(name, ZIP_DATE), source.read(name), zipfile.ZIP_DEFLATED)
        return fixed.getvalue()

    def _line(self, style: str, text: str) -> Paragraph:
        line = self.document.add_paragraph()
        self._styled(line, style)
        xml.write(line, text)
        return line

    def _flat(self, line: Paragraph) -> None:
        """Make a paragraph that only carries something one point high; the style is one off the grid."""
        self._styled(line, "公文版记")
        xml.exactly(line, 1)

    def _styled(self, line: Paragraph, style: str) -> None:
        """Set the style by its id: python-docx searches all styles for a name, for every paragraph anew."""
        line._p.get_or_add_pPr().style = self.ids[style]  # noqa: SLF001 - python-docx has no word for it

    def _cells(self, row: Any, texts: Sequence[str], style: str, numeric: Sequence[int]) -> None:
        for place, (cell, text) in enumerate(zip(row.cells, texts, strict=False)):
            for number, part in enumerate(printable(text).split("\n")):
                line = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
                self._styled(line, style)
                xml.write(line, part)
                if place in numeric:
                    line.alignment = ALIGN.RIGHT
