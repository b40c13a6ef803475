"""Dates as plans print them: 2021年12月24日, 二〇二一年十二月二十四日, 2022-06-17."""
# ruff: noqa: RUF001 - full-width signs are what is read

import re
from datetime import date

from kechuang.pure.plans.folding import chinese_number, halfwidth

_CN = "[〇○零一二三四五六七八九十OＯ0]"
DATE = re.compile(
    rf"(?P<y>(?:19|20)\d\d|[一二]{_CN}{{3}})\s*[年/.\-－]\s*(?P<m>\d{{1,2}}|{_CN}{{1,3}})\s*[月/.\-－]\s*(?P<d>\d{{1,2}}|{_CN}{{1,3}})\s*日?"
)


def date_in(text: str) -> str | None:
    """Return the first full date in ``text`` as YYYY-MM-DD, or None."""
    found = DATE.search(halfwidth(text))
    return None if found is None else _iso(found)


def _iso(found: re.Match[str]) -> str | None:
    parts = [chinese_number(found[name].replace("O", "〇").replace("Ｏ", "〇")) for name in ("y", "m", "d")]
    if any(part is None for part in parts):
        return None
    year, month, day = (part or 0 for part in parts)
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def is_date_line(text: str) -> bool:
    """Tell whether a line holds a date and nothing else."""
    plain = halfwidth(text).strip().strip("()（）")
    found = DATE.fullmatch(plain)
    return found is not None and _iso(found) is not None
