"""Charts taken away without a script: the files open, say what the page says, and only who sees the page gets them."""

from __future__ import annotations

import io
from datetime import date
from xml.etree import ElementTree as ET

import openpyxl
import pytest
from django.http import HttpResponse
from django.template import Context, Template
from django.test import RequestFactory
from PIL import Image

from kechuang.ui import chart_files, charts

ENDS = [charts.Reading(date(2020, 12, 31), 30), charts.Reading(date(2023, 12, 31), 1234)]
CHARTS = (
    charts.path_chart("path", "平台", targets=ENDS, actual=ENDS, forecast=charts.Forecast(date(2024, 12, 31), 1, 2, 3)),
    charts.pyramid("tiers", "金字塔", [charts.Tier("国家级", 4, "/list", 6), charts.Tier("省级", None)]),
    charts.tile_map(
        "tiles", "县区", [charts.Tile("示例<甲>县", 0, 1, 7, "/list"), charts.Tile("示例乙县", 1, 0, None)]
    ),
    charts.bullet_bars("bars", "投入", [charts.Bullet("=示例", 3.5, 5, light="behind"), charts.Bullet("乙", None)]),
)


def asked(query: str, shown: tuple[charts.Chart, ...] = CHARTS, status: int = 200) -> HttpResponse:
    """Show ``shown`` on a page and ask it with ``query``."""

    def page(request):
        template = Template("{% load kechuang %}{% for one in shown %}{% chart one %}{% endfor %}")
        return HttpResponse(template.render(Context({"shown": shown, "request": request})), status=status)

    return chart_files.ChartFileMiddleware(page)(RequestFactory().get(f"/page/?{query}"))


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.key)
def test_every_chart_is_a_picture_of_its_own(chart):
    answer = asked(f"chart={chart.key}&as=svg")
    assert answer["Content-Type"] == "image/svg+xml"
    root = ET.fromstring(answer.content)  # noqa: S314 - our own
    words = "".join(root.itertext())
    assert chart.title in words
    assert "{{" not in words
    assert not root.findall(".//{http://www.w3.org/2000/svg}a")
    assert float(root.get("width")) > 200


@pytest.mark.parametrize(("chart", "ink"), ((CHARTS[0], (0, 114, 178)), (CHARTS[3], (154, 103, 0))))
def test_the_picture_opens_and_is_drawn_on(chart, ink):
    answer = asked(f"chart={chart.key}&as=png")
    drawn = Image.open(io.BytesIO(answer.content))
    _svg, width, height = chart_files.picture(chart)
    assert (drawn.format, drawn.size) == ("PNG", (width * 2, height * 2))
    assert {ink, (255, 255, 255)} <= {colour[:3] for _n, colour in drawn.convert("RGB").getcolors(1 << 24)}


def test_the_table_opens_with_figures_as_numbers_and_no_formula():
    sheet = openpyxl.load_workbook(io.BytesIO(asked("chart=path&as=xlsx").content)).active
    assert [cell.value for cell in sheet[1]] == ["日期", "类别", "数值（个）"]
    assert [cell.value for cell in sheet[4]] == ["2023-12-31", "实际", 1234]
    bars = openpyxl.load_workbook(io.BytesIO(asked("chart=bars&as=xlsx").content)).active
    assert [cell.value for cell in bars[2]] == ["'=示例", 3.5, 5]
    lines = asked("chart=tiers&as=csv").content.decode("utf-8-sig").splitlines()
    assert lines == ["级别,数量（个）,目标（个）", "国家级,4,6", "省级,待补录,待补录"]


def test_the_page_links_every_form_and_keeps_what_was_asked():
    page = asked("on=2022-12-31").content.decode()
    for chart in CHARTS:
        for form in chart_files.FORMS:
            assert f'href="?on=2022-12-31&amp;chart={chart.key}&amp;as={form}"' in page
    many = charts.small_multiples("many", "各指标", CHARTS[:1])
    assert asked("chart=path&as=svg", (many,))["Content-Type"] == "image/svg+xml"


@pytest.mark.parametrize("query", ("chart=other&as=png", "chart=path&as=exe", "as=png", "chart=path"))
def test_what_is_not_there_is_the_page(query):
    assert asked(query)["Content-Type"].startswith("text/html")


def test_a_page_that_is_refused_gives_no_file():
    assert asked("chart=path&as=svg", status=404).status_code == 404
