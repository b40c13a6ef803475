"""Line ends lost in copying: headings that stand in the middle of a paragraph get a line of their own again.

Line ends too many, inside a list of bodies, go first.
"""

import re

from kechuang.pure.plans.blocks import Block, Paragraph
from kechuang.pure.plans.broken import rejoined

_LONG = 1200  # characters; no real paragraph of a plan holds several numbered headings and is longer
_FEW = 3  # one or two numbers may be running text
_CN = "[一二三四五六七八九十]{1,3}"
_INSIDE = re.compile(
    rf"(?<=[。；：！）)])(?={_CN}、[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff。；：！）)])(?=[（(]{_CN}[）)][\u4e00-\u9fff])|(?<=[。；）)])(?=\d{{1,2}}[.．、][\u4e00-\u9fff])"
    rf"|(?<=[。；：！）)])(?=第{_CN}[章节条][\s\u4e00-\u9fff])"
)
# 五、夯实工作基础（十四）落实审查制度。…: a heading of the first level glued to one of the second.
_TWO = re.compile(rf"^\s*(?:{_CN}、|第{_CN}[章节])[^。；：，、（）()]{{2,30}}(?=[（(]{_CN}[）)][\u4e00-\u9fff])")
# 四、强化保障。（一）加强领导。…（二）加大投入。…: one paragraph holds a heading and its items.
_FIRST_LEVEL = re.compile(rf"^\s*(?:{_CN}、|第{_CN}[章节])")
_SECOND = (
    re.compile(r"[。：][（(]一[）)][\u4e00-\u9fff]{2,20}。"),
    re.compile(r"。[（(]二[）)][\u4e00-\u9fff]{2,20}。"),
)
_AT_SECOND = re.compile(rf"(?<=[。：])(?=[（(]{_CN}[）)][\u4e00-\u9fff])")


def unglued(blocks: list[Block]) -> list[Block]:
    """Return the blocks with broken lists joined and glued headings parted; parts keep the line of their paragraph."""
    result: list[Block] = []
    for block in rejoined(blocks):
        if isinstance(block, Paragraph):
            result += [Paragraph(block.line, text) for text in _parted(block.text)]
        else:
            result.append(block)
    return result


def _parted(text: str) -> list[str]:
    if len(text) > _LONG:
        pieces = [piece for piece in _INSIDE.split(text) if piece.strip()]
        if len(pieces) > _FEW:
            return pieces
    if _FIRST_LEVEL.match(text) and all(_SECOND[number].search(text) for number in (0, 1)):
        return [piece for piece in _AT_SECOND.split(text) if piece.strip()]
    found = _TWO.match(text)
    return [text[: found.end()], text[found.end() :]] if found else [text]
