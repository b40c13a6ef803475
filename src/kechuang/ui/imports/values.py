"""Cells into values, a whole column at a time: each distinct text is understood once.

What cannot be understood is told in a sentence that says what is expected. A text that a spreadsheet would run as a
formula is refused here, as it is made harmless on the way out.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from kechuang.pure.identifiers import ALPHABET, LENGTH, WEIGHTS, read_usci
from kechuang.ui.formats import parse_day
from kechuang.ui.imports.declaration import Column, Field
from kechuang.ui.imports.reading import CELL, said

FORMULA = re.compile(r"^[=@\t\r]|^[+-](?![\d.])")
PLAIN = r"^[[\p{L}\p{N}]--[\x{FF10}-\x{FF5A}]]+$"
"""Letters, digits and characters alone, none of full width: nothing to mend."""
WIDER = 0xFEE0
NARROW = {ord(letter) + WIDER: letter for letter in string.digits + string.ascii_letters}
"""Digits and Latin letters of full width, which officers' tools leave behind; brackets and marks stay as they are."""
ROUNDED = re.compile(r"^\d{15}0+$")
"""A code of digits alone that a spreadsheet took for a number: it keeps the first fifteen."""
EARLIEST = 1900
SHOWN = 12
Understood = tuple[Any, str]
"""A value and an empty sentence, or nothing and what is wrong."""

PLACE = np.full(256, -1, dtype=np.int16)
for _place, _letter in enumerate(ALPHABET):
    PLACE[ord(_letter)] = _place


def column_values(field: Field, cells: Any) -> tuple[Column, list[tuple[int, str]]]:
    """Return the values of ``cells`` (texts as polars holds them) and (place, sentence) for every wrong one."""
    from kechuang.ui.imports import frames  # noqa: PLC0415 - loads polars, which only a sheet at hand is worth

    codes, distinct = frames.coded(cells)
    understand = _KINDS[field.kind](field)
    sound = _sound(field, distinct)
    missing = (None, _("“%(label)s”必填，这里是空的。") % {"label": field.label} if field.required else "")
    told = [
        (cell, "") if plain else understand(cell) if said(cell) else missing
        for cell, plain in zip(distinct, sound, strict=True)
    ]
    told.append(missing)
    wrong = {code: sentence for code, (_value, sentence) in enumerate(told) if sentence}
    faults = [(place, wrong[code]) for place, code in frames.among(codes, wrong)] if wrong else []
    return Column([value for value, _sentence in told], codes), faults


def _sound(field: Field, distinct: list[str]) -> list[bool]:
    """Say of each text whether it is a value as it stands; the others are looked at one by one."""
    from kechuang.ui.imports import frames  # noqa: PLC0415 - loads polars, which only a sheet at hand is worth

    if field.kind == "text":
        return frames.plainly(distinct, PLAIN, min(field.length, CELL))
    codes = _sound_codes(distinct) if field.kind == "usci" else frozenset()
    return [cell in codes for cell in distinct]


def narrow(text: str) -> str:
    """Return a text with the digits and Latin letters of full width made plain.

    >>> narrow("示例２号（Ａ座）")
    '示例2号（A座）'
    """
    return text.translate(NARROW)


def _text(field: Field) -> Callable[[str], Understood]:
    limit = min(field.length, CELL)
    too_long = _("最多 %(limit)d 个字，这里有 %(count)d 个。")
    formula = _("这里是公式或以公式符号开头的文字，不予接收；请改成普通文字。")

    def understand(cell: str) -> Understood:
        if FORMULA.match(cell):
            return None, formula
        text = narrow(" ".join(said(cell).split())) if "\0" not in cell else ""
        if not text:
            return None, _("有读不懂的字符，请重新填写。")
        if len(text) > limit:
            return None, too_long % {"limit": limit, "count": len(text)}
        return text, ""

    return understand


def _choice(field: Field) -> Callable[[str], Understood]:
    words = dict(field.choices() if field.choices else {})
    taken = {**(field.also() if field.also else {}), **words}
    close = {_squeezed(word): value for word, value in taken.items()}
    offered = "、".join(list(words)[:SHOWN]) + (_("等") if len(words) > SHOWN else "")
    wrong = _("“%(said)s”不在可选范围内；可选：%(offered)s。")

    def understand(cell: str) -> Understood:
        text = said(cell)
        value = taken.get(text, close.get(_squeezed(text)))
        return (None, wrong % {"said": text[:40], "offered": offered}) if value is None else (value, "")

    return understand


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _day(field: Field) -> Callable[[str], Understood]:
    wrong = _("“%(said)s”不是日期；请写成 2024-03-15 或 2024年3月15日。")

    def understand(cell: str) -> Understood:
        found = parse_day(said(cell))
        if found is None or found.year < EARLIEST:
            return None, wrong % {"said": said(cell)[:40]}
        return found, ""

    return understand


def _number(field: Field) -> Callable[[str], Understood]:
    whole = field.kind == "whole"
    wrong = _("“%(said)s”不是整数。") if whole else _("“%(said)s”不是数字；单位写在表头，这里只填数字。")

    def understand(cell: str) -> Understood:
        if cell.isascii() and cell.replace(".", "", 1).isdecimal() and not (whole and "." in cell):
            return (int(cell) if whole else Decimal(cell)), ""
        try:
            value = Decimal(said(cell).replace(",", "").replace("，", "").replace(" ", ""))
        except InvalidOperation:
            value = Decimal("NaN")
        if not value.is_finite() or (whole and value != value.to_integral_value()):
            return None, wrong % {"said": said(cell)[:40]}
        return (int(value) if whole else value), ""

    return understand


def _usci(field: Field) -> Callable[[str], Understood]:
    def understand(cell: str) -> Understood:
        read = read_usci(said(cell))
        if not read.valid and ROUNDED.match(cell):
            return None, _("代码被表格当成数字，末几位已丢失；请把这一列设为文本后重新填写。")
        return (read.code, "") if read.valid else (None, "；".join(read.errors) + "。")

    return understand


def _sound_codes(cells: Iterable[Any]) -> frozenset[str]:
    """Return the codes that are plainly sound (GB 32100), checked together; the others are looked at one by one."""
    texts = [cell for cell in cells if len(cell) == LENGTH and cell.isascii()]
    if not texts:
        return frozenset()
    letters = PLACE[np.frombuffer("".join(texts).encode("ascii"), dtype=np.uint8)].reshape(-1, LENGTH)
    sums = letters[:, :17].astype(np.int64) @ np.array(WEIGHTS, dtype=np.int64)
    division = (letters[:, 2:8] >= 0) & (letters[:, 2:8] <= 9)  # noqa: PLR2004 - digits are the first ten
    sound = (letters >= 0).all(axis=1) & (-sums % 31 == letters[:, 17]) & division.all(axis=1)
    return frozenset(texts[place] for place in np.flatnonzero(sound))


_KINDS: dict[str, Callable[[Field], Callable[[str], Understood]]] = {
    "text": _text,
    "choice": _choice,
    "day": _day,
    "number": _number,
    "whole": _number,
    "usci": _usci,
}
