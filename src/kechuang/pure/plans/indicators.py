"""Indicators from annex tables: base, targets by year, breakdown, stated and computed growth."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation, localcontext
from typing import Literal

from kechuang.pure.plans.blocks import Grid
from kechuang.pure.plans.columns import Column, basis_of, column_of, year_of
from kechuang.pure.plans.duties import read_phrase
from kechuang.pure.plans.folding import fold, halfwidth, squeeze
from kechuang.pure.plans.results import Base, Indicator, Target
from kechuang.pure.plans.values import Value, is_attribute, is_none, is_unit, value_of, with_part_named

_NAME_UNIT = re.compile(r"[（(]([^（）()]{1,12})[)）]$")
_COUNT_UNITS = {"个", "家", "项", "所", "座"}
_CAPTION_UNIT = re.compile(r"单位\s*[：:]\s*([^\s，。；）)]{1,8})")
_AMONG = re.compile(r"（(?:其中|含)[:：]?(?P<part>[^（）:：、，；\d]{1,15})）")
_TOTAL = re.compile(r"^(?:合计|总计|小计|总数)$")


@dataclass(frozen=True, slots=True)
class Period:
    """The years a plan is made for, as its title or table says; None where it does not."""

    first: int | None = None
    last: int | None = None


_SPAN = re.compile(r"((?:19|20)\d\d)\s*年?\s*[-—–－~～至]+\s*((?:20)\d\d)")
_FIVE = re.compile(r"十([一二三四五六])五")


def period_of(title: str) -> Period:
    """Return the years a plan's title names: 2021—2023年, “十四五”."""
    span = _SPAN.search(halfwidth(title))
    if span:
        return Period(int(span[1]), int(span[2]))
    five = _FIVE.search(title)
    if five:
        last = year_of(five[0])
        return Period(None if last is None else last - 4, last)
    return Period()


def growth_of(base: Base | None, targets: tuple[Target, ...]) -> Decimal | None:
    """Return the exact compound growth (percent a year) from the base to the last target."""
    dated = [target for target in targets if target.year is not None]
    if base is None or base.year is None or not dated:
        return None
    last = dated[-1]
    years = (last.year or 0) - base.year
    if years <= 0 or base.value <= 0 or last.value <= 0:
        return None
    with localcontext() as context:
        context.prec = 40
        try:
            ratio = Decimal(str(last.value)) / Decimal(str(base.value))
            return ((ratio.ln() / years).exp() - 1) * 100
        except (InvalidOperation, OverflowError):
            return None


def rounded(rate: Decimal | None) -> float | None:
    """Return a rate half up to one decimal."""
    return None if rate is None else float(rate.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP))


def table_indicators(
    grid: Grid, header: list[str], rows: list[tuple[int, tuple[str, ...]]], period: Period, caption: str
) -> list[Indicator]:
    """Return one indicator a row; ``rows`` carry the line each begins on."""
    columns = [column_of(cell) for cell in header]
    columns = _with_bases(columns, period, caption)
    names = _name_columns(columns, rows)
    told = _CAPTION_UNIT.search(caption)
    said = told[1] if told and is_unit(told[1]) else None
    result: list[Indicator] = []
    above: dict[int, str] = {}
    for line, cells in rows:
        if _is_heading(cells, columns):
            continue
        if not grid.merges_known:
            cells = _carried(cells, columns, above)  # noqa: PLW2901 - blanks of a text table are merged cells
        indicator = _indicator(cells, columns, names, line, said)
        if indicator is not None:
            result.append(indicator)
    return result


def _with_bases(columns: list[Column], period: Period, caption: str) -> list[Column]:
    """Decide for each year column whether it is the base or a target."""
    values = [column for column in columns if column.role == "value"]
    told = any(column.goal is False for column in values)
    years = [column.year for column in values if column.year is not None]
    single = year_of(caption) if len(re.findall(r"(?:19|20)\d\d", caption)) == 1 else period.last
    decided: list[Column] = []
    for column in columns:
        if column.role != "value":
            decided.append(column)
            continue
        goal = column.goal
        if goal is None:
            goal = True if told or column.year is None else _is_goal_year(column.year, years, period)
        year = column.year if column.year is not None or not goal else single
        decided.append(column._replace(goal=goal, year=year))
    return decided


def _is_goal_year(year: int, years: list[int], period: Period) -> bool:
    if period.first is not None:
        return year >= period.first
    return not (len(years) > 1 and year == min(years))


def _name_columns(columns: list[Column], rows: list[tuple[int, tuple[str, ...]]]) -> list[int]:
    """Return the places of the name, most specific last; 一级指标 and 类别 are not names."""
    places = [n for n, column in enumerate(columns) if column.role == "indicator"]
    if not places:
        places = [n for n, column in enumerate(columns) if column.role == "item"][:1]
    if not places:
        values = [n for n, column in enumerate(columns) if column.role in {"value", "unit"}]
        places = [
            n for n, column in enumerate(columns) if column.role in {None, "category"} and n < min(values, default=0)
        ][-1:]
    return places


def _carried(cells: tuple[str, ...], columns: list[Column], above: dict[int, str]) -> tuple[str, ...]:
    result = list(cells)
    for place, column in enumerate(columns[: len(cells)]):
        if (
            column.role in {"category", "lead", "duty", "cooperating", "attribute", "indicator"}
            and not result[place].strip()
        ):
            result[place] = above.get(place, "")
        above[place] = result[place]
    return tuple(result)


def _indicator(
    cells: tuple[str, ...], columns: list[Column], names: list[int], line: int, said: str | None
) -> Indicator | None:
    name, unit = _name(cells, names)
    if not name or _TOTAL.match(name):
        return None
    unit = _cell_of(cells, columns, "unit", is_unit) or unit
    attribute = _cell_of(cells, columns, "attribute", is_attribute)
    values = _values(cells, columns, name)
    base = next((Base(c.year, v.number, v.parts) for c, v in reversed(values) if c.goal is False), None)
    targets = tuple(Target(c.year, v.op, v.number, v.parts) for c, v in values if c.goal)
    stated = _cell_of(cells, columns, "growth", lambda text: bool(re.search(r"\d", text)))
    return Indicator(
        name=name,
        unit=unit or _printed_unit([v for _, v in values]) or said,
        basis=_basis(name, columns),
        base=base,
        targets=targets,
        growth_stated=stated,
        growth_computed=rounded(growth_of(base, targets)),
        attribute=attribute,
        departments=_departments(cells, columns),
        line=line,
    )


def _is_heading(cells: tuple[str, ...], columns: list[Column]) -> bool:
    """Tell whether a row only names a group of indicators: its places for figures are all blank."""
    values = [cell for cell, column in zip(cells, columns, strict=False) if column.role == "value"]
    others = [
        cell for cell, column in zip(cells, columns, strict=False) if column.role in {"unit", "attribute", "growth"}
    ]
    return bool(values) and not any(cell.strip() for cell in values + others)


def _name(cells: tuple[str, ...], names: list[int]) -> tuple[str, str | None]:
    places = [n for n in names if n < len(cells)]
    printed = next((cells[n] for n in reversed(places) if cells[n].strip() and not is_none(cells[n])), "")
    text = re.sub(r"^\d{1,2}[.．、](?!\d)", "", fold(printed))
    found = _NAME_UNIT.search(text)
    if found and is_unit(found[1]):
        return text[: found.start()], found[1]
    return text, None


def _cell_of(cells: tuple[str, ...], columns: list[Column], role: str, fits: object) -> str | None:
    for cell, column in zip(cells, columns, strict=False):
        if column.role == role and not is_none(cell) and callable(fits) and fits(cell):
            return squeeze(cell).strip("（）()") if role == "unit" else squeeze(cell)
    return None


def _values(cells: tuple[str, ...], columns: list[Column], name: str) -> list[tuple[Column, Value]]:
    among = _AMONG.search(name)
    found: list[tuple[Column, Value]] = []
    for cell, column in zip(cells, columns, strict=False):
        value = value_of(cell) if column.role == "value" and not is_none(cell) else None
        if value is not None:
            told = _AMONG.search(column.header) or among
            found.append((column, with_part_named(value, told["part"] if told else None)))
    return found


def _printed_unit(values: list[Value]) -> str | None:
    """Return the unit printed in the cells, where they agree on one."""
    units = {unit for value in values for unit in (value.unit, value.parts_unit) if unit}
    return next(iter(units)) if len(units) == 1 else None


def _basis(name: str, columns: list[Column]) -> Literal["cumulative", "yearly"] | None:
    said = {column.basis for column in columns if column.role == "value" and column.basis}
    return basis_of(name) or (next(iter(said)) if len(said) == 1 else None)


def _departments(cells: tuple[str, ...], columns: list[Column]) -> tuple[str, ...]:
    names: list[str] = []
    for cell, column in zip(cells, columns, strict=False):
        if column.role in {"lead", "duty", "cooperating"} and not is_none(cell):
            record = read_phrase(cell, side="plain").record()
            names += record.names
    return tuple(dict.fromkeys(names))
