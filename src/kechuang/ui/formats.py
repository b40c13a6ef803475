"""How figures, money and dates are written on a page, and how dates are read back.

Thousands are parted by a narrow no-break space so that a figure never wraps. Money
comes in as integer fen (分) and leaves as yuan or ten thousand yuan (万元). An absent
value is written 待补录, never a dash that could be taken for zero.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from django.utils import timezone
from django.utils.dateformat import format as written
from django.utils.translation import get_language, gettext, gettext_lazy

THIN = "\u202f"
ABSENT = gettext_lazy("待补录")
FEN_PER_YUAN = 100
FEN_PER_WAN = 1_000_000

DAY_INPUT_FORMATS = ("%Y-%m-%d", "%Y%m%d", "%Y年%m月%d日", "%Y/%m/%d", "%Y.%m.%d")

Number = int | float | Decimal

_PACKED = re.compile(r"(\d{4})(\d{2})(\d{2})")
_PARTED = re.compile(r"(\d{4})[年/.-](\d{1,2})[月/.-](\d{1,2})日?")


def thousands(value: Number | None, places: int | None = None) -> str:
    """Return ``value`` with thin spaces in thousands; ``places`` fixes the decimals.

    Without ``places`` a whole number is written whole, whatever type it came in, and a
    fraction keeps its own digits.
    """
    if value is None:
        return str(ABSENT)
    number = Decimal(str(value))
    if places is None and number == number.to_integral_value():
        number = number.quantize(Decimal(1))
    if places is not None:
        number = number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return f"{number:,f}".replace(",", THIN)


def yuan(fen: int | None) -> str:
    """Return an amount of fen as yuan (元) with two decimals."""
    return str(ABSENT) if fen is None else f"{thousands(Decimal(fen) / FEN_PER_YUAN, 2)}{THIN}元"


def wan(fen: int | None) -> str:
    """Return an amount of fen as ten thousand yuan (万元) with two decimals."""
    return str(ABSENT) if fen is None else f"{wan_figure(fen)}{THIN}万元"


def wan_figure(fen: int) -> str:
    """Return the same without the unit, for a table that names it once."""
    return thousands(Decimal(fen) / FEN_PER_WAN, 2)


def percent(share: Number | None, places: int = 1) -> str:
    """Return a share (0.105) as a percentage (10.5%)."""
    return str(ABSENT) if share is None else f"{thousands(Decimal(str(share)) * 100, places)}%"


def day(value: date | None) -> str:
    """Return a date as tables print it: 2026-11-23."""
    if value is None:
        return str(ABSENT)
    return value.strftime("%Y-%m-%d") if value.year > 999 else value.isoformat()[:10]  # noqa: PLR2004 - four digits


def day_long(value: date | None) -> str:
    """Return a date as prose prints it: 2026年11月23日, in English 23 November 2026."""
    if value is None:
        return str(ABSENT)
    if (get_language() or "zh").startswith("zh"):
        return f"{value.year}年{value.month}月{value.day}日"
    return written(value, "j F Y")


def moment(value: datetime | None) -> str:
    """Return a moment to the minute on the city's clock: 2026-11-23 10:32."""
    if value is None:
        return str(ABSENT)
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return local.strftime("%Y-%m-%d %H:%M")


def days_left(days: int | None) -> str:
    """Return working days until a deadline in words; negative means overdue."""
    if days is None:
        return str(ABSENT)
    if days == 0:
        return gettext("今日到期")
    told = gettext("剩%(days)s个工作日") if days > 0 else gettext("超期%(days)s个工作日")
    return told % {"days": f"{THIN}{abs(days)}{THIN}"}


def parse_day(text: str) -> date | None:
    """Read 20261123, 2026-11-23, 2026/11/23, 2026.11.23 or 2026年11月23日.

    Full-width digits and any white space are accepted; ``None`` when it is no date or
    no day of the calendar.
    """
    squeezed = unicodedata.normalize("NFKC", "".join(text.split()))
    found = _PACKED.fullmatch(squeezed) or _PARTED.fullmatch(squeezed)
    if found is None:
        return None
    try:
        return date(*(int(part) for part in found.groups()))
    except ValueError:
        return None
