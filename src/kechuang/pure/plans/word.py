"""Word files (.docx): paragraphs with their automatic numbers, and tables.

The package is read as XML directly: declared and real sizes are bounded (zip bombs),
document type declarations are refused (entity attacks).
"""
# ruff: noqa: PLR2004 - small numbers count printed characters, rows or cells

import io
import zipfile
from xml.etree import ElementTree as ET

from kechuang.pure.plans.blocks import Block, Grid, Paragraph
from kechuang.pure.plans.results import Unreadable
from kechuang.pure.plans.spans import Cell, spread
from kechuang.pure.plans.wordlists import WordLists

_MAX_XML = 80 * 1024 * 1024
_MAX_PARAGRAPHS = 100_000
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_SKIPPED = {f"{_W}del", f"{_W}instrText", f"{_W}delText", f"{_W}pPr", f"{_W}rPr", f"{_W}moveFrom"}
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_MAX_DEPTH = 200


def word_blocks(data: bytes) -> list[Block]:
    """Return the blocks of a .docx file.

    Raises:
        Unreadable: the archive is no Word document, is too large, or declares entities.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        names = set(package.namelist())
        if "word/document.xml" not in names:
            raise Unreadable("压缩包里没有 Word 正文；请提供 .docx、.pdf、.html、.md 或 .txt 文件。")
        body = _parsed(package, "word/document.xml").find(f"{_W}body")
        lists = WordLists(_optional(package, names, "word/numbering.xml"), _optional(package, names, "word/styles.xml"))
    return [] if body is None else _blocks(body, lists, 0)


def _optional(package: zipfile.ZipFile, names: set[str], name: str) -> ET.Element | None:
    return _parsed(package, name) if name in names else None


def _parsed(package: zipfile.ZipFile, name: str) -> ET.Element:
    if package.getinfo(name).file_size > _MAX_XML:
        raise Unreadable("Word 文件解压后过大，拒绝读取。")
    with package.open(name) as part:
        data = part.read(_MAX_XML + 1)
    if len(data) > _MAX_XML:
        raise Unreadable("Word 文件解压后过大，拒绝读取。")
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data or data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable("Word 文件含有不允许的声明，拒绝读取。")
    # Counted in the bytes: the tree of a small file that unpacks to a million paragraphs would fill the memory.
    if data.count(b":p>") + data.count(b":p ") > 2 * _MAX_PARAGRAPHS or data.count(b":p/>") > _MAX_PARAGRAPHS:
        raise Unreadable(f"Word 文件超过 {_MAX_PARAGRAPHS} 段，请拆分后再读。")
    # No DTD can be left at this point, so no entity can expand.
    return ET.fromstring(data.replace(_STRICT, _W[1:-1].encode()))  # noqa: S314


def _blocks(parent: ET.Element, lists: WordLists, depth: int) -> list[Block]:
    if depth > _MAX_DEPTH:
        raise Unreadable("Word 文件嵌套过深，拒绝读取。")
    blocks: list[Block] = []
    for child in parent:
        if child.tag == f"{_W}p":
            blocks += _paragraphs(child, lists)
        elif child.tag == f"{_W}tbl":
            blocks += _table(child, lists, depth)
        elif child.tag not in _SKIPPED and child.tag != _FALLBACK:
            blocks += _blocks(child, lists, depth + 1)
    return blocks


def _paragraphs(paragraph: ET.Element, lists: WordLists) -> list[Block]:
    pieces: list[str] = []
    boxes: list[ET.Element] = []
    _collect(paragraph, pieces, boxes, 0)
    text = "".join(pieces)
    blocks: list[Block] = []
    if text.strip():
        lines = (lists.label(paragraph) + text).split("\n")
        blocks += [Paragraph(0, line) for line in lines if line.strip()]
    for box in boxes:
        blocks += _blocks(box, lists, 1)
    return blocks


def _collect(node: ET.Element, pieces: list[str], boxes: list[ET.Element], depth: int) -> None:
    if depth > _MAX_DEPTH:
        raise Unreadable("Word 文件嵌套过深，拒绝读取。")
    for child in node:
        if child.tag == f"{_W}t":
            pieces.append(child.text or "")
        elif child.tag == f"{_W}tab":
            pieces.append("\t")
        elif child.tag in {f"{_W}br", f"{_W}cr"}:
            pieces.append("" if child.get(f"{_W}type") == "page" else "\n")
        elif child.tag == f"{_W}noBreakHyphen":
            pieces.append("-")
        elif child.tag == f"{_W}txbxContent":
            boxes.append(child)
        elif child.tag not in _SKIPPED and child.tag != _FALLBACK:
            _collect(child, pieces, boxes, depth + 1)


def _table(table: ET.Element, lists: WordLists, depth: int) -> list[Block]:
    rows: list[list[Cell]] = []
    open_above: dict[int, tuple[int, int]] = {}  # grid column -> where the merged cell began
    inner: list[Block] = []
    single = True
    for number, row in enumerate(_rows(table)):
        cells: list[Cell] = []
        column = 0
        for cell in row.findall(f"{_W}tc"):
            blocks = _blocks(cell, lists, depth + 1)
            inner += blocks
            across = _across(cell)
            start = _merge_start(cell, number, column, open_above)
            text = "\n".join(block.text for block in blocks if isinstance(block, Paragraph))
            cells.append(Cell(rows[start[0]][start[1]].text if start else text, 1, across))
            if start is None:
                open_above[column] = (number, len(cells) - 1)
            column += across
        single = single and len(cells) <= 1
        rows.append(cells)
    if single or any(isinstance(block, Grid) for block in inner):
        return inner
    grid = spread(rows)
    return [Grid(0, grid)] if grid else []


def _rows(table: ET.Element) -> list[ET.Element]:
    return [*table.findall(f"{_W}tr"), *table.findall(f"{_W}sdt/{_W}sdtContent/{_W}tr")]


def _across(cell: ET.Element) -> int:
    span = cell.find(f"{_W}tcPr/{_W}gridSpan")
    value = "" if span is None else span.get(f"{_W}val", "")
    return max(1, min(int(value), 100)) if value.isdecimal() and len(value) < 4 else 1


def _merge_start(
    cell: ET.Element, number: int, column: int, open_above: dict[int, tuple[int, int]]
) -> tuple[int, int] | None:
    merge = cell.find(f"{_W}tcPr/{_W}vMerge")
    if merge is None or merge.get(f"{_W}val", "continue") != "continue" or number == 0:
        return None
    return open_above.get(column)
