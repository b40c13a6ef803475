"""What a column of a sheet holds, and how a cell becomes its value or a sentence saying what is wrong."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from kechuang.ui.documents.plain import one_line, printable
from kechuang.ui.exports import RISKY
from kechuang.ui.formats import parse_day

Kind = Literal["text", "number", "integer", "money", "percent", "date", "year", "choice", "yes_no"]
Value = str | Decimal | int | date | bool | None

CHOICES_SHEET = "选项"
EXAMPLE_MARK = "例："
LARGEST = Decimal(10) ** 15
YES, NO = {"是", "有", "√", "y", "yes", "true", "1"}, {"否", "无", "×", "n", "no", "false", "0"}
_GROUPED = re.compile(r"[,，\s\u202f]")


class WrongCell(ValueError):
    """A cell does not hold what its column asks for; the sentence says what to do."""


@dataclass(frozen=True)
class SheetColumn:
    """One column: ``key`` names it in the values read (its label when empty).

    ``aliases`` are other headings the column goes by in ledgers as people have them.
    """

    label: str
    kind: Kind = "text"
    choices: Sequence[str] = ()
    unit: str = ""
    required: bool = False
    example: str = ""
    width: float | None = None
    key: str = ""
    help: str = ""
    aliases: Sequence[str] = ()
    max_length: int = 2_000

    @property
    def name(self) -> str:
        """Return the name of the column in the values read."""
        return self.key or self.label

    @property
    def heading(self) -> str:
        """Return what stands in the header: the label with its unit."""
        return f"{self.label}（{self.unit}）" if self.unit else self.label

    @property
    def demand(self) -> str:
        """Return the sentence that says what the column takes."""
        if self.choices or self.kind == "yes_no":
            known = "、".join(self.choices or ("是", "否"))
            return f"“{self.label}”请从下拉列表中选择：{known if len(known) <= LISTED else known[:LISTED] + '……'}。"
        return f"“{self.label}”{_DEMANDS[self.kind]}"


LISTED = 120
_DEMANDS: Mapping[Kind, str] = {
    "text": "请填写文字。",
    "choice": "请从列表中选择。",
    "yes_no": "请填“是”或“否”。",
    "number": "请填写数字，例如 12.5。",
    "money": "请填写金额数字，例如 1234.56，不要带单位。",
    "percent": "请填写百分数，例如 12.5%。",
    "integer": "请填写整数，例如 12。",
    "year": "请填写四位年份，例如 2026。",
    "date": "请填写日期，例如 2026-11-23。",
}


def column_letters(place: int) -> str:
    """Return the letters of a column counted from 0: A, B … Z, AA."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def folded(text: object) -> str:
    """Return a heading as it is compared: no spaces, marks of required columns, units' brackets folded."""
    plain = unicodedata.normalize("NFKC", printable(text))
    return re.sub(r"[\s*:]", "", plain).casefold()


def cell_value(column: SheetColumn, cell: Any) -> Value:
    """Return the value of ``cell``, ``None`` for an empty one. Raises ``WrongCell``."""
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        if column.required:
            raise WrongCell(f"“{column.label}”必填。")
        return None
    return _READERS[column.kind](column, cell)


def _text(column: SheetColumn, cell: Any) -> str:
    text = _written(cell)
    if text[:1] == "'" and text[1:].startswith(RISKY):  # as our own lists write it
        text = text[1:]
    if len(text) > column.max_length:
        raise WrongCell(f"“{column.label}”最多 {column.max_length} 个字，现有 {len(text)} 个字。")
    return text


def _written(cell: Any) -> str:
    """Return a cell as a person reads it: 12.0 typed as a number is 12."""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        cell = cell.date() if (cell.hour, cell.minute, cell.second) == (0, 0, 0) else cell
    return printable(cell).strip()


def _number(column: SheetColumn, cell: Any) -> Decimal:
    if isinstance(cell, bool | date):
        raise WrongCell(column.demand)
    text = _GROUPED.sub("", unicodedata.normalize("NFKC", str(cell)))
    for unit in (column.unit, "元", "个"):
        text = text.removesuffix(unit) if unit else text
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise WrongCell(column.demand) from None
    if not number.is_finite() or abs(number) > LARGEST:
        raise WrongCell(column.demand)
    return number


def _money(column: SheetColumn, cell: Any) -> Decimal:
    number = _number(column, cell)
    return number.quantize(Decimal("0.01")) if isinstance(cell, float) else number


def _percent(column: SheetColumn, cell: Any) -> Decimal:
    """Return a share: 12.5% is 0.125, and so is the number 0.125 a percentage cell holds."""
    text = unicodedata.normalize("NFKC", str(cell)).strip()
    if text.endswith("%"):
        return _number(column, text[:-1]) / 100
    return _number(column, cell)


def _integer(column: SheetColumn, cell: Any) -> int:
    number = _number(column, cell)
    if number != number.to_integral_value():
        raise WrongCell(column.demand)
    return int(number)


def _year(column: SheetColumn, cell: Any) -> int:
    if isinstance(cell, date):
        return cell.year
    year = _integer(column, str(_written(cell)).removesuffix("年"))
    if not 1900 <= year <= 2200:  # noqa: PLR2004 - years people write
        raise WrongCell(column.demand)
    return year


def _date(column: SheetColumn, cell: Any) -> date:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    found = parse_day(_written(cell))
    if found is None:
        raise WrongCell(column.demand)
    return found


def _choice(column: SheetColumn, cell: Any) -> str:
    wanted = folded(_written(cell))
    for choice in column.choices:
        if folded(choice) == wanted:
            return choice
    raise WrongCell(f"“{one_line(_written(cell))[:40]}”不在可选范围内。{column.demand}")


def _yes_no(column: SheetColumn, cell: Any) -> bool:
    answer = folded(_written(cell))
    if answer in {folded(word) for word in YES}:
        return True
    if answer in {folded(word) for word in NO}:
        return False
    raise WrongCell(column.demand)


_READERS: Mapping[Kind, Callable[[SheetColumn, Any], Value]] = {
    "text": _text, "number": _number, "integer": _integer, "money": _money, "percent": _percent,
    "date": _date, "year": _year, "choice": _choice, "yes_no": _yes_no,
}  # fmt: skip
