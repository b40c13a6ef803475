"""Answers for what a fact can be: number, text, boolean, date or set of texts, read exactly as written.

Numbers are fractions made from the decimals in the source, so that 0.1 + 0.2 is 0.3. "Unknown" (未知, no fact)
is ``None`` and never a value of its own: nothing here turns it into zero, false or an empty text.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from fractions import Fraction

Value = Fraction | bool | str | date | frozenset[str]

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,2})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LONGEST_NUMBER = 100


class Kind(StrEnum):
    """The kind of a value, as the metric dictionary writes it."""

    NUMBER = "number"
    TEXT = "text"
    BOOLEAN = "boolean"
    DATE = "date"
    SET = "set"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Kind.NUMBER: "数值",
    Kind.TEXT: "文本",
    Kind.BOOLEAN: "是非",
    Kind.DATE: "日期",
    Kind.SET: "集合",
}


class Unreadable(ValueError):
    """A rule, dictionary or fact file cannot be read; the sentence says why.

    ``line`` is the line of the file (from 1) and ``column`` the character of the expression (from 1), where known.
    """

    def __init__(self, message: str, *, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column


def number_read(text: str) -> Fraction:
    """Read a decimal exactly; raises ``Unreadable`` for anything else, infinities included."""
    if len(text) > _LONGEST_NUMBER or not _NUMBER.fullmatch(text):
        raise Unreadable(f"“{text[:40]}”不是数值")
    return Fraction(text)


def date_read(text: str) -> date:
    """Read a date written YYYY-MM-DD; raises ``Unreadable`` for other forms and impossible days."""
    if _DATE.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    raise Unreadable(f"“{text[:40]}”不是日期（应为 YYYY-MM-DD）")


def set_read(text: str) -> frozenset[str]:
    """Read texts joined by ``|``; ``-`` is the empty set."""
    if text == "-":
        return frozenset()
    items = text.split("|")
    if not all(items):
        raise Unreadable(f"集合“{text[:40]}”中有空项")
    return frozenset(items)


def boolean_read(text: str) -> bool:
    """Read ``true`` or ``false``."""
    if text not in {"true", "false"}:
        raise Unreadable(f"“{text[:40]}”不是 true 或 false")
    return text == "true"


def value_read(text: str, kind: Kind) -> Value | None:
    """Read a value of ``kind`` as a fact file writes it; an empty text is unknown (``None``)."""
    if not text:
        return None
    return _READ[kind](text)


_READ: dict[Kind, Callable[[str], Value]] = {
    Kind.NUMBER: number_read,
    Kind.TEXT: str,
    Kind.BOOLEAN: boolean_read,
    Kind.DATE: date_read,
    Kind.SET: set_read,
}


def number_text(number: Fraction, places: int = 12) -> str:
    """Write a number as a decimal: exactly where its expansion ends, else rounded to ``places``."""
    if number.denominator == 1:
        return str(number.numerator)
    rest = number.denominator
    twos = fives = 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    if rest == 1:
        places = max(twos, fives)
    scaled = round(abs(number) * 10**places)
    whole, fraction = divmod(scaled, 10**places)
    tail = str(fraction).rjust(places, "0").rstrip("0")
    sign = "-" if number < 0 and scaled else ""
    return f"{sign}{whole}.{tail}" if tail else f"{sign}{whole}"


def json_text(value: object) -> str:
    """Write ``value`` as JSON with every decimal exact; dates are ISO texts and sets sorted lists."""
    if isinstance(value, Fraction):
        return number_text(value)
    if isinstance(value, date):
        return json.dumps(value.isoformat())
    if isinstance(value, frozenset):
        return json_text(sorted(value))
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{json_text(str(key))}: {json_text(item)}" for key, item in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(json_text(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)
