"""Prints a corpus document as Markdown, a web page, a Word file and a PDF, merged cells merged."""

import html
import io
from collections.abc import Callable

import docx
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Paragraph as Printed
from reportlab.platypus import SimpleDocTemplate, Table, TableStyle

from kechuang.pure.plans.blocks import Block, Grid, Paragraph
from kechuang.pure.plans.extract import text_blocks

Spans = list[list[tuple[str, int]]]  # per row: cell text and the rows it covers; 0 where it is covered


def blocks_in(text: str) -> list[Block]:
    """Return the paragraphs and tables of a corpus text."""
    return text_blocks(text)[0]


def spans_of(grid: Grid) -> Spans:
    """Return the cells with their height: a blank below a text is covered by it, in every column but the first."""
    spans: Spans = [[(cell, 1) for cell in row] for row in grid.rows]
    for column in range(len(grid.rows[0])):
        top = 1
        for row in range(2, len(grid.rows)):
            single = sum(1 for cell in grid.rows[row] if cell) <= 1
            if not grid.rows[row][column] and not single and grid.rows[top][column] and len(grid.rows[row]) > 1:
                spans[top][column] = (spans[top][column][0], spans[top][column][1] + 1)
                spans[row][column] = ("", 0)
            else:
                top = row
    return spans


def markdown(text: str) -> bytes:
    """Print headings bold and tables with pipes."""
    lines: list[str] = []
    for block in blocks_in(text):
        if isinstance(block, Paragraph):
            lines += [block.text.strip(), ""]
        else:
            rows = [[cell.replace("\n", "<br>") for cell in row] for row in block.rows]
            lines += [f"| {' | '.join(row)} |" for row in rows]
            lines.insert(len(lines) - len(rows) + 1, f"|{' --- |' * len(rows[0])}")
            lines.append("")
    return "\n".join(lines).encode()


def page(text: str) -> bytes:
    """Print a web page with a menu, a script and share buttons around the text."""
    parts = ["<!DOCTYPE html><html><head><title>示例网站</title><script>var a='市科技局';</script></head><body>"]
    parts.append("<nav><ul><li>首页</li><li>市科技局</li></ul></nav><div class='TRS_Editor'>")
    for block in blocks_in(text):
        if isinstance(block, Paragraph):
            parts.append(f"<p style='text-indent:2em'><span>　　{html.escape(block.text.strip())}</span></p>")
        else:
            parts.append(
                "<table border='1'><tbody>" + "".join(_row(row) for row in spans_of(block)) + "</tbody></table>"
            )
    return "\n".join([*parts, "</div><div>关闭 打印</div></body></html>"]).encode("gb18030")


def _row(row: list[tuple[str, int]]) -> str:
    cells = [(html.escape(text).replace("\n", "<br/>"), height) for text, height in row if height]
    return "<tr>" + "".join(f"<td rowspan='{height}'><p>{text}</p></td>" for text, height in cells) + "</tr>"


def word(text: str) -> bytes:
    """Print a Word file; the numbers are part of the text."""
    document = docx.Document()
    for block in blocks_in(text):
        if isinstance(block, Paragraph):
            document.add_paragraph(block.text.strip())
            continue
        spans = spans_of(block)
        table = document.add_table(rows=len(spans), cols=len(spans[0]))
        for row, cells in enumerate(spans):
            for column, (content, height) in enumerate(cells):
                if height:
                    cell = table.cell(row, column)
                    if height > 1:
                        cell = cell.merge(table.cell(row + height - 1, column))
                    cell.text = content
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def pdf(text: str) -> bytes:
    """Print a PDF with ruled tables and lines broken by the width of the page."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    style = ParagraphStyle("body", fontName="STSong-Light", fontSize=12, leading=20, firstLineIndent=24, wordWrap="CJK")
    small = ParagraphStyle("cell", fontName="STSong-Light", fontSize=8, leading=11, wordWrap="CJK")
    flow: list[object] = []
    for block in blocks_in(text):
        if isinstance(block, Paragraph):
            flow.append(Printed(html.escape(block.text.strip()), style))
            continue
        spans = spans_of(block)
        cells = [[Printed(html.escape(t).replace("\n", "<br/>"), small) for t, _ in row] for row in spans]
        commands: list[tuple[object, ...]] = [("GRID", (0, 0), (-1, -1), 0.5, colors.black)]
        for row, line in enumerate(spans):
            commands += [("SPAN", (c, row), (c, row + h - 1)) for c, (_, h) in enumerate(line) if h > 1]
        flow.append(Table(cells, style=TableStyle(commands)))
    stream = io.BytesIO()
    SimpleDocTemplate(stream, pagesize=A4).build(flow)
    return stream.getvalue()


FORMATS: dict[str, Callable[[str], bytes]] = {"md": markdown, "html": page, "docx": word, "pdf": pdf}
