from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kechuang.pure.timelines import Span, at, compose, hull, merged, ordered, replace, split, without

FIRST = date(2020, 1, 1)
DAYS = st.integers(0, 60).map(lambda n: FIRST + timedelta(n))
WINDOW = [FIRST + timedelta(n) for n in range(-1, 63)]


@st.composite
def spans(draw):
    start = draw(DAYS)
    length = draw(st.none() | st.integers(1, 30))
    return Span(start, None if length is None else start + timedelta(length))


@st.composite
def tracks(draw):
    """A track with gaps, touching spans, equal neighbours and perhaps an open end."""
    cuts = sorted(draw(st.sets(DAYS, min_size=2, max_size=8)))
    rows = []
    for start, end in pairwise(cuts):
        if draw(st.booleans()):
            rows.append((Span(start, end), draw(st.sampled_from("xyz"))))
    if draw(st.booleans()):
        rows.append((Span(cuts[-1]), draw(st.sampled_from("xyz"))))
    return draw(st.permutations(rows))


SETS = st.dictionaries(st.sampled_from(("name", "host", "level")), tracks(), max_size=3)


@given(SETS)
def test_compose_answers_each_day_as_the_tracks_do(several):
    rows = compose(several)
    for day in WINDOW:
        held = [values for span, values in rows if day in span]
        assert len(held) <= 1
        expected = {name: at(track, day) for name, track in several.items()}
        assert (held[0] if held else dict.fromkeys(several)) == expected


@given(SETS)
def test_compose_covers_the_hull_in_periods_that_differ(several):
    rows = compose(several)
    whole = hull(several.values())
    assert (whole is None) == (rows == [])
    if whole:
        assert (rows[0][0].start, rows[-1][0].end) == (whole.start, whole.end)
    for (one, before), (other, after) in pairwise(rows):
        assert one.end == other.start
        assert before != after


@given(tracks(), DAYS)
def test_split_changes_no_day_and_cuts_at_the_day(track, day):
    rows = split(track, day)
    assert [at(rows, each) for each in WINDOW] == [at(track, each) for each in WINDOW]
    assert not any(day in span and span.start != day for span, _ in rows)


@given(tracks(), spans())
def test_replace_changes_the_days_of_the_span_and_no_other(track, span):
    rows = replace(track, span, "new")
    assert [at(rows, day) for day in WINDOW] == ["new" if day in span else at(track, day) for day in WINDOW]
    assert rows == merged(rows) == ordered(rows)


@given(tracks(), spans())
def test_without_leaves_the_span_empty(track, span):
    rows = without(track, span)
    assert [at(rows, day) for day in WINDOW] == [None if day in span else at(track, day) for day in WINDOW]


@given(spans(), spans())
def test_spans_meet_where_they_overlap(one, other):
    both = one.meet(other)
    assert one.overlaps(other) == (both is not None)
    assert [day in one and day in other for day in WINDOW] == [both is not None and day in both for day in WINDOW]


def test_platform_upgraded_while_its_host_changes_name():
    rows = compose(
        {
            "level": [(Span(date(2015, 6, 1), date(2020, 9, 1)), "省级"), (Span(date(2020, 9, 1)), "国家级")],
            "name": [(Span(date(2015, 6, 1), date(2018, 1, 1)), "甲"), (Span(date(2018, 1, 1)), "乙")],
        }
    )
    assert rows == [
        (Span(date(2015, 6, 1), date(2018, 1, 1)), {"level": "省级", "name": "甲"}),
        (Span(date(2018, 1, 1), date(2020, 9, 1)), {"level": "省级", "name": "乙"}),
        (Span(date(2020, 9, 1)), {"level": "国家级", "name": "乙"}),
    ]


def test_track_may_not_hold_two_values_on_one_day():
    track = [(Span(date(2020, 1, 1)), "x"), (Span(date(2021, 1, 1)), "y")]
    with pytest.raises(ValueError, match="2021-01-01"):
        compose({"level": track})


def test_tracks_without_a_span_have_no_hull():
    assert hull([]) is None
    assert compose({"name": []}) == []


def test_span_holds_at_least_one_day():
    with pytest.raises(ValueError, match="at least one day"):
        Span(FIRST, FIRST)
