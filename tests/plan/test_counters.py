"""Counters: one owner a key, any day, many keys in one call."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import pytest

from kechuang.kernel.access import Actor
from kechuang.plan import counters
from kechuang.plan.counters import Count

DAY = date(2022, 12, 31)


def growing(on: date, *, county_id: int | None = None, department_id: int | None = None) -> Count:
    return Count(total=on.year - 2000, parts={"national": 1, "provincial": on.year - 2001}, url=f"/list?on={on}")


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    known = counters.registered()
    yield
    for key in counters.registered() - known:
        counters.unregister(key)


def test_count_asks_the_registered_counter_for_the_day() -> None:
    counters.register("sample", growing)
    assert counters.count("sample", DAY) == Count(22, {"national": 1, "provincial": 21}, "/list?on=2022-12-31")
    assert [stock.total for stock in counters.series("sample", [date(2021, 1, 1), DAY])] == [21, 22]


def test_count_of_an_unknown_key_is_nothing_rather_than_zero() -> None:
    assert counters.count("nobody_counts_this", DAY) is None
    assert counters.series("nobody_counts_this", [DAY]) == []
    assert counters.restated("nobody_counts_this", DAY, DAY) == 0


def test_register_refuses_a_second_owner() -> None:
    counters.register("sample", growing)
    counters.register("sample", growing)
    with pytest.raises(ValueError, match="already counted"):
        counters.register("sample", lambda on, **bounds: Count(0))


def test_keys_that_share_a_source_are_asked_in_one_call() -> None:
    asked: list[tuple[tuple[str, ...], int | None]] = []

    def together(
        keys: Sequence[str],
        days: Sequence[date],
        *,
        county_id: int | None = None,
        department_id: int | None = None,
        actor: Actor | None = None,
    ) -> Mapping[str, Sequence[Count]]:
        asked.append((tuple(keys), county_id))
        return {key: [Count(len(key)) for _day in days] for key in keys}

    counters.register("a", growing, together=together)
    counters.register("bb", growing, together=together, restated=lambda since, until: 2)
    assert counters.counts(["a", "bb", "a"], DAY, county_id=7) == {"a": Count(1), "bb": Count(2)}
    assert asked == [(("a", "bb"), 7)]
    assert counters.restated("bb", DAY, DAY) == 2


def test_inside_a_view_it_is_counted_for_the_person_asking() -> None:
    asked: list[Actor | None] = []

    def together(keys: Sequence[str], days: Sequence[date], **bounds: object) -> Mapping[str, Sequence[Count]]:
        asked.append(bounds["actor"])
        return {key: [Count(1) for _day in days] for key in keys}

    counters.register("c", growing, together=together)
    person = Actor(user_id=7)
    counters.count("c", DAY)
    with counters.as_seen_by(person):
        counters.count("c", DAY)
    counters.count("c", DAY)
    assert asked == [None, person, None]
