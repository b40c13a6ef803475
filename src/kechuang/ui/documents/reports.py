"""One report in three forms: Word in official form, PDF with its drawings, Excel with its tables."""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import xlsxwriter

from kechuang.ui.documents import official, pdf, sheets
from kechuang.ui.documents.official import Heading, OfficialPaper, Paragraph, TableRows
from kechuang.ui.documents.papers import Grid, ReportPaper
from kechuang.ui.documents.plain import one_line, printable
from kechuang.ui.documents.standard import width

MEDIA_TYPES = {"docx": official.MEDIA_TYPE, "pdf": pdf.MEDIA_TYPE, "xlsx": sheets.MEDIA_TYPE}

SHEET_WIDTH = 130.0  # characters across, what a landscape page holds
LINE_PT, MOST_LINES = 15, 25  # Excel takes rows up to 409 points


def made(paper: ReportPaper, form: str, *, on: date) -> bytes:
    """Return ``paper`` as ``docx``, ``pdf`` or ``xlsx``; ``on`` dates the Word file's signature.

    Raises ``pdf.TooLarge``; ``KeyError`` for another form.
    """
    return _FORMS[form](paper, on)


def word(paper: ReportPaper, on: date) -> bytes:
    """Return ``paper`` as official paper: with a red head and an imprint where it has a number, else without."""
    body: list[Paragraph | Heading | TableRows] = [Paragraph(text) for text in paper.paragraphs]
    for part in paper.parts:
        body.append(Heading(part.title))
        body.extend(Paragraph(text) for text in part.paragraphs)
        body.extend(Paragraph(picture.alt) for picture in part.pictures)
        for grid in part.grids:
            body.append(TableRows(grid.head, grid.rows, grid.widths, grid.title, grid.numeric, grid.wide))
            if grid.note:
                body.append(Paragraph(grid.note))
    numbered = bool(paper.number)
    return official.letter(
        OfficialPaper(
            agency=paper.issuer,
            title=paper.title,
            number=paper.number,
            body=body,
            signed_on=on,
            red_head=numbered,
            copies_to=paper.copies_to if numbered else "",
            printed_by=paper.issuer if numbered else "",
        )
    )


def book(paper: ReportPaper) -> bytes:
    """Return the tables of ``paper``, one a sheet, figures as numbers. Equal papers are equal files."""
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    made_book = xlsxwriter.Workbook(buffer, options)
    made_book.set_properties({"title": one_line(paper.title)[:200], "created": sheets.FIXED_MOMENT})
    forms = _book_formats(made_book)
    grids = [(part.title, grid) for part in paper.parts for grid in part.grids]
    taken: set[str] = set()
    for title, grid in grids or [(paper.title, Grid("", ("内容",), [(text,) for text in paper.paragraphs]))]:
        name = _free_name(grid.title or title, taken)
        _page(made_book.add_worksheet(name), forms, paper, grid)
    made_book.close()
    return buffer.getvalue()


def _book_formats(made_book: Any) -> dict[str, Any]:
    ruled = {"border": 1, "border_color": "#BFC3C9", "text_wrap": True, "valign": "top"}
    return {
        "title": made_book.add_format({"bold": True, "font_size": 14, "valign": "vcenter"}),
        "note": made_book.add_format({"font_color": "#5C6066"}),
        "head": made_book.add_format({**ruled, "bold": True, "bg_color": "#E8EBF0", "align": "center"}),
        "cell": made_book.add_format({**ruled, "quote_prefix": True}),
        "number": made_book.add_format({**ruled, "align": "right"}),
        "share": made_book.add_format({**ruled, "align": "right", "num_format": "0.0%"}),
    }


def _page(sheet: Any, forms: Mapping[str, Any], paper: ReportPaper, grid: Grid) -> None:
    sheet.write_string(0, 0, one_line(f"{paper.title}　{grid.title}").strip(), forms["title"])
    told = "　".join(filter(None, (paper.issuer, paper.issued_on, paper.as_of, grid.note)))
    sheet.write_string(1, 0, one_line(told), forms["note"])
    shares = [*grid.widths, *([1.0] * (len(grid.head) - len(grid.widths)))]
    widths = [max(10.0, SHEET_WIDTH * share / (sum(shares) or 1)) for share in shares[: len(grid.head)]]
    for place, (text, wide) in enumerate(zip(grid.head, widths, strict=True)):
        sheet.set_column(place, place, wide)
        sheet.write_string(2, place, printable(text), forms["head"])
    for number, row in enumerate(grid.rows, 3):
        sheet.set_row(number, LINE_PT * max(map(_lines, row, widths), default=1))
        for place, text in enumerate(row):
            _cell(sheet, (number, place), text, forms, numeric=place in grid.numeric)
    sheet.freeze_panes(3, 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(2)


def _cell(sheet: Any, at: tuple[int, int], text: str, forms: Mapping[str, Any], *, numeric: bool) -> None:
    """Write a figure as a number, 92.9% as a share, everything else as text."""
    figure = _figure(text.removesuffix("%")) if numeric else None
    if figure is None:
        sheet.write_string(*at, printable(text)[: sheets.LONGEST_CELL], forms["cell"])
    elif text.endswith("%"):
        sheet.write_number(*at, figure / 100, forms["share"])
    else:
        sheet.write_number(*at, figure, forms["number"])


def _lines(text: str, wide: float) -> int:
    """Return how many lines a text takes in a column ``wide`` characters wide, Chinese ones counting twice."""
    return min(sum(max(1, math.ceil(width(line) * 2.1 / wide)) for line in printable(text).split("\n")), MOST_LINES)


def _figure(text: str) -> Decimal | None:
    try:
        figure = Decimal(text)
    except InvalidOperation:
        return None
    return figure if figure.is_finite() else None


def _free_name(title: str, taken: set[str]) -> str:
    wanted = sheets.sheet_name(title)
    name, number = wanted, 1
    while name.casefold() in taken:
        number += 1
        name = f"{wanted[:27]}({number})"
    taken.add(name.casefold())
    return name


_FORMS: Mapping[str, Callable[[ReportPaper, date], bytes]] = {
    "docx": word,
    "pdf": lambda paper, on: pdf.printed(paper),
    "xlsx": lambda paper, on: book(paper),
}
