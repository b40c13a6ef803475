"""Figures for the public: a chart, its numbers, and the list each number was counted from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from kechuang.cockpit import blocks, pages
from kechuang.cockpit.blocks import IndicatorRow
from kechuang.cockpit.pages import Scene
from kechuang.cockpit.units import COUNTY, units
from kechuang.platforms.counting import RECOGNISED
from kechuang.portal.dataset_rows import public
from kechuang.portal.kept import kept
from kechuang.ui import charts
from kechuang.ui.formats import day as day_written
from kechuang.ui.formats import thousands
from kechuang.ui.tables import Cell, Head, Table


@dataclass(frozen=True)
class Figure:
    """A figure (图表): ``list_url`` opens what was counted for its last number."""

    key: str
    title: str
    said: str
    chart: charts.Chart
    table: Table
    list_url: str
    data_set: str


@dataclass(frozen=True)
class Board:
    """All figures of a day."""

    day: date
    plan_title: str
    figures: tuple[Figure, ...]

    def called(self, key: str) -> Figure | None:
        """Return the figure with this key."""
        return next((figure for figure in self.figures if figure.key == key), None)


def board(day: date) -> Board:
    """Return the figures as the public sees them on ``day``: worked out once after each change."""
    return kept("figures", day, lambda: _board(day))


def _board(day: date) -> Board:
    shown = pages.scene(actor=public(day), day=day)
    found = [*_whole(shown), _levels(shown), *_counties(shown), *(_one(row) for row in shown.rows if row.chart)]
    return Board(day, shown.plan.title if shown.plan else "", tuple(found))


def _whole(shown: Scene) -> Iterator[Figure]:
    """Yield the plan's one number, where the indicators add up to one list."""
    top = pages.headline(shown)
    if top is None or top.chart is None or top.now is None:
        return
    said = _("%(label)s：今日实有 %(now)s 个。") % {"label": top.label, "now": thousands(top.now.value)}
    if top.goal and top.due:
        told = {"year": top.due.year, "goal": thousands(top.goal)}
        said += _("%(year)s 年末目标 %(goal)s 个。") % told
    rows = [(_("今日实有"), top.now), *([(day_written(top.due), top.at_due)] if top.at_due and top.due else [])]
    table = Table(
        (Head(_("截至")), Head(_("数量（个）"), numeric=True)),
        tuple((Cell(word), Cell(thousands(one.value), href=one.url, numeric=True)) for word, one in rows),
        caption=_("方案总目标"),
    )
    yield Figure("total", _("方案总目标"), said, top.chart, table, top.now.url, "indicators")


def _levels(shown: Scene) -> Figure:
    numbers = blocks.level_numbers(shown.register)
    table = Table(
        (Head(_("级别")), Head(_("数量（个）"), numeric=True)),
        tuple((Cell(one.word), Cell(thousands(one.value), href=one.url, numeric=True)) for one in numbers),
        caption=_("按级别"),
    )
    chart = blocks.pyramid(shown.register, title=_("平台金字塔"))
    said = _("登记库中对外公开的平台，按现有级别计数。")
    return Figure("levels", _("各级平台"), said, chart, table, shown.register.url(), "platform_counts")


def _counties(shown: Scene) -> Iterator[Figure]:
    places = [unit for unit in units(clauses=[], on=shown.day, with_work=False) if unit.sort == COUNTY]
    if not places:
        return
    numbers = [(unit, shown.register.number(RECOGNISED, within={COUNTY: unit.pk})) for unit in places]
    table = Table(
        (Head(_("县区")), Head(_("认定平台（个）"), numeric=True)),
        tuple((Cell(unit.name), Cell(thousands(one.value), href=one.url, numeric=True)) for unit, one in numbers),
        caption=_("按县区"),
    )
    chart = blocks.tile_map(shown.register, places)
    said = _("市级及以上平台，按依托单位所在县区计数。")
    list_url = shown.register.url(levels=RECOGNISED)
    yield Figure("counties", _("各县区认定平台"), said, chart, table, list_url, "platform_counts")


def _one(row: IndicatorRow) -> Figure:
    reading = row.reading
    heads = (_("年度"), _("截至"), _("目标（%(unit)s）"), _("实有（%(unit)s）"))
    rows = []
    for year in reading.years:
        base = _("%(year)s（基期）") % {"year": year.year} if year.is_base else str(year.year)
        reached = Cell("" if year.reached is None else thousands(year.reached), href=year.url, numeric=True)
        goal = Cell("" if year.target is None else thousands(year.target), numeric=True)
        rows.append((Cell(base), Cell(day_written(year.day)), goal, reached))
    table = Table(
        tuple(
            Head(head % {"unit": reading.unit} if place > 1 else head, numeric=place > 1)
            for place, head in enumerate(heads)
        ),
        tuple(rows),
        caption=reading.indicator.name,
    )
    key = (reading.indicator.code or f"indicator-{reading.indicator.pk}").replace("_", "-")
    assert row.chart is not None  # noqa: S101 - the caller asked for rows with a chart
    return Figure(key, reading.indicator.name, reading.reason, row.chart, table, reading.url, "indicators")
