"""FACTS.csv: what it holds, exactly, and the line of every fault."""

from datetime import date
from fractions import Fraction

import pytest

from kechuang.pure.conditions.columns import Table
from kechuang.pure.conditions.fact_file import facts_read
from kechuang.pure.conditions.values import Unreadable, Value
from tests.pure.conditions.dictionary import METRICS

HEAD = "subject,metric,period,value\n"


def read(text: str) -> Table:
    return facts_read(lambda: text.splitlines(keepends=True), METRICS)


def known(text: str, row: int = 0) -> dict[tuple[str, int], Value]:
    return dict(read(HEAD + text).facts(row, year=2022, on=date(2022, 12, 31)).values)


def test_values_are_read_by_the_kind_of_their_metric() -> None:
    assert known(
        "甲,rd_expense,2022,250.50\n甲,rd_expense,2021,-3\n甲,staff,,7\n甲,kind,,enterprise\n甲,dishonest,,false\n"
        "甲,founded_on,,2020-02-29\n甲,levels,,city|provincial\n甲,audited,2020,true\n甲,grade,2022,true\n"
    ) == {
        ("rd_expense", 0): Fraction("250.5"),
        ("rd_expense", -1): Fraction(-3),
        ("staff", 0): Fraction(7),
        ("kind", 0): "enterprise",
        ("dishonest", 0): False,
        ("founded_on", 0): date(2020, 2, 29),
        ("levels", 0): frozenset({"city", "provincial"}),
        ("audited", -2): True,
        ("grade", 0): "true",
    }


def test_empty_is_unknown_and_a_dash_is_the_empty_set() -> None:
    text = "甲,rd_expense,2022,\n甲,kind,,\n甲,dishonest,,\n甲,founded_on,,\n甲,levels,,-\n乙,levels,,\n乙,kind,,-\n"
    assert known(text) == {("levels", 0): frozenset()}
    assert known(text, row=1) == {("kind", 0): "-"}


@pytest.mark.parametrize(
    "number",
    ("0.1", "-0.001", "+5", ".5", "5.", "1e6", "1E-3", "007", "123456789012345678901234567890.5", "9" * 99, "1e-40"),
)
def test_numbers_stay_exact_whatever_stands_beside_them(number: str) -> None:
    text = f"甲,rd_expense,2022,{number}\n乙,rd_expense,2022,3\n丙,rd_expense,2022,0.25\n"
    assert [known(text, row)["rd_expense", 0] for row in range(3)] == [Fraction(number), 3, Fraction(1, 4)]


def test_subjects_stand_in_order_of_first_appearance() -> None:
    table = read(HEAD + '乙,staff,,1\n"甲,一",staff,,1\n乙,kind,,a\n丙,staff,,\n')
    assert list(table.subjects) == ["乙", "甲,一", "丙"]


def test_quotes_and_carriage_returns_are_read() -> None:
    assert known('"甲",kind,,"a ""b"", c"\r\n甲,staff,,2\r\n') == {("kind", 0): 'a "b", c', ("staff", 0): Fraction(2)}


def test_facts_of_later_years_are_not_seen() -> None:
    assert known("甲,rd_expense,2023,1\n甲,rd_expense,2010,2\n") == {("rd_expense", -12): Fraction(2)}


def test_a_file_without_facts_has_no_subjects() -> None:
    assert list(read(HEAD).subjects) == []


@pytest.mark.parametrize(
    ("text", "line"),
    (
        ("", 1),
        ("subject,metric,value\n", 1),
        ("subject;metric;period;value\n", 1),
        (HEAD + "甲,staff,,1\n甲,nothing,,1\n", 3),
        (HEAD + "甲,staff,,1\n乙,staff,,1\n甲,staff,,1\n", 4),
        (HEAD + "甲,staff,,1\n甲,staff,,\n", 3),
        (HEAD + "甲,ratio,2022,1\n甲,ratio,2021,1\n甲,ratio,2022,1\n", 4),
        (HEAD + "甲,staff,,1\n甲,staff,,1\n甲,nothing,,1\n", 3),
        (HEAD + "甲,nothing,,1\n甲,staff,,1\n甲,staff,,1\n", 2),
        (HEAD + "甲,staff,2022,1\n", 2),
        (HEAD + "甲,ratio,,1\n", 2),
        (HEAD + "甲,ratio,22,1\n", 2),
        (HEAD + "甲,ratio,\uff12022,1\n", 2),
        (HEAD + "甲,staff,,many\n", 2),
        (HEAD + "甲,staff,,1_000\n", 2),
        (HEAD + '甲,staff,,"1,000"\n', 2),
        (HEAD + "甲,staff,,\uff13\n", 2),
        (HEAD + "甲,staff,,NaN\n", 2),
        (HEAD + "甲,staff,,Infinity\n", 2),
        (HEAD + "甲,staff,,1e999999999\n", 2),
        (HEAD + f"甲,staff,,{'9' * 200}\n", 2),
        (HEAD + "甲,staff,, 1\n", 2),
        (HEAD + "甲,dishonest,,yes\n", 2),
        (HEAD + "甲,dishonest,,True\n", 2),
        (HEAD + "甲,founded_on,,2022-02-30\n", 2),
        (HEAD + "甲,founded_on,,20220201\n", 2),
        (HEAD + "甲,levels,,a||b\n", 2),
        (HEAD + ",staff,,1\n", 2),
        (HEAD + "甲,staff,1\n", 2),
        (HEAD + "甲,staff,,1,2\n", 2),
        (HEAD + '\n甲,kind,,"a\nb"\n甲,staff,,x\n', 5),
        (HEAD + '甲,kind,,"a\n', 2),
        (HEAD + '甲,kind,,"a"b\n', 2),
    ),
)
def test_faults_are_refused_with_their_line(text: str, line: int) -> None:
    with pytest.raises(Unreadable) as refusal:
        read(text)
    assert refusal.value.line == line


def test_many_facts_are_read_in_batches() -> None:
    rows = 70_000
    table = read(HEAD + "".join(f"s{row},staff,,{row}.5\n" for row in range(rows)))
    last = table.facts(rows - 1, year=2022, on=date(2022, 12, 31))
    assert last.values == {("staff", 0): Fraction(2 * rows - 1, 2)}
