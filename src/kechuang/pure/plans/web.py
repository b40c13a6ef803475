"""Web pages (.html): the paragraphs and tables of a page, without scripts and menus."""
# ruff: noqa: PLR2004 - small numbers count printed characters, rows or cells

import re
from html.parser import HTMLParser

from kechuang.pure.plans.blocks import Block, Grid, Paragraph
from kechuang.pure.plans.spans import Cell, spread

_HIDDEN = {"script", "style", "noscript", "template", "svg", "select", "button", "title", "textarea", "iframe"}
_MENUS = {"nav", "footer", "aside"}
_BLOCKS = {
    *("p", "div", "section", "article", "main", "header", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "dt"),
    *("dd", "blockquote", "center", "form", "fieldset", "figure", "figcaption", "body", "html", "pre", "hr", "caption"),
}
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_SCRIPT = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)
# A < that no > closes would make the parser search to the end of the page again and again.
_STRAY = re.compile(r"<(?=[^<>]*(?:<|\Z))")
_LAYOUT_CELL = 1200  # characters; a longer cell means the table only places things on the page


def web_blocks(text: str) -> list[Block]:
    """Return the blocks of a page; menus are dropped unless nothing else is left."""
    blocks = _parse(text, _HIDDEN | _MENUS)
    return blocks or _parse(text, _HIDDEN)


def _parse(text: str, hidden: set[str]) -> list[Block]:
    page = _Page(hidden)
    page.feed(_STRAY.sub("&lt;", _SCRIPT.sub(" ", _COMMENT.sub("", text))))
    page.close()
    return page.finished()


class _Table:
    """One open table: rows of cells, each cell a list of blocks."""

    def __init__(self) -> None:
        self.rows: list[list[tuple[list[Block], int, int]]] = []


class _Page(HTMLParser):
    """Collects blocks; an open cell collects its own until the table closes."""

    def __init__(self, hidden: set[str]) -> None:
        super().__init__(convert_charrefs=True)
        self._hidden_tags = hidden
        self._hidden: list[str] = []
        self._text: list[str] = []
        self._targets: list[list[Block]] = [[]]
        self._tables: list[_Table] = []
        self._counts: list[int | None] = []

    def finished(self) -> list[Block]:
        while self._tables:
            self._close_table()
        self._flush()
        return self._targets[0]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._hidden or tag in self._hidden_tags:
            if tag in self._hidden_tags:
                self._hidden.append(tag)
            return
        if tag == "br" or tag in _BLOCKS:
            self._flush()
        if tag in {"ol", "ul"}:
            self._counts.append(_start_of(attrs) if tag == "ol" else None)
        elif tag == "li":
            self._open_item()
        elif tag == "table":
            self._flush()
            self._tables.append(_Table())
        elif tag == "tr" and self._tables:
            self._close_cell()
            self._tables[-1].rows.append([])
        elif tag in {"td", "th"} and self._tables:
            self._open_cell(dict(attrs))

    def handle_endtag(self, tag: str) -> None:
        if self._hidden:
            if tag in self._hidden:
                while self._hidden.pop() != tag:
                    pass
            return
        if tag in _BLOCKS or tag == "li":
            self._flush()
        if tag in {"ol", "ul"} and self._counts:
            self._counts.pop()
        elif tag in {"td", "th", "tr"} and self._tables:
            self._close_cell()
        elif tag == "table" and self._tables:
            self._close_table()

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self._text.append(data)

    def _open_item(self) -> None:
        self._flush()
        if self._counts and self._counts[-1] is not None:
            self._text.append(f"{self._counts[-1]}.")
            self._counts[-1] += 1

    def _flush(self) -> None:
        # A line end in the source of a page is only white space; <pre> is too rare to matter.
        text = " ".join("".join(self._text).split())
        self._text = []
        if text and not text.rstrip(".").isdigit():
            self._targets[-1].append(Paragraph(0, text))
        elif text:
            self._pend_number(text)

    def _pend_number(self, text: str) -> None:
        # "1." of a list item whose text sits in an inner <p>; in a cell the number is the content.
        if len(self._targets) > 1 or not text.endswith("."):
            self._targets[-1].append(Paragraph(0, text))
        else:
            self._text = [text]

    def _open_cell(self, attrs: dict[str, str | None]) -> None:
        self._close_cell()
        table = self._tables[-1]
        if not table.rows:
            table.rows.append([])
        content: list[Block] = []
        table.rows[-1].append((content, _span(attrs.get("rowspan")), _span(attrs.get("colspan"))))
        self._targets.append(content)

    def _close_cell(self) -> None:
        self._flush()
        if len(self._targets) > len(self._tables):
            self._targets.pop()

    def _close_table(self) -> None:
        self._close_cell()
        table = self._tables.pop()
        self._targets[-1].extend(_content(table))


def _content(table: _Table) -> list[Block]:
    cells = [cell for row in table.rows for cell in row]
    lengths = [sum(len(block.text) for block in content if isinstance(block, Paragraph)) for content, _, _ in cells]
    nested = any(isinstance(block, Grid) for content, _, _ in cells for block in content)
    single = all(len(row) <= 1 for row in table.rows)
    if nested or single or max(lengths, default=0) > _LAYOUT_CELL:
        return [block for content, _, _ in cells for block in content]
    rows = [
        [
            Cell("\n".join(b.text for b in content if isinstance(b, Paragraph)), down, across)
            for content, down, across in row
        ]
        for row in table.rows
    ]
    grid = spread(rows)
    return [Grid(0, grid)] if grid else []


def _span(value: str | None) -> int:
    return max(1, min(int(value), 500)) if value and value.strip().isdecimal() and len(value) < 5 else 1


def _start_of(attrs: list[tuple[str, str | None]]) -> int:
    return _span(dict(attrs).get("start"))
