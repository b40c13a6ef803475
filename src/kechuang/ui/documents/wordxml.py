"""The pieces of WordprocessingML that python-docx has no word for.

Each writes one thing into one element; measures come from ``standard``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from docx.document import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.enum.text import WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph

from kechuang.ui.documents import standard as gb

BLOCK_PT = gb.BLOCK_MM[0] / 25.4 * 72
TWIPS_PER_MM = 1440 / 25.4


def write(line: Paragraph, text: str) -> None:
    """Write ``text`` so that its Chinese punctuation takes the Chinese face."""
    if not text:
        return
    run = line.add_run(text)
    fonts = run._element.get_or_add_rPr().get_or_add_rFonts()  # noqa: SLF001 - python-docx has no word for it
    fonts.set(qn("w:hint"), "eastAsia")


def page(document: Document) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(gb.PAGE_MM[0]), Mm(gb.PAGE_MM[1])
    section.top_margin, section.bottom_margin = Mm(gb.TOP_MM), Mm(gb.BOTTOM_MM)
    section.left_margin, section.right_margin = Mm(gb.LEFT_MM), Mm(gb.RIGHT_MM)
    section.footer_distance, section.header_distance = Mm(gb.FOOTER_MM), Mm(15)
    grid = section._sectPr.find(qn("w:docGrid"))  # noqa: SLF001 - python-docx has no word for it
    if grid is None:
        grid = OxmlElement("w:docGrid")
        section._sectPr.append(grid)  # noqa: SLF001 - python-docx has no word for it
    grid.set(qn("w:type"), "lines")  # characters are spaced by the styles: LibreOffice widens a grid of characters
    grid.set(qn("w:linePitch"), str(int(gb.BLOCK_MM[1] / 25.4 * 1440 / gb.LINES)))


def defaults(document: Document) -> None:
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = gb.LATIN, Pt(gb.SIZE_3)
    east_asian(normal.element.get_or_add_rPr(), gb.FANG)
    base = document.styles.element.find(f".//{qn('w:rPrDefault')}/{qn('w:rPr')}")
    for name in ("w:sz", "w:szCs"):
        for found in base.findall(qn(name)):
            base.remove(found)
    for name in ("w:szCs", "w:sz"):
        size = OxmlElement(name)
        size.set(qn("w:val"), str(int(gb.SIZE_3 * 2)))
        base.insert(1, size)
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "zh-CN")
        language.set(qn("w:eastAsia"), "zh-CN")


@dataclass(frozen=True)
class TypeStyle:
    """How a paragraph of one style is set; ``first`` is its first-line indent in characters."""

    face: str
    size: float
    leading: float
    alignment: ALIGN
    first: int = 0


def add_style(document: Document, name: str, form: TypeStyle) -> None:
    """Add a paragraph style with the Chinese face named, exact leading and no space around."""
    style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = document.styles["Normal"]
    style.font.name, style.font.size, style.font.bold = gb.LATIN, Pt(form.size), False
    east_asian(style.element.get_or_add_rPr(), form.face)
    if form.size == gb.SIZE_3:
        spacing = OxmlElement("w:spacing")
        spacing.set(qn("w:val"), str(gb.SPACING_TWIPS))
        style.element.get_or_add_rPr().insert_element_before(spacing, "w:w", "w:kern", "w:position", "w:sz", "w:szCs")
    lines = style.paragraph_format
    lines.alignment = form.alignment
    lines.space_before = lines.space_after = Pt(0)
    lines.line_spacing_rule, lines.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(form.leading)
    lines.widow_control = False  # the grid has 22 lines on every page
    if form.leading != gb.LEADING_PT:
        off_grid = OxmlElement("w:snapToGrid")
        off_grid.set(qn("w:val"), "0")
        style.element.get_or_add_pPr().insert_element_before(off_grid, "w:spacing", "w:ind", "w:jc", "w:outlineLvl")
    if form.first:
        indent(style, first=form.first, size=form.size)


def east_asian(properties: Any, face: str) -> None:
    properties.get_or_add_rFonts().set(qn("w:eastAsia"), face)


def indent(
    owner: Any, *, left: float = 0, right: float = 0, first: float = 0, hanging: float = 0, size: float = gb.SIZE_3
) -> None:
    """Indent by characters: Word reads the count, programs that do not know it the twips."""
    element = owner._p if isinstance(owner, Paragraph) else owner.element  # noqa: SLF001
    indent = element.get_or_add_pPr().get_or_add_ind()
    for name, characters in (("left", left), ("right", right), ("firstLine", first), ("hanging", hanging)):
        if characters:
            indent.set(qn(f"w:{name}Chars"), str(round(characters * 100)))
            indent.set(qn(f"w:{name}"), str(round(characters * size * 20)))


def exactly(line: Paragraph, points: float) -> None:
    line.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    line.paragraph_format.line_spacing = Pt(round(points))


def edge(name: str, *, size: int, space: int, color: str) -> Any:
    edge = OxmlElement(f"w:{name}")
    for key, value in (("val", "single"), ("sz", size), ("space", space), ("color", color)):
        edge.set(qn(f"w:{key}"), str(value))
    return edge


def border(line: Paragraph, side: str, *, size: int, space: int, color: str) -> None:
    borders = OxmlElement("w:pBdr")
    borders.append(edge(side, size=size, space=space, color=color))
    properties = line._p.get_or_add_pPr()  # noqa: SLF001 - python-docx has no word for it
    properties.insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")


KEPT_STYLES = {"Normal", "Header", "Footer", "DefaultParagraphFont", "TableNormal", "NoList"}
DROPPED_PARTS = ("/thumbnail", "/stylesWithEffects", "/customXml")


def strip(document: Document) -> None:
    """Take out of python-docx's empty document what no paper of ours uses: its picture and 160 styles."""
    for relations in (document.part.package.rels, document.part.rels):
        for name in [name for name, found in relations.items() if found.reltype.endswith(DROPPED_PARTS)]:
            relations.pop(name)
    styles = document.styles.element
    for found in styles.findall(qn("w:style")):
        if found.get(qn("w:styleId")) not in KEPT_STYLES:
            styles.remove(found)
        else:
            for link in found.findall(qn("w:link")):
                found.remove(link)


def properties(document: Document, title: str, author: str, on: date) -> None:
    """Write what the file says of itself; its moments are the paper's own day."""
    told, moment = document.core_properties, datetime(on.year, on.month, on.day)  # noqa: DTZ001 - a property has no zone
    told.title, told.author, told.last_modified_by = title[:250], author[:250], author[:250]
    told.comments = told.keywords = told.subject = told.category = ""
    told.language, told.revision = "zh-CN", 1
    told.created = told.modified = moment


def turn(document: Document, *, wide: bool) -> Paragraph:
    """Begin a section of turned or upright pages; return the paragraph that carries the break.

    On turned pages the table's head lies at the binding edge, so the left margin is at the top.
    """
    section = document.add_section(WD_SECTION.NEW_PAGE)
    sides = (gb.LEFT_MM, gb.TOP_MM, gb.RIGHT_MM, gb.BOTTOM_MM) if wide else _UPRIGHT
    section.top_margin, section.right_margin, section.bottom_margin, section.left_margin = map(Mm, sides)
    section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = map(Mm, reversed(gb.PAGE_MM) if wide else gb.PAGE_MM)
    section.footer_distance = Mm(gb.FOOTER_MM - (gb.BOTTOM_MM - gb.RIGHT_MM if wide else 0))
    [*_, carrier] = [
        found for found in document.element.body.iter(qn("w:p")) if found.find(f".//{qn('w:sectPr')}") is not None
    ]
    return Paragraph(carrier, document)


_UPRIGHT = (gb.TOP_MM, gb.RIGHT_MM, gb.BOTTOM_MM, gb.LEFT_MM)


def page_numbers(document: Document) -> None:
    """Write — 1 — below the text block, odd pages on the right, even pages on the left."""
    document.settings.odd_and_even_pages_header_footer = True
    section = document.sections[0]
    for footer, alignment, side in (
        (section.footer, ALIGN.RIGHT, "right"),
        (section.even_page_footer, ALIGN.LEFT, "left"),
    ):
        footer.is_linked_to_previous = False
        line = footer.paragraphs[0]
        line.style = document.styles["公文页码"]
        line.alignment = alignment
        indent(line, **{side: 1.0}, size=gb.SIZE_4)
        write(line, "— ")
        for kind, text in (("begin", ""), ("", " PAGE "), ("separate", ""), ("text", "1"), ("end", "")):
            line._p.append(_field(kind, text))  # noqa: SLF001 - python-docx has no word for it
        write(line, " —")


def _field(kind: str, text: str) -> Any:
    run = OxmlElement("w:r")
    if kind in {"begin", "separate", "end"}:
        part = OxmlElement("w:fldChar")
        part.set(qn("w:fldCharType"), kind)
    else:
        part = OxmlElement("w:t" if kind else "w:instrText")
        part.set(qn("xml:space"), "preserve")
        part.text = text
    run.append(part)
    return run


def rule_table(table: Any, widths_mm: Sequence[float]) -> None:
    """Rule every cell of ``table`` and fix its columns to ``widths_mm``."""
    table.autofit = False
    table.alignment = WD_TABLE_ALIGNMENT.CENTER  # else its border hangs out by the cell's margin
    own = table._tbl.tblPr  # noqa: SLF001 - python-docx has no word for it
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        borders.append(edge(side, size=4, space=0, color="000000"))
    margins = OxmlElement("w:tblCellMar")
    for side, twips in (("top", 40), ("left", 80), ("bottom", 40), ("right", 80)):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(twips))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    own.find(qn("w:tblLayout")).addprevious(borders)
    own.find(qn("w:tblLayout")).addnext(margins)
    for column, width in zip(table.columns, widths_mm, strict=True):
        column.width = Mm(width)


def row_property(row: Any, name: str) -> None:
    """Set a property of a row that is there or not, such as ``w:tblHeader``."""
    row._tr.get_or_add_trPr().append(OxmlElement(name))  # noqa: SLF001 - python-docx has no word for it


def float_at_foot(table: Any, heights_pt: Sequence[float]) -> None:
    """Hang ``table`` at the foot of the text block; its rows are exactly ``heights_pt`` high.

    The place is counted from the page's top and set in the page's middle, a millimetre from the
    block's: LibreOffice knows neither "at the bottom" nor a table as wide as the block to float.
    """
    top = (gb.TOP_MM + gb.BLOCK_MM[1]) * TWIPS_PER_MM - sum(heights_pt) * 20
    place = OxmlElement("w:tblpPr")
    for key, value in (
        ("leftFromText", "0"), ("rightFromText", "0"), ("topFromText", "0"), ("bottomFromText", "0"),
        ("vertAnchor", "page"), ("horzAnchor", "page"), ("tblpXSpec", "center"), ("tblpY", str(round(top))),
    ):  # fmt: skip
        place.set(qn(f"w:{key}"), value)
    own = table._tbl.tblPr  # noqa: SLF001 - python-docx has no word for it
    own.find(qn("w:tblW")).addprevious(place)
    width = own.find(qn("w:tblW"))
    width.set(qn("w:type"), "dxa")
    width.set(qn("w:w"), str(round(gb.BLOCK_MM[0] * TWIPS_PER_MM)))
    for row, height in zip(table.rows, heights_pt, strict=True):
        row.height_rule, row.height = WD_ROW_HEIGHT_RULE.EXACTLY, Pt(height)


def cell_rules(cell: Any, *, first: bool, last: bool) -> None:
    """Rule a row of the imprint: thick above the first and below the last, thin between."""
    borders = OxmlElement("w:tcBorders")
    sizes = {"top": gb.RULE_THICK_EIGHTHS if first else gb.RULE_THIN_EIGHTHS}
    if last:
        sizes["bottom"] = gb.RULE_THICK_EIGHTHS
    for side, size in sizes.items():
        borders.append(edge(side, size=size, space=0, color="000000"))
    cell.width = Mm(gb.BLOCK_MM[0])
    cell._tc.get_or_add_tcPr().append(borders)  # noqa: SLF001 - python-docx has no word for it


def right_tab(line: Paragraph, points: float) -> None:
    """Set a stop at ``points`` from the line's left edge to which text is set from the right."""
    line.paragraph_format.tab_stops.add_tab_stop(Pt(points), WD_TAB_ALIGNMENT.RIGHT)
