"""Whether a Word file keeps to the official form: sentences for what departs from GB/T 9704-2012.

Checked are the paper, the margins, lines and characters, the faces and sizes of title, headings and
body, the red head, the number, the date, the page numbers, attachments and the imprint. What a
paper may do without (a red head, attachments, an imprint) is checked where it is there.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import docx
from docx.document import Document
from docx.oxml.ns import qn
from docx.section import Section

from kechuang.ui.documents import standard as gb
from kechuang.ui.documents.effective import Setting, settings_of

LARGEST_FILE, UNPACKED_BYTES = 20_000_000, 20_000_000
MOST_SENTENCES = 200
TOLERANCE_MM = 1.0
INDENT_TOLERANCE = 0.3  # of a character, for indents given in points
EMU_PER_MM = 36_000
REDS = {"FF0000", "C00000", "E60012", "D7000F", "FF2600"}

_NUMBER = re.compile(r"(?P<agency>[^\s〔\[(（]+)(?P<open>[〔\[(（])(?P<year>\d{2,4})[〕\])）]\s*(?P<rest>第?\d+号)")
_DAY = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")
_CHINESE_DAY = re.compile(r"[二〇○零一三四五六七八九]{4}年.{1,2}月.{1,3}日")
_LEVELS = (
    (re.compile(r"[一二三四五六七八九十百零]+、"), gb.HEI, "一级标题"),
    (re.compile(r"（[一二三四五六七八九十百零]+）"), gb.KAI, "二级标题"),
)


def form_check(content: bytes) -> list[str]:
    """Return a sentence for each departure of the Word file ``content``; none when it keeps to the form.

    A file that is no Word file, or is larger than 20 MB, gets one sentence saying so.
    """
    if len(content) > LARGEST_FILE:
        return ["文件超过 20 MB，未检查。"]
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            members = packed.infolist()
            if sum(member.file_size for member in members if not _is_picture(member.filename)) > UNPACKED_BYTES:
                return ["文件展开后过大，未检查。"]
        document = docx.Document(io.BytesIO(content))
    except Exception:  # noqa: BLE001 - whatever a foreign file brings the reader to
        return ["这不是能打开的 Word 文件（.docx）。"]
    every = settings_of(document, document.paragraphs)
    found = [setting for setting in every if setting.text]
    has_line = any(setting.bottom_line.upper() in REDS for setting in every)
    checks = (
        _paper(document),
        _head(found, has_line=has_line),
        _title(found),
        _text(found),
        _day(found),
        _foot(document),
        _imprint(document),
    )
    return list(dict.fromkeys(sentence for check in checks for sentence in check))[:MOST_SENTENCES]


def _is_picture(name: str) -> bool:
    return name.startswith("word/media/")


def _paper(document: Document) -> Iterator[str]:
    for section in document.sections:
        width, height = _mm(section.page_width), _mm(section.page_height)
        is_turned = width > height
        if (
            abs(min(width, height) - gb.PAGE_MM[0]) > TOLERANCE_MM
            or abs(max(width, height) - gb.PAGE_MM[1]) > TOLERANCE_MM
        ):
            yield f"纸张应为 A4（210×297 毫米），现为 {width:.0f}×{height:.0f} 毫米。"
            return
        sides = [section.top_margin, section.right_margin, section.bottom_margin, section.left_margin]
        if is_turned:  # the table's head lies at the binding edge
            sides = [sides[1], sides[2], sides[3], sides[0]]
        for (name, wanted), value in zip(_SIDES, sides, strict=True):
            if abs(_mm(value) - wanted) > TOLERANCE_MM:
                yield f"{'横排页的' if is_turned else ''}{name}应为 {wanted:.0f} 毫米，现为 {_mm(value):.1f} 毫米。"
        if not is_turned:
            yield from _grid(section)


_SIDES = (
    ("上白边（天头）", gb.TOP_MM),
    ("右白边", gb.RIGHT_MM),
    ("下白边", gb.BOTTOM_MM),
    ("左白边（订口）", gb.LEFT_MM),
)


def _grid(section: Section) -> Iterator[str]:
    grid = section._sectPr.find(qn("w:docGrid"))  # noqa: SLF001 - python-docx has no word for it
    pitch = float(grid.get(qn("w:linePitch"), 0)) if grid is not None and grid.get(qn("w:type")) else 0.0
    if not pitch:
        yield "没有设定文档网格；每页应为 22 行。"
        return
    lines = gb.BLOCK_MM[1] / 25.4 * 1440 / pitch
    if abs(lines - gb.LINES) > 1:
        yield f"文档网格每页应为 22 行，现为 {lines:.0f} 行。"


def _head(found: list[Setting], *, has_line: bool) -> Iterator[str]:
    red = [setting for setting in found if setting.colors & REDS]
    if red and not has_line:
        yield "有红色的发文机关标志，但没有红色分隔线。"
    for setting in red[:1]:
        if not _is_face(setting, gb.TITLE):
            yield f"发文机关标志应为小标宋体，现为{_named(setting)}。"
    for setting in found[:12]:
        number = _NUMBER.fullmatch(setting.text)
        if number is None:
            continue
        if number["open"] != "〔" or len(number["year"]) != 4:  # noqa: PLR2004 - digits of a year
            yield f"发文字号“{setting.text}”的年份应为四位，用六角括号〔〕括起。"
        if number["rest"].startswith(("第", "0")):
            yield f"发文字号“{setting.text}”的序号不加“第”字，不编虚位。"
        if setting.size != gb.SIZE_3 or not _is_face(setting, gb.FANG):
            yield f"发文字号应为 3 号仿宋体，现为{_named(setting)}。"


def _title(found: list[Setting]) -> Iterator[str]:
    titles = [setting for setting in found if setting.size == gb.SIZE_2 and _is_face(setting, gb.TITLE)]
    if not titles:
        yield "没有找到 2 号小标宋体的标题。"
    elif any(setting.alignment != "center" for setting in titles):
        yield "标题应居中。"


def _text(found: list[Setting]) -> Iterator[str]:
    """Check headings and body: what follows the title and is not centred."""
    after = max((place for place, setting in enumerate(found) if _is_title(setting)), default=-1)
    for setting in found[after + 1 :]:
        if setting.alignment == "center":
            continue
        face, name = _kind_of(setting.text)
        told = f"{name}“{setting.text[:12]}”"
        if not _is_face(setting, face) and not (name == "正文" and _begins_with_a_heading(setting)):
            yield f"{told}应为{_plain(face)}，现为{_named(setting)}。"
        if setting.size != gb.SIZE_3:
            yield f"{told}应为 3 号（16 磅），现为{_sizes(setting)}。"
        yield from _lines(setting, told)


def _kind_of(text: str) -> tuple[str, str]:
    """Return the face a paragraph is to have, and its name: a heading is short and ends without a stop."""
    if len(text) <= gb.CHARACTERS and not text.endswith(("。", "；", "，", "：")):
        for form, face, name in _LEVELS:
            if form.match(text):
                return face, name
    return gb.FANG, "正文"


def _begins_with_a_heading(setting: Setting) -> bool:
    """Say whether the paragraph is a heading with its text behind it, each in its own face."""
    for form, face, _name in _LEVELS:
        if form.match(setting.text):
            known = {name.casefold() for name in (*gb.SAME_FACE[face], *gb.SAME_FACE[gb.FANG])}
            return {name.casefold() for name in setting.faces} <= known
    return False


def _lines(setting: Setting, told: str) -> Iterator[str]:
    if setting.leading is None or int(gb.BLOCK_MM[1] / 25.4 * 72 / setting.leading) != gb.LINES:
        now = "没有设为固定值" if setting.leading is None else f"现为 {setting.leading:g} 磅"
        yield f"{told}的行距应为固定值 28 磅（每页 22 行），{now}。"
    each = gb.SIZE_3 + setting.spacing
    if setting.size == gb.SIZE_3 and int(gb.BLOCK_MM[0] / 25.4 * 72 / each) not in {gb.CHARACTERS - 1, gb.CHARACTERS}:
        yield f"{told}每行应为 28 字，现为 {gb.BLOCK_MM[0] / 25.4 * 72 / each:.0f} 字。"
    is_running = setting.alignment in {"left", "both", "start"} and not setting.hanging
    is_running = is_running and len(setting.text) > gb.CHARACTERS and not setting.text.endswith("：")
    if is_running and abs(setting.first_characters - 2) > INDENT_TOLERANCE:
        yield f"{told}首行应空二字。"
    if setting.text.startswith("附件：") and setting.text.endswith(("。", "；", "，")):
        yield "附件名称后不加标点符号。"


def _day(found: list[Setting]) -> Iterator[str]:
    days = [setting for setting in found if _DAY.fullmatch(setting.text)]
    if any(_CHINESE_DAY.fullmatch(setting.text) for setting in found):
        yield "成文日期应使用阿拉伯数字。"
    elif not days:
        yield "没有找到成文日期（如 2026年11月23日）。"
    for setting in days[-1:]:
        if setting.alignment not in {"right", "end"}:
            yield "成文日期应居右。"
        if re.search(r"[年月]0", setting.text):
            yield f"成文日期“{setting.text}”的月、日不编虚位。"


def _foot(document: Document) -> Iterator[str]:
    section = document.sections[0]
    if not document.settings.odd_and_even_pages_header_footer:
        yield "页码应单页居右、双页居左，文件没有区分单双页。"
    wanted = (
        (section.footer, {"right", "end"}, "单页", "右"),
        (section.even_page_footer, {"left", "start"}, "双页", "左"),
    )
    for footer, sides, name, side in wanted:
        if name == "双页" and not document.settings.odd_and_even_pages_header_footer:
            continue
        lines = [line for line in footer.paragraphs if "PAGE" in _codes(line)]
        if not lines:
            yield f"{name}没有页码。"
            continue
        setting = settings_of(document, lines[:1])[0]
        if setting.alignment not in sides:
            yield f"{name}的页码应居{side}。"
        if setting.size != gb.SIZE_4:
            yield f"{name}的页码应为 4 号（14 磅），现为{_sizes(setting)}。"
        if setting.text.count("—") != 2:  # noqa: PLR2004 - one on each side
            yield f"{name}的页码左右应各有一条一字线（— 1 —）。"


def _codes(line: Any) -> str:
    """Return the instructions of the fields in a line, in both ways Word writes them."""
    simple = [part.get(qn("w:instr"), "") for part in line._p.iter(qn("w:fldSimple"))]  # noqa: SLF001
    return " ".join([*simple, *(part.text or "" for part in line._p.iter(qn("w:instrText")))])  # noqa: SLF001


def _imprint(document: Document) -> Iterator[str]:
    cells = [cell for table in document.tables for row in table.rows for cell in row.cells]
    lines = [
        line for cell in cells for line in cell.paragraphs if line.text.startswith("抄送") or "印发" in line.text[-4:]
    ]
    for setting in settings_of(document, lines):
        if setting.text.startswith("抄送") and not setting.text.endswith("。"):
            yield "抄送机关之后应标句号。"
        if setting.size != gb.SIZE_4 or not _is_face(setting, gb.FANG):
            yield f"版记应为 4 号仿宋体，现为{_named(setting)}。"


def _is_title(setting: Setting) -> bool:
    return setting.size == gb.SIZE_2 and _is_face(setting, gb.TITLE)


def _is_face(setting: Setting, face: str) -> bool:
    known = {name.casefold() for name in gb.SAME_FACE[face]}
    return {name.casefold() for name in setting.faces} <= known


def _plain(face: str) -> str:
    return {gb.FANG: "仿宋体", gb.HEI: "黑体", gb.KAI: "楷体", gb.TITLE: "小标宋体"}[face]


def _named(setting: Setting) -> str:
    faces = "、".join(sorted(name or "未指定" for name in setting.faces))
    return f"{_sizes(setting)}{faces}"


def _sizes(setting: Setting) -> str:
    return "、".join(f"{size:g} 磅" for size in sorted(setting.sizes))


def _mm(value: int | None) -> float:
    return (value or 0) / EMU_PER_MM
