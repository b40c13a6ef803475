"""Taking a chart away without a script: ``?chart=<key>&as=<form>`` on the page that shows it.

Whoever sees the chart may take it; nobody else reaches it, for it is the page itself that is asked. The picture is
the drawing of the page in the colours of paper, the table the figures behind it.
"""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any
from urllib.parse import quote

import rustpy_xlsxwriter
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kechuang.ui.charts import BulletChart, Chart, PathChart, Pyramid, SmallMultiples, TileMap
from kechuang.ui.documents import pictures
from kechuang.ui.exports import harmless
from kechuang.ui.formats import THIN

FORMS = {
    "csv": (gettext_lazy("表格 CSV"), "text/csv; charset=utf-8"),
    "xlsx": (gettext_lazy("表格 Excel"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "png": (gettext_lazy("图片 PNG"), "image/png"),
    "svg": (gettext_lazy("图片 SVG"), "image/svg+xml"),
}
MARGIN, HEAD = 24, 48
ROW, BULLETS_WIDE = 34, 720
NAMED, AS = "chart", "as"


def links(chart: Chart, request: HttpRequest | None) -> list[tuple[str, Any]]:
    """Return (address, word) of every form ``chart`` can be taken in; none where the page was not simply read."""
    if request is None or request.method != "GET" or not chart.key or sized(chart) is None:
        return []
    asked = request.GET.copy()
    asked[NAMED] = chart.key
    found = []
    for form, (word, _kind) in FORMS.items():
        asked[AS] = form
        found.append((f"?{asked.urlencode()}", word))
    return found


def note(chart: Chart, request: HttpRequest | None) -> None:
    """Remember ``chart`` where it is the one the request asks to take away."""
    key = request.GET.get(NAMED) if request is not None else None
    if key and request is not None:
        inner = chart.charts if isinstance(chart, SmallMultiples) else (chart,)
        request.chart_asked = next(  # type: ignore[attr-defined]
            (one for one in inner if one.key == key), getattr(request, "chart_asked", None)
        )


class ChartFileMiddleware:
    """Answer with the chart's file where one is asked for that the page has just shown."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Return the page, or the file of its chart."""
        page = self.answer(request)
        chart: Chart | None = getattr(request, "chart_asked", None)
        form = request.GET.get(AS, "")
        if chart is None or form not in FORMS or page.status_code != 200 or request.method != "GET":  # noqa: PLR2004
            return page
        found = file(chart, form)
        for name in ("Cache-Control", "Vary"):
            if name in page:
                found[name] = page[name]
        return found


def file(chart: Chart, form: str) -> HttpResponse:
    """Return ``chart`` in one of ``FORMS`` as a download named after its title."""
    made = {"csv": _csv, "xlsx": _book, "png": _png, "svg": _svg}[form](chart)
    answer = HttpResponse(made, content_type=FORMS[form][1])
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(f'{chart.title}.{form}')}"
    return answer


def sized(chart: Chart) -> tuple[str, float, float, dict[str, Any]] | None:
    """Return the drawing's template, width, height and values; ``None`` for what has no picture of its own."""
    if chart.picture:
        return *chart.picture, {}
    if isinstance(chart, PathChart):
        wall = chart.wide.wall
        return "ui/charts/path_drawing.html", wall.width, wall.height, {"drawing": chart.wide, "size": "wide"}
    if isinstance(chart, Pyramid):
        return "ui/charts/pyramid_drawing.html", chart.width, chart.height, {}
    if isinstance(chart, TileMap):
        return "ui/charts/tiles_drawing.html", chart.width, chart.height, {}
    if isinstance(chart, BulletChart):
        rows = [(place * ROW, place * ROW + ROW / 2 + 5, bar) for place, bar in enumerate(chart.bars)]
        high = max(len(rows), 1) * ROW
        return "ui/charts/bullets_drawing.html", BULLETS_WIDE, high, {"rows": rows, "high": high}
    return None


def picture(chart: Chart) -> tuple[str, float, float]:
    """Return ``chart`` as an SVG that stands alone, with its width and height; ``ValueError`` where it has none."""
    found = sized(chart)
    if found is None:
        raise ValueError(f"{chart.key} has no picture")
    template, width, height, values = found
    wide, high = width + 2 * MARGIN, height + HEAD + MARGIN
    drawn = render_to_string(template, {"chart": chart, "plain": True, **values})
    unit = getattr(chart, "unit", "")
    context = {
        "drawn": drawn.replace("<svg ", f'<svg x="{MARGIN}" y="{HEAD}" width="{width}" height="{height}" ', 1),
        "title": _("%(title)s（单位：%(unit)s）") % {"title": chart.title, "unit": unit} if unit else chart.title,
        "width": wide,
        "height": high,
        "left": MARGIN,
    }
    return render_to_string("ui/charts/picture.svg", context), wide, high


def _svg(chart: Chart) -> bytes:
    return picture(chart)[0].encode()


def _png(chart: Chart) -> bytes:
    return pictures.png(*picture(chart))


def table(chart: Chart) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    """Return heads and rows behind ``chart``, figures as numbers and text that no spreadsheet runs."""
    rows: Any = chart.figures.rows
    if isinstance(chart, BulletChart):
        rows = [(bar.bullet.label, bar.value, bar.target) for bar in chart.bars]
    return chart.figures.heads, [tuple(_value(text) for text in row) for row in rows]


def _value(text: str) -> Any:
    try:
        number = Decimal(text.replace(THIN, ""))
    except InvalidOperation:
        return harmless(text)
    if not number.is_finite():
        return harmless(text)
    return int(number) if number == number.to_integral_value() else float(number)


def _csv(chart: Chart) -> bytes:
    heads, rows = table(chart)
    written = io.StringIO()
    csv.writer(written).writerows([heads, *rows])
    return f"\ufeff{written.getvalue()}".encode()


def _book(chart: Chart) -> bytes:
    heads, rows = table(chart)
    records = [dict(zip(heads, row, strict=True)) for row in rows] or [dict.fromkeys(heads, "")]
    sheet = "".join(sign for sign in chart.title if sign not in "[]:*?/\\'")[:31] or _("数据")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "chart.xlsx"
        rustpy_xlsxwriter.write_worksheet(records, str(path), sheet)
        return path.read_bytes()
