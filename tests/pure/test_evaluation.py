"""Index systems: what gives points, what is missing, and that the explanation adds up."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kechuang.pure.conditions.metrics import Metric
from kechuang.pure.conditions.nodes import Facts
from kechuang.pure.conditions.values import Kind, Unreadable
from kechuang.pure.evaluation.reading import system_read
from kechuang.pure.evaluation.scores import GradeBand, cases_failed, grade, moved, places, rounded, score

pytestmark = pytest.mark.capability("C21")

METRICS = {
    code: Metric(code, kind, yearly=yearly)
    for code, kind, yearly in (
        ("rd_expense", Kind.NUMBER, True),
        ("revenue", Kind.NUMBER, True),
        ("staff", Kind.NUMBER, True),
        ("profit", Kind.NUMBER, True),
        ("branch", Kind.TEXT, False),
    )
}
DEFINITION = {
    "code": "sample",
    "title": "示例体系",
    "total": 100,
    "most": 100,
    "least": 0,
    "blocks": [
        {
            "id": "funds",
            "label": "创新经费",
            "weight": 60,
            "items": [
                {
                    "id": "rd",
                    "label": "研发费用",
                    "weight": 40,
                    "value": "rd_expense",
                    "linear": {"base": 100, "full": 500},
                },
                {
                    "id": "share",
                    "label": "研发占比",
                    "weight": 20,
                    "value": "rd_expense / revenue * 100",
                    "bands": [{"at_least": 3, "give": 10}, {"at_least": 5, "give": 20}],
                    "coefficients": [{"when": 'branch == "software"', "factor": "0.5"}],
                },
            ],
        },
        {
            "id": "people",
            "label": "创新人才",
            "weight": 40,
            "items": [
                {
                    "id": "staff",
                    "label": "研发人员",
                    "weight": 30,
                    "value": "staff",
                    "linear": [{"when": 'branch == "software"', "base": 20, "full": 40}, {"base": 10, "full": 30}],
                },
                {"id": "rules", "label": "管理制度", "weight": 10, "by_hand": True},
            ],
        },
    ],
    "adjustments": [
        {"id": "loss", "label": "亏损扣分", "when": "profit < 0", "give": -15},
        {"id": "rich", "label": "盈利加分", "when": "profit > 1000", "give": 5},
    ],
    "thresholds": [{"id": "people_held", "text": "研发人员不少于 10 人", "need": "staff >= 10"}],
}
SYSTEM = system_read(DEFINITION, METRICS)
FULL = {"rd_expense": 300, "revenue": 6000, "staff": 20, "profit": 10, "branch": "other"}


def facts(**values: object) -> Facts:
    known = {(code, 0): Fraction(v) if isinstance(v, int) else v for code, v in values.items() if v is not None}
    return Facts(2022, date(2022, 12, 31), known)


def altered(**changes: object) -> dict[str, object]:
    return {**DEFINITION, **changes}


def test_each_item_is_explained_and_the_explanation_adds_up():
    found = score(SYSTEM, facts(**FULL), reported=facts(**{**FULL, "staff": 30}), by_hand={"rules": Fraction(8)})
    assert [(one.item.id, float(one.points), one.corrected) for one in found.items] == [
        ("rd", 32.0, False),
        ("share", 20.0, False),
        ("staff", 24.0, True),
        ("rules", 8.0, False),
    ]
    assert (found.total, found.missing, found.complete) == (84, (), True)
    assert (
        found.items[0].rule == "低于基本要求 100 不得分，达到基本要求得权重的 60%，达到满分要求 500 得满分，其间按比例"
    )
    assert found.items[1].rule == "达到 3 得 10 分；达到 5 得 20 分；低于 3 不得分"
    assert found.items[3].rule == "由核定人打分，0 至 10 分"


def test_an_industry_has_its_own_line_and_its_coefficient():
    found = score(SYSTEM, facts(**{**FULL, "branch": "software", "revenue": 3000}), by_hand={"rules": Fraction(0)})
    assert [float(one.points) for one in found.items] == [32.0, 20.0, 18.0, 0.0]
    assert found.items[1].value == 5


def test_what_is_missing_gives_no_points_and_keeps_the_grade_back():
    found = score(SYSTEM, facts(**{**FULL, "revenue": None, "branch": None}))
    assert [(one.item.id, one.missing) for one in found.items if one.missing] == [
        ("share", ("revenue", "branch")),
        ("staff", ("branch",)),
        ("rules", ("管理制度",)),
    ]
    assert found.missing == ("研发占比", "研发人员", "管理制度")
    bands = (GradeBand("合格", Fraction(60)), GradeBand("不合格", None))
    assert grade(found, bands).grade is None
    assert grade(found, bands).why == "尚缺：研发占比、研发人员、管理制度"


def test_a_scheme_may_count_the_absent_as_zero():
    lenient = system_read(altered(absent_is_zero=True), METRICS)
    found = score(lenient, facts(rd_expense=500, profit=0, staff=12))
    assert grade(found, (GradeBand("合格", Fraction(60)), GradeBand("不合格", None))).grade == "不合格"


def test_points_stay_between_the_bounds_and_the_cut_is_told():
    low = score(SYSTEM, facts(**{**FULL, "rd_expense": 0, "staff": 0, "profit": -1}), by_hand={"rules": Fraction(0)})
    assert (low.total, low.cut, low.adjustments[0].points) == (0, 15, -15)
    high = score(
        SYSTEM, facts(**{**FULL, "rd_expense": 600, "staff": 90, "profit": 2000}), by_hand={"rules": Fraction(10)}
    )
    assert (high.total, high.cut) == (100, -5)


def test_grades_carry_the_names_of_their_own_scheme():
    bands = (GradeBand("一等", Fraction(80)), GradeBand("二等", Fraction(70)), GradeBand("末等", None))
    found = score(SYSTEM, facts(**FULL), by_hand={"rules": Fraction(0)})
    assert (found.total, grade(found, bands).grade) == (76, "二等")
    assert grade(None, bands, absent_grade="末等").grade == "末等"
    assert grade(None, bands).grade is None


def test_who_falls_below_an_entry_threshold_gets_the_failing_grade_whatever_the_points():
    found = score(SYSTEM, facts(**{**FULL, "staff": 9, "rd_expense": 500}), by_hand={"rules": Fraction(10)})
    bands = (GradeBand("合格", Fraction(60)), GradeBand("不合格", None))
    assert grade(found, bands).grade == "合格"
    assert grade(found, bands, failed_grade="不合格").why == "不再符合认定门槛：研发人员不少于 10 人"


def test_a_scheme_without_lines_leaves_the_grade_to_the_meeting():
    found = score(SYSTEM, facts(**FULL), by_hand={"rules": Fraction(0)})
    assert (
        grade(found, (GradeBand("优秀", None), GradeBand("不合格", None))).why == "办法没有公布分数线，等级由会议决定"
    )


def test_points_given_by_hand_stay_within_the_weight():
    with pytest.raises(ValueError, match="rules: 11"):
        score(SYSTEM, facts(**FULL), by_hand={"rules": Fraction(11)})


@pytest.mark.parametrize(
    ("changes", "sentence"),
    (
        ({"total": 90}, "各一级指标权重之和为 100，应为 90"),
        ({"adjustments": [{"id": "rd", "label": "重名", "when": "profit < 0", "give": 1}]}, "“rd”重复"),
        ({"thresholds": [{"id": "t", "text": "示例", "need": "nobody > 1"}]}, "“t”：指标字典中没有这个指标：“nobody”"),
    ),
)
def test_a_system_that_does_not_hold_together_is_refused(changes, sentence):
    with pytest.raises(Unreadable) as refusal:
        system_read(altered(**changes), METRICS)
    assert refusal.value.message == sentence


@pytest.mark.parametrize(
    ("item", "sentence"),
    (
        ({"weight": 9}, "“示例”权重 10，各项之和为 9"),
        ({"by_hand": True}, "“one”应有且只有 bands、linear、by_hand 之一"),
        ({"value": None}, "“one”按数值计分须写 value，由核定人打分则不写"),
        ({"linear": None, "bands": [{"at_least": 1, "give": 5}]}, "“one”最高一档应等于权重 10"),
        (
            {"linear": None, "bands": [{"at_least": 2, "give": 5}, {"at_least": 1, "give": 10}]},
            "“one”的分档应由低到高",
        ),
        ({"linear": {"base": 1, "full": 1}}, "“one”的满分要求须不同于基本要求，share 在 0 与 1 之间"),
        (
            {"linear": [{"base": 1, "full": 2}, {"when": "profit > 0", "base": 1, "full": 2}]},
            "“one”分行业的要求应列在前，其余行业的一条列在最后，不写 when",
        ),
    ),
)
def test_an_item_that_cannot_be_computed_is_refused(item, sentence):
    written = {"id": "one", "label": "示例项", "weight": 10, "value": "staff", "linear": {"base": 1, "full": 2}, **item}
    block = {"id": "b", "label": "示例", "weight": 10, "items": [written]}
    with pytest.raises(Unreadable) as refusal:
        system_read({"code": "x", "title": "示例", "total": 10, "blocks": [block]}, METRICS)
    assert refusal.value.message == sentence


def test_cases_that_fail_say_by_how_much():
    wrong = {"facts": FULL, "by_hand": {"rules": 8}, "total": 80, "points": {"rd": 30}, "missing": ["staff"]}
    right = {"facts": FULL, "by_hand": {"rules": 8}, "total": 84}
    assert cases_failed(system_read(altered(cases=[right]), METRICS)) == []
    assert cases_failed(system_read(altered(cases=[wrong]), METRICS)) == [
        "第 1 个算例得 84 分，应为 80 分",
        "第 1 个算例的“rd”得 32 分，应为 30 分",
        "第 1 个算例缺 无，应缺 staff",
    ]


def test_less_may_be_better():
    item = {"id": "one", "label": "示例", "weight": 10, "value": "staff", "linear": {"base": 40, "full": 20}}
    block = {"id": "b", "label": "示例", "weight": 10, "items": [item]}
    system = system_read({"code": "x", "title": "示例", "total": 10, "blocks": [block]}, METRICS)
    assert [float(score(system, facts(staff=n)).total) for n in (41, 40, 30, 20, 1)] == [0, 6, 8, 10, 10]


def test_equal_totals_share_a_place_and_a_second_run_says_who_moved():
    before = {"甲": Fraction(80), "乙": Fraction(70), "丙": Fraction(70)}
    after = {"甲": Fraction(80), "乙": Fraction(70), "丙": Fraction(90)}
    assert places(before) == {"甲": 1, "乙": 2, "丙": 2}
    assert [(row.subject, row.before, row.after, row.points) for row in moved(before, after)] == [
        ("甲", 1, 2, 0),
        ("乙", 2, 3, 0),
        ("丙", 2, 1, 20),
    ]


AMOUNTS = st.one_of(st.none(), st.integers(-1000, 10_000))


KNOWN = st.fixed_dictionaries(
    {"rd_expense": AMOUNTS, "revenue": AMOUNTS, "staff": AMOUNTS, "profit": AMOUNTS}
    | {"branch": st.sampled_from((None, "software", "other"))}
)


@given(KNOWN, st.integers(0, 10))
def test_parts_always_add_up_to_the_total(known, rules):
    found = score(SYSTEM, facts(**known), by_hand={"rules": Fraction(rules)})
    parts = sum((one.points for one in (*found.items, *found.adjustments)), Fraction(0))
    assert parts + found.cut == found.total
    assert 0 <= found.total <= 100
    assert all(0 <= one.points <= one.item.weight for one in found.items)
    assert all(one.points == 0 for one in found.items if one.missing)


@given(st.integers(0, 1000), st.integers(0, 1000))
def test_more_never_gives_fewer_points_where_the_rule_rises(one, other):
    low, high = sorted((one, other))
    totals = [
        score(SYSTEM, facts(**{**FULL, "rd_expense": n, "staff": n}), by_hand={"rules": Fraction(1)}).total
        for n in (low, high)
    ]
    assert totals[0] <= totals[1]


@given(st.fractions(-1000, 1000))
def test_rounding_is_to_the_nearest_hundredth(number):
    assert abs(rounded(number) - number) <= Fraction(1, 200)
    assert rounded(number) == -rounded(-number)
