"""The facts a page prints above a document (索引号, 发布机构 …), each cell copied on a line of its own.

Every such cell becomes one line ``label：value``, which the head of the document is read from;
what is left between the cells is the title.
"""
# ruff: noqa: PLR2004, RUF001 - small numbers count printed characters; full-width signs are what is read

import re
from typing import NamedTuple

from kechuang.pure.plans.blocks import Block, Paragraph
from kechuang.pure.plans.dates import date_in, is_date_line
from kechuang.pure.plans.folding import squeeze
from kechuang.pure.plans.headings import mark_of

_TITLES = ("标题", "发文标题", "名称", "文件名称", "信息名称", "内容概述")
_SURE = (
    *("索引号", "主题分类", "主题词", "发文机关", "发文机构", "发文部门", "发文单位", "发布机构", "发布单位"),
    *("发布部门", "发布机关", "制发机关", "制定机关", "公布机关", "公开主体", "发文字号", "发文文号", "发布文号"),
    *("发布字号", "文号", "文件编号", "统一编号", "登记号", "规范性文件编号", "成文日期", "发文日期", "发文时间"),
    *("印发日期", "制发日期", "签发日期", "发布日期", "发布时间", "公开日期", "公布日期", "公布时间", "生成日期"),
    *("发稿时间", "上网日期", "生效日期", "实施日期", "实施时间", "施行日期", "废止日期", "失效日期", "有效期"),
    *("有效性", "时效性", "是否有效", "公文时效", "效力状态", "效力级别", "效力位阶", "法规类别", "公开方式"),
    *("公开形式", "公开范围", "公开类别", "体裁分类", "组配分类", "信息分类", "公文种类", "服务对象", "信息来源"),
    *("发文标题", "文件名称", "信息名称", "内容概述", "浏览次数"),
)
_LOOSE = ("标题", "名称", "字号", "时间", "日期", "主题", "来源", "作者", "分类", "关键词", "体裁", "状态")
_WORDS = frozenset((*_SURE, *_LOOSE))
_SPELLED = "|".join("[ \u3000]{0,4}".join(word) for word in sorted(_WORDS, key=len, reverse=True))
#: a label and its colon anywhere in a line
LABEL = re.compile(rf"(?P<label>{_SPELLED})\s{{0,8}}[：:]")
_CELL = re.compile(
    rf"[•·●▪◆■*\-]?\s{{0,4}}(?:[【\[［](?P<framed>{_SPELLED})[】\]］]\s{{0,4}}[：:]?|(?P<label>{_SPELLED})(?:\s{{0,8}}(?P<colon>[：:])|(?=\s|$)))"
)
_FURNITURE = re.compile(r"^(?:文章属性|信息属性|基本信息|正文内容|信息正文|正文)$")
_TITLE = re.compile(r"关于|.{10}(?:通知|意见|方案|规划|计划|要点|措施|办法|决定|公告)(?:[（(][^（）()]{1,20}[)）])?$")
_TITLE_WHOLE = re.compile(r"(?:通知|意见|方案|规划|计划|要点|措施|办法|决定|公告|函)(?:[（(][^（）()]{1,20}[)）])?$")
_NONE = frozenset(("无", "暂无", "空", "/", "-", "—", "--", "——"))
_MAX_HEAD = 60
_MAX_VALUE = 60
_ENOUGH = 2


class _Cell(NamedTuple):
    label: str
    value: str
    marked: bool  # printed with a colon or in a frame


def with_header_cells(blocks: list[Block]) -> list[Block]:
    """Return the blocks with each label above the document and its value in one paragraph."""
    end = _end(blocks)
    cells = [_cell(block) for block in blocks[:end]]
    bare = len({cell.label for cell in cells if cell and cell.label in _SURE}) >= _ENOUGH
    if not any(cell and (bare or cell.marked) for cell in cells):
        return blocks
    kept: list[Block] = []
    place = 0
    while place < end:
        block, cell = blocks[place], cells[place]
        place += 1
        if cell is None:
            if not (bare and _FURNITURE.match(_text(block))):
                kept.append(block)
        elif not (bare or cell.marked):
            kept.append(block)
        else:
            size = 0 if cell.value else _value_size(cell.label, blocks, cells, place)
            value = cell.value or "".join(_text(below) for below in blocks[place : place + size])
            place += size
            if value:
                label = "发文字号" if cell.label == "字号" and "号" in value else cell.label
                kept.append(Paragraph(block.line, f"{label}：{value}"))
    return kept + blocks[end:]


def _text(block: Block) -> str:
    return block.text.strip() if isinstance(block, Paragraph) else ""


def _end(blocks: list[Block]) -> int:
    """Return where the head ends: at the first number, salutation or sentence."""
    for place, block in enumerate(blocks[:_MAX_HEAD]):
        text = _text(block)
        if _cell(block) is not None or is_date_line(text):
            continue
        if mark_of(text) is not None or text.endswith(("：", ":", "。")) or len(text) > 160:
            return place
    return min(len(blocks), _MAX_HEAD)


def _cell(block: Block) -> _Cell | None:
    text = _text(block)
    found = _CELL.match(text) if len(text) <= 200 else None
    if found is None:
        return None
    marked = bool(found["framed"] or found["colon"])
    return _Cell(squeeze(found["framed"] or found["label"]), text[found.end() :].strip(), marked)


def _value_size(label: str, blocks: list[Block], cells: list[_Cell | None], place: int) -> int:
    """Return how many paragraphs from ``place`` on print the value of ``label``."""
    if place >= len(cells) or cells[place] is not None or not _fits(label, _text(blocks[place])):
        return 0
    if label not in _TITLES:
        return 1
    size = 1
    title = _text(blocks[place])
    while size < 4 and _TITLE_WHOLE.search(title) is None and place + size < len(cells) and cells[place + size] is None:
        title += _text(blocks[place + size])
        size += 1
    return size if _TITLE_WHOLE.search(title) else 1


def _fits(label: str, value: str) -> bool:
    if not value or value in _NONE:
        return bool(value)
    if label in _TITLES:
        return True
    if label.endswith(("日期", "时间")):
        return date_in(value) is not None and len(value) <= 30
    return len(value) <= _MAX_VALUE and _TITLE.search(value) is None and not value.endswith(("：", ":", "。"))
