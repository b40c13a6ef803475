"""What a table is about: a division of work gives tasks, an annex of indicators gives indicators."""
# ruff: noqa: PLR2004 - small numbers count printed characters, rows or cells

import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from kechuang.pure.plans.blocks import Grid
from kechuang.pure.plans.columns import Column, column_of, year_of
from kechuang.pure.plans.duties import Phrase, read_phrase
from kechuang.pure.plans.folding import fold, squeeze
from kechuang.pure.plans.indicators import Period, table_indicators
from kechuang.pure.plans.milestones import due_in
from kechuang.pure.plans.results import Indicator, Milestone, Responsibility, Task
from kechuang.pure.plans.titles import title_of
from kechuang.pure.plans.values import is_figure, is_none

_DUTIES = {"lead", "duty", "cooperating", "office"}
_HEADER_ROWS = 4
_GROUP = re.compile(r"^[（(]?[一二三四五六七八九十]{1,3}[)）]?[、.]?$")
Row = tuple[int, tuple[str, ...]]


@dataclass
class TableReading:
    """What one table gives; both lists are empty for a table that is neither."""

    tasks: list[Task] = field(default_factory=list)
    indicators: list[Indicator] = field(default_factory=list)
    milestones: list[Milestone] = field(default_factory=list)


def read_grid(grid: Grid, *, section: str | None, period: Period, caption: str) -> TableReading:
    """Read a table by its header; ``caption`` is the line printed above it."""
    split = _split(grid)
    if split is None:
        return TableReading()
    header, rows, above = split
    columns = [column_of(cell) for cell in header]
    kind = _kind(columns, rows)
    if kind == "indicators":
        return TableReading(indicators=table_indicators(grid, header, rows, period, f"{above}{caption}"))
    if kind == "division":
        return _division(grid, columns, rows, section)
    return TableReading()


def _split(grid: Grid) -> tuple[list[str], list[Row], str] | None:
    """Part header and rows; a row above the header that spans all of it is the caption."""
    caption = ""
    for place, row in enumerate(grid.rows[:_HEADER_ROWS]):
        texts = [cell for cell in row if cell.strip()]
        if len(set(texts)) <= 1:
            caption += texts[0] if texts else ""
            continue
        roles = [column_of(cell).role for cell in row if cell.strip()]
        if sum(1 for role in roles if role) >= 2 and {"indicator", "item", "no", "category"} & set(roles):
            header, depth = _header(grid.rows, place)
            rows = [(grid.line + n, cells) for n, cells in enumerate(grid.rows) if n >= depth and cells != row]
            return header, rows, caption
        return None
    return None


def _header(rows: tuple[tuple[str, ...], ...], place: int) -> tuple[list[str], int]:
    header = [squeeze(cell) for cell in rows[place]]
    depth = place + 1
    while depth < min(len(rows), place + 3) and _continues_header(rows[depth], header):
        for column, cell in enumerate(rows[depth]):
            text = squeeze(cell)
            if text and text not in header[column]:
                # 责任分工 over 牵头单位: the lower word says more; 目标值 over 2023年: both are needed.
                names = year_of(text) is None and column_of(text).role is not None
                both = header[column] + text
                # A lower word of no known meaning (重点任务 over 大项) leaves the upper one to say it.
                joined = both if column_of(both).role or not column_of(header[column]).role else header[column]
                header[column] = text if names else joined
        depth += 1
    return header, depth


def _continues_header(row: tuple[str, ...], header: list[str]) -> bool:
    texts = [(squeeze(cell), header[n]) for n, cell in enumerate(row) if cell.strip()]
    new = [text for text, above in texts if text != above]
    if not new or len(new) == len(texts) == len(header):
        return False
    if any(text == above and column_of(text).role for text, above in texts):
        return all(len(text) < 20 for text in new)  # cells merged down over both head rows
    return all(year_of(text) is not None or column_of(text).role not in {None, "item", "no"} for text in new) and all(
        len(text) < 20 and not re.fullmatch(r"\d{1,3}", text) for text in new
    )


def _kind(columns: list[Column], rows: list[Row]) -> Literal["indicators", "division"] | None:
    roles = {column.role for column in columns}
    if "place" in roles and not roles & {"indicator", "item"}:
        return None  # targets handed down to counties: each column is an indicator, no row is
    values = [n for n, column in enumerate(columns) if column.role in {"value", "base"}]
    cells = [cells[n] for _, cells in rows for n in values if n < len(cells) and cells[n].strip()]
    figures = sum(1 for cell in cells if is_figure(cell))
    if (
        values
        and figures * 2 >= len(cells)
        and cells
        and (roles & {"indicator", "item", "unit", "growth", "category", None})
    ):
        return "indicators"
    if "indicator" in roles and not (roles & _DUTIES and "item" in roles):
        return "indicators"
    if roles & _DUTIES and roles & {"item", "category", None}:
        return "division"
    return None


def _division(grid: Grid, columns: list[Column], rows: list[Row], section: str | None) -> TableReading:
    if not grid.merges_known:
        rows = _carried(rows, columns)
    groups = _groups(rows, columns)
    titles = _title_column(columns, groups)
    reading = TableReading()
    for group in groups:
        task = _row_task(group, columns, titles, section)
        if task is not None:
            reading.tasks.append(task)
            reading.milestones += _deadlines(group, columns, task)
    return reading


def _carried(rows: list[Row], columns: list[Column]) -> list[Row]:
    """Carry merged cells down: in a text table a blank place is covered by the cell above."""
    above: dict[int, str] = {}
    result: list[Row] = []
    for line, cells in rows:
        if sum(1 for cell in cells if cell.strip()) <= 1 or _is_category(cells, columns):
            result.append((line, cells))
            continue
        full = list(cells)
        for place, column in enumerate(columns[: len(full)]):
            if not full[place].strip() and column.role in {"no", "category", "item", *_DUTIES, "deadline"}:
                full[place] = above.get(place, "")
            above[place] = full[place]
        result.append((line, tuple(full)))
    return result


def _groups(rows: list[Row], columns: list[Column]) -> list[list[Row]]:
    """Group the rows of one number; rows that only name a category belong to no group."""
    number = next((n for n, column in enumerate(columns) if column.role == "no"), None)
    groups: list[list[Row]] = []
    for line, cells in rows:
        texts = {squeeze(cell) for cell in cells if cell.strip()}
        if len(texts) <= 1 or _is_category(cells, columns) or not _has_duty_place(cells, columns):
            continue
        same = number is not None and groups and squeeze(groups[-1][-1][1][number]) == squeeze(cells[number]) != ""
        if same:
            groups[-1].append((line, cells))
        else:
            groups.append([(line, cells)])
    return groups


def _is_category(cells: tuple[str, ...], columns: list[Column]) -> bool:
    """Tell whether a row is 一 | 平台建设 | blank: the heading of a group of rows."""
    numbered = any(_GROUP.match(squeeze(cells[n])) for n, c in enumerate(columns) if c.role == "no" and n < len(cells))
    duties = any(cells[n].strip() for n, c in enumerate(columns) if c.role in _DUTIES and n < len(cells))
    return numbered and not duties


def _has_duty_place(cells: tuple[str, ...], columns: list[Column]) -> bool:
    """Tell whether a row says anything beside its category: a row merged across is a heading."""
    items = [squeeze(cells[n]) for n, c in enumerate(columns) if c.role in {"item", None} and n < len(cells)]
    duties = [squeeze(cells[n]) for n, c in enumerate(columns) if c.role in _DUTIES and n < len(cells)]
    return any(items) and not (any(duties) and set(duties) <= set(items))


def _title_column(columns: list[Column], groups: list[list[Row]]) -> list[int]:
    """Return the item columns from the one that names the row on; categories before it are dropped."""
    items = [n for n, column in enumerate(columns) if column.role == "item"]
    if not items:
        items = [n for n, column in enumerate(columns) if column.role in {None, "category"}][-1:]
    for place, column in enumerate(items[:-1]):
        values = [squeeze(group[0][1][column]) for group in groups]
        if all(a != b for a, b in pairwise(values)) and all(values):
            return items[place:]
    return items[-1:]


def _row_task(group: list[Row], columns: list[Column], titles: list[int], section: str | None) -> Task | None:
    line, cells = group[0]
    title = title_of(cells[titles[0]]) if titles else ""
    details = [_lines(row[n]) for _, row in group for n in titles[1:] if n < len(row) and not is_none(row[n])]
    if titles and len({squeeze(row[titles[0]]) for _, row in group}) > 1:
        details = [_lines(row[titles[0]]) for _, row in group[1:]] + details
    if not title:
        return None
    number = next((squeeze(cells[n]) for n, column in enumerate(columns) if column.role == "no"), "")
    records = [record for _, row in group if (record := _duties(row, columns)) is not None]
    return Task(
        no=fold(number).rstrip(".、．") or None,
        section=section,
        kind="task",
        title=title,
        text="".join(dict.fromkeys(details)),
        responsibilities=tuple(dict.fromkeys(records)),
        line=line,
    )


def _lines(cell: str) -> str:
    return "".join(part.strip() for part in cell.split("\n"))


def _duties(cells: tuple[str, ...], columns: list[Column]) -> Responsibility | None:
    phrase: Phrase | None = None
    led = any(column.role == "lead" for column in columns)
    for cell, column in zip(cells, columns, strict=False):
        if column.role not in _DUTIES or is_none(cell):
            continue
        side = "lead" if column.role == "lead" else "cooperating" if column.role == "cooperating" else "plain"
        more = read_phrase(cell, side=side)  # type: ignore[arg-type]
        if not (more.names() or more.with_others):
            continue
        more.role = more.role or column.header
        phrase = more if phrase is None else phrase.joined(more)
    if phrase is None:
        return None
    if led:
        phrase.told.add("lead")
    return phrase.record()


def _deadlines(group: list[Row], columns: list[Column], task: Task) -> list[Milestone]:
    found: list[Milestone] = []
    for line, cells in group:
        for cell, column in zip(cells, columns, strict=False):
            when = due_in(cell) if column.role == "deadline" else None
            if when:
                found.append(Milestone(when, task.title, line))
    return list(dict.fromkeys(found))
