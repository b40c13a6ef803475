"""The order of a rule's verdict, and points certain and possible."""

from datetime import date
from fractions import Fraction

import pytest

from kechuang.pure.conditions.nodes import Facts
from kechuang.pure.conditions.rules import rules_read
from kechuang.pure.conditions.verdict import rule_points, rule_verdict
from tests.pure.conditions.dictionary import METRICS

# "yes" is met, "no" is unmet, "open" is unknown.
NEED = {"yes": "need: 'True'", "no": "need: 'False'", "open": "need: dishonest"}
VETO = {"yes": "veto: 'True'", "no": "veto: 'False'", "open": "veto: dishonest"}
NOTHING = Facts(2022, date(2022, 12, 31), {})


def verdict(needs: list[str], vetoes: list[str], points: str = "", least: str = "0") -> str:
    parts = [NEED[need] for need in needs] + [VETO[veto] for veto in vetoes] + ([f"points: {points}"] if points else [])
    clauses = ", ".join(f"{{id: c{place}, {part}}}" for place, part in enumerate(parts))
    text = f"rules:\n  - id: r\n    clauses: [{clauses}]\n    pass: {{min_points: {least}}}\n"
    return rule_verdict(rules_read(text, METRICS)[0], NOTHING).value


OPEN_FIVE = "[{when: dishonest, give: 5}]"


@pytest.mark.parametrize(
    ("needs", "vetoes", "points", "least", "expected"),
    (
        (["yes"], ["no"], "", "0", "met"),
        (["yes", "no"], ["no"], "", "0", "unmet"),
        (["open", "no"], ["open"], "", "0", "unmet"),
        (["yes"], ["yes"], "", "0", "unmet"),
        (["open"], ["yes"], "", "0", "unmet"),
        (["open"], ["no"], "", "0", "unknown"),
        (["yes"], ["open"], "", "0", "unknown"),
        (["open"], ["open"], OPEN_FIVE, "6", "unmet"),
        (["yes"], ["no"], OPEN_FIVE, "6", "unmet"),
        (["yes"], ["no"], OPEN_FIVE, "5", "unknown"),
        (["yes"], ["no"], OPEN_FIVE, "0", "met"),
        (["open"], ["no"], "[{when: 'True', give: 5}]", "5", "unknown"),
        (["yes"], ["no"], "[{when: 'True', give: 5}]", "5", "met"),
        (["yes"], ["no"], "[{when: 'True', give: 5}]", "5.1", "unmet"),
    ),
)
def test_unmet_comes_before_unknown_before_met(
    needs: list[str], vetoes: list[str], points: str, least: str, expected: str
) -> None:
    assert verdict(needs, vetoes, points, least) == expected


@pytest.mark.parametrize(
    ("points", "certain", "possible"),
    (
        ("[{when: 'True', give: 5}, {when: 'True', give: 3}]", "5", "5"),
        ("[{when: 'True', give: 3}, {when: 'True', give: 5}]", "5", "5"),
        ("[{when: 'False', give: 5}, {when: 'True', give: 3}]", "3", "3"),
        ("[{when: dishonest, give: 5}, {when: 'True', give: 3}]", "3", "5"),
        ("[{when: dishonest, give: 2}, {when: 'True', give: 3}]", "3", "3"),
        ("[{when: dishonest, give: 5}, {when: dishonest, give: 3}]", "0", "5"),
        ("[{when: 'False', give: 5}]", "0", "0"),
        ("[{when: 'True', give: 5.5}], max: 4", "4", "4"),
        ("[{when: dishonest, give: 5}, {when: 'True', give: 3}], max: 4", "3", "4"),
        ("[{when: 'True', give: -5}]", "-5", "-5"),
        ("[{when: dishonest, give: -5}]", "-5", "0"),
        ("[{when: dishonest, give: -5}, {when: 'True', give: -3}]", "-3", "-3"),
        ("[{when: 'False', give: -5}]", "0", "0"),
    ),
)
def test_points_of_a_clause_are_its_greatest_band(points: str, certain: str, possible: str) -> None:
    text = f"rules:\n  - id: r\n    clauses:\n      - {{id: c, points: {points}}}\n      - {{id: d, veto: 'False'}}\n"
    found = rule_points(rules_read(text, METRICS)[0], NOTHING)
    assert (found.certain, found.possible) == (Fraction(certain), Fraction(possible))


def test_points_of_a_rule_are_the_sum_of_its_clauses() -> None:
    text = (
        "rules:\n  - id: r\n    clauses:\n"
        "      - {id: c, points: [{when: 'True', give: 5}]}\n      - {id: d, points: [{when: dishonest, give: 2}]}\n"
    )
    found = rule_points(rules_read(text, METRICS)[0], NOTHING)
    assert (found.certain, found.possible) == (Fraction(5), Fraction(7))
