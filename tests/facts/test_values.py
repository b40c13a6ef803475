"""What a person types is read exactly, or refused with a sentence; what is written is read back as the same."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kechuang.facts.models import Metric
from kechuang.facts.values import PLACES, value_read, value_said, value_text
from kechuang.kernel.errors import Refused

MONEY = Metric(code="revenue", label="营业收入", unit="万元", kind="number", period="year")
PROFIT = Metric(code="profit", label="利润总额", unit="万元", kind="number", period="year", signed=True)
STAFF = Metric(code="staff", label="研发人员", unit="人", kind="number", period="year", whole=True)
FLAG = Metric(code="flag", label="独立法人", kind="boolean", period="none")
DAY = Metric(code="day", label="成立日期", kind="date", period="none")
TEXT = Metric(code="text", label="行业", kind="text", period="none")
SET = Metric(
    code="set",
    label="资质",
    kind="set",
    period="none",
    choices={"high_tech": "高新技术企业", "tech_sme": "科技型中小企业"},
)
FREE = Metric(code="free", label="类别", kind="set", period="none")


@pytest.mark.parametrize(
    ("typed", "value"),
    (
        ("1280.5", "1280.5"),
        ("1,280.50", "1280.5"),
        ("".join(chr(ord(sign) + 0xFEE0) for sign in "1280.5"), "1280.5"),
        (" 1 280.5 ", "1280.5"),
        ("1280.5万元", "1280.5"),
        ("0", "0"),
        (1280.5, "1280.5"),
        (0.1 + 0.2, "0.3"),
        (12, "12"),
        (Decimal("0.1250"), "0.125"),
    ),
)
def test_numbers_are_read_exactly(typed, value):
    assert value_read(MONEY, typed) == Decimal(value)


@pytest.mark.parametrize(
    "typed",
    (
        "十",
        "1e5",
        "1,28",
        "1.28亿",
        "12%",
        "-1",
        "0.00001",
        "1" * 11,
        "NaN",
        "1..2",
        float("nan"),
        float("inf"),
        True,
        "1\x002",
    ),
)
def test_what_is_no_figure_is_refused_at_its_field(typed):
    with pytest.raises(Refused) as refused:
        value_read(MONEY, typed)
    assert refused.value.field == "revenue"


def test_counts_are_whole_and_only_what_may_be_negative_is():
    with pytest.raises(Refused, match="整数"):
        value_read(STAFF, "2.5")
    assert value_read(STAFF, "25人") == Decimal(25)
    assert value_read(PROFIT, "-25.5") == Decimal("-25.5")


@pytest.mark.parametrize("metric", (MONEY, FLAG, DAY, TEXT, SET))
@pytest.mark.parametrize("nothing", (None, "", "  ", "\u3000"))
def test_nothing_is_nothing(metric, nothing):
    assert value_read(metric, nothing) is None


def test_other_kinds():
    assert [value_read(FLAG, typed) for typed in ("是", "否", "有", True, "no")] == [True, False, True, True, False]
    assert value_read(DAY, "2009年5月1日") == value_read(DAY, datetime(2009, 5, 1, 8)) == date(2009, 5, 1)  # noqa: DTZ001
    assert value_read(SET, "高新技术企业、tech_sme") == frozenset({"high_tech", "tech_sme"})
    assert value_read(SET, "无") == frozenset()
    assert value_read(FREE, ["a", " b "]) == frozenset({"a", "b"})
    assert value_said(SET, {"tech_sme", "high_tech"}) == "高新技术企业、科技型中小企业"


@pytest.mark.parametrize(
    ("metric", "typed"),
    (
        (FLAG, "也许"),
        (DAY, "2023-02-30"),
        (DAY, "1700-01-01"),
        (SET, "示例资质"),
        (TEXT, "a\nb"),
        (TEXT, "字" * 501),
        (SET, 7),
    ),
)
def test_what_another_kind_cannot_hold_is_refused(metric, typed):
    with pytest.raises(Refused) as refused:
        value_read(metric, typed)
    assert refused.value.field == metric.code


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=PLACES))
def test_every_number_is_read_back_as_it_was_written(number):
    assert value_read(PROFIT, value_text(PROFIT, number)) == number
    assert value_read(PROFIT, f"{number:,f}") == number


@given(st.dates(min_value=date(1850, 1, 1), max_value=date(2199, 12, 31)))
def test_every_day_is_read_back_as_it_was_written(day):
    assert value_read(DAY, value_text(DAY, day)) == day


@given(st.frozensets(st.sampled_from(sorted(SET.choices))))
def test_every_set_is_read_back_as_it_was_written(items):
    read = value_read(SET, value_text(SET, items) or "-")
    assert read == items


@given(
    st.sampled_from([MONEY, PROFIT, STAFF, FLAG, DAY, TEXT, SET, FREE]), st.one_of(st.text(), st.floats(), st.binary())
)
def test_whatever_is_given_is_read_or_refused_in_a_sentence(metric, given_value):
    said, value = told(metric, given_value)
    if said:
        assert (said[0], value) == ("“", metric.code)
    else:
        assert value is None or told(metric, value_text(metric, value) or "-") == ("", value)


def told(metric, given_value):
    """Return (the sentence, its field) of a refusal, or ("", the value)."""
    try:
        return "", value_read(metric, given_value)
    except Refused as refusal:
        return str(refusal), refusal.field
