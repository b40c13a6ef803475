"""The smallest change: what it is in plain cases, and that nothing nearer exists in drawn ones."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from kechuang.pure.conditions.change import change_of
from kechuang.pure.conditions.grammar import condition_read
from kechuang.pure.conditions.nodes import Facts, truth
from kechuang.pure.conditions.values import Value
from tests.pure.conditions import strategies
from tests.pure.conditions.dictionary import METRICS

KNOWN: dict[tuple[str, int], Value] = {
    ("rd_expense", 0): Fraction(250),
    ("rd_expense", -1): Fraction(100),
    ("rd_expense", -2): Fraction(200),
    ("revenue", 0): Fraction(5000),
    ("ratio", 0): Fraction("0.1"),
    ("kind", 0): "enterprise",
    ("dishonest", 0): True,
    ("audited", 0): False,
    ("founded_on", 0): date(2020, 2, 29),
    ("levels", 0): frozenset({"city"}),
}
Answer = tuple[str, int | None, str | bool, str | bool] | None


def change(text: str, **more: Value) -> Answer:
    facts = Facts(2022, date(2022, 12, 31), KNOWN | {(code, 0): value for code, value in more.items()})
    found = change_of(condition_read(text, METRICS), facts, METRICS)
    if found is None:
        return None
    shown = (value if isinstance(value, bool) else str(value) for value in (found.present, found.wanted))
    return (found.metric, found.period, *shown)  # type: ignore[return-value]  # two values, as drawn above


@pytest.mark.parametrize(
    ("text", "expected"),
    (
        ("rd_expense >= 300", ("rd_expense", 2022, "250", "300")),
        ("rd_expense > 300", ("rd_expense", 2022, "250", "301")),
        ("rd_expense >= 300.2", ("rd_expense", 2022, "250", "301")),
        ("rd_expense <= 200", ("rd_expense", 2022, "250", "200")),
        ("rd_expense < 200", ("rd_expense", 2022, "250", "199")),
        ("rd_expense <= 199.5", ("rd_expense", 2022, "250", "199")),
        ("ratio >= 0.125", ("ratio", 2022, "1/10", "13/100")),
        ("300 <= rd_expense <= 400", ("rd_expense", 2022, "250", "300")),
        ("100 <= rd_expense <= 200", ("rd_expense", 2022, "250", "200")),
        ("rd_expense == 300", ("rd_expense", 2022, "250", "300")),
        ("rd_expense == 300.5", None),
        ("rd_expense in {100, 300, 400}", ("rd_expense", 2022, "250", "300")),
        ("rd_expense != 250", ("rd_expense", 2022, "250", "251")),
        ("rd_expense not in {249, 250, 251}", ("rd_expense", 2022, "250", "252")),
        ("rd_expense >= 300 or rd_expense / revenue >= 0.06", ("revenue", 2022, "5000", "4166")),
        ("rd_expense >= 260 or rd_expense / revenue >= 0.06", ("rd_expense", 2022, "250", "260")),
        ("rd_expense >= 300 and revenue >= 6000", None),
        ("rd_expense >= 300 and revenue >= 4000", ("rd_expense", 2022, "250", "300")),
        ("rd_expense >= 300 and staff >= 10", None),
        ("rd_expense >= 300 or staff >= 10", ("rd_expense", 2022, "250", "300")),
        ("rd_expense * 2 >= revenue", ("revenue", 2022, "5000", "500")),
        ("sum(rd_expense, 3) >= 600", ("rd_expense", 2022, "250", "300")),
        ("sum(rd_expense, 4) >= 600", None),
        ("avg(rd_expense, 3) > 200", ("rd_expense", 2022, "250", "301")),
        ("lowest(rd_expense, 3) >= 150", ("rd_expense", 2021, "100", "150")),
        ("highest(rd_expense, 3) >= 300", ("rd_expense", 2022, "250", "300")),
        ("highest(rd_expense, 3) < 230", ("rd_expense", 2022, "250", "229")),
        ("growth(rd_expense, 2) >= 0.2", ("rd_expense", 2020, "200", "173")),
        ("growth(rd_expense, 1) <= 0.5", ("rd_expense", 2022, "250", "150")),
        ("growth(rd_expense, 1) == 1", ("rd_expense", 2022, "250", "200")),
        ("at_least(2, rd_expense >= 300, revenue >= 5100, staff > 1, True)", ("revenue", 2022, "5000", "5100")),
        ("rd_expense * rd_expense >= 70000", ("rd_expense", 2022, "250", "265")),
        ("(rd_expense - 300) * (rd_expense - 310) < 0", ("rd_expense", 2022, "250", "301")),
        ("(rd_expense - 300) * (rd_expense - 301) < 0", None),
        ("rd_expense >= (300 if revenue >= 5000 else 240)", ("revenue", 2022, "5000", "4999")),
        ("rd_expense >= (400 if revenue >= 9000 else 300)", ("rd_expense", 2022, "250", "300")),
        (" * ".join(["rd_expense"] * 20) + " >= 1e60", ("rd_expense", 2022, "250", "1000")),
        ("growth(rd_expense, 1) in {0.5, 1.25}", ("rd_expense", 2022, "250", "225")),
        ("rd_expense[-1] >= 110", ("rd_expense", 2021, "100", "110")),
        ("audited", ("audited", 2022, False, True)),
        ("not dishonest", ("dishonest", None, True, False)),
        ("dishonest == False and rd_expense >= 300", None),
        ("not dishonest or rd_expense >= 300", ("rd_expense", 2022, "250", "300")),
        ("not dishonest or rd_expense >= 600", ("dishonest", None, True, False)),
        ('kind == "university"', None),
        ('founded_on < date("2000-01-01")', None),
        ("years_since(founded_on) >= 3", None),
        ('has(levels, "provincial")', None),
        ("count(levels) >= 2", None),
        ("known(staff)", None),
        ("staff >= 10", None),
        ("revenue / (rd_expense - 250) > 0", ("rd_expense", 2022, "250", "251")),
        ("rd_expense >= 100", None),
        ("rd_expense[0] >= 300 and rd_expense < 400", ("rd_expense", 2022, "250", "300")),
    ),
)
def test_the_smallest_change(text: str, expected: Answer) -> None:
    assert change(text) == expected


@pytest.mark.capability("C114")
def test_ties_go_to_what_appears_first_and_upward() -> None:
    assert change("revenue >= 6000 or rd_expense >= 300") == ("revenue", 2022, "5000", "6000")
    assert change("rd_expense >= 300 or revenue >= 6000") == ("rd_expense", 2022, "250", "300")
    assert change("rd_expense in {200, 300}") == ("rd_expense", 2022, "250", "300")


def test_from_nothing_every_change_is_greater_than_any_share() -> None:
    assert change("rd_expense >= 1 or revenue >= 9999999", rd_expense=Fraction(0)) == (
        "revenue",
        2022,
        "5000",
        "9999999",
    )
    assert change("rd_expense >= 300", rd_expense=Fraction(0)) == ("rd_expense", 2022, "0", "300")


def test_a_present_value_between_steps_moves_outward() -> None:
    assert change("rd_expense >= 250.6", rd_expense=Fraction("250.5")) == ("rd_expense", 2022, "501/2", "251")
    assert change("rd_expense < 250.5", rd_expense=Fraction("250.5")) == ("rd_expense", 2022, "501/2", "250")


def test_very_large_changes_are_found() -> None:
    assert change("rd_expense >= 1e30") == ("rd_expense", 2022, "250", str(10**30))


SMALL = st.integers(-12, 12).map(Fraction)
REACH = range(-80, 81)


@st.composite
def small_facts(draw: st.DrawFn) -> Facts:
    """Draw small whole facts, so that every step within reach can be tried."""
    found: dict[tuple[str, int], Value] = {}
    for code in ("rd_expense", "revenue"):
        for offset in range(0, -5, -1):
            if draw(st.integers(0, 3)):
                found[code, offset] = draw(SMALL)
    if draw(st.booleans()):
        found["staff", 0] = draw(SMALL)
    return Facts(2022, date(2022, 12, 31), found)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(text=strategies.CONDITION, facts=small_facts())
@example(
    text="(growth(rd_expense, 2) > 0.1)",
    facts=Facts(2022, date(2022, 12, 31), {("rd_expense", 0): Fraction(-3), ("rd_expense", -2): Fraction(5)}),
)
def test_no_nearer_change_exists(text: str, facts: Facts) -> None:
    condition = condition_read(text, METRICS)
    assume(not truth(condition, facts))
    found = change_of(condition, facts, METRICS)
    nearest = {
        key: min(
            (abs(place - value) for place in REACH if truth(condition, facts.replaced(key, Fraction(place)))),
            default=None,
        )
        for key, value in facts.values.items()
        if isinstance(value, Fraction)
    }
    if found is None:
        assert set(nearest.values()) <= {None}
        return
    key = (found.metric, 0 if found.period is None else found.period - 2022)
    assert truth(condition, facts.replaced(key, found.wanted)) is True
    limit, share = found.relative
    for other, distance in nearest.items():
        present = facts.values[other]
        assert isinstance(present, Fraction)
        if distance is not None:
            infinite = (present == 0, distance / abs(present) if present else Fraction(0))
            assert (limit, share) <= infinite
            if other == key and present == 0:
                assert isinstance(found.wanted, Fraction)
                assert abs(found.wanted) <= distance
