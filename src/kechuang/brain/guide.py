"""The guide for those who use the program: its chapters, read from the file the installation carries.

The file is Markdown of the plainest kind: headings, paragraphs, lists, tables, bold words. Pictures and links to other
files are left to the printed guide. No database here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kechuang.brain import words

HEADING = re.compile(r"(#{2,3}) (.+)")
LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
BOLD = re.compile(r"\*\*(.+?)\*\*")
ITEM = re.compile(r"(?:- |\d+\. )(.*)")
RULE = re.compile(r"\|[-| :]+\|")
FEWEST = 2
"""One sign is in every chapter."""


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a chapter. ``kind`` is ``text``, ``dots``, ``steps`` or ``table``.

    Its ``rows`` hold cells, its cells pieces, which are bold or not; a text or an item is a row with one cell.
    """

    kind: str
    rows: tuple[tuple[tuple[words.Piece, ...], ...], ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    """A heading of the guide with what stands below it. ``anchor`` is the same in every language and edition."""

    anchor: str
    title: str
    level: int
    blocks: tuple[Block, ...]
    text: str


def folder() -> Path:
    """Return where the guide lies: beside the sources, else in the package."""
    package = Path(__file__).resolve().parents[1]
    beside = package.parents[1] / "docs"
    return beside if (beside / "guide.md").is_file() else package / "_guide"


@cache
def chapters(language: str) -> tuple[Chapter, ...]:
    """Return the guide in a language, in Chinese where it is not written in that one."""
    file = folder() / ("guide.en.md" if language.startswith("en") else "guide.md")
    return tuple(_chapters(file.read_text(encoding="utf-8").splitlines()))


def found(text: str, language: str) -> list[Chapter]:
    """Return the chapters that answer ``text``: those called so first, then those that say every word of it."""
    key, said = words.key_of(text), words.plain(text).split()
    if len(key) < FEWEST:
        return []
    called = [one for one in chapters(language) if _sounds(one.title, key)]
    saying = [one for one in chapters(language) if all(word in one.text for word in said)]
    return list(dict.fromkeys(called + saying))


def _sounds(title: str, key: str) -> bool:
    return key in words.key_of(title) or key in (words.spelled(title), words.initials_of(title))


def _chapters(lines: Iterable[str]) -> Iterator[Chapter]:
    title, level, held = "", 0, list[str]()
    for number, line in enumerate([*lines, "## ."]):
        heading = HEADING.fullmatch(line)
        if heading is None:
            held.append(line)
            continue
        if title:
            blocks = tuple(_blocks(held))
            text = words.plain(f"{title} {' '.join(held)}")
            yield Chapter(f"h{number - len(held)}", title, level, blocks, text)
        title, level, held = heading[2], len(heading[1]), []


def _blocks(lines: Iterable[str]) -> Iterator[Block]:
    kind, rows = "", list[tuple[tuple[words.Piece, ...], ...]]()
    for line in [*lines, ""]:
        now = _kind(line)
        if rows and (now != kind or now == "text"):
            yield Block(kind, tuple(rows))
            rows = []
        kind = now
        if kind and not RULE.fullmatch(line) and (row := tuple(_row(kind, line))):
            rows.append(row)


def _kind(line: str) -> str:
    if not line.strip() or line.startswith("!["):
        return ""
    if line.startswith("|"):
        return "table"
    return "dots" if line.startswith("- ") else "steps" if ITEM.match(line) else "text"


def _row(kind: str, line: str) -> Iterator[tuple[words.Piece, ...]]:
    if kind == "table":
        yield from (tuple(_pieces(cell.strip())) for cell in line.strip("|").split("|"))
    else:
        item = ITEM.match(line)
        yield tuple(_pieces(item[1] if item else line))


def _pieces(text: str) -> Iterator[words.Piece]:
    for place, part in enumerate(BOLD.split(LINK.sub(r"\1", text).replace("`", ""))):
        if part:
            yield words.Piece(part, hit=place % 2 == 1)
