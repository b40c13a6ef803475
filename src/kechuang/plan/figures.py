"""Figures of a plan as they are stored, computed with and printed.

Stored as ``Decimal`` with four places; computed with and printed as ``int`` wherever the
figure is whole. Parts by level are written as plans print them: 国家级4、省级7.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from kechuang.plan.choices import Op, level_code, level_printed
from kechuang.pure.plans.folding import halfwidth

Value = int | Decimal
LARGEST = Decimal(10) ** 13
YEARS = range(1949, 2200)
# Both read text already brought to half width (NFKC).
_PART = re.compile(r"([^\d\s.=:]+?)[=:]?(\d+(?:\.\d+)?)[个家项件人%]*")
_TARGET = re.compile(r"(\d{4})\s*年?\s*([=≥>≤<≈]?)\s*(-?\d+(?:\.\d+)?)\s*(?:\((.*)\))?")


def plain(value: Decimal | float | str | None) -> Value | None:
    """Return a stored figure as ``int`` where it is whole, else without trailing zeros."""
    if value is None or value == "":
        return None
    number = Decimal(str(value))
    whole = number.to_integral_value()
    return int(whole) if number == whole else number.normalize()


def printed(value: Value | None, parts: Mapping[str, Value] | Mapping[str, str] | None = None) -> str:
    """Return a figure as the annex prints it: 11（国家级4、省级7）; empty for none."""
    if value is None:
        return ""
    listed = parts_printed(parts or {})
    return f"{_words(value)}（{listed}）" if listed else _words(value)


def parts_printed(parts: Mapping[str, Value] | Mapping[str, str]) -> str:
    """Return parts by level in words: 国家级4、省级7."""
    return "、".join(f"{level_printed(code)}{plain(value)}" for code, value in parts.items())


def parts_read(text: str) -> dict[str, str]:
    """Read 国家级4、省级7 into parts by level code. Raises ``ValueError`` with a sentence."""
    squeezed = "".join(halfwidth(text).split())
    if not squeezed:
        return {}
    found: dict[str, str] = {}
    for piece in re.split("[、,;]", squeezed):
        match = _PART.fullmatch(piece)
        if match is None:
            raise ValueError(_("分项“%(typed)s”读不懂，请写成：国家级4、省级7") % {"typed": piece})
        found[level_code(match[1])] = match[2]
    return found


def stored(value: Value | float | str | None) -> Decimal | None:
    """Return a figure ready to be stored, or ``None`` where it is none or too large to be one."""
    if value is None or value == "":
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) < LARGEST else None


def stored_parts(parts: Mapping[str, Value | float] | None) -> dict[str, str]:
    """Return printed parts keyed by level code, values as text."""
    return {level_code(label): str(plain(str(value))) for label, value in (parts or {}).items()}


def parts_of(parts: Mapping[str, str]) -> dict[str, Value]:
    """Return stored parts as figures to compute with."""
    return {code: figure for code, value in parts.items() if (figure := plain(value)) is not None}


TargetLine = tuple[int, str, Decimal, dict[str, str]]


def targets_read(text: str) -> list[TargetLine]:
    """Read one target a line: ``2021 = 13（国家级4、省级9）``. Raises ``ValueError`` with a sentence."""
    found: dict[int, TargetLine] = {}
    for line in filter(None, (raw.strip() for raw in halfwidth(text).splitlines())):
        match = _TARGET.fullmatch(line)
        if match is None or int(match[1]) not in YEARS or (value := stored(match[3])) is None:
            raise ValueError(
                _("目标“%(typed)s”读不懂，请一行写一个年度：2021 = 13（国家级4、省级9）") % {"typed": line[:40]}
            )
        year = int(match[1])
        if year in found:
            raise ValueError(_("%(year)s 年的目标写了两次") % {"year": year})
        found[year] = (year, match[2] or Op.EQUAL, value, parts_read(match[4] or ""))
    return [found[year] for year in sorted(found)]


def targets_printed(rows: Iterable[TargetLine]) -> str:
    """Return targets one a line, as ``targets_read`` reads them."""
    return "\n".join(f"{year} {op} {printed(plain(value), parts)}" for year, op, value, parts in rows)


def _words(value: Value) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
