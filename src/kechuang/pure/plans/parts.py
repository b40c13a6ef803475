"""The parts of a file: the covering notice, the plan it issues, and the annexes."""
# ruff: noqa: PLR2004 - small numbers count printed characters, rows or cells

import re
from dataclasses import dataclass, field
from typing import Literal

from kechuang.pure.plans.blocks import Block, Grid, Paragraph
from kechuang.pure.plans.bodies import is_body
from kechuang.pure.plans.dates import is_date_line
from kechuang.pure.plans.folding import fold, squeeze
from kechuang.pure.plans.headings import RANKS, is_number_alone, mark_of

PartKind = Literal["body", "plan", "annex"]
_ANNEX_ALONE = re.compile(r"^附\s*[件表录]\s*[\d一二三四五六七八九十]{0,3}\s*[:：.、]?$")
_ANNEX_WITH = re.compile(r"^附\s*[件表录]?\s*(?P<n>[\d一二三四五六七八九十]{0,3})\s*[:：.、]\s*(?P<rest>.+)$")
_NOTE = re.compile(r"^[（(]\s*(?:此件|本件|此文|本文|有删减|依申请|主动公开|公开发布|不予公开)[^（）()]{0,30}[)）]$")
_CONTENTS = re.compile(r"^目\s*[录次]$")
_PAGE = re.compile(r"\d{1,3}\s{0,3}[—\-]?$")
_LEADERS = ".…·．。 \t\u3000"
_LIST_ITEM = re.compile(r"^\s*(?:\d{1,2}\s*[.．、]|[（(]?\d{1,2}[)）])")
_LETTERS = re.compile(r"[\W_]+")
_MAX_LIST = 24
_MAX_TITLE = 80


@dataclass
class Part:
    """A run of blocks under one title."""

    kind: PartKind
    title: str
    blocks: list[Block] = field(default_factory=list)


def parts_of(blocks: list[Block], *, title: str, issued_plan: str | None) -> list[Part]:
    """Return the parts in printed order, without contents pages, signatures and lists of annexes."""
    blocks = _with_numbers_joined(_without_contents(blocks))
    parts = [Part("body", title)]
    position = 0
    signed = False
    while position < len(blocks):
        block = blocks[position]
        if isinstance(block, Grid):
            parts[-1].blocks.append(block)
            position += 1
            continue
        text = block.text.strip()
        after = _annex_list_end(blocks, position)
        if after > position:
            position = after
            continue
        opened = _opened(blocks, position, text, issued_plan, parts[-1])
        if opened is not None:
            part, position = opened
            parts.append(part)
            continue
        if is_date_line(text):
            signed = _sign(parts[-1]) or signed
        elif _NOTE.match(text) is None:
            if signed and issued_plan and len(parts) == 1 and mark_of(text) is not None:
                parts.append(Part("plan", issued_plan))
            parts[-1].blocks.append(block)
        position += 1
    return [part for part in parts if part.blocks or part.title] or parts[:1]


def _without_contents(blocks: list[Block]) -> list[Block]:
    """Drop a contents page: lines with leaders and page numbers, or headings that come again."""
    dropped: set[int] = set()
    for place, block in enumerate(blocks[:400]):
        if not isinstance(block, Paragraph):
            continue
        if mark_of(block.text) is not None and _before_leader(block.text) is not None:
            dropped.add(place)
        elif _CONTENTS.match(block.text.strip()):
            dropped |= set(range(place, _contents_end(blocks, place)))
    return [block for place, block in enumerate(blocks) if place not in dropped]


def _before_leader(text: str) -> str | None:
    """Return what stands before the leader (……) and page number of a contents line, None where there is none.

    Counted from the right, not matched: padding of hundreds of spaces must cost no more than their number.
    """
    text = text.strip()
    page = _PAGE.search(text, max(0, len(text) - 12))
    if page is None:
        return None
    head = text[: page.start()]
    bare = head.rstrip()
    if bare.endswith(("—", "-")):
        head = bare[:-1]
    before = head.rstrip(_LEADERS)
    leader = head[len(before) :]
    stops = leader.count("．") + leader.count("。")
    dots = stops + leader.count(".") + leader.count("…") + leader.count("·")
    return before if dots >= 3 or len(leader) - stops >= 6 or "\t" in leader else None


def _with_numbers_joined(blocks: list[Block]) -> list[Block]:
    """Put 第一章 on a line of its own before the heading on the next line."""
    joined: list[Block] = []
    for block in blocks:
        last = joined[-1] if joined else None
        if isinstance(block, Paragraph) and isinstance(last, Paragraph) and is_number_alone(last.text):
            joined[-1] = Paragraph(last.line, f"{last.text.strip()} {block.text.strip()}")
        else:
            joined.append(block)
    return joined


def _contents_end(blocks: list[Block], start: int) -> int:
    first = ""
    for place in range(start + 1, min(len(blocks), start + 300)):
        block = blocks[place]
        if not isinstance(block, Paragraph):
            break
        text = block.text.strip()
        before = _before_leader(text)
        name = letters(text if before is None else before)
        if not first:
            first = name
        elif name == first:
            return place
    return start + 1


def letters(text: str) -> str:
    """Return ``text`` without punctuation and spaces, for comparing titles with lost characters."""
    return _LETTERS.sub("", text)


def _annex_list_end(blocks: list[Block], start: int) -> int:
    """Return the place after a list of annexes that begins at ``start``, or ``start``."""
    block = blocks[start]
    text = block.text.strip() if isinstance(block, Paragraph) else ""
    if not text.startswith("附"):
        return start
    with_rest = _ANNEX_WITH.match(text)
    alone = _ANNEX_ALONE.match(text)
    if with_rest is None and alone is None:
        return start
    place = start + 1
    while place < min(len(blocks), start + _MAX_LIST):
        following = blocks[place]
        if isinstance(following, Grid) or _is_prose(following.text):
            return start
        line = following.text.strip()
        if is_date_line(line) or (with_rest and _ANNEX_ALONE.match(line)) or _is_signature(line):
            return place
        if not _LIST_ITEM.match(line) and not (with_rest and len(line) < _MAX_TITLE and mark_of(line) is None):
            return start
        place += 1
    return place if with_rest and place >= len(blocks) else start


def _is_prose(text: str) -> bool:
    mark = mark_of(text)
    return (
        len(text.strip()) > _MAX_TITLE
        or text.rstrip().endswith(("。", "；"))
        or (mark is not None and mark.rank <= RANKS["bracketed"])
    )


def _is_signature(line: str) -> bool:
    return all(is_body(fold(part)) for part in line.split()) and not _LIST_ITEM.match(line)


def _opened(
    blocks: list[Block], place: int, text: str, issued_plan: str | None, current: Part
) -> tuple[Part, int] | None:
    """Return the part that begins at ``place`` and where its blocks begin."""
    if _ANNEX_ALONE.match(text):
        title, after = _title_below(blocks, place + 1)
        if issued_plan and letters(title) == letters(issued_plan):
            return Part("plan", issued_plan), after
        return Part("annex", title), after
    annex = _ANNEX_WITH.match(text)
    if annex and len(text) < _MAX_TITLE and not text.endswith("。"):
        return Part("annex", fold(annex["rest"])), place + 1
    if issued_plan and current.kind == "body" and current.blocks:
        size = _title_lines(blocks, place, issued_plan)
        if size and _after_body(current):
            return Part("plan", issued_plan), place + size
    return None


def _after_body(part: Part) -> bool:
    """Tell whether the notice has said something already, so that a title opens the plan."""
    return any(isinstance(block, Paragraph) and block.text.strip().endswith(("。", "：", ":")) for block in part.blocks)


def _title_lines(blocks: list[Block], place: int, title: str) -> int:
    """Return how many lines from ``place`` on print ``title``, 0 where they do not."""
    wanted = letters(title)
    joined = ""
    for size in range(1, 5):
        block = blocks[place + size - 1] if place + size <= len(blocks) else None
        if not isinstance(block, Paragraph) or len(block.text) > _MAX_TITLE * 2:
            return 0
        joined += letters(squeeze(block.text))
        if joined == wanted:
            return size
        if not wanted.startswith(joined):
            # A year in brackets may be printed on one side only: 行动方案（2021—2023年）.
            bare = letters(re.sub(r"（[^（）]*）", "", title))
            return (
                size if joined in {bare, letters(re.sub(r"^.{2,8}?[省市县区州]", "", title))} and len(bare) > 6 else 0
            )
    return 0


def _title_below(blocks: list[Block], place: int) -> tuple[str, int]:
    title = ""
    while place < len(blocks):
        block = blocks[place]
        if not isinstance(block, Paragraph):
            break
        text = block.text.strip()
        if len(text) > 60 or text.endswith(("。", "：", "；")) or mark_of(text) is not None or len(title) > _MAX_TITLE:
            break
        title += text
        place += 1
        if re.search(r"(?:表|方案|计划|清单|名单|目标|分工|要点|办法|指标|措施|规划|书|细则)(?:[（(].*[)）])?$", text):
            break
    return fold(title), place


def _sign(part: Part) -> bool:
    """Take the signature above a date out of the part's text."""
    while part.blocks:
        last = part.blocks[-1]
        if not isinstance(last, Paragraph) or len(last.text.strip()) > 120 or mark_of(last.text) is not None:
            break
        names = [fold(name) for name in last.text.split()]
        if not names or not all(is_body(name) for name in names):
            break
        part.blocks.pop()
    return True
