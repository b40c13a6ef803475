"""Charts: what is drawn says what the figures say."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kechuang.ui import charts, drawing

TARGETS = [charts.Reading(date(2020, 12, 31), 30), charts.Reading(date(2023, 12, 31), 60)]
ACTUAL = [charts.Reading(date(2020, 12, 31), 30), charts.Reading(date(2022, 6, 30), 41)]
AHEAD = charts.Forecast(date(2023, 12, 31), 51, 55, 58)


def test_the_path_chart_says_in_words_what_it_draws() -> None:
    drawn = charts.path_chart("p", "平台", targets=TARGETS, actual=ACTUAL, forecast=AHEAD)
    assert drawn.summary == "截至2022年6月30日 41个，2023年12月31日目标 60个，预计2023年12月31日 51–58个"


def test_the_table_of_a_path_chart_holds_every_figure_in_order_of_days() -> None:
    drawn = charts.path_chart("p", "平台", targets=TARGETS, actual=ACTUAL, forecast=AHEAD)
    assert drawn.figures.rows == (
        ("2020-12-31", "实际", "30"),
        ("2020-12-31", "目标", "30"),
        ("2022-06-30", "实际", "41"),
        ("2023-12-31", "目标", "60"),
        ("2023-12-31", "预测", "51–58"),
    )


def test_a_path_chart_needs_something_to_draw() -> None:
    with pytest.raises(ValueError, match="needs a target or a reading"):
        charts.path_chart("p", "平台", targets=[], actual=[])


def test_one_reading_alone_is_a_chart() -> None:
    drawn = charts.path_chart("p", "平台", targets=[], actual=ACTUAL[:1])
    assert (drawn.wide.band, drawn.wide.end, drawn.wide.last is not None) == ("", None, True)


def test_the_year_is_marked_at_its_end() -> None:
    drawn = charts.path_chart("p", "平台", targets=TARGETS, actual=ACTUAL)
    wall = drawn.wide.wall
    first, last = drawn.wide.x_ticks[0], drawn.wide.x_ticks[-1]
    assert (first.text, first.at) == ("2020", wall.left)
    assert (last.text, last.at) == ("2023", wall.width - wall.right)


def test_a_target_is_labelled_on_the_side_where_the_readings_are_not() -> None:
    targets = [charts.Reading(date(2020, 12, 31), 30), charts.Reading(date(2021, 12, 31), 38)]
    ahead = [charts.Reading(date(2020, 12, 31), 30), charts.Reading(date(2021, 12, 31), 45)]
    behind = [charts.Reading(date(2020, 12, 31), 30), charts.Reading(date(2021, 12, 31), 33)]
    below = charts.path_chart("p", "平台", targets=targets, actual=ahead).wide.targets[1]
    above = charts.path_chart("p", "平台", targets=targets, actual=behind).wide.targets[1]
    assert below.label_y > below.y
    assert above.label_y < above.y


def test_the_forecast_is_written_clear_of_the_target() -> None:
    near = charts.Forecast(date(2023, 12, 31), 57, 59, 61)
    drawn = charts.path_chart("p", "平台", targets=TARGETS, actual=ACTUAL, forecast=near).wide
    assert drawn.forecast is not None
    assert drawn.end is not None
    assert abs(drawn.forecast.label_y - drawn.end.label_y) >= drawing.LABEL_HEIGHT


@given(
    st.lists(st.tuples(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(-5, 10**6)), min_size=1, max_size=12)
)
def test_every_point_stands_on_the_wall(points: list[tuple[date, int]]) -> None:
    readings = [charts.Reading(on, value) for on, value in sorted(points)]
    drawn = charts.path_chart("p", "平台", targets=readings, actual=readings)
    for one in (drawn.wide, drawn.narrow):
        for spot in (*one.targets, *one.actual):
            assert one.wall.left <= spot.x <= one.wall.width - one.wall.right
            assert one.wall.top - 0.1 <= spot.y <= one.wall.height - one.wall.bottom + 0.1


@given(st.floats(0.001, 1e9))
def test_a_round_step_is_one_two_or_five(span: float) -> None:
    step = drawing.nice_step(span)
    assert f"{step:.0e}"[0] in "125"
    assert span / step <= 4.01


def test_the_pyramid_is_as_wide_as_its_counts() -> None:
    drawn = charts.pyramid("t", "金字塔", [charts.Tier("国家级", 5), charts.Tier("市级", 20, target=40)])
    small, large = drawn.bars
    assert large.width == pytest.approx(small.width * 4)
    assert large.ticks[1] - large.ticks[0] == pytest.approx(large.width * 2)
    assert small.ticks == ()
    assert drawn.summary == "国家级5个，市级20个"


def test_a_missing_count_is_said_and_not_drawn_as_zero() -> None:
    drawn = charts.pyramid("t", "金字塔", [charts.Tier("国家级", None)])
    assert (drawn.bars[0].text, drawn.figures.rows) == ("待补录", (("国家级", "待补录", "待补录"),))
    tiles = charts.tile_map("m", "县区", [charts.Tile("示例县", 0, 0, None), charts.Tile("示例区", 0, 1, 0)])
    assert [tile.shade for tile in tiles.tiles] == [None, 0]
    assert [tile.text for tile in tiles.tiles] == ["待补录", "0"]


def test_the_largest_county_has_the_deepest_shade_and_a_place() -> None:
    drawn = charts.tile_map(
        "m", "县区", [charts.Tile("示例甲县", 0, 0, 3), charts.Tile("示例经济技术开发区", 1, 2, 10)]
    )
    assert [tile.shade for tile in drawn.tiles] == [1, 4]
    assert (drawn.width, drawn.height) == (316, 208)
    assert drawn.tiles[1].lines == ("示例经济技", "术开发区")


def test_bullets_share_one_scale() -> None:
    drawn = charts.bullet_bars(
        "b", "部门", [charts.Bullet("甲", 18, 20), charts.Bullet("乙", 5), charts.Bullet("丙", None)]
    )
    assert [(bar.width, bar.tick) for bar in drawn.bars] == [(90.0, 100.0), (25.0, None), (0.0, None)]
    assert [bar.value for bar in drawn.bars] == ["18", "5", "待补录"]


def test_a_sparkline_ends_at_its_last_value() -> None:
    drawn = charts.sparkline([1, 3, 2], title="平台")
    assert (drawn.last, drawn.title) == ((92.0, 12.0), "平台：1 → 2")
    with pytest.raises(ValueError, match="needs a value"):
        charts.sparkline([], title="平台")
