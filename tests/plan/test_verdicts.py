"""Verdicts in the reader's language say in Chinese exactly what the rule itself says."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from kechuang.plan.selectors.verdicts import judged
from kechuang.pure.indicators import Path, judge


@given(
    base=st.one_of(st.none(), st.integers(0, 20)),
    goal=st.integers(0, 40),
    reached=st.integers(0, 40),
    day=st.dates(date(2020, 6, 1), date(2024, 6, 1)),
)
def test_in_chinese_both_are_the_same(base, goal, reached, day):
    path = Path(2020 if base is not None else None, base, {2023: goal})
    given_ = {"reached": reached, "day": day, "tolerance": Decimal("0.1"), "unit": "个"}
    with translation.override("zh-hans"):
        assert judged(path, **given_) == judge(path, **given_)
