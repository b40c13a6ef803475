"""Every rule of avoidance, each with its sentence; what is not verified bars and never frees."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kechuang.review.conflicts import (
    Conflict,
    ExpertView,
    Groups,
    Person,
    Post,
    ProposalView,
    Spans,
    Tie,
    Unit,
    conflicts,
    conflicts_in_bulk,
    group_units,
    years_before,
)

TODAY = date(2026, 3, 2)
SPANS = Spans(avoid_years=3, cowork_years=3, today=TODAY)
ALONE = Groups()
HOME = Unit(1, "示例大学")
FIRM = Unit(2, "示例企业")
NOW = Post(HOME, date(2015, 1, 1), None, verified=True)


def expert(key: int = 7, name: str = "示例甲", digest: str = "e", **given: object) -> ExpertView:
    return ExpertView(
        key, Person(name, digest), verified=bool(given.pop("verified", True)), **{"posts": (NOW,), **given}
    )


def proposal(key: int = 3, **given: object) -> ProposalView:
    return ProposalView(key, **{"units": (FIRM,), "people": (Person("示例乙", "a"),), **given})


def codes(one: ExpertView, other: ProposalView, groups: Groups = ALONE) -> set[str]:
    return {found.code for found in conflicts(one, other, groups=groups, spans=SPANS)}


def test_a_stranger_has_no_conflict():
    assert codes(expert(), proposal()) == set()


@pytest.mark.capability("C45")
@pytest.mark.parametrize(
    ("post", "units", "code"),
    (
        (Post(HOME, date(2015, 1, 1), None, verified=True), (HOME,), "same_unit"),
        (Post(HOME, date(2015, 1, 1), None, verified=True), (FIRM, HOME), "same_unit"),
        (Post(HOME, date(2015, 1, 1), date(2024, 1, 1), verified=True), (HOME,), "former_unit"),
        (Post(HOME, date(2015, 1, 1), date(2023, 3, 3), verified=True), (HOME,), "former_unit"),
        (Post(HOME, date(2015, 1, 1), date(2023, 3, 2), verified=True), (HOME,), None),
        (Post(HOME, date(2015, 1, 1), date(2010, 1, 1), verified=False), (HOME,), "same_unit"),
        (Post(Unit(0, "示例 大学"), date(2015, 1, 1), None, verified=True), (HOME,), "same_unit"),
    ),
)
def test_units_bar_now_and_for_the_years_of_the_catalogue(post, units, code):
    assert codes(expert(posts=(post,)), proposal(units=units)) == ({code} if code else set())


def test_units_of_one_group_bar_each_other_however_long_the_chain():
    groups = group_units([(1, 9), (2, 8), (8, 9)])
    assert codes(expert(), proposal(), groups) == {"same_group"}
    assert codes(expert(), proposal(units=(Unit(5, "示例他企"),)), groups) == set()


def test_named_in_the_application_bars_there_and_in_the_whole_batch():
    own = proposal(3, people=(Person("示例甲", "e"),))
    other = proposal(4)
    found = conflicts_in_bulk([expert()], [own, other], groups=ALONE, spans=SPANS)
    assert {key: {one.code for one in row} for key, row in found.items()} == {
        (3, 7): {"named"},
        (4, 7): {"own_application"},
    }


def test_the_same_name_bars_unless_both_identities_are_known_and_differ():
    assert codes(expert(digest=""), proposal(people=(Person("示例甲", "x"),))) == {"named"}
    assert codes(expert(), proposal(people=(Person("示例 甲"),))) == {"named"}
    assert codes(expert(digest="e"), proposal(people=(Person("示例甲", "x"),))) == set()


@pytest.mark.parametrize("kind", ("supervisor", "student", "kin", "partner", "coproject", "coauthor"))
def test_relations_to_people_bar(kind):
    tie = Tie(kind, "示例关系", Person("示例乙", "a"), None, None, verified=True)
    assert codes(expert(ties=(tie,)), proposal()) == {kind}


@pytest.mark.parametrize("kind", ("share", "partner", "consultancy", "kin"))
def test_relations_to_units_bar(kind):
    tie = Tie(kind, "示例关系", None, FIRM, None, verified=True)
    assert codes(expert(ties=(tie,)), proposal()) == {kind}


@pytest.mark.parametrize(
    ("end", "verified", "bars"),
    ((date(2023, 3, 2), True, False), (date(2023, 3, 3), True, True), (date(2010, 1, 1), False, True)),
)
def test_work_done_together_bars_for_its_years_and_an_unverified_end_is_not_believed(end, verified, bars):
    tie = Tie("coproject", "共同承担项目", Person("示例乙", "a"), None, end, verified=verified)
    assert (codes(expert(ties=(tie,)), proposal()) == {"coproject"}) is bars


def test_a_supervisor_bars_however_long_ago():
    tie = Tie("supervisor", "导师", Person("示例乙", "a"), None, date(1990, 1, 1), verified=True)
    assert codes(expert(ties=(tie,)), proposal()) == {"supervisor"}


def test_experts_the_applicant_asks_to_avoid_are_barred_by_key_and_by_name():
    assert codes(expert(), proposal(avoided=frozenset({7}))) == {"avoided"}
    assert codes(expert(), proposal(avoided_names=("示例甲",))) == {"avoided"}


@pytest.mark.parametrize("posts", ((), (Post(Unit(0, " "), date(2015, 1, 1), None, verified=True),)))
def test_an_unknown_unit_bars_from_everything(posts):
    assert codes(expert(posts=posts), proposal()) == {"unverified"}


def test_every_conflict_says_why_in_a_sentence():
    found = conflicts(
        expert(verified=False, ties=(Tie("kin", "亲属", Person("示例乙"), None, None, verified=False),)),
        proposal(units=(HOME,), people=(Person("示例甲"), Person("示例乙")), avoided=frozenset({7})),
        groups=ALONE,
        spans=SPANS,
    )
    assert {one.code for one in found} == {"unverified", "named", "same_unit", "kin", "avoided"}
    assert all(one.sentence.endswith("。") and one.ground for one in found)


def test_years_before_a_leap_day_is_the_last_of_february():
    assert years_before(date(2024, 2, 29), 3) == date(2021, 2, 28)


_units = st.integers(1, 6).map(lambda n: Unit(n, f"示例单位{n}"))
_people = st.builds(Person, st.sampled_from(["示例甲", "示例乙", "示例丙"]), st.sampled_from(["", "1", "2"]))
_ends = st.none() | st.integers(-2000, 400).map(lambda n: TODAY + timedelta(days=n))
_posts = st.builds(Post, _units, st.just(date(2000, 1, 1)), _ends, st.booleans())
_ties = st.builds(
    Tie, st.sampled_from(["supervisor", "kin", "coproject", "share"]), st.just("关系"), st.none() | _people,
    st.none() | _units, _ends, st.booleans(),
)  # fmt: skip
_experts = st.builds(
    lambda person, verified, posts, ties: (person, verified, tuple(posts), tuple(ties)),
    _people, st.booleans(), st.lists(_posts, max_size=3), st.lists(_ties, max_size=3),
)  # fmt: skip
_proposals = st.builds(
    lambda units, people, avoided: (tuple(units), tuple(people), frozenset(avoided)),
    st.lists(_units, min_size=1, max_size=2), st.lists(_people, max_size=3), st.sets(st.integers(0, 3), max_size=2),
)  # fmt: skip


def _same(a: Person, b: Person) -> bool:
    """Tell whether two may be one: by identity where both are known, else by name."""
    return a.digest == b.digest if a.digest and b.digest else a.name == b.name


def _plainly(one: ExpertView, other: ProposalView, groups: Groups) -> bool:
    """Decide a pair the slow way, from the rules as they are read aloud; the batch rule is left out."""
    same = _same
    near = lambda a, b: groups.group(a.key) == groups.group(b.key)  # noqa: E731
    since = years_before(TODAY, 3)
    posts = [p for p in one.posts if p.end is None or not p.verified or p.end > since]
    ties = [t for t in one.ties if t.end is None or not t.verified or t.end > since]
    personal = [t for t in one.ties if t.kind in ("supervisor", "kin")] + [t for t in ties if t.kind == "coproject"]
    return (
        not one.verified
        or not one.posts
        or one.key in other.avoided
        or any(same(one.person, person) for person in other.people)
        or any(near(p.unit, unit) for p in posts for unit in other.units)
        or any(t.person and same(t.person, person) for t in personal for person in other.people)
        or any(t.unit and t.kind in ("share", "kin") and near(t.unit, u) for t in ties for u in other.units)
    )


@pytest.mark.capability("C45")
@given(
    st.lists(_experts, min_size=1, max_size=4),
    st.lists(_proposals, min_size=1, max_size=4),
    st.lists(st.tuples(st.integers(1, 6), st.integers(1, 6)), max_size=2),
)
def test_in_bulk_the_same_pairs_are_barred_as_one_by_one(experts, proposals, ties):
    groups = group_units(ties)
    these = [ExpertView(key, *row) for key, row in enumerate(experts)]
    those = [ProposalView(key, *row) for key, row in enumerate(proposals)]
    found = conflicts_in_bulk(these, those, groups=groups, spans=SPANS)
    barred = {pair for pair, row in found.items() if {one.code for one in row} != {"own_application"}}
    assert barred == {(p.key, e.key) for e in these for p in those if _plainly(e, p, groups)}
    assert all(isinstance(one, Conflict) for row in found.values() for one in row)
