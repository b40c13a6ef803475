"""Reading a value as a person, a form or a workbook gives it, checked against its metric.

Full-width digits, thousands separators and the metric's own unit behind the number are understood; another unit
is refused, never converted by guess. Everything that is not understood is a sentence at the metric's field.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from kechuang.facts.models import COLUMNS, Metric
from kechuang.kernel.errors import Refused
from kechuang.ui.formats import parse_day, thousands

Value = Decimal | str | bool | date | frozenset[str]

PLACES = 4
MOST = Decimal(10) ** 10
"""No figure of an organisation reaches it in its own unit: ten thousand million, or 100 万亿元."""
TEXT_LENGTH = 500
ITEM_LENGTH = 60
EARLIEST = date(1850, 1, 1)
LATEST = date(2200, 1, 1)
YES = {"是", "有", "yes", "true", "1", "y"}
NO = {"否", "无", "no", "false", "0", "n"}
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d*)?|[+-]?\.\d+")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_SEPARATORS = re.compile(r"[、,，;；|\n]+")


def value_read(metric: Metric, given: Any) -> Value | None:
    """Return ``given`` as a value of ``metric``; ``None`` for nothing.

    Raises ``Refused`` with the metric's code as field and a sentence that says what is wanted.
    """
    if isinstance(given, str):
        given = unicodedata.normalize("NFKC", given).strip()
    if given is None or given == "":
        return None
    return _READ[metric.kind](metric, given)


def value_text(metric: Metric, value: Any) -> str:
    """Return a value as a field holds it: what ``value_read`` reads back as the same value."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal):
        return format(plain(value), "f")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return value
    return "、".join(sorted(value))


def value_said(metric: Metric, value: Any) -> str:
    """Return a value as it is read on a page: thousands parted, choices by their labels; empty for nothing."""
    if isinstance(value, Decimal):
        return thousands(plain(value))
    if isinstance(value, str) and value in metric.choices:
        return metric.choices[value]
    if isinstance(value, (list, frozenset, set, tuple)):
        return "、".join(metric.choices.get(item, item) for item in sorted(value)) or _("没有")
    return value_text(metric, value)


def plain(number: Decimal) -> Decimal:
    """Return a number without trailing zeros: 120 for 120.0000."""
    whole = number.to_integral_value()
    return whole if whole == number else number.normalize()


def columns_of(metric: Metric, value: Value, *, prefix: str = "") -> dict[str, Any]:
    """Return the one column that holds ``value`` with the value as it is stored."""
    stored = sorted(value) if isinstance(value, frozenset) else value
    return {f"{prefix}{COLUMNS[metric.kind]}": stored}


def in_memory(value: Any) -> Any:
    """Return a stored value as ``known`` gives it: numbers plain, lists as sets."""
    if isinstance(value, Decimal):
        return plain(value)
    return frozenset(value) if isinstance(value, list) else value


def _refuse(metric: Metric, sentence: str, **words: object) -> Refused:
    return Refused(sentence % {"label": metric.label, "unit": metric.unit, **words}, field=metric.code)


def _number(metric: Metric, given: Any) -> Decimal:
    number = _decimal(metric, given)
    if number.normalize().as_tuple().exponent < -PLACES:  # type: ignore[operator]
        raise _refuse(metric, _("“%(label)s”最多保留四位小数。"))
    if abs(number) >= MOST:
        raise _refuse(metric, _("“%(label)s”大得不合情理；请检查计量单位，这里以“%(unit)s”计。"))
    if number < 0 and not metric.signed:
        raise _refuse(metric, _("“%(label)s”不能为负数。"))
    if metric.whole and number != number.to_integral_value():
        raise _refuse(metric, _("“%(label)s”以“%(unit)s”计，须填写整数。"))
    return plain(number) if number else Decimal(0)


def _decimal(metric: Metric, given: Any) -> Decimal:
    if isinstance(given, bool):
        raise _refuse(metric, _("“%(label)s”须填写数字，例如 1280.5。"))
    text = format(given, ".15g") if isinstance(given, float) else str(given).replace(" ", "").replace("\u202f", "")
    if metric.unit and text.endswith(metric.unit):
        text = text[: -len(metric.unit)]
    if _GROUPED.fullmatch(text):
        text = text.replace(",", "")
    try:
        number = Decimal(text) if isinstance(given, (float, Decimal)) or _NUMBER.fullmatch(text) else None
    except InvalidOperation:
        number = None
    if number is None or not number.is_finite():
        if re.search(r"[万亿元%]", text):
            raise _refuse(metric, _("“%(label)s”以“%(unit)s”计，请换算后只填数字。"))
        raise _refuse(metric, _("“%(label)s”须填写数字，例如 1280.5。"))
    return number


def _text(metric: Metric, given: Any) -> str:
    text = str(given)
    if metric.choices:
        return _choice(metric, text)
    if len(text) > TEXT_LENGTH or not text.isprintable():
        raise _refuse(metric, _("“%(label)s”须是不超过 500 个字的文字，不含换行。"))
    return text


def _choice(metric: Metric, text: str) -> str:
    by_label = {label: code for code, label in metric.choices.items()}
    code = text if text in metric.choices else by_label.get(text)
    if code is None:
        choices = "、".join(metric.choices.values())
        raise _refuse(
            metric,
            _("“%(label)s”没有“%(text)s”这一项；可以填写：%(choices)s。"),
            text=text[:ITEM_LENGTH],
            choices=choices,
        )
    return code


def _boolean(metric: Metric, given: Any) -> bool:
    if isinstance(given, bool):
        return given
    text = str(given).lower()
    if text not in YES | NO:
        raise _refuse(metric, _("“%(label)s”须填写“是”或“否”。"))
    return text in YES


def _date(metric: Metric, given: Any) -> date:
    day = given.date() if isinstance(given, datetime) else given
    if not isinstance(day, date):
        day = parse_day(str(given))
    if day is None or not EARLIEST <= day < LATEST:
        raise _refuse(metric, _("“%(label)s”须填写日期，例如 2023-12-31。"))
    return day


def _set(metric: Metric, given: Any) -> frozenset[str]:
    if isinstance(given, str):
        given = [] if given in ("-", "没有", "无") else [part.strip() for part in _SEPARATORS.split(given)]
    if not isinstance(given, Iterable) or isinstance(given, Mapping):
        raise _refuse(metric, _("“%(label)s”须填写若干项，各项之间用顿号分开。"))
    items = frozenset(str(item).strip() for item in given) - {""}
    if metric.choices:
        return frozenset(_choice(metric, item) for item in items)
    if any(len(item) > ITEM_LENGTH or not item.isprintable() for item in items):
        raise _refuse(metric, _("“%(label)s”的每一项不超过 60 个字。"))
    return items


_READ: dict[str, Callable[[Metric, Any], Value]] = {
    Metric.Kind.NUMBER: _number,
    Metric.Kind.TEXT: _text,
    Metric.Kind.BOOLEAN: _boolean,
    Metric.Kind.DATE: _date,
    Metric.Kind.SET: _set,
}
