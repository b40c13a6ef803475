"""The figures of the official document format (党政机关公文格式, GB/T 9704-2012) this package keeps to.

Lengths are millimetres, type sizes points. The standard gives the text block and its 22 lines of
28 characters; the leading of 28 points is the customary whole number that sets 22 full lines
into 225 mm.
"""

from __future__ import annotations

from functools import partial

PAGE_MM = (210.0, 297.0)
TOP_MM, LEFT_MM = 37.0, 28.0
BLOCK_MM = (156.0, 225.0)
RIGHT_MM = PAGE_MM[0] - LEFT_MM - BLOCK_MM[0]
BOTTOM_MM = PAGE_MM[1] - TOP_MM - BLOCK_MM[1]
FOOTER_MM = 25.0  # puts the dash of the page number 7 mm below the text block

LINES, CHARACTERS = 22, 28
LEADING_PT = 28.0
TITLE_LEADING_PT = 32.0

SPACING_TWIPS = -5  # 28 characters of 16 points are 448, the line has 442: a quarter of a point less each

SIZE_2, SIZE_3, SIZE_4, SIZE_5 = 22.0, 16.0, 14.0, 10.5  # 二号, 三号, 四号, 五号

FANG = "仿宋_GB2312"
TITLE = "方正小标宋简体"
HEI = "黑体"
KAI = "楷体_GB2312"
SONG = "宋体"
LATIN = "Times New Roman"

# A face may be named by any of these: what matters is the kind of type.
SAME_FACE = {
    FANG: ("仿宋_GB2312", "仿宋", "FangSong", "FangSong_GB2312", "方正仿宋_GBK", "方正仿宋简体", "华文仿宋"),
    TITLE: ("方正小标宋简体", "方正小标宋_GBK", "小标宋", "FZXiaoBiaoSong-B05S"),
    HEI: ("黑体", "SimHei", "方正黑体_GBK", "方正黑体简体"),
    KAI: ("楷体_GB2312", "楷体", "KaiTi", "KaiTi_GB2312", "方正楷体_GBK", "方正楷体简体"),
}

HEADING_FACES = (HEI, KAI, FANG, FANG)  # 一、 （一） 1. （1）
RED = "FF0000"
SIGN_FROM_TOP_MM = 35.0  # from the text block's edge to the agency's name
SIGN_LARGEST_PT = 58.0
RED_LINE_GAP_PT = 11  # 4 mm from the number to the red line
RULE_THICK_EIGHTHS = 8  # 0.35 mm
RULE_THIN_EIGHTHS = 6  # 0.25 mm

_DIGITS = "零一二三四五六七八九"


def counted(number: int) -> str:
    """Return 1 to 999 in Chinese numerals (十一, 一百零三), as headings carry them; beyond that in figures."""
    hundreds, rest = divmod(number, 100)
    if hundreds > 9:  # noqa: PLR2004 - figures read better than thousands in words
        return str(number)
    tens, ones = divmod(rest, 10)
    told = f"{_DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        told += ("" if tens == 1 and not hundreds else _DIGITS[tens]) + "十"
    elif hundreds and ones:
        told += "零"
    return told + (_DIGITS[ones] if ones or not number else "")


def ordinal(level: int, number: int) -> str:
    """Return the ordinal of a heading: 一、 then （一） then 1. then （1）."""
    if level == 1:
        return f"{counted(number)}、"
    if level == 2:  # noqa: PLR2004 - a level
        return f"（{counted(number)}）"
    return f"{number}." if level == 3 else f"（{number}）"  # noqa: PLR2004 - a level


LONGEST_TITLE = 200  # what is longer is no title, and Word may break it

_PREFERRED = (
    *("关于", "的", "、", "和", "与", "及", "》", "”", "年度", "开展", "做好"),
    *("中心", "平台", "工作", "项目", "企业", "方案", "办法", "（试行）"),
)
_NOT_FIRST = "，。、；：！？）》”】〕的"
_DASHES = {"—", "-", "～"}
_NOT_LAST = "（《“【〔"


def title_lines(text: str, room: float = 19.5) -> list[str]:
    """Break a title that is wider than ``room`` characters into lines of like length.

    Lines end after a word that ends a phrase where there is one near, never inside a figure or
    a foreign word, and never put a closing mark first.
    """
    if len(text) > LONGEST_TITLE:
        return [text]
    count = int(-(-width(text) // room))
    lines = _lines(text, room, count)
    if count > 1 and not _whole(lines) and _whole(more := _lines(text, room, count + 1)):
        return more
    return lines


def _whole(lines: list[str]) -> bool:
    """Tell whether no line but the last breaks off within a phrase."""
    return all(line.endswith(_PREFERRED) for line in lines[:-1])


def _lines(text: str, room: float, count: int) -> list[str]:
    lines, rest = [], text
    while count > 1 and len(rest) > 1:
        ideal = width(rest) / count
        place = min(range(1, len(rest)), key=partial(_cost, rest, ideal, room))
        lines.append(rest[:place].strip())
        rest, count = rest[place:], count - 1
    return [*lines, rest.strip()]


def _cost(text: str, ideal: float, room: float, at: int) -> float:
    before, after = text[at - 1], text[at]
    wide = width(text[:at])
    if wide > room or (before.isascii() and after.isascii() and not (before + after).isspace()):
        return 1000 + abs(wide - ideal)
    if after in _NOT_FIRST or before in _NOT_LAST or _DASHES & {before, after}:
        return 500 + abs(wide - ideal)
    parted = after == "（" or text.count("（", 0, at) > text.count("）", 0, at)
    return abs(wide - ideal) + (0 if text[:at].endswith(_PREFERRED) else 6) + (2 if parted else 0)


def width(text: str) -> float:
    """Return how many characters wide ``text`` is: figures and Latin letters count half."""
    return sum(0.5 if ord(character) < 0x2E80 else 1.0 for character in text)  # noqa: PLR2004 - first CJK code
