"""Tiny assignment problems, and their answers by trying everything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import combinations, product
from typing import Any

from hypothesis import strategies as st

from kechuang.pure.assignment.reading import Instance, read_instance

Assignment = dict[tuple[int, int], int]


@st.composite
def files(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a problem file small enough to be solved by trying everything.

    Half are built round an assignment that keeps every rule; the others as chance will have it,
    which seldom leaves any.
    """
    proposals, experts = draw(st.integers(1, 3)), draw(st.integers(1, 4))
    pairs = list(product(range(proposals), range(experts)))
    units = [draw(st.sampled_from([None, "甲", "乙", ""])) for _ in range(experts)]
    score = st.one_of(st.integers(0, 5), st.integers(0, 1000))
    planted = draw(st.lists(st.sampled_from(pairs), unique=True)) if draw(st.booleans()) else None
    known = planted or []
    loads = [sum(e == x for _, x in known) for e in range(experts)]
    crowd = max(Counter((p, units[e]) for p, e in known if units[e] is not None).values(), default=0)
    reviews = [
        sum(p == x for x, _ in known) if planted is not None else draw(st.integers(0, 3)) for p in range(proposals)
    ]
    others = [pair for pair in pairs if pair not in known]
    some = st.lists(st.sampled_from(others), unique=True, max_size=2) if others else st.just([])
    lockable = pairs if planted is None else planted
    locked = draw(st.lists(st.sampled_from(lockable), unique=True, max_size=2)) if lockable else []
    listed = {*known, *draw(st.lists(st.sampled_from(pairs), unique=True, min_size=len(pairs) // 2))}
    limit = draw(st.none() | st.integers(crowd, 4))
    return {
        "proposals": [{"id": f"P{p}", "reviews": n} for p, n in enumerate(reviews)],
        "experts": [
            {
                "id": f"E{e}",
                "unit": units[e],
                "min_load": draw(st.integers(0, loads[e] if planted is not None else 2)),
                "max_load": draw(st.none() | st.integers(loads[e], 3)),
            }
            for e in range(experts)
        ],
        "scores": [[p, e, draw(score)] for p, e in sorted(listed)],
        "conflicts": [[p, e, "同一法人单位"] for p, e in draw(some)],
        "locked": [list(pair) for pair in locked],
    } | ({} if limit is None else {"max_per_unit": limit})


def problems() -> st.SearchStrategy[Instance]:
    """Draw what ``files`` states, already read."""
    return files().map(read_instance)


def feasible(instance: Instance) -> Iterator[Assignment]:
    """Yield every feasible assignment with the scores of its pairs."""
    listed = {(p, e): s for p, e, s in instance.scores if (p, e) not in instance.conflicts}
    choices = [
        combinations([pair for pair in listed if pair[0] == p], reviews) for p, reviews in enumerate(instance.reviews)
    ]
    for chosen in product(*choices):
        found = {pair: listed[pair] for part in chosen for pair in part}
        if keeps_the_rules(instance, found):
            yield found


def keeps_the_rules(instance: Instance, pairs: Assignment) -> bool:
    """Whether loads, unit limits and locked pairs are kept; reviews are by construction."""
    loads = Counter(e for _, e in pairs)
    units = Counter((p, instance.units[e]) for p, e in pairs if instance.units[e] is not None)
    limits = zip(instance.min_load, instance.max_load, strict=True)
    return (
        all(least <= loads[e] <= (most if most is not None else 99) for e, (least, most) in enumerate(limits))
        and all(n <= (99 if instance.max_per_unit is None else instance.max_per_unit) for n in units.values())
        and set(instance.locked) <= pairs.keys()
    )
