"""Characters: folding names to full width, Chinese numerals, lost characters."""
# ruff: noqa: RUF001 - full-width signs are what is read

import re
import unicodedata

_FULL = str.maketrans({"(": "（", ")": "）", ":": "：", ",": "，", ";": "；", "［": "[", "］": "]"})
_DIGIT_WIDTH = str.maketrans("０１２３４５６７８９", "0123456789")
_EMPTY_BRACKET = re.compile(r"[（(]\s*[)）]")
_DIGIT_COMMA = re.compile(r"(?<=\d)[,，](?=\d{3}(?!\d))")
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\ufeff\u00ad\x00-\x08\x0e-\x1f\x7f]")
_RADICAL = re.compile("[\u2e80-\u2fdf\uf900-\ufaff]")
_SPACES = re.compile(r"\s+")

_DIGITS = {"零": 0, "〇": 0, "○": 0, "Ｏ": 0, "O": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4}
_DIGITS |= {"五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_CHINESE = "零一二三四五六七八九"


def tidy(text: str) -> str:
    """Return ``text`` with one kind of line end and without invisible characters."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text.replace("\u2028", "\n").replace("\u2029", "\n").replace("\x0b", "\n").replace("\x0c", "\n")
    text = text.replace("\xa0", " ").replace("\u2002", " ").replace("\u2003", " ").replace("\x85", "\n")
    text = _INVISIBLE.sub("", text)
    # Fonts of many PDF files map 一 to the radical ⼀, which no pattern would match.
    return _RADICAL.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)


def squeeze(text: str) -> str:
    """Return ``text`` without any white space."""
    return _SPACES.sub("", text)


def fold(text: str) -> str:
    """Return a name or title with full-width brackets, colons and commas, without spaces.

    A bracket whose content was lost in copying stays exactly as printed.
    """
    text = squeeze(text)
    pieces: list[str] = []
    start = 0
    for found in _EMPTY_BRACKET.finditer(text):
        pieces += [_fold_plain(text[start : found.start()]), found[0]]
        start = found.end()
    pieces.append(_fold_plain(text[start:]))
    return "".join(pieces)


def _fold_plain(text: str) -> str:
    return _DIGIT_COMMA.sub("", text).translate(_FULL)


def has_lost_characters(name: str) -> bool:
    """Tell whether ``name`` holds an empty bracket, the trace of lost characters."""
    return _EMPTY_BRACKET.search(name) is not None


def whole_name_pattern(name: str) -> re.Pattern[str]:
    """Return a pattern that finds ``name`` with something in its empty bracket."""
    parts = [re.escape(part) for part in _EMPTY_BRACKET.split(name)]
    return re.compile(r"[（(][^（()）\n]{1,12}[)）]".join(parts))


def ascii_digits(text: str) -> str:
    """Return ``text`` with full-width digits as ASCII and all else, the length too, as printed."""
    return text.translate(_DIGIT_WIDTH)


def halfwidth(text: str) -> str:
    """Return full-width digits, letters and signs as ASCII (NFKC), for numbers."""
    return unicodedata.normalize("NFKC", text)


def chinese_number(text: str) -> int | None:
    """Return the value of 二十三 or 二〇二一 or 23, or None."""
    text = halfwidth(text)
    if text.isascii() and text.isdigit():
        return int(text)
    if not text:
        return None
    if not any(sign in text for sign in "十百"):
        digits = [_DIGITS.get(sign) for sign in text]
        return None if None in digits else int("".join(str(digit) for digit in digits))
    return _with_tens(text)


def _with_tens(text: str) -> int | None:
    total = 0
    current = 0
    for sign in text:
        if sign in "十百":
            total += (current or 1) * (10 if sign == "十" else 100)
            current = 0
        elif sign in _DIGITS:
            current = _DIGITS[sign]
        else:
            return None
    return total + current


def to_chinese(number: int) -> str:
    """Return 1 to 99 as a Chinese numeral (十二)."""
    tens, ones = divmod(number, 10)
    text = ("" if tens == 0 else "十" if tens == 1 else _CHINESE[tens] + "十") + (_CHINESE[ones] if ones else "")
    return text or "零"
