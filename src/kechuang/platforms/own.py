"""A type's own fields (本类事项): what the catalogue asks of one type of platform and no other.

The values are dated with the platform and kept as plain JSON: text and choices as they are, whole numbers
and yes or no as such, decimals and days as text, so that nothing is lost to rounding.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kechuang.kernel.errors import Refused
from kechuang.platforms.models import PlatformKind
from kechuang.ui.formats import parse_day

PREFIX = "own_"
"""How a form calls the field with a code; a refusal names it the same way."""
TEXT_LENGTH = 200
DIGITS = 15

Stored = str | int | bool


@dataclass(frozen=True, slots=True)
class OwnField:
    """One field only this type has; ``kind`` is text, integer, decimal, date, boolean or choice."""

    code: str
    label: str
    kind: str
    unit: str = ""
    choices: tuple[str, ...] = ()

    @property
    def titled(self) -> str:
        """Return the label with its unit, as a form asks."""
        return f"{self.label}（{self.unit}）" if self.unit else self.label


def own_fields(kind: PlatformKind) -> tuple[OwnField, ...]:
    """Return the own fields of a type, in the catalogue's order."""
    return own_fields_in(kind.extra_fields)


def own_fields_in(rows: Iterable[Mapping[str, Any]]) -> tuple[OwnField, ...]:
    """Return fields from the rows a type keeps them in."""
    return tuple(
        OwnField(row["code"], row["label"], row["kind"], row.get("unit") or "", tuple(row.get("choices") or ()))
        for row in rows
    )


def own_read(kind: PlatformKind, values: Mapping[str, Any]) -> dict[str, Stored | None]:
    """Return typed ``values`` (code → what was entered) as they are stored; ``None`` where nothing was said.

    Raises ``Refused`` at the field for a value of the wrong sort, and for a field the type does not have.
    """
    known = {field.code: field for field in own_fields(kind)}
    read: dict[str, Stored | None] = {}
    for code, value in values.items():
        if code not in known:
            raise Refused(_("“%(kind)s”没有“%(code)s”这一项。") % {"kind": kind, "code": code}, field=f"{PREFIX}{code}")
        read[code] = stored(known[code], value)
    return read


def stored(field: OwnField, value: Any) -> Stored | None:
    """Return ``value`` as JSON keeps it, or ``None`` for nothing."""
    if isinstance(value, str):
        value = value.strip()
    if value is None or value == "":
        return None
    found = READ[field.kind](field, value)
    if found is None:
        told = {"label": field.label, "what": WANTED[field.kind], "choices": "、".join(field.choices)}
        sentence = (
            _("“%(label)s”须从下列各项中选择：%(choices)s。") if field.choices else _("“%(label)s”须填写%(what)s。")
        )
        raise Refused(sentence % told, field=f"{PREFIX}{field.code}")
    return found


def typed(field: OwnField, value: Stored | None) -> Any:
    """Return a stored value as a form's field holds it."""
    if value is None:
        return None
    if field.kind == "decimal":
        return Decimal(str(value))
    if field.kind == "date":
        return date.fromisoformat(str(value))
    return ("yes" if value else "no") if field.kind == "boolean" else value


def said(field: OwnField, value: Stored | None) -> str:
    """Return a stored value as it is read, with its unit; empty for nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    return f"{value} {field.unit}" if field.unit else str(value)


def told(fields: Iterable[OwnField], values: Mapping[str, Stored]) -> str:
    """Return all values in one line, as an export carries them."""
    return "；".join(f"{field.label}：{said(field, values[field.code])}" for field in fields if field.code in values)


def _text(_field: OwnField, value: Any) -> str | None:
    return str(value) if len(str(value)) <= TEXT_LENGTH and "\0" not in str(value) else None


def _decimal(_field: OwnField, value: Any) -> str | None:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    if not number.is_finite() or number < 0 or number.adjusted() >= DIGITS or len(number.as_tuple().digits) > DIGITS:
        return None
    return format(number.normalize(), "f")


def _integer(field: OwnField, value: Any) -> int | None:
    number = _decimal(field, value)
    return int(number) if number is not None and number.isdigit() else None


def _date(_field: OwnField, value: Any) -> str | None:
    day = value if isinstance(value, date) else parse_day(str(value))
    return day.isoformat() if day else None


def _boolean(_field: OwnField, value: Any) -> bool | None:
    return {"yes": True, "no": False, "True": True, "False": False}.get(str(value))


def _choice(field: OwnField, value: Any) -> str | None:
    return str(value) if str(value) in field.choices else None


READ = {
    "text": _text,
    "integer": _integer,
    "decimal": _decimal,
    "date": _date,
    "boolean": _boolean,
    "choice": _choice,
}
WANTED = {
    "text": gettext_lazy("不超过 200 个字"),
    "integer": gettext_lazy("不小于 0 的整数"),
    "decimal": gettext_lazy("不小于 0 的数"),
    "date": gettext_lazy("日期，例如 2023-12-31"),
    "boolean": gettext_lazy("“是”或“否”"),
    "choice": gettext_lazy("其中一项"),
}
"""What a field wants, in words."""
