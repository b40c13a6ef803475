"""Plain text and Markdown: paragraphs, joined where the file is hard-wrapped, and tables drawn with characters."""
# ruff: noqa: PLR2004 - small numbers count printed characters, rows or cells

import re
from typing import NamedTuple

from kechuang.pure.plans.blocks import Block, Grid, Paragraph
from kechuang.pure.plans.columns import known
from kechuang.pure.plans.headings import mark_of
from kechuang.pure.plans.textgrid import is_header, read_table

_HASHES = re.compile(r"^\s{0,3}#{1,6}\s+")
_STRONG = re.compile(r"\*\*|__(?=\S)|(?<=\S)__")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|>])")
_QUOTE = re.compile(r"^\s*>\s?")
_BULLET = re.compile(r"^\s*[-*+]\s+(?=\S)")
_RULE = re.compile(r"^\s*(?:[-*_=—]\s*){3,}$")
_PIPE_RULE = re.compile(r"^\s{0,60}\|?\s{0,60}:?-{2,}:?\s{0,60}(?:\|\s{0,60}:?-{2,}:?\s{0,60})*\|?\s{0,60}$")
_MARKDOWN = re.compile(r"^(?: {0,3}#{1,6} +\S|[ \t]{0,8}\|?[ \t]{0,8}:?-{3,}:?[ \t]{0,8}\|)", re.MULTILINE)
_CELL_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
# lines of a drawn frame (├──┼──┤) carry nothing
_DRAWN = re.compile(r"^[\s\u2500-\u2501\u2503-\u257f]*[\u2500\u2501][\u2500-\u257f\s]*$")
_STOPS = "。！？；：!?;:"
_WRAP_MAX = 70
_SOME_INDENTS = 3
_WRAP_MIN = 18
_LONG_BRACKET = 6
_MAX_CATEGORY = 30


class _Width(NamedTuple):
    """Where a file is wrapped, in columns and in characters; 0 where it is not."""

    columns: int = 0
    signs: int = 0

    def is_full(self, text: str) -> bool:
        text = text.rstrip()
        return self.columns > 0 and (_wide(text) >= self.columns - 4 or len(text) >= self.signs - 1)


def plain_blocks(text: str) -> list[Block]:
    """Return the blocks of ``text``; line numbers are those of the file."""
    lines = [_DRAWN.sub("", line).replace("│", "|").replace("┃", "|") for line in text.split("\n")]
    _blank_front_matter(lines)
    if _MARKDOWN.search(text):
        lines = [_without_marks(line) for line in lines]
    return _tables(_unwrapped(lines))


def _blank_front_matter(lines: list[str]) -> None:
    """Blank the front matter of a Markdown file (--- key: value ---), so that line numbers stay."""
    if lines[0].strip() != "---":
        return
    end = next((n for n, line in enumerate(lines[1:40], 1) if line.strip() == "---"), 0)
    if end and all(not line.strip() or ":" in line or line.startswith((" ", "-")) for line in lines[1:end]):
        lines[: end + 1] = [""] * (end + 1)


def _without_marks(line: str) -> str:
    if _RULE.match(line) and "|" not in line:
        return ""
    line = _BULLET.sub("", _QUOTE.sub("", _HASHES.sub("", line)))
    return _ESCAPED.sub(r"\1", _STRONG.sub("", line))


def _unwrapped(lines: list[str]) -> list[Paragraph]:
    """Join the lines of hard-wrapped files; each paragraph keeps the number of its first line."""
    width = _wrap_width(lines)
    paragraphs: list[Paragraph] = []
    pieces: list[str] = []
    first = 0
    for number, line in enumerate(lines, 1):
        if pieces and not _goes_on(pieces, line, width):
            paragraphs.append(Paragraph(first, "".join(pieces)))
            pieces = []
        if line.strip():
            if not pieces:
                first = number
            pieces.append(line if not pieces else line.strip())
    if pieces:
        paragraphs.append(Paragraph(first, "".join(pieces)))
    return paragraphs


def _goes_on(pieces: list[str], line: str, width: _Width) -> bool:
    text = line.strip()
    if not text or "\t" in text or "|" in text or "\t" in pieces[-1] or "|" in pieces[-1]:
        return False
    if _is_numbered(text) or line[:1].isspace():
        return False
    if width.is_full(pieces[-1]):
        return True
    if mark_of(text) is not None:
        return False
    return len(pieces) < _LONG_BRACKET and _open_duty(pieces[-1] if len(pieces) == 1 else "".join(pieces))


def _open_duty(text: str) -> bool:
    """Tell whether a responsibility bracket is open at the end: （责任单位：市科技局、 ."""
    tail = text[-400:]
    opened = max(tail.rfind("（"), tail.rfind("("))
    if opened < 0 or tail.rfind("）") > opened or tail.rfind(")") > opened:
        return False
    return text.rstrip()[-1:] in "、，,：:和及" and (
        "单位" in tail[opened:] or "部门" in tail[opened:] or "、" in tail[opened:]
    )


def _wide(text: str) -> int:
    """Return the printed width: a Chinese character takes two columns."""
    return len(text) + sum(1 for sign in text if not sign.isascii())


def _wrap_width(lines: list[str]) -> _Width:
    """Return the width at which the file is wrapped.

    A wrapped file has lines that fill the width, end in the middle of a sentence and go on
    in the next line without an indent.
    """
    texts = [line.rstrip() for line in lines if "|" not in line and "\t" not in line]
    widths = [_wide(text) if len(text.strip()) >= _WRAP_MIN else 0 for text in texts]
    width = max(widths, default=0)
    if not width or max(len(text) for text in texts) > _WRAP_MAX:
        return _Width()
    found = _Width(width, max(len(text) for text in texts))
    full = [place for place, wide in enumerate(widths) if wide and found.is_full(texts[place])]
    broken = sum(1 for place in full if place + 1 < len(texts) and _breaks_off(texts[place], texts[place + 1]))
    # Where paragraphs are indented, one line that is not shows that the one above goes on.
    needed = 1 if sum(1 for text in texts if text[:1].isspace()) > _SOME_INDENTS else 2
    return found if broken >= needed and broken * 3 >= len(full) else _Width()


def _breaks_off(text: str, below: str) -> bool:
    return bool(below) and text[-1] not in _STOPS and not below[:1].isspace() and not _is_numbered(below)


def _is_numbered(text: str) -> bool:
    """Tell whether a line begins with a whole number; a bracket alone may be the end of a broken name."""
    mark = mark_of(text)
    return mark is not None and mark.value is not None


def _tables(paragraphs: list[Paragraph]) -> list[Block]:
    blocks: list[Block] = []
    position = 0
    while position < len(paragraphs):
        grid, after = _table_at(paragraphs, position)
        if grid is None:
            blocks.append(paragraphs[position])
            position += 1
        else:
            blocks.append(grid)
            position = after
    return blocks


def _table_at(paragraphs: list[Paragraph], start: int) -> tuple[Grid | None, int]:
    first = paragraphs[start].text
    if first.count("|") >= 2 or (
        "|" in first and start + 1 < len(paragraphs) and _PIPE_RULE.match(paragraphs[start + 1].text)
    ):
        return _piped(paragraphs, start)
    if first.strip("\n ").count("\t") >= 1:
        return _tabbed(paragraphs, start)
    if is_header(first):
        return read_table(paragraphs, start)
    return None, start


def _piped(paragraphs: list[Paragraph], start: int) -> tuple[Grid | None, int]:
    rows: list[list[str]] = []
    position = start
    while position < len(paragraphs) and "|" in paragraphs[position].text:
        line = paragraphs[position].text.strip()
        if not _PIPE_RULE.match(line):
            cells = line.removeprefix("|").removesuffix("|").split("|")
            if _heads_another(paragraphs, position, cells, rows):
                break
            rows.append([_CELL_BREAK.sub("\n", cell.strip()) for cell in cells])
        position += 1
    return _grid(paragraphs[start].line, rows), position


def _tabbed(paragraphs: list[Paragraph], start: int) -> tuple[Grid | None, int]:
    rows: list[list[str]] = []
    position = start
    while position < len(paragraphs) and _in_table(paragraphs, position, rows):
        cells = paragraphs[position].text.strip("\n ").split("\t")
        if _heads_another(paragraphs, position, cells, rows):
            break
        rows.append([cell.strip() for cell in cells])
        position += 1
    grid = _grid(paragraphs[start].line, rows)
    if grid is not None and len(rows) > 1 and len(rows[0]) > 1:
        return grid, position
    return read_table(paragraphs, start) if is_header(paragraphs[start].text) else (None, start)


def _heads_another(paragraphs: list[Paragraph], position: int, cells: list[str], rows: list[list[str]]) -> bool:
    """Tell whether a row is the header of a second table right below the first."""
    if len(rows) < 2:
        return False
    words = [cell.strip() for cell in cells if cell.strip()]
    apart = paragraphs[position].line > paragraphs[position - 1].line + 1
    ruled = position + 1 < len(paragraphs) and _PIPE_RULE.match(paragraphs[position + 1].text) is not None
    hits = sum(1 for word in words if known(word))
    return ruled or (hits * 3 >= len(words) * 2 and hits >= (2 if apart else 3))


def _in_table(paragraphs: list[Paragraph], position: int, rows: list[list[str]]) -> bool:
    """Tell whether a line is a row: it has tabs, or names a category between two rows."""
    text = paragraphs[position].text.strip("\n ")
    if "\t" in text:
        return True
    below = paragraphs[position + 1].text if position + 1 < len(paragraphs) else ""
    category = len(text) <= _MAX_CATEGORY and not text.endswith(("。", "：", "；")) and "附" not in text[:1]
    return bool(rows) and category and len(rows[0]) >= 3 and below.strip("\n ").count("\t") + 1 == len(rows[0])


def _grid(line: int, rows: list[list[str]]) -> Grid | None:
    if not rows:
        return None
    width = max(len(row) for row in rows)
    return Grid(line, tuple(tuple(row + [""] * (width - len(row))) for row in rows), merges_known=False)
