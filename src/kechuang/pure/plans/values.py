"""Cells and goals with a figure: 11（国家级4个、省级7个）, ≥2.5%, 500家以上."""
# ruff: noqa: PLR2004, RUF001 - small numbers count printed characters, rows or cells; full-width signs are what is read

import re
from functools import lru_cache
from typing import NamedTuple

from kechuang.pure.plans.folding import fold, halfwidth, squeeze
from kechuang.pure.plans.results import Number, Op

UNIT = (
    r"(?:个百分点|百分点|[万亿千]?[kcm]?m[23²³]|[万亿千]?[kMGT]Wh?|人年/万人|件/万人|人/万人|篇/万人|万元/人|吨/万元|吨标准煤/万元|立方米/万元|[万亿]?(?:平方米|平方公里|立方米|公里|千瓦时|千瓦|"
    r"标准箱|吨标准煤|吨|亩|公顷|美元|元|人次|户次|家次|件次|场次|车次|人天|人月|人年|辆|台|套|件|册|斤|头|只|户|人|家|项|个|名|条|度|次)|[％%‰]|‰|所|支|座|处|篇|场|期|批|种|类|"
    r"对|张|位|组|倍|天|岁|年|分钟|小时|分贝|分|兆瓦时|兆瓦|吉瓦|株|艘|架|枚|门|款|部|幅|份|间|棵|宗|起|站|班|点|村|"
    r"微克/立方米|毫克/升|Gbps|Mbps|TB|PB|PFLOPS|EFLOPS|EFlops|PFlops)"
)
_NUMBER = r"\d[\d,，]*(?:\.\d+)?"
_SIGNS: dict[str, Op] = {"≥": "≥", ">=": "≥", "≧": "≥", ">": ">", "≤": "≤", "<=": "≤", "≦": "≤", "<": "<", "≈": "≈"}
_LEAD_WORDS: tuple[tuple[str, Op], ...] = (
    ("不低于", "≥"),
    ("不少于", "≥"),
    ("不小于", "≥"),
    ("至少", "≥"),
    ("不超过", "≤"),
    ("不高于", "≤"),
    ("不大于", "≤"),
    ("控制在", "≤"),
    ("超过", ">"),
    ("突破", ">"),
    ("超", ">"),
    ("大于", ">"),
    ("高于", ">"),
    ("低于", "<"),
    ("小于", "<"),
    ("少于", "<"),
    ("约", "≈"),
    ("大约", "≈"),
    ("左右", "≈"),
)
_TAIL_WORDS: tuple[tuple[str, Op], ...] = (
    ("及以上", "≥"),
    ("以上", "≥"),
    ("及以下", "≤"),
    ("以下", "≤"),
    ("以内", "≤"),
    ("之内", "≤"),
    ("左右", "≈"),
    ("上下", "≈"),
    ("余", ">"),
)
_CELL = re.compile(
    rf"^(?P<lead>[^\d\[\]（）]{{0,12}}?)\[?(?P<sign>>=|<=|[≥≤≧≦<>≈])?\[?(?P<number>-?{_NUMBER})\]?(?P<unit>{UNIT}|[万亿])?"
    rf"(?P<tail>及以上|以上|及以下|以下|以内|之内|左右|上下)?(?:（(?P<parts>[^（）]*)）)?。?$"
)
_LEAD = re.compile(
    r"^(?:累计|达到|达|增长到|增加到|提高到|提升到|提高至|提升至|增长至|力争|完成|新增|总量|年均|增长|增加|提高|提升|下降|降低|减少|保持|保持在|稳定在|"
    r"不低于|不少于|不小于|至少|不超过|不高于|不大于|控制在|超过|突破|超|大于|高于|低于|小于|少于|约|大约|到|为|共|合计|总数|在)*$"
)
_PART = re.compile(rf"^(?:其中|含|包括)?[:：]?(?P<name>[^\d]{{1,15}}?)[:：]?(?P<number>{_NUMBER})(?P<unit>{UNIT})?$")
_UNIT_ONLY = re.compile(
    rf"^[/（(]?{UNIT}(?:[/、（(]?{UNIT}[)）]?)?[)）]?$|^[^\d\s，。]{{0,6}}/[^\d\s，。]{{1,6}}$|^(?:万|亿)$"
)
_BARE_PART = re.compile(rf"^(?P<number>{_NUMBER})(?P<unit>{UNIT})?$")
_UNNAMED = ""  # 8（2）: the head or the name says what the second figure counts
_RANGE = re.compile(rf"^{_NUMBER}(?:{UNIT})?[-—–~～至]+{_NUMBER}(?:{UNIT})?(?:左右|之间)?$")
_YEAR_AHEAD = re.compile(r"^(?:到|至)?[“\"]?(?:十[一二三四五六]五|20\d\d年)[”\"]?(?:时期|期间)?(?:底|末)?[，,]?")
_NONE = {"", "/", "-", "—", "——", "－", "–", "无", "∕", "\\", "--", "*"}
_GAP = re.compile(r"(?<=[\d])\s+(?=[\d])")


class Value(NamedTuple):
    """A figure as printed: its sign, unit and breakdown by level."""

    op: Op
    number: Number
    unit: str | None
    parts: dict[str, Number] | None
    parts_unit: str | None


def number_of(text: str) -> Number:
    """Return 15000 for 15,000 and 2.5 for 2.5."""
    plain = text.replace(",", "").replace("，", "")
    value = float(plain)
    return int(plain) if "." not in plain and abs(value) < 1e15 else value


def is_none(text: str) -> bool:
    """Tell whether a cell says that there is nothing: /, —, 无, or blank."""
    return squeeze(text) in _NONE


@lru_cache(maxsize=16384)
def value_of(text: str) -> Value | None:
    """Return the figure of a cell, None where it holds none or more than one."""
    text = _GAP.sub("\0", text)
    cell = (
        fold(halfwidth(text))
        .replace("∶", "：")
        .replace("〔", "[")
        .replace("〕", "]")
        .replace("【", "[")
        .replace("】", "]")
    )
    if cell.startswith("[") and cell.endswith("]"):
        cell = cell[1:-1]
    if "\0" in text or len(cell) > 120:
        return None
    found = _CELL.match(_YEAR_AHEAD.sub("", cell))
    if found is None or not _LEAD.match(found["lead"]):
        return None
    parts, parts_unit = _parts(found["parts"])
    if found["parts"] and parts is None and re.search(r"\d", found["parts"]):
        return None
    return Value(_op(found), number_of(found["number"]), found["unit"], parts, parts_unit)


def _op(found: re.Match[str]) -> Op:
    if found["sign"]:
        return _SIGNS[found["sign"]]
    return op_of(found["lead"] or "", found["tail"] or "")


def op_of(lead: str, tail: str) -> Op:
    """Return the sign that the words before and after a figure print."""
    for word, op in _TAIL_WORDS:
        if tail.startswith(word):
            return op
    for word, op in _LEAD_WORDS:
        if lead.endswith(word):
            return op
    return "="


def _parts(text: str | None) -> tuple[dict[str, Number] | None, str | None]:
    if not text:
        return None, None
    bare = _BARE_PART.match(text)
    if bare:
        return {_UNNAMED: number_of(bare["number"])}, bare["unit"]
    parts: dict[str, Number] = {}
    units: set[str | None] = set()
    for piece in re.split(r"[、，,；;]", text):
        found = _PART.match(piece)
        if found is None:
            return None, None
        parts[found["name"]] = number_of(found["number"])
        units.add(found["unit"])
    return parts, next(iter(units)) if len(units) == 1 else None


def with_part_named(value: Value, name: str | None) -> Value:
    """Return ``value`` with the bare figure of 8（2） under ``name``, or without it where nothing names it."""
    if value.parts is None or _UNNAMED not in value.parts:
        return value
    return value._replace(parts={name: value.parts[_UNNAMED]} if name else None)


def is_range(text: str) -> bool:
    """Tell whether a cell prints two bounds (12-15), of which neither is the target."""
    return _RANGE.match(squeeze(halfwidth(text))) is not None


def is_figure(text: str) -> bool:
    """Tell whether ``text`` is the content of a figure cell, a dash and a range included."""
    return (is_none(text) and bool(squeeze(text))) or value_of(text) is not None or is_range(text)


def is_unit(text: str) -> bool:
    """Tell whether ``text`` is a unit alone: 个, %, 万元/人."""
    return len(text) <= 10 and _UNIT_ONLY.match(squeeze(halfwidth(text))) is not None


def is_attribute(text: str) -> bool:
    """Tell whether ``text`` says how binding an indicator is."""
    return squeeze(text) in {"约束性", "预期性", "约束性指标", "预期性指标", "指导性", "引导性", "约束", "预期"}
