"""Small counts: never told, and never to be worked out from what is told."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as some

from kechuang.portal.suppression import suppressed

COUNTS = some.lists(some.integers(0, 40), min_size=2, max_size=6)


@given(COUNTS, some.integers(1, 12))
def test_no_small_number_is_told_and_none_can_be_worked_out(counts, below):
    told, total = suppressed(counts, below=below)
    small = [count for count in counts if 0 < count < below]
    assert [count for count in told if count is not None and 0 < count < below] == []
    assert (total is None) == bool(small)
    assert [count for count, shown in zip(counts, told, strict=True) if shown is not None] == [
        count for count in counts if count not in small
    ]


def test_a_bound_of_one_hides_nothing():
    assert suppressed((1, 2, 0), below=1) == ((1, 2, 0), 3)
