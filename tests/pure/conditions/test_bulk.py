"""The bulk path gives the very verdicts of the one-by-one path."""

from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kechuang.pure.conditions.bulk import VERDICTS, verdicts
from kechuang.pure.conditions.columns import Table, Vocabulary, column_of
from kechuang.pure.conditions.nodes import Facts
from kechuang.pure.conditions.rules import Rule
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
