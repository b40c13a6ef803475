"""PDF files with a text layer: paragraphs by their geometry, tables by their ruled lines."""
# ruff: noqa: PLR2004 - small numbers count printed characters, rows or cells

import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import pypdfium2 as pdfium
from pypdfium2 import raw

from kechuang.pure.plans.blocks import Block, Grid, Paragraph
from kechuang.pure.plans.headings import mark_of
from kechuang.pure.plans.pdfgrid import Glyph, PrintedLine, Rule, Table, cell_texts, lines_of, tables_of
from kechuang.pure.plans.results import Unreadable

_MAX_PAGES = 2000
_MAX_OBJECTS = 20_000
_PAGE_NUMBER = re.compile(
    r"^[\s\-—–－·•]*(?:第\s*)?\d{1,4}(?:\s*页)?(?:\s*[/／共]+\s*(?:共\s*)?\d{1,4}\s*页?)?[\s\-—–－·•]*$"
)
_STOPS = "。！？；：）)"
_INDENT = 0.9  # characters; a line that begins further right opens a paragraph
_ROOM = 1.6  # characters left free at the end of a line
_WIDE_ROOM = 6.0
_DIGITS = re.compile(r"[\d\s]+")
_SHARED = 3  # lines that end at the same edge show where the text ends
_THIN = 2.5  # points; a path thinner than this is a ruled line


def pdf_blocks(data: bytes) -> list[Block]:
    """Return the blocks of a PDF.

    Raises:
        Unreadable: the file is damaged, locked by a password, or has no text layer.
    """
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        locked = "password" in str(error).lower()
        raise Unreadable("PDF 设有打开密码，无法读取。" if locked else "PDF 文件已损坏，无法读取。") from error
    try:
        pages = [_page(document[number]) for number in range(min(len(document), _MAX_PAGES))]
    finally:
        document.close()
    pages = _without_running_heads(pages)
    flow = _Flow(_margins(pages))
    for page in pages:
        flow.add_page(page)
    blocks = flow.finished()
    if not blocks:
        raise Unreadable("PDF 没有文字层（可能是扫描件），请先做文字识别。")
    return blocks


class _Page(NamedTuple):
    """What one page holds, from the top down."""

    width: float
    pieces: list[tuple[float, PrintedLine | Table]]
    cells: dict[int, tuple[tuple[str, ...], ...]]

    def ends(self) -> list[tuple[float, PrintedLine | Table]]:
        return [*self.pieces[:1], *self.pieces[-1:]]

    def lines(self) -> list[PrintedLine]:
        return [piece for _, piece in self.pieces if isinstance(piece, PrintedLine)]


def _page(page: pdfium.PdfPage) -> _Page:
    tables = tables_of(_rules(page))
    free: list[Glyph] = []
    inside: dict[int, list[Glyph]] = {}
    for glyph in _glyphs(page):
        place = next((n for n, table in enumerate(tables) if table.holds(glyph)), None)
        if place is None:
            free.append(glyph)
        else:
            inside.setdefault(place, []).append(glyph)
    pieces: list[tuple[float, PrintedLine | Table]] = [(line.top, line) for line in lines_of(free)]
    pieces += [(table.top, table) for table in tables]
    pieces.sort(key=lambda piece: -piece[0])
    pieces = [piece for piece in pieces if not _is_page_number(piece[1], pieces)]
    cells = {id(table): cell_texts(table, inside.get(n, [])) for n, table in enumerate(tables)}
    return _Page(page.get_width(), pieces, cells)


def _without_running_heads(pages: list[_Page]) -> list[_Page]:
    """Drop the lines that stand first or last on most pages: the name of a gazette, of a department."""
    seen: Counter[str] = Counter()
    for page in pages:
        seen.update({_DIGITS.sub("", piece.text) for _, piece in page.ends() if isinstance(piece, PrintedLine)})
    heads = {text for text, times in seen.items() if times >= _SHARED and times * 2 > len(pages)}
    return [
        page._replace(
            pieces=[
                piece
                for piece in page.pieces
                if not (
                    isinstance(piece[1], PrintedLine)
                    and piece in page.ends()
                    and _DIGITS.sub("", piece[1].text) in heads
                )
            ]
        )
        for page in pages
    ]


def _margins(pages: list[_Page]) -> dict[int, tuple[float, float, bool]]:
    """Return the left and right edge of the text for each width of page."""
    lines: dict[int, list[PrintedLine]] = {}
    for page in pages:
        lines.setdefault(round(page.width), []).extend(page.lines())
    return {width: _edges_of(width, found) for width, found in lines.items() if found}


def _edges_of(width: int, lines: list[PrintedLine]) -> tuple[float, float, bool]:
    left = min(line.left for line in lines)
    right = max(line.right for line in lines)
    full = sum(1 for line in lines if line.right > right - line.size)
    # Where no lines share an edge none is full; the margins of the sheet are even then.
    indents = any(line.left > left + _INDENT * line.size for line in lines)
    return left, right if full >= _SHARED else max(right, width - left), indents


def _is_page_number(piece: PrintedLine | Table, pieces: list[tuple[float, PrintedLine | Table]]) -> bool:
    outermost = piece is pieces[0][1] or piece is pieces[-1][1]
    return outermost and isinstance(piece, PrintedLine) and _PAGE_NUMBER.match(piece.text) is not None


def _glyphs(page: pdfium.PdfPage) -> Iterator[Glyph]:
    textpage = page.get_textpage()
    for number in range(textpage.count_chars()):
        code = raw.FPDFText_GetUnicode(textpage.raw, number)
        if code in (0, 0xFFFE, 0xFFFF) or 0xD800 <= code <= 0xDFFF:
            continue
        sign = chr(code)
        left, bottom, right, top = textpage.get_charbox(number, loose=True)
        if sign not in "\r\n" and right > left and top > bottom:
            yield Glyph(sign, left, bottom, right, top)


def _rules(page: pdfium.PdfPage) -> list[Rule]:
    rules: list[Rule] = []
    for number, thing in enumerate(page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH], max_depth=4)):
        if number > _MAX_OBJECTS:
            break
        left, bottom, right, top = thing.get_bounds()
        if top - bottom <= _THIN and right - left > _THIN:
            rules.append(Rule(upright=False, at=(top + bottom) / 2, start=left, end=right))
        elif right - left <= _THIN and top - bottom > _THIN:
            rules.append(Rule(upright=True, at=(left + right) / 2, start=bottom, end=top))
        elif 4 <= raw.FPDFPath_CountSegments(thing.raw) <= 6:
            rules += [
                Rule(upright=False, at=bottom, start=left, end=right),
                Rule(upright=False, at=top, start=left, end=right),
            ]
            rules += [
                Rule(upright=True, at=left, start=bottom, end=top),
                Rule(upright=True, at=right, start=bottom, end=top),
            ]
    return rules


class _Flow:
    """Joins printed lines to paragraphs and tables over page ends."""

    def __init__(self, margins: dict[int, tuple[float, float, bool]]) -> None:
        self._margins = margins
        self._blocks: list[Block] = []
        self._open: list[PrintedLine] = []
        self._left = 0.0
        self._right = 0.0
        self._indents = False

    def finished(self) -> list[Block]:
        self._close()
        return self._blocks

    def add_page(self, page: _Page) -> None:
        self._left, self._right, self._indents = self._margins.get(round(page.width), (0.0, page.width, False))
        for _, piece in page.pieces:
            if isinstance(piece, Table):
                self.add_table(page.cells[id(piece)])
            else:
                self.add_line(piece)

    def add_line(self, line: PrintedLine) -> None:
        if self._open and self._starts_paragraph(line):
            self._close()
        self._open.append(line)

    def _starts_paragraph(self, line: PrintedLine) -> bool:
        size = line.size
        last = self._open[-1]
        indented = line.left > self._left + _INDENT * size
        room = (self._right - last.right) / last.size
        # A line may end a few characters early where a word or a bracket did not fit.
        ended = room > (_WIDE_ROOM if self._indents and last.text[-1] not in _STOPS else _ROOM)
        mark = mark_of(line.text)
        numbered = mark is not None and mark.value is not None
        return indented or ended or numbered or abs(last.size - size) > 0.2 * size

    def _close(self) -> None:
        if self._open:
            self._blocks.append(Paragraph(0, "".join(line.text for line in self._open)))
        self._open = []

    def add_table(self, rows: tuple[tuple[str, ...], ...]) -> None:
        self._close()
        if not rows:
            return
        if len(rows[0]) == 1:
            self._blocks += [Paragraph(0, line) for row in rows for line in row[0].split("\n") if line.strip()]
            return
        last = self._blocks[-1] if self._blocks else None
        if isinstance(last, Grid) and len(last.rows[0]) == len(rows[0]):
            # The same table goes on over the page end; a repeated header is dropped.
            more = rows[1:] if rows[0] == last.rows[0] else rows
            self._blocks[-1] = Grid(0, last.rows + more)
        else:
            self._blocks.append(Grid(0, rows))
