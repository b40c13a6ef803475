"""Cells into values, a whole column at a time: each distinct text is understood once.

What cannot be understood is told in a sentence that says what is expected. A text that a spreadsheet would run as a
formula is refused here, as it is made harmless on the way out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from kechuang.pure.identifiers import ALPHABET, LENGTH, WEIGHTS, read_usci
from kechuang.ui.formats import parse_day
from kechuang.ui.imports.declaration import Field
from kechuang.ui.imports.reading import CELL, said

FORMULA = re.compile(r"^[=@\t\r]|^[+-](?![\d.])")
EARLIEST = 1900
SHOWN = 12
Understood = tuple[Any, str]
"""A value and an empty sentence, or nothing and what is wrong."""

PLACE = np.full(256, -1, dtype=np.int16)
for _place, _letter in enumerate(ALPHABET):
    PLACE[ord(_letter)] = _place


def column_values(field: Field, cells: Sequence[Any]) -> tuple[list[Any], list[tuple[int, str]]]:
    """Return one value a cell (``None`` for empty or wrong) and (place, sentence) for every wrong one."""
    understand = _KINDS[field.kind](field)
    missing = _("“%(label)s”必填，这里是空的。") % {"label": field.label} if field.required else ""
    kinds = set(map(type, cells))
    if bool in kinds and kinds & {int, float}:  # True and 1 would be one key of a dictionary
        cells = [said(cell) if type(cell) is bool else cell for cell in cells]
    values: dict[Any, Any] = {}
    wrong: dict[Any, str] = {}
    distinct = set(cells)
    sound = _sound_codes(distinct) if field.kind == "usci" else frozenset()
    for cell in distinct:
        if cell in sound:
            values[cell] = cell
            continue
        if cell is None or cell == "" or (type(cell) is str and not said(cell).strip()):
            value, sentence = None, missing
        else:
            value, sentence = understand(cell)
        values[cell] = value
        if sentence:
            wrong[cell] = sentence
    faults = [(place, wrong[cell]) for place, cell in enumerate(cells) if cell in wrong] if wrong else []
    return [values[cell] for cell in cells], faults


def _text(field: Field) -> Callable[[Any], Understood]:
    limit = min(field.length, CELL)
    too_long = _("最多 %(limit)d 个字，这里有 %(count)d 个。")
    formula = _("这里是公式或以公式符号开头的文字，不予接收；请改成普通文字。")

    def understand(cell: Any) -> Understood:
        if type(cell) is str and cell.isalnum() and len(cell) <= limit:
            return cell, ""  # letters, digits and characters alone: nothing to mend
        if not isinstance(cell, str):
            cell = said(cell)
        elif FORMULA.match(cell):
            return None, formula
        text = " ".join(said(cell).split()) if "\0" not in cell else ""
        if not text:
            return None, _("有读不懂的字符，请重新填写。")
        if len(text) > limit:
            return None, too_long % {"limit": limit, "count": len(text)}
        return text, ""

    return understand


def _choice(field: Field) -> Callable[[Any], Understood]:
    words = dict(field.choices() if field.choices else {})
    taken = {**(field.also() if field.also else {}), **words}
    close = {_squeezed(word): value for word, value in taken.items()}
    offered = "、".join(list(words)[:SHOWN]) + (_("等") if len(words) > SHOWN else "")
    wrong = _("“%(said)s”不在可选范围内；可选：%(offered)s。")

    def understand(cell: Any) -> Understood:
        text = said(cell)
        value = taken.get(text, close.get(_squeezed(text)))
        return (None, wrong % {"said": text[:40], "offered": offered}) if value is None else (value, "")

    return understand


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _day(field: Field) -> Callable[[Any], Understood]:
    wrong = _("“%(said)s”不是日期；请写成 2024-03-15 或 2024年3月15日。")

    def understand(cell: Any) -> Understood:
        if isinstance(cell, datetime):
            found: date | None = cell.date()
        elif isinstance(cell, date):
            found = cell
        else:
            found = parse_day(said(cell))
        if found is None or found.year < EARLIEST:
            return None, wrong % {"said": said(cell)[:40]}
        return found, ""

    return understand


def _number(field: Field) -> Callable[[Any], Understood]:
    whole = field.kind == "whole"
    wrong = _("“%(said)s”不是整数。") if whole else _("“%(said)s”不是数字；单位写在表头，这里只填数字。")

    def understand(cell: Any) -> Understood:
        if type(cell) in (int, float):
            if cell == cell and abs(cell) != float("inf") and not (whole and cell != int(cell)):  # noqa: PLR0124 - not NaN
                return (int(cell) if whole else Decimal(said(cell))), ""
            return None, wrong % {"said": said(cell)}
        try:
            value = Decimal(said(cell).replace(",", "").replace("，", "").replace(" ", ""))
        except InvalidOperation:
            value = Decimal("NaN")
        if not value.is_finite() or (whole and value != value.to_integral_value()):
            return None, wrong % {"said": said(cell)[:40]}
        return (int(value) if whole else value), ""

    return understand


def _usci(field: Field) -> Callable[[Any], Understood]:
    def understand(cell: Any) -> Understood:
        if isinstance(cell, float):
            return None, _("代码被表格当成数字，末几位已丢失；请把这一列设为文本后重新填写。")
        read = read_usci(said(cell))
        return (read.code, "") if read.valid else (None, "；".join(read.errors) + "。")

    return understand


def _sound_codes(cells: Iterable[Any]) -> frozenset[str]:
    """Return the codes that are plainly sound (GB 32100), checked together; the others are looked at one by one."""
    texts = [cell for cell in cells if type(cell) is str and len(cell) == LENGTH and cell.isascii()]
    if not texts:
        return frozenset()
    letters = PLACE[np.frombuffer("".join(texts).encode("ascii"), dtype=np.uint8)].reshape(-1, LENGTH)
    sums = letters[:, :17].astype(np.int64) @ np.array(WEIGHTS, dtype=np.int64)
    division = (letters[:, 2:8] >= 0) & (letters[:, 2:8] <= 9)  # noqa: PLR2004 - digits are the first ten
    sound = (letters >= 0).all(axis=1) & (-sums % 31 == letters[:, 17]) & division.all(axis=1)
    return frozenset(texts[place] for place in np.flatnonzero(sound))


_KINDS: dict[str, Callable[[Field], Callable[[Any], Understood]]] = {
    "text": _text,
    "choice": _choice,
    "day": _day,
    "number": _number,
    "whole": _number,
    "usci": _usci,
}
