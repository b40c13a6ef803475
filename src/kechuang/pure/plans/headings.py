"""Numbers that begin a paragraph: 第一章, 一、, （一）, 1., 1.1, （1）, ①, in all printed variants.

A number whose characters were lost in copying (")开展…", "（）…") is recognised as a mark
without a value; the outline restores the value where the neighbours prove it.
"""
# ruff: noqa: E501, PLR2004, RUF001 - a pattern stays on one line; a length in characters; full-width signs are what is read

import re
from functools import lru_cache
from typing import NamedTuple

from kechuang.pure.plans.folding import chinese_number, halfwidth, squeeze, to_chinese

_CN = "[一二三四五六七八九十][一二三四五六七八九十百零〇○]{0,4}"
_ORD = rf"(?:{_CN}|\d{{1,3}}|[０-９]{{1,3}})"
_ROUND = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_CN_BRACKETED = "㈠㈡㈢㈣㈤㈥㈦㈧㈨㈩"
_DIGITS = r"[0-9０-９]"
# 一、2023年工作任务, 3.5G网络建设, 3.12月底前建成: the stop of the number stands before another figure.
_FIGURE = r"(?:20\d\d年|\d{1,2}月(?:\d|底|前|份|末)|[2-9][GDK](?![A-Za-z])|\d{1,4}[个家项条所座](?!百分点|月))"
_AMOUNT = r"\d{2,4}[\u4e00-\u9fff]"  # 三、500强企业招引; after a point it would be a decimal

#: styles from the highest rank to the lowest; "clause" and "provision" are articles under 一、 and （一）
RANKS = {
    "part": 0,
    "chapter": 1,
    "section": 2,
    "article": 3,
    "plain": 3,
    "chinese": 4,
    "zero": 4,
    "action": 5,
    "clause": 5,
    "bracketed": 6,
    "provision": 7,
    "arabic": 8,
    "decimal2": 9,
    "decimal3": 10,
    "decimal4": 11,
    "arabic_bracketed": 12,
    "round": 13,
}
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("part", re.compile(rf"(?P<whole>第\s*(?P<n>{_ORD})\s*(?:部分|编|篇))[\s、：:.．]*")),
    ("chapter", re.compile(rf"(?P<whole>第\s*(?P<n>{_ORD})\s*章)[\s、：:.．]*")),
    ("section", re.compile(rf"(?P<whole>第\s*(?P<n>{_ORD})\s*节)[\s、：:.．]*")),
    ("article", re.compile(rf"(?P<whole>第\s*(?P<n>{_ORD})\s*条)(?![例款目线])[\s、：:.．]*")),
    (
        "action",
        re.compile(
            rf"(?P<whole>(?:专项行动|重点任务|重点工程|行动|任务|举措|措施|工程)\s*(?P<n>{_CN}|\d{{1,2}}))\s*[：:、.．]\s*"
        ),
    ),
    (
        "bracketed",
        re.compile(
            rf"[（(]\s*(?P<n>{_CN})\s*[)）][、.．]?\s*|(?P<n2>{_CN})[)）][、.．]?\s*|[（(](?P<n3>{_CN})(?=[\u4e00-\u9fff]{{2,20}}[。：:])"
        ),
    ),
    ("bracketed", re.compile(rf"(?P<n>[{_CN_BRACKETED}])[、.．]?\s*")),
    (
        "chinese",
        re.compile(
            rf"(?P<n>{_CN})\s*[、．.](?:(?={_FIGURE})|(?<=、)(?={_AMOUNT})|(?![、．.，\d]))(?!{_CN}[、产级])\s*|(?P<n2>{_CN})[ \u3000]+(?=[\u4e00-\u9fff]{{2,20}}$)"
        ),
    ),
    (
        "arabic_bracketed",
        re.compile(
            rf"[（(]\s*(?P<n>{_DIGITS}{{1,2}})\s*[)）][、.．]?\s*|(?P<n2>{_DIGITS}{{1,2}})[)）][、.．]?\s*|(?P<n3>[⑴-⒇])[、.．]?\s*"
        ),
    ),
    ("decimal4", re.compile(r"(?P<n>\d{1,2}\.\d{1,2}\.\d{1,2}\.\d{1,2})[.、．]?\s*(?=[\u4e00-\u9fff“《])")),
    ("decimal3", re.compile(r"(?P<n>\d{1,2}\.\d{1,2}\.\d{1,2})[.、．]?\s*(?=[\u4e00-\u9fff“《])")),
    (
        "decimal2",
        re.compile(
            r"(?P<n>\d{1,2}\.\d{1,2})[、．]?\s*(?=[\u4e00-\u9fff“《])(?![亿万千百个％倍余多米公平吨元人家项件户台]|月(?:\d|底|前|份|末))"
        ),
    ),
    (
        "arabic",
        re.compile(
            rf"(?P<n>{_DIGITS}{{1,3}})\s*[.．、。](?:(?={_FIGURE})|(?<=、)(?={_AMOUNT})|(?![\d０-９]))\s*|(?P<n2>[⒈-⒛])\s*"
        ),
    ),
    ("round", re.compile(rf"(?P<n>[{_ROUND}])[、.．]?\s*")),
    (
        "zero",
        re.compile(
            r"(?P<whole>(?P<n>0[1-9]))(?:[ \u3000]+|(?![年月日个家项人万亿号点时分]))(?=[\u4e00-\u9fff“”、]{2,20}$)"
        ),
    ),
)
_BARE = re.compile(
    rf"(?P<n>{_DIGITS}{{1,2}})[ \u3000]*(?P<rest>(?![年月日个家项人万亿号])[\u4e00-\u9fff“”、]{{2,24}})$"
)
_LOST = re.compile(
    r"(?P<mark>[（(]\s*[)）]|[)）])[、.．]?\s*(?=[\u4e00-\u9fff“《])|(?P<dot>[、．])\s*(?=[\u4e00-\u9fff])"
)
_ALONE = re.compile(
    rf"^\s*(?:第\s*{_ORD}\s*(?:章|节|部分|篇|条)|{_CN}\s*、|[（(]\s*{_CN}\s*[)）]|{_DIGITS}{{1,2}}[.．、]|0[1-9])\s*$"
)
_FIRST = frozenset(
    "第一二三四五六七八九十百零〇（(0123456789０１２３４５６７８９)）、．专重行任举措工"
    + _CN_BRACKETED
    + _ROUND
    + "⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛"
)


class Mark(NamedTuple):
    """The number at the head of a paragraph; ``value`` is None where its characters were lost."""

    style: str
    value: int | None
    no: str | None
    rest: str

    @property
    def rank(self) -> int:
        return RANKS[self.style]


def has_decimals(text: str) -> bool:
    """Tell whether ``text`` begins with a number like 2.1, so that a bare 2 may be a number, too."""
    mark = mark_of(text)
    return mark is not None and mark.style.startswith("decimal")


@lru_cache(maxsize=2048)  # every stage asks it of the same paragraphs
def mark_of(text: str, *, bare: bool = False) -> Mark | None:
    """Return the number that begins ``text``, or None; ``bare`` admits 2 总则 beside 2.1."""
    text = text.strip()
    if not text or text[0] not in _FIRST:
        return None
    alone = _BARE.match(text) if bare else None
    if alone is not None:
        return Mark("arabic", int(halfwidth(alone["n"])), halfwidth(alone["n"]), alone["rest"])
    for style, pattern in _PATTERNS:
        found = pattern.match(text)
        if found is not None and found.end() < len(text):
            return _mark(style, found, text[found.end() :])
    lost = _LOST.match(text)
    if lost is not None:
        return Mark("bracketed" if lost["mark"] else "chinese", None, None, text[lost.end() :])
    return None


def _mark(style: str, found: re.Match[str], rest: str) -> Mark:
    groups = found.groupdict()
    printed = groups.get("n") or groups.get("n2") or groups.get("n3") or ""
    if style.startswith("decimal"):
        return Mark(style, int(printed.split(".")[-1]), halfwidth(printed), rest)
    value = (
        chinese_number(halfwidth(printed).strip("()."))
        if printed not in _CN_BRACKETED
        else _CN_BRACKETED.index(printed) + 1
    )
    whole = groups.get("whole")
    if whole:
        return Mark(style, value, squeeze(halfwidth(whole)), rest)
    return Mark(style, value, printed if style == "round" else number_text(style, value or 0), rest)


def number_text(style: str, value: int) -> str:
    """Return how ``value`` is printed in ``style``, brackets at full width."""
    if style == "bracketed":
        return f"（{to_chinese(value)}）"
    if style == "chinese":
        return to_chinese(value)
    if style == "arabic_bracketed":
        return f"（{value}）"
    return f"{value:02d}" if style == "zero" else str(value)


def is_number_alone(text: str) -> bool:
    """Tell whether a line holds a number whose heading stands on the next line."""
    return len(text) < 16 and _ALONE.match(text) is not None
