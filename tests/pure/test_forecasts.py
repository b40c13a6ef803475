from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kechuang.pure.forecasts import forecast

DAY, DUE = date(2021, 7, 1), date(2021, 12, 31)


def test_forecast_carries_the_pace_of_the_last_year_on():
    history = [(date(2015, 1, 1), 3), (date(2020, 9, 1), 9), (date(2021, 2, 1), 11), (date(2021, 9, 1), 99)]
    seen = forecast(history, day=DAY, due=DUE)
    assert seen is not None
    assert (seen.low, seen.middle, seen.high) == (11, 15, 19)
    assert seen.sentence == (
        "近 12 个月由 3 个变为 11 个，按同样的速度，到 2021 年 12 月 31 日约 15 个（八成可能在 11 至 19 个之间）。"
    )


def test_quiet_history_is_not_certain():
    seen = forecast([(date(2015, 1, 1), 5)], day=DAY, due=DUE)
    assert seen is not None
    assert (seen.low, seen.middle, seen.high) == (4, 5, 6)


def test_no_forecast_without_history_or_after_the_day():
    assert forecast([], day=DAY, due=DUE) is None
    assert forecast([(DAY - timedelta(89), 5)], day=DAY, due=DUE) is None
    assert forecast([(date(2015, 1, 1), 5)], day=DAY, due=date(2021, 6, 30)) is None


HISTORIES = st.lists(st.tuples(st.dates(date(2018, 1, 1), date(2021, 6, 30)), st.integers(0, 200)), min_size=1)


@given(HISTORIES)
def test_interval_holds_the_middle_and_is_closed_on_the_day_itself(history):
    seen = forecast(history, day=DAY, due=DUE)
    now = forecast(history, day=DAY, due=DAY)
    assert (seen is None) == (now is None)
    if seen and now:
        assert 0 <= seen.low <= seen.middle <= seen.high
        assert now.low == now.middle == now.high == max(history)[1]
