"""The bulk path gives the very verdicts of the one-by-one path."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kechuang.pure.conditions.bulk import ROWS, VERDICTS, backtest, verdicts
from kechuang.pure.conditions.columns import Table, Vocabulary, column_of
from kechuang.pure.conditions.nodes import Facts
from kechuang.pure.conditions.rules import Rule, Verdict, rules_read
from kechuang.pure.conditions.values import Value
from kechuang.pure.conditions.verdict import rule_verdict
from tests.pure.conditions import strategies
from tests.pure.conditions.dictionary import METRICS


def table_of(subjects: list[Facts]) -> Table:
    """Return the facts of several subjects as columns."""
    vocabulary = Vocabulary()
    keys = sorted({key for facts in subjects for key in facts.values})
    columns = {
        (code, 2022 + offset if METRICS[code].yearly else None): column_of(
            [facts.values.get((code, offset)) for facts in subjects], METRICS[code].kind, vocabulary
        )
        for code, offset in keys
    }
    return Table([f"s{place}" for place in range(len(subjects))], columns, METRICS, vocabulary)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(
    rules=st.lists(strategies.rules(), min_size=1, max_size=3),
    subjects=st.lists(strategies.facts(), min_size=1, max_size=6),
    on=st.sampled_from([date(2022, 12, 31), date(2023, 2, 28), date(2024, 2, 29)]),
)
def test_bulk_equals_one_by_one(rules: list[Rule], subjects: list[Facts], on: date) -> None:
    found = verdicts(rules, table_of(subjects), year=2022, on=on)
    expected = [[rule_verdict(rule, Facts(2022, on, facts.values)) for facts in subjects] for rule in rules]
    assert [[VERDICTS[place] for place in row] for row in found] == expected


def judged(text: str, subjects: list[dict[tuple[str, int], Value]]) -> list[str]:
    """Return the bulk verdicts of one condition, checked against the one-by-one path."""
    facts = [Facts(2022, date(2022, 12, 31), known) for known in subjects]
    (rule,) = rules_read(f"rules:\n  - id: r\n    clauses:\n      - id: c\n        need: {text}\n", METRICS)
    (found,) = verdicts([rule], table_of(facts), year=2022, on=date(2022, 12, 31))
    assert [VERDICTS[place] for place in found] == [rule_verdict(rule, known) for known in facts]
    return [VERDICTS[place].value for place in found]


def test_decimals_are_compared_as_written() -> None:
    subjects: list[dict[tuple[str, int], Value]] = [
        {("ratio", 0): Fraction("0.1"), ("ratio", -1): Fraction("0.2")},
        {("ratio", 0): Fraction("0.1"), ("ratio", -1): Fraction("0.1999999999")},
        {("ratio", 0): Fraction("0.1")},
    ]
    assert judged("ratio + ratio[-1] >= 0.3", subjects) == ["met", "unmet", "unknown"]


def test_quotients_at_their_threshold_are_exact() -> None:
    subjects: list[dict[tuple[str, int], Value]] = [
        {("rd_expense", 0): Fraction("0.03") * revenue + more, ("revenue", 0): Fraction(revenue)}
        for revenue in (10_000, -10_000, 0)
        for more in (Fraction(0), Fraction(1, 100), Fraction(-1, 100))
    ]
    assert judged("rd_expense / revenue >= 0.03", subjects) == [
        *("met", "met", "unmet"),
        *("met", "unmet", "met"),
        *("unknown", "unknown", "unknown"),
    ]


def test_a_choice_is_not_touched_by_the_branch_not_taken() -> None:
    subjects: list[dict[tuple[str, int], Value]] = [
        {("staff", 0): Fraction(3), ("levels", 0): frozenset(), ("revenue", 0): Fraction(revenue)} for revenue in (0, 1)
    ]
    assert judged("(staff / count(levels) if revenue > 0 else 0) == 0", subjects) == ["met", "unknown"]


def test_numbers_too_wide_for_64_bits_are_exact() -> None:
    wide = Fraction(10) ** 25
    subjects: list[dict[tuple[str, int], Value]] = [
        {("rd_expense", 0): wide + more, ("revenue", 0): wide, ("staff", 0): Fraction(2**61)}
        for more in (Fraction(0), Fraction(1, 1000), Fraction(-1, 1000))
    ]
    assert judged("rd_expense >= revenue", subjects) == ["met", "met", "unmet"]
    assert judged("rd_expense * rd_expense <= revenue * revenue", subjects) == ["met", "unmet", "met"]
    assert judged("staff * staff * 4 == staff * staff * 4 and staff + staff > staff", subjects) == ["met"] * 3


def test_growth_at_its_threshold_is_exact() -> None:
    subjects: list[dict[tuple[str, int], Value]] = [
        {("revenue", 0): Fraction(last), ("revenue", -2): Fraction(100)}
        for last in ("121", "120.9999999999", "120.999999999", "100", "-1", "0")
    ]
    assert judged("growth(revenue, 2) >= 0.1", subjects) == ["met", "met", "unmet", "unmet", "unknown", "unmet"]
    assert judged("growth(revenue, 2) == 0", subjects) == ["unmet", "unmet", "unmet", "met", "unknown", "unmet"]


def test_dates_and_points_too_wide_are_exact() -> None:
    day = date(2020, 1, 1)
    subjects: list[dict[tuple[str, int], Value]] = [{("founded_on", 0): day, ("ratio", 0): Fraction(10) ** 25}]
    wide = "(founded_on if ratio * ratio > ratio else date('2021-01-01')) == date('2020-01-01')"
    assert judged(f'"{wide}"', subjects) == ["met"]
    points = "{id: c, points: [{when: known(staff), give: 1e30}]}, {id: d, points: [{when: known(kind), give: 1}]}"
    (rule,) = rules_read(f"rules: [{{id: r, clauses: [{points}], pass: {{min_points: 1e30}}}}]", METRICS)
    facts = [Facts(2022, day, known) for known in ({("staff", 0): Fraction(1)}, {("kind", 0): "a"})]
    (found,) = verdicts([rule], table_of(facts), year=2022, on=day)
    assert [VERDICTS[place].value for place in found] == ["met", "unmet"]


def test_texts_have_an_order() -> None:
    subjects: list[dict[tuple[str, int], Value]] = [{("kind", 0): kind} for kind in ("b", "a", "c")]
    assert judged("kind <= 'b'", subjects) == ["met", "met", "unmet"]


def test_many_pieces_stand_in_order() -> None:
    rows = 2 * ROWS + 3
    column = column_of([Fraction(row) for row in range(rows)], METRICS["staff"].kind, Vocabulary())
    table = Table([str(row) for row in range(rows)], {("staff", None): column}, METRICS, Vocabulary())
    rules = rules_read(f"rules: [{{id: r, clauses: [{{id: c, need: staff >= {ROWS + 1}}}]}}]", METRICS)
    (found,) = verdicts(rules, table, year=2022, on=date(2022, 12, 31))
    assert found.tolist() == [0] * (ROWS + 1) + [2] * (rows - ROWS - 1)


@pytest.mark.capability("C115")
def test_a_backtest_names_who_gains_and_who_loses() -> None:
    subjects = [Facts(2022, date(2022, 12, 31), {("staff", 0): Fraction(staff)}) for staff in (5, 10, 20)]
    subjects.append(Facts(2022, date(2022, 12, 31), {}))
    before, after = rules_read(
        "rules: [{id: a, clauses: [{id: c, need: staff >= 10}]}, {id: b, clauses: [{id: c, need: staff < 15}]}]",
        METRICS,
    )
    found = backtest(before, after, table_of(subjects), year=2022, on=date(2022, 12, 31))
    assert (found.gained, found.lost) == (["s0"], ["s2"])
    assert found.counts[Verdict.UNKNOWN, Verdict.UNKNOWN] == 1
    assert found.counts[Verdict.MET, Verdict.MET] == 1
