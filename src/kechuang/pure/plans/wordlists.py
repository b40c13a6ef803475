"""The automatic numbers of Word (一、 （一） 1.), which are not part of a paragraph's text."""
# ruff: noqa: PLR2004 - small numbers count printed characters, rows or cells

from xml.etree import ElementTree as ET

from kechuang.pure.plans.folding import to_chinese

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_CHINESE = {"chineseCounting", "chineseCountingThousand", "japaneseCounting", "ideographDigital", "taiwaneseCounting"}
_ROUND = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_LEVELS = 9
_SHOWN = {"decimal", "decimalFullWidth", "decimalZero", "decimalEnclosedParen", "decimalEnclosedFullstop"}


class WordLists:
    """Counts the list levels of one document as its paragraphs pass by in order."""

    def __init__(self, numbering: ET.Element | None, styles: ET.Element | None) -> None:
        self._levels: dict[str, dict[int, tuple[str, str, int]]] = {}
        self._abstract: dict[str, str] = {}
        self._counts: dict[str, list[int | None]] = {}
        self._styles = {} if styles is None else _numbered_styles(styles)
        if numbering is not None:
            self._read(numbering)

    def _read(self, numbering: ET.Element) -> None:
        for abstract in numbering.findall(f"{_W}abstractNum"):
            key = abstract.get(f"{_W}abstractNumId", "")
            self._levels[key] = {_number(level, "ilvl"): _level(level) for level in abstract.findall(f"{_W}lvl")}
        for num in numbering.findall(f"{_W}num"):
            link = num.find(f"{_W}abstractNumId")
            if link is not None:
                self._abstract[num.get(f"{_W}numId", "")] = link.get(f"{_W}val", "")

    def label(self, paragraph: ET.Element) -> str:
        """Return the number Word prints before ``paragraph``, "" where there is none."""
        num, level = _reference(paragraph)
        if num is None:
            style = paragraph.find(f"{_W}pPr/{_W}pStyle")
            num, level = self._styles.get("" if style is None else style.get(f"{_W}val", ""), (None, 0))
        levels = self._levels.get(self._abstract.get(num or "", ""))
        if num is None or levels is None or level not in levels:
            return ""
        counts = self._counts.setdefault(self._abstract[num], [None] * _LEVELS)
        current = counts[level]
        counts[level] = levels[level][2] if current is None else current + 1
        counts[level + 1 :] = [None] * (_LEVELS - level - 1)
        return _printed(levels, counts, level)


def _printed(levels: dict[int, tuple[str, str, int]], counts: list[int | None], level: int) -> str:
    form, text, _ = levels[level]
    if form in {"bullet", "none"}:
        return ""
    for depth in range(_LEVELS):
        mark = f"%{depth + 1}"
        if mark in text:
            shape = levels[depth][0] if depth in levels else "decimal"
            text = text.replace(mark, _shape(shape, counts[depth] or 1))
    return text


def _shape(form: str, number: int) -> str:
    if form in _CHINESE:
        return to_chinese(number)
    if form == "decimalEnclosedCircle" and number <= len(_ROUND):
        return _ROUND[number - 1]
    return str(number) if form in _SHOWN or form.startswith("decimal") else f"{number}"


def _number(node: ET.Element, name: str) -> int:
    value = node.get(f"{_W}{name}", "0")
    return min(int(value), _LEVELS - 1) if value.isdecimal() and len(value) < 6 else 0


def _level(level: ET.Element) -> tuple[str, str, int]:
    form = level.find(f"{_W}numFmt")
    text = level.find(f"{_W}lvlText")
    start = level.find(f"{_W}start")
    first = start.get(f"{_W}val", "1") if start is not None else "1"
    return (
        "decimal" if form is None else form.get(f"{_W}val", "decimal"),
        "" if text is None else text.get(f"{_W}val", ""),
        int(first) if first.isdecimal() and len(first) < 6 else 1,
    )


def _reference(paragraph: ET.Element) -> tuple[str | None, int]:
    properties = paragraph.find(f"{_W}pPr/{_W}numPr")
    if properties is None:
        return None, 0
    num = properties.find(f"{_W}numId")
    level = properties.find(f"{_W}ilvl")
    value = None if num is None else num.get(f"{_W}val")
    depth = "0" if level is None else level.get(f"{_W}val", "0")
    return value, min(int(depth), _LEVELS - 1) if depth.isdecimal() and len(depth) < 6 else 0


def _numbered_styles(styles: ET.Element) -> dict[str, tuple[str | None, int]]:
    found: dict[str, tuple[str | None, int]] = {}
    for style in styles.findall(f"{_W}style"):
        num, level = _reference(style)
        if num is not None:
            found[style.get(f"{_W}styleId", "")] = (num, level)
    return found
