"""Tables in plain text whose cells are only set apart by spaces, or stand one a line.

The header tells the columns. Each row's words are then laid on the columns, in order, at the
least cost: a figure wants a figure column, a body's name wants the column of departments.
"""
# ruff: noqa: PLR2004 - a list of printed words stays on one line; small numbers count printed characters, rows or cells

import re
from collections.abc import Callable
from functools import lru_cache

from kechuang.pure.plans.blocks import Grid, Paragraph
from kechuang.pure.plans.bodies import is_body
from kechuang.pure.plans.columns import Column, column_of, known, year_of
from kechuang.pure.plans.folding import ascii_digits, fold
from kechuang.pure.plans.values import is_attribute, is_figure, is_unit

_GAP = re.compile(r"\s{2,}|\t+|\u3000+")
_ANY_GAP = re.compile(r"\s+")
_ORDINAL = re.compile(r"^(\d{1,3})[.、．]?$")
_LEADING = re.compile(r"^\s*(\d{1,3})[.、．]?\s+\S")
_FIGURES = frozenset({"value", "base", "growth"})
_INFINITE = float("inf")
_MISFIT = 6.0
_MAX_WORDS = 8
_KNOWN_BY: dict[str | None, Callable[[str], object]] = {
    "no": _ORDINAL.match,
    "unit": is_unit,
    "attribute": is_attribute,
}
_MAX_HEADER = 200
_MAX_CELL_LINES = 40
_MAX_LINES = 6000  # of a table copied one cell a line
_MAX_CELL = 300
_MAX_EXTRA_LINES = 12
_MIN_CELLS = 3
_BODIES = {"lead", "duty", "cooperating"}
_SKIP = {"no": 3.0, "item": 4.0, "indicator": 4.0, "value": 2.5, "base": 2.5, "duty": 1.5, "lead": 1.5, "unit": 0.6}


def words_of(text: str) -> list[str]:
    """Return the cells of a line: split at wide gaps where there are some, else at each space."""
    text = text.strip()
    wide = [cell for cell in _GAP.split(text) if cell]
    return wide if len(wide) > 2 else _ANY_GAP.split(text)


def is_header(text: str) -> bool:
    """Tell whether a line is the header of a table: several words, most of them known."""
    if len(text) > _MAX_HEADER or "。" in text or "；" in text:
        return False
    words = words_of(text)
    if len(words) == 1:
        return fold(words[0]) in {"序号", "指标", "指标名称", "主要指标"}
    hits = sum(1 for word in words if known(word))
    return len(words) >= 3 and hits * 3 >= len(words) * 2 and any(_names_rows(word) for word in words)


def _names_rows(word: str) -> bool:
    return column_of(word).role in {"indicator", "item", "no"}


def read_table(paragraphs: list[Paragraph], start: int) -> tuple[Grid | None, int]:
    """Return the table whose header is at ``start`` and the place after it, or (None, start)."""
    words = words_of(paragraphs[start].text)
    if len(words) == 1:
        return _one_cell_a_line(paragraphs, start)
    header, position = _whole_header(paragraphs, start, words)
    columns = [column_of(word) for word in header]
    rows, position = _rows(paragraphs, position, columns)
    if not rows:
        return None, start
    cells = [tuple(_laid(row, columns)) for row in rows]
    return Grid(paragraphs[start].line, (tuple(header), *cells), merges_known=False), position


def _whole_header(paragraphs: list[Paragraph], start: int, words: list[str]) -> tuple[list[str], int]:
    """Take in a second header line that holds only years under 目标值 columns."""
    position = start + 1
    if position < len(paragraphs):
        below = words_of(paragraphs[position].text)
        blank = [n for n, word in enumerate(words) if column_of(word).role == "value" and year_of(word) is None]
        if blank and below and all(year_of(word) and len(word) < 12 for word in below):
            years = below
            first, last = blank[0], blank[-1]
            merged = [words[min(first + n, last)] + year for n, year in enumerate(years)]
            return words[:first] + merged + words[last + 1 :], position + 1
    return words, position


Word = tuple[str, int]  # a word and the number of its line within the row


def _rows(paragraphs: list[Paragraph], start: int, columns: list[Column]) -> tuple[list[list[Word]], int]:
    rows: list[list[Word]] = []
    ordinal = columns[0].role == "no"
    position = start
    while position < len(paragraphs):
        text = paragraphs[position].text
        words = words_of(text)
        if _ends_table(text, words, rows):
            break
        if _begins_row(words, rows, columns, ordinal=ordinal):
            rows.append([])
        if not rows or len(rows[-1]) > _MAX_CELL_LINES:
            break
        line = rows[-1][-1][1] + 1 if rows[-1] else 0
        rows[-1] += [(word, line) for word in words]
        position += 1
    return rows, position


def _ends_table(text: str, words: list[str], rows: list[list[Word]]) -> bool:
    if len(text) > 400 or re.match(r"^\s*(?:注|备注|说明|附件|附表|资料来源|数据来源)\s*\d*\s*[:：]?", text):
        return True
    if re.match(
        r"^\s*[一二三四五六七八九十]+、|^\s*[（(][一二三四五六七八九十]+[)）]|^\s*第[一二三四五六七八九十]+[章节条]",
        text,
    ):
        return True
    return (
        bool(rows) and re.match(r"^\s*【?(?:关闭|打印|分享|责任编辑|扫一扫|上一篇|下一篇|版权|主办)", text) is not None
    )


def _begins_row(words: list[str], rows: list[list[Word]], columns: list[Column], *, ordinal: bool) -> bool:
    if ordinal:
        number = _ORDINAL.match(words[0])
        if number is None or len(words) < 2:
            return False
        expected = int(_first_number(rows[-1])) + 1 if rows else int(number[1])
        # A line of a broken cell may begin with a figure; a row begins with the next number.
        return int(number[1]) == expected and (not rows or _is_full(rows[-1], columns))
    figures = sum(1 for word in words if is_figure(word))
    return not rows or (figures > 0 and _has_figure(rows[-1])) or (_is_full(rows[-1], columns) and len(words) > 1)


def _first_number(row: list[Word]) -> str:
    found = _ORDINAL.match(row[0][0])
    return found[1] if found else "0"


def _has_figure(row: list[Word]) -> bool:
    return any(is_figure(word) for word, _ in row[1:])


def _is_full(row: list[Word], columns: list[Column]) -> bool:
    """Tell whether a row may end here: its figures are complete, or it has no figure columns."""
    wanted = sum(1 for column in columns if column.role == "value")
    figures = sum(1 for word, _ in row[1:] if is_figure(word))
    return figures >= wanted if wanted else len(row) >= len(columns) - 1


def _laid(row: list[Word], columns: list[Column]) -> list[str]:
    """Lay the words on the columns at the least cost (dynamic programme over both)."""
    size = len(row)
    back: list[list[int]] = []
    best = [0.0] + [_INFINITE] * size
    for column in columns:
        skip = _SKIP.get(column.role or "", 1.0)
        costs = [_word_fit(word, column.role) for word, _ in row]
        reached = [cost + skip for cost in best]
        origin = list(range(size + 1))
        for begin in range(size):
            if best[begin] < _INFINITE:
                _extend(row, column.role, costs, begin=begin, cost=best[begin], reached=reached, origin=origin)
        best = reached
        back.append(origin)
    return _traced(row, back)


def _extend(
    row: list[Word],
    role: str | None,
    costs: list[float],
    *,
    begin: int,
    cost: float,
    reached: list[float],
    origin: list[int],
) -> None:
    """Try to put the words from ``begin`` on, one to eight of them, into one column."""
    for end in range(begin + 1, min(len(row), begin + _MAX_WORDS) + 1):
        if end > begin + 1:
            # Words of one line were set apart by a gap, so joining them needs a reason.
            cost += 0.2 if row[end - 1][1] != row[end - 2][1] else 1.6
        if role in _FIGURES:
            total = cost + _figure_cost(row, costs, begin, end)
        else:
            cost += costs[end - 1]
            total = cost
        if total < reached[end]:
            reached[end] = total
            origin[end] = begin


def _figure_cost(row: list[Word], costs: list[float], begin: int, end: int) -> float:
    if end == begin + 1:
        return costs[begin]
    if end > begin + 3:
        return _MISFIT
    return 0.0 if is_figure("".join(word for word, _ in row[begin:end])) else _MISFIT


def _traced(row: list[Word], back: list[list[int]]) -> list[str]:
    cells = [""] * len(back)
    end = len(row)
    for column in range(len(back) - 1, -1, -1):
        begin = back[column][end]
        cells[column] = _joined(row[begin:end])
        end = begin
    return cells


def _joined(words: list[Word]) -> str:
    text = ""
    for number, (word, line) in enumerate(words):
        text += ("\n" if number and line != words[number - 1][1] else " " if number else "") + word
    return text


@lru_cache(maxsize=8192)
def _word_fit(word: str, role: str | None) -> float:
    """Return what it costs to put ``word`` into a column of ``role``."""
    if role in _FIGURES:
        return 0.0 if is_figure(word) else _MISFIT
    if role in _KNOWN_BY:
        return 0.0 if _KNOWN_BY[role](word) else _MISFIT
    if role in {"lead", "duty", "cooperating"}:
        return 0.0 if all(is_body(name) for name in re.split(r"[、，,；;]", fold(word)) if name) else 2.5
    if is_figure(word) or is_attribute(word):
        return 4.0
    return 0.8 if is_unit(word) or is_body(fold(word)) else 0.0


def _one_cell_a_line(paragraphs: list[Paragraph], start: int) -> tuple[Grid | None, int]:
    """Read a table copied from a page as one cell a line: 序号 / 指标 / 单位 / … / 1 / …."""
    header: list[str] = []
    position = start
    while position < len(paragraphs) and len(header) < 20 and known(paragraphs[position].text.strip()):
        header.append(paragraphs[position].text.strip())
        position += 1
    if len(header) < 3 or column_of(header[0]).role != "no":
        return None, start
    lines = [paragraph.text.strip() for paragraph in paragraphs[position : position + _MAX_LINES]]
    columns = [column_of(cell) for cell in header]
    rows: list[tuple[str, ...]] = []
    place = 0
    while place < len(lines) and ascii_digits(lines[place]) == str(len(rows) + 1):
        cells, size = _row_of_lines(lines, place, columns, len(rows) + 1)
        if cells is None:
            break
        rows.append(cells)
        place += size
    grid = Grid(paragraphs[start].line, (tuple(header), *rows), merges_known=False)
    return (grid, position + place) if rows else (None, start)


def _row_of_lines(
    lines: list[str], place: int, columns: list[Column], number: int
) -> tuple[tuple[str, ...] | None, int]:
    """Return the cells of the row that begins at ``place`` and how many lines it takes.

    A row has a line for each column, fewer where a cell is blank, more where a cell holds several lines;
    it ends where the next number stands and the lines before it fit the columns.
    """
    width = len(columns)
    ahead = lines[place : place + width + _MAX_EXTRA_LINES + 1]
    if len(ahead) >= width and all(len(line) <= _MAX_CELL for line in ahead[:width]):
        whole = tuple(ahead[:width])
        after = ascii_digits(ahead[width]) if len(ahead) > width else ""
        if after == str(number + 1) or (_fits(whole, columns) and not _goes_on(ahead[width:], columns, number)):
            return whole, width
    marked = [n for n, line in enumerate(ahead) if n >= _MIN_CELLS and ascii_digits(line) == str(number + 1)]
    closing = range(width + _closing_lines(ahead[width:], columns), width - 1, -1)
    # A figure inside the row may equal the next number, so a shorter row is tried last.
    for size in [*(n for n in marked if n > width), *closing, *reversed([n for n in marked if n < width])]:
        if size <= len(ahead) and all(len(line) <= _MAX_CELL for line in ahead[:size]):
            cells = tuple(_laid([(line, n) for n, line in enumerate(ahead[:size])], columns))
            if _fits(cells, columns):
                return cells, size
    return None, 0


def _goes_on(after: list[str], columns: list[Column], number: int) -> bool:
    """Tell whether the lines after a full row still belong to it: more bodies, or the next number further on."""
    return any(ascii_digits(line) == str(number + 1) for line in after) or _closing_lines(after, columns) > 0


def _closing_lines(after: list[str], columns: list[Column]) -> int:
    """Return how many lines continue the last column, where that holds the bodies."""
    if columns[-1].role not in _BODIES:
        return 0
    count = 0
    while count < len(after) and _word_fit(after[count], "duty") == 0.0:
        count += 1
    return count


def _fits(cells: tuple[str, ...], columns: list[Column]) -> bool:
    """Tell whether each figure, unit and number stands in a column that wants one."""
    return all(_fits_in(cell, column.role) for cell, column in zip(cells, columns, strict=True))


def _fits_in(cell: str, role: str | None) -> bool:
    lines = cell.split("\n")
    if not cell:
        return role not in {"no", "item", "indicator"}
    if role in _BODIES:
        return not any(_ORDINAL.match(line) for line in lines)  # the number of the next row
    if role in _FIGURES and len(lines) > 1 and all(is_figure(line) for line in lines):
        return False  # two cells, not one
    return not (role in _FIGURES or role in _KNOWN_BY) or _word_fit("".join(lines), role) == 0.0
