"""Responsibilities broken over lines: a bracket or a list of bodies that goes on in the next paragraph is joined."""

import re

from kechuang.pure.plans.blocks import Block, Paragraph
from kechuang.pure.plans.bodies import is_body, is_local, is_others, is_strong, parts_at
from kechuang.pure.plans.brackets import closing_of, depth_after, names_who, opened_in
from kechuang.pure.plans.folding import fold
from kechuang.pure.plans.headings import mark_of
from kechuang.pure.plans.labels import ET_AL, LABEL, TAIL

_TAIL = 600  # characters; a list of bodies that is longer is not joined
_MAX_LINES = 12
_STOPS = "。；;！？!?"
_LIST_SIGNS = re.compile(r"[、，；：]")


def rejoined(blocks: list[Block]) -> list[Block]:
    """Return the blocks with broken responsibilities joined; a joined paragraph keeps its first line."""
    result: list[Block] = []
    position = 0
    while position < len(blocks):
        block = blocks[position]
        position += 1
        if isinstance(block, Paragraph):
            text, taken = _whole(block.text, blocks[position : position + _MAX_LINES])
            block = Paragraph(block.line, text) if taken else block
            position += taken
        result.append(block)
    return result


def _whole(text: str, following: list[Block]) -> tuple[str, int]:
    """Return ``text`` with the lines it goes on in, and their number."""
    lines = _lines(following)
    taken = 0
    while taken < len(lines):
        joined, more = _bracket(text, lines[taken:]) if _ends_open(text) else _label(text, lines[taken])
        if not more:
            break
        text, taken = joined, taken + more
    return text, taken


def _lines(following: list[Block]) -> list[str]:
    """Return the paragraphs up to the first table or row."""
    lines: list[str] = []
    for block in following:
        if not isinstance(block, Paragraph) or "\t" in block.text:
            break
        lines.append(block.text.strip())
    return lines


def _is_numbered(text: str) -> bool:
    mark = mark_of(text)
    return mark is not None and mark.value is not None


def _ends_open(text: str) -> bool:
    return bool(opened_in(text[-_TAIL:]))


def _bracket(text: str, lines: list[str]) -> tuple[str, int]:
    """Join lines up to the closing bracket, where what stands in it then names who is responsible."""
    before = max(0, len(text) - _TAIL)
    for start in opened_in(text[before:]):
        taken = _lines_to_close(text[before + start :], lines)
        if not taken:
            continue
        joined = text.rstrip()
        for line in lines[:taken]:
            joined += _joint(joined[before + start + 1 :], line) + line
        end = closing_of(joined, before + start)
        if end and names_who(joined, before + start, end):
            return joined, taken
    return text, 0


def _lines_to_close(opened: str, lines: list[str]) -> int:
    """Return how many lines it takes to close the bracket ``opened`` begins with, 0 where it stays open."""
    depth = depth_after(opened, 0)
    length = len(opened)
    for taken, line in enumerate(lines, 1):
        length += len(line)
        if length > 2 * _TAIL or _is_numbered(line):
            return 0
        depth = depth_after(line, depth)
        if depth <= 0:
            return taken
    return 0


def _joint(left: str, line: str) -> str:
    """Return the line end that parts two names, "" inside a name or beside a comma."""
    if LABEL.match(line):
        return "\n"
    return "\n" if parts_at(fold(left), _first(line)) else ""


def _first(line: str) -> str:
    """Return the first name of a line, without the words that say what the body does."""
    name = _LIST_SIGNS.split(fold(line[:_TAIL]).rstrip("。；"))[0]
    if name.count("）") > name.count("（"):
        name = name[: name.rindex("）")]
    return ET_AL.sub("", TAIL.sub("", name))


def _label(text: str, line: str) -> tuple[str, int]:
    """Join one line to a 责任单位： list that goes on in it."""
    tail = text[-_TAIL:].rstrip()
    if not tail or tail[-1] in _STOPS or not ("：" in tail or ":" in tail):
        return text, 0
    label = None
    for label in LABEL.finditer(tail):  # noqa: B007 - the last label counts
        pass
    if label is None or "。" in tail[label.end() :] or _is_numbered(line):
        return text, 0
    listed = fold(tail[label.end() :])
    joint = _list_joint(listed, line)
    return (text, 0) if joint is None else (text.rstrip() + joint + line, 1)


def _list_joint(listed: str, line: str) -> str | None:
    """Return what joins a line to the list before it, None where the list is at its end."""
    first = _first(line)
    names = _LIST_SIGNS.split(fold(line[:_TAIL]).rstrip("。；"))
    only_bodies = all(is_strong(name) for name in names)
    if listed.endswith("、"):
        return ""
    if listed.endswith("，"):
        return "" if LABEL.match(line) or is_body(first) or is_local(first) or is_others(first) else None
    if not listed:
        return "" if only_bodies else None
    if LABEL.match(line) or fold(line).startswith(first + "："):
        return None
    last = _LIST_SIGNS.split(listed)[-1]
    if parts_at(listed, first):
        return "\n" if only_bodies and len(names) > 1 else None
    return "" if last and first and is_strong(last + first) else None
