"""Each line of the grammar, what it means, and what is refused."""

import warnings
from datetime import date
from fractions import Fraction

import pytest

from kechuang.pure.conditions.grammar import condition_read
from kechuang.pure.conditions.nodes import Facts, truth
from kechuang.pure.conditions.values import Unreadable, Value
from tests.pure.conditions.dictionary import METRICS

KNOWN: dict[tuple[str, int], Value] = {
    ("rd_expense", 0): Fraction(250),
    ("rd_expense", -1): Fraction(200),
    ("rd_expense", -2): Fraction(160),
    ("revenue", 0): Fraction(8000),
    ("ratio", 0): Fraction("0.1"),
    ("ratio", -1): Fraction(0),
    ("kind", 0): "enterprise",
    ("grade", -1): "a",
    ("dishonest", 0): False,
    ("founded_on", 0): date(2020, 2, 29),
    ("levels", 0): frozenset({"city", "provincial"}),
}


def judged(text: str, *, on: date = date(2022, 12, 31), **more: Value) -> bool | None:
    """Return the truth of a condition on ``KNOWN``, with more facts of the reference year by name."""
    facts = Facts(2022, on, KNOWN | {(code, 0): value for code, value in more.items()})
    return truth(condition_read(text, METRICS), facts)


@pytest.mark.parametrize(
    ("text", "expected"),
    (
        ("rd_expense == 250", True),
        ("rd_expense[0] == 250", True),
        ("rd_expense[-1] == 200", True),
        ("rd_expense[-9] == 200", None),
        ("staff == 1", None),
        ("sum(rd_expense, 3) == 610", True),
        ("sum(rd_expense, 1) == 250", True),
        ("sum(rd_expense, 4) == 610", None),
        ("avg(rd_expense, 2) == 225", True),
        ("lowest(rd_expense, 3) == 160", True),
        ("highest(rd_expense, 3) == 250", True),
        ("growth(rd_expense, 1) == 0.25", True),
        ("growth(rd_expense, 2) == 0.25", True),
        ("growth(rd_expense, 3) == 0.25", None),
        ("growth(ratio, 1) > 0", None),
        ("revenue == 8_000", True),
        ("revenue == 8e3", True),
        ('kind == "enterprise"', True),
        ("kind == 'university'", False),
        ("dishonest == False", True),
        ("True", True),
        ("dishonest", False),
        ('founded_on == date("2020-02-29")', True),
        ('founded_on < date("2020-03-01")', True),
        ("0.1 + 0.2 >= 0.3", True),
        ("0.1 + 0.2 == 0.3", True),
        ("ratio * 3 == 0.3", True),
        ("1 / 3 * 3 == 1", True),
        ("2 + 3 * 4 - 6 / 2 == 11", True),
        ("-(2 + 3) == -5", True),
        ("--1 == 1", True),
        ("rd_expense / ratio[-1] >= 0", None),
        ("rd_expense / (1 - 1) == 0", None),
        ("0 * staff == 0", None),
        ("rd_expense != 250", False),
        ("rd_expense < 250", False),
        ("rd_expense <= 250", True),
        ("rd_expense > 249.999", True),
        ("200 <= rd_expense < 300", True),
        ("300 <= rd_expense < staff", False),
        ("200 <= rd_expense < staff", None),
        ("staff < rd_expense < 200", False),
        ('kind in {"enterprise", "hospital"}', True),
        ('kind not in {"enterprise"}', False),
        ('grade in {"a"}', None),
        ('grade not in {"a"}', None),
        ("rd_expense in {250, -1}", True),
        ('founded_on in {date("2020-02-29")}', True),
        ("dishonest in {True}", False),
        ("staff > 0 and rd_expense > 300", False),
        ("staff > 0 and rd_expense > 200", None),
        ("staff > 0 or rd_expense > 200", True),
        ("staff > 0 or rd_expense > 300", None),
        ("not staff > 0", None),
        ("not rd_expense > 300", True),
        ("(1 if rd_expense > 200 else 2) == 1", True),
        ("(1 if staff > 0 else 1) == 1", True),
        ("(1 if staff > 0 else 2) == 1", None),
        ("(staff if rd_expense > 200 else 2) == 2", None),
        ("(staff if rd_expense > 300 else 2) == 2", True),
        ("True if staff > 0 else True", True),
        ("True if staff > 0 else False", None),
        ("at_least(2, rd_expense > 1, revenue > 1, staff > 1)", True),
        ("at_least(2, rd_expense > 1, revenue < 1, staff > 1)", None),
        ("at_least(2, rd_expense < 1, revenue < 1, staff > 1)", False),
        ("at_least(3, rd_expense > 1)", False),
        ("any_of(staff > 1, revenue > 1)", True),
        ("any_of(staff > 1, revenue < 1)", None),
        ("all_of(staff > 1, revenue < 1)", False),
        ("all_of(staff > 1, revenue > 1)", None),
        ('has(levels, "city")', True),
        ('has(levels, "national")', False),
        ("count(levels) == 2", True),
        ("known(revenue)", True),
        ("known(revenue[-1])", False),
        ("known(staff) or known(kind)", True),
        ("years_since(founded_on) == 2", True),
        ("months_since(founded_on) == 34", True),
    ),
)
def test_forms_mean_what_the_language_says(text: str, *, expected: bool | None) -> None:
    assert judged(text) is expected


@pytest.mark.parametrize(
    ("start", "on", "years", "months"),
    (
        (date(2020, 2, 29), date(2021, 2, 27), 0, 11),
        (date(2020, 2, 29), date(2021, 2, 28), 1, 12),
        (date(2020, 2, 29), date(2024, 2, 28), 3, 47),
        (date(2020, 2, 29), date(2024, 2, 29), 4, 48),
        (date(2022, 1, 31), date(2022, 2, 28), 0, 1),
        (date(2022, 12, 31), date(2022, 12, 31), 0, 0),
        (date(2023, 1, 1), date(2022, 12, 31), -1, -1),
        (date(2024, 1, 1), date(2022, 12, 31), -2, -13),
    ),
)
def test_whole_years_and_months(start: date, on: date, years: int, months: int) -> None:
    assert judged(f"years_since(founded_on) == {years}", on=on, founded_on=start) is True
    assert judged(f"months_since(founded_on) == {months}", on=on, founded_on=start) is True


def test_growth_is_rounded_to_twelve_decimals() -> None:
    assert judged("growth(rd_expense, 2) == 0.767766952966", rd_expense=Fraction(500)) is True


def test_an_empty_set_is_known_and_holds_nothing() -> None:
    assert judged('count(levels) == 0 and not has(levels, "city")', levels=frozenset()) is True


@pytest.mark.parametrize(
    ("text", "column"),
    (
        ("", 1),
        ("unheard_of > 1", 1),
        ("rd_expense > nothing", 14),
        ("rd_expense", 1),
        ("rd_expense + 1", 1),
        ("kind >= 3", 9),
        ('rd_expense == "3"', 15),
        ("dishonest == 1", 14),
        ("founded_on >= 2020", 15),
        ('founded_on == "2020-01-01"', 15),
        ("levels == kind", 11),
        ('kind in {"a", 3}', 15),
        ("rd_expense in {kind}", 16),
        ("rd_expense in {revenue}", 16),
        ("rd_expense in (1, 2)", 15),
        ("rd_expense in {}", 15),
        ("dishonest < True", 13),
        ("levels <= levels", 11),
        ("rd_expense and True", 1),
        ("not rd_expense", 5),
        ("-dishonest == 1", 2),
        ("+rd_expense == 1", 1),
        ("~rd_expense == 1", 1),
        ("rd_expense ** 2 > 1", 1),
        ("rd_expense % 2 > 1", 1),
        ("rd_expense // 2 > 1", 1),
        ("rd_expense is 2", 15),
        ("(1 if dishonest else kind) == 1", 22),
        ("(1 if rd_expense else 2) == 1", 7),
        ("rd_expense[1] > 1", 12),
        ("rd_expense[-10] > 1", 12),
        ("rd_expense[-1.0] > 1", 12),
        ("rd_expense[True] > 1", 12),
        ("rd_expense[revenue] > 1", 12),
        ("rd_expense[-1:0] > 1", 12),
        ("staff[-1] > 1", 1),
        ("rd_expense[-1][-1] > 1", 1),
        ("sum(rd_expense) > 1", 1),
        ("sum(rd_expense, 0) > 1", 17),
        ("sum(rd_expense, 2.0) > 1", 17),
        ("sum(rd_expense, True) > 1", 17),
        ("sum(rd_expense, n=2) > 1", 1),
        ("sum(rd_expense, 1_000_000_000) > 1", 17),
        ("sum(staff, 2) > 1", 5),
        ("sum(grade, 2) > 1", 5),
        ("sum(rd_expense[-1], 2) > 1", 5),
        ("sum(rd_expense + 1, 2) > 1", 5),
        ("at_least(0, dishonest)", 10),
        ("at_least(1)", 1),
        ("at_least(1, rd_expense)", 13),
        ("any_of()", 1),
        ("any_of(*{dishonest})", 1),
        ('has(kind, "a")', 5),
        ("has(levels, kind)", 13),
        ("has(levels, 1)", 13),
        ("count(kind) > 1", 7),
        ("known(1)", 7),
        ("known(rd_expense + 1)", 7),
        ("years_since(rd_expense) > 1", 13),
        ('date("2021-02-29") == founded_on', 6),
        ('date("20210101") == founded_on', 6),
        ("date(2021) == founded_on", 6),
        ("date(kind) == founded_on", 6),
        ("None == rd_expense", 1),
        ("b'a' == kind", 1),
        ("f'a' == kind", 1),
        ("r'a' == kind", 1),
        ("'a' 'b' == kind", 1),
        ("'''a''' == kind", 1),
        ("1j == rd_expense", 1),
        ("0x10 == rd_expense", 1),
        ("1e999999999 == rd_expense", 1),
        ("... == rd_expense", 1),
        ("[1] == rd_expense", 1),
        ("(1, 2) == rd_expense", 1),
        ("{'a': 1} == rd_expense", 1),
        ("kind.upper() == kind", 1),
        ("kind.real == kind", 1),
        ("lambda: True", 1),
        ("[x for x in kind]", 1),
        ("(x := 1) > 0", 2),
        ("__import__('os')", 1),
        ("print(1)", 1),
        ("sum > 1", 1),
        ("sum(1, 2)(3) > 1", 1),
        ("await dishonest", 1),
        ("yield", 1),
        ("dishonest # and kind", 11),
        ("dishonest; True", 10),
        ("dishonest = True", 11),
        ("研发费用 > 1", 1),
        ("rd_expense > 1 and 研发 > 1", 20),
    ),
)
def test_anything_else_is_refused_with_its_place(text: str, column: int) -> None:
    with pytest.raises(Unreadable) as refusal:
        condition_read(text, METRICS)
    assert refusal.value.column == column


@pytest.mark.parametrize(
    "text",
    (
        "(" * 5000 + "1" + ")" * 5000,
        "-" * 19_000 + "1 > 0",
        "not " * 4000 + "dishonest",
        "rd_expense > " + "9" * 5000,
        "rd_expense > " + "+".join(["1"] * 5000),
        "dishonest == (" * 40 + "dishonest" + " == dishonest) == dishonest" * 40,
        "not " * 150 + "dishonest",
        "rd_expense in {" + ", ".join(["1"] * 6000) + "}",
        "x" * 30_000,
        "dishonest\x00",
        "dishonest and\\\nTrue",
        "dishonest \\",
        "rd_expense > 1" + " or rd_expense > 1" * 3000,
    ),
)
def test_hostile_conditions_are_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        condition_read(text, METRICS)


def test_deep_but_lawful_conditions_are_judged() -> None:
    assert judged("dishonest == (" * 90 + "dishonest" + ")" * 90) is False


def test_a_condition_may_stand_on_several_lines() -> None:
    assert judged("\n  rd_expense > 300\n  or (revenue > 1\n  and True)\n") is True


def test_odd_literals_say_nothing_on_stderr() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert judged('kind == "\\d"') is False
        assert judged("(1if dishonest else 2) == 2") is True
