"""Random conditions, rules and facts, written as the language is written."""

from datetime import date
from fractions import Fraction

from hypothesis import strategies as st

from kechuang.pure.conditions.grammar import condition_read
from kechuang.pure.conditions.nodes import Facts
from kechuang.pure.conditions.rules import Band, Clause, Role, Rule
from kechuang.pure.conditions.values import Value
from tests.pure.conditions.dictionary import METRICS

YEARLY = ("rd_expense", "revenue", "ratio")
NUMBERS = ("0", "1", "2", "3", "0.1", "0.3", "0.03", "1_000", "12.5", "1e20", "0.000001", "-7")
TEXTS = ('"enterprise"', '"university"', '"a"', '"b"')
DATES = ('date("2020-02-29")', 'date("2022-12-31")', 'date("2025-01-01")')
SIGNS = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])


def _joined(*parts: object) -> st.SearchStrategy[str]:
    """Return texts made of fixed and drawn parts."""
    drawn = [part if isinstance(part, st.SearchStrategy) else st.just(str(part)) for part in parts]
    return st.tuples(*drawn).map("".join)


YEAR_METRIC = st.sampled_from(YEARLY)
COUNT = st.integers(1, 4).map(str)
NUMBER_LEAF = st.one_of(
    st.sampled_from(NUMBERS),
    YEAR_METRIC,
    st.just("staff"),
    _joined(YEAR_METRIC, "[-", COUNT, "]"),
    _joined(st.sampled_from(["sum", "avg", "lowest", "highest", "growth"]), "(", YEAR_METRIC, ", ", COUNT, ")"),
    st.just("count(levels)"),
    _joined(st.sampled_from(["years_since", "months_since"]), "(founded_on)"),
)
TEXT_LEAF = st.one_of(st.sampled_from(TEXTS), st.sampled_from(["kind", "grade", "grade[-1]"]))
DATE_LEAF = st.one_of(st.sampled_from(DATES), st.just("founded_on"))
TRUTH_LEAF = st.one_of(
    st.sampled_from(["True", "False", "dishonest", "audited", "audited[-1]", "(levels == levels)"]),
    _joined("known(", st.sampled_from(["revenue", "kind", "levels", "founded_on", "dishonest", "grade[-2]"]), ")"),
    _joined("has(levels, ", st.sampled_from(TEXTS), ")"),
)


def _numbers(deeper: st.SearchStrategy[str], truths: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        _joined("(", deeper, st.sampled_from([" + ", " - ", " * ", " / "]), deeper, ")"),
        _joined("(-", deeper, ")"),
        _joined("(", deeper, " if ", truths, " else ", deeper, ")"),
    )


def _comparisons(numbers: st.SearchStrategy[str], truths: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    sign = SIGNS.map(lambda drawn: f" {drawn} ")
    text = st.one_of(TEXT_LEAF, _joined("(", TEXT_LEAF, " if ", truths, " else ", TEXT_LEAF, ")"))
    day = st.one_of(DATE_LEAF, _joined("(", DATE_LEAF, " if ", truths, " else ", DATE_LEAF, ")"))
    within = st.sampled_from([" in {", " not in {"])
    return st.one_of(
        _joined("(", numbers, sign, numbers, ")"),
        _joined("(", numbers, sign, numbers, sign, numbers, ")"),
        _joined("(", text, sign, text, ")"),
        _joined("(", day, sign, day, ")"),
        _joined("(", text, within, st.lists(st.sampled_from(TEXTS), min_size=1, max_size=6).map(", ".join), "})"),
        _joined("(", numbers, within, st.lists(st.sampled_from(NUMBERS), min_size=1, max_size=3).map(", ".join), "})"),
    )


def _junctions(deeper: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    some = st.lists(deeper, min_size=1, max_size=4).map(", ".join)
    return st.one_of(
        _joined("(", deeper, " and ", deeper, ")"),
        _joined("(", deeper, " or ", deeper, ")"),
        _joined("(not ", deeper, ")"),
        _joined("(", deeper, " if ", deeper, " else ", deeper, ")"),
        _joined("(", deeper, st.sampled_from([" == ", " != "]), deeper, ")"),
        _joined("at_least(", COUNT, ", ", some, ")"),
        _joined(st.sampled_from(["any_of(", "all_of("]), some, ")"),
    )


NUMBER = st.recursive(NUMBER_LEAF, lambda deeper: _numbers(deeper, TRUTH_LEAF), max_leaves=5)
CONDITION = st.recursive(st.one_of(TRUTH_LEAF, _comparisons(NUMBER, TRUTH_LEAF)), _junctions, max_leaves=6)

DECIMAL = st.one_of(
    st.sampled_from(["0", "0.1", "0.2", "0.3", "1", "3", "12.5", "1000", "-7", "0.03", "99999999999999999999.5"]),
    st.integers(-10_000, 10_000).map(str),
    st.decimals(-1000, 1000, places=3).map(str),
).map(Fraction)
SETS = st.frozensets(st.sampled_from(["a", "b", "enterprise"]))
DAYS = st.one_of(
    st.sampled_from([date(2020, 2, 29), date(2022, 12, 31), date(2023, 1, 1)]),
    st.dates(date(1990, 1, 1), date(2030, 12, 31)),
)
VALUES: dict[str, st.SearchStrategy[Value]] = {
    "number": DECIMAL,
    "text": st.sampled_from(["enterprise", "university", "a", "b", "z"]),
    "boolean": st.booleans(),
    "date": DAYS,
    "set": SETS,
}


@st.composite
def facts(draw: st.DrawFn, *, year: int = 2022, on: date = date(2022, 12, 31)) -> Facts:
    """Draw what is known of one subject; about every fourth fact is unknown."""
    found: dict[tuple[str, int], Value] = {}
    for metric in METRICS.values():
        for offset in range(0, -5 if metric.yearly else -1, -1):
            if draw(st.integers(0, 3)):
                found[metric.code, offset] = draw(VALUES[metric.kind])
    return Facts(year, on, found)


@st.composite
def rules(draw: st.DrawFn, place: int = 0) -> Rule:
    """Draw a rule of up to four clauses."""
    clauses: list[Clause] = []
    for number in range(draw(st.integers(1, 4))):
        role = draw(st.sampled_from(list(Role)))
        texts = draw(st.lists(CONDITION, min_size=1, max_size=3 if role is Role.POINTS else 1))
        bands = tuple(
            Band(condition_read(text, METRICS), text, Fraction(draw(st.integers(-4, 10)), 2)) for text in texts
        )
        most = Fraction(draw(st.integers(0, 5))) if role is Role.POINTS and draw(st.booleans()) else None
        clauses.append(Clause(f"c{number}", role, "", "", template=False, bands=bands, most=most))
    return Rule(f"r{place}", "", tuple(clauses), 1, min_points=Fraction(draw(st.integers(0, 6))))
