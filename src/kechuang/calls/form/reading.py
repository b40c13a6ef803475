"""Reading one answer as a person types it, and writing it back.

Whatever is typed becomes a JSON value or a sentence at the field: nothing else ever comes out
of here, and what is read and shown again is read as the same value. Full-width digits,
thousands separators, the field's own unit, and days written in any usual way are understood;
spaces in codes and telephone numbers are passed over. Another unit is refused, never converted by guess.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from kechuang.catalogue.items import Question, TableColumn
from kechuang.facts import values as facts_values
from kechuang.facts.models import Metric
from kechuang.kernel.errors import Refused
from kechuang.pure.identifiers import read_usci
from kechuang.ui.documents.plain import printable
from kechuang.ui.formats import parse_day, thousands

Asked = Question | TableColumn
Value = str | bool | list[str] | None
PLACES, DIGITS = 4, 12
FIRST_YEAR, LAST_YEAR = 1850, 2200
YES, NO = {"是", "有", "yes", "true", "1", "y", "√"}, {"否", "无", "no", "false", "0", "n", "×"}
NUMBERS = ("integer", "number", "money", "percent", "year")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_PHONE = re.compile(r"\+?\d[\d-]{4,18}\d")
_SEPARATORS = re.compile(r"[、,;|\n]+")
_OTHER_UNITS = re.compile(r"[万亿元%]$")


def answer_read(asked: Asked, typed: Any) -> Value:
    """Return what was typed for a question or a cell as its JSON value, ``None`` for nothing.

    ``typed`` is a text, a list of texts, or a value of a workbook. Raises ``Refused`` with the
    field's code and a sentence that says what is wanted.
    """
    if asked.type == "choices":
        return _choices(asked, typed)
    text = _plain(typed)
    if asked.type == "long_text":
        return _long(asked, text)
    text = " ".join(text.split())
    return _READ[asked.type](asked, text) if text else None


def _plain(typed: Any) -> str:
    """Return anything as text without what no format can hold."""
    if isinstance(typed, list | tuple):
        typed = typed[0] if typed else ""
    if isinstance(typed, bool):
        return "是" if typed else "否"
    if isinstance(typed, date):
        return typed.isoformat()[:10]
    if isinstance(typed, Decimal) and typed.is_finite():
        return format(typed, "f")
    return printable(format(typed, ".15g") if isinstance(typed, float) else "" if typed is None else typed)


def _refuse(asked: Asked, sentence: str, **words: object) -> Refused:
    return Refused(sentence % {"label": asked.label, "unit": asked.unit or "", **words}, field=asked.code)


def _text(asked: Asked, text: str) -> str:
    if len(text) > asked.max_chars:
        raise _refuse(
            asked, _("“%(label)s”最多 %(most)s 个字，现有 %(now)s 个字。"), most=asked.max_chars, now=len(text)
        )
    return text


def _long(asked: Asked, text: str) -> str | None:
    """Keep lines as they were typed, but for spaces at their ends and empty lines around."""
    return _text(asked, "\n".join(line.rstrip() for line in text.split("\n")).strip()) or None


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).replace(" ", "").replace("\u202f", "")


def _decimal(asked: Asked, text: str) -> Decimal:
    folded = _folded(text)
    unit = _folded(asked.unit or {"percent": "%", "year": "年"}.get(asked.type, ""))
    bare = folded.removesuffix(unit) if unit else folded
    if _GROUPED.fullmatch(bare):
        bare = bare.replace(",", "")
    if not _NUMBER.fullmatch(bare) or not bare.isascii():
        if _OTHER_UNITS.search(bare):
            raise _refuse(asked, _("“%(label)s”以“%(unit)s”计，请换算后只填数字。"), unit=unit or _("个"))
        raise _refuse(asked, _("“%(label)s”须填写数字，例如 1280.5。"))
    return Decimal(bare)


def _number(asked: Asked, text: str) -> str:
    number = _decimal(asked, text)
    if abs(number) >= Decimal(10) ** DIGITS:
        raise _refuse(asked, _("“%(label)s”大得不合情理，请检查计量单位。"))
    if number != round(number, PLACES):
        raise _refuse(asked, _("“%(label)s”最多保留四位小数。"))
    if asked.type in ("integer", "year") and number != number.to_integral_value():
        raise _refuse(asked, _("“%(label)s”须填写整数。"))
    if asked.type == "year" and not FIRST_YEAR <= number <= LAST_YEAR:
        raise _refuse(asked, _("“%(label)s”须填写四位年份，例如 2025。"))
    _bounds(asked, number)
    return format(facts_values.plain(number) if number else Decimal(0), "f")


def _bounds(asked: Asked, number: Decimal) -> None:
    least, most = (asked.least, asked.most) if isinstance(asked, Question) else (None, None)
    if least is not None and number < Decimal(str(least)):
        raise _refuse(asked, _("“%(label)s”不能小于 %(least)s。"), least=f"{least:g}")
    if most is not None and number > Decimal(str(most)):
        raise _refuse(asked, _("“%(label)s”不能大于 %(most)s。"), most=f"{most:g}")


def _date(asked: Asked, text: str) -> str:
    day = parse_day(_folded(text))
    if day is None or not FIRST_YEAR <= day.year < LAST_YEAR:
        raise _refuse(asked, _("“%(label)s”须填写日期，例如 2026-11-23。"))
    return day.isoformat()


def _boolean(asked: Asked, text: str) -> bool:
    word = _folded(text).lower()
    if word not in YES | NO:
        raise _refuse(asked, _("“%(label)s”须填写“是”或“否”。"))
    return word in YES


def _choice(asked: Asked, text: str) -> str:
    wanted = _folded(text).casefold()
    for choice in asked.choices:
        if _folded(choice).casefold() == wanted:
            return choice
    raise _refuse(
        asked,
        _("“%(label)s”没有“%(text)s”这一项；可以填写：%(choices)s。"),
        text=text[:40],
        choices="、".join(asked.choices),
    )


def _choices(asked: Asked, typed: Any) -> list[str] | None:
    """Read several: a list from a form, or a text parted by the usual marks."""
    given = list(typed) if isinstance(typed, list | tuple | set | frozenset) else _SEPARATORS.split(_plain(typed))
    words = [word for each in given if (word := " ".join(_plain(each).split()))]
    chosen = {_choice(asked, word) for word in words}
    return [choice for choice in asked.choices if choice in chosen] or None


def _email(asked: Asked, text: str) -> str:
    address = _folded(text)
    try:
        validate_email(address)
    except ValidationError:
        raise _refuse(asked, _("“%(label)s”须填写电子邮箱，例如 name@example.org。")) from None
    return _text(asked, address)


def _phone(asked: Asked, text: str) -> str:
    number = re.sub(r"[()（）]", "", _folded(text))
    if not _PHONE.fullmatch(number) or not number.isascii():
        raise _refuse(asked, _("“%(label)s”须填写手机号码或带区号的座机，例如 0851-12345678。"))
    return number


def _credit_code(asked: Asked, text: str) -> str:
    code = read_usci(_folded(text))
    if code.errors:
        raise _refuse(asked, "“%(label)s”：%(wrong)s", wrong=code.errors[0])
    return code.code


_READ: dict[str, Callable[[Asked, str], str | bool]] = {
    "text": _text,
    **dict.fromkeys(NUMBERS, _number),
    "date": _date,
    "boolean": _boolean,
    "choice": _choice,
    "email": _email,
    "phone": _phone,
    "credit_code": _credit_code,
}


def answer_shown(value: Any) -> str:
    """Return a value as its field holds it: what ``answer_read`` reads back as the same value."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    return "、".join(value) if isinstance(value, list) else str(value)


def answer_said(asked: Asked, value: Any) -> str:
    """Return a value as it is read on a page: numbers with thousands and unit; empty for nothing."""
    if value in (None, "", []):
        return ""
    if asked.type in NUMBERS and asked.type != "year":
        unit = asked.unit or ("%" if asked.type == "percent" else "")
        return f"{thousands(Decimal(value))}{unit}"
    return answer_shown(value)


def fact_read(metric: Metric, typed: Any) -> Value:
    """Return what was typed for a metric as its JSON value; refusals as in ``facts``."""
    if isinstance(typed, str):
        typed = " ".join(printable(typed).split())
    elif isinstance(typed, list | tuple):
        typed = [" ".join(printable(each).split()) for each in typed]
        typed = "、".join(typed) if metric.kind != Metric.Kind.SET else typed
    return fact_stored(facts_values.value_read(metric, typed))


def fact_stored(value: Any) -> Value:
    """Return a value of ``facts`` as an answer keeps it."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, Decimal):
        return format(facts_values.plain(value), "f")
    if isinstance(value, date):
        return value.isoformat()
    return sorted(value)


def fact_said(metric: Metric, value: Any) -> str:
    """Return a fact as it is read on a page."""
    if value in (None, "", []):
        return ""
    if metric.kind == Metric.Kind.NUMBER:
        return f"{thousands(Decimal(str(value)))}{metric.unit}"
    return facts_values.value_said(metric, value)
